"""转办台账 and 我的承办件: items by due date; a row opens beside the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nlp.domain import ItemState
from service import holding, statistics
from service.access import Caller, Right
from service.due import Due, due_date, due_words, within
from service.errors import NotFound
from service.office import Office
from service.store.holdings import Holding
from service.store.listing import ItemFilter, ItemRow
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter
from service.web.pages.list_columns import title_of
from service.web.pages.panel import Sent, held_words, panel_of, state_words, tags_of, unit_words, with_item

router = APIRouter()
NAMES = ("state", "due", "mark", "department", "q")
MARKS = {"supervised": "督办", "extension": "申请延期"}
_SIGNED = tuple(one for one in ItemState if one.open and one is not ItemState.AWAITING_SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item as a line of the ledger."""

    id: str
    address: str
    receipt: str
    title: str
    tags: list[tuple[str, str]]
    theme: str
    department: str
    role: str
    due: str
    left: str
    due_tone: str
    state: str
    tone: str
    handler: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A department with its counts; `successor` took over from one that was dissolved."""

    id: str
    name: str
    level: str
    successor: str
    queued: int
    in_progress: int
    answered: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which list is shown: its address and heading, the unit it is of, the filters in force."""

    here: str
    heading: str
    department: str | None
    chosen: Mapping[str, str]

    @property
    def at_desk(self) -> bool:
        """Whether it is the whole ledger."""
        return self.here == "/ledger"

    @property
    def address(self) -> str:
        """The address with its filters."""
        return frame.address(self.here, **self.chosen)


@router.get("/ledger", dependencies=[Depends(requires(Right.READ))])
def ledger(request: Request) -> HTMLResponse:
    """Show every item on its way."""
    return show(request, place_of(request, "/ledger", dict(request.query_params)))


@router.get("/departments", dependencies=[Depends(requires(Right.READ, Right.UNIT))], response_model=None)
def departments(request: Request) -> Response:
    """Show the departments with how much waits for each; to a unit, its own items."""
    office: Office = request.app.state.office
    bound = caller_of(request).department
    if bound is not None:
        return RedirectResponse(f"/departments/{bound}", 303)
    rows = [_queue_line(office, one.id) for one in office.taxonomy.departments if one.level.dispatchable]
    counts = statistics.queue_counts(office.store)
    rows = [_counted(row, counts) for row in rows]
    rows.sort(key=lambda row: -(row.queued + row.in_progress + row.answered))
    return frame.render(request, "departments.html", "/departments", rows=rows)


def _queue_line(office: Office, department: str) -> QueueLine:
    found = office.taxonomy.department(department)
    acting = office.taxonomy.acting(department, frame.today(office))
    successor = acting.name if acting and acting.id != department else ""
    name, level = (found.name, found.level.label) if found else (department, "")
    return QueueLine(
        id=department, name=name, level=level, successor=successor, queued=0, in_progress=0, answered=0, closed=0
    )


