"""What every page shares: templates, navigation, Chinese dates, words for figures, marked text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from nlp.domain import Evidence, ItemState, Stage
from service import exports, manual, restricted, waiting
from service.access import Caller, Right
from service.deadlines import BEIJING, local_day
from service.names import PROGRAMS
from service.office import Office
from service.store.listing import Count
from service.web.callers import caller_of
from service.web.pages.help_links import help_address

_CUT = Markup('<span class="cut" title="可能从这里起是另一件事"></span>')
PAGE_SIZE = 50
_TOLD = ("cursor", "done", "problem")
TONES = {
    Stage.REVIEW: "soon", Stage.AWAITING_SIGNATURE: "soon", Stage.CLOSED: "well", Stage.KEPT: "plain",
    Stage.QUEUED: "plain", Stage.IN_PROGRESS: "plain", Stage.ANSWERED: "soon",
}  # fmt: skip

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the navigation. Who has one of the `rights` sees it; without any, everybody does."""

    name: str
    address: str
    count: int | str = 0
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option of a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter above a list: its name in the address, its label, its options, the one chosen."""

    name: str
    label: str
    choices: Sequence[Choice]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days chosen, as typed."""

    first: str
    last: str


def navigation(office: Office, caller: Caller) -> list[Entry | None]:
    """List the entries of the navigation that the caller may open, with the counts that wait; None draws a line."""
    waits = waiting.waiting_for(office.store, caller)
    own = own_address(caller)
    groups = [
        [
            Entry(name="工作台", address="/", rights=(Right.READ, Right.UNIT, Right.SETTINGS)),
            Entry(name="登记", address="/register", rights=(Right.REGISTER,)),
            Entry(name="导入", address="/imports", rights=(Right.REGISTER,)),
        ],
        [
            Entry(name="待拟办", address="/review", count=waits.review or 0, rights=(Right.REVIEW,)),
            Entry(name="来稿", address="/submissions", rights=(Right.READ,)),
            Entry(name="转办台账", address="/ledger", count=waits.acts, rights=(Right.READ,)),
            *_restricted(office, caller),
            Entry(name="我的承办件", address=own, count=waits.acts, rights=(Right.UNIT,))
            if caller.department
            else Entry(name="承办单位", address=own, rights=(Right.READ,)),
        ],
        [
            Entry(name="报送与采用", address="/upward", rights=(Right.READ,)),
            Entry(name="主题分布", address="/themes", rights=(Right.READ,)),
            Entry(name="报表", address="/reports", rights=(Right.READ,)),
        ],
        [
            Entry(name="公文模板", address="/papers", rights=(Right.MANAGE,)),
            Entry(name="人员", address="/people", rights=(Right.PEOPLE,)),
            Entry(name="接口密钥", address="/keys", rights=(Right.PEOPLE,)),
            Entry(name="审计日志", address="/audit", rights=(Right.AUDIT,)),
        ],
        [Entry(name="帮助", address=manual.ADDRESS)],
    ]
    return _lined([[one for one in group if not one.rights or caller.may(*one.rights)] for group in groups])


def _restricted(office: Office, caller: Caller) -> list[Entry]:
    """Give the entry of 限阅件 to those who are named for it; nobody else learns whether there are any."""
    count = restricted_count(office, caller)
    return [] if count is None else [Entry(name="限阅件", address="/restricted", count=count)]


def restricted_count(office: Office, caller: Caller) -> int | str | None:
    """Say how many 限阅件 wait for a reader; None to everybody else."""
    if not caller.may(Right.RESTRICTED):
        return None
    count = restricted.waiting_count(office.store, caller)
    return f"{count}+" if count >= restricted.MOST else count


def _lined(groups: Sequence[Sequence[Entry]]) -> list[Entry | None]:
    """Put a line between the groups that have an entry."""
    lined: list[Entry | None] = []
    for group in filter(None, groups):
        lined += [*([None] if lined else []), *group]
    return lined


