from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.domain import (
    OTHER_THEME,
    Confidence,
    Department,
    DepartmentLevel,
    Doubt,
    Duty,
    Prediction,
    Theme,
    ThemeConfidence,
)
from nlp.doubts import FUNCTIONS, DoubtContext, find_doubts
from nlp.policy import Policy
from nlp.taxonomy import Taxonomy

OFFICE = Department(id="x", name="区水务局")
ABOVE = Department(id="c", name="市交通运输局", level=DepartmentLevel.CITY)
DUTY = Duty(id="R1", theme="a", lead="x")
TAXONOMY = Taxonomy(
    themes=(
        Theme(id="a", name="甲"),
        Theme(id="b", name="乙"),
        Theme(id="held", name="丙", never_automatic=True),
        Theme(id=OTHER_THEME, name="其他", never_automatic=True),
    ),
    departments=(OFFICE, ABOVE),
    duties=(DUTY,),
)


def ranked(*pairs: tuple[str, float]) -> Prediction:
    return Prediction(
        ranked=tuple(ThemeConfidence(theme=theme, confidence=Confidence(value)) for theme, value in pairs),
        model_version="m",
    )


SURE = DoubtContext(
    prediction=ranked(("a", 0.95), ("b", 0.03)),
    threshold=0.9,
    examples=50,
    taxonomy=TAXONOMY,
    duty=DUTY,
    lead=OFFICE,
    policy=Policy(),
    length=40,
)


def test_a_sure_text_has_no_doubt() -> None:
    assert find_doubts(SURE) == ()


def test_every_doubt_has_its_function_of_the_same_name() -> None:
    assert {doubt: function.__name__ for doubt, function in FUNCTIONS.items()} == {
        doubt: doubt.name.lower() for doubt in Doubt
    }


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (replace(SURE, threshold=0.96), {Doubt.LOW_CONFIDENCE}),
        (replace(SURE, threshold=None), {Doubt.LOW_CONFIDENCE}),
        (replace(SURE, prediction=ranked(("a", 0.92), ("b", 0.86))), {Doubt.NARROW_MARGIN}),
        (replace(SURE, examples=9), {Doubt.FEW_EXAMPLES}),
        (replace(SURE, prediction=ranked(("held", 0.95))), {Doubt.NEVER_AUTOMATIC}),
        (replace(SURE, duty=replace(DUTY, never_automatic=True)), {Doubt.NEVER_AUTOMATIC}),
        (replace(SURE, duty=replace(DUTY, lead=None, never_automatic=True), lead=None), {Doubt.NEVER_AUTOMATIC}),
        (replace(SURE, prediction=ranked((OTHER_THEME, 0.95))), {Doubt.OTHER_THEME}),
        (replace(SURE, prediction=ranked(), duty=None, lead=None), {Doubt.NO_KNOWN_WORDS}),
        (replace(SURE, length=7), {Doubt.TOO_SHORT}),
        (replace(SURE, garbled=True), {Doubt.GARBLED}),
        (replace(SURE, several_matters=True), {Doubt.SEVERAL_MATTERS}),
        (replace(SURE, same_matter_open=True), {Doubt.SAME_MATTER_OPEN}),
        (replace(SURE, accusation=True), {Doubt.ACCUSATION}),
        (replace(SURE, individual_grievance=True), {Doubt.INDIVIDUAL_GRIEVANCE}),
        (replace(SURE, urgent=True), {Doubt.URGENT}),
        (replace(SURE, lead=ABOVE), {Doubt.HIGHER_LEVEL}),
        (replace(SURE, duty=None, lead=None), {Doubt.NO_DUTY}),
        (replace(SURE, lead=None), {Doubt.NO_DUTY}),
        (replace(SURE, prediction=None, threshold=None, examples=0, duty=None, lead=None), {Doubt.NO_MODEL}),
    ],
)
def test_each_doubt_arises_alone_from_its_cause(context: DoubtContext, expected: set[Doubt]) -> None:
    assert set(find_doubts(context)) == expected


def test_the_limits_themselves_raise_no_doubt() -> None:
    policy = replace(Policy(), narrow_margin=0.5)
    at_the_limits = replace(
        SURE, prediction=ranked(("a", 0.75), ("b", 0.25)), threshold=0.75, examples=10, length=8, policy=policy
    )
    assert find_doubts(at_the_limits) == ()


@pytest.mark.parametrize("level", list(DepartmentLevel))
def test_only_district_and_vertical_offices_get_work_without_a_person(level: DepartmentLevel) -> None:
    doubts = find_doubts(replace(SURE, lead=replace(OFFICE, level=level)))
    assert (doubts == ()) == level.dispatchable


def test_without_departments_there_is_neither_duty_nor_level_to_doubt() -> None:
    bare = replace(SURE, taxonomy=Taxonomy(themes=TAXONOMY.themes), duty=None, lead=None)
    assert find_doubts(bare) == ()


def test_one_theme_alone_has_no_margin() -> None:
    assert find_doubts(replace(SURE, prediction=ranked(("a", 0.95)))) == ()


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_doubts_add_up_in_the_order_of_the_enum(garbled: bool, several: bool, accused: bool, urgent: bool) -> None:
    found = find_doubts(
        replace(SURE, garbled=garbled, several_matters=several, accusation=accused, urgent=urgent, length=3)
    )
    flags = {
        Doubt.TOO_SHORT: True,
        Doubt.GARBLED: garbled,
        Doubt.SEVERAL_MATTERS: several,
        Doubt.ACCUSATION: accused,
        Doubt.URGENT: urgent,
    }
    assert found == tuple(doubt for doubt, holds in flags.items() if holds)


@pytest.mark.parametrize("pairs", [[("a", float("nan"))], [("a", float("nan")), ("b", 0.1)]])
def test_a_confidence_that_is_no_number_is_low(pairs: list[tuple[str, float]]) -> None:
    assert Doubt.LOW_CONFIDENCE in find_doubts(replace(SURE, prediction=ranked(*pairs)))
