"""Segmentation: jieba's words, by rjieba where it has a wheel and by jieba where it has not, with equal results.

Both engines see the same masked text: every character outside U+4E00–U+9FD5 becomes a space before they run, because
they differ only on such characters (ASCII runs with ``.``, ``_``, ``-``, rare Han). Runs of letters and digits become
words here instead. Both engines are quadratic on long runs of rare characters, so they get at most 1,000 characters
at a time. Where compiled loops serve and the dictionary is prepared for them (`nlp.lexicon`), they cut, again with equal
results, in a third of the time and without a Python string for each word.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.characters import Characters, Table, characters_of
from nlp.hashing import Hashes, range_hashes
from nlp.lexicon import FIRST_HAN, LAST_HAN, MAX_PIECE, Words, ready

UserWord = tuple[str, int, str]
"""A word of the user dictionary: the word (Han only), its frequency, its part of speech."""

_Cut = Callable[[str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Segmented:
    """A batch of texts as arrays.

    `codes` and `bounds` are those of `nlp.characters.Characters`; `kinds` sorts the codes, see `character_kinds`. Token j
    is ``codes[starts[j]:ends[j]]`` and lies within text `owners[j]`; tokens stand in reading order, and characters that
    belong to no word (spaces, punctuation) are in none. Text i has the tokens ``edges[i]`` to ``edges[i + 1]``.
    """

    codes: NDArray[np.uint32]
    kinds: NDArray[np.int32]
    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    owners: NDArray[np.int32]
    edges: NDArray[np.int64]

    @cached_property
    def words(self) -> Hashes:
        """Hash of each token."""
        return range_hashes(self.codes, self.starts, self.ends)


def default_engine() -> str:
    """Name the engine that serves on this machine: ``rjieba`` where it is installed, else ``jieba``."""
    return "rjieba" if importlib.util.find_spec("rjieba") else "jieba"


@lru_cache(maxsize=4)
def _engine(name: str, words: Words) -> _Cut:
    if name == "rjieba":
        import rjieba

        fast = rjieba if _is_first(words) else rjieba.Jieba()
        for word, frequency, tag in words:
            fast.add_word(word, frequency, tag)
        cut: _Cut = fast.cut
        return cut
    return _reference(words)


_first: list[tuple[UserWord, ...]] = []


def _is_first(words: Words) -> bool:
    """Tell whether a dictionary may be added to the segmenter that the library builds as it is imported.

    Another one takes as long as all the rest of judging one text.
    """
    if not _first:
        _first.append(words)
    return _first[0] == words


def _reference(words: Words) -> _Cut:
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
    begin = 0
    while len(masked) - begin > MAX_PIECE:
        end = masked.rfind(" ", begin, begin + MAX_PIECE) + 1 or begin + MAX_PIECE
        yield masked[begin:end]
        begin = end
    yield masked[begin:]


def segment_arrays(batch: Characters, words: Words = (), engine: str | None = None) -> Segmented:
    """Segment a batch of normalised texts (no lone surrogates) into one set of arrays."""
    loops, lexicon = kernels.loaded(), ready(words)
    if loops and lexicon is not None:
        kinds, starts, ends, owners, edges = _kinds().known(
            batch.codes, lambda: loops.segment(batch, _kinds().values, lexicon)
        )
        return Segmented(
            codes=batch.codes, kinds=kinds, bounds=batch.bounds, starts=starts, ends=ends, owners=owners, edges=edges
        )
    begins = _cut(batch, _engine(engine or default_engine(), words))
    begins[[0, -1]] = True
    return _assemble(batch, begins)


def _cut(batch: Characters, cut: _Cut) -> NDArray[np.bool_]:
    """Mark the characters that an engine begins a piece with: shape (characters + 1,)."""
    han = (batch.codes >= FIRST_HAN) & (batch.codes <= LAST_HAN)
    masked = np.where(han, batch.codes, np.uint32(_SPACE)).astype("<u4").tobytes().decode("utf-32-le")
    tokens: list[str] = []
    for piece in _pieces(masked):
        tokens += cut(piece)
    cuts = np.flatnonzero(np.frombuffer("\0".join(tokens).encode("utf-32-le"), "<u4") == 0)
    begins = np.zeros(len(batch.codes) + 1, bool)
    begins[cuts - np.arange(len(cuts))] = True
    return begins


def _assemble(batch: Characters, begins: NDArray[np.bool_]) -> Segmented:
    """Turn "a token begins here" flags into tokens: letters and digits are joined, separators are left out."""
    kinds = character_kinds(batch.codes)
    begins[1:-1] |= kinds[1:] != kinds[:-1]
    begins[1:-1] &= (kinds[1:] != kinds[:-1]) | (kinds[1:] < LETTER)
    edges = np.flatnonzero(begins)
    starts, ends = edges[:-1], edges[1:]
    wordlike = np.flatnonzero(kinds[starts] != SEPARATOR)
    starts, ends = starts[wordlike], ends[wordlike]
    token_edges = starts.searchsorted(batch.bounds)
    owners = np.arange(len(token_edges) - 1, dtype=np.int32).repeat(token_edges[1:] - token_edges[:-1])
    return Segmented(
        codes=batch.codes,
        kinds=kinds,
        bounds=batch.bounds,
        starts=starts,
        ends=ends,
        owners=owners,
        edges=token_edges,
    )


_SPACE = 0x20
SEPARATOR, _HAN, LETTER, _DIGIT = -1, 1, 2, 3


def character_kinds(codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Sort characters: -1 separator, 1 Han and other scripts, 2 letter, 3 digit. Letters are expected in lower case."""
    return _kinds()(codes)


@lru_cache(maxsize=1)
def _kinds() -> Table:
    return Table(_kind)


def _kind(character: str) -> int:
    if "a" <= character <= "z":
        return LETTER
    if "0" <= character <= "9":
        return _DIGIT
    code = ord(character)
    han = 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF or 0xE000 <= code <= 0xE00F
    return _HAN if han else SEPARATOR


def segment(texts: Sequence[str], words: Words = (), engine: str | None = None) -> list[list[str]]:
    """Segment texts into words; separators are left out.

    >>> segment(["老旧小区改造，很好"])
    [['老旧', '小区', '改造', '很', '好']]
    """
    batch = segment_arrays(characters_of(texts), words, engine)
    result: list[list[str]] = [[] for _ in texts]
    for start, end, owner in zip(batch.starts.tolist(), batch.ends.tolist(), batch.owners.tolist(), strict=True):
        offset = int(batch.bounds[owner])
        result[owner].append(texts[owner][start - offset : end - offset])
    return result
