import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.files.cells import pieces, safe_cell, safe_text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "　="])
def test_what_could_be_a_formula_is_defused(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", ["一=1", "好", "", -3, 1.5, None])
def test_what_cannot_stays(value: object) -> None:
    assert safe_cell(value) == value


def test_what_no_file_can_hold_is_a_box() -> None:
    assert safe_text("a\x00\x1b\x7f\x85\ud800\ufffe\ufdd0\U0001ffff\n\t𠀀好") == "a□□□□□□□□\n\t𠀀好"
    assert {safe_text(one) for one in "\x00\x1b\x7f\x85\ud800\ufffe\ufdd0\U0001ffff"} == {"□"}


@given(st.text(alphabet=st.sampled_from("好a𠀀😀"), max_size=60), st.integers(2, 9))
def test_pieces_are_the_text_and_fit(text: str, most: int) -> None:
    parts = list(pieces(text, most))
    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) // 2 <= most for part in parts)
