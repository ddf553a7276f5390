"""Keeping what is typed into a form as a draft, and the line beside the form that says what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi.responses import HTMLResponse

from service import drafts
from service.errors import ServiceError
from service.office import Office
from service.store.drafts import Draft
from service.web.pages import frame


def keep(
    office: Office, person: str, form: str, key: str, content: Mapping[str, str], stands_for: Sequence[str] = ()
) -> HTMLResponse:
    """Keep a draft, and say when that was or why it could not be."""
    made = Draft(person=person, form=form, key=key, content=content, saved_at=office.now())
    try:
        drafts.keep(office.store, made, stands_for)
    except ServiceError as error:
        return frame.fragment("_draft.html", saved="", problem=str(error))
    return frame.fragment("_draft.html", saved=frame.minute(made.saved_at)[11:], problem="")


def throw_away(office: Office, person: str, form: str, key: str, stands_for: Sequence[str] = ()) -> HTMLResponse:
    """Throw a draft away, as what is typed says no more than the form did, and say nothing."""
    drafts.discard(office.store, person, form, key, stands_for)
    return frame.fragment("_draft.html", saved="", problem="")
