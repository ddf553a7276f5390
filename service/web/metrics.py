"""Figures for a monitoring system, in the Prometheus text format. No label ever holds text that somebody sent."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from nlp.domain import Stage
from service import indexing, statistics
from service.office import Office


class Metrics:
    """The figures of one application."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "minyi_requests", "Requests by method and status", ["method", "status"], registry=self._registry
        )
        self._by_kind: dict[tuple[str, int], Counter] = {}
        self._seconds = Histogram("minyi_request_seconds", "Seconds until the answer began", registry=self._registry)
        self._stages = Gauge("minyi_submissions", "Submissions by stage", ["stage"], registry=self._registry)
        self._waiting = Gauge(
            "minyi_search_waiting", "Submissions that the search index has yet to take in", registry=self._registry
        )

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count a request whose answer begins."""
        self._seconds.observe(seconds)
        counter = self._by_kind.get((method, status))
        if counter is None:
            counter = self._by_kind[method, status] = self._requests.labels(method, status)
        counter.inc()

    def text(self) -> bytes:
        """Give all figures; those of the store are counted now.

        Raises:
            Unavailable: the store cannot be read.
        """
        counts = statistics.stage_counts(self._office.store)
        for stage in Stage:
            if stage is not Stage.RESTRICTED:
                self._stages.labels(stage.value).set(counts.get(stage, 0))
        self._waiting.set(indexing.waiting(self._office.store))
        return generate_latest(self._registry)
