"""`/imports`: a file goes in, what was found in it is told, it is imported, it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp.domain import Track
from nlp.errors import InputFileError
from service.access import Right
from service.errors import Invalid
from service.files.column_names import Field
from service.imports import labelled, mapping, offline, opening, running, undoing
from service.imports.opening import Opened, Sent
from service.imports.plan import Plan, Purpose, plan_json
from service.limits import check_name
from service.office import Office
from service.records_json import moment
from service.store import imports
from service.store.imports import Import
from service.web.api.desk_schemas import ImportedLabelsBody, PlanBody, StartBody
from service.web.api.parameters import TheOffice, known_id, parse_choice
from service.web.body import json_body
from service.web.callers import TheCaller, caller_of, requires
from service.web.uploads import files_of, read_form

router = APIRouter(prefix="/imports", tags=["导入"], dependencies=[Depends(requires(Right.REGISTER))])


@router.post("", status_code=201)
async def upload(request: Request) -> dict[str, Any]:
    """Take in files (`files` of a multipart form), or pasted text (`text`), and tell how they will be read."""
    office: Office = request.app.state.office
    form = await read_form(request, office.settings.import_limit)
    try:
        opened = await run_in_threadpool(_open, office, form, caller_of(request).id)
    except InputFileError as error:
        raise Invalid(str(error), field="files", code="E_FILE") from None
    finally:
        await form.close()
    return {**import_json(opened.made), "repeats": [one.id for one in opened.before]}


def _open(office: Office, form: FormData, actor: str) -> Opened:
    files = [Sent(name=one.filename or "", content=one.file) for one in files_of(form, "files")]
    text = form.get("text")
    sent = files or [opening.pasted(text if isinstance(text, str) else "")]
    settings = office.settings
    return opening.open_import(office.store, settings.home, sent, settings.import_limit, actor, office.now())


@router.get("/{import_id}")
def told(office: TheOffice, import_id: str) -> dict[str, Any]:
    """Tell how an import is read, and how far it is."""
    with office.store.read() as connection:
        return import_json(imports.get(connection, known_id(import_id)))


@router.post("/{import_id}/plan", openapi_extra={"x-body": "PlanBody"})
def plan(
    office: TheOffice, caller: TheCaller, import_id: str, body: Annotated[PlanBody, Depends(json_body(PlanBody))]
) -> dict[str, Any]:
    """Read the file in another way."""
    found = _plan_of(office, known_id(import_id))
    if body.sheet is not None or body.head is not None:
        head = (body.head[0], body.head[1]) if body.head else None
        sheet = found.sheet if body.sheet is None else body.sheet
        found = opening.choose(office.store, office.settings.home, import_id, sheet, head)
    changed = _changed(found, body)
    opening.keep_plan(office.store, import_id, changed)
    offline.remember(office, changed, caller.id)
    return told(office, import_id)


@router.post("/{import_id}/start", openapi_extra={"x-body": "StartBody"})
def start(
    request: Request, office: TheOffice, import_id: str, body: Annotated[StartBody, Depends(json_body(StartBody))]
) -> dict[str, Any]:
    """Begin, or go on after a stop."""
    found = _plan_of(office, known_id(import_id))
    if body.scope not in (running.GOOD, running.ALL):
        raise Invalid("请选择导入没有问题的行，还是全部", field="scope", code="E_CHOICE")
    try:
        offline.check_readable(found)
    except InputFileError as error:
        raise Invalid(str(error), field="columns", code="E_COLUMNS") from None
    running.begin(office.store, import_id, body.scope, office.now())
    request.app.state.imports.hand_over(import_id)
    return told(office, import_id)


@router.post("/{import_id}/stop")
def stop(office: TheOffice, import_id: str) -> dict[str, Any]:
    """Stop behind the batch that is being written."""
    _plan_of(office, known_id(import_id))
    running.stop(office.store, import_id)
    return told(office, import_id)


@router.post("/{import_id}/undo")
def undo(office: TheOffice, caller: TheCaller, import_id: str) -> dict[str, Any]:
    """撤销 the whole import."""
    _plan_of(office, known_id(import_id))
    undoing.undo(office.store, import_id, caller.id, office.now())
    return told(office, import_id)


@router.post("/{import_id}/drop")
def drop(office: TheOffice, import_id: str) -> dict[str, Any]:
    """Give up an import that has not begun."""
    _plan_of(office, known_id(import_id))
    opening.drop(office.store, office.settings.home, import_id)
    return {"id": import_id}


@router.post("/{import_id}/labels", openapi_extra={"x-body": "ImportedLabelsBody"})
def take_labels_back(
    office: TheOffice,
    import_id: str,
    body: Annotated[ImportedLabelsBody, Depends(json_body(ImportedLabelsBody))],
) -> dict[str, Any]:
    """Take back the labels that one old theme gave."""
    labelled.take_back(office.store, known_id(import_id), body.reason, body.theme, office.now())
    return told(office, import_id)


def _plan_of(office: Office, import_id: str) -> Plan:
    """Read the plan of an import; one that is not there is told before anything else is."""
    with office.store.read() as connection:
        return opening.plan_of(imports.get(connection, import_id))


def _changed(found: Plan, body: PlanBody) -> Plan:
    columns, whys = found.columns, found.whys
    if body.columns is not None:
        if len(body.columns) != len(found.names):
            raise Invalid(f"该表有 {len(found.names)} 列，请逐列写明（不用的写 null）", field="columns", code="E_COUNT")
        columns = tuple(parse_choice(Field, one, "columns") for one in body.columns)
        whys = tuple(
            why if new is old else mapping.BY_HAND for why, new, old in zip(whys, columns, found.columns, strict=True)
        )
    source = (body.source or "").strip() or found.source
    check_name(source, "source")
    return replace(
        found,
        columns=columns,
        whys=whys,
        source=source,
        purpose=parse_choice(Purpose, body.purpose, "purpose") or found.purpose,
        track=parse_choice(Track, body.track, "track") or found.track,
    )


def import_json(found: Import) -> dict[str, Any]:
    """Give an import: its plan, and what became of its rows so far."""
    return {
        "id": found.id,
        "name": found.name,
        "state": found.state.value,
        "problem": found.problem or None,
        "plan": plan_json(opening.plan_of(found)),
        "imported": found.imported,
        "left_out": found.left_out,
        "same": found.same,
        "created_at": moment(found.created_at),
        "finished_at": moment(found.finished_at),
    }
