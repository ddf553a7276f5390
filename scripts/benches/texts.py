"""The texts that the benches read: the project's own corpus, and a folder of collected ones where there is one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.counting import Reading, candidates, count
from nlp.domain import Writing
from nlp.folds import deal, near_duplicates
from nlp.segment import default_engine, segment
from nlp.taxonomy import Taxonomy
from nlp.vocabulary import Vocabulary
from service.knowledge import load_knowledge, training_files

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "data"
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Texts with their themes, in the same order."""

    writings: list[Writing]
    themes: list[str]

    def part(self, rows: np.ndarray) -> Labelled:
        """Take some rows."""
        return Labelled(writings=[self.writings[row] for row in rows], themes=[self.themes[row] for row in rows])

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.writings)


def read(*paths: Path) -> Labelled:
    """Read CSV files with the columns title, text, theme; rows without any text are left out."""
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows += csv.DictReader(stream)
    rows = [row for row in rows if (row.get("title") or "").strip() or (row.get("text") or "").strip()]
    return Labelled(
        writings=[Writing(title=row.get("title") or "", text=row.get("text") or "") for row in rows],
        themes=[row.get("theme") or "" for row in rows],
    )


def own_corpus() -> tuple[Labelled, Labelled, Taxonomy]:
    """Give the training part and the held-out part of the project's corpus, and its taxonomy."""
    held = read(DATA / "corpus" / "heldout.csv")
    return read(*training_files(DATA)), held, load_knowledge(DATA).taxonomy


def folds_of(texts: Labelled, seed: int = 0) -> np.ndarray:
    """Deal texts to FOLDS folds, theme by theme, exact and near duplicates in one: shape (n,)."""
    random = np.random.default_rng(seed)
    reading = Reading(engine=default_engine())
    counts = count(texts.writings, Vocabulary(candidates(texts.writings, (), reading)), reading, "")
    names = sorted(set(texts.themes))
    keys = [(one.title, one.text) for one in texts.writings]
    truth = np.array([names.index(theme) for theme in texts.themes])
    return deal(near_duplicates(keys, counts, random), truth, FOLDS, random)


def words_of(texts: Labelled) -> list[str]:
    """Segment each text; words with a blank between them."""
    return [" ".join(words) for words in segment([f"{one.title} {one.text}" for one in texts.writings])]
