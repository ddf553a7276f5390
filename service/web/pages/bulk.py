"""Acts on many submissions: what would change is shown first, what was done afterwards, and it can be undone."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service import bulk, bulk_plan, statistics
from service.access import Caller, Right
from service.bulk_plan import MOST, RIGHTS, Bulk
from service.errors import Invalid, NotFound, ServiceError
from service.office import Office
from service.store.conditions import Mark
from service.store.operations import BulkKind, Operation, Part
from service.web.api.parameters import desk_of, known_id, parse_choice
from service.web.callers import caller_of, requires
from service.web.pages import frame, list_filters
from service.web.pages.frame import Choice

router = APIRouter()
ACTING = (Right.REVIEW, Right.SIGN, Right.MANAGE)
SHOWN = 20


def choices(caller: Caller) -> list[Choice]:
    """List what a caller may do to many."""
    found: list[Choice] = []
    for kind in BulkKind:
        if not caller.may(RIGHTS[kind]):
            continue
        if kind in (BulkKind.MARK, BulkKind.UNMARK):
            found += [Choice(value=f"{kind.value}:{one.value}", label=f"{kind.label}：{one.label}") for one in Mark]
        else:
            found.append(Choice(value=kind.value, label=kind.label))
    return found


@router.post("/submissions/bulk", dependencies=[Depends(requires(*ACTING))])
async def previewed(request: Request) -> HTMLResponse:
    """Show what an operation would change."""
    form = await request.form()
    return await run_in_threadpool(_preview, request, form)


def _preview(request: Request, form: FormData) -> HTMLResponse:
    office: Office = request.app.state.office
    wanted, ids = bulk_of(form, caller_of(request)), _ids(office, form)
    planned = bulk_plan.plan(desk_of(office), wanted, ids)
    able = [one for one in planned if not one.problem]
    return frame.render(
        request,
        "bulk.html",
        "/submissions",
        heading=words(office, wanted),
        wanted=wanted,
        able=able,
        changes=Counter(one.change for one in able).most_common(),
        problems=Counter(one.problem for one in planned if one.problem).most_common(),
        unable=[one for one in planned if one.problem][:SHOWN],
        total=len(planned),
        most=MOST,
        back=frame.address("/submissions", **dict(parse_qsl(str(form.get("query", ""))[:2000]))),
    )


@router.post("/submissions/bulk/do", dependencies=[Depends(requires(*ACTING))])
async def done(request: Request) -> RedirectResponse:
    """Do an operation, and lead to what came of it."""
    office: Office = request.app.state.office
    form, caller = await request.form(), caller_of(request)
    wanted = bulk_of(form, caller)
    ids = [known_id(str(one)) for one in form.getlist("id")]
    made = await run_in_threadpool(bulk.perform, desk_of(office), wanted, ids, caller.id, office.now())
    return RedirectResponse(f"/operations/{made.id}", 303)


@router.get("/operations/{operation_id}", dependencies=[Depends(requires(*ACTING))])
def shown(request: Request, operation_id: str, problem: str = "") -> HTMLResponse:
    """Show what came of an operation."""
    office: Office = request.app.state.office
    operation, parts = bulk.told(desk_of(office), known_id(operation_id))
    return frame.render(
        request,
        "operation.html",
        "/submissions",
        problem=problem[:200],
        operation=operation,
        heading=words(office, Bulk(kind=operation.kind, value=operation.value)),
        who=frame.actor_name(office, operation.person),
        at=frame.minute(operation.at),
        undone=frame.minute(operation.undone_at) if operation.undone_at else "",
        parts=[(part, outcome(operation, part)) for part in parts],
        done=sum(not part.problem for part in parts),
        taken_back=sum(part.undo_problem == "" for part in parts),
        may_undo=operation.person == caller_of(request).id and operation.undone_at is None,
    )


@router.post("/operations/{operation_id}/undo", dependencies=[Depends(requires(*ACTING))])
def undone(request: Request, operation_id: str) -> RedirectResponse:
    """Undo an operation as far as it still can be."""
    office: Office = request.app.state.office
    there = f"/operations/{known_id(operation_id)}"
    try:
        bulk.undo(desk_of(office), operation_id, caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return RedirectResponse(frame.address(there, problem=str(error)), 303)
    return RedirectResponse(there, 303)


def outcome(operation: Operation, part: Part) -> tuple[str, str]:
    """Say what came of a part, with its tone."""
    if part.problem:
        return f"没有办：{part.problem}", "late"
    if operation.undone_at is None or part.undo_problem is None:
        return "已办", "well"
    return ("已撤销", "plain") if not part.undo_problem else (f"没有撤销：{part.undo_problem}", "soon")


def words(office: Office, wanted: Bulk) -> str:
    """Say an operation in words."""
    if wanted.kind is BulkKind.REASSIGN:
        return f"批量改派给{office.taxonomy.department_name(wanted.value)}"
    if wanted.kind in (BulkKind.MARK, BulkKind.UNMARK):
        return f"批量{wanted.kind.label}“{Mark(wanted.value).label}”"
    return f"批量{wanted.kind.label}"


def bulk_of(form: FormData, caller: Caller) -> Bulk:
    """Read what is asked for.

    Raises:
        Invalid: no such act, or what it needs is missing.
        NotFound: the caller has not the right to it.
    """
    name, _, mark = str(form.get("act", "")).partition(":")
    kind = parse_choice(BulkKind, name, "act")
    fields = {BulkKind.REASSIGN: "department", BulkKind.SUPERVISE: "reason"}
    value = str(form.get(fields[kind], "")) if kind in fields else mark
    return bulk_plan.asked(caller, kind, value)


def _ids(office: Office, form: FormData) -> list[str]:
    """Read what was ticked, or with `all` everything that the filters list."""
    if not form.get("all"):
        ids = [known_id(str(one)) for one in form.getlist("id")]
    else:
        asked = list_filters.read(dict(parse_qsl(str(form.get("query", ""))[:2000])), office.now())
        page = statistics.submissions_page(office.store, asked.wanted, None, MOST + 1, asked.order)
        ids = [one.submission.id for one in page.rows]
    if not ids:
        raise Invalid("请先勾选要办理的件", field="id", code="E_REQUIRED")
    if len(ids) > MOST:
        raise Invalid(f"一次最多办理 {MOST} 件，请用条件缩小范围", field="id", code="E_RANGE")
    return ids
