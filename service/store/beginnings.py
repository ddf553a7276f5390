"""How far an office that has just begun has come: whether each kind of thing has been done at all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, exists, select
from sqlalchemy.sql.selectable import Exists

from nlp.domain import EventKind
from service.store.import_tables import import_rows, imports
from service.store.imports import ImportState
from service.store.tables import events, submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginnings:
    """Whether a table was imported, a submission registered by hand, one decided by a person, one signed."""

    imported: bool
    registered: bool
    decided: bool
    signed: bool


def signed(connection: Connection) -> bool:
    """Tell whether anything was ever signed: the office is past its beginnings."""
    return _holds(connection, exists().where(events.c.kind == EventKind.SIGNED.value))


def read(connection: Connection) -> Beginnings:
    """Read how far the office has come."""
    of_import = exists().where(import_rows.c.submission_id == submissions.c.id)
    by_person = events.c.kind.in_([EventKind.CONFIRMED.value, EventKind.CORRECTED.value])
    return Beginnings(
        imported=_holds(connection, exists().where(imports.c.state == ImportState.DONE.value)),
        registered=_holds(connection, exists(submissions.c.id).where(~of_import)),
        decided=_holds(connection, exists().where(by_person)),
        signed=signed(connection),
    )


def _holds(connection: Connection, found: Exists) -> bool:
    return bool(connection.execute(select(found)).scalar_one())
