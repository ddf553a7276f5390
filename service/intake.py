"""Taking submissions in: judged as one batch, kept in one transaction, each key of a caller only once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

from nlp.domain import Doubt, Judgement, Openness, Routing, Submission, Submitter, Track, Urgency, Writing
from nlp.policy import Policy
from service.deadlines import local_day
from service.directory import Directory, name_of
from service.entry import Entry, make_entry, save_entries
from service.errors import Invalid, SecretText
from service.ids import new_id
from service.limits import NAME_LENGTH, check_name, check_storable, is_blank
from service.store import idempotency, receipts
from service.store.engine import Store
from service.store.idempotency import Claim
from service.store.records import KeptAnswer

KEY_LENGTH = 255
"""Most characters of an idempotency key."""

MARKED = "内容带有密级标志，本系统为非涉密系统，未保存任何内容，请联系本单位保密员"
"""Why a text with a marking of secrecy is not taken in."""

KEY_DAYS = 30
"""How long an idempotency key is kept."""


class Judging(Protocol):
    """Who judges writings; `nlp.judging.Judge` does."""

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        """Judge writings: one judgement for each, in the same order."""


class Company(Protocol):
    """What else is kept in the transaction that keeps a batch. Places count the batch from 0."""

    def shape(self, place: int, entry: Entry) -> Entry:
        """Give what is kept of one of the batch, in place of what intake makes of it."""

    def write(self, connection: Connection, outcomes: Sequence[Receipt | IntakeError]) -> None:
        """Write what belongs to it; whatever is raised leaves nothing of the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One text as it arrives, with its 登记 fields.

    `received_at` is aware. `caller` is who sends it and the scope of `idempotency_key`; `body_sha256` tells two
    requests with the same key apart. `year` is that of its 登记号, where it is not the year of registration.
    """

    track: Track
    title: str = ""
    text: str = ""
    source: str
    place: str = ""
    submitter: Submitter = field(default_factory=Submitter)
    received_at: datetime
    urgency: Urgency = Urgency.NORMAL
    openness: Openness = Openness.INTERNAL
    name_public: bool = False
    reported_elsewhere: bool = False
    old_number: str = ""
    caller: str
    idempotency_key: str | None = None
    body_sha256: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the sender of a submission is told. `top` holds at most three themes; `department` is an id.

    Of a restricted submission nothing is told but its number: no theme, no department, review, `accusation`.
    """

    id: str
    receipt: str
    theme: str | None
    confidence: float | None
    top: tuple[tuple[str, float], ...]
    decision: str
    department: str | None
    department_name: str | None
    doubts: tuple[str, ...]
    evidence: tuple[tuple[str, float], ...]


_RECEIPT = tuple(one.name for one in fields(Receipt))
_SUBMITTER = tuple(one.name for one in fields(Submitter))


def receipt_values(receipt: Receipt) -> dict[str, Any]:
    """Give a receipt as a JSON object."""
    return {name: getattr(receipt, name) for name in _RECEIPT}


IntakeError: TypeAlias = SecretText | Invalid
"""Why one of a batch is not kept; the others are."""

_Pair: TypeAlias = tuple[str, str]
_Series: TypeAlias = tuple[str, int]
"""A series of 登记号: pattern and year."""


