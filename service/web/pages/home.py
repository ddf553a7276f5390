"""工作台: where everybody begins; each figure leads to exactly what it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service import first_steps, machine, waiting
from service.access import Caller, Right
from service.machine import Finding
from service.office import Office
from service.waiting import Heap, Waiting
from service.web.callers import PASSWORD_PAGE, caller_of, requires
from service.web.pages import frame

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with the address of what it counts."""

    label: str
    count: str
    address: str
    tone: str = ""


@router.get("/", dependencies=[Depends(requires())])
def shown(request: Request) -> Response:
    """Show what waits, what is due, what changed, and whether the machine is well."""
    caller = caller_of(request)
    if not caller.may(Right.READ, Right.UNIT, Right.SETTINGS):
        return RedirectResponse(_elsewhere(caller))
    return _desk(request, caller)


def _elsewhere(caller: Caller) -> str:
    """Give the page on which somebody begins who has no part in the work itself."""
    return "/audit" if caller.may(Right.AUDIT) else PASSWORD_PAGE


def _desk(request: Request, caller: Caller) -> HTMLResponse:
    office: Office = request.app.state.office
    now = office.now()
    reads, works = caller.may(Right.READ), caller.may(Right.READ, Right.UNIT)
    due = waiting.due_for(office.store, caller, now) if works else []
    return frame.render(
        request,
        "home.html",
        "/",
        today=frame.day(now),
        steps=first_steps.first_steps(office.store, caller),
        waits=[*_waits(waiting.waiting_for(office.store, caller), caller), *_restricted(office, caller)],
        due=[_figure(heap, caller, _TONES.get(heap.label, "")) for heap in due],
        changes=[
            Figure(
                label=one.kind.label,
                count=frame.total_words(one.count).removesuffix(" 件"),
                address=frame.address("/submissions", did=one.kind.value, since=one.since.isoformat()),
            )
            for one in (waiting.changes(office.store, now) if reads else [])
        ],
        machine=_machine(office, caller, now) if caller.may(Right.READ, Right.SETTINGS) else [],
    )


_TONES = {"已超期": "late", "将到期": "soon"}


def _waits(found: Waiting, caller: Caller) -> list[Figure]:
    review = [] if found.review is None else [Figure(label="待拟办", count=f"{found.review:,}", address="/review")]
    return [*review, *(_figure(heap, caller) for heap in found.items)]


def _restricted(office: Office, caller: Caller) -> list[Figure]:
    """Give the figure of 限阅件 to those who are named for it, and to nobody else."""
    count = frame.restricted_count(office, caller)
    return [] if count is None else [Figure(label="限阅件", count=str(count), address="/restricted")]


def _machine(office: Office, caller: Caller, now: datetime) -> list[Finding]:
    found = [_model(office), machine.backup(office.settings, now), machine.disk(office.settings)]
    incoming = machine.imports(office.store)
    found.append(incoming if caller.may(Right.REGISTER) else replace(incoming, address=""))
    if caller.may(Right.PEOPLE):
        found.append(replace(machine.readers(office.store), address="/people"))
    return found


def _figure(heap: Heap, caller: Caller, tone: str = "") -> Figure:
    address = frame.address(frame.ledger_address(caller), **dict(heap.query))
    return Figure(label=heap.label, count=f"{heap.count:,}", address=address, tone=tone if heap.count else "")


def _model(office: Office) -> Finding:
    if office.model_fault:
        return Finding(name="模型", well=False, words=f"没有可用的模型，来稿一律转人工拟办。{office.model_fault}")
    model = office.judge.model
    return Finding(name="模型", well=True, words=f"版本 {model.version}" if model else "没有载入")
