"""Segmentation: jieba's words, by rjieba where it has a wheel and by jieba where it has not, with equal results.

Both engines see the same masked text: every character outside U+4E00–U+9FD5 becomes a space before they run, because
they differ only on such characters (ASCII runs with ``.``, ``_``, ``-``, rare Han). Runs of letters and digits become
words here instead. Both engines are quadratic on long runs of rare characters, so they get at most 1,000 characters
at a time.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_PIECE = 1_000
"""Longest piece of text, in characters, that an engine is given at once."""

UserWord = tuple[str, int, str]
"""A word of the user dictionary: the word (Han only), its frequency, its part of speech."""

_OUTSIDE_HAN = re.compile("[^\u4e00-\u9fd5]")
_Cut = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """A batch of texts as arrays.

    `codes` holds the code points of all texts, end to end (uint32); text i is ``codes[bounds[i]:bounds[i + 1]]``.
    Token j is ``codes[starts[j]:ends[j]]`` and lies within text `owners[j]`; tokens stand in reading order, and
    characters that belong to no word (spaces, punctuation) are in none.
    """

    codes: NDArray[np.uint32]
    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    owners: NDArray[np.int32]


def default_engine() -> str:
    """Name the engine that serves on this machine: ``rjieba`` where it is installed, else ``jieba``."""
    return "rjieba" if importlib.util.find_spec("rjieba") else "jieba"


@lru_cache(maxsize=4)
def _engine(name: str, words: tuple[UserWord, ...]) -> _Cut:
    if name == "rjieba":
        import rjieba

        fast = rjieba.Jieba()
        for word, frequency, tag in words:
            fast.add_word(word, frequency, tag)
        cut: _Cut = fast.cut
        return cut
    return _reference(words)


def _reference(words: tuple[UserWord, ...]) -> _Cut:
    """Build jieba without its shared cache file: it would load a pickle from a place that others may write to."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, frequency, tag in words:
        tokenizer.add_word(word, frequency, tag)
    return lambda text: list(tokenizer.cut(text))


def _pieces(masked: str) -> Iterator[str]:
    """Split a masked text into pieces of at most MAX_PIECE characters, at a space where there is one."""
    while len(masked) > MAX_PIECE:
        cut = masked.rfind(" ", 0, MAX_PIECE) + 1 or MAX_PIECE
        yield masked[:cut]
        masked = masked[cut:]
    yield masked


def segment_arrays(texts: Sequence[str], words: tuple[UserWord, ...] = (), engine: str | None = None) -> Segmented:
    """Segment a batch of normalised texts (no lone surrogates) into one set of arrays."""
    cut = _engine(engine or default_engine(), words)
    lengths: list[int] = []
    for text in texts:
        for piece in _pieces(_OUTSIDE_HAN.sub(" ", text)):
            lengths.extend(map(len, cut(piece)))
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
    bounds = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=bounds[1:])
    begins = np.zeros(len(codes) + 1, bool)
    begins[np.cumsum(lengths, dtype=np.int64)] = True
    begins[bounds] = True
    return _assemble(codes, bounds, begins)


def _assemble(codes: NDArray[np.uint32], bounds: NDArray[np.int64], begins: NDArray[np.bool_]) -> Segmented:
    """Turn "a token begins here" flags into tokens: letters and digits are joined, separators are left out."""
    kinds = character_kinds(codes)
    same = np.zeros(len(codes) + 1, bool)
    same[1:-1] = (kinds[1:] == kinds[:-1]) & (kinds[1:] >= 2)
    inside_run = same & ~np.isin(np.arange(len(codes) + 1), bounds)
    edges = np.flatnonzero(begins & ~inside_run)
    starts, ends = edges[:-1], edges[1:]
    wordlike = kinds[starts] > 0 if len(starts) else np.zeros(0, bool)
    starts, ends = starts[wordlike], ends[wordlike]
    owners = (np.searchsorted(bounds, starts, side="right") - 1).astype(np.int32)
    return Segmented(codes=codes, bounds=bounds, starts=starts, ends=ends, owners=owners)


def character_kinds(codes: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Sort characters: 0 separator, 1 Han and other scripts, 2 letter, 3 digit. Letters are expected in lower case."""
    kinds = np.zeros(len(codes), np.int8)
    kinds[(codes >= 0x4E00) & (codes <= 0x9FFF)] = 1
    kinds[(codes >= 0x3400) & (codes <= 0x4DBF)] = 1
    kinds[(codes >= 0x20000) & (codes <= 0x3FFFF)] = 1
    kinds[(codes >= 0xE000) & (codes <= 0xE00F)] = 1
    kinds[(codes >= ord("a")) & (codes <= ord("z"))] = 2
    kinds[(codes >= ord("0")) & (codes <= ord("9"))] = 3
    return kinds


def segment(texts: Sequence[str], words: tuple[UserWord, ...] = (), engine: str | None = None) -> list[list[str]]:
    """Segment texts into words; separators are left out.

    >>> segment(["老旧小区改造，很好"])
    [['老旧', '小区', '改造', '很', '好']]
    """
    batch = segment_arrays(texts, words, engine)
    result: list[list[str]] = [[] for _ in texts]
    for start, end, owner in zip(batch.starts.tolist(), batch.ends.tolist(), batch.owners.tolist(), strict=True):
        offset = int(batch.bounds[owner])
        result[owner].append(texts[owner][start - offset : end - offset])
    return result
