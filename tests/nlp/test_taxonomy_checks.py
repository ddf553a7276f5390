import json
from datetime import date
from typing import Any

import pytest

from nlp.errors import KnowledgeError
from nlp.taxonomy import taxonomy_from_texts

Row = dict[str, Any]
EARLY, LATE = date(2026, 1, 1), date(2026, 12, 31)


def toml(table: str, rows: list[Row]) -> str:
    lines: list[str] = []
    for row in rows:
        lines.append(f"[[{table}]]")
        for key, value in row.items():
            written = value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
            lines.append(f"{key} = {written}")
    return "\n".join(lines) + "\n"


def theme(theme_id: str, **more: Any) -> Row:
    return {"id": theme_id, "name": f"名{theme_id}", **more}


def office(office_id: str, **more: Any) -> Row:
    return {"id": office_id, "name": f"局{office_id}", "level": "district", **more}


def duty(duty_id: str, theme_id: str, **more: Any) -> Row:
    return {"id": duty_id, "theme": theme_id, "lead": "x", **more}


def codes(themes: str, departments: str | None = None) -> list[str]:
    """List "code file:key" of every fault."""
    try:
        taxonomy_from_texts(themes, departments)
    except KnowledgeError as error:
        return [" ".join(fault.split()[:2]) for fault in error.faults]
    return []


TWO = toml("themes", [theme("a"), theme("b")])
OFFICES = toml("departments", [office("x"), office("y")])
LAST = [duty("R-a", "a"), duty("R-b", "b")]


