from nlp.domain import ItemState, Stage
from service import demonstration, statistics
from service.office import Office
from service.store.conditions import SubmissionFilter
from service.store.listing import ItemFilter


def test_no_page_is_empty(office: Office) -> None:
    told: list[tuple[str, int, int]] = []
    count = demonstration.fill(office, lambda *step: told.append(step))
    assert 250 <= count <= 310
    assert told[-1][1] == told[-1][2]
    stages = statistics.stage_counts(office.store)
    assert set(stages) >= {
        Stage.REVIEW,
        Stage.AWAITING_SIGNATURE,
        Stage.QUEUED,
        Stage.IN_PROGRESS,
        Stage.ANSWERED,
        Stage.CLOSED,
    }
    states = {state for (_, state) in statistics.queue_counts(office.store)}
    assert states >= {
        ItemState.AWAITING_SIGNATURE,
        ItemState.QUEUED,
        ItemState.IN_PROGRESS,
        ItemState.RETURN_REQUESTED,
        ItemState.CLOSED,
    }
    months = {one.group for one in statistics.theme_counts(office.store, SubmissionFilter(), "month")}
    assert len(months) >= 12
    assert statistics.items_count(office.store, ItemFilter()) > 20
    assert demonstration.fill(office, lambda *step: told.append(step)) == count
