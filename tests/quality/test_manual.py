"""The manual says what the pages say: names of buttons, doubts, links, pictures; and every page leads into it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from nlp.domain import Doubt, ResultGrade
from service import manual
from service.access import NOBODY, Caller, Post
from service.folders import shipped_docs
from service.web.pages.actions import ACCEPT, ANSWER, EXTEND, RETURN, SIGN
from service.web.pages.doubt_words import NO_THRESHOLD, WORDS, doubt_address
from service.web.pages.help_links import PLACES, ROLE_PAGES, help_address

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "service" / "web"
FOLDER = shipped_docs() / "manual"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))
TEXTS = {name: (FOLDER / f"{name}.md").read_text("utf-8") for name in NAMES}
ANCHORS = {page.address: [section.anchor for section in page.sections] for page in manual.contents()}
LABELS = (
    "nlp/domain.py",
    "service/access.py",
    "service/first_steps.py",
    "service/imports/plan.py",
    "service/reports.py",
    "service/restricted.py",
    "service/waiting.py",
)
"""Where pages have words from that are not their own."""
NOT_EXPLAINED = {"help.html"}
_TAG, _JINJA = re.compile(r"<[^>]*>"), re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_SHOWN = re.compile(r'(?:placeholder|title|aria-label|value|alt)="([^"]*)"')
_SPLIT = re.compile(r"[\s　：；，。（）:|·]+|\{[a-z.]*\}")


def pieces() -> Iterator[str]:
    """Give every piece of Chinese text that stands in templates, scripts and pages, cut at tags, values and stops."""
    for path in (WEB / "templates").glob("*.html"):
        source = path.read_text("utf-8")
        shown = [*_SHOWN.findall(source), *re.findall(r'"([^"]*)"', " ".join(_JINJA.findall(source)))]
        for text in (_TAG.sub("\n", _JINJA.sub("\n", source)), *(_JINJA.sub("\n", one) for one in shown)):
            yield from (line.strip() for line in text.split("\n"))
    for path in (WEB / "static").glob("*.js"):
        yield from re.findall(r'"([^"]*)"', path.read_text("utf-8"))
    for path in (*(WEB / "pages").glob("*.py"), *(ROOT / one for one in LABELS)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.strip()


def composed() -> Iterator[str]:
    """Give the names that pages put together."""
    yield from (f"代登记{one.label}" for one in (ACCEPT, RETURN, EXTEND, ANSWER))
    yield from (f"{one.value} {one.label}" for one in ResultGrade)
    yield from (f"{one.label}所选" for one in (SIGN, ACCEPT))


@pytest.fixture(scope="module")
def on_pages() -> set[str]:
    """Give what a name in the manual may be: a whole piece, or a part of one between stops."""
    whole = {one for one in (*pieces(), *composed()) if re.search(r"[一-鿿A-Z]", one)}
    return whole | {part for one in whole for part in _SPLIT.split(one) if part}


def test_the_index_lists_every_page() -> None:
    assert sorted(page.name for page in manual.contents()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_quoted_stands_on_a_page(name: str, on_pages: set[str]) -> None:
    quoted = set(re.findall(r"「([^」]+)」", TEXTS[name]))
    assert sorted(one for one in quoted if one not in on_pages) == []


def test_a_name_that_no_page_has_is_found_out(on_pages: set[str]) -> None:
    assert not {"提交数据", "签", "系统设置", "签发 所选"} & on_pages
    assert {"签发", "确认 Enter", "先看会改什么", "同意解除，转入待拟办"} <= on_pages


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_picture_of_a_page_is_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        file, _, anchor = target.partition("#")
        assert not file or (FOLDER / file).is_file(), target
        page = Path(file).stem or name
        assert not anchor or anchor in {one.anchor for one in manual.page_of(page).sections}, target


@pytest.mark.parametrize("name", NAMES)
def test_a_paragraph_stands_on_one_line(name: str) -> None:
    """A line break within a paragraph is shown as a space, which Chinese does not have."""
    within = (child for token in MarkdownIt("js-default").parse(TEXTS[name]) for child in token.children or ())
    assert [one.type for one in within if one.type == "softbreak"] == []


@pytest.mark.parametrize("page", manual.contents(), ids=lambda page: page.name)
def test_a_page_can_be_pointed_into(page: manual.ManualPage) -> None:
    anchors = [section.anchor for section in page.sections]
    assert len(anchors) == len(set(anchors))
    assert "<script" not in page.html
    assert "](" not in re.sub(r"<(code|pre)>.*?</\1>", "", page.html, flags=re.DOTALL)
    for picture in re.findall(r"<img [^>]*>", page.html):
        assert re.search(r'alt="[^"]+"', picture), picture
        assert re.search(r'width="\d+" height="\d+"', picture), picture


@pytest.mark.parametrize("doubt", Doubt, ids=lambda doubt: doubt.value)
def test_every_doubt_has_its_section(doubt: Doubt) -> None:
    section = TEXTS["doubts"].partition(f"\n### {doubt.label}\n")[2].partition("\n##")[0]
    assert f"\n`{doubt.value}`" in section
    assert f"“{WORDS[doubt]}”" in section
    assert all(part in section for part in ("**意思**", "**怎么办**"))
    resolve(doubt_address(doubt))


def test_what_is_said_instead_of_a_doubt_is_explained_there() -> None:
    assert NO_THRESHOLD in TEXTS["doubts"]


def resolve(address: str) -> None:
    """See that an address leads to a page of the manual, and to a section of it where it names one."""
    page, _, anchor = address.partition("#")
    assert page in ANCHORS, address
    assert not anchor or unquote(anchor) in ANCHORS[page], address


def test_every_page_leads_into_the_manual() -> None:
    templates = {path.name: path.read_text("utf-8") for path in (WEB / "templates").glob("*.html")}
    within = {name for name, source in templates.items() if '{% extends "base.html" %}' in source}
    assert set(PLACES) == within - NOT_EXPLAINED
    somebody = [NOBODY, *(Caller(id="x", name="x", rights=frozenset(), posts=frozenset({post})) for post in Post)]
    for caller in somebody:
        for template in PLACES:
            resolve(help_address(template, caller).removesuffix("/index"))
        assert help_address("help.html", caller) == ""


def test_every_role_has_its_page() -> None:
    assert set(ROLE_PAGES) == set(Post)
    titles = {page.name: page.title for page in manual.contents()}
    assert {post: titles[name] for post, name in ROLE_PAGES.items()} == {post: post.label for post in Post}


def test_addresses_written_into_templates_resolve() -> None:
    sources = [path.read_text("utf-8") for path in (WEB / "templates").glob("*.html")]
    written = {one for source in sources for one in re.findall(r'href="(/help[^"{]*)"', source)}
    assert len(written) > 1
    for address in written:
        resolve(address)
