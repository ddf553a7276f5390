import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import accusation_rules, intake_checks, passages, privacy
from nlp.characters import characters_of
from nlp.screens import SURE, Near, Rules, Screen, alternatives, heads_of, join, sure_of

pytestmark = pytest.mark.usefixtures("either_way")

EXPRESSIONS = [
    *(getattr(accusation_rules, name).expression for name in ("_OFFICIAL", "_GRAVE", "_TOLD", "_CALLED", "_INNOCENT")),
    *(rules.expression for rules in intake_checks._RULES),
    intake_checks._SECRET.pattern,
    intake_checks._MOJIBAKE.pattern,
    *(kind.opening for kind in privacy._KINDS if kind.opening),
    passages._EDGE.expression,
    passages._ADDED,
    r"(?<!老)公[章款]+|假账?|(?:甲|乙乙|丙?)丁|.己|\d{2,3}庚|[^辛]壬",
    "(?:公款|贪)(?=污)|贪|污(?!染)|a{2,}b?",
]
CHARACTERS = sorted(set("".join(EXPRESSIONS)) - set("\\()[]{}|?*+^$"))


def texts_for(expression: str) -> st.SearchStrategy[str]:
    """Make texts of the literal pieces of an expression, of their ends, and of characters of all expressions."""
    pieces = st.sampled_from(sorted({*re.findall(r"[\w@]+", re.sub(r"\\.|\{.*?\}", "|", expression)), "老", "\n"}))
    return st.lists(
        st.one_of(pieces, pieces.map(lambda piece: piece[1:]), st.sampled_from(CHARACTERS)), max_size=12
    ).map("".join)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(st.data())
def test_a_screen_lets_everything_through_that_may_match(expression: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(texts_for(expression), min_size=1, max_size=3))
    looked = Screen([frozenset({"此外"}), heads_of(expression)], {1: sure_of(expression)}).look(characters_of(texts))
    for number, (text, bits) in enumerate(zip(texts, looked.texts, strict=True)):
        begins = {match.start() for match in re.finditer(expression, text) if match.end() > match.start()}
        assert begins <= set(looked.places(1, number)) | {len(text)}
        assert not begins or bits & 2
        assert bool(re.search(expression, text)) or not bits & 1 << SURE + 1
        assert looked.holds(Rules(expression), 1, text, number) == bool(begins)


@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(st.data())
def test_rules_match_what_the_whole_expression_matches(expression: str, data: st.DataObject) -> None:
    text = data.draw(texts_for(expression))
    end = data.draw(st.integers(0, len(text)))
    rules, whole = Rules(expression), re.compile(expression)
    for place in range(end):
        plain, found = whole.match(text, place, end), rules.match(text, place, end)
        assert (found and found.span()) == (plain and plain.span())


NEAR = (Near(1, 3, 2), Near(2, 0, 4))


def plain_near(text: str) -> int:
    """Give the marks that are left of 乙 (bit 1) and 丙 (bit 2) by the 甲 that are near."""
    left = 0
    for rule, sign in zip(NEAR, "乙丙", strict=True):
        places = [place for place, one in enumerate(text) if one == sign]
        near = [text[max(0, place - rule.before) : place + rule.behind] for place in places]
        left |= any("甲" in one for one in near) << rule.number
    return left


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="甲乙丙丁", max_size=12), min_size=1, max_size=4))
def test_places_count_only_near_what_is_wanted(texts: list[str]) -> None:
    looked = Screen([frozenset("甲"), frozenset("乙"), frozenset("丙")]).look(characters_of(texts))
    assert looked.keep_near(0, NEAR) == [plain_near(text) for text in texts]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="甲乙丙丁", max_size=6), min_size=1, max_size=4))
def test_texts_with_one_thing_behind_another(texts: list[str]) -> None:
    looked = Screen([frozenset("甲"), frozenset("乙"), frozenset("丙")]).look(characters_of(texts))
    assert looked.following(1, 2) == [number for number, text in enumerate(texts) if "丙乙" in text]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="甲乙丙丁", max_size=6), min_size=1, max_size=4))
def test_places_are_those_of_each_text(texts: list[str]) -> None:
    looked = Screen([frozenset("甲"), frozenset("乙")]).look(characters_of(texts))
    for number, text in enumerate(texts):
        assert looked.places(1, number) == [place for place, one in enumerate(text) if one == "乙"]
        assert looked.places(0, number) == [place for place, one in enumerate(text) if one == "甲"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[st.text(alphabet="甲乙丙丁\n", max_size=6)] * 2), min_size=1, max_size=3))
def test_one_pass_marks_for_screens_that_are_joined(rows: list[tuple[str, str]]) -> None:
    fields = [field for row in rows for field in row]
    screens = (
        Screen([frozenset("甲"), frozenset("乙"), frozenset("丙")]),
        Screen([frozenset("乙"), frozenset("丙\n")]),
    )
    batch = characters_of(fields)
    looked = join(screens).look(batch.joined(2))
    wholes, parts = looked.of(screens, 0), looked.of(screens, 1).parted(batch)
    alone = screens[1].look(batch)
    assert parts.following(0, 1) == alone.following(0, 1)
    for number, (text, bits) in enumerate(zip(fields, parts.texts, strict=True)):
        assert [place for place in parts.places(1, number) if place < len(text)] == alone.places(1, number)
        assert bits & 1 == alone.texts[number] & 1
    pairs = ["\n".join(row) for row in rows]
    assert wholes.places(1, 0) == [place for place, one in enumerate(pairs[0]) if one == "乙"]
    assert wholes.keep_near(0, NEAR) == [plain_near(pair) for pair in pairs]


def test_heads_are_the_first_two_characters_of_every_match() -> None:
    assert heads_of("(?<!不)贪污|收(?:受|了)贿赂|打{2}") == {"贪污", "收受", "收了", "打打"}
    assert heads_of("家?门") == {"家门", "门"}
    assert "" in heads_of("[^甲]乙")


def test_an_expression_is_cut_at_its_outermost_bars_alone() -> None:
    assert alternatives(r"甲|(?:乙|丙)丁|[|]戊|\|己") == ["甲", "(?:乙|丙)丁", "[|]戊", r"\|己"]
