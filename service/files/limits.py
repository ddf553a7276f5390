"""What a file may cost: nobody outside of the office vouches for what is uploaded."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that reading one file may take.

    `memory` and `unpacked` are bytes, `seconds` is wall time, `area` counts the cells of the smallest rectangle around
    a sheet, `cell` and `row` count characters.
    """

    seconds: float = 28.0
    memory: int = 1_500_000_000
    unpacked: int = 600_000_000
    entries: int = 5_000
    rows: int = 200_000
    columns: int = 400
    area: int = 8_000_000
    cell: int = 100_000
    row: int = 400_000
    conversion_memory: int = 4_000_000_000

    def to_json(self) -> str:
        """Write the limits for the child."""
        return json.dumps(asdict(self))


def limits_of(text: str) -> Limits:
    """Read limits back."""
    return Limits(**json.loads(text))
