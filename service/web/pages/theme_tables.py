"""主题分布 laid out: themes with their counts, shares, change and adoption; themes × months, places, departments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from service import statistics
from service.office import Office
from service.store.conditions import SubmissionFilter
from service.store.figures import Days
from service.store.listing import ThemeCount
from service.web.pages import frame

UNDECIDED = "（待定）"
UNKNOWN = "（未填）"
WIDEST = 12
"""Most columns of a table beside the theme; the rest stand together in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many, how strong the colour behind it (0–4), and where the list behind it is; empty where there is none."""

    count: int
    heat: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Themes against something: names of the columns, a line for each theme in the order of the page, the sums below."""

    name: str
    columns: list[str]
    rows: list[tuple[str, str, list[Cell]]]
    sums: list[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """A theme: count, share of all, count in the same days a year before, and how its suggestions were taken."""

    name: str
    address: str
    count: int
    share: float
    before: int
    before_address: str
    kept: int
    decided: int
    kept_address: str

    @property
    def change(self) -> str:
        """The change against the year before, in words and per cent."""
        return change_words(self.count, self.before)

    @property
    def adoption(self) -> str:
        """The share handled without a change."""
        return f"{self.kept / self.decided:.0%}" if self.decided else "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Everything that the page shows; the themes with the most submissions first."""

    lines: list[ThemeLine]
    whole: ThemeLine
    months: Heat
    places: Heat
    departments: Heat


def change_words(now: int, before: int) -> str:
    """Say how a count changed; without anything before there is no rate.

    >>> change_words(12, 10), change_words(5, 0), change_words(3, 3), change_words(999, 1000)
    ('+2（+20%）', '+5', '0', '-1（不足 1%）')
    """
    if now == before:
        return "0"
    if not before:
        return f"{now - before:+,}"
    rate = (now - before) / before
    return f"{now - before:+,}（{f'{rate:+.0%}' if abs(rate) >= 0.005 else '不足 1%'}）"


def year_before(day: date) -> date:
    """Give the same day of the year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def distribution(office: Office, wanted: SubmissionFilter, days: Days, kept: dict[str, str]) -> Distribution:
    """Count, and lay the counts out.

    Args:
        office: what is counted.
        wanted: the filters but the days.
        days: the days.
        kept: the same filters as they stand in an address.
    """
    earlier = replace(wanted, first_day=year_before(days.first), last_day=year_before(days.last))
    wanted = replace(wanted, first_day=days.first, last_day=days.last)
    counts = {
        by: statistics.theme_counts(office.store, wanted, by) for by in ("month", "place", "department", "adopted")
    }
    before = _by_theme(statistics.theme_counts(office.store, earlier, "month"))
    now, page = _by_theme(counts["month"]), _page_of(office, wanted, earlier, kept)
    themes = sorted(now, key=lambda theme: (-now[theme], theme))
    adopted = {(one.theme or "", one.group): one.count for one in counts["adopted"]}
    lines = [page.line(theme, now[theme], sum(now.values()), before[theme], adopted) for theme in themes]
    total = sum(now.values())
    whole = ThemeLine(
        name="合计",
        address=page.address(),
        count=total,
        share=1.0 if total else 0.0,
        before=sum(before.values()),
        before_address=page.address(**page.earlier),
        kept=sum(number for (_, taken), number in adopted.items() if taken == "kept"),
        decided=sum(adopted.values()),
        kept_address=page.address(adopted="yes"),
    )
    heats = {by: page.heat(by, themes, counts[by]) for by in ("month", "place", "department")}
    return Distribution(
        lines=lines, whole=whole, months=heats["month"], places=heats["place"], departments=heats["department"]
    )


def _by_theme(counts: Sequence[ThemeCount]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in counts:
        found[one.theme or ""] += one.count
    return found


_NAMES = {"month": "主题 × 月份", "place": "主题 × 地点", "department": "主题 × 主办单位"}


def _page_of(office: Office, wanted: SubmissionFilter, earlier: SubmissionFilter, kept: dict[str, str]) -> _Page:
    base = frame.address("/submissions", **kept, counted="1")
    days = urlencode({"from": str(wanted.first_day), "to": str(wanted.last_day)})
    before = {"from": str(earlier.first_day), "to": str(earlier.last_day)}
    return _Page(office=office, wanted=wanted, base=base, days=days, earlier=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What every cell needs. A page has a thousand addresses: `base` and `days` are what they have in common."""

    office: Office
    wanted: SubmissionFilter
    base: str
    days: str
    earlier: dict[str, str]

    def address(self, **more: str) -> str:
        own = urlencode(more)
        return "&".join(filter(None, (self.base, "" if "from" in more else self.days, own)))

    def line(self, theme: str, count: int, total: int, before: int, adopted: dict[tuple[str, str], int]) -> ThemeLine:
        chosen = {"theme": theme or "none"}
        kept, changed = adopted.get((theme, "kept"), 0), adopted.get((theme, "changed"), 0)
        return ThemeLine(
            name=self.office.taxonomy.theme_name(theme) or UNDECIDED,
            address=self.address(**chosen),
            count=count,
            share=count / total,
            before=before,
            before_address=self.address(**chosen, **self.earlier),
            kept=kept,
            decided=kept + changed,
            kept_address=self.address(**chosen, adopted="yes"),
        )

    def heat(self, by: str, themes: Sequence[str], counts: Sequence[ThemeCount]) -> Heat:
        cells: dict[str, dict[str, int]] = defaultdict(dict)
        for one in counts:
            cells[one.theme or ""][one.group] = one.count
        columns, rest = _columns(by, counts)
        most = max((one.count for one in counts), default=0)
        rows = []
        for theme in themes:
            line = [self._cell(by, theme, group, cells[theme].get(group, 0), most) for group in columns]
            if rest:
                line.append(Cell(count=sum(cells[theme].get(group, 0) for group in rest), heat=0, address=""))
            rows.append(
                (self.office.taxonomy.theme_name(theme) or UNDECIDED, self.address(theme=theme or "none"), line)
            )
        names = [self._name(by, group) for group in columns] + ([f"其余 {len(rest)} 个"] if rest else [])
        sums = [
            self._sum(by, group, sum(line[place].count for _, _, line in rows))
            for place, group in enumerate([*columns, *([None] if rest else [])])
        ]
        return Heat(name=_NAMES[by], columns=names, rows=rows, sums=sums)

    def _name(self, by: str, group: str) -> str:
        return (self.office.taxonomy.department_name(group) if by == "department" else group) or UNKNOWN

    def _cell(self, by: str, theme: str, group: str, count: int, most: int) -> Cell:
        heat = 0 if not count else min(4, 1 + 4 * (count - 1) // max(1, most))
        chosen = {"theme": theme or "none", **self._group(by, group)}
        return Cell(count=count, heat=heat, address=self.address(**chosen) if count else "")

    def _sum(self, by: str, group: str | None, count: int) -> Cell:
        """Sum a column; the one in which the rest stands together (None) leads to no list."""
        there = "" if group is None else self.address(**self._group(by, group))
        return Cell(count=count, heat=0, address=there)

    def _group(self, by: str, group: str) -> dict[str, str]:
        return _month_days(group, self.wanted) if by == "month" else {by: group or "none"}


def _columns(by: str, counts: Sequence[ThemeCount]) -> tuple[list[str], list[str]]:
    """Choose the columns of a table: months in their order, of the others the largest; and those that stand together."""
    sizes: Counter[str] = Counter()
    for one in counts:
        sizes[one.group] += one.count
    if by == "month":
        return sorted(sizes), []
    ordered = sorted(sizes, key=lambda group: (-sizes[group], group))
    return (ordered, []) if len(ordered) <= WIDEST + 1 else (ordered[:WIDEST], ordered[WIDEST:])


def _month_days(month: str, wanted: SubmissionFilter) -> dict[str, str]:
    """Give the days of a month within the days that are asked for, as they stand in an address."""
    year, number = int(month[:4]), int(month[5:7])
    last = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    return {
        "from": max(str(wanted.first_day), f"{month}-01"),
        "to": min(str(wanted.last_day), last.isoformat()),
    }
