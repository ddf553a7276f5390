"""审计日志: who signed in, changed accounts, took lists out, looked at 限阅件."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from service import audit
from service.access import Post, Right
from service.audit import Kind
from service.keys import SCOPES
from service.office import Office
from service.store.audit import Entry
from service.web.callers import requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter

HERE = "/audit"
router = APIRouter(prefix=HERE, dependencies=[Depends(requires(Right.AUDIT))])
_TOLD = {
    "source": "来自", "user_name": "用户名", "name": "姓名", "posts": "岗位", "department": "承办单位",
    "restricted": "限阅件阅件人", "substitute": "代理人", "first_day": "从", "last_day": "至", "scopes": "权限",
    "days": "天数", "file": "附件", "did": "办理", "rows": "行数", "what": "内容", "folder": "位置", "count": "件数",
    "form": "格式", "masked": "隐去个人信息", "purpose": "用途",
}  # fmt: skip
_DID = {
    "restricted": "列为限阅件", "discipline": "移送区纪委监委", "petition": "转区信访局", "given_back": "告知渠道并退还",
    "released": "误判解除", "release_proposed": "提出误判解除", "release_refused": "不同意误判解除",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as a line of the list."""

    number: int
    at: str
    who: str
    what: str
    subject: str
    details: str


@router.get("")
def listed(request: Request, kind: str = "", before: str = "", check: str = "") -> HTMLResponse:
    """Show the log, the newest first."""
    office: Office = request.app.state.office
    chosen = [one for one in Kind if one.value == kind]
    number = int(before) if before.isdecimal() and len(before) < 10 else None
    found = audit.page(office.store, number, frame.PAGE_SIZE + 1, chosen)
    receipts = audit.receipts(office.store, found)
    rows = [_line(office, one, receipts) for one in found[: frame.PAGE_SIZE]]
    kinds = [Choice(value=one.value, label=one.label) for one in Kind]
    more = frame.address(HERE, kind=kind, before=str(rows[-1].number)) if len(found) > frame.PAGE_SIZE else ""
    return frame.render(
        request,
        "audit.html",
        HERE,
        rows=rows,
        filter=Filter(name="kind", label="事项", choices=kinds, chosen=kind),
        next_address=more,
        checked=_checked(office) if check else None,
        first_address=frame.address(HERE, kind=kind) if number is not None else "",
    )


def _checked(office: Office) -> tuple[bool, str]:
    broken = audit.broken_at(office.store)
    if broken is None:
        return True, "日志完整：每一条都与前一条相扣，没有被改动、删除或插入。"
    return False, f"日志在第 {broken} 条处断开：此条或其前后被改动、删除或插入过。请保留现场，与备份核对。"


def _line(office: Office, entry: Entry, receipts: Mapping[str, str]) -> Line:
    told: dict[str, Any] = json.loads(entry.details)
    return Line(
        number=entry.sequence,
        at=frame.minute(entry.at),
        who=frame.actor_name(office, entry.actor),
        what=Kind(entry.kind).label,
        subject="" if entry.subject == entry.actor else _subject(office, entry.subject, receipts),
        details="　".join(f"{_TOLD.get(name, name)} {_words(office, name, value)}" for name, value in told.items()),
    )


def _subject(office: Office, subject: str, receipts: Mapping[str, str]) -> str:
    if subject in receipts:
        return f"限阅件 {receipts[subject]}"
    return (subject and office.names.of(subject)) or subject


def _words(office: Office, name: str, value: Any) -> str:
    if name == "posts":
        return "、".join(Post(one).label for one in value)
    if name == "department":
        return office.taxonomy.department_name(value)
    if name == "substitute":
        return frame.actor_name(office, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "scopes":
        return "、".join(SCOPES[Right(one)] for one in value)
    if name == "file":
        return f"末六位 {str(value)[-6:]}"
    if name == "did":
        return _DID.get(str(value), str(value))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
