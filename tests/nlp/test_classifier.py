import subprocess
import sys

import pytest

from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.features import CHUNK


def test_each_text_gets_its_theme(small_model: ThemeClassifier) -> None:
    texts = ["家里暖气不热", "公交车太少等得久", "牧场的奶牛没人收奶"]
    predictions = small_model.predict([Writing(text=text) for text in texts])
    assert [one.theme for one in predictions] == ["heat", "bus", "milk"]


def test_confidences_fall_and_sum_to_at_most_one(small_model: ThemeClassifier) -> None:
    (one,) = small_model.predict([Writing(title="供热", text="公交车和暖气")])
    values = [each.confidence for each in one.ranked]
    assert values == sorted(values, reverse=True)
    assert 0 < sum(values) <= 1.001


def test_what_is_unknown_gets_no_theme(small_model: ThemeClassifier) -> None:
    unknown = ["", "   ", "🙂🙂", "Привет мир", "？！。"]
    assert [one.theme for one in small_model.predict([Writing(text=text) for text in unknown])] == [None] * 5


def test_evidence_is_words_of_the_raw_text(small_model: ThemeClassifier) -> None:
    writing = Writing(title="反映供　熱", text="我家\u200b暖\u200b气不热，公交车也少")
    (one,) = small_model.predict([writing])
    assert one.evidence
    for each in one.evidence:
        raw = getattr(writing, each.span.field)[each.span.start : each.span.end]
        assert raw.replace("\u200b", "")
        assert 0 <= each.span.start < each.span.end <= len(getattr(writing, each.span.field))
    strongest = max(one.evidence, key=lambda each: each.weight)
    assert strongest.weight > 0


def test_removing_the_evidence_lowers_the_confidence(small_model: ThemeClassifier) -> None:
    text = "东街供热管道漏水，换热站故障，请管一管"
    before = small_model.predict([Writing(text=text)])[0]
    spoken = [each for each in before.evidence if each.weight > 0][:5]
    left = "".join(
        character
        for place, character in enumerate(text)
        if not any(each.span.start <= place < each.span.end for each in spoken)
    )
    after = {each.theme: each.confidence for each in small_model.predict([Writing(text=left)])[0].ranked}
    assert after.get("heat", 0.0) < (before.confidence or 0.0)


def test_the_answer_does_not_depend_on_the_batch(small_model: ThemeClassifier) -> None:
    texts = [
        Writing(text=f"第{number}户暖气不热" if number % 2 else f"公交{number}路绕路") for number in range(CHUNK + 9)
    ]
    together = small_model.predict(texts)
    for number in (0, 1, CHUNK - 1, CHUNK, CHUNK + 8):
        assert small_model.predict([texts[number]]) == [together[number]]


def test_empty_list(small_model: ThemeClassifier) -> None:
    assert small_model.predict([]) == []


def test_serving_imports_neither_training_nor_tables_libraries() -> None:
    program = (
        "import sys; import nlp.judging, nlp.artifact, service.model_versions; "
        "print(sorted({'sklearn', 'pandas', 'joblib', 'fastapi', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "text", ["举" * 20_000, "a" * 20_000, "1. " * 6_000, "".join(map(chr, range(0x4E00, 0x4E00 + 19_000)))]
)
def test_long_texts_come_through(small_model: ThemeClassifier, text: str) -> None:
    assert len(small_model.predict([Writing(text=text)])) == 1
