from dataclasses import replace
from datetime import date, timedelta

import pytest

from nlp.domain import ItemState
from nlp.taxonomy import Taxonomy
from service import dispatch, statistics
from service.access import Caller, Post, rights_of
from service.errors import NotFound
from service.office import Office
from service.steps import Act, Desk
from service.web.pages.panel import panel_of, unit_words

DESK = Caller(id="desk", name="经办", rights=rights_of((Post.REGISTRAR, Post.SIGNER)))
UNIT = Caller(id="unit", name="联络员", rights=rights_of((Post.LIAISON,)), department="education")


def dissolved(taxonomy: Taxonomy, department: str, successor: str) -> Taxonomy:
    ended = {"valid_to": date(2026, 10, 31), "successor": successor}
    changed = [replace(one, **ended) if one.id == department else one for one in taxonomy.departments]
    return Taxonomy(themes=taxonomy.themes, departments=tuple(changed), duties=taxonomy.duties)


@pytest.fixture
def items(desk: Desk, receive, act: Act) -> list:
    story = statistics.story(desk.store, receive("转办").id)
    return [dispatch.sign(desk, item.id, act) for item in story.items]


def test_a_dissolved_department_is_shown_with_who_took_over(office: Office, items) -> None:
    after = replace(office, taxonomy=dissolved(office.taxonomy, "education", "civil-affairs"))
    assert unit_words(office, items[0]) == "区教育局"
    assert unit_words(after, items[0]) == "区教育局（已撤并，由区民政局承接）"


def test_a_unit_is_told_the_window_and_the_duty_and_can_not_ask_too_late(office: Office, items, act: Act) -> None:
    panel = panel_of(office, UNIT, items[0].id)
    asking = next(one for one in panel.actions if one.name == "return")
    assert "退回期限 2026-12-01（剩 5 个工作日）" in asking.hint
    assert "职责依据 RC-08" in asking.hint
    late = replace(office, now=lambda: act.now + timedelta(days=9))
    assert "return" not in [one.name for one in panel_of(late, UNIT, items[0].id).actions]


def test_a_unit_has_no_panel_of_anothers_item_and_sees_no_other_unit(office: Office, items) -> None:
    lead, co = items
    with pytest.raises(NotFound):
        panel_of(office, UNIT, co.id)
    assert panel_of(office, UNIT, lead.id).others == []
    assert [one.name for one in panel_of(office, DESK, lead.id).others] == ["区卫生健康局"]


def test_units_never_close_or_pass_on(office: Office, desk: Desk, items, act: Act) -> None:
    seen = {one.name for one in panel_of(office, UNIT, items[0].id).actions}
    dispatch.accept(desk, items[0].id, act)
    seen |= {one.name for one in panel_of(office, UNIT, items[0].id).actions}
    assert seen == {"accept", "return", "answer", "extend"}


def test_each_has_its_own_date(office: Office, items) -> None:
    lead, co = items
    due = {one.id: one.due_at.date().isoformat() for one in (lead, co)}
    assert due == {lead.id: "2027-02-24", co.id: "2026-12-24"}
    assert panel_of(office, DESK, lead.id).others[0].due == "2026-12-24"
    assert panel_of(office, DESK, lead.id).state == ItemState.QUEUED.label
