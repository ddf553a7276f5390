"""Who would handle a text if it were of another theme: lead, co-handlers, duty entry and 去向, from the duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nlp.domain import Department, Disposition, Duty, HandlingMode, Writing
from nlp.taxonomy import Taxonomy
from nlp.text import normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Ids of the departments proposed for a theme, the duty entry that names them, the 去向 and 办理方式 that follow."""

    theme: str
    lead: str | None = None
    co_handlers: tuple[str, ...] = ()
    duty: str | None = None
    dispositions: tuple[Disposition, ...] = ()
    mode: HandlingMode = HandlingMode.SINGLE


def propose(taxonomy: Taxonomy, writing: Writing, themes: tuple[str, ...], today: date) -> list[Proposal]:
    """Propose departments for themes, in their order, as `nlp.routing` would for a text of that theme."""
    text = "\n".join(part.text for part in normalise([writing.title, writing.text])).strip()
    return [_proposal(taxonomy, text, theme, today) for theme in themes]


def _proposal(taxonomy: Taxonomy, text: str, theme: str, today: date) -> Proposal:
    duty = taxonomy.duty_for(theme, text, today)
    lead = taxonomy.acting(duty.lead, today) if duty else None
    if duty is None or lead is None:
        return Proposal(theme=theme, duty=duty.id if duty else None)
    townships = taxonomy.townships_in(text) if duty.township else ()
    named = [taxonomy.acting(one, today) for one in (*duty.co_handlers, *(each.id for each in townships))]
    co_handlers = dict.fromkeys(one.id for one in named if one is not None and one != lead)
    return Proposal(
        theme=theme,
        lead=lead.id,
        co_handlers=tuple(co_handlers),
        duty=duty.id,
        dispositions=(disposition_of(lead),),
        mode=mode_of(duty, alone=not co_handlers),
    )


def mode_of(duty: Duty, *, alone: bool) -> HandlingMode:
    """Give the 办理方式 of a duty entry; a lead who is alone handles it alone."""
    if alone:
        return HandlingMode.SINGLE
    return HandlingMode.SEPARATE if duty.mode is HandlingMode.SEPARATE else HandlingMode.LEAD_AND_CO


def disposition_of(lead: Department) -> Disposition:
    """Give the 去向 that a lead's level allows."""
    return Disposition.DEPARTMENT if lead.level.dispatchable else Disposition.REPORT_CITY
