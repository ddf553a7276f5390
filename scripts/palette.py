"""Small pictures: a screenshot with a palette of its most frequent colours is a third of the size, and looks the same."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from playwright.sync_api import Page

COLOURS = 128
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = """async (encoded) => {
  const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + encoded)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), drawing = canvas.getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const bytes = drawing.getImageData(0, 0, bitmap.width, bitmap.height).data;
  const pieces = [];
  for (let start = 0; start < bytes.length; start += 32768) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 32768)));
  }
  return [bitmap.width, bitmap.height, btoa(pieces.join(""))];
}"""


def shrunk(picture: bytes, blank: Page) -> bytes:
    """Give a picture with a palette.

    Args:
        picture: a PNG.
        blank: a page of a browser, which decodes it.
    """
    width, height, encoded = blank.evaluate(PIXELS, base64.b64encode(picture).decode())
    pixels = np.frombuffer(base64.b64decode(encoded), np.uint8).reshape(height, width, 4)[:, :, :3]
    palette, places = _palette(pixels.reshape(-1, 3))
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = places.reshape(height, width)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Choose the most frequent colours, and give for each pixel the place of the one that is nearest to its own."""
    numbers = pixels.astype(np.uint32) @ np.array([65_536, 256, 1], np.uint32)
    found, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, (found >> 8) & 255, found & 255], axis=1).astype(np.int32)
    chosen = colours[np.argsort(-counts, kind="stable")[:COLOURS]]
    distances = ((colours[:, None, :] - chosen[None, :, :]) ** 2).sum(axis=2)
    return chosen.astype(np.uint8), distances.argmin(axis=1).astype(np.uint8)[inverse]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
