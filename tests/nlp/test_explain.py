import numpy as np

from nlp.classifier import ThemeClassifier
from nlp.domain import Writing


def test_evidence_stands_where_it_says_in_the_raw_text(small_model: ThemeClassifier) -> None:
    writing = Writing(title="東街　暖气\u200b不热", text="家里 暖 气 不热，冬天家里冷")
    (one,) = small_model.predict([writing])
    assert one.theme == "heat"
    assert one.evidence
    for each in one.evidence:
        field = writing.title if each.span.field == "title" else writing.text
        raw = field[each.span.start : each.span.end]
        assert raw.replace("\u200b", "").replace(" ", "") == each.word or len(raw) >= len(each.word)


def test_evidence_is_ordered_by_strength_without_repeats(small_model: ThemeClassifier) -> None:
    (one,) = small_model.predict([Writing(text="暖气不热，暖气不热，公交车少，锅炉房停了")])
    weights = [abs(each.weight) for each in one.evidence]
    assert weights == sorted(weights, reverse=True)
    assert len({each.word for each in one.evidence}) == len(one.evidence)


def test_deleting_the_strongest_word_takes_more_than_deleting_the_weakest(small_model: ThemeClassifier) -> None:
    text = "供热和公交，还有请管一管"
    (one,) = small_model.predict([Writing(text=text)])
    strong = max(one.evidence, key=lambda each: each.weight).span
    weak = min(one.evidence, key=lambda each: abs(each.weight)).span
    without = [Writing(text=text[: span.start] + text[span.end :]) for span in (strong, weak)]
    column = small_model.classes.index(one.theme or "")
    confident = small_model.confidences(without)[:, column]
    assert confident[0] < confident[1]


def test_words_against_the_theme_have_negative_weights(small_model: ThemeClassifier) -> None:
    (one,) = small_model.predict([Writing(text="暖气不热暖气不热暖气不热，公交")])
    weights = {each.word: each.weight for each in one.evidence}
    assert one.theme == "heat"
    assert weights["公交"] < 0 < max(weights.values())
    assert np.isfinite(list(weights.values())).all()
