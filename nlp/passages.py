"""Texts cut into passages, and what the words tell of each: that it is added, a numbered point, or what is asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from nlp.characters import characters_of
from nlp.screens import SPACES, Looked, Rules, Screen, heads_of

SHORTEST = 6
"""Characters that a passage has at least; a shorter one belongs to its neighbour."""

_ADDED = (
    "另外|此外|还有(?!的|些|人)|再就是|再有|再者|再说|再一|另有|另，|另请|另需|另建议|另反映|另辖|另问|"
    "顺便|顺带|附带|对了|第二[件项]|同时反映|同时咨询|并反映|二盼|又，|还想[问说反]|也想[问说反]|还反映|还称|"
    "来电人还|来电人另|市民还|群众还|村民还|居民还"
)
_NUMBERED = (
    r"[二三四五六]是|第[二三四五六][，、：:点]|其[二三四]|其次|[二三四五六][、.．]"
    r"|[（(][二三四五六2-6][）)]|[2-6][、.．)）](?!\d)"
)
_STOPS = frozenset("。；;！？!?\n")
_BEFORE = _STOPS | SPACES | frozenset("，,、:：")
_EDGE = Rules(rf"[。；;！？!?\n]|{_ADDED}|{_NUMBERED}")
_OPENS = re.compile(rf"\s*(?:({_ADDED})|(?:{_NUMBERED}))")
_FIRST_POINT = re.compile(r"一是|第一[，、：:点]|其一|一[、.．]|[（(][一1][）)]|1[、.．)）](?!\d)")
_WISH = re.compile("建议|请|盼|希望|要求|能不能|可否|能否|求|应当")
_BEGINS_WITH_WISH = re.compile(
    r"\s*(?:因此|为此|所以|故|现|特|兹|我们?|村民|来电人|市民|群众|家长|企业|本人|只|就|也|不|政府|有关部门)*\s*"
    "(?:建议|请|恳请|希望|盼|望|能不能|可否|能否|要求|求|最好|应|宜|是否|可以|对策|拟)"
)
_ASKS = re.compile("建议|请|盼|希望|要求|能不能|可否|能否|求|应当|恳|想问|怎么办|咋|谁管|吗|[?？]|为啥")
_ASKS_FOR = re.compile("建议|请|盼|希望|要求|能不能|可否|能否|应当|恳")
_PLACED = re.compile(
    r"\s*[^，。；,;]{0,8}(?:小区|楼下|门口|村[东西南北里口]|院里|路口|街口|社区|学校|市场|公园|广场|园区|[渠桥河沟巷])"
)
_COUNTED = re.compile("[两二三几俩](?:件|桩|宗|则|事|[个项点](?:事|问题|诉求|请求|情况|难|困难|麻烦|需求|意见))")
_COMPLAINS = re.compile("没|坏|不|难|乱|堵|少|缺|拖|欠|漏|停|断|臭|脏|差|贵|涨|骗|破|塌|老化")

SCREEN = Screen([heads_of(_ADDED), _EDGE.heads, _BEFORE])
_ADDING, _AT_EDGE, _BEFORE_ADDED = range(3)


class Opening(IntEnum):
    """How a passage begins."""

    PLAIN, ADDED, NUMBERED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text cut into passages: passage i is ``text[edges[i]:edges[i + 1]]`` and begins like `openings[i]`.

    The second and later of numbered points are NUMBERED, unless the points are all of what is asked for. `title` stands
    above the text.
    """

    title: str
    text: str
    edges: tuple[int, ...]
    openings: tuple[Opening, ...]

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.openings)

    def wishing(self, passage: int) -> bool:
        """Tell whether a passage begins with what is asked for."""
        return _BEGINS_WITH_WISH.match(self.text, self.edges[passage]) is not None

    def asked_before(self, passage: int) -> bool:
        """Tell whether anything is asked for before a passage."""
        return _ASKS.search(self.text, 0, self.edges[passage]) is not None

    def asking_twice(self, passage: int) -> bool:
        """Tell whether something is asked for both before a passage and from it on."""
        start = self.edges[passage]
        return bool(_ASKS_FOR.search(self.text, start) and _ASKS_FOR.search(self.text, 0, start))

    def placed(self, passage: int) -> bool:
        """Tell whether a passage begins with a place."""
        return _PLACED.match(self.text, self.edges[passage]) is not None

    @property
    def counted(self) -> bool:
        """Tell whether the title counts matters."""
        return _COUNTED.search(self.title) is not None

    def listed(self, passage: int) -> bool:
        """Tell whether a passage goes on with a list in a text that has asked for something."""
        start = self.edges[passage]
        return self.text[start - 1] in "；;" and _WISH.search(self.text, 0, start) is not None

    def complaining(self, passage: int) -> bool:
        """Tell whether a passage complains of anything."""
        return _COMPLAINS.search(self.text, *self.edges[passage : passage + 2]) is not None

    def opened(self) -> list[int]:
        """Give the passages but the first that begin like a further matter."""
        return [number for number, opening in enumerate(self.openings) if number and opening]


