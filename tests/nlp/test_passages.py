import pytest

from nlp.passages import Cut, Opening, cut_of, cuts_of


def pieces(cut: Cut) -> list[str]:
    return [cut.text[start:end].strip() for start, end in zip(cut.edges, cut.edges[1:], strict=False)]


@pytest.mark.parametrize(
    ("text", "last", "opening"),
    [
        ("小区暖气十四五度交了钱不热；还有楼道灯坏了半年没人修", "还有楼道灯坏了半年没人修", Opening.ADDED),
        ("来电人反映门口路灯不亮已有半年，另反映公租房漏雨请维修。", "另反映公租房漏雨请维修。", Opening.ADDED),
        ("一、村里巷道没有硬化出行难\n二、公厕坏了一年请维修", "二、公厕坏了一年请维修", Opening.NUMBERED),
        ("暖气交了钱一直不热。楼道灯坏了半年没人修", "楼道灯坏了半年没人修", Opening.PLAIN),
    ],
)
def test_a_text_is_cut_at_stops_and_before_what_is_added(text: str, last: str, opening: Opening) -> None:
    cut = cut_of(text)
    assert pieces(cut)[-1] == last
    assert cut.openings[-1] is opening
    assert cut.edges[0] == 0
    assert cut.edges[-1] == len(text)


@pytest.mark.parametrize("text", ["", "暖气不热", "谢谢。暖气不热家里冷", "暖气不热家里冷。谢谢。"])
def test_what_is_too_short_is_no_passage_of_its_own(text: str) -> None:
    assert len(cut_of(text)) == 1


def test_points_of_what_is_asked_for_open_nothing() -> None:
    assert cut_of("路口天天堵车。建议：一是重划车道线；二是增加一名交警执勤").opened() == []


def test_an_addition_within_a_sentence_opens_nothing() -> None:
    assert cut_of("家里还有两个老人，屋里冷得坐不住").opened() == []


def test_a_wish_a_list_and_a_complaint_are_told() -> None:
    cut = cut_of("路口早晚堵得走不动。建议重新划线；学校错开放学时间。")
    assert [cut.complaining(passage) for passage in range(3)] == [True, False, False]
    assert [cut.wishing(passage) for passage in range(3)] == [False, True, False]
    assert [cut.listed(passage) for passage in (1, 2)] == [False, True]
    assert [cut.asked_before(passage) for passage in (1, 2)] == [False, True]


def test_what_is_asked_for_again_and_where_is_told() -> None:
    cut = cut_of("路口早晚堵得走不动，请交警疏导。东街小区楼道灯坏了半年。希望物业修一修，谢谢。")
    assert [cut.asking_twice(passage) for passage in range(3)] == [False, True, True]
    assert [cut.placed(passage) for passage in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("title", "counted"), [("两件小事", True), ("学校周边两项诉求", True), ("两个孩子上学难", False), ("", False)]
)
def test_a_title_may_count_matters(title: str, counted: bool) -> None:
    (cut,) = cuts_of([title, "暖气一直不热；另外路灯不亮已经半年"], ()).values()
    assert cut.counted is counted


def test_only_texts_with_an_addition_or_asked_for_are_cut() -> None:
    texts = [
        "暖气一直不热；另外路灯不亮已经半年",
        "暖气一直不热。路灯不亮半年",
        "还有的人家更冷。都在等着修",
        "暖气不热",
    ]
    fields = [field for text in texts for field in ("", text)]
    assert sorted(cuts_of(fields, ())) == [0]
    assert sorted(cuts_of(fields, [1, 3])) == [0, 1]