def duty_codes(*rows: Row) -> list[str]:
    return codes(TWO, OFFICES + toml("duties", list(rows)))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([theme("a")], "T10 taxonomy.toml:themes"),
        ([theme(f"t{n}") for n in range(201)], "T10 taxonomy.toml:themes"),
        ([theme("a"), theme("a", name="另")], "T11 taxonomy.toml:themes[2].id"),
        ([theme("a"), theme("b", name="名a")], "T12 taxonomy.toml:themes[2].name"),
        ([theme("a", aliases=["水"]), theme("b", aliases=["水"])], "T12 taxonomy.toml:themes[2].aliases"),
        ([theme("a"), theme("b", aliases=["名a"])], "T12 taxonomy.toml:themes[2].aliases"),
        ([theme("a"), theme("b", parent="zzz")], "T13 taxonomy.toml:themes[2].parent"),
        ([theme("a"), theme("b", parent="b"), theme("c")], "T13 taxonomy.toml:themes[2].parent"),
        ([theme("a"), theme("b", confusable=["zzz"])], "T14 taxonomy.toml:themes[2].confusable"),
        ([theme("a"), theme("b", confusable=["b"])], "T14 taxonomy.toml:themes[2].confusable"),
        (
            [theme("a"), theme("b", parent="a"), theme("c", parent="b"), theme("d")],
            "T15 taxonomy.toml:themes[3].parent",
        ),
        (
            [theme("a", parent="b"), theme("b", parent="a"), theme("c"), theme("d")],
            "T15 taxonomy.toml:themes[1].parent",
        ),
        ([theme("a"), theme("b", color="red")], "T01 taxonomy.toml:themes[2].color"),
        ([theme("a"), theme("b", aliases="水")], "T03 taxonomy.toml:themes[2].aliases"),
        ([theme("a"), theme("b", aliases=[" "])], "T03 taxonomy.toml:themes[2].aliases"),
        ([theme("a"), theme("b", never_automatic="yes")], "T03 taxonomy.toml:themes[2].never_automatic"),
        ([theme("a"), theme("b", valid_from="2026-01-01")], "T03 taxonomy.toml:themes[2].valid_from"),
        ([theme("a"), theme("b", name="")], "T03 taxonomy.toml:themes[2].name"),
        ([theme("a"), {"id": "b"}], "T04 taxonomy.toml:themes[2].name"),
        ([theme("a"), {"name": "乙"}], "T04 taxonomy.toml:themes[2].id"),
    ],
)
def test_faults_of_themes(rows: list[Row], expected: str) -> None:
    assert expected in codes(toml("themes", rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TWO + "[more]\n", "T01 taxonomy.toml:more"),
        ("themes = 3\n", "T02 taxonomy.toml:themes"),
        ("themes = [1, 2]\n", "T02 taxonomy.toml:themes[2]"),
        ("", "T10 taxonomy.toml:themes"),
    ],
)
def test_faults_of_the_file(text: str, expected: str) -> None:
    assert expected in codes(text)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([office("x"), office("x", name="另")], "D01 departments.toml:departments[2].id"),
        ([office("x"), office("y", name="局x")], "D02 departments.toml:departments[2].name"),
        ([office("x"), office("y", aliases=["局x"])], "D02 departments.toml:departments[2].name"),
        ([office("x"), office("y", valid_from=LATE, valid_to=EARLY)], "D03 departments.toml:departments[2].valid_to"),
        ([office("x"), office("y", successor="zzz")], "D04 departments.toml:departments[2].successor"),
        ([office("x"), office("y", successor="y")], "D04 departments.toml:departments[2].successor"),
        ([office("x", successor="y"), office("y", successor="x")], "D05 departments.toml:departments[1].successor"),
        ([office("x"), office("y", level="street")], "T03 departments.toml:departments[2].level"),
        ([office("x"), {"id": "y", "name": "局y"}], "T04 departments.toml:departments[2].level"),
    ],
)
def test_faults_of_departments(rows: list[Row], expected: str) -> None:
    assert expected in codes(TWO, toml("departments", rows) + toml("duties", LAST))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([duty("R-a", "a", words=["水"]), *LAST], "R01 departments.toml:duties[2].id"),
        ([*LAST, duty("R-c", "zzz")], "R02 departments.toml:duties[3].theme"),
        ([duty("R-0", "a", words=["水"], lead="zzz"), *LAST], "R03 departments.toml:duties[1].lead"),
        ([duty("R-0", "a", words=["水"], co_handlers=["zzz"]), *LAST], "R03 departments.toml:duties[1].co_handlers"),
        (
            [duty("R-0", "a", words=["水"], valid_from=LATE, valid_to=EARLY), *LAST],
            "R04 departments.toml:duties[1].valid_to",
        ),
        ([LAST[0]], "R05 departments.toml:duties"),
        ([LAST[0], duty("R-b", "b", words=["水"])], "R05 departments.toml:duties[2]"),
        ([LAST[0], duty("R-b", "b", places=["镇"])], "R05 departments.toml:duties[2]"),
        ([LAST[0], duty("R-b", "b", valid_to=LATE)], "R05 departments.toml:duties[2]"),
        ([duty("R-0", "a", valid_to=LATE), *LAST], "R06 departments.toml:duties[2]"),
        (
            [duty("R-0", "a", words=["水"]), duty("R-1", "a", words=["水"], valid_from=LATE), *LAST],
            "R06 departments.toml:duties[2]",
        ),
        ([duty("R-0", "a", words=["水"], co_handlers=["x"]), *LAST], "R07 departments.toml:duties[1].co_handlers"),
        (
            [duty("R-0", "a", words=["水"], co_handlers=["y", "y"]), *LAST],
            "R07 departments.toml:duties[1].co_handlers",
        ),
        ([{"id": "R-0", "theme": "a", "words": ["水"]}, *LAST], "R08 departments.toml:duties[1].lead"),
        ([*LAST, duty("R-c", "a", words=["水"])], "R09 departments.toml:duties[3]"),
        (
            [duty("R-0", "a", words=["供水"]), duty("R-1", "a", words=["供水管"]), *LAST],
            "R09 departments.toml:duties[2]",
        ),
        (
            [duty("R-0", "a", words=["水"]), duty("R-1", "a", words=["水"], places=["镇"]), *LAST],
            "R09 departments.toml:duties[2]",
        ),
        ([duty("R-0", "a", words=[""]), *LAST], "T03 departments.toml:duties[1].words"),
        ([duty("R-0", "a", words=["\u3000"]), *LAST], "T03 departments.toml:duties[1].words"),
        ([duty("R-0", "a", mode="alone"), *LAST], "T03 departments.toml:duties[1].mode"),
        ([duty("R-0", "a", valid_to=3), *LAST], "T03 departments.toml:duties[1].valid_to"),
        ([{"id": "R-0", "lead": "x"}, *LAST], "T04 departments.toml:duties[1].theme"),
    ],
)
def test_faults_of_duties(rows: list[Row], expected: str) -> None:
    assert expected in duty_codes(*rows)


