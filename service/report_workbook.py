"""A report as a workbook, with native charts; and the distribution of themes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.domain import Level, Track
from service.files.workbooks import Column, Kind, Workbook
from service.files.writers import written_whole
from service.reports import TRACKS, Credit, Report, Share

NOTE = "各项按各自日期计件；一件来稿可同时报送几级并转办部门，各项不可相加。限阅件不计。"
TITLES = {Track.SUBMISSION: "社情民意工作情况", Track.WORK_ORDER: "诉求工单办理情况"}


def write_report(path: Path, report: Report, credits: Sequence[Credit]) -> None:
    """Write a report to a workbook; the 采用通报 is that of 来稿 alone.

    Raises:
        InputFileError: the place cannot be written.
    """
    with written_whole(path) as temporary:
        book = Workbook(temporary)
        _overview(book, report)
        _months(book, report)
        for name, shares in report.breakdowns.items():
            _breakdown(book, f"按{name}", name, shares, f"{report.track.label}，{report.period.name}")
        _hot(book, report)
        if report.track is Track.SUBMISSION:
            _bulletin(book, report.period.name, credits)
        book.close()


def overview_lines(report: Report) -> list[tuple[str, int | float | str]]:
    """List the figures of a report with their names, in the order of the office."""
    handling = report.handling
    lines: list[tuple[str, int | float | str]] = [
        (f"收到{TRACKS[report.track]}（件）", report.received),
        ("其中有效（件）", report.valid),
        (f"并案的重复{report.track.label}（件）", report.repeated),
    ]
    if report.levels:
        lines.append(("报送各级（件，不重复计）", report.reported))
    for one in report.levels:
        lines += [(f"报送{one.level.label}（件）", one.reported), (f"被{one.level.label}采用（件）", one.adopted)]
        lines += [(f"获{one.level.label}领导批示（件）", one.instructed)]
    rate = handling.on_time / handling.answered_with_due if handling.answered_with_due else "—"
    return [
        *lines,
        ("转部门办理（件）", report.dispatched),
        ("转出承办件（个）", handling.sent),
        ("签收（个）", handling.accepted),
        ("报送办理结果（个）", handling.answered),
        ("按期报送结果率", rate),
        ("办结（个）", handling.closed),
        ("目前超期未报（个）", handling.overdue),
    ]


def _overview(book: Workbook, report: Report) -> None:
    sheet = book.sheet(
        "概况",
        [Column(name="项目", width=34), Column(name="数量", kind=Kind.NUMBER, width=14)],
        f"{TITLES[report.track]}（{report.period.name}）",
    )
    for name, value in overview_lines(report):
        sheet.write([name, value], Kind.SHARE.value if isinstance(value, float) else "")
    book.notes.append(NOTE)


def _months(book: Workbook, report: Report) -> None:
    names = ("收到", "报送", "采用", "转办") if report.levels else ("收到", "转办")
    columns = [Column(name="月份", width=12), *(Column(name=name, kind=Kind.NUMBER, width=10) for name in names)]
    sheet = book.sheet("按月", columns, f"按月（{report.period.name}）")
    for one in report.months:
        upward = (one.reported, one.adopted) if report.levels else ()
        sheet.write([one.month, one.received, *upward, one.dispatched])
    sheet.finish()
    sheet.columns_chart("按月件数", len(report.months))


def _breakdown(book: Workbook, title: str, name: str, shares: Sequence[Share], period: str) -> None:
    columns = [
        Column(name=name, width=26),
        Column(name="件数", kind=Kind.NUMBER, width=10),
        Column(name="占比", kind=Kind.SHARE, width=10),
    ]
    sheet = book.sheet(title, columns, f"收到{title}（{period}）")
    total = sum(one.count for one in shares)
    for one in shares:
        sheet.write([one.name, one.count, one.count / total])
    sheet.finish()
    sheet.columns_chart(f"收到{title}", min(len(shares), 20), series=1)


def _hot(book: Workbook, report: Report) -> None:
    columns = [Column(name="热度排名", kind=Kind.NUMBER, width=10), Column(name="问题编号", width=20)]
    columns += [Column(name="热度（件数）", kind=Kind.NUMBER, width=12)]
    columns += [Column(name=name, width=width) for name, width in (("时间范围", 26), ("地点", 24), ("问题描述", 60))]
    sheet = book.sheet("热点", columns, f"热点（{report.period.name}，并案五件以上的同一事项，最多前五十项）")
    for rank, one in enumerate(report.hot, start=1):
        sheet.write([rank, one.receipt, one.count, f"{one.first} 至 {one.last}", "、".join(one.places), one.title])
    sheet.finish()


def bulletin_columns() -> list[Column]:
    """Give the columns of the 采用通报."""
    texts = [Column(name=name, width=width) for name, width in (("姓名", 12), ("界别", 16), ("专委会", 22))]
    counts = ["报送", *(f"{one.label}采用" for one in Level), "批示", "得分"]
    return [
        Column(name="序号", kind=Kind.NUMBER, width=6),
        *texts,
        *(Column(name=name, kind=Kind.NUMBER, width=11) for name in counts),
    ]


def bulletin_row(number: int, one: Credit) -> list[object]:
    """Give a line of the 采用通报."""
    counts = [one.reported, *(one.adopted[level] for level in Level), one.instructed, one.score]
    return [number, one.name, one.circle, one.committee, *counts]


def _bulletin(book: Workbook, period: str, credits: Sequence[Credit]) -> None:
    sheet = book.sheet("采用通报", bulletin_columns(), f"社情民意信息采用情况通报（{period}）")
    for number, one in enumerate(credits, start=1):
        sheet.write(bulletin_row(number, one))
    sheet.finish()
