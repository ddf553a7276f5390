from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.domain import (
    Confidence,
    DecisionSource,
    Department,
    DepartmentLevel,
    Disposition,
    Doubt,
    Duty,
    HandlingMode,
    Prediction,
    Routing,
    RoutingDecision,
    Theme,
    ThemeConfidence,
)
from nlp.doubts import DoubtContext, find_doubts
from nlp.policy import Policy
from nlp.routing import route
from nlp.taxonomy import Taxonomy

DAY = date(2026, 11, 23)
ENDED = date(2026, 6, 30)
WATER = Department(id="water", name="区水务局")
FARM = Department(id="farm", name="区农业农村局")
FINANCE = Department(id="finance", name="区财政局")
CITY = Department(id="city", name="市交通运输局", level=DepartmentLevel.CITY)
TOWN = Department(id="town", name="金积镇", township=True)
OLD_TOWN = Department(id="old-town", name="老渠乡", township=True, valid_to=ENDED, successor="town")
OLD_WATER = Department(id="old-water", name="区水利局", valid_to=ENDED, successor="water")
DUTY = Duty(
    id="RC-03",
    theme="a",
    words=("水渠", "支渠"),
    lead="water",
    co_handlers=("farm",),
    township=True,
    mode=HandlingMode.LEAD_AND_CO,
)
TAXONOMY = Taxonomy(
    themes=(Theme(id="a", name="农田水利"), Theme(id="b", name="乙")),
    departments=(WATER, FARM, FINANCE, CITY, TOWN, OLD_TOWN, OLD_WATER),
    duties=(DUTY,),
)
CONTEXT = DoubtContext(
    prediction=Prediction(
        ranked=(
            ThemeConfidence(theme="a", confidence=Confidence(0.95)),
            ThemeConfidence(theme="b", confidence=Confidence(0.02)),
        ),
        model_version="m1",
    ),
    threshold=0.9,
    examples=50,
    taxonomy=TAXONOMY,
    duty=DUTY,
    lead=WATER,
    policy=replace(Policy(), version="p1"),
    length=40,
)


def decided(
    context: DoubtContext, text: str = "金积镇的水渠漏水", doubts: Sequence[Doubt] | None = None
) -> RoutingDecision:
    return route(context, find_doubts(context) if doubts is None else doubts, text, DAY)


def test_a_sure_text_is_proposed_with_lead_co_handlers_and_township() -> None:
    decision = decided(CONTEXT)
    assert decision.routing is Routing.AUTO
    assert decision.theme == "a"
    assert decision.dispositions == (Disposition.DEPARTMENT,)
    assert (decision.lead, decision.co_handlers) == ("water", ("farm", "town"))
    assert (decision.mode, decision.duty) == (HandlingMode.LEAD_AND_CO, "RC-03")
    assert decision.source is DecisionSource.MODEL
    assert (decision.model_version, decision.policy_version) == ("m1", "p1")
    assert decision.taxonomy_version == TAXONOMY.version


def test_the_reason_names_the_duty_in_chinese() -> None:
    (reason,) = decided(CONTEXT).reasons
    assert reason == "职责条目 RC-03：农田水利（词：水渠、支渠） → 主办 区水务局，会办 区农业农村局、金积镇"


def test_a_township_joins_only_where_the_duty_says_so() -> None:
    assert decided(replace(CONTEXT, duty=replace(DUTY, township=False))).co_handlers == ("farm",)
    assert decided(CONTEXT, "水渠漏水").co_handlers == ("farm",)


def test_nobody_is_lead_and_co_handler_at_once() -> None:
    assert decided(replace(CONTEXT, duty=replace(DUTY, co_handlers=("old-water", "farm", "farm")))).co_handlers == (
        "farm",
        "town",
    )


def test_the_successor_of_a_dissolved_office_is_named() -> None:
    decision = decided(replace(CONTEXT, duty=replace(DUTY, lead="old-water")))
    assert decision.lead == "water"
    assert "区水利局的职责已由区水务局承接" in decision.reasons


@given(st.sets(st.sampled_from([doubt for doubt in Doubt if doubt is not Doubt.ACCUSATION]), min_size=1))
def test_any_doubt_sends_to_review_with_the_suggestion_filled_in(doubts: set[Doubt]) -> None:
    given_doubts = [doubt for doubt in Doubt if doubt in doubts]
    decision = decided(CONTEXT, doubts=given_doubts)
    assert decision.routing is Routing.REVIEW
    assert decision.doubts == tuple(given_doubts)
    assert (decision.lead, decision.co_handlers, decision.duty) == ("water", ("farm", "town"), "RC-03")


