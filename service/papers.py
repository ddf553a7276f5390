"""The papers of the office: what their templates may name, said from what is known of a submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nlp.domain import Disposition, EventKind, HandlingMode, ItemState, Labelled, QueueItem, Role
from nlp.policy import Policy
from nlp.privacy import mask
from service.deadlines import local_day
from service.directory import Directory, name_of
from service.due import OWED
from service.errors import Conflict
from service.files.cells import safe_text
from service.files.templates import Cabinet, fill
from service.paper_sample import SAMPLE
from service.profile import Profile
from service.statistics import Story
from service.store.records import Registered
from service.store.upward import Brief, Instruction, UpwardReport
from service.taking_back import standing

SUMMARY = 200
RESULTS = 100
"""Characters of a text, and of all results together, that a 来稿处理单 has room for on its one page."""
FEWEST = 24
"""Characters of a result that are told in any case."""
Words = Mapping[str, object]


class PaperKind(Labelled):
    """A paper; the value names its template."""

    SLIP = "slip", "来稿处理单"
    LETTER = "letter", "转办函"
    REMINDER = "reminder", "催办函"
    FEEDBACK = "feedback", "办理情况反馈函"
    BRIEF = "brief", "社情民意"
    MONTHLY = "monthly", "社情民意工作情况"
    BULLETIN = "bulletin", "采用情况通报"


OF_SUBMISSION = (PaperKind.SLIP, PaperKind.LETTER, PaperKind.REMINDER, PaperKind.FEEDBACK)
"""Papers that are about one submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """What papers are made with besides the submission. `person` tells the name of an actor."""

    directory: Directory
    policy: Policy
    profile: Profile
    cabinet: Cabinet
    person: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A submission with what went up and came back. `revealed`: personal data may stand in the paper."""

    story: Story
    reports: Sequence[UpwardReport] = ()
    instructions: Sequence[Instruction] = ()
    revealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A finished paper; `name` is a file name."""

    name: str
    content: bytes


def make(stationery: Stationery, kind: PaperKind, case: Case, item: QueueItem | None, today: date) -> Paper:
    """Make a paper about a submission.

    Args:
        stationery: of the office.
        kind: one of `OF_SUBMISSION`.
        case: what it is about.
        item: the item that a letter or a reminder speaks of; None for the other kinds.
        today: the day that stands under it.

    Raises:
        Conflict: a letter without an item that was signed, a reminder of what is not owed any more, or a feedback
            before there is anything to tell.
        TemplateFault: the template cannot be used.
    """
    words = {**common_words(stationery, case, today), **_more_words(stationery, kind, case, item, today)}
    template = stationery.cabinet.path(kind.value).read_bytes()
    receipt = case.story.registered.submission.receipt
    return Paper(name=f"{receipt}{kind.label}.docx", content=fill(template, kind.label, words))


def _more_words(stationery: Stationery, kind: PaperKind, case: Case, item: QueueItem | None, today: date) -> Words:
    if kind in (PaperKind.LETTER, PaperKind.REMINDER):
        if item is None or item.signed_at is None:
            raise Conflict(f"签发之后才能出具{kind.label}，请先签发")
        if kind is PaperKind.REMINDER and item.state not in OWED:
            raise Conflict(f"这个承办件{item.state.label}，不必催办")
        return letter_words(stationery, case, item, today)
    told = results(stationery, case.story.items)
    if kind is PaperKind.FEEDBACK and not told and not case.reports:
        raise Conflict("还没有办理结果或报送记录，暂不能出具办理情况反馈函")
    return {}


def chinese_day(day: date | datetime | None) -> str:
    """Write a day as official papers do.

    >>> chinese_day(date(2026, 3, 5))
    '2026年3月5日'
    """
    if day is None:
        return ""
    day = local_day(day) if isinstance(day, datetime) else day
    return f"{day.year}年{day.month}月{day.day}日"


def paragraphs(text: str) -> list[str]:
    """Cut a text into its paragraphs; blank lines and the blanks around a paragraph are dropped."""
    return [line for line in (each.strip() for each in text.replace("\r", "\n").split("\n")) if line]


