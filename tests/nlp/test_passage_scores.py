import numpy as np
import pytest

from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.encoding import IDF
from nlp.passage_scores import PassageScores, score_passages
from nlp.text import normalise

pytestmark = pytest.mark.usefixtures("either_way")

PIECES = ["东街暖气不热，供热管道漏水。", "公交车少，等车太久。", "奶价太低，牧场饲草贵。"]


@pytest.fixture
def scores(small_model: ThemeClassifier) -> PassageScores:
    encoded = small_model.read(normalise(["", "".join(PIECES)]))
    edges = np.cumsum([0, *map(len, PIECES)]) + encoded.tokens.bounds[1]
    return score_passages(small_model, encoded, edges[:-1], edges[1:], np.array([0, 3]))


def run(scores: PassageScores, begin: int, end: int) -> np.ndarray:
    return scores.confidences(np.array([begin]), np.array([end]))[0]


@pytest.mark.parametrize("place", range(3))
def test_one_passage_is_judged_as_it_is_alone(scores: PassageScores, place: int) -> None:
    alone = scores.model.confidences([Writing(text=PIECES[place])])[0]
    assert run(scores, place, place + 1) == pytest.approx(alone, abs=0.02)


def test_a_run_is_judged_much_as_its_whole_text(scores: PassageScores) -> None:
    whole = scores.model.confidences([Writing(text=PIECES[0] + PIECES[1])])[0]
    assert run(scores, 0, 2) == pytest.approx(whole, abs=0.1)
    assert run(scores, 0, 2).argmax() == whole.argmax()


def read(model: ThemeClassifier, texts: list[list[str]]) -> PassageScores:
    encoded = model.read(normalise([part for pieces in texts for part in ("", "".join(pieces))]))
    bodies = encoded.tokens.bounds[1::2]
    edges = [np.cumsum([0, *map(len, pieces)]) + body for pieces, body in zip(texts, bodies, strict=False)]
    starts, ends = (np.concatenate([own[piece] for own in edges]) for piece in (slice(None, -1), slice(1, None)))
    return score_passages(model, encoded, starts, ends, np.cumsum([0, *map(len, texts)]))


def said_again(model: ThemeClassifier, pieces: list[str], middle: int) -> float:
    """Say it the plain way, from the n-grams of each passage read alone."""
    encoded = [model.read(normalise(["", piece])) for piece in pieces]
    idf = encoded[0].joint.tables.records[:, IDF] if encoded[0].loops else model.linear.idf
    each = [set(one.known.columns.tolist()) for one in encoded]
    before, after = set().union(*each[:middle]), set().union(*each[middle:])
    rarity = {column: float(idf[column]) ** 2 for column in after}
    return sum(rarity[column] for column in after & before) / max(sum(rarity.values()), 1e-3)


TEXTS = [
    ["暖气不热，公交车少。", "公交车少，等车太久。", "奶价太低，公交车少。", "暖气不热。"],
    ["暖气不热。", "qqq。"],
    ["奶价太低。", "公交车少，", "奶价太低，", "牧场饲草贵。", "公交车少，奶价太低。"],
]


def test_what_was_said_before_is_said_again(small_model: ThemeClassifier) -> None:
    again = read(small_model, TEXTS).again
    plain = [said_again(small_model, pieces, middle) for pieces in TEXTS for middle in range(len(pieces))]
    assert again == pytest.approx(plain, abs=1e-6)
    assert max(again) > 0.9
    assert again[[0, 4, 5, 6]].tolist() == pytest.approx([0.0] * 4, abs=1e-6)


def test_a_passage_of_nothing_known_shares_nothing(small_model: ThemeClassifier) -> None:
    empty = read(small_model, [["暖气不热。", "qqq"]])
    assert empty.again[1] == pytest.approx(0.0, abs=1e-6)
    assert np.isfinite(run(empty, 1, 2)).all()
