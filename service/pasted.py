"""A message pasted from WeChat: who wrote it, and what, without the lines that only say when."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHEN = (
    r"(?:(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}日|昨天|今天|星期[一二三四五六日天])\s*)?"
    r"(?:上午|下午|晚上|凌晨|中午)?\s*\d{1,2}:\d{2}(?::\d{2})?"
)
_NAME = r"(?P<name>[^\n:：\d][^\n:：]{0,19}?)"
_HEADER = re.compile(rf"^[ \t]*{_NAME}[ \t]*[:：]?[ \t]+{_WHEN}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a pasted message says; `name` is empty where several people wrote."""

    name: str
    text: str


def wechat_message(text: str) -> Pasted | None:
    r"""Read a text that begins with a name and a time on a line of their own; None where it does not.

    >>> wechat_message("王委员 2026/11/24 10:12\n路灯坏了").name
    '王委员'
    """
    headers = list(_HEADER.finditer(text))
    if not headers or text[: headers[0].start()].strip():
        return None
    ends = [one.start() for one in headers[1:]] + [len(text)]
    said = [text[one.end() : end].strip() for one, end in zip(headers, ends, strict=True)]
    names = {one["name"].strip() for one in headers}
    return Pasted(name=names.pop() if len(names) == 1 else "", text="\n".join(filter(None, said)))
