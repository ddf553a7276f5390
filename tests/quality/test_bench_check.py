"""The guard against backsliding catches what it is there for."""

import importlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from nlp import kernels
from nlp.domain import Writing
from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import taxonomy_of_labels

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("scripts.benches.guard")


class Clock:
    """Time that passes only by work, so that nothing depends on the machine."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def works(self, guard: ModuleType, *seconds: float) -> dict:
        """Give a limit of a second, and a path whose rounds take so many seconds each, the last for ever."""
        left = list(seconds)

        def path() -> int:
            self.now += left.pop(0) if len(left) > 1 else left[0]
            return 1

        def limit() -> int:
            self.now += 1.0
            return 1

        return {guard.LIMIT: limit, "batch": path}


@pytest.mark.parametrize(("seconds", "caught"), [(4.0, False), (4.5, False), (4.7, True), (8.0, True)])
def test_a_loss_of_over_fifteen_percent_is_caught(guard: ModuleType, seconds: float, caught: bool) -> None:
    clock = Clock()
    found = guard.lost(clock.works(guard, seconds), {"batch": 4.0}, rounds=2, clock=clock)
    assert bool(found) is caught
    assert all("batch" in str(one) and "%" in str(one) for one in found)


def test_what_disturbs_one_try_passes(guard: ModuleType) -> None:
    clock = Clock()
    assert not guard.lost(clock.works(guard, 9.0, 9.0, 4.0), {"batch": 4.0}, rounds=2, clock=clock)


def test_a_slowdown_planted_in_the_code_is_caught(
    guard: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    judge = Judge(taxonomy=taxonomy_of_labels(["a", "b"]), policy=Policy())
    texts = [Writing(text="小区的路灯坏了半年没有人修，建议尽快维修。" * 8)] * 64
    served = kernels.loaded() is not None
    works = guard.works_of(judge, texts, tmp_path)
    chosen = {name: works[name] for name in (guard.LIMIT, "batch without numba")}
    before = guard.costs(chosen, rounds=5)
    from nlp import judging

    plain = judging.normalise
    monkeypatch.setattr(judging, "normalise", lambda given: [plain(given) for _ in range(40)][-1])
    assert [one.path for one in guard.lost(chosen, before, rounds=2)] == ["batch without numba"]
    if served:
        kernels.load()


def test_every_path_has_its_figure_recorded(guard: ModuleType, office, tmp_path: Path) -> None:
    texts = [Writing(text="路灯不亮")]

    def names() -> set[str]:
        with guard.service_works(replace(office), texts) as of_service:
            return {*guard.works_of(office.judge, texts, tmp_path), *of_service}

    with ThreadPoolExecutor(1) as aside:  # a browser that other tests keep open runs an event loop in this thread
        found = aside.submit(names).result()
    assert set(json.loads(guard.RECORDED.read_text("utf-8"))) == found - {guard.LIMIT, guard.EMPTY}
