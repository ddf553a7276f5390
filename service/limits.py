"""What every door (API, page, import) holds a value to before it is stored."""

from __future__ import annotations

import re
import unicodedata

from service.errors import Invalid

NAME_LENGTH = 80
"""Most characters of a source, a place or an actor."""

NOTE_LENGTH = 20_000
"""Most characters of a reason, a note or an answer."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})


def is_blank(text: str) -> bool:
    """Tell whether nothing of `text` would be seen: only spaces, controls, zero-width and combining characters."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)


def check_storable(value: str, field: str, most: int) -> None:
    """Check that a database can keep `value` and that it has at most `most` characters.

    Raises:
        Invalid: a lone surrogate (`E_UNICODE`), or too long (`E_TOO_LONG`).
    """
    if len(value) > most:
        raise Invalid(f"内容过长：{len(value)} 字，最多 {most} 字，请删减后再提交", field=field, code="E_TOO_LONG")
    if value.isascii():
        return
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Invalid("含有不完整的 Unicode 字符，请检查编码后再提交", field=field, code="E_UNICODE") from None


def check_name(value: str, field: str, most: int = NAME_LENGTH) -> None:
    """Check a short value of one line: storable, and without control characters.

    Raises:
        Invalid: too long, a lone surrogate, or a control character (`E_CONTROL`).
    """
    check_storable(value, field, most)
    if _CONTROL.search(value):
        raise Invalid("含有控制字符，请删除后再提交", field=field, code="E_CONTROL")


def require_note(value: str, field: str, missing: str) -> str:
    """Give back a reason or an answer without the spaces around it.

    Args:
        value: as typed.
        field: what the error names.
        missing: Chinese sentence for a value in which nothing can be seen.

    Raises:
        Invalid: blank (`E_EMPTY`), too long or not storable.
    """
    if is_blank(value):
        raise Invalid(missing, field=field, code="E_EMPTY")
    check_storable(value, field, NOTE_LENGTH)
    return value.strip()
