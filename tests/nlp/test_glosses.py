"""What the dictionary makes of words."""

import numpy as np
import pytest

from nlp.characters import characters_of
from nlp.features import occurrences
from nlp.glosses import Entries, Glossary, glossary
from nlp.hashing import Hashes
from nlp.segment import segment_arrays


@pytest.fixture(scope="module")
def known() -> Glossary:
    return glossary()


def kin(entries: Entries, one: str, other: str) -> float:
    """Give the cosine of two entries."""
    vectors = [entries.vectors[entries.hashes.tolist().index(ngram(text))] for text in (one, other)]
    return float(vectors[0] @ vectors[1])


def ngram(text: str) -> int:
    """Find what a text that has just this entry is read as: the longest of its n-grams."""
    found = occurrences(segment_arrays(characters_of(["", text])))
    kinds = np.flatnonzero(found.ends - found.starts == len(text))
    place = kinds[-1] if len(text) < 3 else kinds[0]  # words stand first, characters behind them
    return int(found.hashes[place])


def test_every_entry_is_an_ngram_of_its_own(known: Glossary) -> None:
    hashes: Hashes = known.hashes
    assert len(np.unique(hashes)) == len(hashes) == len(known.letters.hashes) + len(known.words.hashes)
    for kind in (known.letters, known.words):
        np.testing.assert_allclose(np.linalg.norm(kind.vectors, axis=1), 1.0, rtol=1e-4)
    assert known.letters.rarity is None
    assert known.words.rarity is not None
    assert known.words.rarity.min() > 0


@pytest.mark.parametrize(
    ("one", "near", "far"), [("股票", "证券", "大豆"), ("导弹", "飞弹", "房租"), ("养老金", "退休金", "小学")]
)
def test_words_that_are_explained_alike_are_near(known: Glossary, one: str, near: str, far: str) -> None:
    assert kin(known.words, one, near) > kin(known.words, one, far) + 0.1


def test_characters_of_like_words_are_near(known: Glossary) -> None:
    assert kin(known.letters, "税", "费") > kin(known.letters, "税", "鸟") + 0.1


def test_names_in_english_are_translated(known: Glossary) -> None:
    assert "汽车" in known.translate("news_car").split("，")
    assert "军事" in known.translate("Military").split("，")
    assert known.translate("奶产业") == known.translate("qqzz") == ""
