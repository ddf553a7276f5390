import pytest

from nlp.domain import Writing
from nlp.privacy import find_personal_data, mask


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("电话13995401234请回", "phone", "13995401234"),
        ("电话１３９９５４０１２３４", "phone", "１３９９５４０１２３４"),
        ("打0953-2123456", "phone", "0953-2123456"),
        ("身份证11010519491231002X", "id_card", "11010519491231002X"),
        ("卡号6222 0212 3456 7890 128", "bank_card", "6222 0212 3456 7890 128"),
        ("卡号6222 0212 3456 7890 129", "bank_card", "6222 0212 3456 7890 129"),
        ("请退到6222021234567890129", "bank_card", "6222021234567890129"),
        ("银行卡：62220 2123 4567 8901 29", "bank_card", "62220 2123 4567 8901 29"),
        ("社保账户 640302 1990 0101", "bank_card", "640302 1990 0101"),
        ("2026-11-24 2026-11-25停水", "bank_card", None),
        ("车牌宁C·12345乱停", "plate", "宁C·12345"),
        ("写信到a.b@example.com", "email", "a.b@example.com"),
        ("家住3号楼2单元501室", "address", "3号楼2单元501室"),
    ],
)
def test_kinds_are_found_where_they_stand(text: str, kind: str, found: str | None) -> None:
    data = [one for one in find_personal_data([Writing(text=text)])[0] if one.kind == kind]
    if found is None:
        assert data == []
    else:
        (one,) = data
        assert one.span.field == "text"
        assert text[one.span.start : one.span.end] == found


@pytest.mark.parametrize("text", ["一共花了123456789元", "建设面积12000平方米", "2026年11月24日", "12345热线"])
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert find_personal_data([Writing(text=text)])[0] == ()
    assert mask(text) == text


def test_masking_hides_the_middle_and_keeps_the_rest() -> None:
    text = "张某电话13995401234，身份证11010519491231002X，请回复"
    masked = mask(text)
    assert "13995401234" not in masked
    assert "11010519491231002X" not in masked
    assert masked.startswith("张某电话")
    assert masked.endswith("，请回复")
