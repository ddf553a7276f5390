"""The second detector of accusations (检举控告, failure class 0): a linear model beside the rules.

Either detector is enough to restrict a submission; see `nlp.accusation_rules` for the first. This one also says where the
softer of the rules may be believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.features import Linear

PREFIX = "accusation_"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusationModel:
    """Scores writings; a score above `threshold` restricts, one above `hint`, which is lower, does so with a soft rule.

    `linear.weights` has shape (columns, 1).
    """

    linear: Linear
    threshold: float
    hint: float

    def look(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say of rows that `linear` has scored whether they look like an accusation, and whether they hint at one.

        All of shape (rows,).
        """
        return scores > self.threshold, scores > self.hint

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the numbers that an artefact keeps."""
        return {
            f"{PREFIX}hashes": self.linear.vocabulary.hashes,
            f"{PREFIX}idf": self.linear.idf,
            f"{PREFIX}weights": self.linear.weights,
            f"{PREFIX}bias": self.linear.bias,
        }
