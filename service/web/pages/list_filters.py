"""The filters of the list of submissions: read from the address, shown above the list, said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.domain import EventKind, Labelled, Stage, Track, Urgency
from service import statistics
from service.deadlines import soon_until, start_of_day
from service.errors import Invalid
from service.office import Office
from service.store.conditions import Happened, Mark, Order, SubmissionFilter, Wait, Waiting
from service.web.api.parameters import parse_choice, parse_day, submission_filter
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter

NAMES = (
    "stage", "theme", "department", "source", "place", "track", "from", "to", "q",
    "urgency", "mark", "wait", "adopted", "counted", "matter", "did", "since", "order",
)  # fmt: skip
ORDERS = (
    Choice(value=Order.RECEIVED.value, label="收到日期，新的在前"),
    Choice(value=Order.RECEIVED_FIRST.value, label="收到日期，早的在前"),
    Choice(value=Order.REGISTERED.value, label="登记先后，新的在前"),
    Choice(value=Order.REGISTERED_FIRST.value, label="登记先后，早的在前"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for: the values as they stand there, the filter, the order, what is wrong with them."""

    values: dict[str, str]
    wanted: SubmissionFilter
    order: Order
    problem: str

    @property
    def kept(self) -> dict[str, str]:
        """The values that are given."""
        return {name: value for name, value in self.values.items() if value}

    @property
    def filtered(self) -> bool:
        """Whether anything but an order is asked for."""
        return any(value for name, value in self.values.items() if name != "order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that has no list of its own: what it says, and the address without it."""

    label: str
    without: str


def read(params: Mapping[str, str], now: datetime) -> Asked:
    """Read the filters of an address; a wrong one gives the list without any and says so."""
    values = {name: params.get(name, "")[:200] for name in NAMES}
    values["q"] = values["q"][:100]
    try:
        return Asked(values=values, wanted=_wanted(values, now), order=_order(values["order"]), problem="")
    except Invalid as error:
        wanted = SubmissionFilter(text=values["q"])
        return Asked(values=values, wanted=wanted, order=Order.RECEIVED, problem=f"筛选条件有误：{error}")


def _order(value: str) -> Order:
    return parse_choice(Order, value, "order") or Order.RECEIVED


def _wanted(values: Mapping[str, str], now: datetime) -> SubmissionFilter:
    plain = submission_filter(
        stage=values["stage"],
        theme=values["theme"],
        department=values["department"],
        source=values["source"],
        place=values["place"],
        track=values["track"],
        first=values["from"],
        to=values["to"],
        q=values["q"],
        urgency=values["urgency"],
        mark=values["mark"],
        adopted=values["adopted"],
        counted=values["counted"],
        matter=values["matter"],
    )
    wait = parse_choice(Wait, values["wait"], "wait")
    did, since = parse_choice(EventKind, values["did"], "did"), parse_day(values["since"], "since")
    return replace(
        plain,
        waiting=Waiting(kind=wait, now=now, soon=soon_until(now)) if wait else None,
        happened=Happened(kind=did, since=start_of_day(since)) if did and since else None,
    )


def shown(office: Office, values: Mapping[str, str], names: Sequence[str]) -> list[Filter]:
    """List the filters of these names with their choices."""

    def plain(found: Sequence[str]) -> list[Choice]:
        return [Choice(value=one, label=one) for one in found]

    def enum(members: Iterable[Labelled]) -> list[Choice]:
        return [Choice(value=one.value, label=one.label) for one in members if one is not Stage.RESTRICTED]

    found: dict[str, tuple[str, Callable[[], list[Choice]]]] = {
        "stage": ("阶段", lambda: enum(Stage)),
        "theme": ("主题", lambda: [*frame.theme_choices(office), Choice(value="none", label="（待定）")]),
        "department": ("主办单位", lambda: [*frame.department_choices(office), Choice(value="none", label="（未定）")]),
        "place": (
            "地点",
            lambda: [*plain(statistics.known_values(office.store, "place")), Choice(value="none", label="（未填）")],
        ),
        "source": ("来源", lambda: plain(statistics.known_values(office.store, "source"))),
        "track": ("类别", lambda: enum(Track)),
        "wait": ("等待办理", lambda: enum(Wait)),
        "urgency": ("缓急", lambda: enum(Urgency)),
        "mark": ("标记", lambda: enum(Mark)),
        "adopted": ("系统建议", lambda: [Choice(value="yes", label="未改动采纳"), Choice(value="no", label="有改动")]),
    }
    return [Filter(name=name, label=found[name][0], choices=found[name][1](), chosen=values[name]) for name in names]


def chips(asked: Asked, here: str) -> list[Chip]:
    """Say the filters that no list shows."""
    values = asked.kept
    said = {
        ("did", "since"): _happened(values) if asked.wanted.happened else "",
        ("q",): f"含“{values['q']}”" if "q" in values else "",
        ("matter",): "同一事项" if "matter" in values else "",
        ("counted",): "只看计入统计的" if "counted" in values else "",
    }
    return [
        Chip(label=words, without=frame.address(here, **{n: v for n, v in values.items() if n not in names}))
        for names, words in said.items()
        if words
    ]


def _happened(values: Mapping[str, str]) -> str:
    return f"{values['since']} 以来{EventKind(values['did']).label}"
