import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nlp.domain import Way
from service import dispatch, statistics
from service.deadlines import local_day
from service.errors import Invalid
from service.steps import Act, Desk, Paper

LATER = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


@pytest.fixture
def item(desk: Desk, receive, act: Act):
    return dispatch.sign(desk, statistics.story(desk.store, receive("转办").id).items[0].id, act)


def test_what_a_unit_did_on_paper_counts_from_the_day_of_the_paper(desk: Desk, item, act: Act) -> None:
    paper = Paper(person="马科长", way=Way.PAPER, number="利教函〔2026〕8号", day=date(2026, 11, 25))
    accepted = dispatch.accept(desk, item.id, replace(act, now=LATER, paper=paper))
    assert accepted.accepted_at is not None
    assert local_day(accepted.accepted_at) == date(2026, 11, 25)
    assert accepted.handler == "马科长"
    told = json.loads(statistics.story(desk.store, item.submission_id).events[-1].payload)
    assert told["paper"] == {"person": "马科长", "way": "paper", "number": "利教函〔2026〕8号", "day": "2026-11-25"}


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper(person=" ", way=Way.OA), "paper_person"),
        (Paper(person="马", way=Way.OA, day=date(2026, 11, 28)), "paper_day"),
        (Paper(person="马", way=Way.OA, day=date(2026, 11, 23)), "paper_day"),
        (Paper(person="马", way=Way.OA, number="号" * 81), "paper_number"),
    ],
)
def test_a_paper_that_cannot_be(desk: Desk, item, act: Act, paper: Paper, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        dispatch.accept(desk, item.id, replace(act, now=LATER, paper=paper))
    assert refused.value.field == field
