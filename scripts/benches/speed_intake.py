"""Intake, claims, first pages of lists and a year's figures on a database of 10,000 submissions and on one of 1,000,000."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from nlp.domain import ItemState, Stage
from scripts.benches.filling import fill
from scripts.benches.inside import incoming_of
from scripts.benches.multiplying import multiply
from scripts.benches.speed_batch import COMPILED
from scripts.benches.speed_texts import Samples
from scripts.benches.timing import ratios, spread
from service import dispatch, intake, review_queue, statistics
from service.dispatch import Act, Desk
from service.office import Office
from service.serving import prepare
from service.settings import Settings
from service.store.conditions import Order, SubmissionFilter
from service.store.listing import ItemFilter
from service.store.reviews import ReviewFilter
from service.warming import serve_compiled

FEW, MANY = 10_000, 1_000_000
ROUNDS = 15
AT_ONCE = 32


def office_of(count: int) -> Office:
    """Open a database of so many submissions, and make it unless it is there."""
    home = _home(count)
    if count > FEW and not (home / "minyi.db").is_file():
        _open(FEW).store.close()
        multiply(_home(FEW) / "minyi.db", home / "minyi.db", count // FEW)
    return _open(count)


def _home(count: int) -> Path:
    return Path(tempfile.gettempdir()) / "minyi-speed" / f"stored-{count}"


def _open(count: int) -> Office:
    home = _home(count)
    office = prepare(Settings(home=home, models=home.parent / "models"), lambda stage, done, total: None)
    present = statistics.submissions_count(office.store, SubmissionFilter())
    if present < min(count, FEW):
        fill(office, count - present)
    return office


def measure(given: Samples) -> list[str]:
    """Ask the same of both databases in turn, by the clock: what waits for the disk counts."""
    offices = [office_of(count) for count in (FEW, MANY)]
    for office in offices:
        serve_compiled(office.judge, COMPILED)
    few, many = (asked_of(office, given) for office in offices)
    lines = [f"| 毫秒 | 存有 {FEW:,} 件 | 存有 {MANY:,} 件 | 之比 |", "|---|---|---|---|"]
    for name, ask in few.items():
        took: list[list[float]] = [[], []]
        for number in range(ROUNDS + 2):
            for place, work in enumerate((ask, many[name])):
                begin = time.perf_counter()
                work()
                if number >= 2:
                    took[place].append(time.perf_counter() - begin)
        shown = [spread(one).show(1000, 1) for one in took]
        lines.append(f"| {name} | {shown[0]} | {shown[1]} | {ratios(took[1], took[0]).show(1, 2)} |")
    return lines


def asked_of(office: Office, given: Samples) -> dict[str, Callable[[], object]]:
    """Name what is asked of an office."""
    store, now = office.store, datetime.now(UTC)
    desk = Desk(store=store, policy=office.policy, directory=office.taxonomy)
    busiest = max(
        ((count, one) for (one, state), count in statistics.queue_counts(store).items() if state is ItemState.QUEUED),
        default=(0, "education"),
    )[1]
    first, last = now.date() - timedelta(days=365), now.date()
    year = SubmissionFilter(first_day=first, last_day=last)
    turns = count()
    """Minutes: every lease has ended when the next claim comes, or a small queue would soon have nothing to give."""

    def receive(count: int) -> object:
        batch = incoming_of(given.texts(count), now)
        return intake.receive(store, office.judge, office.policy, office.taxonomy, batch, datetime.now(UTC))

    def page(**wanted: object) -> Callable[[], object]:
        return lambda: statistics.submissions_page(store, SubmissionFilter(**wanted), None, 50, Order.RECEIVED)  # type: ignore[arg-type]

    return {
        f"收件 {AT_ONCE} 件（判断、入库、提交）": lambda: receive(AT_ONCE),
        "收件一件": lambda: receive(1),
        "承办单位领取 10 件": lambda: dispatch.claim(
            desk, busiest, 10, 10, Act(actor="bench", now=now + timedelta(days=1, minutes=next(turns)))
        ),
        "来稿列表首页": page(),
        "待拟办列表首页": page(stage=Stage.REVIEW),
        "已办结列表首页": page(stage=Stage.CLOSED),
        "按来源筛选首页": page(source="微信"),
        "检索“路灯”首页": page(text="路灯"),
        "台账首页": lambda: statistics.items_page(store, ItemFilter(), None, 50),
        "单位台账首页": lambda: statistics.items_page(store, ItemFilter(department=busiest), None, 50),
        "下一件待拟办": lambda: review_queue.next_for_review(store, ReviewFilter(), "bench", now),
        "一年的主题分布，按月": lambda: statistics.theme_counts(store, year, "month"),
        "一年的主题分布，按承办单位": lambda: statistics.theme_counts(store, year, "department"),
    }
