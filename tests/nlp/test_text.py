import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import PLACEHOLDER_MAIL, PLACEHOLDER_NUMBER, PLACEHOLDER_URL, normalise

CLEAN = "老旧小区改造后楼道里的灯不亮，老人上下楼很不方便"


def one(text: str) -> str:
    return normalise([text])[0].text


@pytest.mark.parametrize(
    "disguised",
    [
        "\u200b".join(CLEAN),
        "\u2060".join(CLEAN),
        "\ufe0f".join(CLEAN),
        "\U000e0041".join(CLEAN),
        "\u00ad".join(CLEAN),
        "\u0301".join(CLEAN),
        CLEAN.replace("老", "⽼"),
        CLEAN.replace("，", "，\ud800"),
    ],
)
def test_invisible_disguises_are_undone(disguised: str) -> None:
    assert one(disguised) == CLEAN


def test_spaced_out_characters_are_joined_and_ordinary_spaces_are_not() -> None:
    assert one(" ".join("老旧小区改造")) == "老旧小区改造"
    assert one("老 旧 小 区a") == "老旧小区a"
    assert one("\u3000".join("老旧小区改造")) == "老旧小区改造"
    assert one("老旧小区 改造 很好") == "老旧小区 改造 很好"


def test_width_and_case() -> None:
    assert one("Ａ１Ｂ２区，ＷＩＦＩ（坏）") == "a1b2区，wifi（坏）"


def test_traditional_text_is_converted_and_simplified_text_is_left_alone() -> None:
    assert one("老舊小區改造後樓道裡的燈不亮") == "老旧小区改造后楼道里的灯不亮"
    assert one("什么时候修路，乾隆年间的桥还在用，请著名专家看看，我们村里人都盼着早点修好") == (
        "什么时候修路，乾隆年间的桥还在用，请著名专家看看，我们村里人都盼着早点修好"
    )


def test_addresses_and_numbers_become_placeholders() -> None:
    assert one("见 https://a.cn/x?y=1 或写信 a.b@c.com") == f"见 {PLACEHOLDER_URL} 或写信 {PLACEHOLDER_MAIL}"
    assert one("电话13812345678，138 1234 5678") == f"电话{PLACEHOLDER_NUMBER}，{PLACEHOLDER_NUMBER}"
    assert one("2026-11-23 欠 18000 元") == "2026-11-23 欠 18000 元"


def test_empty_list_and_empty_text() -> None:
    assert normalise([]) == []
    assert one("") == ""


@given(st.lists(st.text(max_size=60), max_size=4))
def test_offsets_never_fall_and_lie_inside_the_raw_text(texts: list[str]) -> None:
    for raw, result in zip(texts, normalise(texts), strict=True):
        edges = [result.raw_span(place, place + 1) for place in range(len(result.text))]
        assert all(0 <= start < end <= len(raw) for start, end in edges)
        assert edges == sorted(edges)


@given(st.text(alphabet=st.sampled_from("老旧小区的灯 ，。ａA1１\u200b\ufeff舊區"), max_size=40))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = one(raw)
    assert one(once) == once


@pytest.mark.parametrize(
    "shape", ["举" * 20_000, " " * 20_000, "😀" * 20_000, "举 " * 10_000, "a@" * 10_000, "1 " * 10_000]
)
def test_hostile_shapes_come_through(shape: str) -> None:
    assert len(one(shape)) <= len(shape)
