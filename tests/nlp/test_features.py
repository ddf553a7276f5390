from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.features import (
    CHARACTER_SIZES,
    count_known,
    inverse_document_frequency,
    known,
    occurrences,
    rows_of,
    weigh,
)
from nlp.segment import segment
from nlp.vocabulary import Vocabulary

TEXT = st.text(alphabet=st.sampled_from("老旧小区改造的路灯，ab1 "), max_size=30)


def reference(title: str, text: str) -> Counter[tuple[object, ...]]:
    """Count the n-grams of one row the plain way: all of them, and those of the title once more."""
    found: Counter[tuple[object, ...]] = Counter()
    for own, values in ((False, (title, text)), (True, (title,))):
        for value in values:
            words = segment([value])[0]
            found.update((own, "w", word) for word in words)
            for size in CHARACTER_SIZES:
                grams = (value[start : start + size] for start in range(len(value) - size + 1))
                found.update((own, "c", gram) for gram in grams if not set(gram) & set("， ") and not gram.isascii())
    return found


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_array_counts_equal_the_plain_ones(rows: list[tuple[str, str]]) -> None:
    titles, texts = [row[0] for row in rows], [row[1] for row in rows]
    found = occurrences(rows_of(titles, texts, (), "rjieba"))
    for number, row in enumerate(rows):
        own = np.unique(found.hashes[found.rows == number], return_counts=True)[1]
        assert sorted(own.tolist()) == sorted(reference(*row).values())


def test_latin_text_shares_nothing_with_other_latin_words() -> None:
    found = occurrences(rows_of(["", ""], ["gai qing", "app ai gin"], (), "rjieba"))
    assert not set(found.hashes[found.rows == 0].tolist()) & set(found.hashes[found.rows == 1].tolist())


def test_words_of_the_title_count_for_all_and_once_more_for_the_title() -> None:
    found = occurrences(rows_of(["路灯", ""], ["", "路灯"], (), "rjieba"))
    title, body = (set(found.hashes[found.rows == row].tolist()) for row in (0, 1))
    assert body < title
    assert len(title) == 2 * len(body)


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    alone = occurrences(rows_of(["路灯"], ["老旧小区"], (), "rjieba"))
    among = occurrences(rows_of(["前", "路灯", "后"], ["面", "老旧小区", "面"], (), "rjieba"))
    assert sorted(alone.hashes.tolist()) == sorted(among.hashes[among.rows == 1].tolist())


@given(st.lists(st.integers(1, 2**64 - 1), unique=True, max_size=200), st.lists(st.integers(1, 2**64 - 1), max_size=50))
def test_vocabulary_finds_its_own_and_nothing_else(own: list[int], others: list[int]) -> None:
    vocabulary = Vocabulary(np.array(own, np.uint64))
    asked = np.array([*own, *others], np.uint64)
    expected = [own.index(value) if value in own else -1 for value in [*own, *others]]
    assert vocabulary.lookup(asked).tolist() == expected


def test_vocabulary_survives_crowded_slots() -> None:
    crowded = np.arange(1, 400, dtype=np.uint64)
    assert Vocabulary(crowded).lookup(crowded).tolist() == list(range(399))


def test_vocabulary_refuses_equal_hashes() -> None:
    with pytest.raises(ValueError, match="different"):
        Vocabulary(np.array([5, 5], np.uint64))


def test_rows_have_length_one_or_are_empty() -> None:
    batch = rows_of(["路灯", "，"], ["老旧小区", ""], (), "rjieba")
    vocabulary = Vocabulary(np.unique(occurrences(batch).hashes))
    counts, _ = count_known(known(occurrences(batch), vocabulary), 2, len(vocabulary))
    rows = weigh(counts, inverse_document_frequency(counts.matrix())).matrix()
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
    assert lengths == pytest.approx([1.0, 0.0], abs=1e-6)
