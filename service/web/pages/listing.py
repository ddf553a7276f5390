"""来稿 and 待拟办: the lists, with filters that stay in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from nlp.domain import Stage, Track
from service import statistics
from service.access import Right
from service.errors import Invalid
from service.office import Office
from service.store.conditions import SubmissionFilter
from service.store.records import Registered
from service.web.api.parameters import submission_filter
from service.web.callers import requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter

router = APIRouter()
NAMES = ("stage", "theme", "department", "source", "place", "track", "from", "to", "q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list."""

    id: str
    receipt: str
    title: str
    theme: str
    lead: str
    place: str
    source: str
    received: str
    stage: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days chosen, as typed."""

    first: str
    last: str


@router.get("/submissions", dependencies=[Depends(requires(Right.READ))])
def listed(request: Request) -> HTMLResponse:
    """List all submissions."""
    return _list(request, "/submissions", "来稿", None)


def _list(request: Request, here: str, heading: str, stage: Stage | None) -> HTMLResponse:
    office: Office = request.app.state.office
    asked = {name: request.query_params.get(name, "") for name in NAMES}
    if stage is not None:
        asked["stage"] = stage.value
    wanted, problem = read_filter(asked)
    cursor = request.query_params.get("cursor") or None
    page = statistics.submissions_page(office.store, wanted, cursor, frame.PAGE_SIZE)
    chosen = {name: value for name, value in asked.items() if value and not (stage and name == "stage")}
    return frame.render(
        request,
        "submissions.html",
        here,
        heading=heading,
        query=asked["q"],
        filters=filters(office, asked, with_stage=stage is None),
        period=Period(first=asked["from"], last=asked["to"]),
        filtered=bool(chosen),
        problem=problem,
        total=statistics.submissions_count(office.store, wanted),
        rows=[row_of(office, one) for one in page.rows],
        next_address=frame.address(here, **chosen, cursor=page.next_cursor) if page.next_cursor else "",
        first_address=frame.address(here, **chosen) if cursor else "",
    )


def read_filter(asked: dict[str, str]) -> tuple[SubmissionFilter, str]:
    """Read the filters of an address; a wrong one gives the list without it and says so."""
    try:
        wanted = submission_filter(
            stage=asked["stage"],
            theme=asked["theme"],
            department=asked["department"],
            source=asked["source"],
            place=asked["place"],
            track=asked["track"],
            first=asked["from"],
            to=asked["to"],
            q=asked["q"][:100],
        )
    except Invalid as error:
        return SubmissionFilter(text=asked["q"][:100]), f"筛选条件有误：{error}"
    return wanted, ""


def filters(office: Office, asked: dict[str, str], *, with_stage: bool) -> list[Filter]:
    """List the filters above the list."""

    def plain(values: Sequence[str]) -> list[Choice]:
        return [Choice(value=one, label=one) for one in values]

    stages = [Choice(value=one.value, label=one.label) for one in Stage if one is not Stage.RESTRICTED]
    found = [
        ("stage", "阶段", stages),
        ("theme", "主题", [*frame.theme_choices(office), Choice(value="none", label="（待定）")]),
        ("department", "主办单位", frame.department_choices(office)),
        ("place", "地点", plain(statistics.known_values(office.store, "place"))),
        ("source", "来源", plain(statistics.known_values(office.store, "source"))),
        ("track", "类别", [Choice(value=one.value, label=one.label) for one in Track]),
    ]
    return [
        Filter(name=name, label=label, choices=choices, chosen=asked[name])
        for name, label, choices in found
        if with_stage or name != "stage"
    ]


def row_of(office: Office, one: Registered) -> Row:
    """Prepare a submission for the list."""
    submission = one.submission
    return Row(
        id=submission.id,
        receipt=submission.receipt,
        title=title_of(one),
        theme=office.taxonomy.theme_name(one.theme),
        lead=office.taxonomy.department_name(one.lead),
        place=submission.place,
        source=submission.source,
        received=frame.day(submission.received_at),
        stage=one.stage.label,
        tone=frame.TONES.get(one.stage, "plain"),
    )


def title_of(one: Registered) -> str:
    """Give the title, or the beginning of the text where there is none."""
    submission = one.submission
    return submission.title.strip() or submission.text.strip()[:60] or "（无文字）"
