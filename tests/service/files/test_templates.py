import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from service.files.templates import Cabinet, TemplateFault, fill

WORDS = {"登记号": "社情〔2026〕12号", "正文": ["一", "二"], "标题": "题"}


def template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def filled(*lines: str, **words: object) -> list[str]:
    return [one.text for one in Document(io.BytesIO(fill(template(*lines), "转办函", {**WORDS, **words}))).paragraphs]


def test_tags_and_lists() -> None:
    assert filled("{{ 登记号 }}号", "{%p for 段 in 正文 %}", "{{ 段 }}", "{%p endfor %}") == [
        "社情〔2026〕12号号",
        "一",
        "二",
    ]


def test_a_text_is_text_whatever_is_in_it() -> None:
    assert filled("{{ 标题 }}", 标题="<w:p>&{{ 登记号 }}\x00\ud800𠀀") == ["<w:p>&{{ 登记号 }}□□𠀀"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{{ 登记好 }}"], "{{ 登记好 }} 有误：没有“登记好”"),
        (["{{ 标题.作者 }}"], "没有“作者”"),
        (["{{ 登记号"], "花括号没有成对"),
        (["{{ 登记号 + }}"], "{{ 登记号 + }} 写法有误"),
        (["{%p for 段 in 正文 %}", "{{ 段 }}"], "没有配对"),
        (["{%p endfor %}"], "写法有误"),
        (["{{ ''.__class__.__mro__[1].__subclasses__() }}"], "不能这样用"),
        (["{{ 登记号.__class__ }}"], "不能这样用"),
        (["{% for n in range(1000000000) %}{% endfor %}"], "不能这样用"),
        (["{{ 1/0 }}"], "不能这样用"),
    ],
)
def test_a_fault_names_the_template_and_the_tag(lines: list[str], said: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        filled(*lines)
    assert "转办函" in str(caught.value)
    assert said in str(caught.value)


def test_what_is_no_template_is_refused() -> None:
    holding = io.BytesIO()
    with zipfile.ZipFile(holding, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("word/vbaProject.bin", "x")
    for content, said in ((b"", "不是 Word"), (b"x" * 3_000_001, "超过"), (holding.getvalue(), "宏")):
        with pytest.raises(TemplateFault, match=said):
            fill(content, "转办函", WORDS)


def test_a_cell_whose_list_is_empty_stays_a_cell() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    for line in ("{%p for 段 in 正文 %}", "{{ 段 }}", "{%p endfor %}"):
        cell.add_paragraph(line)
    cell._tc.remove(cell.paragraphs[0]._p)
    made = io.BytesIO()
    document.save(made)
    (kept,) = Document(io.BytesIO(fill(made.getvalue(), "处理单", {"正文": []}))).tables[0].rows[0].cells
    assert [one.text for one in kept.paragraphs] == [""]


def test_the_own_template_goes_before_the_shipped_one(tmp_path: Path) -> None:
    cabinet = Cabinet(own=tmp_path / "own", shipped=tmp_path)
    (tmp_path / "slip.docx").write_bytes(b"shipped")
    assert cabinet.path("slip").read_bytes() == b"shipped"
    cabinet.keep("slip", b"own")
    assert (cabinet.path("slip").read_bytes(), cabinet.is_own("slip")) == (b"own", True)
    cabinet.reset("slip")
    cabinet.reset("slip")
    assert cabinet.path("slip").read_bytes() == b"shipped"
