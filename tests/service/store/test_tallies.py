"""The tallies against a count of the rows themselves, after everything that can happen to a submission."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

from sqlalchemy import select

from nlp.domain import Disposition, Track
from service import dispatch, review, statistics
from service.dispatch import Act, Desk
from service.errors import Conflict
from service.review import Opinion
from service.store import item_tallies, tallies
from service.store.conditions import SubmissionFilter
from service.store.engine import Store
from service.store.list_tables import tallies as table
from service.store.submissions import restrict
from service.store.tables import submissions

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def kept(store: Store) -> dict[tuple[str, ...], int]:
    counts: Counter[tuple[str, ...]] = Counter()
    with store.read() as connection:
        for row in connection.execute(select(table)):
            counts[(row.level, row.kind, row.period, row.track, row.value, row.theme)] += row.number
    return {key: number for key, number in counts.items() if number}


def recounted(store: Store) -> dict[tuple[str, ...], int]:
    with store.read() as connection:
        rows = connection.execute(select(submissions).where(~submissions.c.restricted)).all()
        return {**tallies.recounted(rows), **item_tallies.every(connection)}


def test_tallies_equal_a_recount_whatever_happens(desk: Desk, receive) -> None:
    store = desk.store
    ids = [
        receive(
            f"{'转疑市'[number % 3]}{number}",
            place=["上桥镇", "", "板桥乡"][number % 3],
            received_at=NOW - timedelta(days=17 * number),
        ).id
        for number in range(12)
    ]
    receive("告某人")
    assert kept(store) == recounted(store)
    for number, one in enumerate(ids):
        opinion = Opinion() if number % 2 else Opinion(theme="elderly-care", lead="civil-affairs")
        review.decide(store, desk.directory, one, opinion, "desk", NOW)
    review.undo(store, desk.directory, ids[0], "desk", NOW)
    review.decide(store, desk.directory, ids[2], Opinion(lead="", dispositions=(Disposition.KEEP,)), "desk", NOW)
    for one in ids:
        for item in statistics.story(store, one).items:
            try:
                dispatch.sign(desk, item.id, Act(actor="desk", now=NOW))
            except Conflict:
                continue
    with store.write() as connection:
        restrict(connection, ids[4], True)
    assert kept(store) == recounted(store)
    assert {value for _, kind, _, _, value, _ in kept(store) if kind == "adopted"} == {"kept", "changed"}


def test_a_list_behind_a_figure_is_counted_as_its_rows(desk: Desk, receive) -> None:
    store = desk.store
    for number in range(24):
        told = receive(
            f"{'转疑市'[number % 3]}{number}",
            place=["上桥镇", "", "板桥乡", "古城镇"][number % 4],
            source=["微信", "来信"][number % 2],
            received_at=NOW - timedelta(days=11 * number),
        )
        if number % 2:
            opinion = Opinion() if number % 6 == 1 else Opinion(theme="elderly-care", lead="civil-affairs")
            review.decide(store, desk.directory, told.id, opinion, "desk", NOW)
    rows = statistics.submissions_page(store, SubmissionFilter(), None, 200).rows
    choices = {
        "theme": [None, "", *{one.theme for one in rows if one.theme}],
        "first_day": [None, date(2026, 7, 10)],
        "last_day": [None, date(2026, 11, 3)],
        "counted": [True, False],
    }
    asides = [{}, {"place": "上桥镇"}, {"place": ""}, {"source": "微信"}, {"lead": ""}, {"lead": "civil-affairs"}]
    asides += [
        {"adopted": True},
        {"adopted": False},
        {"place": "上桥镇", "source": "微信"},
        {"track": Track.WORK_ORDER},
    ]
    numbers = set()
    for chosen in product(*choices.values()):
        for aside in asides:
            wanted = SubmissionFilter(**dict(zip(choices, chosen, strict=True)), **aside)
            told = statistics.submissions_counted(store, wanted)
            assert told.number == len(statistics.submissions_page(store, wanted, None, 200).rows), wanted
            assert not told.more
            numbers.add(told.number)
    assert len(numbers) > 8


def test_any_days_are_summed_from_months_and_days(store: Store, receive) -> None:
    days = [date(2026, 1, 1) + timedelta(days=5 * number) for number in range(60)]
    for day in days:
        receive("转", received_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    spans = [(days[a], days[b]) for a, b in ((0, 59), (1, 2), (3, 30), (7, 7), (12, 18))]
    for first, last in [*spans, (date(2026, 2, 1), date(2026, 4, 30)), (date(2026, 2, 2), date(2026, 4, 1))]:
        wanted = SubmissionFilter(first_day=first, last_day=last)
        told = statistics.theme_counts(store, wanted, "month")
        expected = Counter(day.isoformat()[:7] for day in days if first <= day <= last)
        assert {one.group: one.count for one in told} == expected


def test_a_distribution_of_one_track_is_summed_as_its_rows_are(store: Store, receive) -> None:
    for number in range(12):
        receive("转", track=list(Track)[number % 3 == 0], received_at=NOW - timedelta(days=11 * number))
    days = {"first_day": date(2026, 8, 3), "last_day": date(2026, 11, 20)}
    for track in Track:
        wanted = SubmissionFilter(track=track, **days)
        rows = statistics.submissions_page(store, wanted, None, 200).rows
        told = statistics.theme_counts(store, wanted, "month")
        assert {one.group: one.count for one in told} == Counter(
            one.submission.received_at.date().isoformat()[:7] for one in rows
        )
        assert rows
