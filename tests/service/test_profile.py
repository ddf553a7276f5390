from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nlp.domain import Level
from nlp.errors import KnowledgeError
from service.doctor import examine
from service.profile import Meeting, Profile, load_profile
from service.settings import Settings

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def load(tmp_path: Path, text: str) -> Profile:
    path = tmp_path / "office.toml"
    path.write_text(text, "utf-8")
    return load_profile(path)


def test_the_shipped_profile_names_the_office_and_every_level() -> None:
    found = load_profile(Path(__file__).resolve().parents[2] / "data" / "office.toml")
    assert found.term_began is not None
    assert all(found.body_of(level) for level in Level)


def test_what_is_a_placeholder_is_marked_and_the_doctor_says_so(tmp_path: Path, knowledge) -> None:
    shipped = load_profile(Path(__file__).resolve().parents[2] / "data" / "office.toml")
    assert {"term_began", "meetings", "scores", "contact", "phone"} <= set(shipped.to_be_set)
    settings = Settings(home=tmp_path, models=tmp_path)
    (found,) = [one for one in examine(settings, knowledge, NOW) if one.name == "单位信息"]
    assert found.hint
    assert "本届开始之日、历次会议、采用通报计分" in found.words
    done = replace(knowledge, profile=replace(shipped, to_be_set=()))
    (found,) = [one for one in examine(settings, done, NOW) if one.name == "单位信息"]
    assert (found.hint, found.words) == (False, shipped.name)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_profile(tmp_path / "office.toml") == Profile()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    text = (
        'name = "某办"\nterm_began = 2022-01-01\n[[meetings]]\nname = "一次会议"\nbegan = 2022-01-02\n'
        "[scores]\ncity = 9\n"
    )
    found = load(tmp_path, text)
    assert (found.name, found.scores.city, found.scores.region) == ("某办", 9, 8)
    assert found.meetings == (Meeting(name="一次会议", began=date(2022, 1, 2)),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('nmae = "某办"', "O01"),
        ("name = 3", "O02"),
        ("meetings = [1]", "O03"),
        ("[scores]\nmoon = 3", "O04"),
        ('term_began = "2022-01-01"', "O05"),
        ("brief_copies = -1", "O06"),
        ('brief_number = "第{count}期"', "O07"),
        ('brief_number = "第{"', "O07"),
        ('to_be_set = ["moon"]', "O08"),
    ],
)
def test_faults_name_their_place(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, text)
    assert [fault.split()[0] for fault in caught.value.faults] == [code]
