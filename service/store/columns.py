"""Records ↔ the JSON columns that hold lists: the one place that knows both shapes.

Lists of words are given as tuples, which `rows` knows again; what holds numbers is given as lists.
"""

from __future__ import annotations

from typing import Any

from nlp.domain import (
    Confidence,
    DecisionSource,
    Disposition,
    Doubt,
    Evidence,
    HandlingMode,
    Prediction,
    Routing,
    RoutingDecision,
    Span,
    Submitter,
    ThemeConfidence,
)
from service.store.tables import in_json


def to_json(value: Any) -> str:
    """Write a JSON value with sorted keys, as the columns hold it."""
    return in_json(value)


def submitter_values(submitter: Submitter) -> dict[str, Any]:
    """Spread a submitter into a JSON object."""
    return {
        "name": submitter.name,
        "unit": submitter.unit,
        "circle": submitter.circle,
        "committee": submitter.committee,
        "cosigners": list(submitter.cosigners),
        "phone": submitter.phone,
    }


def read_submitter(values: dict[str, Any]) -> Submitter:
    """Read a submitter back."""
    return Submitter(**{**values, "cosigners": tuple(values["cosigners"])})


def prediction_values(prediction: Prediction) -> dict[str, Any]:
    """Spread a prediction over the columns of `predictions`."""
    return {
        "ranked": list(prediction.ranked),
        "evidence": [(word, weight, *span) for word, weight, span in prediction.evidence],
        "secondary": prediction.secondary,
        "known_features": int(prediction.known_features),
        "model_version": prediction.model_version,
    }


def read_prediction(row: Any) -> Prediction:
    """Read the prediction of a row of `predictions`."""
    return Prediction(
        ranked=tuple(ThemeConfidence(theme=theme, confidence=Confidence(value)) for theme, value in row.ranked),
        model_version=row.model_version,
        evidence=tuple(
            Evidence(word=word, weight=weight, span=Span(field=field, start=start, end=end))
            for word, weight, field, start, end in row.evidence
        ),
        secondary=tuple(row.secondary),
        known_features=row.known_features,
    )


def decision_values(decision: RoutingDecision) -> dict[str, Any]:
    """Spread a decision over the columns of `decisions`."""
    return {
        "routing": decision.routing.value,
        "theme": decision.theme,
        "dispositions": tuple(each.value for each in decision.dispositions),
        "lead": decision.lead,
        "co_handlers": decision.co_handlers,
        "mode": decision.mode.value,
        "duty": decision.duty,
        "source": decision.source.value,
        "reasons": decision.reasons,
        "doubts": tuple(each.value for each in decision.doubts),
        "model_version": decision.model_version,
        "taxonomy_version": decision.taxonomy_version,
        "policy_version": decision.policy_version,
    }


def read_decision(row: Any) -> RoutingDecision:
    """Read the decision of a row of `decisions`."""
    return RoutingDecision(
        routing=Routing(row.routing),
        theme=row.theme,
        dispositions=tuple(Disposition(each) for each in row.dispositions),
        lead=row.lead,
        co_handlers=tuple(row.co_handlers),
        mode=HandlingMode(row.mode),
        duty=row.duty,
        source=DecisionSource(row.source),
        reasons=tuple(row.reasons),
        doubts=tuple(Doubt(each) for each in row.doubts),
        model_version=row.model_version,
        taxonomy_version=row.taxonomy_version,
        policy_version=row.policy_version,
    )
