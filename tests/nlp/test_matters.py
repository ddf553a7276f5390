import numpy as np
import pytest

from nlp.matters import parts_of, themes_of

HEAT, LAMP, OTHER = 0, 1, 2


def pieces(text: str) -> list[str]:
    return [text[part.start : part.end] for part in parts_of(text)]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("小区暖气十四五度交了钱不热；还有楼道灯坏了半年没人修", "还有楼道灯坏了半年没人修"),
        ("来电人反映门口路灯不亮已有半年。另反映公租房漏雨请维修。", "另反映公租房漏雨请维修。"),
        ("一、村里巷道没有硬化出行难\n二、公厕坏了一年请维修", "二、公厕坏了一年请维修"),
    ],
)
def test_an_addition_opens_a_part(text: str, last: str) -> None:
    assert pieces(text)[-1].strip() == last
    assert "".join(pieces(text)) == text


@pytest.mark.parametrize(
    "text", ["", "暖气不热", "暖气不热。请尽快维修。谢谢领导百忙之中关注。", "还有的人家里更冷，老人冻病了"]
)
def test_a_text_without_an_addition_has_no_parts(text: str) -> None:
    assert pieces(text) == []


def table(*rows: list[float]) -> np.ndarray:
    return np.array(rows)


def test_a_plain_addition_about_something_else_is_a_second_matter() -> None:
    parts = parts_of("暖气十四五度交了钱不热；还有楼道灯坏了半年没人修")
    assert themes_of(parts, table([0.9, 0.1, 0.0], [0.3, 0.6, 0.1]), OTHER) == (HEAT, LAMP)


def test_what_may_continue_the_same_matter_needs_more_confidence() -> None:
    parts = parts_of("暖气十四五度交了钱不热；同时楼道灯坏了半年没人修")
    assert themes_of(parts, table([0.9, 0.1, 0.0], [0.5, 0.45, 0.05]), OTHER) == ()
    assert themes_of(parts, table([0.9, 0.1, 0.0], [0.2, 0.7, 0.1]), OTHER) == (HEAT, LAMP)


def test_a_first_part_about_nothing_known_names_nothing() -> None:
    parts = parts_of("大家好我又来反映了呀；还有楼道灯坏了半年没人修")
    assert themes_of(parts, table([0.2, 0.1, 0.7], [0.1, 0.8, 0.1]), OTHER) == ()


def test_other_is_never_named() -> None:
    parts = parts_of("暖气十四五度交了钱不热；还有祝大家新年快乐万事如意")
    assert themes_of(parts, table([0.9, 0.1, 0.0], [0.01, 0.01, 0.98]), OTHER) == ()
