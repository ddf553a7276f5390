"""Where a table's head stands (also in row 3, also over two lines), and what each column is called."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from service.files.column_names import field_named, known_names, plain_name
from service.files.dates import looks_like_date
from service.files.grid import GridRow

_LOOKED_AT = 15
_HEAD_CELL = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a table: numbers of its first and last row as the file shows them (0: it has none), and the names."""

    first: int
    last: int
    names: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Tell tables with the same heads by the same 64 characters."""
        return hashlib.sha256("\x1f".join(plain_name(name) for name in self.names).encode()).hexdigest()


def find_head(rows: Sequence[GridRow]) -> Head:
    """Find the head among the first rows of a sheet."""
    looked_at = rows[:_LOOKED_AT]
    known = [len(known_names(row.cells)) for row in looked_at]
    if not known:
        return Head(first=0, last=0, names=())
    best = max(range(len(known)), key=lambda place: (known[place], -place))
    if known[best] == 0:
        return _unknown_head(looked_at)
    if best and known[best - 1] and _reaches_down(looked_at[best - 1], looked_at[best]):
        best -= 1
    below = best + 1 < len(looked_at) and _reaches_down(looked_at[best], looked_at[best + 1])
    return head_of(rows, looked_at[best].number, looked_at[best + below].number)


def head_of(rows: Sequence[GridRow], first: int, last: int) -> Head:
    """Give the head that stands in some rows; first 0 means that there is none and columns are counted."""
    width = max((len(row.cells) for row in rows[:200]), default=0)
    lines = [row.cells for row in rows if first <= row.number <= last]
    if not first or not lines:
        return Head(first=0, last=0, names=tuple(f"第 {number} 列" for number in range(1, width + 1)))
    names = [_named([line[column] if column < len(line) else "" for line in lines]) for column in range(width)]
    return Head(first=first, last=last, names=tuple(_distinct(names)))


def _reaches_down(upper: GridRow, lower: GridRow) -> bool:
    """Tell whether two rows are one head: the lower one names parts of a group, and holds nothing long."""
    if lower.number != upper.number + 1 or any(len(cell) > _HEAD_CELL for cell in lower.cells):
        return False
    own = [
        cell
        for place, cell in enumerate(lower.cells)
        if cell and (place >= len(upper.cells) or cell != upper.cells[place])
    ]
    gaps = sum(
        not cell and place < len(lower.cells) and bool(lower.cells[place]) for place, cell in enumerate(upper.cells)
    )
    named = sum(field_named(cell) is not None for cell in own)
    return bool(own) and named > 0 and 2 * named >= len(own) and (gaps > 0 or len(own) < len(lower.cells) // 2 + 1)


def _unknown_head(rows: Sequence[GridRow]) -> Head:
    """Take the first row that is as wide as the table for its head, unless it holds contents."""
    width = max(sum(map(bool, row.cells)) for row in rows)
    for row in rows:
        if sum(map(bool, row.cells)) >= max(1, width - 1):
            if any(len(cell) > _HEAD_CELL or looks_like_date(cell) or cell.isdigit() for cell in row.cells):
                break
            return head_of(rows, row.number, row.number)
    return head_of(rows, 0, 0)


def _named(parts: Sequence[str]) -> str:
    """Name a column by the lines of its head: the lowest that is known, else all of them."""
    seen = [" ".join(part.split()) for part in dict.fromkeys(parts) if part.strip()]
    known = [part for part in seen if field_named(part)]
    return (known[-1] if known else "／".join(seen))[:60]


def _distinct(names: Sequence[str]) -> list[str]:
    """Number names that occur again, and name the columns that have none."""
    counts: dict[str, int] = {}
    result = []
    for place, name in enumerate(names, start=1):
        counts[name] = counts.get(name, 0) + 1
        plain = name or f"第 {place} 列"
        result.append(plain if not name or counts[name] == 1 else f"{name}（{counts[name]}）")
    return result