def render(
    request: Request, template: str, here: str, *, status: int = 200, caller: Caller | None = None, **values: Any
) -> HTMLResponse:
    """Render a page within the frame, for whoever is signed in unless `caller` says otherwise."""
    office: Office = request.app.state.office
    caller = caller or caller_of(request)
    shared = {
        "query": "",
        "notice": "",
        "problem": "",
        "fault": "",
        "here": here,
        "help": help_address(template, caller),
        "caller": caller,
        "query_pairs": [pair for pair in request.query_params.multi_items() if pair[0] not in _TOLD],
        "finds": "/submissions" if caller.may(Right.READ) else own_address(caller) if caller.department else "",
        "reveals": exports.may_reveal(caller),
        "may": {right.value: caller.may(right) for right in Right},
        "navigation": [] if caller.must_change else navigation(office, caller),
    }
    if office.model_fault and caller.id:
        shared["fault"] = f"没有可用的模型，来稿一律转人工拟办。原因：{office.model_fault}"
    return HTMLResponse(templates.get_template(template).render({**shared, **values}), status)


def fragment(template: str, **values: Any) -> HTMLResponse:
    """Render a part of a page."""
    return HTMLResponse(templates.get_template(template).render(values))


def address(path: str, **parameters: str | None) -> str:
    """Make an address; parameters without a value are left out."""
    kept = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def total_words(count: Count) -> str:
    """Say how many there are."""
    return f"{count.number:,} 件以上" if count.more else f"{count.number:,} 件"


def query(**parameters: str) -> str:
    """Write the parameters of an address."""
    return urlencode(parameters)


def today(office: Office) -> date:
    """Give the day in Beijing."""
    return local_day(office.now())


def own_address(caller: Caller) -> str:
    """Give the address of a caller's own items; of all departments for the office."""
    return f"/departments/{caller.department}" if caller.department else "/departments"


def ledger_address(caller: Caller) -> str:
    """Give the address of the list of items that a caller works on."""
    return own_address(caller) if caller.department else "/ledger"


def day(value: datetime | None) -> str:
    """Write a day in Beijing."""
    return "" if value is None else value.astimezone(BEIJING).strftime("%Y-%m-%d")


def minute(value: datetime) -> str:
    """Write a moment in Beijing."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def percent(confidence: float) -> str:
    """Write a confidence: a whole per cent, never 0 and never 100."""
    return str(min(99, max(1, round(100 * confidence))))


def confidence_words(confidence: float, threshold: float | None, examples: int, few: int) -> str:
    """Say a confidence in words."""
    if examples < few:
        return "样本不足"
    if threshold is not None and confidence >= threshold:
        return "有把握"
    return "较有把握" if confidence >= 0.5 else "把握不足"


def actor_name(office: Office, actor: str) -> str:
    """Say who acted: a person or a program by name."""
    kind, _, department = actor.partition(":")
    name = PROGRAMS.get(kind) or office.names.of(kind) or kind
    return f"{office.taxonomy.department_name(department)}（{name}）" if department else name


def department_choices(office: Office) -> list[Choice]:
    """List the departments that work can be handed to, and those above that a report can name."""
    return [Choice(value=one.id, label=one.name) for one in office.taxonomy.departments]


def theme_choices(office: Office) -> list[Choice]:
    """List the themes that can be assigned."""
    return [Choice(value=one.id, label=one.name) for one in office.taxonomy.assignable]


def marked(raw: str, evidence: Sequence[Evidence], field: str, cuts: Sequence[int] = ()) -> Markup:
    """Mark the evidence in a raw text, and the places where a further matter may begin; its characters stay as they are."""
    spans: list[tuple[int, int, Evidence | None]] = [
        (one.span.start, one.span.end, one) for one in evidence if one.span.field == field
    ]
    spans += [(cut, cut, None) for cut in cuts]
    parts: list[Markup] = []
    done = 0
    for start, end, one in sorted(spans, key=lambda span: span[:2]):
        if start < done or end > len(raw):
            continue
        against = Markup(' class="against"') if one is not None and one.weight < 0 else Markup("")
        parts += [
            escape(raw[done:start]),
            _CUT
            if one is None
            else Markup('<mark{} title="权重 {:+.3f}">{}</mark>').format(against, one.weight, raw[start:end]),
        ]
        done = end
    return Markup("").join([*parts, escape(raw[done:])])


def state_tone(state: ItemState) -> str:
    """Give the tone of an item's state."""
    if state in (ItemState.AWAITING_SIGNATURE, ItemState.RETURN_REQUESTED, ItemState.ANSWERED):
        return "soon"
    return "well" if state is ItemState.CLOSED else "plain"
