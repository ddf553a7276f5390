"""Judging in a process beside: the same judgements, with or without it, and it never outlives who started it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from nlp.domain import Writing
from service.imports import aside, judging, opening, running
from service.imports.aside import Aside
from service.office import Office
from service.settings import Settings
from service.store import decisions, tables
from tests.service.imports.conftest import table

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 24)
WRITINGS = [
    Writing(title="路灯不亮", text="古城镇幸福小区门口的路灯坏了半个月，晚上出行不安全，请尽快维修。"),
    Writing(title="关于加强校园周边交通疏导的建议", text="学校门口早晚高峰拥堵，家长停车无序。"),
    Writing(title="", text=""),
    Writing(title="举报", text="某局局长收受企业贿赂，与老板勾结，请查处。"),
]


@pytest.fixture
def settings(default_models: Path, compiled_folder: Path, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "compiled").symlink_to(compiled_folder, target_is_directory=True)
    return Settings(home=home, models=default_models)


@pytest.fixture
def beside(default_judge, settings: Settings) -> Iterator[Aside]:
    with closing(Aside(default_judge, settings)) as made:
        yield made


def test_a_process_beside_judges_the_same(beside: Aside, default_judge) -> None:
    beside.opening.join(120)
    assert beside.ready.is_set()
    assert beside.judge(WRITINGS, TODAY) == default_judge.judge(WRITINGS, TODAY)
    assert beside.judge([], TODAY) == []
    assert beside.ready.is_set()


def test_without_it_judging_goes_on_here(beside: Aside, default_judge) -> None:
    expected = default_judge.judge(WRITINGS, TODAY)
    assert beside.judge(WRITINGS, TODAY) == expected
    beside.opening.join(120)
    assert beside.ready.is_set()
    beside.child.kill()
    beside.child.wait()
    assert beside.judge(WRITINGS, TODAY) == expected
    assert not beside.ready.is_set()


def test_one_that_has_loaded_something_else_is_not_asked(default_judge, settings: Settings) -> None:
    changed = replace(default_judge, policy=replace(default_judge.policy, version="of today"))
    with closing(Aside(changed, settings)) as beside:
        beside.opening.join(120)
        assert beside.child.poll() is None
        assert not beside.ready.is_set()
        assert beside.judge(WRITINGS, TODAY)[0].decision.policy_version == "of today"


def test_it_ends_with_the_input_of_who_started_it(settings: Settings) -> None:
    folders = (settings.data_folder, settings.models_folder, settings.home)
    command = [sys.executable, "-m", "service.imports.judging", *map(str, folders)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        judging.hear(child.stdout)
        child.stdin.close()
        assert child.wait(30) == 0


def test_only_large_imports_with_a_model_get_one(make_office, store, default_judge, monkeypatch) -> None:
    made: list[object] = []

    class Counted:
        def __init__(self, *given: object) -> None:
            made.append(given)

        def close(self) -> None:
            made.append("closed")

    monkeypatch.setattr(aside, "Aside", Counted)
    monkeypatch.setattr(aside.os, "cpu_count", lambda: 2)
    office: Office = make_office(store, default_judge)
    for judge, rows in ((default_judge, aside.WORTH - 1), (replace(default_judge, model=None), aside.WORTH)):
        with aside.judging(replace(office, judge=judge), rows) as found:
            assert found is judge
    assert not made
    with aside.judging(office, aside.WORTH) as found:
        assert isinstance(found, Counted)
    assert made[-1] == "closed"


def test_what_is_imported_is_what_the_judge_says(
    office: Office, settings: Settings, default_judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Ready(Aside):
        def judge(self, writings, today):  # type: ignore[no-untyped-def]
            self.opening.join(120)
            asked.append(len(writings))
            judged = super().judge(writings, today)
            assert self.ready.is_set()
            return judged

    monkeypatch.setattr(aside, "WORTH", 1)
    monkeypatch.setattr(aside, "Aside", Ready)
    monkeypatch.setattr(aside.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(running, "BATCH", 3)
    desk = replace(office, settings=settings)
    rows = [[f"社〔{n}〕", f"第{n}条路的路灯不亮", WRITINGS[n % 2].text, "张三", "2026-09-02"] for n in range(8)]
    with (settings.home / "rows.csv").open("w+b") as stream:
        stream.write(table(rows))
        stream.seek(0)
        sent = [opening.Sent(name="rows.csv", content=stream)]
        found = opening.open_import(desk.store, settings.home, sent, 10_000_000, "clerk", desk.now()).made
    running.begin(desk.store, found.id, running.ALL, desk.now())
    assert running.run(desk, found.id, lambda now: None).imported == 8
    assert asked == [3, 3, 2]
    with desk.store.read() as connection:
        kept = connection.execute(select(tables.submissions).order_by(tables.submissions.c.id)).all()
        predicted = [decisions.predictions_of(connection, row.id)[0].prediction for row in kept]
    assert [row.title for row in kept] == [row[1] for row in rows]
    judged = default_judge.judge([Writing(title=row.title, text=row.text) for row in kept], TODAY)
    assert predicted == [one.prediction for one in judged]