def receive(
    store: Store,
    judge: Judging,
    policy: Policy,
    directory: Directory,
    batch: Sequence[Incoming],
    now: datetime,
    company: Company | None = None,
) -> list[Receipt | IntakeError]:
    """Take in a batch.

    Args:
        store: where it is kept, all of it in one transaction.
        judge: judges it, outside of the transaction.
        policy: limits, receipt patterns, sources that are dispatched directly.
        directory: who can be dispatched to.
        batch: any number of texts.
        now: aware moment of registration.
        company: what else is kept with it, even where nothing of the batch is.

    Returns:
        For each of the batch, in its order: its receipt; the receipt given before for the same key and body; or why it
        is not kept (`Invalid`: the fault of a field, or `E_IDEM_MISMATCH`; `SecretText`).

    Raises:
        Unavailable: nothing of the batch is kept.
    """
    outcomes: list[Receipt | IntakeError | None] = [_fault(incoming, policy) for incoming in batch]
    with store.read() as connection:
        _repeat(connection, batch, outcomes)
    open_places = [place for place, outcome in enumerate(outcomes) if outcome is None]
    writings = [Writing(title=batch[place].title, text=batch[place].text) for place in open_places]
    judgements = judge.judge(writings, local_day(now)) if writings else []
    judged = dict(zip(open_places, judgements, strict=True))
    for place, judgement in judged.items():
        if judgement.checks.secret_marking is not None:
            outcomes[place] = SecretText(MARKED)
    fresh = [place for place in open_places if outcomes[place] is None]
    if fresh or company is not None:
        intake = _Intake(policy=policy, directory=directory, now=now, company=company)
        with store.write() as connection:
            _keep(connection, intake, batch, judged, outcomes)
            if company is not None:
                company.write(connection, [outcome for outcome in outcomes if outcome is not None])
    return [outcome for outcome in outcomes if outcome is not None]


