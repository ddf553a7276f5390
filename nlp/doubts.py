"""The doubts: one small named function per reason why a person must look (design, section 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nlp.domain import OTHER_THEME, Department, Doubt, Duty, Prediction
from nlp.policy import Policy
from nlp.taxonomy import Taxonomy


@dataclass(slots=True, kw_only=True)
class DoubtContext:
    """What the doubts look at. Made anew for each text, and not frozen: that takes three times as long to make.

    `prediction` is None where there is no model; `threshold` is the least confidence for an automatic answer of the
    first theme (None: never); `examples` counts its training rows; `duty` is the entry that holds, `lead` the
    department that does its work today; `length` counts the characters that were judged; `theme` is the first theme,
    or None.
    """

    prediction: Prediction | None
    threshold: float | None
    examples: int
    taxonomy: Taxonomy
    duty: Duty | None
    lead: Department | None
    policy: Policy
    length: int
    accusation: bool = False
    individual_grievance: bool = False
    urgent: bool = False
    garbled: bool = False
    several_matters: bool = False
    same_matter_open: bool = False
    theme: str | None = field(init=False)

    def __post_init__(self) -> None:
        """Look the first theme up once."""
        self.theme = self.prediction.theme if self.prediction else None


def low_confidence(context: DoubtContext) -> bool:
    """The confidence in the first theme is below its threshold, or nothing may be answered automatically."""
    if context.prediction is None or context.prediction.confidence is None:
        return False
    return context.threshold is None or not context.prediction.confidence >= context.threshold


def narrow_margin(context: DoubtContext) -> bool:
    """The first two themes are closer than the policy's margin."""
    ranked = context.prediction.ranked if context.prediction else ()
    return len(ranked) > 1 and not ranked[0].confidence - ranked[1].confidence >= context.policy.narrow_margin


def few_examples(context: DoubtContext) -> bool:
    """The first theme was trained on fewer rows than the policy asks for."""
    return context.theme is not None and context.examples < context.policy.few_examples


def never_automatic(context: DoubtContext) -> bool:
    """The theme or its duty entry is marked as one for a person."""
    theme = context.taxonomy.theme(context.theme)
    of_theme = theme is not None and theme.never_automatic and theme.id != OTHER_THEME
    return of_theme or (context.duty is not None and context.duty.never_automatic and context.theme != OTHER_THEME)


def other_theme(context: DoubtContext) -> bool:
    """The first theme is `other`."""
    return context.theme == OTHER_THEME


def no_known_words(context: DoubtContext) -> bool:
    """Nothing in the text is known to the model."""
    return context.prediction is not None and not context.prediction.ranked


def too_short(context: DoubtContext) -> bool:
    """Fewer characters than the policy asks for."""
    return context.length < context.policy.short_length


def garbled(context: DoubtContext) -> bool:
    """The text looks like the wreck of another encoding."""
    return context.garbled


def several_matters(context: DoubtContext) -> bool:
    """The text visibly holds matters of more than one theme."""
    return context.several_matters


def same_matter_open(context: DoubtContext) -> bool:
    """The same matter is already being worked on."""
    return context.same_matter_open


def accusation(context: DoubtContext) -> bool:
    """An office or official is accused (failure class 0)."""
    return context.accusation


def individual_grievance(context: DoubtContext) -> bool:
    """The text asks for something in the writer's own case alone."""
    return context.individual_grievance


def urgent(context: DoubtContext) -> bool:
    """Life, safety or public order is at stake now."""
    return context.urgent


def higher_level(context: DoubtContext) -> bool:
    """The department that answers stands above those that the office can hand work to."""
    return context.lead is not None and not context.lead.level.dispatchable


def no_duty(context: DoubtContext) -> bool:
    """The taxonomy has departments, but no entry in force names one that still exists for this theme."""
    if not context.taxonomy.departments or context.theme is None:
        return False
    if context.duty is not None and context.duty.lead is None:
        return False
    return context.duty is None or context.lead is None


def no_model(context: DoubtContext) -> bool:
    """There is no model to ask."""
    return context.prediction is None


FUNCTIONS: dict[Doubt, Callable[[DoubtContext], bool]] = {
    Doubt.LOW_CONFIDENCE: low_confidence,
    Doubt.NARROW_MARGIN: narrow_margin,
    Doubt.FEW_EXAMPLES: few_examples,
    Doubt.NEVER_AUTOMATIC: never_automatic,
    Doubt.OTHER_THEME: other_theme,
    Doubt.NO_KNOWN_WORDS: no_known_words,
    Doubt.TOO_SHORT: too_short,
    Doubt.GARBLED: garbled,
    Doubt.SEVERAL_MATTERS: several_matters,
    Doubt.SAME_MATTER_OPEN: same_matter_open,
    Doubt.ACCUSATION: accusation,
    Doubt.INDIVIDUAL_GRIEVANCE: individual_grievance,
    Doubt.URGENT: urgent,
    Doubt.HIGHER_LEVEL: higher_level,
    Doubt.NO_DUTY: no_duty,
    Doubt.NO_MODEL: no_model,
}


_IN_ORDER = tuple((doubt, FUNCTIONS[doubt]) for doubt in Doubt)


def find_doubts(context: DoubtContext) -> tuple[Doubt, ...]:
    """List the doubts that hold, in the order of the enum."""
    return tuple([doubt for doubt, holds in _IN_ORDER if holds(context)])
