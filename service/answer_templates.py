"""答复模板: texts that a unit begins its answers with; the office's are there for every unit."""

from __future__ import annotations

from datetime import datetime

from service.errors import Invalid, NotFound
from service.ids import new_id
from service.limits import check_name, require_note
from service.store import templates
from service.store.engine import Store
from service.store.templates import AnswerTemplate

OFFICE = ""
"""The owner of the templates that every unit may use."""

MOST = 50


def usable(store: Store, department: str) -> list[AnswerTemplate]:
    """Give a unit's own templates, then the office's."""
    with store.read() as connection:
        own = templates.of_owner(connection, department) if department else []
        return [*own, *templates.of_owner(connection, OFFICE)]


def save(store: Store, owner: str, name: str, text: str, person: str, now: datetime) -> AnswerTemplate:
    """Keep a template of a unit, or of the office; one of the same name is replaced.

    Raises:
        Invalid: no name, no text, or too many.
    """
    name = require_note(name, "name", "请填写模板名称")
    check_name(name, "name")
    text = require_note(text, "text", "请填写模板内容")
    made = AnswerTemplate(id=new_id(now), department=owner, name=name, text=text, person=person, saved_at=now)
    with store.write() as connection:
        present = templates.of_owner(connection, owner)
        if len(present) >= MOST and name not in {each.name for each in present}:
            raise Invalid(f"模板最多 {MOST} 个，请先删除不用的", field="name", code="E_TOO_MANY")
        templates.put(connection, made)
    return made


def remove(store: Store, owner: str, template_id: str) -> None:
    """Remove a template of a unit, or of the office.

    Raises:
        NotFound: the owner has none of that id.
    """
    with store.write() as connection:
        if not templates.remove(connection, template_id, owner):
            raise NotFound("没有找到这个答复模板")
