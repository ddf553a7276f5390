import numpy as np
import pytest

from nlp.classifier import ThemeClassifier
from nlp.passages import cuts_of
from nlp.text import normalise
from nlp.turns import Turn, read_passages, turns_of

pytestmark = pytest.mark.usefixtures("either_way")

HEAT, BUS = "东街暖气不热，锅炉房停了，家里冷得很。", "公交车少，等车太久，末班车太早。"


def turns(model: ThemeClassifier, *texts: str, least: float = -np.inf, title: str = "") -> dict[int, list[Turn]]:
    fields = normalise([part for text in texts for part in (title, text)])
    reading = read_passages(model, model.read(fields), cuts_of([field.text for field in fields], range(len(texts))))
    return {} if reading is None else turns_of(reading, least)


def test_a_turn_has_the_themes_of_both_sides(small_model: ThemeClassifier) -> None:
    (turn,) = turns(small_model, HEAT + BUS)[0]
    assert (small_model.classes[turn.first], small_model.classes[turn.then]) == ("heat", "bus")
    assert turn.passage == 1
    assert turn.signs.gain > 0
    assert not turn.signs.added


def test_the_same_theme_on_both_sides_gains_nothing(small_model: ThemeClassifier) -> None:
    (turn,) = turns(small_model, HEAT + "供热管道漏水，换热站故障，暖气费退费。")[0]
    assert turn.first != turn.then
    assert turn.signs.gain < 0


def test_an_addition_makes_a_turn_likelier_and_a_wish_less_likely(small_model: ThemeClassifier) -> None:
    found = turns(small_model, HEAT + BUS, f"{HEAT}另外{BUS}", f"{HEAT}希望{BUS}")
    plain, added, wished = (found[number][0].score for number in range(3))
    assert wished < plain < added


def test_a_title_that_counts_matters_makes_a_turn_likelier(small_model: ThemeClassifier) -> None:
    (plain,), (counted,) = (turns(small_model, HEAT + BUS, title=title)[0] for title in ("反映情况", "两件事"))
    assert counted.score > plain.score


def test_repeating_what_was_said_makes_a_turn_less_likely(small_model: ThemeClassifier) -> None:
    found = turns(small_model, HEAT + BUS, f"{HEAT}东街暖气不热还在等，{BUS}")
    assert found[1][0].signs.shared > found[0][0].signs.shared


@pytest.mark.parametrize("least", [-6.0, -2.0, 0.0])
def test_no_turn_that_reaches_a_score_is_left_out(small_model: ThemeClassifier, least: float) -> None:
    texts = [HEAT + BUS, f"{HEAT}另外{BUS}", f"一、{HEAT}\n二、{BUS}", HEAT + BUS + "奶价太低，牧场饲草贵，没人管。"]
    kept = turns(small_model, *texts, least=least)
    for number, found in turns(small_model, *texts).items():
        assert {turn for turn in found if turn.score >= least} <= set(kept.get(number, ()))


def test_texts_of_one_passage_have_no_turns(small_model: ThemeClassifier) -> None:
    assert turns(small_model, "暖气不热") == {}
