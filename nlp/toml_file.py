"""Reading the office's TOML files, and gathering every fault in them before anything is refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from nlp.errors import KnowledgeError


class Faults:
    """The faults of one file, each with a code and file:key."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, code: str, key: str, message: str) -> None:
        """Note a fault at a key of the file."""
        self.found.append(f"{code} {self.file}:{key} {message}")

    def raise_if_any(self, what: str, *others: Faults) -> None:
        """Refuse the file when anything is wrong with it, or with the `others`.

        Raises:
            KnowledgeError: carries every fault.
        """
        found = tuple(fault for faults in (self, *others) for fault in faults.found)
        if found:
            raise KnowledgeError(f"{what}，共 {len(found)} 处，请按下列提示修改后重试。", found)


def parse_toml(content: bytes, faults: Faults) -> dict[str, Any]:
    """Parse TOML bytes; what cannot be parsed becomes a fault that names the line, and gives an empty table."""
    if content.startswith(b"\xef\xbb\xbf"):
        faults.add("F02", "1", "文件开头有 BOM，请另存为 UTF-8（无 BOM）")
        content = content[3:]
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        faults.add("F03", str(content[: error.start].count(b"\n") + 1), "不是 UTF-8 编码，请另存为 UTF-8")
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        faults.add(
            "F04",
            line[1] if line else "-",
            f"TOML 写法有误：{error}" if line else "TOML 写法有误：嵌套过深，或数字过大",
        )
    return {}


def read_toml(path: Path, faults: Faults) -> dict[str, Any]:
    """Read a TOML file; see `parse_toml`. A file that is missing is a fault too."""
    try:
        return parse_toml(path.read_bytes(), faults)
    except OSError:
        faults.add("F01", "-", "文件不存在或无法读取")
        return {}
