"""The office's policy as a record: error target, limits, deadlines, which sources are dispatched directly."""

from __future__ import annotations

import hashlib
import json
import re
import string
from dataclasses import asdict, dataclass
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
    work_order_prompt_days: int = 7
    work_order_urgent_hours: int = 24
    work_order_critical_hours: int = 2
    lease_seconds: int = 900


_SECTIONS = {
    "judging": ("error_target", "error_level", "narrow_margin", "few_examples", "theme_own_threshold"),
    "limits": ("short_length", "long_length", "max_length"),
    "intake": ("direct_dispatch_sources", "receipt_submission", "receipt_work_order"),
    "deadlines": (
        "return_days", "reply_months", "reply_months_hard", "co_reply_months", "work_order_days",
        "work_order_prompt_days", "work_order_urgent_hours", "work_order_critical_hours", "lease_seconds",
    ),
}  # fmt: skip
_MOST = {
    "return_days": 60, "reply_months": 60, "reply_months_hard": 60, "co_reply_months": 60, "work_order_days": 366,
    "work_order_prompt_days": 366, "work_order_urgent_hours": 720, "work_order_critical_hours": 720,
    "lease_seconds": 86_400,
}  # fmt: skip
_ORDERED = (
    ("short_length", "long_length"),
    ("long_length", "max_length"),
    ("reply_months", "reply_months_hard"),
    ("work_order_prompt_days", "work_order_days"),
    ("work_order_critical_hours", "work_order_urgent_hours"),
)
_NUMBER_FORMAT = re.compile(r"(?:0?\d{1,2})?d?\Z")
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
        for key, value in content.items():
            values[key] = _checked(section, key, value, faults)
    if not faults.found:
        _check_order(Policy(**values), faults)
    faults.raise_if_any("办理规定有误")
    version = hashlib.sha256(json.dumps(asdict(Policy(**values)), sort_keys=True).encode()).hexdigest()[:12]
    return Policy(**values | {"version": version})


def _check_order(policy: Policy, faults: Faults) -> None:
    """Note pairs of which the first must not be greater, and two tracks that would share their numbers."""
    for less, more in _ORDERED:
        if getattr(policy, less) > getattr(policy, more):
            faults.add("P07", less, f"不应大于 {more}")
    if policy.receipt_submission == policy.receipt_work_order:
        faults.add("P08", "intake.receipt_work_order", "来稿与工单的登记号式样不能相同")


def _checked(section: str, key: str, value: Any, faults: Faults) -> Any:
    place = f"{section}.{key}"
    if key not in _SECTIONS[section]:
        faults.add("P02", place, "本小节没有这一项，请核对写法和位置")
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
    elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST.get(key, 1_000_000):
        faults.add("P05", place, f"应为 1–{_MOST.get(key, 1_000_000)} 的整数")
    return value


def _check_pattern(place: str, value: Any, faults: Faults) -> None:
    try:
        parts = list(string.Formatter().parse(value)) if isinstance(value, str) else []
    except ValueError:
        parts = []
    fields = [(name, form, conversion) for _, name, form, conversion in parts if name is not None]
    good = "number" in [name for name, _, _ in fields] and all(
        name in ("year", "number") and not conversion and _NUMBER_FORMAT.match(form or "")
        for name, form, conversion in fields
    )
    if not good or len(str(value)) > 60 or not str(value).isprintable():
        faults.add("P06", place, "登记号式样应含 {number}（可含 {year}），不超过 60 字")
