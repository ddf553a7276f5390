"""Imports in an office whose judge answers by the first word of a title."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from service.imports import checking, opening, running
from service.imports.opening import Opened, Sent
from service.imports.plan import Purpose
from service.office import Office
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store import imports
from service.store.engine import Store
from service.store.imports import Import
from tests.service.conftest import NOW, POLICY, WordJudge

HEAD = ("编号", "标题", "正文", "反映人", "收到日期")


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode("utf-8-sig")


@pytest.fixture
def desk(store: Store, taxonomy, tmp_path: Path) -> Office:
    settings = Settings(home=tmp_path / "home")
    return Office(
        settings=settings,
        taxonomy=taxonomy,
        policy=POLICY,
        store=store,
        judge=WordJudge(taxonomy),
        similar=SimilarCases(store),
        now=lambda: NOW,
    )


@pytest.fixture
def open_table(desk: Office) -> Callable[..., Opened]:
    def make(content: bytes, name: str = "台账.csv", purpose: Purpose | None = None) -> Opened:
        sent = [Sent(name=name, content=io.BytesIO(content))]
        opened = opening.open_import(desk.store, desk.settings.home, sent, 10_000_000, "clerk", NOW)
        if purpose is not None and not opened.before:
            plan = replace(opening.plan_of(opened.made), purpose=purpose)
            opening.keep_plan(desk.store, opened.made.id, plan)
        return opened

    return make


@pytest.fixture
def checked(desk: Office) -> Callable[[str], checking.Checked]:
    def check(import_id: str) -> checking.Checked:
        with desk.store.read() as connection:
            found = imports.get(connection, import_id)
        preparer = checking.preparer_of(desk.store, desk.taxonomy, desk.policy.max_length, found)
        return checking.check(desk.store, desk.settings.home, preparer, found)

    return check


@pytest.fixture
def run(desk: Office) -> Callable[..., Import]:
    def go(import_id: str, scope: str = running.GOOD) -> Import:
        running.begin(desk.store, import_id, scope, NOW)
        return running.run(desk, import_id, lambda now: None)

    return go
