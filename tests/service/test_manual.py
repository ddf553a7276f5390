"""Markdown becomes pages: safe, with anchors as code hosts make them, links between pages, pictures with their size."""

import struct
from pathlib import Path

import pytest

from service import manual
from service.errors import NotFound

PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "manual").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "desk.png").write_bytes(PICTURE)
    monkeypatch.setattr(manual, "shipped_docs", lambda: tmp_path)
    return tmp_path / "manual"


def write(folder: Path, **pages: str) -> None:
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, "utf-8")


def test_pages_stand_in_the_order_of_the_index(folder: Path) -> None:
    write(
        folder, index="# 手册\n\n[乙](b.md) [甲](a.md#一) [乙](b.md)\n", a="# 甲\n\n## 一\n", b="# 乙\n", c="# 不在\n"
    )
    assert [page.address for page in manual.contents()] == ["/help", "/help/b", "/help/a"]
    assert manual.page_of("a").title == "甲"
    with pytest.raises(NotFound, match="手册中没有这一页"):
        manual.page_of("c")


def test_links_lead_to_pages_and_headings(folder: Path) -> None:
    write(
        folder,
        index="# 手册\n\n[甲](a.md#换电脑-重装)、[里面](#一)\n\n## 一\n",
        a="# 甲\n\n### 换电脑 重装！\n\n[回](index.md)\n",
    )
    page = manual.page_of("a")
    assert [(one.title, one.anchor, one.deep) for one in page.sections] == [("换电脑 重装！", "换电脑-重装", True)]
    assert '<h3 id="换电脑-重装">' in page.html
    assert '<a href="/help">回</a>' in page.html
    assert f'href="/help/a#{"%E6%8D%A2%E7%94%B5%E8%84%91-%E9%87%8D%E8%A3%85"}"' in manual.page_of("index").html


def test_pictures_have_an_address_of_the_service_and_their_size(folder: Path) -> None:
    write(folder, index="# 手册\n\n![桌面](../images/desk.png)\n")
    (html,) = (page.html for page in manual.contents())
    assert '<img src="/help/images/desk.png" alt="桌面" width="640" height="480"' in html


def test_what_could_run_in_a_browser_is_shown_as_text(folder: Path) -> None:
    write(folder, index='# 手册\n\n<script>alert(1)</script> <b onclick="x">粗</b>\n\n[点](javascript:alert(1))\n')
    html = manual.page_of("index").html
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<b " not in html
    assert "href" not in html
