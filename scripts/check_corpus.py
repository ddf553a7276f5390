"""Prove what `data/README.md` says of the written corpus: `python scripts/check_corpus.py`. Exit 1 and every fault if not.

The check against collected texts runs where a folder of them is named: `--against FOLDER` (CSV files).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "data" / "corpus"
REGISTERS = {"member", "complaint", "hotline", "wechat", "village", "enterprise"}
LEAST_PER_THEME, LEAST_OTHER, HELD_OUT_SHARE, HARD_SHARE = 50, 150, 0.2, 0.2
SHORTEST, LONGEST = 15, 500
MOST_ALIKE, RUN, MOST_WITH_RUN = 0.5, 12, 5
COPIED_RUN = 16
"""Characters in a row that two texts on one matter do not share by accident; more than RUN, which set phrases reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One written submission and where it stands."""

    place: str
    text: str
    theme: str
    secondary: tuple[str, ...]
    register: str
    hard: bool
    held_out: bool


def read(folder: Path) -> list[Piece]:
    """Read every corpus file."""
    pieces = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                pieces.append(
                    Piece(
                        place=f"{path.name}:{row['id']}",
                        text=row["title"] + row["text"],
                        theme=row["theme"],
                        secondary=tuple(filter(None, row["secondary"].split(";"))),
                        register=row["register"],
                        hard=row["hard"] == "1",
                        held_out=path.name.startswith("heldout"),
                    )
                )
    return pieces


def grams(text: str, size: int) -> set[str]:
    """Give the character n-grams of a text."""
    return {text[start : start + size] for start in range(len(text) - size + 1)}


def faults(pieces: list[Piece], themes: set[str]) -> Iterator[str]:
    """Check counts, values and variety."""
    yield from count_faults(pieces, themes)
    ids = Counter(piece.place for piece in pieces)
    yield from (f"{place}: id stands {times} times" for place, times in ids.items() if times > 1)
    for piece in pieces:
        if piece.theme not in themes or not set(piece.secondary) <= themes - {piece.theme}:
            yield f"{piece.place}: unknown theme"
        if piece.register not in REGISTERS:
            yield f"{piece.place}: unknown register {piece.register}"
        if not SHORTEST <= len(piece.text) <= LONGEST + 60:
            yield f"{piece.place}: {len(piece.text)} characters"
    yield from alike(pieces)
    yield from repeated(pieces)


def count_faults(pieces: list[Piece], themes: set[str]) -> Iterator[str]:
    """Check how many there are of each theme, how many are hard, how many are held out."""
    counts = Counter(piece.theme for piece in pieces)
    held = Counter(piece.theme for piece in pieces if piece.held_out)
    for theme in sorted(themes):
        least = LEAST_OTHER if theme == "other" else LEAST_PER_THEME
        if counts[theme] < least:
            yield f"{theme}: {counts[theme]} texts, at least {least} are needed"
        if theme != "other" and held[theme] < HELD_OUT_SHARE * least:
            yield f"{theme}: {held[theme]} held out"
    for kind, group in (
        ("held out", [p for p in pieces if p.held_out]),
        ("training", [p for p in pieces if not p.held_out]),
    ):
        hard = sum(piece.hard for piece in group if piece.theme != "other")
        if hard < HARD_SHARE * sum(piece.theme != "other" for piece in group):
            yield f"{kind}: only {hard} of {len(group)} are hard"
        if sum(bool(piece.secondary) for piece in group) < 0.02 * len(group):
            yield f"{kind}: too few with several matters"


def alike(pieces: list[Piece]) -> Iterator[str]:
    """Find pairs with a Jaccard similarity of character 3-grams above MOST_ALIKE."""
    sets = [grams(piece.text, 3) for piece in pieces]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(sets):
        shared = Counter(other for gram in own for other in holders[gram])
        for other, common in shared.items():
            if common > MOST_ALIKE * (len(own) + len(sets[other]) - common):
                yield f"{pieces[number].place} and {pieces[other].place} are too alike"
        for gram in own:
            holders[gram].append(number)


def repeated(pieces: list[Piece]) -> Iterator[str]:
    """Find runs of RUN characters that stand in more than MOST_WITH_RUN texts."""
    counts = Counter(gram for piece in pieces for gram in grams(piece.text, RUN))
    yield from (f"“{gram}” stands in {times} texts" for gram, times in counts.items() if times > MOST_WITH_RUN)


def copied(pieces: list[Piece], folder: Path) -> Iterator[str]:
    """Find pieces that share a run of COPIED_RUN characters with a collected text."""
    own = {gram: piece.place for piece in pieces for gram in grams(piece.text, COPIED_RUN)}
    for text in collected(folder):
        for gram in grams(text, COPIED_RUN) & own.keys():
            yield f"{own[gram]} shares “{gram}” with a collected text"


def collected(folder: Path) -> Iterable[str]:
    """Read every cell of the CSV files of a folder."""
    csv.field_size_limit(1 << 24)
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(stream):
                yield from (cell for cell in row if len(cell) >= COPIED_RUN)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="folder of collected texts that must not have been copied")
    against = parser.parse_args().against
    with (ROOT / "data" / "taxonomy.toml").open("rb") as stream:
        import tomllib

        themes = {theme["id"] for theme in tomllib.load(stream)["themes"]}
    pieces = read(CORPUS)
    found = list(faults(pieces, themes)) + (list(copied(pieces, against)) if against else [])
    for fault in found:
        print(fault, file=sys.stderr)
    held = sum(piece.held_out for piece in pieces)
    hard = sum(piece.hard for piece in pieces)
    several = sum(bool(piece.secondary) for piece in pieces)
    print(f"{len(pieces)} texts, {held} held out, {hard} hard, {several} with several matters, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
