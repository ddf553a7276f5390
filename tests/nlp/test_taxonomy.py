import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import KnowledgeError, TrainingDataError
from nlp.taxonomy import Taxonomy, taxonomy_from_texts, taxonomy_of_labels

DAY = date(2026, 11, 24)
THEMES = '[[themes]]\nid = "a"\nname = "甲"\n[[themes]]\nid = "b"\nname = "乙"\naliases = ["乙类"]\n'
DEPARTMENTS = '[[departments]]\nid = "x"\nname = "甲局"\nlevel = "district"\n'
LAST = '[[duties]]\nid = "1"\ntheme = "a"\nlead = "x"\n[[duties]]\nid = "2"\ntheme = "b"\nlead = "x"\n'


def faults_of(themes: str = THEMES, departments: str | None = None) -> tuple[str, ...]:
    with pytest.raises(KnowledgeError) as caught:
        taxonomy_from_texts(themes, departments)
    assert str(len(caught.value.faults)) in str(caught.value)
    return caught.value.faults


@pytest.mark.parametrize(
    ("code", "themes"),
    [
        ("F02", "\ufeff" + THEMES),
        ("F04", "[[themes]\n"),
        ("T01", THEMES + "[extra]\n"),
        ("T01", THEMES + 'colour = "red"\n'),
        ("T02", 'themes = "x"\n'),
        ("T03", THEMES + "parent = 3\n"),
        ("T03", THEMES.replace('"甲"', '" 甲"')),
        ("T04", THEMES.replace('name = "甲"\n', "")),
        ("T10", THEMES.split('[[themes]]\nid = "b"')[0]),
        ("T10", "".join(f'[[themes]]\nid = "t{n}"\nname = "主题{n}"\n' for n in range(201))),
        ("T11", THEMES.replace('"b"', '"a"')),
        ("T12", THEMES.replace("乙类", "甲")),
        ("T13", THEMES + 'parent = "nobody"\n'),
        ("T14", THEMES + 'confusable = ["nobody"]\n'),
        ("T15", THEMES + 'parent = "a"\n[[themes]]\nid = "c"\nname = "丙"\nparent = "b"\n'),
    ],
)
def test_faults_of_themes(code: str, themes: str) -> None:
    assert any(fault.startswith(f"{code} taxonomy.toml:") for fault in faults_of(themes))


@pytest.mark.parametrize(
    ("code", "departments"),
    [
        ("D01", DEPARTMENTS + DEPARTMENTS.replace("甲局", "乙局") + LAST),
        ("D02", DEPARTMENTS + DEPARTMENTS.replace('"x"', '"y"') + LAST),
        ("D03", DEPARTMENTS + "valid_from = 2026-01-01\nvalid_to = 2025-01-01\n" + LAST),
        ("D04", DEPARTMENTS + 'successor = "nobody"\n' + LAST),
        (
            "D05",
            DEPARTMENTS
            + 'successor = "y"\n'
            + DEPARTMENTS.replace("x", "y").replace("甲", "乙")
            + 'successor = "x"\n'
            + LAST,
        ),
        ("R01", DEPARTMENTS + LAST.replace('"2"', '"1"')),
        ("R02", DEPARTMENTS + LAST + '[[duties]]\nid = "3"\ntheme = "nothing"\nlead = "x"\n'),
        ("R03", DEPARTMENTS + LAST.replace('lead = "x"', 'lead = "nobody"')),
        ("R03", DEPARTMENTS + LAST + 'co_handlers = ["nobody"]\n'),
        ("R04", DEPARTMENTS + LAST + "valid_from = 2026-02-01\nvalid_to = 2026-01-01\n"),
        ("R05", DEPARTMENTS + LAST + 'words = ["路灯"]\n'),
        ("R05", DEPARTMENTS + LAST.split('[[duties]]\nid = "2"')[0]),
        ("R05", DEPARTMENTS + LAST + "valid_to = 2027-01-01\n"),
        ("R06", DEPARTMENTS + LAST + '[[duties]]\nid = "3"\ntheme = "b"\nlead = "x"\n'),
        ("R07", DEPARTMENTS + LAST + 'co_handlers = ["x"]\n'),
        ("R08", DEPARTMENTS + LAST.replace('lead = "x"\n', "", 1)),
        ("R09", DEPARTMENTS + LAST + '[[duties]]\nid = "3"\ntheme = "b"\nlead = "x"\nwords = ["路灯"]\n'),
        ("T03", DEPARTMENTS.replace("district", "village") + LAST),
        ("T03", DEPARTMENTS + LAST + 'words = [""]\n'),
        ("T03", DEPARTMENTS + LAST + 'valid_from = "2026-01-01"\n'),
    ],
)
def test_faults_of_departments_and_duties(code: str, departments: str) -> None:
    assert any(fault.startswith(f"{code} departments.toml:") for fault in faults_of(THEMES, departments))


