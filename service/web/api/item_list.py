"""`/items`: what stands on desks, by due date; a unit's caller sees that unit's alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from nlp.domain import ItemState
from nlp.privacy import mask
from service import statistics
from service.access import Right
from service.due import Due, within
from service.errors import NotFound
from service.records_json import item_json
from service.store.listing import ItemFilter, ItemRow
from service.web.api.parameters import Limit, TheOffice, parse_choice
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["承办件"])


def item_filter(
    office: TheOffice,
    caller: TheCaller,
    department: str | None = None,
    state: str | None = None,
    due: str | None = None,
    supervised: bool = False,
    extension: bool = False,
    q: Annotated[str, Query(max_length=100)] = "",
) -> ItemFilter:
    """Read the filters of the ledger; without a state, what is open.

    Raises:
        Invalid: a state or due that cannot be.
        NotFound: no such department, or not the caller's.
    """
    asked = department or caller.department
    if asked is not None and (office.taxonomy.department(asked) is None or not caller.reaches(asked)):
        raise NotFound("没有这个承办单位，请核对编号")
    chosen = parse_choice(ItemState, state, "state")
    wanted = ItemFilter(
        department=asked,
        states=(chosen,) if chosen else (),
        signed=caller.department is not None,
        supervised=supervised,
        extension_requested=extension,
        text=q.strip(),
    )
    return within(wanted, parse_choice(Due, due, "due"), office.now())


WantedItems = Annotated[ItemFilter, Depends(item_filter)]


@router.get("/items", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def listed(
    office: TheOffice, caller: TheCaller, wanted: WantedItems, cursor: str | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """List items, the first due first."""
    page = statistics.items_page(office.store, wanted, cursor, limit)
    covered = caller.department is not None
    return {"items": [row_json(row, covered=covered) for row in page.rows], "next_cursor": page.next_cursor}


def row_json(row: ItemRow, *, covered: bool) -> dict[str, Any]:
    """Give an item with what its submission is called; for a unit with personal data covered."""
    submission = row.registered.submission
    title = mask(submission.title) if covered else submission.title
    return {**item_json(row.item), "receipt": submission.receipt, "title": title, "theme": row.registered.theme}
