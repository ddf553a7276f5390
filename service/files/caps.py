"""Limits that the operating system keeps for a process that opens a stranger's file."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

from service.files.limits import Limits


def cap_self(limits: Limits, memory: int) -> None:
    """Cap memory, processor time and written files of this process and its children.

    Windows has no such limits from within: there the parent puts the child into a job, see `Job`.
    """
    if sys.platform == "win32":
        return
    import resource

    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.unpacked),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def step_back() -> None:
    """Let every other process go first."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(10)


class Job:
    """A Windows job object around a child: its memory is capped, and closing the job ends the child and its children.

    On other systems it does nothing, as the child caps itself and leads a process group of its own.
    """

    def __init__(self, child: subprocess.Popen[bytes], memory: int) -> None:
        self._handle: int | None = None
        if sys.platform == "win32":
            self._handle = _windows_job(int(child._handle), memory)

    def close(self) -> None:
        """End what is left in the job."""
        if self._handle is not None and sys.platform == "win32":
            import ctypes

            ctypes.windll.kernel32.CloseHandle(self._handle)
            self._handle = None


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _KILL_ON_CLOSE, _JOB_MEMORY, _EXTENDED = 0x2000, 0x200, 9

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    def _windows_job(process: int, memory: int) -> int:
        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        job = kernel.CreateJobObjectW(None, None)
        about = _Extended()
        about.BasicLimitInformation.LimitFlags = _KILL_ON_CLOSE | _JOB_MEMORY
        about.JobMemoryLimit = memory
        kernel.SetInformationJobObject(wintypes.HANDLE(job), _EXTENDED, ctypes.byref(about), ctypes.sizeof(about))
        kernel.AssignProcessToJobObject(wintypes.HANDLE(job), wintypes.HANDLE(process))
        return int(job)
