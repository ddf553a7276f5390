"""What the workflow asks of the taxonomy: which themes there are, and which office holds a department's duties today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from nlp.domain import Department, Theme


class Directory(Protocol):
    """Themes and departments of the office, as `nlp.taxonomy` reads them."""

    @property
    def themes(self) -> Sequence[Theme]:
        """Every theme."""

    @property
    def departments(self) -> Sequence[Department]:
        """Every department, dissolved ones too."""


def has_theme(directory: Directory, theme: str) -> bool:
    """Tell whether there is a theme of that id."""
    return any(each.id == theme for each in directory.themes)


def acting(directory: Directory, department: str, day: date) -> Department | None:
    """Find who does a department's work on `day`: itself, or the last of its successors; None where nobody does."""
    found = _department(directory, department)
    for _ in directory.departments:
        if found is None or found.valid_to is None or day <= found.valid_to:
            break
        found = _department(directory, found.successor)
    if found is None or day < found.valid_from or (found.valid_to is not None and found.valid_to < day):
        return None
    return found


def name_of(directory: Directory, department: str | None) -> str | None:
    """Tell the name of a department, or None where there is none of that id."""
    found = _department(directory, department)
    return None if found is None else found.name


def _department(directory: Directory, department: str | None) -> Department | None:
    return next((each for each in directory.departments if each.id == department), None)
