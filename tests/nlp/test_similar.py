from nlp.domain import Writing
from nlp.similar import SimilarIndex, shared_part

CASES = [
    Writing(title="金积镇路灯不亮", text="巷道里的路灯坏了半个月，晚上走路害怕"),
    Writing(title="暖气不热", text="小区暖气管道老化，室温只有十五度"),
    Writing(title="", text="金积镇巷道路灯又坏了，请派人来修"),
    Writing(title="公交车等太久", text="三路公交半小时一趟"),
]


def test_the_most_alike_come_first() -> None:
    found = SimilarIndex(CASES).nearest(Writing(text="金积镇的路灯坏了，没人修"), count=2)
    assert {one.place for one in found} == {0, 2}
    assert found[0].likeness >= found[1].likeness > 0


def test_a_case_finds_itself_unless_left_out() -> None:
    index = SimilarIndex(CASES)
    (itself, *_) = index.nearest(CASES[1])
    assert itself.place == 1
    assert itself.likeness > 0.9
    assert all(one.place != 1 for one in index.nearest(CASES[1], without=1))


def test_nothing_in_common_finds_nothing() -> None:
    assert SimilarIndex(CASES).nearest(Writing(text="zyx")) == []
    assert SimilarIndex(CASES).nearest(Writing()) == []


def test_an_empty_index_finds_nothing() -> None:
    index = SimilarIndex([])
    assert len(index) == 0
    assert index.nearest(CASES[0]) == []


def test_a_shared_title_counts_more_than_shared_words_of_the_text() -> None:
    cases = [Writing(title="反对设立搅拌站", text="噪音很大"), Writing(title="乱停车", text="搅拌站门口货车乱停噪音大")]
    index = SimilarIndex([*cases, Writing(title="无关", text="无关的事情")])
    (first, *_) = index.nearest(Writing(title="反对设立搅拌站", text="货车进出噪音大"))
    assert first.place == 0


def test_a_case_added_later_is_found_like_one_that_was_there() -> None:
    texts = [Writing(title=f"第{number}号路灯", text="路灯不亮，晚上看不见") for number in range(30)]
    late = Writing(title="水渠漫水", text="巷子口水渠漫水，冬天结冰老人摔跤")
    index = SimilarIndex(texts)
    assert index.nearest(late) == [] or index.nearest(late)[0].likeness < 0.3
    index.add([late])
    index.add([texts[3]])
    assert len(index) == 32
    found = index.nearest(late)
    assert (found[0].place, found[0].likeness) == (30, 1.0)
    assert {one.place for one in index.nearest(texts[3], count=2)} == {3, 31}
    assert index.nearest(late, without=30)[:1] == [] or index.nearest(late, without=30)[0].place != 30


def test_a_shared_part_minds_neither_length_nor_title_nor_marks() -> None:
    short = Writing(text="巷子口水渠漫水，冬天结冰。")
    long = Writing(title="关于水渠", text="领导好：巷子口水渠漫水,冬天结冰!老人摔跤，盼修。")
    assert shared_part(short, long) == shared_part(long, short) == 1.0
    assert shared_part(short, Writing(text="村口路灯不亮，晚上看不见")) == 0.0
    assert shared_part(Writing(), Writing()) == 0.0
