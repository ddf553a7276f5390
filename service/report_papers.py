"""月报 and 采用通报 as Word files: what their templates may name, said from a counted period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nlp.domain import Level
from service.files.templates import fill
from service.papers import Paper, PaperKind, Stationery, Words, chinese_day
from service.profile import Scores
from service.report_workbook import NOTE
from service.reports import Credit, HotMatter, LevelFigures, Report, Share
from service.store.figures import Handling

LISTED = 10


def make(stationery: Stationery, kind: PaperKind, report: Report, credits: Sequence[Credit], today: date) -> Paper:
    """Make the paper of a period.

    Args:
        stationery: of the office.
        kind: the 月报 or the 采用通报.
        report: the figures of the period.
        credits: the lines of the 采用通报.
        today: the day that stands under it.

    Raises:
        TemplateFault: the template cannot be used.
    """
    template = stationery.cabinet.path(kind.value).read_bytes()
    content = fill(template, kind.label, words_of(stationery, report, credits, today))
    return Paper(name=f"{kind.label}（{report.period.name}）.docx", content=content)


def words_of(stationery: Stationery, report: Report, credits: Sequence[Credit], today: date) -> Words:
    """Say what the templates of a period may name."""
    return {
        "单位": stationery.profile.name,
        "今天": chinese_day(today),
        "时段": report.period.name,
        "收到": report.received,
        "有效": report.valid,
        "并案": report.repeated,
        "报送合计": report.reported,
        "转办合计": report.dispatched,
        "各级": [_level(one) for one in report.levels],
        "承办情况": _handling(report.handling),
        **{f"按{name}": _shares(shares) for name, shares in report.breakdowns.items()},
        "按月": [
            {"月份": one.month, "收到": one.received, "报送": one.reported, "采用": one.adopted, "转办": one.dispatched}
            for one in report.months
        ],
        "热点": [_hot(rank, one) for rank, one in enumerate(report.hot, start=1)],
        "说明": NOTE,
        "通报": [_credit(number, one) for number, one in enumerate(credits, start=1)],
        "计分说明": scoring(stationery.profile.scores),
    }


def scoring(scores: Scores) -> str:
    """Say how the 采用通报 counts points."""
    levels = "、".join(f"{one.label}采用 {getattr(scores, one.value)} 分" for one in Level)
    return f"得分：每件报送 {scores.reported} 分、{levels}、批示 {scores.instruction} 分；联名的计第一反映人。"


def _level(one: LevelFigures) -> Words:
    return {"级": one.level.label, "报送": one.reported, "采用": one.adopted, "批示": one.instructed}


def _handling(one: Handling) -> Words:
    rate = f"{one.on_time / one.answered_with_due:.1%}" if one.answered_with_due else "—"
    return {
        "转出": one.sent,
        "签收": one.accepted,
        "报送结果": one.answered,
        "按期率": rate,
        "办结": one.closed,
        "超期": one.overdue,
    }


def _shares(shares: Sequence[Share]) -> list[Words]:
    whole = sum(one.count for one in shares)
    return [{"名称": one.name, "件数": one.count, "占比": f"{one.count / whole:.1%}"} for one in shares[:LISTED]]


def _hot(rank: int, one: HotMatter) -> Words:
    return {
        "排名": rank,
        "编号": one.receipt,
        "件数": one.count,
        "时间": f"{one.first} 至 {one.last}",
        "地点": "、".join(one.places),
        "描述": one.title,
    }


def _credit(number: int, one: Credit) -> Words:
    return {
        "序号": number,
        "姓名": one.name,
        "界别": one.circle,
        "专委会": one.committee,
        "报送": one.reported,
        **{f"{level.label}采用": one.adopted[level] for level in Level},
        "批示": one.instructed,
        "得分": one.score,
    }