def test_work_of_a_higher_office_is_reported_and_not_handed_over() -> None:
    decision = decided(replace(CONTEXT, lead=CITY, duty=replace(DUTY, lead="city")))
    assert decision.routing is Routing.REVIEW
    assert decision.dispositions == (Disposition.REPORT_CITY,)
    assert decision.lead == "city"
    assert any("市交通运输局属市级" in reason and "报市政协" in reason for reason in decision.reasons)


@given(st.sets(st.sampled_from(list(Doubt))), st.text(max_size=30))
def test_an_accusation_reaches_no_office_whatever_else_holds(doubts: set[Doubt], text: str) -> None:
    decision = decided(CONTEXT, "金积镇水渠" + text, tuple(doubts | {Doubt.ACCUSATION}))
    assert decision.routing is Routing.REVIEW
    assert (decision.theme, decision.lead, decision.duty) == (None, None, None)
    assert decision.co_handlers == decision.dispositions == ()
    assert not any(office.name in reason for reason in decision.reasons for office in TAXONOMY.departments)


def test_an_individual_grievance_is_proposed_for_petition() -> None:
    decision = decided(replace(CONTEXT, individual_grievance=True))
    assert decision.routing is Routing.REVIEW
    assert decision.dispositions == (Disposition.PETITION,)


def test_without_a_lead_nobody_is_proposed() -> None:
    held = replace(CONTEXT, duty=replace(DUTY, lead=None, never_automatic=True), lead=None)
    decision = decided(held)
    assert decision.routing is Routing.REVIEW
    assert (decision.lead, decision.co_handlers, decision.dispositions) == (None, (), ())
    assert "由人工拟办" in decision.reasons[0]


def test_without_departments_a_sure_theme_is_automatic_and_nobody_leads() -> None:
    decision = decided(replace(CONTEXT, taxonomy=Taxonomy(themes=TAXONOMY.themes), duty=None, lead=None))
    assert decision.routing is Routing.AUTO
    assert (decision.lead, decision.co_handlers, decision.dispositions, decision.reasons) == (None, (), (), ())


@pytest.mark.parametrize("prediction", [None, Prediction(ranked=(), model_version="m1")])
def test_without_a_theme_a_person_decides(prediction: Prediction | None) -> None:
    decision = decided(replace(CONTEXT, prediction=prediction, duty=None, lead=None))
    assert decision.routing is Routing.REVIEW
    assert decision.theme is None
    assert decision.model_version == ("m1" if prediction else "")


@given(st.floats(0, 1), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1)))
def test_automatic_means_no_doubt_and_a_confidence_at_the_threshold(
    first: float, second: float, threshold: float | None
) -> None:
    high, low = max(first, second), min(first, second)
    ranked = (
        ThemeConfidence(theme="a", confidence=Confidence(high)),
        ThemeConfidence(theme="b", confidence=Confidence(low)),
    )
    decision = decided(replace(CONTEXT, prediction=Prediction(ranked=ranked, model_version="m1"), threshold=threshold))
    sure = threshold is not None and high >= threshold and high - low >= CONTEXT.policy.narrow_margin
    assert (decision.routing is Routing.AUTO) == sure == (decision.doubts == ())


def test_the_successor_of_a_dissolved_township_joins_in_its_place() -> None:
    assert decided(CONTEXT, "老渠乡的水渠").co_handlers == ("farm", "town")
    assert decided(CONTEXT, "老渠乡和金积镇的水渠").co_handlers == ("farm", "town")


@pytest.mark.parametrize(
    ("duty", "text", "mode"),
    [
        (replace(DUTY, co_handlers=()), "水渠", HandlingMode.SINGLE),
        (replace(DUTY, co_handlers=()), "金积镇水渠", HandlingMode.LEAD_AND_CO),
        (replace(DUTY, mode=HandlingMode.SEPARATE), "水渠", HandlingMode.SEPARATE),
    ],
)
def test_the_mode_fits_the_offices_that_are_there(duty: Duty, text: str, mode: HandlingMode) -> None:
    assert decided(replace(CONTEXT, duty=duty), text).mode is mode


def test_an_accusation_is_held_back_even_if_no_doubt_was_passed_on() -> None:
    decision = decided(replace(CONTEXT, accusation=True), doubts=())
    assert (decision.routing, decision.lead, decision.theme) == (Routing.REVIEW, None, None)


@pytest.mark.parametrize("threshold", [0.96, None])
def test_too_little_confidence_is_never_automatic_even_if_no_doubt_was_passed_on(threshold: float | None) -> None:
    assert decided(replace(CONTEXT, threshold=threshold), doubts=()).routing is Routing.REVIEW
