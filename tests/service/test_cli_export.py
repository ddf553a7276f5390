import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.domain import Track
from service import exports
from service.cli import app, main
from service.store.engine import Store

TEXT = "电话13812345678"


@pytest.fixture
def run(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MINYI_DATABASE_URL", database_url)
    monkeypatch.setenv("MINYI_HOME", str(tmp_path / "home"))

    def call(*arguments: str):
        return CliRunner().invoke(app, ["export", *arguments])

    return call


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_filters_choose_and_personal_data_is_covered(run, store: Store, receive, tmp_path: Path) -> None:
    receive("转一", text=TEXT, place="上桥镇")
    receive("转二", track=Track.WORK_ORDER)
    path = tmp_path / "a.csv"
    told = run("--output", str(path), "--place", "上桥镇", "--json")
    assert json.loads(told.stdout) == {"rows": 1, "masked": True, "file": str(path)}
    assert [(row["标题"], row["正文"]) for row in rows(path)] == [("转一", "电话138****5678")]
    (made,) = exports.latest(store, 9)
    assert (made.actor, made.count, made.filters) == ("system", 1, (("place", "上桥镇"),))


def test_a_purpose_reveals_and_is_kept(run, store: Store, receive, tmp_path: Path) -> None:
    receive("转一", text=TEXT)
    assert "含个人信息" in run("--output", str(tmp_path / "a.csv"), "--purpose", "核实").stdout
    assert rows(tmp_path / "a.csv")[0]["正文"] == TEXT
    assert exports.latest(store, 9)[0].purpose == "核实"


def test_items_are_a_line_each(run, receive, tmp_path: Path) -> None:
    receive("转一")
    assert run("--output", str(tmp_path / "a.csv"), "--what", "items").exit_code == 0
    assert [row["承办单位"] for row in rows(tmp_path / "a.csv")] == ["区教育局", "区卫生健康局"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "a.pdf"], "不支持输出"),
        (["--output", "a.csv", "--from", "2026-13-01"], "不是正确的日期"),
        (["--output", "a.csv", "--what", "items", "--theme", "x"], "只能用"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["minyi", "export", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    (line,) = capsys.readouterr().err.strip().split("\n")
    assert said in line
    assert not list(tmp_path.glob("a.*"))
