from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def judging(compiled: bool, folder: Path) -> Iterator[None]:
    """Judge with the compiled loops or with their twins, and after that with what served before."""
    served = kernels.loaded() is not None
    serve(compiled, folder)
    yield
    serve(served, folder)


def serve(compiled: bool, folder: Path) -> None:
    if compiled:
        assert kernels.load(folder)
    else:
        kernels.unload()


@pytest.fixture
def compiled_loops(compiled_folder: Path) -> Iterator[None]:
    with judging(compiled=True, folder=compiled_folder):
        yield


@pytest.fixture(scope="module", params=[True, False], ids=["compiled", "twins"])
def either_way(request: pytest.FixtureRequest, compiled_folder: Path) -> Iterator[None]:
    """Run the tests of a module with the compiled loops, and then with their twins."""
    with judging(compiled=request.param, folder=compiled_folder):
        yield
