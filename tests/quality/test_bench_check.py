"""The guard against backsliding catches what it is there for."""

import importlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
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

    plain = judging.copies_of
    monkeypatch.setattr(judging, "copies_of", lambda *given: [plain(*given) for _ in range(40)][-1])
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
    assert set(json.loads(guard.RECORDED.read_text("utf-8"))["costs"]) == found - {guard.LIMIT, guard.EMPTY}


def recorded_on(guard: ModuleType, where: str, costs: dict[str, float], folder: Path) -> Path:
    """Write figures as `record` does."""
    path = folder / "guard.json"
    path.write_text(json.dumps({"machine": where, "costs": costs}), "utf-8")
    return path


def test_a_check_fails_by_name_on_the_machine_of_its_figures_and_says_that_it_skips_on_another(
    guard: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr(guard, "all_works", lambda: nullcontext(clock.works(guard, 8.0)))
    monkeypatch.setattr(guard, "lost", partial(guard.lost, clock=clock, rounds=2))
    monkeypatch.setattr(guard, "RECORDED", recorded_on(guard, guard.machine(), {"batch": 4.0}, tmp_path))
    with pytest.raises(SystemExit):
        guard.check()
    assert "batch" in capsys.readouterr().err
    monkeypatch.setattr(guard, "RECORDED", recorded_on(guard, "another", {"batch": 4.0}, tmp_path))
    guard.check()
    assert capsys.readouterr().out.startswith("skipped: recorded on another")
