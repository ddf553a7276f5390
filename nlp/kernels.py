"""The inner loops of judging for numba, which compiles them. Each has a numpy twin that gives the same numbers.

numba takes a moment to import, and much longer the first time, when it compiles: nothing is imported before `load` is
called by whatever is going to judge many texts. Where numba does not run, the twins serve alone.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops:
    """The compiled loops."""

    segment: Callable[..., Any]
    hash_ranges: Callable[..., Any]
    look: Callable[..., tuple[Any, ...]]
    near: Callable[..., Any]
    following: Callable[..., Any]
    places_in: Callable[..., Any]
    fold: Callable[..., tuple[Any, ...] | None]
    survey: Callable[..., tuple[Any, ...] | None]
    personal: Callable[..., Any]
    encode: Callable[..., tuple[Any, ...]]
    rank: Callable[..., tuple[Any, ...]]
    explain: Callable[..., tuple[Any, ...]]
    read_parts: Callable[..., tuple[Any, ...]]
    find_turns: Callable[..., tuple[Any, ...]]


_HERE = Path(__file__).parent
_loaded: list[Loops] = []
_lock = Lock()


def loaded() -> Loops | None:
    """Give the compiled loops, or None for the numpy twins."""
    return _loaded[0] if _loaded else None


def load(cache: Path | None = None) -> bool:
    """Compile the loops, or take them from a cache; tell whether they serve now. Where numba does not run they do not.

    Args:
        cache: folder that keeps what has been compiled; without one it is kept beside this file.
    """
    with _lock:
        if not _loaded:
            with contextlib.suppress(ImportError, OSError, RuntimeError):
                _loaded.append(_compile(cache))
        return bool(_loaded)


def _compile(cache: Path | None) -> Loops:
    import numba

    folder = (cache or _HERE / "__pycache__") / _version()
    folder.mkdir(parents=True, exist_ok=True)
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    from nlp import compiled_cut, compiled_encode, compiled_rank, compiled_scan, compiled_turns

    held: dict[str, Any] = {}
    for module in (compiled_cut, compiled_encode, compiled_rank, compiled_scan, compiled_turns):
        held |= vars(module)
    return Loops(**{name: held[name] for name in Loops.__dataclass_fields__})


def _version() -> str:
    """Name this state of the sources.

    numba looks only at the file that a loop stands in: what it calls or takes from another would stay as it was compiled.
    """
    whole = hashlib.sha256()
    for source in sorted(_HERE.glob("*.py")):
        whole.update(source.read_bytes())
    return whole.hexdigest()[:16]


def unload() -> None:
    """Go back to the numpy twins."""
    with _lock:
        _loaded.clear()
