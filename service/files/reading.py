"""Reading a stranger's file in a child process with limits; this process sees bounded lines of our own making."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from nlp.errors import InputFileError
from service.files.caps import Job
from service.files.grid import Part, from_line
from service.files.limits import Limits

_ROOT = Path(__file__).resolve().parents[2]
_MAX_LINE = 16_000_000
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "HOME", "USERPROFILE")


def read_file(path: Path, name: str, limits: Limits | None = None) -> Iterator[Part]:
    """Read a file of whatever kind, part by part.

    The child is killed when the iterator is closed, when it takes too long, or when it says too much.

    Raises:
        InputFileError: it is not read; the message says why and what to do.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="minyi-read-", ignore_cleanup_errors=True) as folder:
        yield from _watched(path, name, limits, folder)


def _watched(path: Path, name: str, limits: Limits, folder: str) -> Iterator[Part]:
    child = _start(path, name, limits, folder)
    job = Job(child, limits.conversion_memory)
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(child)

    watchdog = threading.Timer(limits.seconds, stop)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield from _parts(child, name, late)
    finally:
        watchdog.cancel()
        _kill(child)
        job.close()
        if child.stdout is not None:
            child.stdout.close()
        child.wait()


def _start(path: Path, name: str, limits: Limits, folder: str) -> subprocess.Popen[bytes]:
    environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
    command = [sys.executable, "-m", "service.files.child", str(path.resolve()), _argument(name), limits.to_json()]
    return subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=_ROOT, env={**environment, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",
    )  # fmt: skip


def _argument(name: str) -> str:
    """Give the last part of a name in a form that a command line can hold."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one if one.isprintable() else "□" for one in last)[-120:] or "未命名"


def _parts(child: subprocess.Popen[bytes], name: str, late: threading.Event) -> Iterator[Part]:
    stream = child.stdout
    while stream is not None and (line := stream.readline(_MAX_LINE)):
        if not line.endswith(b"\n"):
            break
        if line.startswith(b'["end"'):
            return
        if line.startswith(b'["refused"'):
            raise InputFileError(json.loads(line.decode("utf-8", "surrogatepass"))[1])
        yield from_line(line)
    if late.is_set():
        raise InputFileError(f"“{name[-120:]}”读取超时，已停止。请拆分，或用 WPS 或 Office 重新保存后再导入。")
    raise InputFileError(
        f"“{name[-120:]}”读取时出错，已停止（可能超出内存上限或文件已损坏）。请拆分或重新保存后再导入。"
    )


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
