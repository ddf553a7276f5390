import math
from pathlib import Path

import numpy as np
import pytest

from nlp import lexicon
from nlp.characters import characters_of
from nlp.hashing import range_hashes
from nlp.lexicon import FIRST_HAN, NO_WORD, Lexicon

WORDS = (("用水权", 20_000, "n"),)


@pytest.fixture(scope="module")
def built() -> Lexicon:
    return lexicon.build(WORDS)


@pytest.fixture(autouse=True)
def _nothing_ready(monkeypatch: pytest.MonkeyPatch, built: Lexicon) -> None:
    lexicon.forget()
    monkeypatch.setattr(lexicon, "build", lambda words: built)


def weight_of(word: str, held: Lexicon) -> float | None:
    """Look a word of two characters or more up, the plain way."""
    batch = characters_of([word])
    found = np.flatnonzero(held.entries[:, 0] == range_hashes(batch.codes, batch.bounds[:1], batch.bounds[1:] - 1)[0])
    return float(held.entries.view(np.float64)[found[0], 1]) if len(found) else None


def test_words_have_their_weights_and_what_only_begins_them_has_none(built: Lexicon) -> None:
    assert weight_of("用水权", built) == math.log(20_000)
    assert weight_of("中华人民共", built) == NO_WORD
    assert weight_of("权水", built) is None
    assert built.singles[ord("的") - FIRST_HAN] == math.log(318_825)


@pytest.mark.parametrize("damage", [lambda content: content[:-900], lambda content: b"", lambda content: content])
def test_what_is_kept_is_read_again_and_what_is_damaged_is_made_anew(tmp_path: Path, built: Lexicon, damage) -> None:
    lexicon.prepare(WORDS, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(damage(path.read_bytes()))
    lexicon.forget()
    assert lexicon.ready(WORDS) is None
    lexicon.prepare(WORDS, tmp_path)
    again = lexicon.ready(WORDS)
    for name in Lexicon.__slots__:
        assert np.array_equal(getattr(built, name), getattr(again, name)), name


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lexicon.prepare(WORDS, tmp_path / "file")
    assert lexicon.ready(WORDS) is not None
