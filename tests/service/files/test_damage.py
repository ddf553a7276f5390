import pytest

from service.files.damage import Damage, cut, number_damage


@pytest.mark.parametrize(
    ("value", "damage"),
    [
        (110101199001011200.0, Damage.LONG_NUMBER),
        (13900000001.0, Damage.PHONE_NUMBER),
        (9532034567.0, Damage.LOST_ZERO),
        (2025.0, None),
        (3.5, None),
        (float("nan"), None),
        (-13900000001.0, None),
    ],
)
def test_numbers_that_were_no_numbers(value: float, damage: Damage | None) -> None:
    assert number_damage(value) is damage


def test_a_text_is_cut_at_the_length_of_a_cell_in_utf16() -> None:
    assert cut("举" * 32_767)
    assert not cut("举" * 32_766)
    assert not cut("举" * 40_000)
    assert cut("😀" * 16_383 + "举")


def test_every_fault_says_why_and_what_to_do() -> None:
    for damage in Damage:
        assert damage.reason
        assert damage.advice
