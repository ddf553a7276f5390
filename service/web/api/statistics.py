"""`/statistics`: figures that any view shows, from the same functions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from service import statistics
from service.access import Right
from service.web.api.parameters import TheOffice, Wanted
from service.web.callers import requires

router = APIRouter(tags=["统计"])


@router.get("/statistics/themes", dependencies=[Depends(requires(Right.READ))])
def themes(office: TheOffice, wanted: Wanted, by: str = "month") -> dict[str, Any]:
    """Count submissions by theme and month, place, department or source."""
    counts = statistics.theme_counts(office.store, wanted, by)
    return {
        "by": by,
        "total": sum(one.count for one in counts),
        "items": [
            {
                "theme": one.theme,
                "name": office.taxonomy.theme_name(one.theme) or None,
                by: one.group,
                "count": one.count,
            }
            for one in counts
        ],
    }
