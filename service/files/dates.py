"""Dates as people write them in tables."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from service.deadlines import BEIJING
from service.files.damage import Damage, date_serial

_MORNING = time(9)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?.*)?\Z"
)
_COMPACT = re.compile(r"(20\d\d|19\d\d)(\d\d)(\d\d)\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")


@lru_cache(maxsize=4_096)
def read_date(text: str, *, date1904: bool = False) -> tuple[datetime | None, Damage | None]:
    """Read a day or a moment in Beijing; a day alone is nine in the morning.

    Returns:
        The moment, or None where there is none, and what was wrong with it.

    >>> read_date("2025年3月5日")[0].isoformat()
    '2025-03-05T09:00:00+08:00'
    """
    text = text.strip()
    if not text:
        return None, None
    serial = date_serial(text)
    if serial is not None:
        day = (date(1904, 1, 1) if date1904 else date(1899, 12, 30)) + timedelta(days=serial)
        return datetime.combine(day, _MORNING, BEIJING), Damage.DATE_SERIAL
    found = _parts(text)
    if found is None:
        return None, Damage.BAD_DATE
    try:
        year, month, day_number, hour, minute, second = found
        moment = datetime(year, month, day_number, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None, Damage.BAD_DATE
    return (moment, None) if 1949 <= moment.year <= 2100 else (None, Damage.BAD_DATE)


def _parts(text: str) -> tuple[int, int, int, int, int, int] | None:
    if found := _YEAR_FIRST.match(text):
        year, month, day, hour, minute, second = (int(one) if one else None for one in found.groups())
        return (year or 0, month or 0, day or 0, 9 if hour is None else hour, minute or 0, second or 0)
    if found := _COMPACT.match(text):
        return int(found[1]), int(found[2]), int(found[3]), 9, 0, 0
    if (found := _YEAR_LAST.match(text)) and (int(found[1]) > 12) != (int(found[2]) > 12):
        first, second = int(found[1]), int(found[2])
        return int(found[3]), min(first, second), max(first, second), 9, 0, 0
    return None


def looks_like_date(text: str) -> bool:
    """Tell whether a text is a date beyond doubt."""
    return read_date(text)[0] is not None and date_serial(text.strip()) is None
