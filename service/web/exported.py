"""Lists as files: made in the form asked for, written down, sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi.responses import Response

from service.deadlines import local_day
from service.exports import Source, Wish
from service.office import Office
from service.store.exports import Export
from service.web import downloads


def source_of(office: Office) -> Source:
    """Give where exports are taken from."""
    return Source(store=office.store, directory=office.taxonomy, ledgers=office.ledgers)


def sent(office: Office, wish: Wish, export: Callable[[Path], Export]) -> Response:
    """Make an export and send its file."""
    path = downloads.new_path(office.settings, wish.form.value, office.now())
    made = export(path)
    name = f"{made.what}{local_day(made.at)}{'' if made.masked else '（含个人信息）'}.{wish.form.value}"
    return downloads.sent(path, name, wish.form.media_type)
