from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp import kernels
from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.taxonomy import Taxonomy, load_taxonomy

DATA = Path(__file__).resolve().parents[2] / "data"

PLACES = ["东街", "西街", "南街", "北街", "河滨", "新村", "老城", "车站", "广场", "学校"]
TOPICS = {
    "heat": ["暖气不热", "供热管道漏水", "锅炉房停了", "暖气费退费", "冬天家里冷", "换热站故障"],
    "bus": ["公交车少", "公交站牌坏了", "等车太久", "公交绕路", "末班车太早", "公交司机甩站"],
    "milk": ["奶价太低", "牧场饲草贵", "奶牛生病", "鲜奶收购", "挤奶站关门", "奶牛保险"],
}


def make_rows(each: int) -> tuple[list[Writing], list[str]]:
    """Write rows that a linear model can tell apart, all different."""
    writings, themes = [], []
    for theme, topics in TOPICS.items():
        for number in range(each):
            topic = topics[number % len(topics)]
            place = PLACES[number % len(PLACES)]
            writings.append(Writing(title=f"{place}{topic}", text=f"{place}第{number}户来信说{topic}，请管一管。"))
            themes.append(theme)
    return writings, themes


@pytest.fixture(scope="session")
def small_model() -> ThemeClassifier:
    return ThemeClassifier.fit(*make_rows(30))


@pytest.fixture(scope="session")
def shipped() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy.toml", DATA / "departments.toml")


@pytest.fixture
def compiled_loops(compiled_folder: Path) -> Iterator[None]:
    """Judge with the compiled loops during a test, and with what served before after it."""
    served = kernels.loaded() is not None
    assert kernels.load(compiled_folder)
    yield
    if not served:
        kernels.unload()
