"""Themes, departments and duties as the office has written them down; any taxonomy of 2–200 themes will do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from nlp import taxonomy_checks
from nlp.domain import OTHER_THEME, Department, Duty, Theme
from nlp.errors import TrainingDataError
from nlp.taxonomy_checks import folded
from nlp.taxonomy_tables import read_departments, read_duties, read_themes
from nlp.toml_file import Faults, parse_toml, read_toml

TAXONOMY_FILE = "taxonomy.toml"
DEPARTMENTS_FILE = "departments.toml"


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """The checked knowledge of who answers for what. `version` is 12 hex digits of a hash over all of it."""

    themes: tuple[Theme, ...]
    departments: tuple[Department, ...] = ()
    duties: tuple[Duty, ...] = ()

    @cached_property
    def version(self) -> str:
        """Hash of themes, departments and duties, whatever file they came from."""
        return hashlib.sha256(repr((self.themes, self.departments, self.duties)).encode()).hexdigest()[:12]

    @cached_property
    def assignable(self) -> tuple[Theme, ...]:
        """Themes that a submission can be given: those that are nobody's parent."""
        parents = {theme.parent for theme in self.themes}
        return tuple(theme for theme in self.themes if theme.id not in parents)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        named = {name: theme.id for theme in self.assignable for name in (*theme.aliases, theme.name, theme.id)}
        return {folded(name): theme for name, theme in named.items()}

    @cached_property
    def _themes_by_id(self) -> dict[str, Theme]:
        return {theme.id: theme for theme in self.themes}

    @cached_property
    def _departments_by_id(self) -> dict[str, Department]:
        return {department.id: department for department in self.departments}

    @cached_property
    def _duties_by_theme(self) -> dict[str, list[tuple[Duty, tuple[str, ...], tuple[str, ...]]]]:
        """Duties with their words and places in small letters."""
        grouped: dict[str, list[tuple[Duty, tuple[str, ...], tuple[str, ...]]]] = {}
        for duty in self.duties:
            words, places = (tuple(word.lower() for word in words) for words in (duty.words, duty.places))
            grouped.setdefault(duty.theme, []).append((duty, words, places))
        return grouped

    @cached_property
    def _townships(self) -> tuple[Department, ...]:
        return tuple(department for department in self.departments if department.township)

    def theme_id(self, text: str) -> str | None:
        """Find an assignable theme by its id, name or alias; None where there is none."""
        return self._by_name.get(folded(text))

    def theme(self, theme_id: str | None) -> Theme | None:
        """Give a theme by its id."""
        return self._themes_by_id.get(theme_id or "")

    def theme_name(self, theme_id: str | None) -> str:
        """Give the name of a theme; its id where it is not (or no longer) in the taxonomy."""
        theme = self.theme(theme_id)
        return theme.name if theme else theme_id or ""

    def department(self, department_id: str | None) -> Department | None:
        """Give a department by its id."""
        return self._departments_by_id.get(department_id or "")

    def department_name(self, department_id: str | None) -> str:
        """Give the name of a department; its id where it is unknown."""
        department = self.department(department_id)
        return department.name if department else department_id or ""

    def acting(self, department_id: str | None, day: date) -> Department | None:
        """Find who does a department's work on a day: itself, or its last successor; None where nobody does (yet)."""
        found = self.department(department_id)
        for _ in self.departments:
            if found is None or found.valid_to is None or day <= found.valid_to:
                break
            found = self.department(found.successor)
        if found is None or day < found.valid_from or (found.valid_to is not None and found.valid_to < day):
            return None
        return found

    def duty_for(self, theme_id: str, text: str, day: date) -> Duty | None:
        """Find the first duty of a theme that is in force on `day` and whose words and places hold for `text`.

        `text` is normalised: small letters, half width.
        """
        for duty, words, places in self._duties_by_theme.get(theme_id, ()):
            if duty.valid_on(day) and _any_in(words, text) and _any_in(places, text):
                return duty
        return None

    def townships_in(self, text: str) -> tuple[Department, ...]:
        """List the townships that a text names, in the order of the taxonomy."""
        return tuple(one for one in self._townships if _any_in((one.name, *one.aliases), text))


def _any_in(words: Sequence[str], text: str) -> bool:
    return not words or any(map(text.__contains__, words))


def load_taxonomy(themes_file: Path, departments_file: Path | None = None) -> Taxonomy:
    """Read and check a taxonomy, with its departments and duties where there are any.

    Raises:
        KnowledgeError: `faults` lists everything that is wrong, each with a code and file:key.
    """
    in_themes = Faults(themes_file.name)
    themes = read_toml(themes_file, in_themes)
    in_departments = Faults(departments_file.name if departments_file else DEPARTMENTS_FILE)
    departments = read_toml(departments_file, in_departments) if departments_file else None
    return _build(themes, departments, in_themes, in_departments)


def taxonomy_from_texts(themes_text: str, departments_text: str | None = None) -> Taxonomy:
    """Read a taxonomy from the texts of its files, as a model version keeps them.

    Raises:
        KnowledgeError: see `load_taxonomy`.
    """
    in_themes, in_departments = Faults(TAXONOMY_FILE), Faults(DEPARTMENTS_FILE)
    themes = parse_toml(themes_text.encode(), in_themes)
    departments = None if departments_text is None else parse_toml(departments_text.encode(), in_departments)
    return _build(themes, departments, in_themes, in_departments)


def _build(
    themes: dict[str, object], departments: dict[str, object] | None, in_themes: Faults, in_departments: Faults
) -> Taxonomy:
    if not departments and not in_departments.found:
        departments = None
    built = Taxonomy(
        themes=read_themes(themes, in_themes),
        departments=() if departments is None else read_departments(departments, in_departments),
        duties=() if departments is None else read_duties(departments, in_departments),
    )
    if themes:
        taxonomy_checks.check_themes(built.themes, built.assignable, in_themes)
    elif not in_themes.found:
        in_themes.add("T10", "themes", "没有主题")
    if themes and departments:
        assignable = {theme.id for theme in built.assignable}
        taxonomy_checks.check_departments(built.departments, in_departments)
        taxonomy_checks.check_duties(built.duties, built.departments, assignable, in_departments)
    in_themes.raise_if_any("主题分类或职责条目有误", in_departments)
    return built


def taxonomy_of_labels(labels: Sequence[str]) -> Taxonomy:
    """Make a taxonomy out of labels alone: each is a theme of that id and name, and there are no departments.

    Raises:
        TrainingDataError: fewer than two labels.
    """
    names = sorted(set(labels))
    if len(names) < 2:
        raise TrainingDataError(f"只有 {len(names)} 个主题，至少需要两个。")
    return Taxonomy(themes=tuple(Theme(id=name, name=name, never_automatic=name == OTHER_THEME) for name in names))
