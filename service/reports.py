"""报表: the figures of a month, a quarter, a year, a term or since a meeting, and the 采用通报. Counts, never estimates.

Each figure counts distinct submissions by the day of what it counts: received, reported, taken up, dispatched. One
submission may stand in several of them, so that they must not be added up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nlp.domain import Level, Submitter, Track
from nlp.privacy import mask
from service.directory import Directory, name_of
from service.imports.roster import roster_of
from service.profile import Profile, Scores
from service.store import figures, members
from service.store.engine import Store
from service.store.figures import Days, Handling, Matter, Received, WentUp

TRACKS = {Track.SUBMISSION: "社情民意信息", Track.WORK_ORDER: "诉求工单"}
"""What reports call what they count."""
HOT, HOTTEST = 5, 50
"""A matter of at least so many submissions is hot; at most so many matters are listed."""
"""Fewest submissions of a matter that stands among the 热点."""
TITLE = 60
UNSAID = "（未填）"
UNDECIDED = "（待定）"
_NOTHING = WentUp(whole=0, months={}, levels={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period with the name that a report carries, and the short one of a button."""

    id: str
    label: str
    name: str
    days: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A line of a breakdown."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFigures:
    """What went up to a level, what was taken up there, and what its leaders wrote on."""

    level: Level
    reported: int
    adopted: int
    instructed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """A month of the period, such as 2026-11."""

    month: str
    received: int
    reported: int
    adopted: int
    dispatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HotMatter:
    """热点: a matter that at least `HOT` submissions of the period are about. Its number and title are the earliest's."""

    receipt: str
    title: str
    count: int
    first: str
    last: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a period. `valid` is what was received without what was declined or given back.

    Work orders do not go up: there are no `levels` of them.
    """

    track: Track
    period: Period
    received: int
    valid: int
    repeated: int
    reported: int
    levels: list[LevelFigures]
    dispatched: int
    handling: Handling
    breakdowns: Mapping[str, list[Share]]
    months: list[MonthFigures]
    hot: list[HotMatter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The figures that a year is told in."""

    received: int
    levels: list[LevelFigures]
    dispatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A line of the 采用通报."""

    name: str
    circle: str
    committee: str
    reported: int
    adopted: Mapping[Level, int]
    instructed: int
    score: int


def periods(profile: Profile, today: date) -> list[Period]:
    """List the periods that reports are asked for: months, quarters, years, the term, since each meeting."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last_quarter = (quarter - timedelta(days=1)).replace(month=(quarter - timedelta(days=1)).month - 2, day=1)
    year = today.replace(month=1, day=1)
    last_year = year.replace(year=year.year - 1)
    found = [
        ("month", "本月", f"{month.year}年{month.month}月", month, today),
        ("last-month", "上月", f"{last_month.year}年{last_month.month}月", last_month, month - timedelta(days=1)),
        ("quarter", "本季", _quarter_name(quarter), quarter, today),
        ("last-quarter", "上季", _quarter_name(last_quarter), last_quarter, quarter - timedelta(days=1)),
        ("year", "今年", f"{year.year}年", year, today),
        ("last-year", "去年", f"{last_year.year}年", last_year, year - timedelta(days=1)),
    ]
    if profile.term_began is not None and profile.term_began <= today:
        found.append(("term", "本届以来", "本届以来", profile.term_began, today))
    for number, meeting in enumerate(profile.meetings):
        if meeting.began <= today:
            found.append((f"meeting-{number}", f"{meeting.name}以来", f"{meeting.name}以来", meeting.began, today))
    return [
        Period(id=key, label=label, name=name, days=Days(first=first, last=last))
        for key, label, name, first, last in found
    ]


def _quarter_name(first: date) -> str:
    return f"{first.year}年第{'一二三四'[first.month // 3]}季度"


def own_period(first: date, last: date) -> Period:
    """Make a period of any days."""
    return Period(id="own", label="自定", name=f"{first}至{last}", days=Days(first=first, last=last))


def headline(store: Store, period: Period, track: Track = Track.SUBMISSION) -> Headline:
    """Count what a period is told in."""
    with store.read() as connection:
        return Headline(
            received=figures.received(connection, period.days, track),
            levels=_levels(*figures.went_up(connection, period.days), figures.instructed(connection, period.days)),
            dispatched=figures.dispatched(connection, period.days, track).whole,
        )


