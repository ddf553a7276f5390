import pytest

from nlp.classifier import ThemeClassifier
from nlp.domain import Confidence, Prediction, ThemeConfidence, Writing
from nlp.matters import find_matters, unsure
from nlp.text import normalise
from tests.nlp.conftest import make_rows

HEAT, BUS = "东街暖气不热，锅炉房停了没人管，请管一管", "西街公交车少，等车太久，末班车太早没人管"
MILK = "南街奶价太低，牧场饲草贵，没人管"


def ranked(*confidences: float) -> Prediction:
    themes = zip(("heat", "bus", "milk"), confidences, strict=False)
    return Prediction(
        ranked=tuple(ThemeConfidence(theme=theme, confidence=Confidence(one)) for theme, one in themes),
        model_version="",
    )


SURE, TORN = ranked(1.0, 0.0, 0.0), ranked(0.7, 0.2, 0.1)


def named(model: ThemeClassifier, *texts: str, whole: Prediction = TORN) -> list[tuple[str, ...]]:
    fields = normalise([part for text in texts for part in ("", text)])
    found = find_matters(model, model.read(fields), fields, [whole] * len(texts))
    return [found.get(number, ()) for number in range(len(texts))]


@pytest.mark.parametrize("text", [f"{HEAT}。{BUS}。", f"一、{HEAT}。\n二、{BUS}。", f"{HEAT}。顺便说一下，{BUS}"])
def test_two_matters_are_named_with_and_without_a_cue(small_model: ThemeClassifier, text: str) -> None:
    assert named(small_model, text) == [("heat", "bus")]


def test_an_addition_is_looked_at_even_if_the_whole_text_is_surely_of_one_theme(small_model: ThemeClassifier) -> None:
    assert named(small_model, f"{HEAT}；另外{BUS}", f"{HEAT}。{BUS}。", whole=SURE) == [("heat", "bus"), ()]


def test_three_matters_are_named(small_model: ThemeClassifier) -> None:
    assert set(named(small_model, f"一、{HEAT}。\n二、{BUS}。\n三、{MILK}。")[0]) == {"heat", "bus", "milk"}


@pytest.mark.parametrize(
    "text",
    [
        HEAT,
        f"{HEAT}。另外换热站故障，供热管道漏水也没人管。",
        "",
    ],
)
def test_one_matter_is_not_several(small_model: ThemeClassifier, text: str) -> None:
    assert named(small_model, text) == [()]


def test_a_text_is_named_as_it_is_alone(small_model: ThemeClassifier) -> None:
    texts = [HEAT, f"{HEAT}；另外{BUS}", "", f"{MILK}。{BUS}。"]
    assert named(small_model, *texts) == [named(small_model, text)[0] for text in texts]


@pytest.mark.parametrize(
    ("confidences", "left"), [((1.0,), False), ((0.99, 0.001), False), ((0.9, 0.1), True), ((0.9, 0.05, 0.05), False)]
)
def test_a_second_theme_must_stand_out(confidences: tuple[float, ...], left: bool) -> None:
    assert unsure([ranked(*confidences)]) == [0] * left


def test_other_is_never_named() -> None:
    writings, themes = make_rows(30)
    writings += [Writing(text=f"祝第{number}家新年快乐，万事如意。") for number in range(30)]
    model = ThemeClassifier.fit(writings, [*themes, *["other"] * 30])
    assert named(model, f"{HEAT}；另外祝大家新年快乐，万事如意") == [()]
