import numpy as np
import pytest

from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.passage_scores import PassageScores, score_passages
from nlp.text import normalise

pytestmark = pytest.mark.usefixtures("either_way")

PIECES = ["东街暖气不热，供热管道漏水。", "公交车少，等车太久。", "奶价太低，牧场饲草贵。"]


@pytest.fixture
def scores(small_model: ThemeClassifier) -> PassageScores:
    encoded = small_model.read(normalise(["", "".join(PIECES)]))
    edges = np.cumsum([0, *map(len, PIECES)]) + encoded.tokens.bounds[1]
    return score_passages(small_model, encoded, edges[:-1], edges[1:])


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


def test_what_was_said_before_is_shared(small_model: ThemeClassifier) -> None:
    texts = ["暖气不热，公交车少。", "公交车少，等车太久。"]
    encoded = small_model.read(normalise(["", "".join(texts)]))
    edges = np.cumsum([0, *map(len, texts)]) + encoded.tokens.bounds[1]
    again = score_passages(small_model, encoded, edges[:-1], edges[1:])
    assert 0.2 < again.shared(0, 1, 2) < 0.9


def test_a_passage_of_nothing_known_shares_nothing(small_model: ThemeClassifier) -> None:
    encoded = small_model.read(normalise(["", "暖气不热。qqq"]))
    edges = np.array([0, 5, 8]) + encoded.tokens.bounds[1]
    empty = score_passages(small_model, encoded, edges[:-1], edges[1:])
    assert empty.shared(0, 1, 2) == 0.0
    assert np.isfinite(run(empty, 1, 2)).all()
