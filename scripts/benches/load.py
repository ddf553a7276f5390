"""Clients that send one request after the other over kept connections, from a process of their own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send: `bodies` in turn to `path`, by `clients` at once for `seconds`; each body with a key of its own.

    `rate` is the requests a second that are begun, whatever the answers; None sends as soon as an answer is there.
    """

    port: int
    path: str
    bodies: tuple[str, ...]
    clients: int = 32
    seconds: float = 3.0
    rate: float | None = None
    keyed: bool = False
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Answers of the expected kind a second, others, and milliseconds that single ones took (median and 99th of 100)."""

    per_second: float
    refused: int
    p50: float
    p99: float


def send(plan: Plan) -> Answered:
    """Run the clients in a process of their own."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); from scripts.benches import load; load.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Answered(**json.loads(done.stdout))


def main() -> None:
    """Read a plan from standard input and write what came of it."""
    given = json.load(sys.stdin)
    plan = Plan(**{**given, "bodies": tuple(given["bodies"])})
    print(json.dumps(asdict(asyncio.run(_run(plan)))))


async def _run(plan: Plan) -> Answered:
    took: list[float] = []
    refused: list[int] = []
    begin = time.perf_counter()
    await asyncio.gather(*(_client(plan, number, begin, took, refused) for number in range(plan.clients)))
    seconds = time.perf_counter() - begin
    took.sort()
    at = [took[min(len(took) - 1, int(len(took) * share))] * 1000 if took else 0.0 for share in (0.5, 0.99)]
    return Answered(per_second=len(took) / seconds, refused=len(refused), p50=at[0], p99=at[1])


async def _client(plan: Plan, number: int, begin: float, took: list[float], refused: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
    sent = 0
    while time.perf_counter() - begin < plan.seconds:
        started = time.perf_counter()
        if plan.rate is not None:
            due = begin + (sent * plan.clients + number) / plan.rate
            await asyncio.sleep(max(0.0, due - started))
            started = min(due, time.perf_counter())
        writer.write(_request(plan, number, sent))
        status = await _answer(reader)
        sent += 1
        if status in (200, 201):
            took.append(time.perf_counter() - started)
        else:
            refused.append(status)
    writer.close()


def _request(plan: Plan, number: int, sent: int) -> bytes:
    body = plan.bodies[(number + sent * plan.clients) % len(plan.bodies)].encode()
    key = f"Idempotency-Key: {time.time_ns()}-{number}\r\n" if plan.keyed else ""
    head = (
        f"{plan.method} {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nContent-Type: application/json\r\n"
        f"{key}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head[9:12])