def test_every_fault_is_listed_at_once() -> None:
    assert len(faults_of(THEMES + "x = 1\nparent = 3\n", DEPARTMENTS + "level2 = 1\n" + LAST)) == 3


def test_a_narrower_word_behind_a_wider_one_can_never_hold() -> None:
    first = '[[duties]]\nid = "0"\ntheme = "a"\nlead = "x"\nwords = ["灯"]\n'
    second = '[[duties]]\nid = "9"\ntheme = "a"\nlead = "x"\nwords = ["路灯"]\n'
    assert any(fault.startswith("R09") for fault in faults_of(THEMES, DEPARTMENTS + first + second + LAST))
    assert taxonomy_from_texts(THEMES, DEPARTMENTS + second + first + LAST).duties[0].id == "9"


def test_names_and_aliases_are_found() -> None:
    taxonomy = taxonomy_from_texts(THEMES)
    assert [taxonomy.theme_id(name) for name in ("a", "甲", " 乙类 ", "B", "丙")] == ["a", "a", "b", "b", None]


def test_two_levels_only_leaves_are_assignable() -> None:
    taxonomy = taxonomy_from_texts(THEMES + '[[themes]]\nid = "c"\nname = "丙"\nparent = "a"\n')
    assert [theme.id for theme in taxonomy.assignable] == ["b", "c"]
    assert taxonomy.theme_id("甲") is None


@given(st.lists(st.text(alphabet="甲乙丙丁abc", min_size=1, max_size=6), min_size=2, max_size=200, unique=True))
def test_any_labels_make_a_taxonomy(labels: list[str]) -> None:
    assert {theme.id for theme in taxonomy_of_labels(labels).themes} == set(labels)


def test_one_label_is_not_enough() -> None:
    with pytest.raises(TrainingDataError):
        taxonomy_of_labels(["a", "a"])


def test_duties_by_words_place_and_day(shipped: Taxonomy) -> None:
    def lead(theme: str, text: str, day: date = DAY) -> str | None:
        duty = shipped.duty_for(theme, text, day)
        return duty.lead if duty else None

    assert lead("transport", "路口的红绿灯坏了") == "traffic-police"
    assert lead("transport", "公交末班车太早") == "city-transport"
    assert lead("transport", "路面坑洼") == "housing-transport"
    assert lead("work-style", "填表太多") is None
    assert shipped.duty_for("transport", "路面坑洼", date(2020, 1, 1)) is None


def test_a_dissolved_department_is_followed_to_its_last_successor() -> None:
    chain = (
        DEPARTMENTS + 'valid_to = 2026-03-01\nsuccessor = "y"\n'
        + DEPARTMENTS.replace("x", "y").replace("甲", "乙") + 'valid_to = 2026-06-01\nsuccessor = "z"\n'
        + DEPARTMENTS.replace("x", "z").replace("甲", "丙") + LAST
    )  # fmt: skip
    taxonomy = taxonomy_from_texts(THEMES, chain)
    found = [taxonomy.acting("x", day) for day in (date(2026, 3, 1), date(2026, 5, 1), DAY)]
    assert [one.id if one else None for one in found] == ["x", "y", "z"]


def test_the_shipped_knowledge_is_whole(shipped: Taxonomy) -> None:
    assert len(shipped.themes) == 34
    assert {theme.id for theme in shipped.themes if theme.never_automatic} == {
        "other",
        "work-style",
        "ethnic-religious",
    }
    assert sum(department.township for department in shipped.departments) == 12
    assert len(shipped.duties) == 53
    assert all(re.fullmatch(r"RC-\d\d", duty.id) for duty in shipped.duties)
    assert shipped.theme_id("旧小区改造") == "old-community-renovation"
    assert shipped.theme_id("乳业") == "dairy-industry"
    assert shipped.theme_id("水权改革") == "water-rights"


def test_version_changes_with_the_content(shipped: Taxonomy) -> None:
    assert taxonomy_from_texts(THEMES).version == taxonomy_from_texts(THEMES).version
    assert taxonomy_from_texts(THEMES).version != taxonomy_from_texts(THEMES.replace("甲", "申")).version
    assert re.fullmatch(r"[0-9a-f]{12}", shipped.version)
