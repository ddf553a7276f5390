from types import SimpleNamespace

from nlp.domain import Stage
from service import indexing, statistics
from service.store.engine import Store
from service.web.metrics import Metrics


def test_a_stage_that_nothing_is_in_any_more_says_so_and_restricted_ones_are_not_told(
    store: Store, take_all, written, monkeypatch
) -> None:
    metrics = Metrics(SimpleNamespace(store=store))  # type: ignore[arg-type]
    take_all([written("转路灯不亮"), written("疑路灯不亮"), written("告局长收钱")])
    first = metrics.text().decode()
    assert 'minyi_submissions{stage="review"} 1.0' in first
    assert "minyi_search_waiting 2.0" in first
    assert '"restricted"' not in first
    indexing.index_all(store)
    monkeypatch.setattr(statistics, "stage_counts", lambda store: {Stage.CLOSED: 3})
    then = metrics.text().decode()
    assert 'minyi_submissions{stage="review"} 0.0' in then
    assert 'minyi_submissions{stage="closed"} 3.0' in then
    assert "minyi_search_waiting 0.0" in then
