"""The manual: the Markdown pages of `docs/manual`, which a code host shows as they are and the service shows as pages."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from service.errors import NotFound
from service.folders import shipped_docs

ADDRESS = "/help"
PICTURES = "/help/images"
INDEX = "index"
"""The page that lists the others, in their order."""
_HEADINGS = {"h2", "h3"}
_MARKDOWN = MarkdownIt("js-default", {"html": False})
_SIZE = slice(16, 24)
"""Where a PNG says its width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading within a page; `anchor` is its fragment in the address, the same one that a code host gives it."""

    title: str
    anchor: str
    deep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPage:
    """A page of the manual; `html` leaves out the title."""

    name: str
    title: str
    html: Markup
    sections: tuple[Section, ...]

    @property
    def address(self) -> str:
        """Where the service shows it."""
        return ADDRESS if self.name == INDEX else f"{ADDRESS}/{self.name}"


def contents() -> Sequence[ManualPage]:
    """List the pages in their order, the index first."""
    return tuple(_pages(shipped_docs() / "manual").values())


def page_of(name: str) -> ManualPage:
    """Give a page.

    Raises:
        NotFound: the manual has none of that name.
    """
    found = _pages(shipped_docs() / "manual").get(name)
    if found is None:
        raise NotFound("手册中没有这一页，请从目录查找")
    return found


def anchor_of(title: str) -> str:
    """Give the fragment of a heading as code hosts make it: letters, digits and hyphens stay.

    >>> anchor_of("换电脑、重装系统 PC")
    '换电脑重装系统-pc'
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@cache
def _pages(folder: Path) -> dict[str, ManualPage]:
    """Render every page that the index links to."""
    index = (folder / f"{INDEX}.md").read_text("utf-8")
    names = dict.fromkeys([INDEX, *re.findall(r"\]\(([a-z-]+)\.md", index)])
    return {name: _rendered(folder, name) for name in names}


def _rendered(folder: Path, name: str) -> ManualPage:
    tokens = _MARKDOWN.parse((folder / f"{name}.md").read_text("utf-8"))
    title, body = tokens[1].content, tokens[3:]
    sections = []
    for token, inside in pairwise(body):
        if token.type == "heading_open" and token.tag in _HEADINGS:
            anchor = anchor_of(inside.content)
            sections.append(Section(title=inside.content, anchor=anchor, deep=token.tag != "h2"))
            token.attrSet("id", anchor)
        elif token.type == "table_open":
            token.attrSet("class", "list")
    for child in (one for token in body for one in token.children or ()):
        if child.type == "link_open":
            child.attrSet("href", _address(str(child.attrGet("href"))))
        elif child.type == "image":
            _place(child, folder)
    html = Markup(_MARKDOWN.renderer.render(body, _MARKDOWN.options, {}))  # noqa: S704 - escaped by the renderer
    return ManualPage(name=name, title=title, html=html, sections=tuple(sections))


def _address(target: str) -> str:
    """Turn a link between files into one between pages."""
    return re.sub(rf"^{INDEX}\.md|^([a-z-]+)\.md", lambda one: f"{ADDRESS}/{one[1]}" if one[1] else ADDRESS, target)


def _place(picture: Token, folder: Path) -> None:
    """Give a picture its address, and its size so that the page does not move while it loads."""
    path = folder / str(picture.attrGet("src"))
    with path.open("rb") as stream:
        width, height = struct.unpack(">II", stream.read(_SIZE.stop)[_SIZE])
    for name, value in (("src", f"{PICTURES}/{path.name}"), ("width", width), ("height", height)):
        picture.attrSet(name, value)
