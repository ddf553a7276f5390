"""从这里开始: what an office that has just begun does first, for those whose work it is; nothing once it is under way."""

from __future__ import annotations

from dataclasses import dataclass

from service.access import Caller, Right, rights_of
from service.people import READERS
from service.store import accounts, beginnings
from service.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do: what, how, the address of the page for it, whether it is done."""

    what: str
    how: str
    address: str
    done: bool


def first_steps(store: Store, caller: Caller) -> list[Step]:
    """List the first steps of somebody, those that are done too; none when all are done."""
    steps: list[Step] = []
    if caller.may(Right.PEOPLE):
        steps += _of_administrator(store)
    if caller.may(Right.REGISTER):
        steps += _of_desk(store, caller)
    return steps if any(not one.done for one in steps) else []


def _of_administrator(store: Store) -> list[Step]:
    with store.read() as connection:
        active = [one for one in accounts.every(connection) if one.disabled_at is None]
    held = frozenset().union(*(rights_of(one.posts) for one in active))
    return [
        Step(
            what="为工作人员建立账号",
            how="至少要有登记经办和审核签发，一人可兼两岗。承办单位不联网的不必建，由经办代登记。",
            address="/people/new",
            done={Right.REGISTER, Right.SIGN} <= held,
        ),
        Step(
            what="指定两名限阅件阅件人",
            how="疑似检举控告的来稿只有这两人能看。点开本人的账号，勾选后保存。",
            address="/people",
            done=sum(one.restricted for one in active) >= READERS,
        ),
    ]


def _of_desk(store: Store, caller: Caller) -> list[Step]:
    with store.read() as connection:
        if beginnings.signed(connection):
            return []
        begun = beginnings.read(connection)
    steps = [
        Step(
            what="导入去年的台账",
            how="Excel、CSV 原样拖进来，确认前什么都不存入，导入后可整批撤销。没有台账可跳过。",
            address="/imports",
            done=begun.imported,
        ),
        Step(
            what="登记一件新来稿",
            how="把微信、邮件里的来稿粘贴到“正文”，旁边就显示主题、承办单位和个人信息。",
            address="/register",
            done=begun.registered,
        ),
        Step(
            what="核对拟办意见",
            how="系统拿不准的在“待拟办”，一件一件确认或更正。",
            address="/review",
            done=begun.decided,
        ),
    ]
    sign = Step(
        what="签发",
        how="签发后转到承办单位，开始计算期限；处理单、转办函在每件的“打印文书”里。",
        address="/ledger?state=awaiting_signature",
        done=begun.signed,
    )
    return [*steps, sign] if caller.may(Right.SIGN) else steps
