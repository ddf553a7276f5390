"""The texts and the model that speed is measured on."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nlp.artifact import SCHEMA
from nlp.domain import Writing
from nlp.judging import Judge
from scripts.benches.texts import DATA, Labelled, own_corpus, read
from service import model_versions
from service.knowledge import Knowledge, load_knowledge

DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Labelled texts, and where the model that was trained on them is kept."""

    name: str
    labelled: Labelled
    source: tuple[Path, ...]
    model: Path
    knowledge: Knowledge

    def judge(self) -> Judge:
        """Load the model."""
        return model_versions.judge_of_version(self.model, self.knowledge)

    def texts(self, count: int, length: int | None = None) -> list[Writing]:
        """Give texts as they are, or cut or joined to a length: 20 for titles, 3,000 for reports."""
        everything = self.labelled.writings
        if length is None:
            return [everything[number % len(everything)] for number in range(count)]
        joined = "。".join(one.text for one in everything if one.text)
        places = (number * length % (len(joined) - length) for number in range(count))
        return [Writing(text=joined[place : place + length]) for place in places]


def plain(writings: list[Writing]) -> list[str]:
    """Give texts as other programs take them."""
    return [f"{one.title} {one.text}" for one in writings]


def samples(folder: Path | None) -> Samples:
    """Read the collected messages, or the project's own corpus, and train a model on them (once)."""
    knowledge = load_knowledge(DATA)
    if folder is None:
        own, _, _ = own_corpus()
        model = model_versions.ensure_current(DATA.parent / "models", knowledge, lambda stage, done, total: None)
        source = tuple(sorted((DATA / "corpus").glob("train-*.csv")))
        return Samples(name="本项目样本", labelled=own, source=source, model=model, knowledge=knowledge)
    source = folder / "messages" / "labelled.csv"
    labelled = read(source)
    model = Path(tempfile.gettempdir()) / f"minyi-speed-{SCHEMA}-{len(labelled)}"
    if not model.exists():
        rows = model_versions.read_labelled([source], {}, None)
        model_versions.train_version(
            rows, [], knowledge, own_taxonomy=None, out=model, seed=0, report=lambda stage, done, total: None
        )
    return Samples(name="messages", labelled=labelled, source=(source,), model=model, knowledge=knowledge)