def cuts_of(fields: Sequence[str], unsure: Collection[int], looked: Looked | None = None) -> dict[int, Cut]:
    """Cut those of many texts that may hold several matters: number of the text → two passages or more.

    Args:
        fields: normalised titles and texts in turn.
        unsure: numbers of the texts to cut even if nothing in them begins like an addition.
        looked: what SCREEN has marked in the fields, where it has looked already.
    """
    if not fields:
        return {}
    looked = looked or SCREEN.look(characters_of(fields))
    adding = {field // 2 for field in looked.following(_ADDING, _BEFORE_ADDED) if field % 2}
    numbers = sorted(adding | {*unsure})
    cuts = ((number, _cut(fields[2 * number], fields[2 * number + 1], looked, 2 * number + 1)) for number in numbers)
    return {number: cut for number, cut in cuts if len(cut) > 1}


def cut_of(text: str) -> Cut:
    """Cut a text without a title."""
    return _cut("", text, SCREEN.look(characters_of([text])), 0)


def _cut(title: str, text: str, looked: Looked, number: int) -> Cut:
    """Cut a text, which is one of those looked at."""
    edges, openers, done = [0], [], 0
    for place in looked.places(_AT_EDGE, number):
        if text[place] in _STOPS:
            edge = place + 1
        elif place and text[place - 1] not in _BEFORE:
            continue
        else:
            openers.append(place)
            match = _EDGE.match(text, place, len(text)) if done <= place else None
            if match is None:
                continue
            edge, done = place, match.end()
        if edge - edges[-1] >= SHORTEST and len(text[edges[-1] : edge].strip()) >= SHORTEST:
            edges.append(edge)
    if len(edges) > 1 and len(text[edges[-1] :].strip()) < SHORTEST:
        edges.pop()
    openings = _openings(text, edges, openers) if openers else (Opening.PLAIN,) * len(edges)
    return Cut(title=title, text=text, edges=(*edges, len(text)), openings=openings)


def _openings(text: str, edges: Sequence[int], openers: Sequence[int]) -> tuple[Opening, ...]:
    """Tell how passages begin; what opens one stands at one of `openers`."""
    openings, numbered = [Opening.PLAIN] * len(edges), None
    for place in openers:
        number = bisect_right(edges, place) - 1
        if text[edges[number] : place].strip() or not (match := _OPENS.match(text, edges[number])):
            continue
        if match.lastindex:
            openings[number] = Opening.ADDED
        else:
            numbered = numbered if numbered is not None else _as_numbered(text)
            openings[number] = numbered
    return tuple(openings)


def _as_numbered(text: str) -> Opening:
    """Tell how the second and later of numbered points begin."""
    point = _FIRST_POINT.search(text)
    return Opening.NUMBERED if point is None or not _WISH.search(text, 0, point.start()) else Opening.PLAIN
