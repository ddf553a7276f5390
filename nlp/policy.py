"""The office's policy as a record: error target, limits, deadlines, which sources are dispatched directly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nlp.toml_file import Faults, read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the office has decided about judging, routing and time limits (`data/policy.toml`).

    Shares are in [0, 1]; `*_days` count days (those of `return_days` working days), `*_months` calendar months,
    `*_hours` hours by the clock, `*_length` characters.
    """

    version: str = ""
    error_target: float = 0.02
    error_level: float = 0.95
    narrow_margin: float = 0.10
    few_examples: int = 10
    theme_own_threshold: int = 150
    short_length: int = 8
    long_length: int = 1500
    max_length: int = 20_000
    direct_dispatch_sources: tuple[str, ...] = ()
    receipt_submission: str = "社情〔{year}〕{number}号"
    receipt_work_order: str = "工单{year}-{number:06d}"
    return_days: int = 5
    reply_months: int = 3
    reply_months_hard: int = 6
    co_reply_months: int = 1
    work_order_days: int = 15
    work_order_urgent_hours: int = 24
    lease_seconds: int = 900


_SECTIONS = ("judging", "limits", "intake", "deadlines")
_SHARES = ("error_target", "error_level", "narrow_margin")
_PATTERNS = ("receipt_submission", "receipt_work_order")


def load_policy(path: Path) -> Policy:
    """Read and check the policy.

    Raises:
        KnowledgeError: `faults` lists everything that is wrong, with code and file:key.
    """
    faults = Faults(path.name)
    values: dict[str, Any] = {}
    for section, content in read_toml(path, faults).items():
        if section not in _SECTIONS or not isinstance(content, dict):
            faults.add("P01", section, f"不认识的小节，只能是 {'、'.join(_SECTIONS)}")
            continue
        values |= {key: _checked(f"{section}.{key}", key, value, faults) for key, value in content.items()}
    faults.raise_if_any("办理规定有误")
    version = hashlib.sha256(json.dumps(asdict(Policy(**values)), sort_keys=True).encode()).hexdigest()[:12]
    return Policy(**values | {"version": version})


def _checked(place: str, key: str, value: Any, faults: Faults) -> Any:
    kinds = {field.name: field.type for field in fields(Policy) if field.name != "version"}
    if key not in kinds:
        faults.add("P02", place, "不认识的项目，请核对写法")
    elif key == "direct_dispatch_sources":
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            faults.add("P03", place, "应为文字列表")
        else:
            return tuple(value)
    elif key in _PATTERNS:
        _check_pattern(place, value, faults)
    elif key in _SHARES:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            faults.add("P04", place, "应为 0 与 1 之间的小数")
    elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
        faults.add("P05", place, "应为 1 以上的整数")
    return value


def _check_pattern(place: str, value: Any, faults: Faults) -> None:
    try:
        good = isinstance(value, str) and value.format(year=2026, number=1) != value.format(year=2026, number=2)
    except (KeyError, IndexError, ValueError):
        good = False
    if not good or len(str(value)) > 60:
        faults.add("P06", place, "登记号式样应含 {number}（可含 {year}），不超过 60 字")
