"""A judgement as the register page shows it beside the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nlp.domain import Checks, Doubt, Judgement, Writing
from nlp.similar import shared_part
from service.office import Office
from service.web.pages import frame
from service.web.pages.doubt_words import DoubtTag, doubt_tags
from service.web.pages.review_item import SimilarLine, similar_line
from service.web.pages.tidying import Tidying

SAME = 0.5
"""Least part that two texts share if they may be about the same matter."""

KINDS = {
    "phone": "电话", "id_card": "身份证号", "bank_card": "银行卡号", "plate": "车牌", "email": "邮箱", "address": "住址",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedTheme:
    """A theme with its confidence in figures and words."""

    name: str
    percent: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What stands beside the form; `marked` is the text with its evidence."""

    secret: str | None
    restricted: bool
    ranked: list[RankedTheme]
    routing: str
    lead: str
    co_handlers: list[str]
    reasons: tuple[str, ...]
    doubts: list[DoubtTag]
    secondary: list[str]
    personal: str
    missing: tuple[str, ...]
    length: int
    long: bool
    warnings: tuple[str, ...]
    marked: Markup
    offers: Sequence[Tidying]
    same: list[SimilarLine]


def judged_view(office: Office, writing: Writing, judgement: Judgement, offers: Sequence[Tidying] = ()) -> Judged:
    """Prepare a judgement for the page, with what can be put in order and what may be the same matter."""
    taxonomy, decision, checks = office.taxonomy, judgement.decision, judgement.checks
    parts = [
        frame.marked(value, judgement.prediction.evidence, field)
        for field, value in (("title", writing.title), ("text", writing.text))
        if value
    ]
    return Judged(
        secret=checks.secret_marking,
        restricted=judgement.restricted,
        ranked=ranked_themes(office, judgement),
        routing=decision.routing.label,
        lead=taxonomy.department_name(decision.lead),
        co_handlers=[taxonomy.department_name(one) for one in decision.co_handlers],
        reasons=decision.reasons,
        doubts=doubt_tags(office, [one for one in decision.doubts if one is not Doubt.ACCUSATION]),
        secondary=[taxonomy.theme_name(one) for one in judgement.prediction.secondary],
        personal=personal_data_words(checks),
        missing=checks.missing_elements,
        length=checks.length,
        long=checks.length > office.policy.long_length,
        warnings=checks.warnings,
        marked=Markup("\n").join(parts),
        offers=offers,
        same=[] if judgement.restricted or checks.secret_marking else same_matters(office, writing),
    )


def same_matters(office: Office, writing: Writing) -> list[SimilarLine]:
    """Give past cases so much alike that they may be about the same matter."""
    cases = office.similar.nearest(writing, count=8) or []
    shared = [(shared_part(writing, case.writing), case) for case in cases]
    return [similar_line(office, case) for part, case in shared if part >= SAME][:3]


def personal_data_words(checks: Checks) -> str:
    """Say how much personal data of each kind was found."""
    counts = Counter(KINDS.get(one.kind, one.kind) for one in checks.personal_data)
    found = "、".join(f"{kind} {count} 处" for kind, count in counts.items())
    return f"{found}，转办函和导出中会自动隐去" if found else ""


def ranked_themes(office: Office, judgement: Judgement) -> list[RankedTheme]:
    """Give the three best themes with words for their confidences."""
    model = office.judge.model
    if model is None:
        return []
    return [
        RankedTheme(
            name=office.taxonomy.theme_name(one.theme),
            percent=frame.percent(one.confidence),
            words=frame.confidence_words(
                one.confidence,
                model.thresholds.of(one.theme),
                model.examples.get(one.theme, 0),
                office.policy.few_examples,
            )
            if number == 0
            else "",
        )
        for number, one in enumerate(judgement.prediction.ranked[:3])
    ]
