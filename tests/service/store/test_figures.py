"""Figures of reports against counts of the rows themselves, after months of work in which anything may happen."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, and_, case, distinct, func, select, text

from nlp.domain import ItemState, ResultGrade, Satisfaction, Stage, Track, Way, Writing
from service import dispatch, linking, restricting, results, review, splitting, statistics, taking_back
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound
from service.review import Opinion
from service.splitting import Splitter
from service.store import figures, item_tallies, tallies
from service.store import submissions as kept_submissions
from service.store.figures import Days, Matter
from service.store.list_tables import same_matters
from service.store.list_tables import tallies as table
from service.store.tables import items, submissions
from tests.service.conftest import WordJudge

BEGAN = datetime(2026, 8, 20, 17, 0, tzinfo=UTC)
PERIODS = [
    Days(first=date(2026, 8, 1), last=date(2026, 8, 31)),
    Days(first=date(2026, 9, 1), last=date(2026, 9, 30)),
    Days(first=date(2026, 9, 12), last=date(2026, 11, 3)),
    Days(first=date(2026, 10, 8), last=date(2026, 10, 8)),
    Days(first=date(2021, 12, 28), last=date(2027, 1, 31)),
]
_COUNTED = and_(~submissions.c.restricted, submissions.c.stage != Stage.VOID.value)
_STANDING = items.c.state != ItemState.WITHDRAWN.value


def work(desk: Desk, receive: Callable[..., object], chance: random.Random, steps: int) -> Iterator[datetime]:
    """Do something at every step, each some hours after the last; give the moment."""
    store, now = desk.store, BEGAN
    ids: list[str] = []
    splitter = Splitter(store=store, judge=WordJudge(desk.directory), policy=desk.policy, directory=desk.directory)
    for number in range(steps):
        now += timedelta(hours=chance.choice((1, 7, 30)))
        if not ids or chance.random() < 0.3:
            taken = receive(
                f"{chance.choice('转转转疑')}{number}",
                now,
                place=chance.choice(("上桥镇", "板桥乡", "")),
                source=chance.choice(("12345", "微信")),
                track=chance.choice(list(Track)),
                received_at=now - timedelta(days=chance.choice((0, 0, 3))),
            )
            ids.append(taken.id)
        else:
            act = Act(actor="desk", now=now)
            with suppress(Conflict, Invalid, NotFound):
                _do(desk, splitter, chance, ids, act)
        yield now


def _do(desk: Desk, splitter: Splitter, chance: random.Random, ids: list[str], act: Act) -> None:
    store, one = desk.store, chance.choice(ids[-12:])
    rare = chance.random()
    if rare < 0.03:
        restricting.restrict(store, one, "反映某人", "desk", act.now)
    elif rare < 0.06:
        with store.write() as connection:
            kept_submissions.restrict(connection, chance.choice(ids), False)
    elif rare < 0.1:
        ids += [
            part.id
            for part in splitting.split(splitter, one, [Writing(title="转甲"), Writing(title="疑乙")], "a", act.now)
        ]
    elif rare < 0.13:
        splitting.undo_split(store, desk.directory, chance.choice(ids), "desk", act.now)
    elif rare < 0.25:
        other = statistics.story(store, chance.choice(ids)).registered.submission.receipt
        linking.link(store, one, other, "desk", act.now)
    elif rare < 0.4:
        review.decide(store, desk.directory, one, Opinion(lead=chance.choice(("education", "health"))), "desk", act.now)
    else:
        found = statistics.story(store, one).items
        _step(desk, chance, chance.choice(found).id, act) if found else None


def _step(desk: Desk, chance: random.Random, item: str, act: Act) -> None:
    steps: list[Callable[[], object]] = [
        lambda: dispatch.sign(desk, item, act),
        lambda: dispatch.accept(desk, item, act),
        lambda: dispatch.answer(desk, item, "已办", ResultGrade.SOLVED, act),
        lambda: results.audit(desk, item, "", act),
        lambda: results.feed_back(desk, item, Way.PHONE, "", act),
        lambda: results.rate(desk, item, chance.choice(list(Satisfaction)), "", act),
        lambda: dispatch.close(desk, item, "办结", act),
        lambda: dispatch.reassign(desk, item, chance.choice(("health", "civil-affairs")), "改派", act),
        lambda: taking_back.take_back(desk, item, act),
        lambda: results.send_back(desk, item, "重办", act),
    ]
    for one in (*steps[:7], chance.choice(steps)):
        if chance.random() < 0.6:
            with suppress(Conflict, Invalid):
                one()


def kept(connection: Connection) -> dict[tuple[str, ...], int]:
    counts: Counter[tuple[str, ...]] = Counter()
    for row in connection.execute(select(table)):
        counts[(row.level, row.kind, row.period, row.track, row.value, row.theme)] += row.number
    return {key: number for key, number in counts.items() if number}


def recounted(connection: Connection) -> dict[tuple[str, ...], int]:
    rows = connection.execute(select(submissions).where(~submissions.c.restricted)).all()
    return {**tallies.recounted(rows), **item_tallies.every(connection)}


def test_figures_equal_a_recount_after_months_of_any_work(desk: Desk, receive) -> None:
    for number, now in enumerate(work(desk, receive, random.Random(20261130), 420)):  # noqa: B007 - the last is used
        if number % 20 == 0:
            with desk.store.read() as connection:
                assert kept(connection) == recounted(connection)
    seen: Counter[str] = Counter()
    with desk.store.read() as connection:
        for days in PERIODS:
            for track in Track:
                told = _told(connection, days, track, now)
                assert told == _counted(connection, days, track, now), (days, track)
                seen.update({name: 1 for name, value in told.items() if value})
        stages = set(connection.execute(select(submissions.c.stage)).scalars())
        restricted = connection.execute(select(func.count()).where(submissions.c.restricted)).scalar_one()
    assert min(seen[name] for name in told) > 0, seen
    assert {"void", "split", "closed"} <= stages
    assert restricted


def test_a_database_of_before_is_counted_when_it_is_migrated(desk: Desk, receive) -> None:
    for _ in work(desk, receive, random.Random(7), 150):
        pass
    with desk.store.write() as connection:
        connection.execute(text("UPDATE tallies SET number = 99"))
        connection.execute(text("CREATE INDEX ix_submissions_report ON submissions (track)"))
        connection.execute(text("CREATE INDEX ix_items_report ON items (signed_at)"))
        connection.execute(text("ALTER TABLE submissions DROP COLUMN old_number"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0010'"))
    desk.store.migrate()
    with desk.store.read() as connection:
        assert kept(connection) == recounted(connection)


def test_one_let_go_in_two_months_counts_in_both_and_once_in_the_whole(desk: Desk, receive) -> None:
    (own,) = [one for one in statistics.story(desk.store, receive("转").id).items if one.role == "lead"]
    moments = [datetime(2026, month, 10, 2, 0, tzinfo=UTC) for month in (9, 10, 11)]
    dispatch.sign(desk, own.id, Act(actor="desk", now=moments[0]))
    for moment, department in zip(moments[1:], ("civil-affairs", "agriculture"), strict=True):
        dispatch.reassign(desk, own.id, department, "改派", Act(actor="desk", now=moment))
        own = next(one for one in statistics.story(desk.store, own.submission_id).items if one.replaces == own.id)
    with desk.store.read() as connection:
        for first, last, expected in (
            ((9, 1), (11, 30), (1, {"2026-09": 1, "2026-10": 1, "2026-11": 1})),
            ((9, 11), (11, 9), (1, {"2026-10": 1})),
            ((9, 11), (10, 9), (0, {})),
        ):
            days = Days(first=date(2026, *first), last=date(2026, *last))
            found = figures.dispatched(connection, days, Track.SUBMISSION)
            assert (found.whole, found.months) == expected


def _told(connection: Connection, days: Days, track: Track, now: datetime) -> dict[str, object]:
    sent, by = figures.dispatched(connection, days, track), figures.received_by(connection, days, track)
    done, linked = figures.handling(connection, days, track, now), figures.linked(connection, days, track, 2, 1_000)
    return {
        "received": figures.received(connection, days, track),
        "months": by.months,
        "themes": by.themes,
        "places": by.places,
        "leads": by.leads,
        "sources": by.sources,
        "repeated": linked.repeated,
        "matters": list(linked.matters),
        "whole": sent.whole,
        "sent": sent.months,
        "handling": [done.sent, done.accepted, done.answered, done.answered_with_due, done.on_time, done.closed],
        "overdue": done.overdue,
        "satisfied": done.satisfied,
    }


def _counted(connection: Connection, days: Days, track: Track, now: datetime) -> dict[str, object]:
    """Count off the rows, each figure with a question of its own."""
    own = and_(
        _COUNTED,
        submissions.c.stage != Stage.SPLIT.value,
        submissions.c.track == track.value,
        submissions.c.received_day.between(days.first.isoformat(), days.last.isoformat()),
    )

    def by(column: object) -> dict[str, int]:
        value = func.coalesce(column, "")
        return dict(connection.execute(select(value, func.count()).where(own).group_by(value)).all())

    table = submissions.c
    came = connection.execute(select(submissions).where(own).order_by(table.received_day, table.id)).all()
    linked = connection.execute(select(same_matters.c.matter, same_matters.c.submission_id)).all()
    first = {matter: min(one for other, one in linked if other == matter) for matter, _ in linked}
    repeated = {one for matter, one in linked if one != first[matter]}
    whole, months = _dispatched(connection, days, track)
    return {
        "received": len(came),
        "months": by(func.substr(table.received_day, 1, 7)),
        "themes": by(table.theme),
        "places": by(table.place),
        "leads": by(table.lead),
        "sources": by(table.source),
        "repeated": sum(row.id in repeated for row in came),
        "matters": _matters(came, {one: matter for matter, one in linked}),
        "whole": whole,
        "sent": months,
        **_handling(connection, days, track, now),
    }


def _matters(came: list[object], matter_of: dict[str, str]) -> list[Matter]:
    groups: dict[str, list[object]] = {}
    for row in came:
        if row.id in matter_of:
            groups.setdefault(matter_of[row.id], []).append(row)
    return [
        Matter(
            receipt=rows[0].receipt,
            title=rows[0].title,
            text=rows[0].text,
            count=len(rows),
            first_day=rows[0].received_day,
            last_day=rows[-1].received_day,
            places=tuple(name for name, _ in Counter(row.place for row in rows if row.place).most_common(3)),
        )
        for _, rows in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        if len(rows) > 1
    ]


def _dispatched(connection: Connection, days: Days, track: Track) -> tuple[int, dict[str, int]]:
    def between(some: Days) -> int:
        within = and_(items.c.signed_at >= some.begins, items.c.signed_at < some.ends)
        query = select(func.count(distinct(items.c.submission_id))).select_from(items.join(submissions))
        query = query.where(within, _STANDING, _COUNTED, submissions.c.track == track.value)
        return int(connection.execute(query).scalar_one())

    months = {one.first.strftime("%Y-%m"): between(_clipped(one, days)) for one in days.months}
    return between(days), {name: number for name, number in months.items() if number}


def _clipped(month: Days, days: Days) -> Days:
    return Days(first=max(month.first, days.first), last=min(month.last, days.last))


def _handling(connection: Connection, days: Days, track: Track, now: datetime) -> dict[str, object]:
    column = items.c

    def within(moment: object) -> object:
        return and_(moment >= days.begins, moment < days.ends)

    def count(*conditions: object) -> object:
        return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

    answered = within(column.answered_at)
    query = select(
        count(within(column.signed_at)),
        count(within(column.accepted_at)),
        count(answered),
        count(answered, column.due_at.is_not(None)),
        count(answered, column.answered_at <= column.due_at),
        count(within(column.closed_at), column.state == "closed"),
        count(column.due_at < now, column.state.in_(("queued", "in_progress", "return_requested"))),
    ).select_from(items.join(submissions))
    whose = and_(_STANDING, _COUNTED, submissions.c.track == track.value)
    *done, overdue = (int(one) for one in connection.execute(query.where(whose)).one())
    rated = select(column.satisfaction, func.count()).select_from(items.join(submissions))
    rated = rated.where(whose, answered, column.satisfaction.is_not(None)).group_by(column.satisfaction)
    return {"handling": done, "overdue": overdue, "satisfied": dict(connection.execute(rated).all())}
