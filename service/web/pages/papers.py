"""Papers: those of a submission as Word files, and the templates that they are made with."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from service import papers
from service.access import Right
from service.errors import NotFound, ServiceError
from service.exports import Wish
from service.files.tables import Form
from service.files.templates import MOST_BYTES, TemplateFault
from service.paper_sample import TAGS
from service.papers import PaperKind, Stationery
from service.web import downloads
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.stationery import stationery_of
from service.web.printing import print_paper

router = APIRouter()
HERE = "/papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """A template as a line of the page."""

    kind: str
    name: str
    own: bool


@router.get("/submissions/{submission_id}/papers/{kind}", dependencies=[Depends(requires(Right.EXPORT))])
def printed(request: Request, submission_id: str, kind: str, item: str = "") -> Response:
    """Give a paper; personal data is covered in it."""
    return print_paper(request.app.state.office, caller_of(request), submission_id, kind, item, Wish(form=Form.DOCX))


@router.post("/submissions/{submission_id}/papers/{kind}", dependencies=[Depends(requires(Right.EXPORT))])
async def printed_for(request: Request, submission_id: str, kind: str) -> Response:
    """Give a paper with name and phone, for a purpose."""
    form = await request.form()
    wish = Wish(form=Form.DOCX, purpose=str(form.get("purpose", "")), revealed=True)
    return await run_in_threadpool(
        print_paper,
        request.app.state.office,
        caller_of(request),
        submission_id,
        kind,
        str(form.get("item", "")),
        wish,
    )


@router.get(HERE, dependencies=[Depends(requires(Right.MANAGE))])
def shown(request: Request, done: str = "", problem: str = "") -> HTMLResponse:
    """Show the templates."""
    cabinet = stationery_of(request.app.state.office).cabinet
    lines = [TemplateLine(kind=one.value, name=one.label, own=cabinet.is_own(one.value)) for one in PaperKind]
    return frame.render(
        request,
        "papers.html",
        HERE,
        notice=done[:100],
        problem=problem[:300],
        lines=lines,
        tags=TAGS,
    )


@router.get("/papers/{kind}", dependencies=[Depends(requires(Right.MANAGE))])
def template(request: Request, kind: str) -> Response:
    """Give the template in use, to be edited in WPS."""
    named = _template(kind)
    cabinet = stationery_of(request.app.state.office).cabinet
    return downloads.sent_bytes(cabinet.path(named.value).read_bytes(), f"{named.label}模板.docx", Form.DOCX.media_type)


@router.get("/papers/{kind}/preview", dependencies=[Depends(requires(Right.MANAGE))])
def preview(request: Request, kind: str) -> Response:
    """Fill the template in use with an invented case."""
    stationery, named = stationery_of(request.app.state.office), _template(kind)
    try:
        content = papers.sample(stationery, named, stationery.cabinet.path(named.value).read_bytes())
    except TemplateFault as error:
        return _back(problem=str(error))
    return downloads.sent_bytes(content, f"{named.label}预览.docx", Form.DOCX.media_type)


@router.post("/papers/{kind}", dependencies=[Depends(requires(Right.MANAGE))])
async def replaced(request: Request, kind: str) -> Response:
    """Take a template of the office into use, when it can be filled."""
    named, upload = _template(kind), (await request.form()).get("file")
    content = await upload.read(MOST_BYTES + 1) if isinstance(upload, UploadFile) else b""
    return await run_in_threadpool(_replace, stationery_of(request.app.state.office), named, content)


def _replace(stationery: Stationery, named: PaperKind, content: bytes) -> Response:
    if not content:
        return _back(problem="请先选择要上传的 Word 模板（.docx）")
    try:
        papers.sample(stationery, named, content)
    except ServiceError as error:
        return _back(problem=f"{error}。原来的模板没有改动")
    stationery.cabinet.keep(named.value, content)
    return _back(done=f"“{named.label}”已改用本单位的模板，可点“预览”查看")


@router.post("/papers/{kind}/reset", dependencies=[Depends(requires(Right.MANAGE))])
def reset(request: Request, kind: str) -> Response:
    """Go back to the shipped template."""
    named = _template(kind)
    stationery_of(request.app.state.office).cabinet.reset(named.value)
    return _back(done=f"“{named.label}”已恢复为随附的模板")


def _template(kind: str) -> PaperKind:
    found = next((one for one in PaperKind if one.value == kind), None)
    if found is None:
        raise NotFound("没有这种文书模板，请从页面上的按钮进入")
    return found


def _back(done: str = "", problem: str = "") -> RedirectResponse:
    return RedirectResponse(frame.address(HERE, done=done, problem=problem), 303)
