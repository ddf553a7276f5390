"""Where the processor time of a request goes, by stage and within one process."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from nlp.domain import Judgement, Writing
from scripts.benches.inside import applications, ask, incoming_of
from scripts.benches.speed_texts import DAY
from scripts.benches.timing import interleaved, spread
from service import indexing, intake
from service.office import Office
from service.serving import prepare
from service.settings import Settings
from service.store import search

AT_ONCE = 16
"""What the line has before it when 32 clients ask: half of them, while the other half is being answered."""
ROUNDS = 40


class Known:
    """A judge, and a line, that know every answer already, so that what is around them is measured alone."""

    alive = True

    def __init__(self, writings: Sequence[Writing], judgements: Sequence[Judgement]) -> None:
        self._known = dict(zip(writings, judgements, strict=True))

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        """Give what is known."""
        return [self._known[one] for one in writings]

    def classify(self, writings: Sequence[Writing]) -> asyncio.Future[list[Judgement]]:
        """Give what is known, at once."""
        answer: asyncio.Future[list[Judgement]] = asyncio.get_running_loop().create_future()
        answer.set_result(self.judge(writings, DAY))
        return answer


def measure(models: Path, texts: Sequence[Writing]) -> list[str]:
    """Measure each stage, for texts in batches, in microseconds of the processor for each of them."""
    with tempfile.TemporaryDirectory() as home:
        office = prepare(Settings(home=Path(home), models=models), lambda stage, done, total: None)
        known = Known(texts, office.judge.judge(texts, DAY))
        spent = {**_batches(office, known, texts), **_requests(office, known, texts)}
    lines = [f"| 一件的处理器微秒，每批 {AT_ONCE} 件 | |", "|---|---|"]
    return [*lines, *(f"| {name} | {spread(values).show(1e6)} |" for name, values in spent.items())]


def _batches(office: Office, known: Known, texts: Sequence[Writing]) -> dict[str, list[float]]:
    turn = count()

    def batch() -> list[Writing]:
        begin = next(turn) * AT_ONCE % (len(texts) - AT_ONCE)
        return list(texts[begin : begin + AT_ONCE])

    def keep() -> int:
        now = datetime.now(UTC)
        incoming = incoming_of(batch(), now)
        return len(intake.receive(office.store, known, office.policy, office.taxonomy, incoming, now))

    works = {"判断": lambda: len(office.judge.judge(batch(), DAY)), "收件，不含判断：入库、提交": keep}
    return {**interleaved(works, ROUNDS), **_index(office)}


def _index(office: Office) -> dict[str, list[float]]:
    """Measure what an acknowledgement does not wait for, until nothing is left that would disturb what comes next."""
    begin = time.process_time()
    with office.store.read() as connection:
        kept = search.waiting(connection)
    indexing.index_all(office.store)
    return {"收件之后写入检索索引": [(time.process_time() - begin) / kept]}


def _requests(office: Office, known: Known, texts: Sequence[Writing]) -> dict[str, list[float]]:
    bodies = [json.dumps({"items": [{"title": one.title, "text": one.text}]}).encode() for one in texts]
    with applications(office) as (loop, ours, empty):
        ours.state.line = known
        return interleaved(
            {
                "空端点，不含套接字和 HTTP 协议": lambda: loop.run_until_complete(ask(empty, "/classify", bodies)),
                "/classify，不含判断、套接字和 HTTP 协议": lambda: loop.run_until_complete(
                    ask(ours, "/api/v1/classify", bodies)
                ),
            }
        )
