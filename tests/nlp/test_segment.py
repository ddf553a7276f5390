import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.segment import MAX_PIECE, segment, segment_arrays

WORDS = (("用水权", 20_000, "n"), ("老旧小区", 20_000, "n"), ("扁担沟镇", 20_000, "ns"))
HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=50)
MIXED = st.text(alphabet=st.sampled_from("我们小区的用水权改革老旧abc019._-+ ，。\U00020000\u3400\n"), max_size=60)

rjieba = pytest.importorskip("rjieba", reason="rjieba has no wheel for this machine: jieba serves alone")


@settings(max_examples=200, deadline=None)
@given(st.one_of(HAN, MIXED))
def test_both_engines_give_the_same_words(text: str) -> None:
    assert segment([text], WORDS, "rjieba") == segment([text], WORDS, "jieba")


def test_user_words_hold_in_both_engines() -> None:
    for engine in ("rjieba", "jieba"):
        assert segment(["老旧小区在扁担沟镇"], WORDS, engine) == [["老旧小区", "在", "扁担沟镇"]]


def test_letters_and_digits_are_words() -> None:
    assert segment(["a1区的iphone手机v2.0"]) == [["a", "1", "区", "的", "iphone", "手机", "v", "2", "0"]]


@given(st.lists(MIXED, max_size=5))
def test_tokens_tile_the_words_of_each_text_in_order(texts: list[str]) -> None:
    batch = segment_arrays(texts)
    assert (batch.ends > batch.starts).all()
    assert (np.diff(batch.starts) > 0).all()
    assert (batch.starts >= batch.bounds[batch.owners]).all()
    assert (batch.ends <= batch.bounds[batch.owners + 1]).all()


def test_a_long_run_of_rare_characters_is_cut() -> None:
    rare = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(MAX_PIECE * 3))
    assert segment([rare], engine="rjieba") == segment([rare], engine="jieba")


def test_empty() -> None:
    assert segment([]) == []
    assert segment(["", "  "]) == [[], []]
