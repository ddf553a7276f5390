"""HTTP connections that send head and body of an answer together: one call of the system and one packet, not two."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_BYTES = 65_536
"""What is written leaves at once when so much has been gathered, so that large answers are not gathered whole."""


class OneWrite(H11Protocol):
    """uvicorn's connection over a transport that gathers what is written in one round of the loop."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(Gathering(transport, self.loop))  # type: ignore[arg-type]


class Gathering:
    """A transport of which everything but writing and closing is that of another one."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Give what the other one has."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write in the next round of the loop, together with what is written until then."""
        if data:
            if not self._parts:
                self._loop.call_soon(self._flush)
            self._parts.append(data)
            self._size += len(data)
            if self._size >= MOST_BYTES:
                self._flush()

    def close(self) -> None:
        """Close after what has been written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts, self._size = self._parts, [], 0
            self._transport.write(b"".join(parts))
