import numpy as np
import pytest
from scipy import sparse

from nlp import kinship
from nlp.domain import Writing
from nlp.features import named_characters
from nlp.fitting import Examples, Fitted, fit
from nlp.hashing import Hashes
from nlp.kinship import MOST_ROWS, add_kinship, characters, kin_of, serves
from nlp.training import Recipe, train

KNOWN = "诗剧股券"
ASKED = "歌票"
WORDS = "ab"
LETTERS = [*WORDS, *sorted(KNOWN + ASKED, key=lambda one: int(named_characters()[0][ord(one)]))]


def columns() -> Hashes:
    of_words = np.array([8, 16], np.uint64)
    return np.concatenate([of_words, named_characters()[0][[ord(one) for one in LETTERS[len(WORDS) :]]]])


def rows(texts: list[str]) -> sparse.csr_array:
    return sparse.csr_array(np.array([[text.count(one) for one in LETTERS] for text in texts], np.float32))


def models(texts: list[str], truth: list[int]) -> tuple[Fitted, Fitted]:
    examples = Examples(counts=rows(texts), truth=np.array(truth), trust=np.ones(len(texts)))
    more = rows([*LETTERS])
    first = fit(examples, more, columns(), 2, seed=0)
    return first, add_kinship(first, examples, len(texts), more, columns(), kin_of(columns()))


def test_characters_of_a_kind_stand_near() -> None:
    hashes, vectors = characters()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(hashes)))
    named = {one: vectors[hashes.tolist().index(int(named_characters()[0][ord(one)]))] for one in KNOWN + ASKED}
    assert named["诗"] @ named["歌"] > named["诗"] @ named["票"] + 0.2
    assert named["股"] @ named["票"] > named["股"] @ named["歌"] + 0.2


def test_a_character_that_no_row_has_shown_is_judged_by_its_kind() -> None:
    first, second = models(["诗", "剧", "诗剧", "股", "券", "股券"], [0, 0, 0, 1, 1, 1])
    assert np.ptp(first.scores(rows(["歌"]))) == pytest.approx(0.0, abs=0.01)
    assert second.scores(rows(["歌", "票"])).argmax(axis=1).tolist() == [0, 1]


def test_relations_that_harm_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinship, "SHARE", 50.0)
    first, second = models(["a诗", "a股", "b歌", "b票"], [0, 0, 1, 1])
    assert second is first


def test_only_few_texts_ask_the_dictionary() -> None:
    assert serves(200, 10, 1)
    assert not serves(199, 10, 1)
    assert not serves(200, MOST_ROWS - 199, 1)
    assert not serves(200, 10, 0)
    assert not serves(200, 10, MOST_ROWS + 1)


def test_training_on_few_rows_learns_from_the_dictionary() -> None:
    known = [Writing(text=f"第{number}首诗读给大家听") for number in range(100)]
    known += [Writing(text=f"第{number}支股今天又跌了") for number in range(100)]
    more = [Writing(text=f"今天第{number}个人来了") for number in range(20)]
    model = train(known, ["art"] * 100 + ["money"] * 100, unlabelled=more, recipe=Recipe(engine="jieba"))
    found = model.predict([Writing(text="歌"), Writing(text="票")], reasons=False)
    assert [one.theme for one in found] == ["art", "money"]
