"""The items of a list as a workbook: the same filters, the same bounds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service import statistics
from service.access import Right
from service.files.workbooks import Column, Kind, Workbook
from service.office import Office
from service.store.listing import ItemRow
from service.web.callers import requires
from service.web.pages.ledger import Place, place_of, wanted_of
from service.web.pages.listing import title_of
from service.web.pages.panel import state_words

router = APIRouter()
PAGE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column(name="登记号", width=20),
    Column(name="标题", width=44),
    Column(name="主题", width=18),
    Column(name="承办单位", width=22),
    Column(name="主办会办", width=10),
    Column(name="状态", width=12),
    Column(name="签发", kind=Kind.DAY),
    Column(name="签收", kind=Kind.DAY),
    Column(name="到期", kind=Kind.DAY),
    Column(name="报送", kind=Kind.DAY),
    Column(name="办理程度", width=12),
    Column(name="办理结果", width=50),
    Column(name="评价", width=10),
    Column(name="督办", width=8),
)


@router.get("/ledger/export", dependencies=[Depends(requires(Right.EXPORT))])
def ledger(request: Request) -> Response:
    """Give the ledger as a workbook."""
    return _export(request, place_of(request, "/ledger", dict(request.query_params)))


@router.get("/departments/{department}/export", dependencies=[Depends(requires(Right.EXPORT, Right.UNIT))])
def department(request: Request, department: str) -> Response:
    """Give the items of one department as a workbook."""
    return _export(request, place_of(request, f"/departments/{department}", dict(request.query_params)))


def _export(request: Request, place: Place) -> Response:
    office: Office = request.app.state.office
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        book = Workbook(path)
        sheet = book.sheet("承办件", COLUMNS, place.heading)
        cursor: str | None = None
        while True:
            page = statistics.items_page(office.store, wanted_of(office, place), cursor, PAGE)
            for row in page.rows:
                sheet.write(values_of(office, row))
            cursor = page.next_cursor
            if cursor is None:
                break
        sheet.finish()
        book.close()
        content = path.read_bytes()
    name = "attachment; filename=ledger.xlsx; filename*=UTF-8''%E6%89%BF%E5%8A%9E%E4%BB%B6.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": name})


def values_of(office: Office, row: ItemRow) -> list[object]:
    """Give the cells of an item."""
    item = row.item
    return [
        row.registered.submission.receipt,
        title_of(row.registered),
        office.taxonomy.theme_name(row.registered.theme),
        office.taxonomy.department_name(item.department),
        item.role.label,
        state_words(item),
        item.signed_at,
        item.accepted_at,
        item.due_at,
        item.answered_at,
        f"{item.grade.value} {item.grade.label}" if item.grade else "",
        item.answer,
        item.satisfaction.label if item.satisfaction else "",
        "是" if item.supervised else "",
    ]
