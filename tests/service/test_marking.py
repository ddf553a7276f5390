from datetime import UTC, datetime

import pytest

from service import marking, statistics
from service.errors import Conflict, NotFound
from service.store.conditions import Mark, SubmissionFilter
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_a_mark_is_put_on_and_taken_off_with_an_event_each(store: Store, receive) -> None:
    one, _ = receive("转一").id, receive("转二")
    marking.mark(store, one, Mark.REVISIT, "desk", NOW)
    with pytest.raises(Conflict):
        marking.mark(store, one, Mark.REVISIT, "desk", NOW)
    marked = statistics.submissions_page(store, SubmissionFilter(mark=Mark.REVISIT), None, 10)
    assert [row.submission.id for row in marked.rows] == [one]
    assert statistics.beside(store, [one]).marks == {one: [Mark.REVISIT]}
    marking.unmark(store, one, Mark.REVISIT, "desk", NOW)
    with pytest.raises(Conflict):
        marking.unmark(store, one, Mark.REVISIT, "desk", NOW)
    assert [event.kind for event in statistics.story(store, one).events[-2:]] == ["marked", "unmarked"]
    with pytest.raises(NotFound):
        marking.mark(store, receive("告某").id, Mark.KEY, "desk", NOW)
