import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import kernels, lexicon
from nlp.characters import characters_of
from nlp.dictionary import load_words
from nlp.lexicon import MAX_PIECE
from nlp.segment import segment, segment_arrays

DATA = Path(__file__).resolve().parents[2] / "data"

WORDS = (("用水权", 20_000, "n"), ("老旧小区", 20_000, "n"), ("扁担沟镇", 20_000, "ns"))
HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=50)
MIXED = st.text(alphabet=st.sampled_from("我们小区的用水权改革老旧abc019._-+ ，。\U00020000\u3400\n"), max_size=60)

rjieba = pytest.importorskip("rjieba", reason="rjieba has no wheel for this machine: jieba serves alone")


@settings(max_examples=200, deadline=None)
@given(st.one_of(HAN, MIXED))
def test_both_engines_give_the_same_words(text: str) -> None:
    assert segment([text], WORDS, "rjieba") == segment([text], WORDS, "jieba")


def assert_compiled_equals(texts: list[str], words: tuple, engine: str) -> None:
    lexicon.prepare(words)
    compiled = segment(texts, words)
    kernels.unload()
    assert segment(texts, words, engine) == compiled
    assert kernels.load()


@pytest.mark.usefixtures("compiled_loops")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(HAN, MIXED), min_size=1, max_size=3))
def test_the_compiled_segmenter_gives_the_words_of_jieba(texts: list[str]) -> None:
    assert_compiled_equals(texts, WORDS, "jieba")


@pytest.mark.usefixtures("compiled_loops")
def test_the_compiled_segmenter_gives_the_words_of_jieba_on_the_corpus() -> None:
    texts = []
    for path in sorted((DATA / "corpus").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            texts += [row["text"] for row in csv.DictReader(stream)]
    rare = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(MAX_PIECE * 3))
    texts += [rare, "举" * 2_500, "中华人民共和国" * 400]
    assert_compiled_equals(texts, load_words(DATA / "dictionary.txt"), "rjieba")


def test_user_words_hold_in_both_engines() -> None:
    for engine in ("rjieba", "jieba"):
        assert segment(["老旧小区在扁担沟镇"], WORDS, engine) == [["老旧小区", "在", "扁担沟镇"]]


def test_letters_and_digits_are_words() -> None:
    assert segment(["a1区的iphone手机v2.0"]) == [["a", "1", "区", "的", "iphone", "手机", "v", "2", "0"]]


@given(st.lists(MIXED, max_size=5))
def test_tokens_tile_the_words_of_each_text_in_order(texts: list[str]) -> None:
    batch = segment_arrays(characters_of(texts))
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
