"""What 登记 offers to put in order with one press: personal data out of the text, a pasted message without its head."""

from __future__ import annotations

import json
from dataclasses import dataclass

from nlp.domain import PersonalData, Writing
from nlp.privacy import find_personal_data, mask
from service.pasted import wechat_message

MASK, WECHAT = "mask", "wechat"


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


def tidyings(writing: Writing, phone: str = "", name: str = "") -> list[Tidying]:
    """List what can be put in order; a field that is filled already stays."""
    return [one for one in (_without_head(writing, name), _masked(writing, phone)) if one is not None]


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
