"""The dictionary and the model of unknown words that jieba segments by, as tables for the compiled segmenter.

Reading jieba's dictionary takes more than a second; the tables are kept in a file, and read from there in milliseconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.characters import characters_of
from nlp.hashing import Hashes, range_hashes
from nlp.vocabulary import Vocabulary

FIRST_HAN, LAST_HAN = 0x4E00, 0x9FD5
"""What jieba takes for Han."""
MAX_PIECE = 1_000
"""Most characters that are cut at once."""
NO_WORD = -1.0
"""Weight of what only begins words."""
IMPOSSIBLE = -3.14e100
STATES = "BMES"
"""Where a character of an unknown word stands: at its begin, in its middle, at its end, alone."""
_FORM = "2"

Words = tuple[tuple[str, int, str], ...]
"""A user dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Weights are logarithms of frequencies, or NO_WORD; characters count from FIRST_HAN.

    `singles` holds the weights of single characters. What is longer stands by its hash in an open-addressing table, see
    `nlp.vocabulary`, whose `tags` these are: a slot of `entries` (slots, 2) holds a hash and the bits of its weight, side
    by side, so that one read of far memory finds both. `log_total` is the logarithm of the sum of all frequencies. Of
    unknown words, `starts` (STATES,), `steps` (STATES, STATES) and `emissions` (characters, STATES) are logarithms of
    likelihoods.
    """

    singles: NDArray[np.float64]
    tags: NDArray[np.uint8]
    entries: NDArray[np.uint64]
    log_total: NDArray[np.float64]
    starts: NDArray[np.float64]
    steps: NDArray[np.float64]
    emissions: NDArray[np.float64]


_ready: dict[Words, Lexicon] = {}
_lock = Lock()


def ready(words: Words) -> Lexicon | None:
    """Give the tables for a user dictionary if they have been prepared."""
    for known, lexicon in list(_ready.items()):
        if known is words:  # to hash hundreds of words takes longer than to segment a short text
            return lexicon
    return _ready.get(words)


def prepare(words: Words, folder: Path | None = None) -> None:
    """Make the tables for a user dictionary, or take them from the folder that keeps them."""
    with _lock:
        if words not in _ready:
            path = folder / f"lexicon-{_key(words)}.npz" if folder else None
            _ready[words] = (path and _read(path)) or _built(words, path)


def forget() -> None:
    """Drop all tables."""
    with _lock:
        _ready.clear()


def _key(words: Words) -> str:
    return hashlib.sha256(repr((_FORM, version("jieba"), words)).encode()).hexdigest()[:16]


def _read(path: Path) -> Lexicon | None:
    """Read what was kept; None where it is missing or damaged."""
    with (
        suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
        np.load(path, allow_pickle=False) as held,
    ):
        return Lexicon(**{one.name: held[one.name] for one in fields(Lexicon)})
    return None


def _built(words: Words, path: Path | None) -> Lexicon:
    lexicon = build(words)
    if path:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, delete=False) as stream:
                np.savez(stream, **{one.name: getattr(lexicon, one.name) for one in fields(Lexicon)})
            os.replace(stream.name, path)
    return lexicon


def build(words: Words) -> Lexicon:
    """Make the tables: jieba's dictionary with the words of the user added, as jieba adds them."""
    often, total = frequencies()
    often |= {word: frequency for word, frequency, _ in words}
    total += sum(frequency for _, frequency, _ in words)
    han = {word: frequency for word, frequency in often.items() if all(map(_is_han, word))}
    singles = np.full(LAST_HAN - FIRST_HAN + 1, NO_WORD)
    for word, frequency in han.items():
        if len(word) == 1:
            singles[ord(word) - FIRST_HAN] = _weight(frequency)
    longer = {word: _weight(frequency) for word, frequency in han.items() if len(word) > 1}
    hashes, weights = _prefixes(longer)
    table = Vocabulary(hashes, slots_each=2)
    return Lexicon(
        singles=singles,
        tags=table.tags,
        entries=np.where(
            table.slots[:, None] >= 0, np.stack([hashes, weights.view(np.uint64)], axis=1)[table.slots], 0
        ),
        log_total=np.array([math.log(total)]),
        **_unknown(),
    )


def _weight(frequency: int) -> float:
    return math.log(frequency) if frequency else NO_WORD


def _is_han(character: str) -> bool:
    return FIRST_HAN <= ord(character) <= LAST_HAN


def frequencies() -> tuple[dict[str, int], int]:
    """Read jieba's dictionary: how often each word occurs, and the sum over all lines."""
    lines = (_jieba() / "dict.txt").read_text("utf-8").splitlines()
    found = [(word, int(frequency)) for word, frequency, *_ in map(str.split, lines)]
    return dict(found), sum(frequency for _, frequency in found)


def rarities() -> dict[str, float]:
    """Read how rare words are by jieba's count of documents: their idf."""
    lines = (_jieba() / "analyse" / "idf.txt").read_text("utf-8").splitlines()
    return {word: float(rarity) for word, rarity in map(str.split, lines)}


def _jieba() -> Path:
    found = importlib.util.find_spec("jieba")
    if found is None or not found.submodule_search_locations:
        raise ImportError("jieba")
    return Path(found.submodule_search_locations[0])


def _prefixes(words: dict[str, float]) -> tuple[Hashes, NDArray[np.float64]]:
    """Hash words and what they begin with, two characters or more, and weigh them."""
    batch = characters_of(list(words))
    longer = np.diff(batch.bounds) - 2
    starts = np.repeat(batch.bounds[:-1], longer)
    lengths = np.arange(len(starts)) - np.repeat(np.cumsum(longer) - longer, longer) + 2
    begins = np.unique(range_hashes(batch.codes, starts, starts + lengths))
    weights = np.full(len(begins), NO_WORD)
    weights[np.searchsorted(begins, range_hashes(batch.codes, batch.bounds[:-1], batch.bounds[1:] - 1))] = [
        *words.values()
    ]
    return begins, weights


def _model(name: str) -> dict[str, Any]:
    """Load one of the tables of jieba's model of unknown words, without the rest of jieba."""
    path = _jieba() / "finalseg" / f"{name}.py"
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return dict(module.P)


def _unknown() -> dict[str, NDArray[np.float64]]:
    """Read how likely each state is at first, after each other, and to show each character."""
    first, following, shown = map(_model, ("prob_start", "prob_trans", "prob_emit"))
    emissions = np.full((LAST_HAN - FIRST_HAN + 1, len(STATES)), IMPOSSIBLE)
    for column, state in enumerate(STATES):
        for character, value in shown[state].items():
            if _is_han(character):
                emissions[ord(character) - FIRST_HAN, column] = value
    return {
        "starts": np.array([first[state] for state in STATES]),
        "steps": np.array([[following[one].get(other, IMPOSSIBLE) for other in STATES] for one in STATES]),
        "emissions": emissions,
    }
