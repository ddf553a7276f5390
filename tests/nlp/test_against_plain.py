"""What judging by arrays must equal: the same written the plain way, with `re`, strings, dicts and jieba."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import accusation_rules, intake_checks, lexicon, privacy, text
from nlp.accusation_rules import GRAVE_REACH, INNOCENT_REACH, TOLD_REACH, accusing_passages
from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.features import CHARACTER_SIZES
from nlp.hashing import BASE, OFFSET
from nlp.intake_checks import Seen, look_at
from nlp.judging import Judge
from nlp.privacy import find_personal_data
from nlp.segment import segment
from nlp.text import Normalised, normalise

pytestmark = pytest.mark.usefixtures("either_way")

DATA = Path(__file__).resolve().parents[2] / "data"
EVERY = 4
HOSTILE = ["举" * 3_000, " " * 3_000, "😀" * 3_000, "举 " * 1_500, "a@" * 900, "1 " * 900, "𠀀" * 900, "", "\x07\x1c"]
DISGUISED = st.text(
    alphabet=st.sampled_from("老旧小区的灯 ·.，。ａA1１9-x@w/:\u200b\ufeff舊區樓⽼\u3000\n局长贪污村亲戚给低保")
)

WORD = 1 << 64


@pytest.fixture(scope="module", autouse=True)
def _prepared(compiled_folder: Path, default_judge: Judge) -> None:
    lexicon.prepare(default_judge.model.words, compiled_folder)


@pytest.fixture(scope="module")
def writings() -> list[Writing]:
    """Take every fourth text of the corpus, what accuses and what does not, and hostile shapes."""
    found = [Writing(text=shape) for shape in HOSTILE]
    for path in sorted([*(DATA / "corpus").glob("*.csv"), *(DATA / "accusations").glob("*.csv")]):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))[::EVERY]
        found += [Writing(title=row.get("title") or "", text=row["text"]) for row in rows]
    return found


def plain_normalise(raw: str) -> Normalised:
    mapped = [(text._character(character), place) for place, character in enumerate(raw)]
    kept = [(character, place) for character, place in mapped if character]
    one = Normalised(raw, "".join(character for character, _ in kept), None)
    if len(kept) < len(raw):
        one = one._replace(offsets=np.array([*(place for _, place in kept), len(raw)], np.int32))
    one = text._rewrite(one, text._SPACED, text._joined)
    for pattern, placeholder in (
        (text._URL, text.PLACEHOLDER_URL),
        (text._MAIL, text.PLACEHOLDER_MAIL),
        (text._NUMBER, text.PLACEHOLDER_NUMBER),
    ):
        one = text._rewrite(one, pattern, lambda _, placeholder=placeholder: [(placeholder, 0)])
    return one._replace(text=text._simplified(one.text))


def assert_normalised(raw: list[str]) -> None:
    for one, plain in zip(normalise(raw), map(plain_normalise, raw), strict=True):
        assert one.text == plain.text
        assert (one.offsets is None) == (plain.offsets is None)
        assert one.offsets is None or one.offsets.tolist() == plain.offsets.tolist()


def test_normalised_text_of_the_corpus(writings: list[Writing]) -> None:
    assert_normalised([part for writing in writings for part in (writing.title, writing.text)])


@settings(max_examples=300, deadline=None)
@given(st.lists(DISGUISED, max_size=3))
def test_normalised_text_of_disguises(raw: list[str]) -> None:
    assert_normalised(raw)


GRAVE, TOLD, CALLED, OFFICIAL, INNOCENT = (
    re.compile(getattr(accusation_rules, name).expression)
    for name in ("_GRAVE", "_TOLD", "_CALLED", "_OFFICIAL", "_INNOCENT")
)


def plain_passages(whole: str) -> Iterator[tuple[int, int]]:
    for sentence in re.finditer(r"[^。！？!?\n]+", whole):
        start, end = sentence.span()
        for pattern, reach in ((GRAVE, GRAVE_REACH), (CALLED, GRAVE_REACH), (TOLD, TOLD_REACH)):
            matches = (pattern.match(whole, place, end) for place in range(start, end))
            for match in filter(None, matches):
                around = (max(0, match.start() - reach), match.end() + reach)
                own = (max(start, match.start() - INNOCENT_REACH), min(end, match.end() + INNOCENT_REACH))
                if OFFICIAL.search(whole, *around) and not INNOCENT.search(whole, *own):
                    yield start, end


def test_accusing_passages_of_the_corpus(writings: list[Writing]) -> None:
    wholes = [one.text for one in normalise([f"{writing.title}\n{writing.text}" for writing in writings])]
    expected = [tuple(sorted(set(plain_passages(whole)))) for whole in wholes]
    assert any(expected)
    assert [accusing_passages(whole) for whole in wholes] == expected
    assert accusation_rules.accusing(wholes, [True] * len(wholes)) == [bool(one) for one in expected]


def plain_look(whole: str) -> Seen:
    found = intake_checks
    elements = (
        re.search(found._REPORTER.expression, whole),
        len(whole.strip()) >= found._LEAST_TOLD,
        re.search(found._CAUSE.expression, whole),
        re.search(found._ADVICE.expression, whole),
    )
    visible = [character for character in whole if not character.isspace()]
    unreadable = [one for one in visible if unicodedata.category(one) in ("Cn", "Co", "Cc") or one == "\ufffd"]
    han = [character for character in whole if "\u4e00" <= character <= "\u9fff"]
    as_gbk = len(han) >= found.LEAST_HAN and len(found._OF_MOJIBAKE.findall(whole)) > found.WRECKED_SHARE * len(han)
    kinds = {unicodedata.category(character) for character in whole if character not in "\n\r\t"}
    told = (
        ("Cc" in kinds, "文中有控制字符，导出时以 □ 代替"),
        ("Cn" in kinds or "Co" in kinds, "文中有未定义或自造的字符，可能显示不出"),
        ("Cf" in kinds, "文中有看不见的格式字符，判断时已略去"),
        (found._ZERO_TAIL.search(whole), "文中的长号码疑似被 Excel 截断，请核对身份证号等"),
    )
    marking = found._SECRET.search(whole)
    return Seen(
        missing_elements=tuple(name for name, one in zip(found.ELEMENTS, elements, strict=True) if not one),
        secret_marking=re.sub(r"\s", "", marking.group()) if marking else None,
        urgent=bool(re.search(found._URGENT.expression, whole)),
        individual_grievance=bool(re.search(found._OWN_CASE.expression, whole))
        and not re.search(found._PUBLIC.expression, whole),
        garbled=bool(found._MOJIBAKE.search(whole))
        or as_gbk
        or len(unreadable) > found.WRECKED_SHARE * max(1, len(visible)),
        warnings=tuple(words for holds, words in told if holds),
    )


def test_checks_of_the_corpus(writings: list[Writing]) -> None:
    wholes = [f"{writing.title}\n{writing.text}" for writing in writings]
    wholes += [
        "锟斤拷",
        "鏉戞皯鍙嶆槧鑷潵姘村仠浜嗕笁澶",
        "机 密★5年",
        "楼道着火了",
        "号640302199001011000止",
        "\ue000\ue001好",
    ]
    assert look_at(wholes) == [plain_look(whole) for whole in wholes]


def test_personal_data_of_the_corpus(writings: list[Writing]) -> None:
    told = "电话１３９９５４０１２３４或0953-2123456，卡6222 0212 3456 7890 128，宁C·12345，a.b@c.com，3号楼2单元501室"
    told += "，幺三九九五四零一二三四"
    asked = [*writings, Writing(title=told, text=told), Writing(text="证11010519491231002X\n一二三")]
    for writing, found in zip(asked, find_personal_data(asked), strict=True):
        plain = [
            (name, *match)
            for name, value in (("title", writing.title), ("text", writing.text))
            for match in privacy._matches(value.translate(privacy._WIDE))
        ]
        assert [(one.span.field, one.kind, one.span.start, one.span.end) for one in found] == plain


def mixed(value: int) -> int:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % WORD
    return value ^ (value >> 31)


def hash_of(run: str) -> int:
    return (
        sum(mixed((ord(one) + int(OFFSET)) % WORD) * pow(int(BASE), place, WORD) for place, one in enumerate(run))
        % WORD
    )


def named(value: int, kind: int, own: bool) -> int:
    return mixed(value ^ mixed((own << 8) + kind))


def plain_ngrams(title: str, body: str, words: tuple) -> Counter[int]:
    """Count the n-grams of one row by their hashes, as strings and with jieba."""
    found: Counter[int] = Counter()
    for own, values in ((False, (title, body)), (True, (title,))):
        for value in values:
            tokens = segment([value], words, "jieba")[0]
            hashes = [hash_of(token) for token in tokens]
            found.update(named(one, 0, own) for one in hashes)
            for size in CHARACTER_SIZES:
                runs = (value[start : start + size] for start in range(len(value) - size + 1))
                kept = (run for run in runs if all(map(speaks, run)) and not run.isascii())
                found.update(named(hash_of(run), size, own) for run in kept)
    return found


def speaks(character: str) -> bool:
    return bool(re.match("[a-z0-9\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff\ue000-\ue00f]", character))


def plain_scores(model: ThemeClassifier, counts: Counter[int]) -> np.ndarray:
    column_of = {int(value): column for column, value in enumerate(model.linear.vocabulary.hashes)}
    row = {
        column_of[value]: (1 + np.log(times)) * float(model.linear.idf[column_of[value]])
        for value, times in counts.items()
        if value in column_of
    }
    length = np.sqrt(sum(value**2 for value in row.values())) or 1.0
    return sum(
        (value / length * model.linear.weights[column] for column, value in row.items()), model.linear.bias * 1.0
    )


def test_predictions_on_the_corpus(writings: list[Writing], default_judge: Judge) -> None:
    model = default_judge.model
    asked = [writing for writing in writings[::5] if len(writing.text) < 1_000]
    predictions = model.predict(asked)
    fields = normalise([part for writing in asked for part in (writing.title, writing.text)])
    for prediction, title, body in zip(predictions, fields[::2], fields[1::2], strict=True):
        scores = plain_scores(model, plain_ngrams(title.text, body.text, model.words))
        plain = model.calibrator.confidences(np.asarray(scores, np.float64)[None, :])[0]
        for one in prediction.ranked:
            assert one.confidence == pytest.approx(plain[model.classes.index(one.theme)], abs=2e-4)
        if prediction.ranked:
            assert prediction.ranked[0].confidence == pytest.approx(plain.max(), abs=2e-4)
