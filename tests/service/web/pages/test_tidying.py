"""What 登记 offers to put in order."""

import pytest

from nlp.domain import Writing
from service.web.pages.tidying import Known, proposed_title, tidyings

TOWNS = ("板桥乡", "上桥镇")


def offered(text: str, **known: str) -> dict[str, dict[str, str]]:
    return {one.how: dict(one.fields) for one in tidyings(Writing(title="", text=text), Known(**known), TOWNS)}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("王主席好，我们板桥乡的路灯坏了半年多了。晚上黑。", "板桥乡的路灯坏了半年多了"),
        ("尊敬的领导：\n开元小区的暖气管道老化\n请改造", "开元小区的暖气管道老化"),
        ("最好能在新区几个小区旁边加设一个公交站点，现在走到最近的站很远", "最好能在新区几个小区旁边加设一个公交站点"),
        ("路灯不亮", ""),
        ("打13995098765找我说水渠的事", "打139****8765找我说水渠的事"),
    ],
)  # fmt: skip
def test_a_title_is_made_of_the_first_sentence(text: str, title: str) -> None:
    assert proposed_title(text) == title


def test_title_and_place_are_offered_once_the_head_of_a_message_is_gone() -> None:
    text = "老马 2026/11/24 20:12\n板桥乡的路灯坏了半年多了"
    first = offered(text)
    assert set(first) == {"wechat"}
    second = offered(first["wechat"]["text"])
    assert second == {"title": {"title": "板桥乡的路灯坏了半年多了"}, "place": {"place": "板桥乡"}}


def test_what_is_filled_stays_and_two_places_are_none() -> None:
    assert offered("板桥乡的路灯坏了半年多了", title="路灯", place="板桥乡") == {}
    assert "place" not in offered("板桥乡到上桥镇的路坏了半年多了")
