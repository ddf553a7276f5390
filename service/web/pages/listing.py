"""来稿: the list, with columns of one's own, filters that stay in the address, views, and acts on many."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service import statistics, views
from service.access import Right
from service.errors import ServiceError
from service.office import Office
from service.web.callers import caller_of, requires
from service.web.pages import bulk, frame, list_filters
from service.web.pages.list_columns import COLUMNS, chosen, row_of
from service.web.pages.list_filters import Asked

router = APIRouter()
HERE = "/submissions"
FIRST_ROW = ("stage", "theme", "department", "place", "wait")
SECOND_ROW = ("source", "track", "urgency", "mark", "adopted")


@router.get(HERE, dependencies=[Depends(requires(Right.READ))])
def listed(request: Request, cursor: str = "", done: str = "", problem: str = "") -> HTMLResponse:
    """List submissions."""
    office: Office = request.app.state.office
    caller, now = caller_of(request), office.now()
    asked = list_filters.read(request.query_params, now)
    page = statistics.submissions_page(office.store, asked.wanted, cursor or None, frame.PAGE_SIZE, asked.order)
    columns = chosen(views.columns_of(office.store, caller.id))
    beside = statistics.beside(office.store, [one.submission.id for one in page.rows])
    saved = views.views_of(office.store, caller.id)
    return frame.render(
        request,
        "submissions.html",
        HERE,
        query=asked.values["q"],
        asked=asked,
        filters=list_filters.shown(office, asked.values, FIRST_ROW),
        more=list_filters.shown(office, asked.values, SECOND_ROW),
        more_open=any(asked.values[name] for name in (*SECOND_ROW, "order")),
        orders=list_filters.ORDERS,
        chips=list_filters.chips(asked, HERE),
        notice=done[:100],
        problem=asked.problem or problem[:200],
        total=frame.total_words(statistics.submissions_counted(office.store, asked.wanted)),
        all_columns=COLUMNS,
        columns=columns,
        rows=[row_of(office, one, beside, columns, now) for one in page.rows],
        views=[one for one in saved if one.person == caller.id],
        shared=[one for one in saved if one.person != caller.id],
        acts=bulk.choices(caller),
        departments=[one for one in frame.department_choices(office) if one.value in dispatchable(office)],
        address=address_of(asked),
        query_string=address_of(asked).partition("?")[2],
        next_address=frame.address(HERE, **asked.kept, cursor=page.next_cursor) if page.next_cursor else "",
        first_address=address_of(asked) if cursor else "",
    )


def address_of(asked: Asked) -> str:
    """Give the address of the list with these filters."""
    return frame.address(HERE, **asked.kept)


def dispatchable(office: Office) -> set[str]:
    """Name the departments that items can be handed to."""
    return {one.id for one in office.taxonomy.departments if one.level.dispatchable}


@router.post("/submissions/columns", dependencies=[Depends(requires(Right.READ))])
async def choose_columns(request: Request) -> RedirectResponse:
    """Keep the columns that a person chose."""
    form = await request.form()
    names = [column.name for column in COLUMNS if column.name in form.getlist("column")]
    office: Office = request.app.state.office
    await run_in_threadpool(views.choose_columns, office.store, caller_of(request).id, names)
    return RedirectResponse(back_to(str(form.get("back", ""))), 303)


@router.post("/submissions/views", dependencies=[Depends(requires(Right.READ))])
def save_view(
    request: Request,
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Keep the present filters under a name."""
    office: Office = request.app.state.office
    there = back_to(f"{HERE}?{query}")
    try:
        views.save_view(office.store, caller_of(request).id, name, query, bool(shared), office.now())
    except ServiceError as error:
        return RedirectResponse(_with(there, "problem", str(error)), 303)
    return RedirectResponse(_with(there, "done", "已存为视图，可在“视图”中打开"), 303)


@router.post("/submissions/views/{view_id}/drop", dependencies=[Depends(requires(Right.READ))])
def drop_view(request: Request, view_id: str) -> RedirectResponse:
    """Drop one's own view."""
    office: Office = request.app.state.office
    try:
        views.drop_view(office.store, view_id, caller_of(request).id)
    except ServiceError as error:
        return RedirectResponse(frame.address(HERE, problem=str(error)), 303)
    return RedirectResponse(frame.address(HERE, done="已删除视图"), 303)


def back_to(there: str) -> str:
    """Let only the list through as a way back."""
    path, _, query = there.partition("?")
    return f"{HERE}?{query}" if path == HERE and query and len(query) <= views.QUERY_LENGTH else HERE


def _with(there: str, name: str, value: str) -> str:
    path, _, query = there.partition("?")
    added = frame.address(path, **{name: value})
    return f"{added}&{query}" if query else added