def purge_keys(store: Store, now: datetime) -> int:
    """Forget the idempotency keys that are older than 30 days, and count them."""
    with store.write() as connection:
        return idempotency.purge(connection, now - timedelta(days=KEY_DAYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intake:
    policy: Policy
    directory: Directory
    now: datetime
    company: Company | None = None


def _keep(
    connection: Connection,
    intake: _Intake,
    batch: Sequence[Incoming],
    judged: dict[int, Judgement],
    outcomes: list[Receipt | IntakeError | None],
) -> None:
    """Keep every place without an outcome, and fill in its outcome.

    Numbers are taken before keys, and both in the order of their names, so that two batches never wait for each other
    in a circle; the number of a key that turns out to be taken becomes a gap.
    """
    fresh = [place for place, outcome in enumerate(outcomes) if outcome is None]
    fresh.sort(key=lambda place: (batch[place].caller, batch[place].idempotency_key or "", place))
    series = {place: _series(intake, batch[place]) for place in fresh}
    numbers = _numbers(connection, [series[place] for place in fresh])
    entries = {place: _entry(intake, batch[place], judged[place], next(numbers[series[place]])) for place in fresh}
    if intake.company is not None:
        entries = {place: intake.company.shape(place, entry) for place, entry in entries.items()}
    told = {place: _receipt(entry, intake.directory) for place, entry in entries.items()}
    keyed = {place: _key(batch[place]) for place in fresh if batch[place].idempotency_key is not None}
    claims = [
        Claim(caller=caller, key=key, body_sha256=batch[place].body_sha256, answer=receipt_values(told[place]))
        for place, (caller, key) in keyed.items()
    ]
    ours = idempotency.claim(connection, claims, intake.now)
    kept = []
    for place in fresh:
        if place not in keyed or keyed[place] in ours:
            ours.discard(keyed.get(place, ("", "")))
            kept.append(entries[place])
            outcomes[place] = told[place]
    save_entries(connection, kept)
    _repeat(connection, batch, outcomes)


def _key(incoming: Incoming) -> _Pair:
    return incoming.caller, incoming.idempotency_key or ""


def _series(intake: _Intake, incoming: Incoming) -> _Series:
    submission, order = intake.policy.receipt_submission, intake.policy.receipt_work_order
    return submission if incoming.track is Track.SUBMISSION else order, incoming.year or local_day(intake.now).year


def _numbers(connection: Connection, wanted: Sequence[_Series]) -> dict[_Series, Iterator[str]]:
    """Take as many 登记号 of each series as are wanted of it."""
    counts = Counter(wanted)
    taken: dict[_Series, Iterator[str]] = {}
    for pattern, year in sorted(counts, key=lambda each: each[0].format(year=each[1], number=0)):
        block = receipts.take(connection, pattern.format(year=year, number=0), counts[pattern, year])
        taken[pattern, year] = iter([pattern.format(year=year, number=number) for number in block])
    return taken


def _entry(intake: _Intake, incoming: Incoming, judgement: Judgement, receipt_number: str) -> Entry:
    submission = Submission(
        id=new_id(intake.now),
        receipt=receipt_number,
        track=incoming.track,
        title=incoming.title,
        text=incoming.text,
        source=incoming.source,
        place=incoming.place,
        submitter=incoming.submitter,
        received_at=incoming.received_at,
        registered_at=intake.now,
        urgency=incoming.urgency,
        openness=incoming.openness,
        name_public=incoming.name_public,
        reported_elsewhere=incoming.reported_elsewhere,
        old_number=incoming.old_number,
        restricted=judgement.restricted,
        warnings=judgement.checks.warnings,
    )
    return make_entry(submission, judgement, intake.policy, intake.directory, incoming.caller, intake.now)


def _receipt(entry: Entry, directory: Directory) -> Receipt:
    submission, decision = entry.registered.submission, entry.decision.decision
    prediction = entry.prediction.prediction
    told = Receipt(
        id=submission.id,
        receipt=submission.receipt,
        theme=decision.theme,
        confidence=None if prediction.confidence is None else float(prediction.confidence),
        top=tuple([each[:2] for each in prediction.ranked[:3]]),
        decision=decision.routing.value,
        department=decision.lead,
        department_name=name_of(directory, decision.lead),
        doubts=tuple(doubt.value for doubt in decision.doubts),
        evidence=tuple([each[:2] for each in prediction.evidence]),
    )
    if not submission.restricted:
        return told
    return replace(
        told,
        theme=None,
        confidence=None,
        top=(),
        decision=Routing.REVIEW.value,
        department=None,
        department_name=None,
        doubts=(Doubt.ACCUSATION.value,),
        evidence=(),
    )


def _repeat(connection: Connection, batch: Sequence[Incoming], outcomes: list[Receipt | IntakeError | None]) -> None:
    """Fill in the outcome of each place whose key has been answered before."""
    asked: dict[int, _Pair] = {}
    for place, (incoming, outcome) in enumerate(zip(batch, outcomes, strict=True)):
        if outcome is None and incoming.idempotency_key is not None:
            asked[place] = (incoming.caller, incoming.idempotency_key)
    kept = {(each.caller, each.key): each for each in idempotency.find(connection, sorted(set(asked.values())))}
    for place, pair in asked.items():
        if pair in kept:
            outcomes[place] = _again(kept[pair], batch[place].body_sha256)


def _again(kept: KeptAnswer, body_sha256: str) -> Receipt | Invalid:
    if kept.body_sha256 != body_sha256:
        message = "该 Idempotency-Key 已用于另一份内容，请换用新的 Key"
        return Invalid(message, field="Idempotency-Key", code="E_IDEM_MISMATCH")
    values: dict[str, Any] = json.loads(kept.answer)
    pairs = {name: tuple((word, value) for word, value in values[name]) for name in ("top", "evidence")}
    return Receipt(**{**values, **pairs, "doubts": tuple(values["doubts"])})


def _fault(incoming: Incoming, policy: Policy) -> Invalid | None:
    try:
        check_name(incoming.caller, "caller")
        check_name(incoming.idempotency_key or "", "Idempotency-Key", KEY_LENGTH)
        check_fields(incoming, policy)
    except Invalid as fault:
        return fault
    return None


def check_fields(one: Incoming | Submission, policy: Policy) -> None:
    """Check what stands in the fields of 登记.

    Raises:
        Invalid: a field is too long or cannot be stored, or neither title nor text says anything.
    """
    check_storable(one.title, "title", policy.max_length)
    check_storable(one.text, "text", policy.max_length)
    check_name(one.source, "source")
    check_name(one.place, "place")
    for name in _SUBMITTER:
        value = getattr(one.submitter, name)
        for part in value if isinstance(value, tuple) else (value,):
            if part:
                check_storable(part, f"submitter.{name}", NAME_LENGTH)
    if is_blank(one.title) and is_blank(one.text):
        raise Invalid("内容为空，请填写标题或正文", field="text", code="E_EMPTY")
