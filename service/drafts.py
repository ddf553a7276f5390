"""Drafts: what somebody has typed and not registered is kept as typed, until it is registered or thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from nlp.intake_checks import look_at
from service.errors import Invalid, SecretText
from service.limits import check_storable
from service.store import drafts
from service.store.drafts import Draft
from service.store.engine import Store

MOST_CHARACTERS = 50_000
"""Most characters of all fields of a draft together."""
MOST_DRAFTS = 20
"""Most drafts of a person and a form; the oldest give way."""


def keep(store: Store, draft: Draft, stands_for: Sequence[str] = ()) -> None:
    """Keep a draft in the place of the one with the same key, be it one's own or of somebody whom one stands in for.

    Raises:
        SecretText: it carries a state-secret marking; nothing of it is kept, nor of what was kept before.
        Invalid: it is too long or cannot be stored.
    """
    if sum(map(len, draft.content.values())) > MOST_CHARACTERS:
        raise Invalid("草稿过长，没有保存，请删减", field="text", code="E_TOO_LONG")
    for name, value in draft.content.items():
        check_storable(value, name, MOST_CHARACTERS)
    (seen,) = look_at(["\n".join(draft.content.values())])
    secret = seen.secret_marking is not None
    with store.write() as connection:
        draft = replace(draft, person=_owner(connection, draft, stands_for))
        if secret:
            drafts.remove(connection, draft.person, draft.form, draft.key)
        else:
            drafts.put(connection, draft)
            for old in drafts.of_person(connection, draft.person, draft.form)[MOST_DRAFTS:]:
                drafts.remove(connection, old.person, old.form, old.key)
    if secret:
        raise SecretText("内容带有密级标志，本系统为非涉密系统，草稿没有保存，请联系本单位保密员")


def kept(store: Store, person: str, form: str, stands_for: Sequence[str] = ()) -> list[Draft]:
    """Read a person's drafts of a form, and those of the people whom they stand in for, the latest first."""
    with store.read() as connection:
        found = [one for each in (person, *stands_for) for one in drafts.of_person(connection, each, form)]
    return sorted(found, key=lambda one: one.saved_at, reverse=True)


def discard(store: Store, person: str, form: str, key: str, stands_for: Sequence[str] = ()) -> None:
    """Throw a draft away, one's own or of somebody whom one stands in for; there need be none."""
    with store.write() as connection:
        for each in (person, *stands_for):
            drafts.remove(connection, each, form, key)


def _owner(connection: Connection, draft: Draft, stands_for: Sequence[str]) -> str:
    owned = (one for one in stands_for if _has(connection, one, draft))
    return next(owned, draft.person)


def _has(connection: Connection, person: str, draft: Draft) -> bool:
    return any(one.key == draft.key for one in drafts.of_person(connection, person, draft.form))


def changed(content: Mapping[str, str], untouched: Mapping[str, str]) -> bool:
    """Tell whether anything was typed that the empty form does not hold."""
    return any(value.strip() != untouched.get(name, "").strip() for name, value in content.items())
