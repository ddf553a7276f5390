"""The help of the command line in Chinese: the library gives its heads and its notes beside options in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer

_Context: Any = typer.Context.__mro__[1]
_Formatter: Any = _Context.formatter_class
_HEADS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_USAGE = (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]…"))
_KINDS = {"path": "路径", "str": "文字", "int": "整数", "int range": "整数", "list[Path]": "路径", "list[str]": "文字"}
_NOTES = (("default: ", "默认 "), ("required", "必填"), ("; ", "；"))
_OF_HELP = "Show this message and exit."


class ChineseHelp(_Formatter):  # type: ignore[misc]
    """Lay out a help page with Chinese words where the library says its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        for said, told in _USAGE:
            args = args.replace(said, told)
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        """Write the head of a list."""
        self.write(f"{_HEADS.get(heading, heading)}：\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], *_: int, **__: int) -> None:
        """Write a list of options, of arguments or of commands in two columns; a terminal wraps what is longer."""
        named = [(_kind_told(name), _notes_told(told)) for name, told in rows]
        width = max((_cells(name) for name, _ in named), default=0)
        for name, told in named:
            self.write(f"{'':>{self.current_indent}}{name}{'':>{width - _cells(name) + 2}}{told}\n")


def speak_chinese() -> None:
    """Let every command of this process show its help in Chinese."""
    _Context.formatter_class = ChineseHelp


def _cells(text: str) -> int:
    """Count the columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if ord(one) > 0x2E80 else 1 for one in text)


def _kind_told(name: str) -> str:
    return re.sub(r"<(.+)>$", lambda kind: f"<{_KINDS.get(kind[1], kind[1])}>", name)


def _notes_told(text: str) -> str:
    """Put the notes in brackets at the end of an explanation into Chinese; and that of --help.

    >>> _notes_told("监听端口  [default: 8000; 1<=x<=65535]")
    '监听端口  [默认 8000；1<=x<=65535]'
    """
    if text == _OF_HELP:
        return "显示本说明"
    start, bracket, notes = text.rpartition("  [")
    for said, told in _NOTES if bracket else ():
        notes = notes.replace(said, told)
    return start + bracket + notes
