"""The service in one process: requests to classify and to keep, beside an empty endpoint that parses the same body."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nlp.domain import Writing
from scripts.benches import speed_stages
from scripts.benches.load import Answered, Plan, send
from scripts.benches.speed_batch import COMPILED
from scripts.benches.speed_texts import DAY, Samples
from scripts.benches.texts import ROOT
from scripts.benches.timing import interleaved, ratios, spread

ROUNDS = 7
SUSTAINED = 30.0
_EMPTY = "import sys; sys.path.insert(0, sys.argv[2]); sys.argv.pop(); from scripts.benches import empty; empty.main()"


@dataclass(frozen=True, slots=True)
class Served:
    """A service that runs: its port and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def used(self) -> float:
        """Give the processor seconds that it has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Served]:
    """Run a service until the block ends."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Served(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def asked(service: Served, plan: Plan) -> tuple[Answered, float]:
    """Send requests, and give the answers and how many a processor second of the service gave.

    What the service does after its answers counts, and is done before anybody else's turn.
    """
    before = service.used()
    answered = send(plan)
    used = _at_rest(service) - before
    return answered, answered.per_second * plan.seconds / max(used, 1e-3)


def measure(given: Samples) -> list[str]:
    """Compare ours with the empty endpoint, in turn."""
    ours, other = free_port(), free_port()
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "MINYI_HOME": home,
            "MINYI_MODELS": str(given.model.parent) if (given.model.parent / "current").exists() else f"{home}/models",
            "MINYI_PORT": str(ours),
        }
        with (
            served([sys.executable, "-m", "service.cli", "serve"], ours, environment) as mine,
            served([sys.executable, "-c", _EMPTY, str(other), str(ROOT)], other, {}) as empty,
        ):
            _warm(mine, given)
            lines = [*_compared(given, mine, empty), "", *_at_rate(given, mine)]
            lines += ["", *_sustained(given, mine), "", *_hundred(given, mine)]
            return [*lines, "", *speed_stages.measure(Path(_models_of(mine)), _texts(given))]


def _texts(given: Samples) -> list[Writing]:
    return [one for one in given.labelled.writings if 250 <= len(one.text) <= 500][:400]


def _bodies(given: Samples, keyed: bool) -> tuple[str, ...]:
    texts = _texts(given)
    if keyed:
        return tuple(json.dumps({"title": one.title, "text": one.text}) for one in texts)
    return tuple(json.dumps({"items": [{"title": one.title, "text": one.text}]}) for one in texts)


def _warm(service: Served, given: Samples) -> None:
    """Wait until the loops are compiled, that is until the service is at rest."""
    send(Plan(port=service.port, path="/api/v1/classify", bodies=_bodies(given, False), clients=2, seconds=2))
    _at_rest(service)


def _at_rest(service: Served) -> float:
    """Wait until a service has nothing more to do, and give the processor seconds that it has used."""
    before = -1.0
    while service.used() - before > 0.05:
        before = service.used()
        time.sleep(2)
    return service.used()


def _compared(given: Samples, mine: Served, empty: Served) -> list[str]:
    lines = [
        "| 32 个客户端 | 本项目 次/秒 | 空端点 次/秒 | 之比（钟表） | 之比（服务自己的处理器时间） | 中位毫秒 | p99 毫秒 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, keyed in (("/classify 一篇", False), ("/submissions 收件", True)):
        bodies, path = _bodies(given, keyed), "/submissions" if keyed else "/classify"
        clock: list[list[float]] = [[], []]
        own: list[list[float]] = [[], []]
        last = None
        for _ in range(ROUNDS):
            for number, service in enumerate((mine, empty)):
                prefix = "/api/v1" if number == 0 else ""
                plan = Plan(port=service.port, path=prefix + path, bodies=bodies, keyed=keyed)
                answered, by_own = asked(service, plan)
                clock[number].append(answered.per_second)
                own[number].append(by_own)
                last = answered if number == 0 else last
        assert last is not None  # noqa: S101 - a round was made
        shares = (ratios(clock[0], clock[1]).show(1, 2), ratios(own[0], own[1]).show(1, 2))
        lines.append(
            f"| {name} | {spread(clock[0]).show()} | {spread(clock[1]).show()} | {shares[0]} | {shares[1]} "
            f"| {last.p50:.0f} | {last.p99:.0f} |"
        )
    return lines


def _at_rate(given: Samples, mine: Served) -> list[str]:
    found = [
        send(
            Plan(
                port=mine.port,
                path="/api/v1/submissions",
                bodies=_bodies(given, True),
                clients=16,
                seconds=10,
                rate=50,
                keyed=True,
            )
        )
        for _ in range(3)
    ]
    middle, high = spread([one.p50 for one in found]), spread([one.p99 for one in found])
    refused = sum(one.refused for one in found)
    return [f"每秒 50 件收件：中位 {middle.show()} 毫秒，p99 {high.show()} 毫秒，未收下 {refused} 件。"]


def _sustained(given: Samples, mine: Served) -> list[str]:
    """Send for so long that what is put off until after the answers has to be done beside them."""
    plan = Plan(port=mine.port, path="/api/v1/submissions", bodies=_bodies(given, True), seconds=SUSTAINED, keyed=True)
    answered, by_own = asked(mine, plan)
    return [
        f"连续收件 {SUSTAINED:.0f} 秒：每秒 {answered.per_second:,.0f} 件，服务每个处理器秒 {by_own:,.0f} 件"
        f"（检索索引在内），p99 {answered.p99:.0f} 毫秒，未收下 {answered.refused} 件。"
    ]


def _hundred(given: Samples, mine: Served) -> list[str]:
    """Compare texts a second, a hundred in each request, with the batches of the same model in this process."""
    from service import model_versions, warming

    texts = _texts(given)
    bodies = tuple(
        json.dumps({"items": [{"title": one.title, "text": one.text} for one in texts[begin : begin + 100]]})
        for begin in range(0, 400, 100)
    )
    models = Path(_models_of(mine))
    judge = model_versions.current_judge(models, given.knowledge, lambda stage, done, total: None)
    warming.serve_compiled(judge, COMPILED)
    judge.judge(texts, DAY)
    own, batch = [], []
    for _ in range(ROUNDS):
        own.append(asked(mine, Plan(port=mine.port, path="/api/v1/classify", bodies=bodies, clients=4))[1] * 100)
        batch += [1 / one for one in interleaved({"batch": lambda: len(judge.judge(texts, DAY))}, 1)["batch"]]
    return [
        f"一次 100 篇：服务每个处理器秒判断 {spread(own).show()} 篇，同一模型成批判断 {spread(batch).show()} 篇，"
        f"之比 {ratios(own, batch).show(1, 2)}。"
    ]


def _models_of(service: Served) -> str:
    environment = Path(f"/proc/{service.process.pid}/environ").read_bytes().split(b"\0")
    return next(one.decode().partition("=")[2] for one in environment if one.startswith(b"MINYI_MODELS="))