@pytest.mark.parametrize(
    "rows",
    [
        [*LAST],
        [duty("R-0", "a", words=["供水管"]), duty("R-1", "a", words=["供水"]), *LAST],
        [duty("R-0", "a", words=["水"], places=["镇"]), duty("R-1", "a", words=["水"]), *LAST],
        [duty("R-0", "a", valid_to=date(2026, 6, 30)), duty("R-1", "a", valid_from=date(2026, 7, 1)), LAST[1]],
        [duty("R-0", "a", words=["水"], valid_to=EARLY), duty("R-1", "a", words=["水"], valid_from=LATE), *LAST],
        [{"id": "R-0", "theme": "a", "never_automatic": True}, LAST[1]],
    ],
)
def test_sound_duties_have_no_fault(rows: list[Row]) -> None:
    assert duty_codes(*rows) == []


def test_a_datetime_is_not_a_date() -> None:
    text = TWO + '[[themes]]\nid = "c"\nname = "丙"\nvalid_from = 2026-01-01T00:00:00\n'
    assert codes(text) == ["T03 taxonomy.toml:themes[3].valid_from"]


def test_several_faults_are_listed_at_once() -> None:
    rows = [duty("R-0", "a", words=["水"], lead="p"), duty("R-0", "a", words=["渠"], lead="q"), *LAST]
    assert duty_codes(*rows) == [
        "R01 departments.toml:duties[2].id",
        "R03 departments.toml:duties[1].lead",
        "R03 departments.toml:duties[2].lead",
    ]


def test_a_fault_of_form_hides_no_fault_of_sense() -> None:
    faults = codes(
        toml("themes", [theme("a"), theme("b", color="red")]),
        OFFICES + toml("duties", [duty("R-0", "a", words=["水"], lead="zzz"), *LAST]),
    )
    assert faults == ["T01 taxonomy.toml:themes[2].color", "R03 departments.toml:duties[1].lead"]


@pytest.mark.parametrize("alias", ["a", "“名a”", "名 a", "名Ａ"])
def test_names_that_are_read_alike_are_duplicates(alias: str) -> None:
    rows = [theme("a"), theme("b", aliases=[alias])]
    assert codes(toml("themes", rows)) == ["T12 taxonomy.toml:themes[2].aliases"]


def test_a_parent_is_not_one_of_the_two_themes() -> None:
    assert codes(toml("themes", [theme("a"), theme("b", parent="a")])) == ["T10 taxonomy.toml:themes"]


@pytest.mark.parametrize("word", ["５Ｇ", "13800000000"])
def test_a_word_that_normalised_text_cannot_hold_is_a_fault(word: str) -> None:
    assert duty_codes(duty("R-0", "a", words=[word]), *LAST) == ["R10 departments.toml:duties[1].words"]


def test_the_order_of_words_does_not_hide_an_overlap() -> None:
    rows = [
        duty("R-0", "a", words=["水", "渠"], valid_from=date(2026, 3, 1)),
        duty("R-1", "a", words=["渠", "水"], valid_from=EARLY),
    ]
    assert duty_codes(*rows, *LAST) == ["R06 departments.toml:duties[2]"]
