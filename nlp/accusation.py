"""The second detector of accusations (检举控告, failure class 0): a linear model beside the rules.

Either detector is enough to restrict a submission; see `nlp.accusation_rules` for the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.features import Encoded, Linear

PREFIX = "accusation_"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusationModel:
    """Scores writings; a score above `threshold` restricts. `linear.weights` has shape (columns, 1)."""

    linear: Linear
    threshold: float

    def flags(self, encoded: Encoded) -> NDArray[np.bool_]:
        """Say for each row of a batch of titles and texts, encoded by `linear`, whether it looks like an accusation."""
        return np.asarray(self.linear.scores(encoded.rows)[:, 0] > self.threshold, bool)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the numbers that an artefact keeps."""
        return {
            f"{PREFIX}hashes": self.linear.vocabulary.hashes,
            f"{PREFIX}idf": self.linear.idf,
            f"{PREFIX}weights": self.linear.weights,
            f"{PREFIX}bias": self.linear.bias,
        }
