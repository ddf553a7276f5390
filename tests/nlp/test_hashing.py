import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import kernels
from nlp.characters import characters_of
from nlp.hashing import BASE, OFFSET, mix, range_hashes

WORD = 1 << 64


def plain(run: str) -> int:
    """Hash a run with Python's own whole numbers."""
    codes = np.array([ord(character) for character in run], np.uint64) + OFFSET
    return sum(int(value) * pow(int(BASE), place, WORD) for place, value in enumerate(mix(codes))) % WORD


@pytest.fixture(params=[False, True], ids=["numpy", "compiled"])
def loops(request: pytest.FixtureRequest, compiled_loops: None) -> None:
    if not request.param:
        kernels.unload()


@pytest.mark.usefixtures("loops")
def test_ranges_hash_to_what_their_characters_say() -> None:
    text = "老旧小区改造abc𠀀"
    ranges = [(start, end) for start in range(len(text)) for end in range(start, len(text) + 1)]
    starts, ends = np.array(ranges, np.int64).T.copy()
    hashes = range_hashes(characters_of([text]).codes, starts, ends)
    assert hashes.tolist() == [plain(text[start:end]) for start, end in ranges]


@given(st.lists(st.text(alphabet=st.sampled_from("老旧小区"), min_size=1, max_size=4), min_size=1, max_size=8))
def test_a_word_hashes_the_same_wherever_it_stands(words: list[str]) -> None:
    ends = np.cumsum([len(word) for word in words])
    hashes = range_hashes(characters_of(["".join(words)]).codes, ends - [len(word) for word in words], ends)
    assert hashes.tolist() == [plain(word) for word in words]


def test_hundred_thousand_short_runs_do_not_collide() -> None:
    pairs = "".join(chr(0x4E00 + first) + chr(0x4E00 + second) for first in range(316) for second in range(316))
    starts = np.arange(0, len(pairs), 2)
    assert len(np.unique(range_hashes(characters_of([pairs]).codes, starts, starts + 2))) == len(starts)
