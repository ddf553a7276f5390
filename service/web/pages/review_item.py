"""One submission as 待拟办 shows it: marked text, three candidates, doubts, similar past cases, its matters apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from markupsafe import Markup

from nlp.domain import OTHER_THEME, Doubt, Prediction, Submission, Urgency, Writing
from nlp.passages import cut_of
from service import statistics
from service.deadlines import local_day
from service.office import Office
from service.proposals import Proposal, propose
from service.similar_cases import ALIKE, Case
from service.statistics import Story
from service.store.holds import Hold
from service.store.records import Registered
from service.web.pages import frame
from service.web.pages.doubt_words import DoubtTag, doubt_tags

SHORT = 120
"""Most characters of an answer that is quoted beside a similar case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A theme that may be taken, with who would handle it; ids are spread into the form when it is chosen."""

    key: str
    theme: str
    name: str
    confidence: str
    lead: str
    lead_name: str
    co_handlers: tuple[str, ...]
    co_names: str
    duty: str
    dispositions: tuple[str, ...]
    mode: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarLine:
    """A similar past case: likeness in two digits or that only the theme is the same, what was decided, what came of it."""

    id: str
    likeness: str
    receipt: str
    title: str
    received: str
    decided: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """What the page shows of one submission. `similar` is None while past cases are being read."""

    id: str
    relied_on: str
    receipt: str
    facts: tuple[str, ...]
    urgent: str
    title: Markup
    text: Markup
    warnings: tuple[str, ...]
    files: int
    held_by: str
    candidates: list[Candidate]
    dispositions: tuple[str, ...]
    lead: str
    co_handlers: tuple[str, ...]
    mode: str
    reasons: tuple[str, ...]
    doubts: list[DoubtTag]
    secondary: str
    similar: list[SimilarLine] | None
    matters: list[Writing]


def review_item(office: Office, submission_id: str, hold: Hold | None) -> ReviewItem:
    """Prepare a submission; `hold` is somebody else's, where there is one.

    Raises:
        NotFound: there is none, or it is restricted.
    """
    story = statistics.story(office.store, submission_id)
    submission, decision = story.registered.submission, story.decision.decision
    prediction = story.predictions[-1].prediction
    cuts = matter_starts(submission.text) if Doubt.SEVERAL_MATTERS in decision.doubts else []
    candidates = candidates_of(office, story)
    return ReviewItem(
        id=submission.id,
        relied_on=story.decision.id,
        receipt=submission.receipt,
        facts=facts_of(submission, office.now()),
        urgent="" if submission.urgency is Urgency.NORMAL else submission.urgency.label,
        title=frame.marked(submission.title, prediction.evidence, "title"),
        text=frame.marked(submission.text, prediction.evidence, "text", cuts),
        warnings=submission.warnings,
        files=len(story.attachments),
        held_by="" if hold is None else held_words(office, hold),
        candidates=candidates,
        dispositions=tuple(one.value for one in decision.dispositions),
        lead=decision.lead or "",
        co_handlers=decision.co_handlers,
        mode=decision.mode.value if decision.co_handlers else "",
        reasons=decision.reasons,
        doubts=doubt_tags(office, [one for one in decision.doubts if one is not Doubt.ACCUSATION]),
        secondary="、".join(office.taxonomy.theme_name(one) for one in prediction.secondary),
        similar=similar_lines(office, story.registered),
        matters=matters_of(submission, cuts),
    )


def held_words(office: Office, hold: Hold) -> str:
    """Say who has it open, and since when."""
    return f"{frame.actor_name(office, hold.person)} 从 {frame.minute(hold.since)[11:]} 起正在看这一件"


def facts_of(submission: Submission, now: datetime) -> tuple[str, ...]:
    """List in short where it comes from, without what is empty."""
    person = submission.submitter
    days = (local_day(now) - local_day(submission.received_at)).days
    when = frame.day(submission.received_at) + ({0: "（今天）", 1: "（昨天）"}.get(days, f"（{days} 天前）"))
    who = " ".join(filter(None, (person.name, person.unit, person.circle)))
    return tuple(filter(None, (submission.track.label, submission.source, submission.place, who, when)))


def candidates_of(office: Office, story: Story) -> list[Candidate]:
    """Give the three best themes with their departments; the one that is decided now stands as it was decided."""
    decision, submission = story.decision.decision, story.registered.submission
    ranked = story.predictions[-1].prediction.ranked[:3]
    themes = tuple(one.theme for one in ranked)
    if decision.theme is not None and decision.theme not in themes:
        themes = (decision.theme, *themes)[:3]
    writing = Writing(title=submission.title, text=submission.text)
    found = []
    for number, proposal in enumerate(propose(office.taxonomy, writing, themes, local_day(office.now())), 1):
        chosen = proposal.theme == decision.theme
        if chosen:
            proposal = Proposal(
                theme=proposal.theme,
                lead=decision.lead,
                co_handlers=decision.co_handlers,
                duty=decision.duty,
                dispositions=decision.dispositions,
                mode=decision.mode,
            )
        words = confidence_of(office, story.predictions[-1].prediction, proposal.theme)
        found.append(candidate(office, str(number), proposal, words, chosen=chosen))
    return found


def candidate(office: Office, key: str, proposal: Proposal, confidence: str, *, chosen: bool) -> Candidate:
    """Prepare a theme that may be taken."""
    taxonomy = office.taxonomy
    return Candidate(
        key=key,
        theme=proposal.theme,
        name=taxonomy.theme_name(proposal.theme),
        confidence=confidence,
        lead=proposal.lead or "",
        lead_name=taxonomy.department_name(proposal.lead),
        co_handlers=proposal.co_handlers,
        co_names="、".join(taxonomy.department_name(one) for one in proposal.co_handlers),
        duty=proposal.duty or "",
        dispositions=tuple(one.value for one in proposal.dispositions),
        mode=proposal.mode.value if proposal.co_handlers else "",
        chosen=chosen,
    )


def confidence_of(office: Office, prediction: Prediction, theme: str) -> str:
    """Say the confidence in a theme in a figure and in words."""
    confidence = next((one.confidence for one in prediction.ranked if one.theme == theme), None)
    model = office.judge.model
    if confidence is None or model is None:
        return ""
    words = frame.confidence_words(
        confidence, model.thresholds.of(theme), model.examples.get(theme, 0), office.policy.few_examples
    )
    return f"{frame.percent(confidence)} % {words}"


def similar_lines(office: Office, registered: Registered) -> list[SimilarLine] | None:
    """Prepare five past cases: what is alike, then the nearest of the same theme; None while the index is being built."""
    submission = registered.submission
    writing = Writing(title=submission.title, text=submission.text)
    theme = None if registered.theme == OTHER_THEME else registered.theme
    cases = office.similar.nearest(writing, without=submission.id, at_least=ALIKE, theme=theme)
    return None if cases is None else [similar_line(office, case) for case in cases]


def similar_line(office: Office, case: Case) -> SimilarLine:
    """Prepare a similar past case."""
    submission, decision = case.registered.submission, case.decision.decision
    lead = office.taxonomy.department_name(decision.lead)
    where = lead or "、".join(one.label for one in decision.dispositions) or "未定去向"
    returned = f"，退回 {case.returns} 次" if case.returns else ""
    return SimilarLine(
        id=submission.id,
        likeness=f"{case.likeness:.2f}" if case.likeness >= ALIKE else "同主题",
        receipt=submission.receipt,
        title=submission.title.strip() or submission.text.strip()[:40],
        received=frame.day(submission.received_at)[:7],
        decided=f"{office.taxonomy.theme_name(decision.theme) or '主题待定'} → {where}",
        outcome=case.registered.stage.label + returned,
        answer=case.answer[:SHORT] + ("……" if len(case.answer) > SHORT else ""),
    )


def matter_starts(text: str) -> list[int]:
    """Give the places of a raw text where a further matter may begin."""
    cut = cut_of(text)
    return [cut.edges[passage] for passage in cut.opened()]


def matters_of(submission: Submission, cuts: Sequence[int]) -> list[Writing]:
    """Part a submission at its cuts, for the person to go on from; the first part keeps the title."""
    edges = [0, *cuts, len(submission.text)]
    texts = [submission.text[start:end].strip() for start, end in pairwise(edges)]
    return [Writing(title="" if number else submission.title, text=text) for number, text in enumerate(texts)]
