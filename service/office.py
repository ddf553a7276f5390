"""Everything that a running service holds, put together once by `serving.prepare` and handed to every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import Taxonomy
from service.knowledge import shipped_ledgers
from service.ledger_columns import Ledgers
from service.names import Names
from service.profile import Profile
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store.engine import Store


def utc_now() -> datetime:
    """Give the present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The parts of a running service. `model_fault` says in Chinese why there is no model, where there is none."""

    settings: Settings
    taxonomy: Taxonomy
    policy: Policy
    store: Store
    judge: Judge
    similar: SimilarCases
    now: Callable[[], datetime] = utc_now
    model_fault: str = ""
    profile: Profile = field(default_factory=Profile)
    ledgers: Ledgers = field(default_factory=shipped_ledgers)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        """Keep names beside the store that they are read from."""
        object.__setattr__(self, "names", Names(self.store))
