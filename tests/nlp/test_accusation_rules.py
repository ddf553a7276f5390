import pytest

from nlp.accusation_rules import accusing, accusing_passages


@pytest.mark.parametrize(
    "text",
    [
        "村支书把低保名额都给了自己的亲戚",
        "局长收受贿赂，帮老板拿工程",
        "科长说先表示表示才给批",
        "镇上的干部挪用征地补偿款",
        "我举报以后派出所所长上门威胁",
        "区政协的马秘书收受工程队五万元贿赂",
    ],
)
def test_misconduct_of_an_office_accuses(text: str) -> None:
    ((start, end),) = accusing_passages(text)
    assert (start, end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "办事大厅的工作人员态度不好，排队两小时",
        "感谢派出所民警帮我追回被骗的钱",
        "有人冒充局长诈骗我三万元",
        "建议加强村干部廉政教育，防止腐败",
        "路灯坏了半年没人修",
        "邻居家儿子挪用了合伙人的货款",
    ],
)
def test_slowness_thanks_and_private_wrongs_do_not(text: str) -> None:
    assert accusing_passages(text) == ()


def test_an_official_far_away_in_a_long_letter_is_not_accused() -> None:
    long = "镇上的干部很辛苦" + "，我们村的路修得很好大家都高兴" * 8 + "，只是外头的包工队克扣了泥瓦匠的粮食"
    assert accusing_passages(long) == ()
    assert len(accusing_passages("镇上的干部克扣了泥瓦匠的粮食")) == 1


def test_what_is_told_counts_only_where_the_model_sees_a_hint() -> None:
    told, plain = "村支书把低保名额都给了自己的亲戚", "局长收受贿赂，帮老板拿工程"
    assert accusing([told, plain, told], [True, False, False]) == [True, True, False]
