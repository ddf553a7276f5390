"""Taking a whole import back, until somebody has acted on what came of it; nothing is deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import EventKind, Stage
from service.errors import Conflict
from service.placing import withdraw
from service.store import events, imports, labels, members, queue, reviews, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.imports import ImportState

_OWN = (EventKind.RECEIVED.value, EventKind.SKIPPED.value)
_REASON = "导入已撤销"


def undo(store: Store, import_id: str, actor: str, now: datetime) -> int:
    """Void every submission of an import and give their number; their 登记号 are never used again.

    What is restricted stays with the two people who may see it. Members of a roster that came with it are taken off.

    Raises:
        NotFound: there is no such import.
        Conflict: it is not done or stopped, or somebody has acted on a submission of it.
    """
    with store.write() as connection:
        values = {"state": ImportState.UNDONE.value, "finished_at": now, "runner": None}
        imports.change(connection, import_id, [ImportState.DONE, ImportState.STOPPED], values)
        acted = imports.touched(connection, import_id, _OWN)
        if acted:
            raise Conflict(f"其中 {acted} 件已有人办理，不能整批撤销；请在“来稿”中逐件处理")
        found = imports.submission_ids(connection, import_id)
        for submission_id in found:
            _void(connection, submission_id, actor, now)
        members.remove_of(connection, import_id, now)
    return len(found)


def _void(connection: Connection, submission_id: str, actor: str, now: datetime) -> None:
    for item in queue.of_submission(connection, submission_id):
        if item.state.open:
            withdraw(connection, item, actor, now, _REASON)
    reviews.close(connection, submission_id, now)
    labels.undo_of(connection, submission_id, now)
    submissions.place(connection, submission_id, None, None, Stage.VOID)
    told = Happening(
        submission_id=submission_id, kind=EventKind.IMPORT_UNDONE, actor=actor, at=now, details=(("note", _REASON),)
    )
    events.append(connection, [told])
