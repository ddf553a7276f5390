"""The pure policy: prediction, duties and doubts in, a routing decision (拟办意见) out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nlp.domain import (
    DecisionSource,
    Department,
    Disposition,
    Doubt,
    HandlingMode,
    Routing,
    RoutingDecision,
)
from nlp.doubts import DoubtContext, low_confidence


def route(context: DoubtContext, doubts: Sequence[Doubt], text: str, today: date) -> RoutingDecision:
    """Decide where a submission should go.

    `auto` only when no doubt holds and the confidence reaches the threshold. A decision for review is filled in all the
    same, as a suggestion. An accusation gets no department at all, so that nothing of it can reach the accused by this
    way.

    Args:
        context: what the doubts were found on.
        doubts: the doubts that hold.
        text: title and body, normalised; townships named in it become co-handlers where the duty says so.
        today: the day on which departments must exist.
    """
    accused = context.accusation or Doubt.ACCUSATION in doubts
    return _restricted(context, doubts) if accused else _suggested(context, doubts, text, today)


def _restricted(context: DoubtContext, doubts: Sequence[Doubt]) -> RoutingDecision:
    return RoutingDecision(
        routing=Routing.REVIEW,
        source=DecisionSource.RULE,
        reasons=("疑似检举控告，按限阅件管理，不转办、不公开",),
        doubts=tuple(doubts),
        model_version=context.prediction.model_version if context.prediction else "",
        taxonomy_version=context.taxonomy.version,
        policy_version=context.policy.version,
    )


def _suggested(context: DoubtContext, doubts: Sequence[Doubt], text: str, today: date) -> RoutingDecision:
    duty, lead = context.duty, context.lead
    co_handlers = _co_handlers(context, text, today)
    return RoutingDecision(
        routing=Routing.REVIEW if doubts or not context.theme or low_confidence(context) else Routing.AUTO,
        theme=context.theme,
        dispositions=_dispositions(context, doubts),
        lead=lead.id if lead else None,
        co_handlers=tuple(one.id for one in co_handlers) if lead else (),
        mode=_mode(context, co_handlers),
        duty=duty.id if duty else None,
        source=DecisionSource.MODEL,
        reasons=_reasons(context, co_handlers),
        doubts=tuple(doubts),
        model_version=context.prediction.model_version if context.prediction else "",
        taxonomy_version=context.taxonomy.version,
        policy_version=context.policy.version,
    )


def _co_handlers(context: DoubtContext, text: str, today: date) -> list[Department]:
    if context.duty is None:
        return []
    townships = context.taxonomy.townships_in(text) if context.duty.township else ()
    named = [*context.duty.co_handlers, *(township.id for township in townships)]
    acting = [context.taxonomy.acting(one, today) for one in named]
    found = [one for one in acting if one is not None and one != context.lead]
    return list({one.id: one for one in found}.values())


def _mode(context: DoubtContext, co_handlers: Sequence[Department]) -> HandlingMode:
    """Give the mode of the duty; who is there in fact decides between one office and several."""
    if context.duty is not None and context.duty.mode is HandlingMode.SEPARATE:
        return HandlingMode.SEPARATE
    return HandlingMode.LEAD_AND_CO if context.lead and co_handlers else HandlingMode.SINGLE


def _dispositions(context: DoubtContext, doubts: Sequence[Doubt]) -> tuple[Disposition, ...]:
    if Doubt.INDIVIDUAL_GRIEVANCE in doubts:
        return (Disposition.PETITION,)
    if context.lead is None:
        return ()
    return (Disposition.DEPARTMENT if context.lead.level.dispatchable else Disposition.REPORT_CITY,)


def _reasons(context: DoubtContext, co_handlers: Sequence[Department]) -> tuple[str, ...]:
    reasons: list[str] = []
    duty = context.duty
    if duty is not None:
        words = f"（词：{'、'.join(duty.words)}）" if duty.words else ""
        places = f"（地点：{'、'.join(duty.places)}）" if duty.places else ""
        lead = f"主办 {context.lead.name}" if context.lead else "由人工拟办"
        also = f"，会办 {'、'.join(one.name for one in co_handlers)}" if co_handlers else ""
        name = context.taxonomy.theme_name(duty.theme)
        reasons.append(f"职责条目 {duty.id}：{name}{words}{places} → {lead}{also}")
        if context.lead and duty.lead and context.lead.id != duty.lead:
            reasons.append(f"{context.taxonomy.department_name(duty.lead)}的职责已由{context.lead.name}承接")
    if context.lead is not None and not context.lead.level.dispatchable:
        reasons.append(f"{context.lead.name}属{context.lead.level.label}，区里不能直接转办，建议报市政协或商请")
    return tuple(reasons)
