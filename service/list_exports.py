"""Further lists as files: what went up, the 采用通报, the distribution of themes. Each is written down as it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlp.privacy import mask
from service import upward
from service.access import Caller, Right
from service.errors import NotFound
from service.exports import Wish, new_export, record
from service.files.tables import TableHead, write_table
from service.files.workbooks import Column, Kind
from service.report_workbook import bulletin_columns, bulletin_row
from service.reports import Credit
from service.store.engine import Store
from service.store.exports import Export
from service.store.upward import ReportFilter, ReportRow

BATCH = 500
_REPORTS = (
    Column(name="序号", kind=Kind.NUMBER, width=6),
    Column(name="登记号", width=18),
    Column(name="标题", width=44),
    Column(name="报送级别", width=10),
    Column(name="报送日期", kind=Kind.DAY, width=12),
    Column(name="签发", width=10),
    Column(name="期号", width=10),
    Column(name="采用情况", width=10),
    Column(name="采用日期", kind=Kind.DAY, width=12),
    Column(name="说明", width=24),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list on its way out: what it is called, its columns, its rows."""

    what: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def export_list(store: Store, listed: Listed, wish: Wish, caller: Caller, path: Path, now: datetime) -> Export:
    """Write a list to a file and write the export down.

    Raises:
        NotFound: the caller may not take lists out, or is bound to a department.
        Invalid: too many rows for the form.
        InputFileError: the file cannot be written.
    """
    if caller.department is not None or not caller.may(Right.EXPORT):
        raise NotFound("没有找到，请核对地址或编号")
    count = write_table(path, wish.form, TableHead(title=listed.what, columns=listed.columns), listed.rows)
    made = new_export(listed.what, count, wish, caller, now)
    record(store, made)
    return made


def reports_list(store: Store, wanted: ReportFilter) -> Listed:
    """Give what went up as a list, the latest recorded first; personal data in titles and notes is covered."""
    return Listed(what="报送与采用", columns=_REPORTS, rows=_reports(store, wanted))


def bulletin_list(credits: Sequence[Credit]) -> Listed:
    """Give the 采用通报 as a list."""
    rows = (bulletin_row(number, one) for number, one in enumerate(credits, start=1))
    return Listed(what="采用情况通报", columns=bulletin_columns(), rows=rows)


def _reports(store: Store, wanted: ReportFilter) -> Iterator[list[object]]:
    number, cursor = 0, None
    while True:
        page = upward.reports_page(store, wanted, cursor, BATCH)
        for row in page.rows:
            number += 1
            yield _report(number, row)
        if (cursor := page.next_cursor) is None:
            return


def _report(number: int, row: ReportRow) -> list[object]:
    one = row.report
    title = mask(row.title.strip() or row.text)
    told = [one.level.label, one.reported_on, one.signer, row.brief, one.outcome.label, one.outcome_on]
    return [number, row.receipt, title, *told, mask(one.note)]
