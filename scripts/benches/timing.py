"""Times that can be compared: every round does each work once, in turn, so that what disturbs the machine disturbs all."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROUNDS = 7

Work = Callable[[], int]
"""Does something and tells how many units (texts, requests, bytes) that were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median of measurements, and the lowest and highest."""

    middle: float
    low: float
    high: float

    def show(self, scale: float = 1.0, digits: int = 0) -> str:
        """Write it as ``median (lowest-highest)``."""
        middle, low, high = (f"{value * scale:,.{digits}f}" for value in (self.middle, self.low, self.high))
        return f"{middle}（{low}–{high}）"


def spread(values: list[float]) -> Spread:
    """Give median and range."""
    return Spread(middle=median(values), low=min(values), high=max(values))


def ratios(ours: list[float], others: list[float]) -> Spread:
    """Compare two series round by round: ours over others."""
    return spread([one / other for one, other in zip(ours, others, strict=True)])


def interleaved(
    works: Mapping[str, Work], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Give the seconds per unit of each work in each round; by the processor's time, not the clock on the wall.

    Other programs on the machine then count only by what they take from its caches.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = clock()
            units = work()
            found[name].append((clock() - begin) / max(units, 1))
    return found


def machine() -> str:
    """Describe the machine in one line."""
    model = ""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        names = [line.split(":", 1)[1].strip() for line in information.read_text().splitlines() if "model name" in line]
        model = f"{len(names)} × {names[0]}" if names else ""
    return (
        f"{model or platform.processor()}，{platform.system()} {platform.machine()}，Python {platform.python_version()}"
    )
