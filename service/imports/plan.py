"""The plan of an import: which sheet, where its head is, what each column means, what the rows are to become."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nlp.domain import Labelled, Track
from service.files.column_names import Field


class Purpose(Labelled):
    """What the rows of an import are to become."""

    NEW = "new", "新来稿：逐件判断主题、拟办"
    PAST = "past", "往年已办：存档备查，作为相似往件"
    ROSTER = "roster", "委员名册"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetAbout:
    """A sheet as it was staged; see `files.grid.SheetFound`. `rows` counts its rows."""

    index: int
    name: str
    hidden: bool = False
    header: tuple[str, ...] = ()
    date1904: bool = False
    choice: int = 0
    notes: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A file as it was staged. `secrets` counts the rows that carried a state-secret marking; nothing of them is kept."""

    kind: str
    encoding: str
    notes: tuple[str, ...]
    sheets: tuple[SheetAbout, ...]
    secrets: int = 0

    def sheet(self, index: int) -> SheetAbout:
        """Give a sheet, or the first where there is none of that number."""
        return next((one for one in self.sheets if one.index == index), self.sheets[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a sheet is read. `first` and `last` are the rows of its head as the file shows them, 0 where it has none.

    `columns` says what each column means, `whys` (Chinese) how that was found out; both are as long as `names`.
    """

    sheet: int
    first: int
    last: int
    names: tuple[str, ...]
    columns: tuple[Field | None, ...]
    whys: tuple[str, ...]
    purpose: Purpose = Purpose.NEW
    track: Track = Track.SUBMISSION
    source: str = "导入"

    def column_of(self, field: Field) -> int | None:
        """Tell which column means a field, the first of several."""
        return self.columns.index(field) if field in self.columns else None


def about_json(about: About) -> Any:
    """Write what is known of a file as a JSON value."""
    return asdict(about)


def read_about(value: Any) -> About:
    """Read what is known of a file."""
    sheets = tuple(
        SheetAbout(**{**one, "header": tuple(one["header"]), "notes": tuple(one["notes"])}) for one in value["sheets"]
    )
    return About(**{**value, "notes": tuple(value["notes"]), "sheets": sheets})


def plan_json(plan: Plan) -> Any:
    """Write a plan as a JSON value."""
    return {**asdict(plan), "columns": [None if one is None else one.value for one in plan.columns]}


def read_plan(value: Any) -> Plan:
    """Read a plan."""
    return Plan(
        **{
            **value,
            "names": tuple(value["names"]),
            "whys": tuple(value["whys"]),
            "columns": tuple(None if one is None else Field(one) for one in value["columns"]),
            "purpose": Purpose(value["purpose"]),
            "track": Track(value["track"]),
        }
    )
