"""Wrong usage of the command line, told in Chinese: what is wrong, and how to see what is right."""

from __future__ import annotations

from typing import Any

import typer

UsageError: Any = typer.BadParameter.__mro__[1]
"""What the library raises for every kind of wrong usage; it gives its base class no public name."""


def usage_line(error: Any) -> str:
    """Say in one line what a usage error means; the whole help where a command was called without anything."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    command = error.ctx.command_path if error.ctx is not None else "minyi"
    return f"用法不对：{_reason(error, kind)}。运行 {command} --help 查看用法。"


def _reason(error: Any, kind: str) -> str:
    if kind == "NoSuchOption":
        likely = f"，是否指 {'、'.join(sorted(error.possibilities))}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{likely}"
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 后面缺少内容"
    if kind in ("MissingParameter", "BadParameter") and error.param is not None:
        name = "、".join(error.param.opts) if error.param.opts[0].startswith("-") else str(error.param.name).upper()
        return f"缺少 {name}" if kind == "MissingParameter" else f"{name} 的内容不正确"
    if str(error.message).startswith("No such command"):
        return "没有这个命令"
    return "参数多了或少了"
