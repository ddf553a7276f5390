import pytest

from service.pasted import wechat_message


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("王委员 2026/11/24 10:12\n路灯坏了", "王委员", "路灯坏了"),
        ("王委员  10:12\n路灯坏了\n请修", "王委员", "路灯坏了\n请修"),
        ("甲: 2026-11-24 10:12:33\n路灯坏了\n甲: 2026-11-24 10:13:02\n电话1", "甲", "路灯坏了\n电话1"),
        ("王委员 昨天 下午 3:05\n路灯坏了\n\n李主任 下午 3:06\n收到", "", "路灯坏了\n收到"),
        ("\n 王委员 11月24日 10:12 \n路灯坏了", "王委员", "路灯坏了"),
    ],
)  # fmt: skip
def test_name_and_words_of_a_message(text: str, name: str, said: str) -> None:
    found = wechat_message(text)
    assert found is not None
    assert (found.name, found.text) == (name, said)


@pytest.mark.parametrize("text", ["", "路灯坏了", "路灯坏了\n王委员 10:12\n补充", "会议 10:12 开始", "每天 8:00\x00"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert wechat_message(text) is None
