"""答复模板: a unit keeps its own, the desk keeps those that every unit may use."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service import answer_templates
from service.access import Right
from service.errors import Invalid, NotFound
from service.office import Office
from service.web.api.own import owner_of
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.actions import Field

router = APIRouter()
HERE = "/answer-templates"
_MAY = [Depends(requires(Right.UNIT, Right.MANAGE))]


@router.get(HERE, dependencies=_MAY)
def listed(request: Request, done: str = "", problem: str = "") -> HTMLResponse:
    """Show the templates that the caller can use, and the form for one more."""
    return _show(request, notice=done[:100], problem=problem[:100])


@router.post(HERE, dependencies=_MAY, response_model=None)
async def save(request: Request) -> Response:
    """Keep a template."""
    form = await request.form()
    name, text = str(form.get("name", "")), str(form.get("text", ""))
    office, caller = request.app.state.office, caller_of(request)
    try:
        await run_in_threadpool(
            answer_templates.save, office.store, owner_of(caller), name, text, caller.id, office.now()
        )
    except Invalid as error:
        return await run_in_threadpool(_show, request, name=name, text=text, problem=str(error), status=422)
    return RedirectResponse(frame.address(HERE, done="已保存模板"), 303)


@router.post(HERE + "/{template_id}/remove", dependencies=_MAY)
def remove(request: Request, template_id: str) -> RedirectResponse:
    """Remove a template of one's own; of another's nothing is told but that it was not found."""
    office: Office = request.app.state.office
    try:
        answer_templates.remove(office.store, owner_of(caller_of(request)), known_id(template_id))
    except NotFound as error:
        return RedirectResponse(frame.address(HERE, problem=str(error)), 303)
    return RedirectResponse(frame.address(HERE, done="已删除模板"), 303)


def _show(
    request: Request, *, name: str = "", text: str = "", notice: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    office, caller = request.app.state.office, caller_of(request)
    owner = owner_of(caller)
    return frame.render(
        request,
        "answer_templates.html",
        frame.own_address(caller) if caller.department else "/ledger",
        status=status,
        notice=notice,
        problem=problem,
        templates=answer_templates.usable(office.store, owner),
        owner=owner,
        owner_name=office.taxonomy.department_name(owner) or "全部单位",
        name_field=Field(name="name", label="名称", required=True, kind="line", value=name),
        text_field=Field(name="text", label="内容（要填写处用 __ 标出）", required=True, value=text),
    )
