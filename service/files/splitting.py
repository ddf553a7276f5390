"""Running text → submissions: the ways in which it can be cut, each shown to the clerk, one of them proposed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.files.grid import GridRow, Part, SheetFound
from service.files.limits import Limits

FIELDS: dict[str, tuple[str, ...]] = {
    "标题": ("标题", "题目", "主题", "信息标题"),
    "正文": ("正文", "内容", "信息内容", "情况反映", "反映内容"),
    "反映人": ("反映人", "提交人", "报送人", "作者", "委员姓名", "姓名"),
    "单位职务": ("单位职务", "单位及职务", "工作单位", "单位", "职务"),
    "界别": ("界别", "所属界别"),
    "专委会": ("专委会", "所属专委会", "专门委员会"),
    "电话": ("电话", "联系电话", "联系方式", "手机"),
    "日期": ("日期", "时间", "报送日期", "报送时间", "提交时间"),
    "地点": ("地点", "所在地", "乡镇", "所属乡镇"),
}
TEXT_HEADER = (*FIELDS, "文件")
"""Columns of a text that was cut into submissions."""

_NAMES = {name: field for field, names in FIELDS.items() for name in names}
_FIELD_LINE = re.compile(
    r"[【\[]?\s*(" + "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + r")\s*[】\]]?\s*[:：]\s*(.*)\Z",
    re.DOTALL,
)
_SEPARATOR = re.compile(r"[-—=*＊_～~·\s]{4,}\Z")
_NUMBERED = re.compile(
    r"(?:第\s*[0-9一二三四五六七八九十百]+\s*[件条篇]|[一二三四五六七八九十]{1,3}、|\d{1,3}\s*[.、．)）](?!\d))"
)
_TITLE_LENGTH = 60
_MOST_PIECES = 20_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `level` is that of a heading (1 is the highest), 0 for running text."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to cut a text, how much speaks for it (`choice`), and the words before the first piece, if they are none."""

    name: str
    pieces: Sequence[Sequence[Paragraph]]
    choice: int
    before: str = ""


def ways(paragraphs: Sequence[Paragraph]) -> list[Way]:
    """List the ways to cut a text into submissions: the whole is always one; others only where they give several."""
    found = [Way(name="整篇一件", pieces=[paragraphs], choice=1)]
    level = _heading_level(paragraphs)
    for name, starts, choice in (
        ("按“标题：”分件", _titled, 5),
        ("按分隔线分件", _separated, 4),
        ("按标题分件", lambda one: one.level == level, 3),
        ("按编号分件", _numbered, 0),
        ("按空行分件", lambda one: not one.text.strip(), 0),
    ):
        before, pieces = _without_cover(_cut(paragraphs, starts), starts)
        if len(pieces) > 1 and (level or choice != 3):
            found.append(Way(name=f"{name}（{len(pieces)} 件）", pieces=pieces, choice=choice, before=before))
    return found


def piece_cells(piece: Sequence[Paragraph], file: str = "") -> tuple[str, ...]:
    """Read a piece into the columns of `TEXT_HEADER`; lines such as “反映人：…” become columns of their own."""
    values = dict.fromkeys(FIELDS, "")
    body: list[str] = []
    title = ""
    for one in piece:
        line = one.text.strip()
        field, text = _field(line)
        if field == "正文":
            body.append(text)
        elif field and not values[field] and len(text) <= (200 if field == "标题" else _TITLE_LENGTH):
            values[field] = text
        elif not _SEPARATOR.match(line) or not line:
            if not title and not body and line and (one.level or _like_title(line)):
                title = line
            else:
                body.append(one.text.rstrip())
    if title and values["标题"]:
        body.insert(0, title)
    values["标题"] = values["标题"] or title
    values["正文"] = "\n".join(body).strip("\n")
    return (*values.values(), file)


def way_parts(index: int, way: Way, files: Sequence[str], limits: Limits) -> Iterator[Part]:
    """Give a way of cutting a text as a sheet."""
    notes = (f"开头的“{way.before}”不作为来稿",) if way.before else ()
    yield SheetFound(index=index, name=way.name, header=TEXT_HEADER, choice=way.choice, notes=notes)
    for number, (piece, file) in enumerate(zip(way.pieces, files, strict=True), start=1):
        cells = piece_cells(piece, file)
        yield GridRow(sheet=index, number=number, cells=tuple(one[: limits.cell] for one in cells))


def _field(line: str) -> tuple[str, str]:
    found = _FIELD_LINE.match(line)
    return (_NAMES[found[1]], found[2].strip()) if found else ("", "")


def _like_title(line: str) -> bool:
    return len(line) <= _TITLE_LENGTH and not line.endswith(("。", "；", "，", ",", "！", "？", ":", "："))


def _heading_level(paragraphs: Sequence[Paragraph]) -> int:
    """Give the highest level that has at least two headings; 0 where there is none."""
    levels = [one.level for one in paragraphs if one.level]
    return min((level for level in set(levels) if levels.count(level) > 1), default=0)


def _titled(one: Paragraph) -> bool:
    return _field(one.text.strip())[0] == "标题"


def _separated(one: Paragraph) -> bool:
    return bool(one.text.strip()) and bool(_SEPARATOR.match(one.text.strip()))


def _numbered(one: Paragraph) -> bool:
    line = one.text.strip()
    return len(line) <= _TITLE_LENGTH and bool(_NUMBERED.match(line)) and not line.endswith("。")


def _cut(paragraphs: Sequence[Paragraph], starts: Callable[[Paragraph], bool]) -> list[list[Paragraph]]:
    return [piece for piece in _begin(paragraphs, starts) if any(_seen(one) for one in piece)][:_MOST_PIECES]


def _without_cover(
    pieces: list[list[Paragraph]], starts: Callable[[Paragraph], bool]
) -> tuple[str, list[list[Paragraph]]]:
    """Take off a cover: a few words that stand before the first start."""
    first = " ".join(one.text.strip() for one in pieces[0] if one.text.strip()) if pieces else ""
    if len(pieces) < 2 or starts(pieces[0][0]) or len(first) > _TITLE_LENGTH:
        return "", pieces
    return first, pieces[1:]


def _seen(one: Paragraph) -> bool:
    return bool(one.text.strip()) and not _SEPARATOR.match(one.text.strip())


def _begin(paragraphs: Sequence[Paragraph], starts: Callable[[Paragraph], bool]) -> Iterator[list[Paragraph]]:
    piece: list[Paragraph] = []
    for one in paragraphs:
        if starts(one) and piece:
            yield piece
            piece = []
        piece.append(one)
    yield piece
