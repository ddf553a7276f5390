"""答复模板 as kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from service.store.ledger_tables import answer_templates
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTemplate:
    """A text to begin an answer with. `department` is empty for the office's, which every unit may use."""

    id: str
    department: str
    name: str
    text: str
    person: str
    saved_at: datetime


def put(connection: Connection, template: AnswerTemplate) -> None:
    """Keep a template; one of the same owner and name is replaced."""
    values = asdict(template)
    statement = insert_for(connection, answer_templates).values(**values)
    changed = {name: values[name] for name in ("text", "person", "saved_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["department", "name"], set_=changed))


def of_owner(connection: Connection, department: str) -> list[AnswerTemplate]:
    """Read an owner's templates in the order in which they were made."""
    query = select(answer_templates).where(answer_templates.c.department == department).order_by(answer_templates.c.id)
    return [AnswerTemplate(**row._mapping) for row in connection.execute(query)]


def remove(connection: Connection, template_id: str, department: str) -> bool:
    """Remove an owner's template; tell whether there was one."""
    found = connection.execute(
        delete(answer_templates).where(
            answer_templates.c.id == template_id, answer_templates.c.department == department
        )
    )
    return found.rowcount == 1
