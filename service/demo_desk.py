"""What lies on the desks of the demonstration: imports, linked matters, marks, views, drafts, templates, a substitute."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from nlp.domain import Writing
from service import answer_templates, demo_people, drafts, keys, linking, marking, substitutes, views
from service.access import Right
from service.deadlines import local_day
from service.demo_chain import ANSWERS
from service.demo_texts import SAME, Written
from service.imports import offline
from service.imports.offline import Wishes
from service.intake import Receipt
from service.keys import KeyDraft
from service.office import Office
from service.store.conditions import Mark
from service.store.drafts import Draft

FORMER = 16
"""How many cases of a former year are imported."""
MARKED = 5
HEAD = ("序号", "收到时间", "反映人", "界别", "标题", "主要内容", "办理结果")
DRAFTS = (
    {"title": "关于增加夜间公交班次的建议", "text": "晚自习放学后末班车已经收了，家长只能骑电动车去接，"},
    {"text": "上桥镇 老马 2026/11/24 20:12\n村口的健身器材坏了两样，能不能修一修"},
)
VIEWS = (
    ("上桥镇在办", "place=上桥镇&stage=in_progress", True),
    ("等市里回音", "adopted=pending", False),
    ("重点件", "mark=key", False),
)
TEMPLATES = (
    ("", "已办结", "经现场核实，反映的问题属实，现已办理完毕：……。办理过程中已与反映人沟通，反映人表示……。"),
    ("education", "列入计划", "该事项已列入……学年工作计划，拟于……前完成，由……负责。"),
)


def fill_desk(
    office: Office, clerk: str, receipts: Mapping[Writing, Receipt], rest: Sequence[Written], chance: random.Random
) -> None:
    """Lay everything out."""
    _import(office, clerk, rest, chance)
    now = office.now()
    for first, second in SAME[1:]:
        linking.link(office.store, receipts[second].id, receipts[first].receipt, clerk, now - timedelta(days=2))
    taken = [receipts[one] for pair in SAME for one in pair]
    for number, one in enumerate(taken[:MARKED]):
        marking.mark(office.store, one.id, list(Mark)[number % len(Mark)], clerk, now - timedelta(days=1))
    for name, query, shared in VIEWS:
        views.save_view(office.store, clerk, name, query, shared, now)
    for number, content in enumerate(DRAFTS):
        draft = Draft(person=clerk, form="register", key=f"{number:032x}", content=content, saved_at=now)
        drafts.keep(office.store, draft)
    for owner, name, text in TEMPLATES:
        answer_templates.save(office.store, owner, name, text, clerk, now)
    _of_administrator(office)


def _of_administrator(office: Office) -> None:
    store, now = office.store, office.now()
    admin, absent = (demo_people.id_of(store, one) for one in ("admin", "dengji"))
    today = local_day(now)
    days = (today, today + timedelta(days=4))
    substitutes.appoint(store, absent, demo_people.id_of(store, demo_people.CLERK), days, admin, now)
    scopes = frozenset({Right.REGISTER, Right.READ})
    keys.make(store, office.taxonomy, KeyDraft(name="12345 热线平台", scopes=scopes, days=365), admin, now)


def _import(office: Office, clerk: str, rest: Sequence[Written], chance: random.Random) -> None:
    """Import the members and a table of a former year with rows that cannot be; leave a table to be looked at."""
    year = local_day(office.now()).year
    with tempfile.TemporaryDirectory(prefix="minyi-demo-") as place:
        folder = Path(place)
        roster = _table(folder / "委员名册.csv", ("姓名", "界别", "专委会"), demo_people.MEMBERS)
        old = _table(folder / f"{year - 3}年台账.csv", HEAD, _cases(rest[:FORMER], year - 3, chance))
        new = _table(folder / f"{year}年委员来信.csv", HEAD[:-1], [one[:-1] for one in _cases(rest[-6:], year, chance)])
        for path in (roster, old):
            offline.import_files(office, [path], Wishes(), clerk, lambda stage, done, total: None)
        offline.open_files(office, [new], clerk)


def _cases(found: Sequence[Written], year: int, chance: random.Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for number, one in enumerate(found):
        member = demo_people.anybody(chance)
        text = "" if number % 7 == 5 else one.writing.text
        title = "" if number % 7 == 5 else one.writing.title or one.writing.text[:16]
        day = f"{year}.{1 + number * 12 // len(found)}.{1 + chance.randrange(20)}"
        rows.append((str(number + 1), day, member.name, member.circle, title, text, chance.choice(ANSWERS)))
    return rows


def _table(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write a table as an office's programs do, in GB18030."""
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path
