"""导入: drop a file, see how it will be read and what is wrong with it, import it, take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp.domain import Track
from nlp.errors import InputFileError
from service.access import Right
from service.errors import Invalid, NotFound, ServiceError
from service.files.column_names import Field
from service.files.tables import Form
from service.imports import labelled, offline, opening, results, running, undoing
from service.imports.meanings import DEPARTMENT, THEME
from service.imports.opening import Opened, Sent
from service.imports.plan import Plan, Purpose
from service.limits import check_name
from service.office import Office
from service.store import import_memory, imports
from service.store.imports import ImportState
from service.web import downloads
from service.web.api.parameters import known_id, parse_choice
from service.web.callers import caller_of, requires
from service.web.pages import frame, import_view
from service.web.uploads import MAX_FIELDS, files_of, read_form

HERE = "/imports"
LISTED = 30
router = APIRouter(prefix=HERE, dependencies=[Depends(requires(Right.REGISTER))])


@router.get("")
def start(request: Request, stopped: bool = False) -> HTMLResponse:
    """Show where to drop a file, and the imports so far, or those of them that came to a stop."""
    return _start(request, stopped=stopped)


def _start(
    request: Request, problem: str = "", status: int = 200, text: str = "", *, stopped: bool = False
) -> HTMLResponse:
    office: Office = request.app.state.office
    with office.store.read() as connection:
        latest = imports.latest(connection, LISTED, stopped=stopped)
    return frame.render(
        request, "imports.html", HERE, status=status, problem=problem, text=text, latest=latest, minute=frame.minute,
        actor=lambda one: frame.actor_name(office, one), most=office.settings.import_limit // 1_000_000, stopped=stopped,
    )  # fmt: skip


@router.post("")
async def upload(request: Request) -> Response:
    """Take in files, or pasted text, and show how they will be read."""
    office: Office = request.app.state.office
    sent = await read_form(request, office.settings.import_limit)
    text = str(sent.get("text") or "")
    try:
        opened = await run_in_threadpool(_open, office, sent, text, caller_of(request).id)
    except (ServiceError, InputFileError) as error:
        return await run_in_threadpool(_start, request, str(error), 422, text)
    finally:
        await sent.close()
    again = "?again=1" if opened.before else ""
    return RedirectResponse(f"{HERE}/{opened.made.id}{again}", 303)


def _open(office: Office, sent: FormData, text: str, actor: str) -> Opened:
    uploads = files_of(sent, "files")
    files = [Sent(name=one.filename or "", content=one.file) for one in uploads] or [opening.pasted(text)]
    settings = office.settings
    return opening.open_import(office.store, settings.home, files, settings.import_limit, actor, office.now())


@router.get("/{import_id}")
def show(request: Request, import_id: str, again: str = "", problem: str = "") -> HTMLResponse:
    """Show an import: the wizard before it began, its progress while it runs, what became of it afterwards."""
    return _show(request, import_id, again=bool(again))


def _show(
    request: Request, import_id: str, *, problem: str = "", again: bool = False, status: int = 200
) -> HTMLResponse:
    office: Office = request.app.state.office
    with office.store.read() as connection:
        found = imports.get(connection, known_id(import_id))
    if found.state is ImportState.READY:
        view = import_view.wizard(office, import_id)
        return frame.render(
            request, "import.html", HERE, status=status, view=view, problem=problem or view.problem,
            fields=list(Field), purposes=list(Purpose), tracks=list(Track), weights=_weights(),
        )  # fmt: skip
    return frame.render(
        request, "import_done.html", HERE, status=status, problem=problem, again=again,
        now=import_view.progress(office, import_id), minute=frame.minute, actor=frame.actor_name(office, found.actor),
        labels=labelled.of_import(office.store, import_id), theme=office.taxonomy.theme_name,
    )  # fmt: skip


def _weights() -> dict[str, tuple[str, str]]:
    return {one.value: (import_view.WEIGHTS[one], import_view.TONES[one]) for one in import_view.WEIGHTS}


@router.get("/{import_id}/progress")
def progress(request: Request, import_id: str) -> HTMLResponse:
    """Show how far a running import is."""
    now = import_view.progress(request.app.state.office, known_id(import_id))
    told = frame.fragment("_import_progress.html", now=now)
    if now.found.state is not ImportState.RUNNING:
        told.headers["HX-Refresh"] = "true"
    return told


@router.post("/{import_id}/plan")
async def change_plan(request: Request, import_id: str) -> Response:
    """Read the file in another way: another sheet, another head, other meanings of columns and old words."""
    sent = await _texts(request)
    office, person = request.app.state.office, caller_of(request).id

    def act() -> None:
        _change_plan(office, import_id, sent, person)

    return await run_in_threadpool(_done, request, known_id(import_id), act)


def _change_plan(office: Office, import_id: str, sent: dict[str, str], person: str) -> None:
    plan, home = _plan_of(office, import_id), office.settings.home
    sheet, head = _place(sent, plan)
    if sheet != plan.sheet:
        opening.choose(office.store, home, import_id, sheet, None)
    elif head != (plan.first, plan.last):
        opening.choose(office.store, home, import_id, sheet, head)
    else:
        changed = _asked(sent, plan)
        opening.keep_plan(office.store, import_id, changed)
        offline.remember(office, changed, person)
        _keep_words(office, sent, person)


def _place(sent: dict[str, str], plan: Plan) -> tuple[int, tuple[int, int]]:
    return _number(sent.get("sheet", ""), plan.sheet), _head(sent.get("head", "")) or (plan.first, plan.last)


def _asked(sent: dict[str, str], plan: Plan) -> Plan:
    columns, whys = import_view.read_columns(sent, plan)
    source = sent.get("source", plan.source).strip() or plan.source
    check_name(source, "source")
    return replace(
        plan,
        columns=columns,
        whys=whys,
        source=source,
        purpose=parse_choice(Purpose, sent.get("purpose", ""), "purpose") or plan.purpose,
        track=parse_choice(Track, sent.get("track", ""), "track") or plan.track,
    )


def _plan_of(office: Office, import_id: str) -> Plan:
    with office.store.read() as connection:
        return opening.plan_of(imports.get(connection, import_id))


async def _texts(request: Request) -> dict[str, str]:
    sent = await request.form(max_fields=MAX_FIELDS)
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _keep_words(office: Office, sent: dict[str, str], person: str) -> None:
    with office.store.write() as connection:
        for kind, choices in ((THEME, frame.theme_choices(office)), (DEPARTMENT, frame.department_choices(office))):
            said = import_view.read_words(sent, kind, choices)
            import_memory.keep_values(connection, kind, said, person, office.now())


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _head(text: str) -> tuple[int, int] | None:
    first, _, last = text.partition("-")
    return (_number(first, 0), _number(last, 0)) if first.isdigit() and last.isdigit() else None


@router.post("/{import_id}/start")
async def begin(request: Request, import_id: str) -> Response:
    """Begin, or go on; what the form says otherwise than the plan (without JavaScript) is looked over first."""
    sent = await _texts(request)
    office, person = request.app.state.office, caller_of(request).id

    def act() -> None:
        scope = sent.get("scope", running.GOOD)
        if scope not in (running.GOOD, running.ALL):
            raise Invalid("请选择导入没有问题的行，还是全部", field="scope", code="E_CHOICE")
        plan = _plan_of(office, import_id)
        if _place(sent, plan) != (plan.sheet, (plan.first, plan.last)) or _asked(sent, plan) != plan:
            _change_plan(office, import_id, sent, person)
            raise Invalid("读法有改动，已按新的读法重新检查，请看过后再导入", field="plan", code="E_PLAN")
        offline.check_readable(plan)
        _keep_words(office, sent, person)
        running.begin(office.store, import_id, scope, office.now())
        request.app.state.imports.hand_over(import_id)

    return await run_in_threadpool(_done, request, known_id(import_id), act)


@router.post("/{import_id}/stop")
def stop(request: Request, import_id: str) -> Response:
    """Stop behind the batch that is being written."""
    return _done(request, known_id(import_id), lambda: running.stop(request.app.state.office.store, import_id))


@router.post("/{import_id}/undo")
def undo(request: Request, import_id: str) -> Response:
    """Take the whole import back."""
    office: Office = request.app.state.office
    actor = caller_of(request).id
    return _done(request, known_id(import_id), lambda: undoing.undo(office.store, import_id, actor, office.now()))


@router.post("/{import_id}/drop")
def drop(request: Request, import_id: str) -> Response:
    """Give up an import that has not begun."""
    office: Office = request.app.state.office
    return _done(
        request, known_id(import_id), lambda: opening.drop(office.store, office.settings.home, import_id), HERE
    )


def _done(request: Request, import_id: str, act: Callable[[], object], after: str = "") -> Response:
    try:
        act()
    except (ServiceError, InputFileError) as error:
        return _show(request, import_id, problem=str(error), status=422)
    return RedirectResponse(after or f"{HERE}/{import_id}", 303)


@router.post("/{import_id}/labels")
async def take_labels_back(request: Request, import_id: str) -> Response:
    """Take back the labels that one old theme gave."""
    sent = await _texts(request)
    office: Office = request.app.state.office
    return await run_in_threadpool(
        _done, request, known_id(import_id),
        lambda: labelled.take_back(office.store, import_id, sent.get("reason", ""), sent.get("theme", ""), office.now()),
    )  # fmt: skip


@router.get("/{import_id}/left-out")
def left_out(request: Request, import_id: str) -> FileResponse:
    """Send the rows left out, each with its reason, in a form that can be put right and imported again."""
    office: Office = request.app.state.office
    with office.store.read() as connection:
        found = imports.get(connection, known_id(import_id))
    now = office.now()
    target = downloads.new_path(office.settings, Form.XLSX.value, now)
    try:
        results.write_left_out(office.store, office.settings.home, found, target, caller_of(request).id, now)
    except InputFileError as error:
        raise NotFound(str(error)) from None
    return downloads.sent(target, f"{Path(found.name).stem}-未导入的行.xlsx", Form.XLSX.media_type)
