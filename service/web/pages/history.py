"""办理记录: events in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nlp.domain import Disposition, Event, EventKind, Labelled, Openness, Satisfaction, Urgency, Way
from service.office import Office
from service.statistics import Story
from service.store.records import StoredDecision
from service.taking_back import standing
from service.web.pages import frame

FIELDS = {
    "title": "标题",
    "text": "正文",
    "source": "来源渠道",
    "place": "地点",
    "received_at": "收到",
    "name": "反映人",
    "unit": "单位职务",
    "circle": "界别",
    "committee": "专委会",
    "cosigners": "联名人",
    "phone": "电话",
    "urgency": "缓急",
    "openness": "公开属性",
    "name_public": "同意公开姓名",
    "reported_elsewhere": "已向他处反映",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event."""

    at: str
    who: str
    what: str
    detail: str
    earlier: tuple[tuple[str, str], ...] = ()
    """What was registered before it was put right: field and words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLine:
    """One 催办: when, how, whom, with what result, written down by whom."""

    at: str
    way: str
    person: str
    result: str
    who: str


def history_line(office: Office, event: Event) -> HistoryLine:
    """Say one event in words."""
    told = json.loads(event.payload)
    kind = EventKind(event.kind).label
    return HistoryLine(
        at=frame.minute(event.at),
        who=frame.actor_name(office, event.actor),
        what=f"代登记{kind}" if told.get("paper") else kind,
        detail=event_detail(office, told),
        earlier=_earlier(told.get("registered") or {}),
    )


def _earlier(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((FIELDS[name], _said(name, value)) for name, value in told.items())


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "received_at":
        return frame.day(datetime.fromisoformat(value))
    kind = {"urgency": Urgency, "openness": Openness}.get(name)
    return kind(value).label if kind else str(value) or "（空）"


def timeline(office: Office, story: Story, *, suggestions: bool) -> list[HistoryLine]:
    """Say everything that happened, the oldest first, and with `suggestions` what the machine suggested between."""
    lines = [(event.at, 1, history_line(office, event)) for event in story.events]
    predictions = {one.id: one.prediction for one in story.predictions}
    for made in story.decisions if suggestions else []:
        if made.person is None and made.decision.model_version:
            ranked = predictions[made.prediction_id].ranked if made.prediction_id in predictions else ()
            confidence = {one.theme: one.confidence for one in ranked}.get(made.decision.theme or "")
            lines.append((made.made_at, 2, _suggested(office, made, confidence)))
    return [line for _, _, line in sorted(lines, key=lambda each: each[:2])]


def _suggested(office: Office, made: StoredDecision, confidence: float | None) -> HistoryLine:
    decision, taxonomy = made.decision, office.taxonomy
    parts = [
        f"主题 {taxonomy.theme_name(decision.theme) or '待定'}",
        "" if confidence is None else f"把握 {frame.percent(confidence)} %",
        f"主办 {taxonomy.department_name(decision.lead)}" if decision.lead else "",
        f"模型 {decision.model_version}",
    ]
    return HistoryLine(
        at=frame.minute(made.made_at), who="系统", what="系统建议", detail="　".join(filter(None, parts))
    )


def reminders(office: Office, events: Iterable[Event]) -> list[ReminderLine]:
    """List the 催办 among events that stand."""
    return [_reminder(office, event) for event in standing(events, EventKind.REMINDED)]


def _reminder(office: Office, event: Event) -> ReminderLine:
    told = json.loads(event.payload)
    at = datetime.fromisoformat(told["reminded_at"]) if told.get("reminded_at") else event.at
    return ReminderLine(
        at=frame.minute(at),
        way=_label(Way, told.get("way")),
        person=str(told.get("person") or told.get("note") or ""),
        result=str(told.get("result") or ""),
        who=frame.actor_name(office, event.actor),
    )


def event_detail(office: Office, told: dict[str, Any]) -> str:
    """Say what an event tells besides its kind."""
    taxonomy = office.taxonomy
    parts = [
        taxonomy.department_name(told.get("department")),
        EventKind(told["of"]).label if told.get("of") else "",
        f"→ {taxonomy.department_name(told['to'])}" if told.get("to") else "",
        f"主题 {taxonomy.theme_name(told['theme'])}" if told.get("theme") else "",
        f"主办 {taxonomy.department_name(told['lead'])}" if told.get("lead") else "",
        "、".join(Disposition(one).label for one in told.get("dispositions", [])),
        "（拟办与签发为同一人）" if told.get("own_decision") else "",
        _label(Way, told.get("way")),
        str(told.get("person") or ""),
        _label(Satisfaction, told.get("satisfaction")),
        f"希望延到 {told['until']}" if told.get("until") else "",
        *(str(told.get(name) or "") for name in ("reason", "note", "result", "name")),
        f"协调情况：{told['agreed']}" if told.get("agreed") else "",
        _paper(told.get("paper")),
    ]
    return "　".join(filter(None, parts))


def _label(kind: type[Labelled], value: str | None) -> str:
    return kind(value).label if value else ""


def _paper(paper: dict[str, Any] | None) -> str:
    if not paper:
        return ""
    parts = [paper["person"], _label(Way, paper["way"]), paper.get("number"), paper.get("day")]
    return f"（{'，'.join(one for one in parts if one)}）"
