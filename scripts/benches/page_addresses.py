"""Which pages are measured, who looks at them, and with what on them: every page with the filters that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

from nlp.domain import ItemState, Track
from service import bulk, intake, marking, people, reports, restricted, statistics
from service.access import Caller, Right
from service.bulk_plan import Bulk
from service.deadlines import local_day
from service.dispatch import Desk
from service.imports.opening import Sent, open_import
from service.intake import Incoming
from service.office import Office
from service.reports import TRACKS
from service.store import upward
from service.store.conditions import Mark, Order, SubmissionFilter
from service.store.listing import ItemFilter
from service.store.operations import BulkKind

HAPPENINGS = 200
"""Events of the submission to which much has happened."""
RESTRICTED = 300
ROWS = 1_000
"""Lines of the table that waits to be imported."""
MARKED = 200
LONG, LONG_TEXT = "满库来文", "村道路灯坏了半个月，晚上走路看不见，建议尽快修好并定期检查。"
ACCUSATION = "村支书收了工程队五万块好处费，把工程包给了自己亲戚，请纪委查处。"
_COMMON = ("/password", "/help", "/help/start", "/docs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """Ids of what is made to be looked at: a submission to which much has happened, a restricted one, and others."""

    long: str
    restricted: str
    opened: str
    operation: str


def made_special(office: Office) -> Special:
    """Make what is not there yet."""
    now, reader = office.now(), Caller(id="bench", name="测", rights=frozenset({Right.RESTRICTED}))
    long = statistics.submissions_page(office.store, SubmissionFilter(source=LONG), None, 1).rows
    if not long:
        texts = [LONG_TEXT, *(f"{ACCUSATION}（第 {number} 封）" for number in range(RESTRICTED))]
        batch = [
            Incoming(track=Track.SUBMISSION, text=text, source=LONG, received_at=now, caller="bench") for text in texts
        ]
        intake.receive(office.store, office.judge, office.policy, office.taxonomy, batch, now)
        long = statistics.submissions_page(office.store, SubmissionFilter(source=LONG), None, 1).rows
        for number in range(HAPPENINGS):
            doer = marking.unmark if number % 2 else marking.mark
            doer(office.store, long[0].submission.id, Mark.KEY, "bench", now)
    table = "标题,内容\n" + "".join(f"路灯 {number},{LONG_TEXT}\n" for number in range(ROWS))
    sent = [Sent(name="去年来稿.csv", content=BytesIO(table.encode()))]
    some = statistics.submissions_page(office.store, SubmissionFilter(), None, MARKED).rows
    desk = Desk(store=office.store, policy=office.policy, directory=office.taxonomy)
    marked = Bulk(kind=BulkKind.MARK, value=Mark.KEY.value)
    return Special(
        long=long[0].submission.id,
        restricted=restricted.waiting(office.store, reader).rows[0].submission.id,
        opened=open_import(office.store, office.settings.home, sent, 10_000_000, "bench", now).made.id,
        operation=bulk.perform(desk, marked, [one.submission.id for one in some], "bench", now).id,
    )


def addresses(office: Office, special: Special) -> list[tuple[str, str]]:
    """List the pages with who looks at them."""
    account = people.every(office.store)[0].id
    return [
        ("nobody", "/sign-in"),
        *(("desk", path) for path in (*_desk(office, special), *_COMMON)),
        *(("unit", path) for path in _unit(office)),
        *(("reader", path) for path in ("/restricted", f"/restricted/{special.restricted}")),
        *(("administrator", path) for path in ("/", "/people", "/people/new", f"/people/{account}", "/keys")),
        ("auditor", "/audit"),
    ]


def _desk(office: Office, special: Special) -> list[str]:
    page = statistics.submissions_page(office.store, SubmissionFilter(), None, 50, Order.RECEIVED)
    middle = page.rows[25].submission
    ledger = statistics.items_page(office.store, ItemFilter(), None, 50)
    deep = statistics.items_page(office.store, ItemFilter(states=(ItemState.CLOSED,)), None, 200).next_cursor
    year, two_days = middle.received_at.year, (office.now() - timedelta(days=2)).date()
    with office.store.read() as connection:
        briefs = upward.latest_briefs(connection, 1)
    return [
        "/",
        "/register",
        "/imports",
        f"/imports/{special.opened}",
        f"/imports/{special.opened}/progress",
        "/review",
        "/review/next",
        f"/review/{special.long}",
        f"/review/{special.long}/theme?theme=double-reduction",
        f"/review/{special.long}/similar",
        f"/review?item={special.long}",
        "/submissions",
        f"/submissions?cursor={year - 1}-06-01~{middle.id}",
        "/submissions?stage=review",
        "/submissions?stage=kept",
        "/submissions?track=submission",
        "/submissions?mark=key",
        "/submissions?stage=closed&theme=double-reduction",
        f"/submissions?theme=double-reduction&from={year - 1}-11-01&to={year - 1}-11-30",
        f"/submissions?place={middle.place}",
        "/submissions?source=委员工作站&stage=review",
        "/submissions?wait=overdue",
        "/submissions?order=registered_first",
        f"/submissions?did=received&since={two_days}",
        f"/submissions?q={middle.receipt}",
        "/submissions?q=路灯",
        "/submissions?q=红绿灯",
        "/submissions?q=建议",
        "/submissions?q=建议&stage=review",
        "/submissions?q=没有这样的字句",
        "/submissions?q=灯",
        "/submissions?q=马建",
        f"/operations/{special.operation}",
        f"/submissions/{middle.id}",
        f"/submissions/{middle.id}/same",
        f"/submissions/{middle.id}/amend",
        f"/submissions/{middle.id}/duty?theme=double-reduction",
        f"/submissions/{special.long}",
        f"/submissions/{special.long}/upward",
        "/ledger",
        "/ledger?due=late",
        "/ledger?state=closed",
        f"/ledger?state=closed&cursor={quote(deep or '')}",
        "/ledger?state=closed&department=education",
        "/ledger?q=路灯",
        "/ledger?q=建议",
        f"/ledger?q={middle.receipt}",
        f"/ledger?item={ledger.rows[0].item.id}",
        "/departments",
        "/upward",
        "/upward?period=term",
        "/upward?period=term&level=region&outcome=adopted",
        "/upward/waiting",
        *(f"/upward/briefs/{one.id}" for one in briefs),
        "/themes",
        "/themes?period=term",
        "/themes?place=金星镇",
        "/themes?track=work_order",
        *(f"/reports?period={one.id}&track={track.value}" for track in TRACKS for one in _periods(office)),
        *(f"/reports/credits?period={one.id}" for one in _periods(office)),
        "/papers",
        "/answer-templates",
    ]


def _periods(office: Office) -> list[reports.Period]:
    return reports.periods(office.profile, local_day(office.now()))


def _unit(office: Office) -> list[str]:
    own = statistics.items_page(office.store, ItemFilter(department="education", states=(ItemState.CLOSED,)), None, 50)
    first = own.rows[0]
    return [
        "/",
        "/departments/education",
        "/departments/education?due=late",
        "/departments/education?state=closed",
        "/departments/education?q=建议",
        f"/departments/education?state=closed&item={first.item.id}",
        f"/items/{first.item.id}",
        f"/submissions/{first.registered.submission.id}",
    ]
