from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.characters import Table, characters_of

TEXTS = st.lists(st.text(alphabet=st.characters(), max_size=20), max_size=5)


@given(TEXTS)
def test_texts_stand_end_to_end_and_can_be_read_back(texts: list[str]) -> None:
    batch = characters_of(texts)
    read = ["".join(map(chr, batch.codes[begin : end - 1])) for begin, end in pairwise(batch.bounds.tolist())]
    assert read == texts
    assert len(batch.codes) == batch.bounds[-1]


def test_unpaired_surrogates_are_kept() -> None:
    assert characters_of(["a\ud800"]).codes.tolist() == [0x61, 0xD800, 0x0A]


@given(TEXTS)
def test_places_are_counted_in_the_text_they_lie_in(texts: list[str]) -> None:
    batch = characters_of(texts)
    places = np.flatnonzero(batch.codes == ord("a"))
    assert batch.count(places).tolist() == [text.count("a") for text in texts]


def test_a_table_asks_its_rule_once_for_each_character() -> None:
    asked: list[str] = []

    def rule(character: str) -> int:
        asked.append(character)
        return -1 if character == "," else ord(character)

    table = Table(rule)
    for _ in range(2):
        assert table(np.array([97, 44, 97, 0x10FFFF], np.uint32)).tolist() == [97, -1, 97, 0x10FFFF]
    assert sorted(asked) == [",", "a", "\U0010ffff"]
