"""Applications asked within one process, without sockets: what their own code costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from nlp.domain import Track, Writing
from scripts.benches.empty import app as empty
from service.app import create_app
from service.intake import Incoming
from service.office import Office

CLIENTS = 32


def incoming_of(writings: list[Writing], now: datetime) -> list[Incoming]:
    """Make intake records out of texts, each with a key of its own."""
    return [
        Incoming(
            track=Track.SUBMISSION,
            title=one.title,
            text=one.text,
            source="接口",
            received_at=now,
            caller="bench",
            idempotency_key=uuid4().hex,
            body_sha256="0" * 64,
        )
        for one in writings
    ]


@contextmanager
def applications(office: Office) -> Iterator[tuple[asyncio.AbstractEventLoop, FastAPI, FastAPI]]:
    """Start the application of an office; give it beside the empty one, and the loop that both run on."""
    loop, ours = asyncio.new_event_loop(), create_app(office)
    life = ours.router.lifespan_context(ours)
    loop.run_until_complete(life.__aenter__())
    try:
        yield loop, ours, empty
    finally:
        loop.run_until_complete(life.__aexit__(None, None, None))
        loop.close()


async def ask(app: FastAPI, path: str, bodies: Sequence[bytes]) -> int:
    """Send each body once, CLIENTS at a time."""

    async def client(number: int) -> None:
        for body in bodies[number::CLIENTS]:
            await _call(app, path, body)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return len(bodies)


async def _call(app: FastAPI, path: str, body: bytes) -> None:
    headers = {b"host": b"127.0.0.1", b"content-type": b"application/json", b"content-length": b"%d" % len(body)}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers.items()),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "root_path": "",
    }
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else await asyncio.sleep(3_600, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await app(scope, receive, send)
    if answered != [200]:
        raise RuntimeError(f"{path} answered {answered}")