def common_words(stationery: Stationery, case: Case, today: date) -> Words:
    """Say what every template may name."""
    submission, decision = case.story.registered.submission, case.story.decision
    person, profile = submission.submitter, stationery.profile
    text = paragraphs(_covered(case, submission.text))
    short = sum(map(len, text)) <= SUMMARY
    signed = standing(case.story.events, EventKind.SIGNED)
    holding = decision.decision
    told = results(stationery, case.story.items)
    return {
        "单位": profile.name,
        "今天": chinese_day(today),
        "联系人": profile.contact or "　　　　",
        "联系电话": profile.phone or "　　　　　　",
        "登记号": submission.receipt,
        "类别": "社情民意信息来稿" if submission.track.value == "submission" else "诉求工单",
        "标题": _covered(case, submission.title.strip()) or (text[0][:40] if text else "（无标题）"),
        "正文": text,
        "摘要": text if short else paragraphs(f"{''.join(text)[:SUMMARY]}……（全文附后）"),
        "附全文": not short,
        "来源": submission.source,
        "地点": submission.place,
        "收到日期": chinese_day(submission.received_at),
        "缓急": submission.urgency.label,
        "公开属性": submission.openness.label,
        "反映人": person.name,
        "反映人单位": _covered(case, person.unit),
        "界别": person.circle,
        "专委会": person.committee,
        "联名人": "、".join(person.cosigners),
        "电话": person.phone if case.revealed else mask(person.phone),
        "称呼": _address(person.name, bool(person.circle or person.committee)),
        "主题": _theme_name(stationery, holding.theme),
        "去向": "、".join(one.label for one in holding.dispositions) or "待定",
        "主办单位": name_of(stationery.directory, holding.lead) or "",
        "会办单位": ""
        if holding.mode is HandlingMode.SEPARATE
        else "、".join(name_of(stationery.directory, one) or "" for one in holding.co_handlers),
        "办理方式": holding.mode.label if Disposition.DEPARTMENT in holding.dispositions else "",
        "依据": list(holding.reasons),
        "拟办意见": opinion(stationery, case),
        "拟办人": stationery.person(decision.person) if decision.person else "系统建议（未经人工确认）",
        "拟办日期": chinese_day(decision.made_at),
        "签发": "；".join(dict.fromkeys(f"{stationery.person(one.actor)}　{chinese_day(one.at)}" for one in signed)),
        "批示": [
            {"领导": one.leader, "日期": chinese_day(one.given_on), "内容": one.text, "层级": one.level.label}
            for one in case.instructions
        ],
        "办理": told,
        "附结果": any(one["摘要"] != one["结果"] for one in told),
        "报送": [
            {
                "单位": profile.body_of(one.level),
                "日期": chinese_day(one.reported_on),
                "结果": f"，{one.outcome.label}" if one.outcome.adopted else "",
            }
            for one in case.reports
        ],
        "去向说明": f"经研究，已转{name_of(stationery.directory, holding.lead)}等单位办理。"
        if case.story.items
        else "",
        "备注": "；".join(submission.warnings),
    }


def opinion(stationery: Stationery, case: Case) -> str:
    """Say the 拟办意见 in one sentence."""
    decision = case.story.decision.decision
    parts = []
    for one in decision.dispositions:
        if one is Disposition.DEPARTMENT and decision.lead:
            lead = name_of(stationery.directory, decision.lead)
            others = [name_of(stationery.directory, each) or "" for each in decision.co_handlers]
            parts.append(f"转{lead}{_how(others, decision.mode)}")
        else:
            parts.append(one.label)
    return f"拟{'；'.join(parts)}。" if parts else "去向待定。"


def _how(others: Sequence[str], mode: HandlingMode) -> str:
    """Say how a department handles something, alone or with others."""
    if not others:
        return "办理"
    names = "、".join(others)
    return f"、{names}分别办理" if mode is HandlingMode.SEPARATE else f"主办，{names}会办"


