import numpy as np

from nlp.domain import Writing
from nlp.label_quality import suspects
from nlp.training import cross_validate


def test_wrong_labels_come_first_with_the_right_theme_suggested() -> None:
    random = np.random.default_rng(0)
    heat, bus = ["暖气", "不热", "锅炉", "供热", "管道"], ["公交", "站牌", "等车", "线路", "司机"]
    themes = ["heat"] * 40 + ["bus"] * 40
    rows = [
        Writing(text=f"{''.join(random.choice(heat if theme == 'heat' else bus, 3, replace=False))}第{number}次")
        for number, theme in enumerate(themes)
    ]
    wrong = {3: "bus", 50: "heat"}
    found = suspects(cross_validate(rows, [wrong.get(number, theme) for number, theme in enumerate(themes)]))
    assert {one.row for one in found[:2]} == set(wrong)
    assert {one.row: one.label for one in found[:2]} == wrong
    assert all(one.suggested != one.label and one.quality < 0.5 for one in found)
