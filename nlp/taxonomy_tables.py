"""From TOML tables to records, type by type; what cannot be read is a fault with its place, and the rest is read on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from nlp.domain import Department, DepartmentLevel, Duty, HandlingMode, Theme
from nlp.toml_file import Faults

Record = TypeVar("Record")
Reader = Callable[[Any], Any]


class _Wrong(Exception):
    """A value of the wrong kind; the message says which kind is right."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise _Wrong("应为文字，不能为空，前后不能有空格")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong("应为文字列表")
    return tuple(_text(one) for one in value)


def _terms(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise _Wrong("应为文字，词语之间用空格分开")
    return tuple(dict.fromkeys(value.split()))


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("应为 true 或 false")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _Wrong("应为日期，如 2026-01-01（不加引号）")
    return value


def _level(value: Any) -> DepartmentLevel:
    try:
        return DepartmentLevel(value)
    except ValueError:
        raise _Wrong(f"应为 {'、'.join(level.value for level in DepartmentLevel)} 之一") from None


def _mode(value: Any) -> HandlingMode:
    try:
        return HandlingMode(value)
    except ValueError:
        raise _Wrong(f"应为 {'、'.join(mode.value for mode in HandlingMode)} 之一") from None


_THEME: dict[str, Reader] = {
    "id": _text, "name": _text, "category": _text, "scope": _text, "terms": _terms, "aliases": _texts,
    "confusable": _texts, "parent": _text, "never_automatic": _truth, "valid_from": _day,
}  # fmt: skip
_DEPARTMENT: dict[str, Reader] = {
    "id": _text, "name": _text, "level": _level, "aliases": _texts, "township": _truth, "valid_from": _day,
    "valid_to": _day, "successor": _text,
}  # fmt: skip
_DUTY: dict[str, Reader] = {
    "id": _text, "theme": _text, "words": _texts, "places": _texts, "lead": _text, "co_handlers": _texts,
    "township": _truth, "mode": _mode, "never_automatic": _truth, "valid_from": _day, "valid_to": _day,
}  # fmt: skip


def read_themes(content: dict[str, Any], faults: Faults) -> tuple[Theme, ...]:
    """Read the tables `themes`."""
    _only(content, ("themes",), faults)
    return _records(content, "themes", _THEME, ("id", "name"), Theme, faults)


def read_departments(content: dict[str, Any], faults: Faults) -> tuple[Department, ...]:
    """Read the tables `departments`."""
    _only(content, ("departments", "duties"), faults)
    return _records(content, "departments", _DEPARTMENT, ("id", "name", "level"), Department, faults)


def read_duties(content: dict[str, Any], faults: Faults) -> tuple[Duty, ...]:
    """Read the tables `duties`."""
    return _records(content, "duties", _DUTY, ("id", "theme"), Duty, faults)


def _only(content: dict[str, Any], known: tuple[str, ...], faults: Faults) -> None:
    for key in content:
        if key not in known:
            faults.add("T01", key, f"不认识的内容，只能有 {'、'.join(known)}")


def _records(
    content: dict[str, Any],
    table: str,
    readers: dict[str, Reader],
    needed: tuple[str, ...],
    make: Callable[..., Record],
    faults: Faults,
) -> tuple[Record, ...]:
    rows = content.get(table, [])
    if not isinstance(rows, list):
        faults.add("T02", table, f"应写成若干个 [[{table}]]")
        return ()
    read = [_record(row, f"{table}[{number}]", readers, needed, faults) for number, row in enumerate(rows, start=1)]
    return tuple(make(**values) for values in read if values is not None)


def _record(
    row: Any, place: str, readers: dict[str, Reader], needed: tuple[str, ...], faults: Faults
) -> dict[str, Any] | None:
    if not isinstance(row, dict):
        faults.add("T02", place, "应为一个表")
        return None
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key not in readers:
            faults.add("T01", f"{place}.{key}", "不认识的项目，请核对写法")
            continue
        try:
            values[key] = readers[key](value)
        except _Wrong as wrong:
            faults.add("T03", f"{place}.{key}", str(wrong))
    missing = [key for key in needed if key not in row]
    for key in missing:
        faults.add("T04", f"{place}.{key}", "缺少此项")
    return _completed(values, needed)


def _completed(values: dict[str, Any], needed: tuple[str, ...]) -> dict[str, Any] | None:
    """Stand in for a faulty name or level, so that the row is still known to the checks across rows."""
    if "id" in values and "name" in needed:
        values.setdefault("name", values["id"])
    if "id" in values and "level" in needed:
        values.setdefault("level", DepartmentLevel.DISTRICT)
    return values if all(key in values for key in needed) else None
