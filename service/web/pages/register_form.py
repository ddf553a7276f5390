"""The form of 登记 as it was typed, and what it becomes: a draft, or an intake record."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from nlp.domain import Openness, Submission, Submitter, Track, Urgency
from service.deadlines import BEIJING, local_day
from service.intake import Incoming
from service.web.api.parameters import parse_choice, parse_day

_KEY = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterForm:
    """The form as typed; `key` makes pressing the button twice harmless."""

    key: str
    title: str = ""
    text: str = ""
    track: str = Track.SUBMISSION.value
    source: str = "履职平台"
    place: str = ""
    received_at: str = ""
    name: str = ""
    unit: str = ""
    circle: str = ""
    committee: str = ""
    phone: str = ""
    cosigners: str = ""
    urgency: str = Urgency.NORMAL.value
    openness: str = Openness.INTERNAL.value
    name_public: str = ""
    reported_elsewhere: str = ""


def new_form(now: datetime, key: str = "") -> RegisterForm:
    """Give an empty form, with the key that is asked for if it is one of ours, else with one of its own."""
    return RegisterForm(key=key if _KEY.match(key) else uuid4().hex, received_at=local_day(now).isoformat())


def typed(sent: FormData | Mapping[str, str]) -> RegisterForm:
    """Read what was typed; a key that is none of ours is replaced."""
    names = {field.name for field in fields(RegisterForm)}
    values: dict[str, Any] = {name: value for name, value in sent.items() if name in names and isinstance(value, str)}
    values["text"] = values.get("text", "").replace("\r\n", "\n")
    if not _KEY.match(values.get("key", "")):
        values["key"] = uuid4().hex
    return RegisterForm(**values)


def form_of(submission: Submission) -> RegisterForm:
    """Give the form as it would have been typed for a submission."""
    person = submission.submitter
    return RegisterForm(
        key="",
        title=submission.title,
        text=submission.text,
        track=submission.track.value,
        source=submission.source,
        place=submission.place,
        received_at=local_day(submission.received_at).isoformat(),
        name=person.name,
        unit=person.unit,
        circle=person.circle,
        committee=person.committee,
        phone=person.phone,
        cosigners="、".join(person.cosigners),
        urgency=submission.urgency.value,
        openness=submission.openness.value,
        name_public="1" if submission.name_public else "",
        reported_elsewhere="1" if submission.reported_elsewhere else "",
    )


def content_of(form: RegisterForm) -> dict[str, str]:
    """Spread a form into its fields, without the key."""
    return {name: value for name, value in asdict(form).items() if name != "key"}


def incoming_of(form: RegisterForm, caller: str, now: datetime) -> Incoming:
    """Make an intake record out of the form.

    Raises:
        Invalid: a field that cannot be.
    """
    received = parse_day(form.received_at, "received_at")
    today = received is None or received == local_day(now)
    content = json.dumps(asdict(form), ensure_ascii=True, sort_keys=True)
    return Incoming(
        track=parse_choice(Track, form.track, "track") or Track.SUBMISSION,
        title=form.title.strip(),
        text=form.text,
        source=form.source.strip() or "未注明",
        place=form.place.strip(),
        submitter=Submitter(
            name=form.name.strip(),
            unit=form.unit.strip(),
            circle=form.circle.strip(),
            committee=form.committee.strip(),
            cosigners=tuple(filter(None, re.split(r"[、，,;；\s]+", form.cosigners))),
            phone=form.phone.strip(),
        ),
        received_at=now if today or received is None else datetime.combine(received, time(9), BEIJING),
        urgency=parse_choice(Urgency, form.urgency, "urgency") or Urgency.NORMAL,
        openness=parse_choice(Openness, form.openness, "openness") or Openness.INTERNAL,
        name_public=bool(form.name_public),
        reported_elsewhere=bool(form.reported_elsewhere),
        caller=caller,
        idempotency_key=form.key,
        body_sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
