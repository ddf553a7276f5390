"""What 登记 offers with one press: personal data covered, a pasted message without its head, a title, a place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.domain import PersonalData, Writing
from nlp.privacy import find_personal_data, mask
from service.pasted import wechat_message

MASK, WECHAT, TITLE, PLACE = "mask", "wechat", "title", "place"
_LONGEST_TITLE = 30
_SHORTEST_TITLE = 6
_GREETING = re.compile(r"(?:尊敬的)?[^\s，,。！!：:]{0,10}(?:您好|你好|大家好|[长任员席]好|领导)[\s，,。！!：:]+")
_OPENING = re.compile(r"(?:我们|我是|我想|反映一下|请问)(?=.)")
_SENTENCE = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the form says already; a field that is filled stays."""

    title: str = ""
    phone: str = ""
    name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidying:
    """An offer: its name in the address, the words on its button, the fields that it fills as pairs."""

    how: str
    label: str
    fields: tuple[tuple[str, str], ...]

    @property
    def as_json(self) -> str:
        """Give the fields as a JSON object."""
        return json.dumps(dict(self.fields), ensure_ascii=False)


def tidyings(writing: Writing, known: Known, townships: Sequence[str] = ()) -> list[Tidying]:
    """List what can be put in order, the head of a pasted message first: it is neither title nor place."""
    head = _without_head(writing, known.name)
    offers = [head, _masked(writing, known.phone)]
    if head is None:
        offers += [_titled(writing, known), _placed(writing, known, townships)]
    return [one for one in offers if one is not None]


def _titled(writing: Writing, known: Known) -> Tidying | None:
    title = proposed_title(writing.text)
    if known.title.strip() or not title:
        return None
    return Tidying(how=TITLE, label=f"标题填“{title}”", fields=(("title", title),))


def proposed_title(text: str) -> str:
    """Make a title of the first sentence, personal data covered; empty where it is too short to tell anything.

    >>> proposed_title("王主席好，我们板桥乡的路灯坏了半年多了。晚上黑灯瞎火的。")
    '板桥乡的路灯坏了半年多了'
    """
    said = mask(text).strip()
    for polite in (_GREETING, _OPENING):
        said = said[found.end() :] if (found := polite.match(said)) else said
    sentence = _SENTENCE.split(said, maxsplit=1)[0].strip()
    if len(sentence) > _LONGEST_TITLE:
        parts = sentence[: _LONGEST_TITLE + 1].replace(",", "，").rpartition("，")
        sentence = parts[0] if len(parts[0]) >= _SHORTEST_TITLE else sentence[:_LONGEST_TITLE]
    return sentence if len(sentence) >= _SHORTEST_TITLE else ""


def _placed(writing: Writing, known: Known, townships: Sequence[str]) -> Tidying | None:
    named = [one for one in townships if one in writing.title + writing.text]
    if known.place.strip() or len(named) != 1:
        return None
    return Tidying(how=PLACE, label=f"地点填“{named[0]}”", fields=(("place", named[0]),))


def _masked(writing: Writing, phone: str) -> Tidying | None:
    (found,) = find_personal_data([writing])
    if not found:
        return None
    numbers = [_piece(writing, one) for one in found if one.kind == "phone"]
    fields = [("title", mask(writing.title)), ("text", mask(writing.text))]
    if not numbers or phone:
        return Tidying(how=MASK, label="隐去正文中的个人信息", fields=tuple(fields))
    label = f"把电话填入“电话”栏，正文中改为 {mask(numbers[0])}"
    return Tidying(how=MASK, label=label, fields=(*fields, ("phone", numbers[0])))


def _piece(writing: Writing, one: PersonalData) -> str:
    whole = writing.title if one.span.field == "title" else writing.text
    return whole[one.span.start : one.span.end]


def _without_head(writing: Writing, name: str) -> Tidying | None:
    message = wechat_message(writing.text)
    if message is None or not message.text:
        return None
    fields = [("text", message.text), ("source", "微信")]
    if message.name and not name:
        return Tidying(
            how=WECHAT,
            label=f"像是微信聊天记录：去掉时间行，反映人填“{message.name}”，来源填“微信”",
            fields=(*fields, ("name", message.name)),
        )
    return Tidying(how=WECHAT, label="像是微信聊天记录：去掉时间行，来源填“微信”", fields=tuple(fields))
