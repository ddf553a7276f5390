from pathlib import Path

import pytest

from nlp.dictionary import DEFAULT_FREQUENCY, DEFAULT_TAG, load_stopwords, load_words
from nlp.errors import KnowledgeError
from nlp.segment import segment

DATA = Path(__file__).parents[2] / "data"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "dictionary.txt"
    path.write_bytes(content)
    return path


def codes_and_lines(path: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        load_words(path)
    return [" ".join(fault.split()[:2]) for fault in raised.value.faults]


def test_the_shipped_dictionary_loads_and_knows_every_township() -> None:
    words = {word for word, _, _ in load_words(DATA / "dictionary.txt")}
    assert {"胜利镇", "金星镇", "上桥镇", "古城镇", "金积镇", "金银滩镇", "高闸镇", "扁担沟镇"} <= words
    assert {"东塔寺乡", "板桥乡", "马莲渠乡", "郭家桥乡"} <= words
    assert {"用水权", "高标准农田", "双减", "两卡", "家庭医生", "吴忠早茶", "草畜一体化"} <= words


def test_the_shipped_words_come_out_whole() -> None:
    words = load_words(DATA / "dictionary.txt")
    assert segment(["金银滩镇的用水权"], words) == [["金银滩镇", "的", "用水权"]]


def test_the_shipped_stop_words_load() -> None:
    words = load_stopwords(DATA / "stopwords.txt")
    assert len(words) >= 150
    assert {"尊敬的", "您好", "谢谢", "的"} <= words


def test_frequency_and_tag_may_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "用水权 500 nz\n两卡 7\n早茶\n".encode())
    assert load_words(path) == (
        ("用水权", 500, "nz"),
        ("两卡", 7, DEFAULT_TAG),
        ("早茶", DEFAULT_FREQUENCY, DEFAULT_TAG),
    )


def test_remarks_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    assert len(load_words(written(tmp_path, "# 地名\n\n古城镇\n".encode()))) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("古城镇\n金积镇\r\n".encode(), ["W02 dictionary.txt:2"]),
        (b"\xef\xbb\xbf" + "古城镇\n".encode(), ["F02 dictionary.txt:1"]),
        ("古城镇\n".encode() + "金积镇".encode("gbk"), ["F03 dictionary.txt:2"]),
        (" 古城镇\n".encode(), ["W03 dictionary.txt:1"]),
        ("古城镇 \n".encode(), ["W03 dictionary.txt:1"]),
        ("镇\n".encode(), ["W04 dictionary.txt:1"]),
        (b"12345\n", ["W04 dictionary.txt:1"]),
        ("古城镇 多 n\n".encode(), ["W05 dictionary.txt:1"]),
        ("古城镇 -3 n\n".encode(), ["W05 dictionary.txt:1"]),
        ("古城镇 ² n\n".encode(), ["W05 dictionary.txt:1"]),
        ("古城镇 3 n n\n".encode(), ["W05 dictionary.txt:1"]),
        ("古城镇 0\n".encode(), ["W06 dictionary.txt:1"]),
        ("古城镇 10000001\n".encode(), ["W06 dictionary.txt:1"]),
        ("古城镇\n古城镇 3\n".encode(), ["W07 dictionary.txt:2"]),
        ("镇\n古城镇 多\n".encode(), ["W04 dictionary.txt:1", "W05 dictionary.txt:2"]),
    ],
)
def test_each_fault_has_its_code_and_line(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    assert codes_and_lines(written(tmp_path, content)) == expected


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert codes_and_lines(tmp_path / "dictionary.txt") == ["F01 dictionary.txt:-"]


def test_a_stop_word_stands_once(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load_stopwords(written(tmp_path, "的\n了\n的\n".encode()))
    assert raised.value.faults == ("W07 dictionary.txt:3 “的”重复",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("古城镇 " + "9" * 5_000 + "\n", ["W06 dictionary.txt:1"]),
        ("古城镇\t5\n", ["W04 dictionary.txt:1"]),
        ("古城镇\u30005\n", ["W04 dictionary.txt:1"]),
        ("古城镇  5\n", ["W05 dictionary.txt:1"]),
        ("古城镇 5 🙂\n", ["W05 dictionary.txt:1"]),
    ],
)
def test_only_one_space_parts_the_columns(tmp_path: Path, content: str, expected: list[str]) -> None:
    assert codes_and_lines(written(tmp_path, content.encode())) == expected
