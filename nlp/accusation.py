"""The second detector of accusations (检举控告, failure class 0): a linear model beside the rules.

Either detector is enough to restrict a submission; see `nlp.accusation_rules` for the first. This one also says where the
softer of the rules may be believed.
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
    """Scores writings; a score above `threshold` restricts, one above `hint`, which is lower, does so with a soft rule.

    `linear.weights` has shape (columns, 1).
    """

    linear: Linear
    threshold: float
    hint: float

    def look(self, encoded: Encoded) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say of each row, encoded by `linear`, whether it looks like an accusation, and whether it hints at one.

        Each of shape (rows,).
        """
        scores = self.linear.scores(encoded.rows)[:, 0]
        return scores > self.threshold, scores > self.hint

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the numbers that an artefact keeps."""
        return {
            f"{PREFIX}hashes": self.linear.vocabulary.hashes,
            f"{PREFIX}idf": self.linear.idf,
            f"{PREFIX}weights": self.linear.weights,
            f"{PREFIX}bias": self.linear.bias,
        }
