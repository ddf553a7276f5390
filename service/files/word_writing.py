"""Word documents as offices set them: A4, 仿宋 and 小标宋 with fallbacks, page numbers between dashes."""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

BODY = "仿宋_GB2312"
TITLE = "方正小标宋简体"
LABEL = "黑体"
LATIN = "Times New Roman"
RED = RGBColor(0xD2, 0x10, 0x10)
FALLBACKS = {
    BODY: "仿宋,FangSong,STFangsong,华文仿宋,Noto Serif CJK SC",
    TITLE: "方正小标宋_GBK,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    LABEL: "SimHei,Noto Sans CJK SC",
}
_AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
    "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:textDirection", "w:textAlignment", "w:outlineLvl", "w:rPr",
)  # fmt: skip


def new_document(*, landscape: bool = False) -> WordDocument:
    """Open an empty A4 document with the margins of official papers."""
    document = Document()
    section = document.sections[0]
    sides = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(25), Mm(20)) if landscape else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if landscape else (Mm(28), Mm(26))
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    _set_fonts(normal.element.get_or_add_rPr(), BODY)
    normal.paragraph_format.space_after = Pt(0)
    _name_fallbacks(document)
    return document


def write(paragraph: Paragraph, text: str, *, font: str = BODY, size: float = 16, red: bool = False) -> None:
    """Append text to a paragraph."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if red:
        run.font.color.rgb = RED
    _set_fonts(run._r.get_or_add_rPr(), font)


def add(
    place: Any,
    text: str,
    *,
    font: str = BODY,
    size: float = 16,
    align: str = "both",
    indent: float = 0,
    pitch: float = 28,
    red: bool = False,
) -> Paragraph:
    """Append a paragraph to a document or a cell.

    Args:
        place: what has `add_paragraph`.
        text: of the paragraph.
        font: East-Asian font.
        size: in points.
        align: `left`, `center`, `right` or `both`.
        indent: of the first line, in characters of `size`.
        pitch: exact line height in points; 0 lets the font decide.
        red: as the head of official papers is.
    """
    paragraph: Paragraph = place.add_paragraph()
    shape = paragraph.paragraph_format
    shape.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }[align]
    if indent:
        shape.first_line_indent = Pt(indent * size)
    if pitch:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    write(paragraph, text, font=font, size=size, red=red)
    return paragraph


def add_page_number(document: WordDocument) -> None:
    """Put “— 1 —” at the foot of each page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(paragraph, "— ", font="宋体", size=14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    write(paragraph, " —", font="宋体", size=14)


def add_line(paragraph: Paragraph, color: str = "D21010", width: int = 18, side: str = "bottom") -> None:
    """Draw a line along a side of a paragraph; `width` counts eighths of a point."""
    border = f'<w:{side} w:val="single" w:sz="{width}" w:space="6" w:color="{color}"/>'
    drawn = parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>")
    paragraph._p.get_or_add_pPr().insert_element_before(drawn, *_AFTER_BORDERS)


def repeat_as_head(row: Any) -> None:
    """Show a row of a table again on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name, value in (("eastAsia", font), ("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN)):
        fonts.set(qn(f"w:{name}"), value)


def _name_fallbacks(document: WordDocument) -> None:
    """Tell in the font table which font may stand in where one is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, others in FALLBACKS.items():
        font = parse_xml(
            f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{others}"/>'
            '<w:charset w:val="86"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
        )
        table.append(font)
    from lxml import etree

    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
