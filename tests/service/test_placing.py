from dataclasses import replace
from datetime import date

import pytest

from nlp.domain import Disposition, HandlingMode, Role, Routing, RoutingDecision
from nlp.taxonomy import Taxonomy
from service import dispatch, review, statistics
from service.errors import ServiceError
from service.placing import placements
from service.steps import Act, Desk

DAY = date(2026, 11, 24)
DECISION = RoutingDecision(
    routing=Routing.AUTO, dispositions=(Disposition.DEPARTMENT,), lead="education", co_handlers=("health", "water")
)


@pytest.mark.parametrize(
    ("mode", "roles"),
    [
        (HandlingMode.SINGLE, [Role.LEAD]),
        (HandlingMode.LEAD_AND_CO, [Role.LEAD, Role.CO, Role.CO]),
        (HandlingMode.SEPARATE, [Role.PART, Role.PART, Role.PART]),
    ],
)
def test_the_way_of_handling_says_who_gets_an_item(taxonomy: Taxonomy, mode: HandlingMode, roles: list[Role]) -> None:
    assert [one.role for one in placements(taxonomy, replace(DECISION, mode=mode), DAY)] == roles


def test_departments_that_act_separately_answer_each_by_itself(desk: Desk, receive, act: Act) -> None:
    receipt = receive("转办")
    opinion = review.Opinion(co_handlers=("health",), mode=HandlingMode.SEPARATE)
    review.decide(desk.store, desk.directory, receipt.id, opinion, "desk", act.now)
    story = statistics.story(desk.store, receipt.id)
    parts = [one for one in story.items if one.state.open]
    assert [(one.department, one.role) for one in parts] == [("education", Role.PART), ("health", Role.PART)]
    due = {dispatch.sign(desk, one.id, act).due_at for one in parts}
    assert len(due) == 1
    dispatch.close(desk, parts[0].id, "已办", act)
    assert statistics.story(desk.store, receipt.id).registered.stage.value == "queued"
    moved = dispatch.reassign(desk, parts[1].id, "water", "", act)
    assert moved.role is Role.PART
    with pytest.raises(ServiceError):
        dispatch.close(desk, parts[1].id, "x", act)