def results(stationery: Stationery, items: Sequence[QueueItem]) -> list[dict[str, str]]:
    """List what departments have answered, each also cut to what a 来稿处理单 has room for."""
    answered = [one for one in items if one.answer and one.state in (ItemState.ANSWERED, ItemState.CLOSED)]
    texts = [" ".join(paragraphs(mask(one.answer))) for one in answered]
    room = max(FEWEST, RESULTS // max(1, len(texts))) if sum(map(len, texts)) > RESULTS else RESULTS
    return [
        {
            "单位": name_of(stationery.directory, one.department) or "",
            "日期": chinese_day(one.answered_at or one.closed_at),
            "结果": text,
            "摘要": text if len(text) <= room else f"{text[:room]}……（全文附后）",
            "等级": "" if one.grade is None else f"{one.grade.value}（{one.grade.label}）",
        }
        for one, text in zip(answered, texts, strict=True)
    ]


def letter_words(stationery: Stationery, case: Case, item: QueueItem, today: date) -> Words:
    """Say what a letter or a reminder about an item may name besides."""
    submission = case.story.registered.submission
    due = None if item.due_at is None else local_day(item.due_at)
    late = 0 if due is None else (today - due).days
    left = "今日到期" if late == 0 else f"已超期{late}天" if late > 0 else f"还有{-late}天到期"
    text = submission.text if case.revealed else _nameless(submission.text, submission.submitter.name)
    return {
        "承办单位": name_of(stationery.directory, item.department) or "",
        "角色": _part(item.role, case.story.decision.decision.mode),
        "转办日期": chinese_day(item.signed_at),
        "办理期限": chinese_day(due) or "规定期限",
        "期限情况": left if due else "请尽快办理",
        "退回期限": stationery.policy.return_days,
        "催办次数": sum(one.item_id == item.id for one in standing(case.story.events, EventKind.REMINDED)),
        "公开反映人": case.revealed and bool(submission.submitter.name or submission.submitter.phone),
        "反映人": submission.submitter.name if case.revealed else "",
        "反映人单位": submission.submitter.unit if case.revealed else "",
        "正文": paragraphs(_covered(case, text)),
    }


def _part(role: Role, mode: HandlingMode) -> str:
    """Say what a department is asked for."""
    if role is Role.PART:
        return "办理（与有关单位分别办理）"
    if role is Role.CO:
        return "会办"
    return "办理" if mode is HandlingMode.SINGLE else "主办"


def _covered(case: Case, text: str) -> str:
    return text if case.revealed else mask(text)


def _nameless(text: str, name: str) -> str:
    """Take the submitter's name out of the text: of a name of two characters or more, the first is kept."""
    return text.replace(name, f"{name[0]}某") if len(name) > 1 else text


def _address(name: str, member: bool) -> str:
    if name.endswith(("委员", "同志", "先生", "女士")):
        return name
    return f"{name}{'委员' if member else '同志'}" if name else "反映人同志"


def _theme_name(stationery: Stationery, theme: str | None) -> str:
    return next((one.name for one in stationery.directory.themes if one.id == theme), "待定")


def brief_paper(stationery: Stationery, brief: Brief, members: Sequence[Registered], *, revealed: bool) -> Paper:
    """Make a number of 《社情民意》.

    Raises:
        TemplateFault: the template cannot be used.
    """
    profile = stationery.profile
    words = {
        "单位": profile.name,
        "期号": brief.label,
        "日期": chinese_day(brief.issued_on),
        "签发人": brief.signer,
        "份数": profile.brief_copies,
        "报": profile.brief_to,
        "送": profile.brief_cc,
        "篇目": [_piece(one, revealed=revealed) for one in members],
    }
    template = stationery.cabinet.path(PaperKind.BRIEF.value).read_bytes()
    return Paper(name=f"社情民意{brief.year}年{brief.label}.docx", content=fill(template, "社情民意", words))


def _piece(one: Registered, *, revealed: bool) -> Words:
    submission = one.submission
    text = submission.text if revealed else mask(submission.text)
    title = submission.title.strip() if revealed else mask(submission.title.strip())
    person = submission.submitter
    parts = (person.unit if revealed else mask(person.unit), person.name)
    told = "　".join(filter(None, parts))
    return {
        "标题": title or "（无标题）",
        "正文": paragraphs(text),
        "反映人": f"反映人：{told}" if told else "",
        "登记号": submission.receipt,
    }


def plain_text(stationery: Stationery, one: Registered, *, revealed: bool) -> str:
    """Write a submission as text to be pasted into the platform of the level above."""
    piece = _piece(one, revealed=revealed)
    body = "\n".join(
        f"　　{line}" for line in paragraphs(str(one.submission.text if revealed else mask(one.submission.text)))
    )
    return safe_text(
        "\n".join(
            filter(None, (str(piece["标题"]), body, str(piece["反映人"]), f"报送单位：{stationery.profile.name}"))
        )
    )


def sample(stationery: Stationery, kind: PaperKind, template: bytes) -> bytes:
    """Fill a template with an invented case, to look at it or to find its faults.

    Raises:
        TemplateFault: the template cannot be used.
    """
    words = {**SAMPLE, "单位": stationery.profile.name}
    return fill(template, kind.label, words)
