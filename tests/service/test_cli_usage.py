import sys

import pytest

from service.cli import main


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("classify --foo", "用法不对：没有选项 --foo。运行 minyi classify --help 查看用法。"),
        ("classify", "用法不对：缺少 --input。运行 minyi classify --help 查看用法。"),
        ("classify --input", "用法不对：选项 --input 后面缺少内容。"),
        ("train --seed x --labelled a --out b", "用法不对：--seed 的内容不正确。"),
        ("serve --port 99999", "用法不对：--port 的内容不正确。"),
        ("bogus", "用法不对：没有这个命令。运行 minyi --help 查看用法。"),
        ("model use", "用法不对：缺少 VERSION。"),
        ("model use a b", "用法不对：参数多了或少了。"),
    ],
)
def test_wrong_usage_is_one_line_of_chinese_and_exit_2(
    arguments: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["minyi", *arguments.split()])
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert err.startswith(told)
    assert err.count("\n") == 1


def test_a_command_without_anything_shows_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["minyi"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "classify" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", ["", "train", "classify", "serve", "demo", "import", "user", "user add", "key add"]
)
def test_help_is_chinese_throughout(
    arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["minyi", *arguments.split(), "--help"])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert told.startswith(f"用法：minyi {arguments}".rstrip())
    assert "选项：\n" in told
    assert "--help" in told
    for english in ("Usage", "Options", "Commands", "Arguments", "OPTIONS", "COMMAND", "required", "default", "exit"):
        assert english not in told, english
