"""AB 角: who does whose work while they are away. What is open follows the post; nothing is handed over piece by piece."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from service import audit
from service.access import ALONE, Post
from service.audit import Kind
from service.deadlines import local_day
from service.errors import Conflict, Invalid
from service.ids import new_id
from service.store import accounts, holds, substitutions
from service.store import audit as log
from service.store.accounts import Account
from service.store.engine import Store
from service.store.substitutions import Substitution

LONGEST = timedelta(days=366)


def appoint(
    store: Store, absent_id: str, substitute_id: str, days: tuple[date, date], actor: str, now: datetime
) -> Substitution:
    """Let one person do another's work from a first to a last day in Beijing.

    On those days the substitute has the posts of both: lists, queues and drafts of the absent one are theirs to work on.
    What the absent one has open for 拟办 is let go. The right to read 限阅件 is by name and never passes on.

    Raises:
        NotFound: one of the two has no account.
        Invalid: days that cannot be, the same person, or posts that do not go together.
        Conflict: the substitute is disabled or away themselves, or there is one already.
    """
    first, last = days
    _check_days(first, last, local_day(now))
    with store.write() as connection:
        absent = accounts.get(connection, absent_id, locked=True)
        substitute = accounts.get(connection, substitute_id)
        _check_posts(absent, substitute)
        for other in substitutions.holding(connection, local_day(now)):
            _check_other(other, absent_id, substitute_id, first, last)
        made = Substitution(
            id=new_id(now),
            absent_id=absent_id,
            substitute_id=substitute_id,
            first_day=first,
            last_day=last,
            made_by=actor,
            made_at=now,
        )
        substitutions.add(connection, made)
        holds.release_all(connection, absent_id)
        told = {"substitute": substitute_id, "first_day": first.isoformat(), "last_day": last.isoformat()}
        log.append(connection, audit.noted(Kind.SUBSTITUTE_SET, actor, now, absent_id, **told))
    return made


def end(store: Store, substitution_id: str, actor: str, now: datetime) -> None:
    """End a substitution before its last day.

    Raises:
        Conflict: it has ended already.
    """
    with store.write() as connection:
        ended = substitutions.end(connection, substitution_id, now)
        if ended is None:
            raise Conflict("这项 AB 角安排已经结束")
        absent_id, substitute_id = ended
        log.append(connection, audit.noted(Kind.SUBSTITUTE_ENDED, actor, now, absent_id, substitute=substitute_id))


def holding(store: Store, now: datetime, account_id: str | None = None) -> list[Substitution]:
    """Read the substitutions that hold today or begin later; of one person where it is given."""
    with store.read() as connection:
        return substitutions.holding(connection, local_day(now), account_id)


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise Invalid("结束日期早于开始日期", field="last_day", code="E_DATE")
    if last < today:
        raise Invalid("结束日期已过，请改为今天或以后", field="last_day", code="E_DATE")
    if last - first > LONGEST:
        raise Invalid("代理期限最长一年", field="last_day", code="E_DATE")


def _check_posts(absent: Account, substitute: Account) -> None:
    if absent.id == substitute.id:
        raise Invalid("代理人不能是本人", field="substitute", code="E_POSTS")
    if substitute.disabled_at is not None:
        raise Conflict("代理人的账号已停用，请另选一人")
    both = absent.posts | substitute.posts
    lonely = [post.label for post in Post if post in both & ALONE]
    if lonely and len(both) > 1:
        raise Invalid(f"“{lonely[0]}”不能由其他岗位的人代理", field="substitute", code="E_POSTS")
    if absent.department != substitute.department:
        raise Invalid("联络员只能由同一承办单位的联络员代理", field="substitute", code="E_POSTS")


def _check_other(other: Substitution, absent_id: str, substitute_id: str, first: date, last: date) -> None:
    if other.last_day < first or last < other.first_day:
        return
    if other.absent_id == absent_id:
        raise Conflict("这段时间已安排了代理人，请先结束原来的安排")
    if other.absent_id == substitute_id:
        raise Conflict("代理人这段时间自己也由他人代理，请另选一人")
    if other.substitute_id == absent_id:
        raise Conflict("本人这段时间正代理他人，请先结束那项安排")
