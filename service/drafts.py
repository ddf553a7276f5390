"""Drafts: what somebody has typed and not registered is kept as typed, until it is registered or thrown away."""

from __future__ import annotations

from collections.abc import Mapping

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


def keep(store: Store, draft: Draft) -> None:
    """Keep a draft in the place of the one with the same key.

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
        if secret:
            drafts.remove(connection, draft.person, draft.form, draft.key)
        else:
            drafts.put(connection, draft)
            for old in drafts.of_person(connection, draft.person, draft.form)[MOST_DRAFTS:]:
                drafts.remove(connection, old.person, old.form, old.key)
    if secret:
        raise SecretText("内容带有密级标志，本系统为非涉密系统，草稿没有保存，请联系本单位保密员")


def kept(store: Store, person: str, form: str) -> list[Draft]:
    """Read a person's drafts of a form, the latest first."""
    with store.read() as connection:
        return drafts.of_person(connection, person, form)


def discard(store: Store, person: str, form: str, key: str) -> None:
    """Throw a draft away; there need be none."""
    with store.write() as connection:
        drafts.remove(connection, person, form, key)


def changed(content: Mapping[str, str], untouched: Mapping[str, str]) -> bool:
    """Tell whether anything was typed that the empty form does not hold."""
    return any(value.strip() != untouched.get(name, "").strip() for name, value in content.items())
