"""Recall and false alarms of both detectors of accusations.

On the halves that they were made with and the halves that nobody looked at (`data/accusations/heldout.csv`,
`data/corpus/heldout.csv`).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from nlp.accusation_rules import accusing
from nlp.domain import Writing
from nlp.encoding import join
from nlp.evaluation import exact_interval
from nlp.text import copies_of
from service.knowledge import load_knowledge
from service.model_versions import current_judge
from service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent


def rows(*path: str) -> list[dict[str, str]]:
    """Read a CSV file of the data folder."""
    with (ROOT / "data").joinpath(*path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run(folder: Path | None) -> None:
    """Print recall and false alarms, each detector apart and both together."""
    settings = Settings()
    judge = current_judge(settings.models_folder, load_knowledge(settings.data_folder), lambda stage, done, total: None)
    print("set\tn\trules\tmodel\teither\t95 % interval of either")
    for part in ("train", "heldout"):
        cases = rows("accusations", f"{part}.csv")
        for kind, name in (("1", "accusations found"), ("0", "look-alikes flagged")):
            report(judge, f"{part}: {name}", [row for row in cases if row["accusation"] == kind])
    report(judge, "heldout corpus: ordinary ones flagged", rows("corpus", "heldout.csv"))


def report(judge, name: str, texts: Sequence[dict[str, str]]) -> None:  # type: ignore[no-untyped-def]
    """Print one line: the share of the texts that each detector flags."""
    writings = [Writing(title=row["title"], text=row["text"]) for row in texts]
    parts = [part for one in writings for part in (one.title, one.text)]
    fields, characters = copies_of(parts)
    whole = [f"{fields[2 * number].text}\n{fields[2 * number + 1].text}" for number in range(len(writings))]
    flagged, hinted = judge.accusation.look(
        join(judge.accusation.linear).encode(judge.model.segment(characters)).scores[:, 0]
    )
    by_rules = accusing(whole, hinted.tolist())
    by_model = [bool(flag) for flag in flagged]
    either = [one or other for one, other in zip(by_rules, by_model, strict=True)]
    n = len(writings)
    low, high = exact_interval(sum(either), n)
    shares = "\t".join(f"{sum(found) / n:.3f}" for found in (by_rules, by_model, either))
    print(f"{name}\t{n}\t{shares}\t{low:.3f}–{high:.3f}")
