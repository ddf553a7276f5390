from datetime import date

import pytest

from nlp.domain import Department, Duty, Theme
from nlp.taxonomy import Taxonomy, taxonomy_from_texts

DAY = date(2026, 11, 23)
THEMES = (Theme(id="a", name="甲"), Theme(id="b", name="乙"))


@pytest.mark.parametrize(
    ("written", "theme"),
    [
        ("市政公用（供水供热供气）", "utilities"),
        ("市政公用 (供水供热供气)", "utilities"),
        ("义务教育「双减」", "double-reduction"),
        ("WATER-RIGHTS", "water-rights"),
    ],
)
def test_quotes_width_case_and_spaces_do_not_hide_a_theme(shipped: Taxonomy, written: str, theme: str) -> None:
    assert shipped.theme_id(written) == theme


def test_capital_letters_of_a_word_hold_in_normalised_text() -> None:
    taxonomy = Taxonomy(themes=THEMES, duties=(Duty(id="R1", theme="a", words=("APP",)), Duty(id="R2", theme="a")))
    duty = taxonomy.duty_for("a", "app打不开", DAY)
    assert duty is not None
    assert duty.id == "R1"


def test_an_office_does_not_act_before_it_exists() -> None:
    taxonomy = Taxonomy(themes=THEMES, departments=(Department(id="x", name="一", valid_from=date(2027, 1, 1)),))
    assert taxonomy.acting("x", DAY) is None
    assert taxonomy.acting("x", date(2027, 1, 1)) is not None


def test_an_empty_departments_file_means_none() -> None:
    taxonomy = taxonomy_from_texts('[[themes]]\nid="a"\nname="甲"\n[[themes]]\nid="b"\nname="乙"\n', "# 没有单位\n")
    assert taxonomy.departments == ()


def test_parents_do_not_count_towards_the_two_hundred() -> None:
    rows = [f'[[themes]]\nid="p{n}"\nname="上级{n}"\n' for n in range(20)]
    rows += [f'[[themes]]\nid="t{n}"\nname="题{n}"\nparent="p{n % 20}"\n' for n in range(200)]
    assert len(taxonomy_from_texts("".join(rows)).assignable) == 200
