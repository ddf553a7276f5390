"""The papers of a submission as Word files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from nlp.domain import QueueItem, Role
from service import exports, papers, statistics, upward
from service.access import Caller
from service.deadlines import local_day
from service.due import OWED
from service.errors import NotFound
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.papers import Case, PaperKind
from service.web import downloads
from service.web.api.parameters import known_id
from service.web.pages.stationery import stationery_of


def print_paper(office: Office, caller: Caller, submission_id: str, kind: str, item_id: str, wish: Wish) -> Response:
    """Make a paper, write it down, send it.

    Raises:
        NotFound: no such kind, submission or item for the caller.
        Invalid: personal data without right or purpose.
        Conflict, TemplateFault: as in `papers.make`.
    """
    now = office.now()
    exports.check_wish(caller, wish)
    paper_kind = _kind(kind)
    story = statistics.story(office.store, known_id(submission_id), caller.department)
    sent = upward.record_of(office.store, submission_id)
    case = Case(story=story, reports=sent.reports, instructions=sent.instructions, revealed=wish.revealed)
    item = _item(story.items, item_id, paper_kind) if paper_kind in (PaperKind.LETTER, PaperKind.REMINDER) else None
    paper = papers.make(stationery_of(office), paper_kind, case, item, local_day(now))
    made = exports.new_export(paper_kind.label, 1, wish, caller, now)
    exports.record_paper(office.store, made, submission_id, item, paper_kind.label)
    return downloads.sent_bytes(paper.content, paper.name, Form.DOCX.media_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A submission as text for the platform of the level above."""

    id: str
    receipt: str
    text: str


def take_text(office: Office, caller: Caller, submission_ids: Sequence[str], wish: Wish) -> list[Piece]:
    """Give submissions as text, and write down that they were taken; `form` of the wish does not matter.

    Raises:
        NotFound: one of them does not exist, or is restricted.
        Invalid: personal data without right or purpose.
    """
    exports.check_wish(caller, wish)
    found = [statistics.registered(office.store, known_id(one)) for one in submission_ids]
    stationery, told = stationery_of(office), [one.submission for one in found]
    texts = [papers.plain_text(stationery, one, revealed=wish.revealed) for one in found]
    made = exports.new_export("上报文本", len(found), wish, caller, office.now(), form="text")
    exports.record_text(office.store, made, [one.id for one in told])
    return [Piece(id=one.id, receipt=one.receipt, text=text) for one, text in zip(told, texts, strict=True)]


def print_brief(office: Office, caller: Caller, brief_id: str) -> Response:
    """Make a number of 《社情民意》, write it down, send it.

    Raises:
        NotFound: there is none, or all of it has become restricted.
        TemplateFault: the template cannot be used.
    """
    found, members = upward.brief_of(office.store, known_id(brief_id))
    if not members:
        raise NotFound("没有找到这一期《社情民意》，请核对编号")
    paper = papers.brief_paper(stationery_of(office), found, members, revealed=False)
    wish = Wish(form=Form.DOCX, filters=(("brief", f"{found.year}年{found.label}"),))
    made = exports.new_export("社情民意", len(members), wish, caller, office.now())
    exports.record(office.store, made)
    return downloads.sent_bytes(paper.content, paper.name, Form.DOCX.media_type)


def _kind(kind: str) -> PaperKind:
    found = next((one for one in papers.OF_SUBMISSION if one.value == kind), None)
    if found is None:
        raise NotFound("没有这种文书，请从页面上的按钮打印")
    return found


def _item(items: list[QueueItem], item_id: str, kind: PaperKind) -> QueueItem | None:
    """Find the item that a letter is about: the one that is asked for, else that of the lead, else the last one.

    A reminder is about what is still owed, where anything is.
    """
    if item_id:
        found = next((one for one in items if one.id == item_id), None)
        if found is None:
            raise NotFound("没有找到这个承办件，请核对编号")
        return found
    owed = [one for one in items if one.state in OWED] if kind is PaperKind.REMINDER else []
    standing = owed or [one for one in items if one.state.open] or items
    leads = [one for one in standing if one.role is Role.LEAD]
    return (leads or standing)[-1] if standing else None
