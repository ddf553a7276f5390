"""Which labels are likely wrong: confident learning on out-of-fold confidences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.training import CrossValidated


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A labelled row by its index, its label, the theme that the model would give, and how good the label looks.

    `quality` in [0, 1] is the normalised margin, (confidence in the label - highest other confidence + 1) / 2
    (Northcutt, Jiang, Chuang 2021); below 0.5 the model prefers another theme.
    """

    row: int
    label: str
    suggested: str
    confidence: float
    quality: float


def suspects(found: CrossValidated) -> list[Suspect]:
    """List the rows whose label is not what the model would give, likeliest error first."""
    rows = np.arange(len(found.truth))
    given = found.confidences[rows, found.truth]
    others = found.confidences.copy()
    others[rows, found.truth] = -1.0
    best = others.argmax(axis=1)
    quality = (given - others[rows, best] + 1.0) / 2.0
    order = np.argsort(quality, kind="stable")
    return [
        Suspect(
            row=int(row),
            label=found.classes[found.truth[row]],
            suggested=found.classes[best[row]],
            confidence=round(float(others[row, best[row]]), 4),
            quality=round(float(quality[row]), 4),
        )
        for row in order[quality[order] < 0.5]
    ]
