from pathlib import Path

import pytest

from nlp.errors import KnowledgeError
from nlp.toml_file import Faults, parse_toml, read_toml


def faults_of(content: bytes) -> list[str]:
    faults = Faults("a.toml")
    parse_toml(content, faults)
    return faults.found


def test_good_toml_has_no_fault() -> None:
    faults = Faults("a.toml")
    assert parse_toml(b"a = 1", faults) == {"a": 1}
    assert not faults.found


def test_a_byte_order_mark_is_a_fault_and_the_rest_is_read() -> None:
    faults = Faults("a.toml")
    assert parse_toml(b"\xef\xbb\xbfa = 1", faults) == {"a": 1}
    assert [fault.split()[:2] for fault in faults.found] == [["F02", "a.toml:1"]]


def test_another_encoding_is_named_with_its_line() -> None:
    assert faults_of(b"a = 1\nb = '" + "镇".encode("gbk") + b"'")[0].startswith("F03 a.toml:2 ")


def test_bad_syntax_names_its_line() -> None:
    (fault,) = faults_of(b"a = 1\nb = \n")
    assert fault.startswith("F04 ")
    assert "line 2" in fault


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    faults = Faults("a.toml")
    assert read_toml(tmp_path / "a.toml", faults) == {}
    assert faults.found[0].startswith("F01 a.toml:")


def test_every_fault_of_every_file_is_raised_at_once() -> None:
    one, other = Faults("a.toml"), Faults("b.toml")
    one.add("T01", "x", "甲")
    other.add("T02", "y", "乙")
    with pytest.raises(KnowledgeError, match="共 2 处") as raised:
        one.raise_if_any("有误", other)
    assert raised.value.faults == ("T01 a.toml:x 甲", "T02 b.toml:y 乙")


def test_no_fault_raises_nothing() -> None:
    Faults("a.toml").raise_if_any("有误", Faults("b.toml"))


def test_the_line_stands_in_the_place() -> None:
    assert faults_of(b"a = 1\nb = \n")[0].startswith("F04 a.toml:2 ")


@pytest.mark.parametrize("content", [b"a = " + b"[" * 100_000, b"a = " + b"9" * 5_000])
def test_hostile_toml_is_a_fault_and_no_crash(content: bytes) -> None:
    assert faults_of(content)[0].startswith("F04 a.toml:- ")
