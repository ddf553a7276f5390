"""限阅件 of the demonstration: some wait, one is proposed for release, some have been passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from service import demo_people, people, restricted
from service.access import Caller, Right, rights_of
from service.office import Office
from service.restricted import WayOut
from service.store.engine import Store

Step = Callable[[Store, str, Caller, Caller, datetime], None]


def fill_restricted(office: Office, ids: Sequence[str]) -> None:
    """Take accusations, the newest first, each as far as it is to come."""
    one, other = (_reader(office.store, name) for name in (demo_people.CLERK, demo_people.SIGNER))
    for submission_id, step in zip(ids, (_left, _proposed, _passed_on, _refused, _given_to_petition), strict=False):
        step(office.store, submission_id, one, other, office.now() - timedelta(hours=20))


def _reader(store: Store, user_name: str) -> Caller:
    account = people.get(store, demo_people.id_of(store, user_name))
    return Caller(id=account.id, name=account.name, rights=rights_of(account.posts) | {Right.RESTRICTED})


def _left(store: Store, submission_id: str, one: Caller, other: Caller, now: datetime) -> None:
    """Leave it as it came in."""


def _proposed(store: Store, submission_id: str, one: Caller, other: Caller, now: datetime) -> None:
    restricted.look(store, submission_id, one, now)
    restricted.propose_release(store, submission_id, "所述为服务态度和收费标准问题，未指明具体人员。", other, now)


def _passed_on(store: Store, submission_id: str, one: Caller, other: Caller, now: datetime) -> None:
    note = "当面移送，区纪委监委信访室签收。"
    restricted.pass_on(store, submission_id, WayOut.DISCIPLINE, note, one, now)


def _refused(store: Store, submission_id: str, one: Caller, other: Caller, now: datetime) -> None:
    restricted.propose_release(store, submission_id, "未附证据。", one, now)
    reason = "指明了具体单位和人员，应按检举控告处理。"
    restricted.refuse_release(store, submission_id, reason, other, now + timedelta(hours=2))


def _given_to_petition(store: Store, submission_id: str, one: Caller, other: Caller, now: datetime) -> None:
    restricted.pass_on(store, submission_id, WayOut.PETITION, "机要交换，区信访局收件。", other, now)
