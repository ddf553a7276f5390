"""A database of many submissions, written through the store in all the states that work leaves them in."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nlp.domain import (
    Checks,
    Confidence,
    Disposition,
    Doubt,
    EventKind,
    HandlingMode,
    ItemState,
    Judgement,
    Prediction,
    QueueItem,
    Routing,
    RoutingDecision,
    Stage,
    Submission,
    Submitter,
    ThemeConfidence,
    Track,
)
from service.entry import Entry, make_entry, save_entries
from service.ids import new_id
from service.indexing import index_all
from service.knowledge import training_files
from service.office import Office
from service.placing import stage_of
from service.store import events
from service.store.events import Happening

AT_ONCE = 2_000
DAYS = 730
SOURCES = ("12345 转", "微信", "电话", "履职平台", "来信", "来访", "协商平台", "委员工作站")
_SHARES = {
    ItemState.CLOSED: 0.94,
    ItemState.ANSWERED: 0.01,
    ItemState.IN_PROGRESS: 0.03,
    ItemState.QUEUED: 0.01,
    ItemState.RETURN_REQUESTED: 0.002,
    ItemState.AWAITING_SIGNATURE: 0.008,
}
_REVIEWED = 0.01
_TOLD = {
    ItemState.QUEUED: (EventKind.SIGNED,),
    ItemState.IN_PROGRESS: (EventKind.SIGNED, EventKind.ACCEPTED),
    ItemState.RETURN_REQUESTED: (EventKind.SIGNED, EventKind.RETURN_REQUESTED),
    ItemState.ANSWERED: (EventKind.SIGNED, EventKind.ACCEPTED, EventKind.ANSWERED),
    ItemState.CLOSED: (EventKind.SIGNED, EventKind.ACCEPTED, EventKind.ANSWERED, EventKind.CLOSED),
}


def fill(office: Office, count: int) -> None:
    """Write `count` submissions over two years up to now, the same every time."""
    chance = random.Random(20261125)  # noqa: S311 - the same measurement every time
    texts, now = _texts(office), office.now()
    for start in range(0, count, AT_ONCE):
        entries = [
            _entry(office, number, now - timedelta(days=DAYS * (count - number) / count), texts, chance)
            for number in range(start, min(start + AT_ONCE, count))
        ]
        with office.store.write() as connection:
            save_entries(connection, entries)
            events.append(connection, [told for entry in entries for told in _told(entry)])
    index_all(office.store)


def _texts(office: Office) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in training_files(office.settings.data_folder):
        with path.open(encoding="utf-8", newline="") as stream:
            found += [(row["theme"], row["title"] + row["text"]) for row in csv.DictReader(stream)]
    return found


def _entry(
    office: Office, number: int, moment: datetime, texts: Sequence[tuple[str, str]], chance: random.Random
) -> Entry:
    theme, title = chance.choice(texts)
    submission = Submission(
        id=new_id(moment),
        receipt=f"满库{number:07d}",
        track=Track.WORK_ORDER if chance.random() < 0.7 else Track.SUBMISSION,
        title=title[:40],
        text="。".join(text for _, text in chance.choices(texts, k=4)),
        source=SOURCES[min(int(chance.expovariate(0.6)), len(SOURCES) - 1)],
        place=chance.choice([*(one.name for one in office.taxonomy.departments if one.township), ""]),
        submitter=Submitter(name=f"{chance.choice('马王李杨丁白金何')}{chance.choice('建国秀英志强晓红')}某"),
        received_at=moment,
        registered_at=moment,
    )
    judgement = _judgement(office, theme, review=chance.random() < _REVIEWED, taxonomy_day=moment)
    made = make_entry(submission, judgement, office.policy, office.taxonomy, "bench", moment)
    state = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    items = tuple(_moved(item, state, moment) for item in made.items)
    if not items:
        return made
    stage = stage_of(made.decision.decision.source, False, items)
    adopted = None if stage is Stage.AWAITING_SIGNATURE else True
    return replace(made, items=items, registered=replace(made.registered, stage=stage, adopted=adopted))


def _judgement(office: Office, theme: str, *, review: bool, taxonomy_day: datetime) -> Judgement:
    duty = office.taxonomy.duty_for(theme, "", taxonomy_day.date())
    lead = duty.lead if duty else None
    decision = RoutingDecision(
        routing=Routing.REVIEW if review or lead is None else Routing.AUTO,
        theme=theme,
        dispositions=(Disposition.DEPARTMENT,) if lead else (Disposition.KEEP,),
        lead=lead,
        mode=HandlingMode.SINGLE,
        duty=duty.id if duty else None,
        doubts=(Doubt.LOW_CONFIDENCE,) if review else (),
        model_version="bench",
    )
    ranked = (ThemeConfidence(theme=theme, confidence=Confidence(0.8)),)
    return Judgement(prediction=Prediction(ranked=ranked, model_version="bench"), decision=decision, checks=Checks())


def _moved(item: QueueItem, state: ItemState, moment: datetime) -> QueueItem:
    if state is ItemState.AWAITING_SIGNATURE:
        return item
    done = state in (ItemState.ANSWERED, ItemState.CLOSED)
    return replace(
        item,
        state=state,
        signed_at=moment + timedelta(days=1),
        due_at=moment + timedelta(days=90),
        accepted_at=moment + timedelta(days=2) if state is not ItemState.QUEUED else None,
        answered_at=moment + timedelta(days=20) if done else None,
        closed_at=moment + timedelta(days=22) if state is ItemState.CLOSED else None,
        answer="已办理" if done else "",
    )


def _told(entry: Entry) -> Iterator[Happening]:
    for item in entry.items:
        for number, kind in enumerate(_TOLD.get(item.state, ())):
            at = item.created_at + timedelta(days=number + 1)
            yield Happening(submission_id=item.submission_id, item_id=item.id, kind=kind, actor="bench", at=at)