def report(
    store: Store, directory: Directory, period: Period, now: datetime, track: Track = Track.SUBMISSION
) -> Report:
    """Count a period of one track."""
    days, goes_up = period.days, track is Track.SUBMISSION
    with store.read() as connection:
        found = figures.received_by(connection, days, track)
        received = sum(found.months.values())
        sent = figures.dispatched(connection, days, track)
        linked = figures.linked(connection, days, track, HOT, HOTTEST)
        reported, adopted = figures.went_up(connection, days) if goes_up else (_NOTHING, _NOTHING)
        return Report(
            track=track,
            period=period,
            received=received,
            valid=received - figures.set_aside(connection, days, track),
            repeated=linked.repeated,
            reported=reported.whole,
            levels=_levels(reported, adopted, figures.instructed(connection, days)) if goes_up else [],
            dispatched=sent.whole,
            handling=figures.handling(connection, days, track, now),
            breakdowns=_breakdowns(directory, found),
            months=_months(days, found.months, reported.months, adopted.months, sent.months),
            hot=[_hot(one) for one in linked.matters],
        )


def _hot(one: Matter) -> HotMatter:
    title = " ".join((one.title.strip() or one.text).split())
    return HotMatter(
        receipt=one.receipt, title=mask(title)[:TITLE], count=one.count, first=one.first_day, last=one.last_day,
        places=one.places,
    )  # fmt: skip


def _months(
    days: Days,
    received: Mapping[str, int],
    reported: Mapping[str, int],
    adopted: Mapping[str, int],
    dispatched: Mapping[str, int],
) -> list[MonthFigures]:
    names = [month.first.strftime("%Y-%m") for month in days.months]
    return [
        MonthFigures(
            month=name,
            received=received.get(name, 0),
            reported=reported.get(name, 0),
            adopted=adopted.get(name, 0),
            dispatched=dispatched.get(name, 0),
        )
        for name in names
    ]


def _levels(reported: WentUp, adopted: WentUp, instructed: Mapping[Level, int]) -> list[LevelFigures]:
    return [
        LevelFigures(
            level=level,
            reported=reported.levels.get(level, 0),
            adopted=adopted.levels.get(level, 0),
            instructed=instructed.get(level, 0),
        )
        for level in Level
    ]


def _breakdowns(directory: Directory, found: Received) -> dict[str, list[Share]]:
    themes = {one.id: one for one in directory.themes}
    return {
        "主题": _shares(found.themes, lambda one: themes[one].name if one in themes else UNDECIDED),
        "大类": _shares(found.themes, lambda one: (themes[one].category if one in themes else "") or UNDECIDED),
        "地点": _shares(found.places, lambda one: one or UNSAID),
        "主办单位": _shares(found.leads, lambda one: name_of(directory, one) or "（未转办）"),
        "来源渠道": _shares(found.sources, lambda one: one or UNSAID),
    }


def _shares(numbers: Mapping[str, int], name: Callable[[str], str]) -> list[Share]:
    counts: Counter[str] = Counter()
    for value, number in numbers.items():
        counts[name(value)] += number
    return [
        Share(name=name, count=count) for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def bulletin(store: Store, scores: Scores, days: Days) -> list[Credit]:
    """采用通报: who sent in how many, what was taken up where, what leaders wrote on; the highest score first.

    What several signed counts for the first of them. Members of the roster who sent nothing stand at the end.
    """
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    with store.read() as connection:
        roster = roster_of(connection)
        for submitter, kind, number in figures.senders(connection, days):
            if submitter.name.strip():
                counts[_person(roster.completed(submitter, []))][kind] += number
        for member in members.present(connection):
            counts[(member.name, member.circle, member.committee)].update({"received": 0})
    credits = [
        Credit(
            name=name,
            circle=circle,
            committee=committee,
            reported=told["received"],
            adopted={level: told[level.value] for level in Level},
            instructed=told["instruction"],
            score=_score(scores, told),
        )
        for (name, circle, committee), told in counts.items()
    ]
    return sorted(credits, key=lambda one: (-one.score, -one.reported, one.name))


def _person(submitter: Submitter) -> tuple[str, str, str]:
    return submitter.name.strip(), submitter.circle.strip(), submitter.committee.strip()


def _score(scores: Scores, told: Counter[str]) -> int:
    levels = sum(told[level.value] * int(getattr(scores, level.value)) for level in Level)
    return told["received"] * scores.reported + levels + told["instruction"] * scores.instruction