@router.get("/departments/{department}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def department_items(request: Request, department: str) -> HTMLResponse:
    """Show the items of one department."""
    return show(request, place_of(request, f"/departments/{department}", dict(request.query_params)))


@router.get("/items/{item_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))], response_model=None)
def item(request: Request, item_id: str, back: str = "") -> Response:
    """Show one item: beside the list that is open, or with the list that it belongs to."""
    office, caller = request.app.state.office, caller_of(request)
    there = safe(caller, back)
    panel = panel_of(office, caller, known_id(item_id), list_address=there)
    if "hx-request" not in request.headers:
        return RedirectResponse(with_item(there, panel.id), 303)
    return frame.fragment("_item.html", panel=panel, back=there)


def place_of(request: Request, here: str, asked: Mapping[str, str]) -> Place:
    """Tell which list an address means.

    Raises:
        NotFound: there is no such department, or it is not the caller's.
    """
    office, caller = request.app.state.office, caller_of(request)
    chosen = {name: asked.get(name, "")[:100] for name in NAMES}
    if here == "/ledger" and caller.department is None:
        return Place(here=here, heading="转办台账", department=chosen["department"] or None, chosen=chosen)
    found = office.taxonomy.department(here.removeprefix("/departments/"))
    if found is None or not caller.reaches(found.id):
        raise NotFound("没有这个承办单位，请核对编号")
    own = "我的承办件" if caller.department else "承办件"
    return Place(here=here, heading=f"{own} · {found.name}", department=found.id, chosen={**chosen, "department": ""})


def safe(caller: Caller, there: str) -> str:
    """Give the list to go back to: one of ours with its filters, else the caller's own."""
    home = f"/departments/{caller.department}" if caller.department else "/ledger"
    parts = urlsplit(there)
    allowed = parts.path == home or (caller.department is None and parts.path.startswith("/departments/"))
    if not allowed or parts.netloc or parts.scheme or "//" in parts.path:
        return home
    kept = {name: value for name, value in parse_qsl(parts.query) if name in (*NAMES, "cursor")}
    return frame.address(parts.path, **kept)


def show(
    request: Request, place: Place, *, sent: Sent | None = None, item_id: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    """Render a list, with one item open beside it where one is asked for."""
    office, caller, params = request.app.state.office, caller_of(request), request.query_params
    wanted = wanted_of(office, place)
    page = statistics.items_page(office.store, wanted, params.get("cursor") or None, frame.PAGE_SIZE)
    opened = item_id or params.get("item", "")
    panel = panel_of(office, caller, known_id(opened), sent, place.address) if opened else None
    held = holding.colleagues(
        office.store, [row.item for row in page.rows], caller.department or "", caller.id, office.now()
    )
    filtered = any(place.chosen.values())
    return frame.render(
        request,
        "ledger.html",
        "/ledger" if place.at_desk else frame.own_address(caller),
        status=status,
        heading=place.heading,
        notice=params.get("done", "")[:200],
        problem=problem or params.get("problem", "")[:200],
        filters=_filters(office, place),
        filtered=filtered,
        here_list=place.here,
        address=place.address,
        asked=place.chosen["q"],
        total=frame.total_words(statistics.items_counted(office.store, wanted)),
        rows=[line_of(office, row, place, held.get(row.item.id)) for row in page.rows],
        panel=panel,
        back=place.address,
        at_desk=place.at_desk,
        batch=_batch(caller, place),
        next_address=frame.address(place.here, **place.chosen, cursor=page.next_cursor) if page.next_cursor else "",
        export_address=frame.address(f"{place.here}/export", **place.chosen),
        empty="没有符合条件的承办件。" if filtered else "没有在办的承办件。拟办意见签发后会出现在这里。",
    )


def _batch(caller: Caller, place: Place) -> str:
    """Name what can be done to many at once."""
    state = place.chosen["state"]
    if place.at_desk and state == ItemState.AWAITING_SIGNATURE and caller.may(Right.SIGN):
        return "签发"
    return "签收" if caller.department and state == ItemState.QUEUED and caller.may(Right.UNIT) else ""


def wanted_of(office: Office, place: Place) -> ItemFilter:
    """Read the filters of a list; one that cannot be asks for nothing."""
    state = next((one for one in ItemState if one == place.chosen["state"]), None)
    due = next((one for one in Due if one == place.chosen["due"]), None)
    mark = place.chosen["mark"]
    if not place.at_desk and state is ItemState.AWAITING_SIGNATURE:
        state = None
    wanted = ItemFilter(
        department=place.department,
        states=(state,) if state else () if place.at_desk else _SIGNED,
        signed=not place.at_desk,
        supervised=mark == "supervised",
        extension_requested=mark == "extension",
        text=place.chosen["q"].strip(),
    )
    return within(wanted, due, office.now())


def _filters(office: Office, place: Place) -> list[Filter]:
    states = [
        Choice(value=one.value, label=one.label)
        for one in ItemState
        if place.at_desk or one is not ItemState.AWAITING_SIGNATURE
    ]
    dues = [Choice(value=one.value, label=one.label) for one in Due]
    marks = [Choice(value=value, label=label) for value, label in MARKS.items()]
    found = [("state", "状态", states), ("due", "到期", dues), ("mark", "标记", marks)]
    if place.at_desk:
        found.append(("department", "承办单位", frame.department_choices(office)))
    return [
        Filter(name=name, label=label, choices=choices, chosen=place.chosen[name]) for name, label, choices in found
    ]


def line_of(office: Office, row: ItemRow, place: Place, held: Holding | None) -> Line:
    """Prepare an item for the list."""
    one, submission, now = row.item, row.registered.submission, office.now()
    left, tone = due_words(one, submission.track, submission.urgency, now)
    leased = one.leased_until is not None and one.leased_until > now
    in_hand = "接口领取中" if leased else held_words(office, held.person, frame.minute(held.opened_at)) if held else ""
    return Line(
        id=one.id,
        address=with_item(place.address, one.id),
        receipt=submission.receipt,
        title=title_of(row.registered, covered=not place.at_desk),
        tags=tags_of(one, submission.urgency),
        theme=office.taxonomy.theme_name(row.registered.theme),
        department=unit_words(office, one),
        role=one.role.label,
        due=due_date(one, submission.track, submission.urgency),
        left=left,
        due_tone=tone,
        state=state_words(one),
        tone=frame.state_tone(one.state),
        handler=in_hand or (frame.actor_name(office, one.handler) if one.handler else ""),
        held=bool(in_hand),
    )


def _counted(row: QueueLine, counts: Mapping[tuple[str, ItemState], int]) -> QueueLine:
    def sum_of(*states: ItemState) -> int:
        return sum(counts.get((row.id, state), 0) for state in states)

    return QueueLine(
        id=row.id,
        name=row.name,
        level=row.level,
        successor=row.successor,
        queued=sum_of(ItemState.QUEUED),
        in_progress=sum_of(ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED),
        answered=sum_of(ItemState.ANSWERED),
        closed=sum_of(ItemState.CLOSED),
    )
