import asyncio
from typing import Any

from service.web.one_write import MOST_BYTES, Gathering
from tests.loops import run_apart


class Transport:
    """Notes what is done to it."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done


def test_what_is_written_in_one_round_leaves_together() -> None:
    async def write() -> list[Any]:
        inner = Transport()
        outer = Gathering(inner, asyncio.get_running_loop())
        for part in (b"head", b"", b"body"):
            outer.write(part)
        await asyncio.sleep(0)
        outer.write(b"next")
        await asyncio.sleep(0)
        return inner.done

    assert run_apart(write()) == [b"headbody", b"next"]


def test_what_was_written_leaves_before_the_end() -> None:
    async def write() -> list[Any]:
        inner = Transport()
        outer = Gathering(inner, asyncio.get_running_loop())
        outer.write(b"last words")
        outer.close()
        await asyncio.sleep(0)
        return [*inner.done, outer.is_closing()]

    assert run_apart(write()) == [b"last words", "closed", True]


def test_much_leaves_at_once() -> None:
    async def write() -> list[int]:
        inner = Transport()
        outer = Gathering(inner, asyncio.get_running_loop())
        for _ in range(3):
            outer.write(b"x" * (MOST_BYTES // 2))
        before = [len(part) for part in inner.done]
        await asyncio.sleep(0)
        return [*before, 0, *(len(part) for part in inner.done[len(before) :])]

    assert run_apart(write()) == [MOST_BYTES, 0, MOST_BYTES // 2]
