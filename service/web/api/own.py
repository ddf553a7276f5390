"""`/views`, `/drafts`, `/answer-templates`: what a caller keeps for later."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service import answer_templates, drafts, views
from service.access import Caller, Right
from service.errors import NotFound
from service.records_json import moment
from service.store.drafts import Draft
from service.store.templates import AnswerTemplate
from service.store.views import SavedView
from service.web.api.desk_schemas import DraftBody, TemplateBody, ViewBody
from service.web.api.parameters import TheOffice, known_id
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["自己的"])
READING = [Depends(requires(Right.READ))]
REGISTERING = [Depends(requires(Right.REGISTER))]
ANSWERING = [Depends(requires(Right.UNIT, Right.MANAGE))]
FORM = "register"
"""The form whose drafts are kept; the page of 登记 shows them."""


@router.get("/views", dependencies=READING)
def views_of(office: TheOffice, caller: TheCaller) -> dict[str, Any]:
    """List one's own views and those that others share."""
    return {"items": [_view(one) for one in views.views_of(office.store, caller.id)]}


@router.post("/views", dependencies=READING, openapi_extra={"x-body": "ViewBody"})
def save_view(
    office: TheOffice, caller: TheCaller, body: Annotated[ViewBody, Depends(json_body(ViewBody))]
) -> dict[str, Any]:
    """Keep a filter under a name."""
    return _view(views.save_view(office.store, caller.id, body.name, body.query, body.shared, office.now()))


@router.delete("/views/{view_id}", dependencies=READING)
def drop_view(office: TheOffice, caller: TheCaller, view_id: str) -> dict[str, Any]:
    """Drop one's own view."""
    views.drop_view(office.store, known_id(view_id), caller.id)
    return {"id": view_id}


@router.get("/drafts", dependencies=REGISTERING)
def drafts_of(office: TheOffice, caller: TheCaller) -> dict[str, Any]:
    """List the drafts that are left, the latest first."""
    kept = drafts.kept(office.store, caller.id, FORM, caller.stands_for)
    return {"items": [_draft(one) for one in kept]}


@router.post("/drafts", dependencies=REGISTERING, openapi_extra={"x-body": "DraftBody"})
def keep_draft(
    office: TheOffice, caller: TheCaller, body: Annotated[DraftBody, Depends(json_body(DraftBody))]
) -> dict[str, Any]:
    """Keep what is typed, in the place of the draft with the same key."""
    made = Draft(person=caller.id, form=FORM, key=body.key, content=body.content, saved_at=office.now())
    drafts.keep(office.store, made, caller.stands_for)
    return _draft(made)


@router.delete("/drafts/{key}", dependencies=REGISTERING)
def discard_draft(office: TheOffice, caller: TheCaller, key: str) -> dict[str, Any]:
    """Throw a draft away; there need be none."""
    drafts.discard(office.store, caller.id, FORM, key[:80], caller.stands_for)
    return {"key": key[:80]}


@router.get("/answer-templates", dependencies=ANSWERING)
def templates_of(office: TheOffice, caller: TheCaller) -> dict[str, Any]:
    """List the 答复模板 that the caller can use: one's own unit's, then the office's."""
    return {"items": [_template(one) for one in answer_templates.usable(office.store, owner_of(caller))]}


@router.post("/answer-templates", dependencies=ANSWERING, openapi_extra={"x-body": "TemplateBody"})
def save_template(
    office: TheOffice, caller: TheCaller, body: Annotated[TemplateBody, Depends(json_body(TemplateBody))]
) -> dict[str, Any]:
    """Keep a 答复模板."""
    owner, now = owner_of(caller), office.now()
    return _template(answer_templates.save(office.store, owner, body.name, body.text, caller.id, now))


@router.delete("/answer-templates/{template_id}", dependencies=ANSWERING)
def remove_template(office: TheOffice, caller: TheCaller, template_id: str) -> dict[str, Any]:
    """Remove a 答复模板 of one's own; there need be none."""
    with suppress(NotFound):
        answer_templates.remove(office.store, owner_of(caller), known_id(template_id))
    return {"id": template_id}


def owner_of(caller: Caller) -> str:
    """Tell whose 答复模板 a caller keeps."""
    return caller.department or answer_templates.OFFICE


def _view(one: SavedView) -> dict[str, Any]:
    values = {"id": one.id, "name": one.name, "query": one.query, "shared": one.shared}
    return {**values, "person": one.person, "saved_at": moment(one.saved_at)}


def _draft(one: Draft) -> dict[str, Any]:
    return {"key": one.key, "content": dict(one.content), "saved_at": moment(one.saved_at)}


def _template(one: AnswerTemplate) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "text": one.text, "department": one.department or None}
