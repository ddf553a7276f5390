# ruff: noqa: E501
"""Two hundred hostile or broken files, made on the spot: name, bytes, and what the answer must say where one is due.

`heavy` ones are only ever opened in the capped child.
"""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import xlsxwriter

FILES = "tests/files"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'


@dataclass(frozen=True, slots=True)
class Hostile:
    name: str
    make: Callable[[], bytes]
    says: str = ""
    heavy: bool = False


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def book(
    sheet: str, strings: str = "", head: str = "", extra: dict[str, bytes | str] | None = None, **other: str
) -> bytes:
    """Make a workbook out of the XML of its sheet."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r0" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="甲" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>{other.get("after", "")}'
        "</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return zipped({**parts, **(extra or {})})


def cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def word(body: str, head: str = "", extra: dict[str, bytes | str] | None = None) -> bytes:
    """Make a document out of the XML of its body."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    return zipped({**parts, **(extra or {})})


def ole(stream: str, content: bytes = b"\0" * 4_608) -> bytes:
    """Make a compound file of one stream, as Office 97-2003 and password protection write."""
    sector, end, free, special = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    size = -(-len(content) // sector)
    head = struct.pack(
        "<8s16s5H6s9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4_096,
        end,
        0,
        end,
        0,
    )
    head += struct.pack("<109I", 0, *[free] * 108)
    table = [special, end, *range(3, 2 + size), end]
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))

    def entry(name: str, kind: int, start: int, length: int, child: int = 0xFFFFFFFF) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBB3I16sIQQIQ", text, len(text), kind, 1, free, free, child, b"", 0, 0, 0, start, length
        )

    folder = entry("Root Entry", 5, end, 0, 1) + entry(stream, 2, 2, len(content))
    return head + fat + folder.ljust(sector, b"\0") + content.ljust(size * sector, b"\0")


def para(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def good_book(rows: int = 5) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet("台账")
        sheet.write_row(0, 0, ["标题", "正文", "电话"])
        for row in range(rows):
            sheet.write_row(row + 1, 0, [f"标题{row}", "供热管网老化，建议改造" * 5, "13995000000"])
    return buffer.getvalue()


def hostile_files() -> list[Hostile]:
    """Give them all, always the same."""
    return [
        *_empty_and_cut(),
        *_renamed(),
        *_flipped(),
        *_books(),
        *_documents(),
        *_zips(),
        *_tables(),
        *_lines(),
        *_texts(),
    ]


def _empty_and_cut() -> Iterator[Hostile]:
    for suffix in ("xlsx", "xls", "et", "docx", "doc", "wps", "csv", "txt", "jsonl", "zip"):
        yield Hostile(f"空.{suffix}", lambda: b"", "空文件")
    for byte in (b"P", b"\xd0", b"\0", b"<", b"{"):
        yield Hostile(f"一字节{byte[0]}.xlsx", lambda byte=byte: byte)
    whole, document = good_book(), word(para("关于供热的建议"))
    for share in (1, 10, 50, 90, 99):
        yield Hostile(f"截断{share}.xlsx", lambda share=share: whole[: len(whole) * share // 100], "损坏")
        yield Hostile(f"截断{share}.docx", lambda share=share: document[: len(document) * share // 100], "损坏")
    yield Hostile("前面多字节.xlsx", lambda: b"\r\n" * 50 + whole)
    yield Hostile("后面多字节.xlsx", lambda: whole + b"\0" * 5_000)
    yield Hostile("两份相接.xlsx", lambda: whole + whole)


def _renamed() -> Iterator[Hostile]:
    table = "<html><head><meta charset=gbk></head><table><tr><td>标题</td></tr></table></html>"
    for number, content in enumerate(
        (table.encode("gbk"), table.encode(), table.encode("utf-16"), b"\n<!-- x --><table>")
    ):
        yield Hostile(f"网页{number}.xls", lambda content=content: content, "网页")
    yield Hostile("网页.xlsx", lambda: b"<!DOCTYPE html><html></html>", "网页")
    yield Hostile("邮件网页.xls", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "网页")
    sheet2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    yield Hostile("旧XML.xls", lambda: sheet2003.encode(), "XML 表格")
    for name, head, says in (
        ("扫描件.docx", b"%PDF-1.7\n", "PDF"), ("照片.xlsx", b"\x89PNG\r\n\x1a\n", "图片"), ("照片.csv", b"\xff\xd8\xff\xe0", "图片"),
        ("富文本.doc", b"{\\rtf1\\ansi", "RTF"), ("压缩.zip", b"Rar!\x1a\x07", "RAR"), ("压缩.xlsx", b"7z\xbc\xaf\x27\x1c", "7z"),
        ("程序.xlsx", b"MZ\x90\0\x03", "不认识"), ("程序.csv", b"\x7fELF\2", "不认识"), ("乱.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "损坏"),
    ):  # fmt: skip
        yield Hostile(name, lambda head=head: head + bytes(range(256)) * 20, says)
    for name, stream, says in (
        ("加密.xlsx", "EncryptedPackage", "密码"), ("加密.docx", "EncryptedPackage", "密码"), ("WPS表格.et", "Workbook", ".et"),
        ("假表.xls", "Workbook", "没有内容"), ("讲稿.ppt", "PowerPoint Document", "演示文稿"), ("别的.doc", "Contents", "不认识"),
    ):  # fmt: skip
        yield Hostile(name, lambda stream=stream: ole(stream), says)
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    for name, parts, says in (
        ("带宏.xlsm", {"[Content_Types].xml": macro, "xl/workbook.xml": "<x/>"}, "带宏"),
        (
            "带宏改名.xlsx",
            {"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>", "xl/vbaProject.bin": b"x"},
            "带宏",
        ),
        (
            "带宏.docm",
            {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>", "word/vbaProject.bin": b"x"},
            "带宏",
        ),
        ("二进制.xlsb", {"[Content_Types].xml": "<x/>", "xl/workbook.bin": b"x"}, "xlsb"),
        ("开放.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, "ods"),
        ("开放.odt", {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "odt"),
        ("讲稿.pptx", {"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"}, "演示文稿"),
    ):
        yield Hostile(name, lambda parts=parts: zipped(parts), says)


def _flipped() -> Iterator[Hostile]:
    """Whole files with a few bytes changed: some can still be read, none may do harm."""
    whole, document = good_book(20), word("".join(para("关于供热管网改造的建议。" * 9) for _ in range(30)))
    for seed in range(24):
        for suffix, content in (("xlsx", whole), ("docx", document)):
            yield Hostile(f"坏{seed}.{suffix}", lambda content=content, seed=seed: _flip(content, seed))


def _flip(content: bytes, seed: int) -> bytes:
    chance, changed = random.Random(seed), bytearray(content)
    for _ in range(1 + seed % 6):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _books() -> Iterator[Hostile]:
    def row(number: int, *cells: str) -> str:
        return f'<row r="{number}">{"".join(cells)}</row>'

    corner = row(1, cell("A1")) + row(20_000, cell("XFD20000"))
    yield Hostile("远角.xlsx", lambda: book(corner), "超出行列上限")
    yield Hostile("只有远角.xlsx", lambda: book(row(20_000, cell("XFD20000"))), "超出行列上限")
    yield Hostile("最末格.xlsx", lambda: book(row(1, cell("A1")) + row(1_048_576, cell("XFD1048576"))), "超出行列上限")
    yield Hostile("最末行.xlsx", lambda: book(row(1_048_576, cell("A1048576"))))
    yield Hostile("行号过大.xlsx", lambda: book(row(99_999_999, cell("A99999999"))), "超出行列上限")
    yield Hostile("方阵.xlsx", lambda: book(row(1, cell("A1")) + row(900_000, cell("AZ900000"))), "超出行列上限")
    yield Hostile(
        "一万列.xlsx", lambda: book(row(1, *(cell(f"{_letters(one)}1") for one in range(10_000)))), "超出行列上限"
    )
    yield Hostile("无坐标一万列.xlsx", lambda: book(f"<row>{'<c><v>1</v></c>' * 10_000}</row>"), "超出行列上限")
    yield Hostile("一列.xlsx", lambda: book("".join(row(one, cell(f"A{one}")) for one in range(1, 50))))
    many = "".join(f'<row r="{one}"><c r="A{one}"><v>1</v></c></row>' for one in range(1, 250_002))
    yield Hostile("二十五万行.xlsx", lambda: book(many), "上限", heavy=True)
    yield Hostile("五百万行.xlsx", lambda: book("<row><c><v>1</v></c></row>" * 5_000_000), "", heavy=True)
    yield Hostile("五百万空行.xlsx", lambda: book("<row/>" * 5_000_000), "", heavy=True)
    for name, head in (
        ("内部实体", LAUGHS),
        ("外部实体", OUTSIDE),
        ("外部定义", '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/d">'),
    ):
        yield Hostile(f"{name}.xlsx", lambda head=head: book(row(1, cell("A1", "&c;")), head=head), "实体")
        parts = {"xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}"/>'}
        yield Hostile(f"{name}在目录.xlsx", lambda parts=parts: book("", extra=parts), "实体")
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        yield Hostile(f"坏部件{part[-8:-4]}.xlsx", lambda part=part: book("", extra={part: b"\xff\xfe<<<not xml"}))
        yield Hostile(f"空部件{part[-8:-4]}.xlsx", lambda part=part: book("", extra={part: b""}))
    loop = f'<Relationships><Relationship Id="r1" Type="{RELS}/worksheet" Target="../../../../etc/passwd"/></Relationships>'
    yield Hostile("指向系统文件.xlsx", lambda: book(row(1, cell("A1")), extra={"xl/_rels/workbook.xml.rels": loop}))
    yield Hostile("字符串越界.xlsx", lambda: book('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'))
    yield Hostile("字符串负数.xlsx", lambda: book('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'))
    yield Hostile("样式越界.xlsx", lambda: book('<row r="1"><c r="A1" s="9999"><v>1</v></c></row>'))
    yield Hostile(
        "数值怪.xlsx",
        lambda: book('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>x</v></c></row>'),
    )
    yield Hostile("日期怪.xlsx", lambda: book('<row r="1"><c r="A1" t="d"><v>9999-99-99T99:99</v></c></row>'))
    yield Hostile("重复坐标.xlsx", lambda: book(row(1, cell("A1", "一"), cell("A1", "二")) + row(1, cell("A1", "三"))))
    yield Hostile("倒序.xlsx", lambda: book(row(3, cell("C3"), cell("A3")) + row(1, cell("B1"))))
    yield Hostile(
        "坐标怪.xlsx", lambda: book('<row r="0"><c r="A0"><v>1</v></c><c r="1A"><v>1</v></c><c r=""><v>1</v></c></row>')
    )
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B9:A1"/><mergeCell ref="x"/></mergeCells>'
    yield Hostile("合并全表.xlsx", lambda: book(row(1, cell("A1")) + row(2, cell("B2")), after=merged))
    merges = "".join(f'<mergeCell ref="A{one}:A{one + 900}"/>' for one in range(1, 100_000, 901))
    yield Hostile("合并很多.xlsx", lambda: book(row(1, cell("A1")), after=f"<mergeCells>{merges}</mergeCells>"))
    yield Hostile("长格.xlsx", lambda: book(row(1, cell("A1", "举" * 200_000))))
    yield Hostile("长行.xlsx", lambda: book(row(1, *(cell(f"{_letters(one)}1", "举" * 40_000) for one in range(30)))))
    yield Hostile("很长的格.xlsx", lambda: book(row(1, cell("A1", "a" * 70_000_000))), "", heavy=True)
    text = "<si><t>" + "a" * 50_000_000 + "</t></si>"
    yield Hostile(
        "长字符串.xlsx", lambda: book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>' * 3, text), "", heavy=True
    )
    yield Hostile("深层.xlsx", lambda: book("<a>" * 50_000 + "</a>" * 50_000))
    yield Hostile(
        "没有表.xlsx", lambda: book("", extra={"xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets/></workbook>'})
    )
    yield Hostile(
        "公式无值.xlsx",
        lambda: book('<row r="1"><c r="A1"><f>1+1</f></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'),
    )


def _letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _documents() -> Iterator[Hostile]:
    for name, head in (("内部实体", LAUGHS), ("外部实体", OUTSIDE)):
        yield Hostile(f"{name}.docx", lambda head=head: word(para("&c;"), head=head), "实体")
    late = "<!--" + " " * 5_000 + "-->" + LAUGHS
    yield Hostile("迟来的实体.docx", lambda: word(para("&c;"), head=late), "结构不完整")
    yield Hostile(
        "深层控件.docx",
        lambda: word("<w:sdt><w:sdtContent>" * 500 + para("深") + "</w:sdtContent></w:sdt>" * 500),
        "不完整",
    )
    yield Hostile("深层标签.docx", lambda: word("<w:a>" * 100_000 + "</w:a>" * 100_000), heavy=True)
    nested = "<w:tbl><w:tr><w:tc>" * 100 + para("深") + "</w:tc></w:tr></w:tbl>" * 100
    yield Hostile("深层表格.docx", lambda: word(nested), "不完整")
    yield Hostile("很多空段.docx", lambda: word("<w:p/>" * 200_000), heavy=True)
    wide = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>' + para("宽") + "</w:tc></w:tr></w:tbl>"
    yield Hostile("很宽的格.docx", lambda: word(wide))
    yield Hostile("只有图片.docx", lambda: word('<w:p><w:r><w:pict><v:imagedata xmlns:v="v"/></w:pict></w:r></w:p>'))
    template = f'<Relationships><Relationship Id="a" Type="{RELS}/attachedTemplate" Target="http://127.0.0.1:9/t" TargetMode="External"/></Relationships>'
    yield Hostile("远程模板.docx", lambda: word(para("正文"), extra={"word/_rels/settings.xml.rels": template}))
    yield Hostile(
        "嵌入对象.docx", lambda: word(para("正文"), extra={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})
    )
    yield Hostile("没有正文.docx", lambda: zipped({"[Content_Types].xml": "<x/>", "word/styles.xml": "<x/>"}), "不完整")
    yield Hostile("正文不是XML.docx", lambda: word("", extra={"word/document.xml": b"\0\1\2"}), "不完整")
    yield Hostile("坏样式.docx", lambda: word(para("正文"), extra={"word/styles.xml": b"<"}), "不完整")
    yield Hostile("坏脚注.docx", lambda: word(para("正文"), extra={"word/footnotes.xml": b"\xff"}), "不完整")
    yield Hostile(
        "没有body.docx", lambda: word("", extra={"word/document.xml": f'<w:document xmlns:w="{W}"/>'}), "不完整"
    )
    yield Hostile("一大段.docx", lambda: word(para("举" * 3_000_000)), heavy=True)


def _zips() -> Iterator[Hostile]:
    yield Hostile("空包.zip", lambda: zipped({}), "空文件")
    yield Hostile("图片.zip", lambda: zipped({f"{one}.jpg": b"\xff\xd8\xff" for one in range(5)}), "没有可读")
    yield Hostile("包中包.zip", lambda: zipped({"里.zip": zipped({"再里.zip": zipped({"a.txt": "a"})})}), "没有可读")
    bomb = zipped({"a.txt": b"\0" * 90_000_000})
    yield Hostile("炸弹.zip", lambda: bomb, "炸弹")
    yield Hostile(
        "炸弹套炸弹.zip", lambda: zipped({f"{one}.zip": bomb for one in range(20)}, zipfile.ZIP_STORED), "没有可读"
    )
    yield Hostile(
        "炸弹改名.docx", lambda: zipped({"[Content_Types].xml": "<x/>", "word/document.xml": b" " * 90_000_000}), "炸弹"
    )
    yield Hostile(
        "炸弹改名.xlsx", lambda: zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": b" " * 90_000_000}), "炸弹"
    )
    yield Hostile("过大.zip", lambda: _lying(700_000_000), "上限")
    yield Hostile("谎报大小.zip", lambda: _lying(10))
    yield Hostile(
        "太多文件.zip", lambda: zipped({f"{one}.txt": "" for one in range(5_100)}, zipfile.ZIP_STORED), "上限"
    )
    yield Hostile("重叠.zip", lambda: _overlapping(), "重叠")
    yield Hostile("有密码.zip", lambda: _encrypted(), "密码")
    names = {
        "../../etc/passwd.txt": "甲事项的建议",
        "/etc/x.txt": "乙事项的建议",
        "C:\\x\\y.txt": "丙事项的建议",
        "a/../../b.txt": "丁",
    }
    yield Hostile("怪路径.zip", lambda: zipped(names))
    yield Hostile(
        "校验不符.zip",
        lambda: zipped({"a.txt": "关于供热的建议" * 20}, 0).replace("供热".encode(), "供电".encode(), 1),
        "损坏",
    )
    yield Hostile("同名.zip", lambda: _twins())
    yield Hostile(
        "坏文档.zip", lambda: zipped({"好.txt": "关于供热的建议", "坏.docx": b"PK\3\4xx", "网页.doc": b"<html>"})
    )
    yield Hostile("不支持的压缩.zip", lambda: _method(99), "损坏")


def _lying(size: int) -> bytes:
    """Give a zip whose directory says another size than its entry has."""
    content = bytearray(zipped({"a.txt": b"abc" * 1_000}))
    central = content.rfind(b"PK\1\2")
    content[central + 24 : central + 28] = struct.pack("<I", size)
    return bytes(content)


def _method(number: int) -> bytes:
    content = bytearray(zipped({"a.txt": b"abc"}))
    content[8:10] = struct.pack("<H", number)
    central = content.rfind(b"PK\1\2")
    content[central + 10 : central + 12] = struct.pack("<H", number)
    return bytes(content)


def _encrypted() -> bytes:
    content = bytearray(zipped({"a.txt": b"abc"}))
    content[6] |= 1
    content[content.rfind(b"PK\1\2") + 8] |= 1
    return bytes(content)


def _overlapping() -> bytes:
    """Give a zip in which many entries of the directory point at the same bytes."""
    packed = zlib.compress(b"0" * 50_000)[2:-4]
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(b"0" * 50_000), len(packed), 50_000, 5, 0)
    central = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            0,
            zlib.crc32(b"0" * 50_000),
            len(packed),
            50_000,
            5,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"%d.txt" % one
        for one in range(9)
    )
    body = local + b"0.txt" + packed
    return body + central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, len(central), len(body), 0)


def _twins() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for text in ("甲", "乙"):
                archive.writestr("同名.txt", f"关于{text}的建议，请尽快办理")
    return buffer.getvalue()


def _tables() -> Iterator[Hostile]:
    head = "标题,正文\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "utf-32"):
        text = "標題,正文\n關於供熱的建議,請儘快辦理，居民反映強烈\n" * 20
        yield Hostile(f"编码{encoding}.csv", lambda text=text, encoding=encoding: text.encode(encoding))
    mixed = "标题,正文\n".encode() + "甲事项,供热\n".encode() * 8 + "乙事项,停水\n".encode("gbk") * 2
    yield Hostile("混合编码.csv", lambda: mixed)
    yield Hostile("混合编码反.csv", lambda: "甲事项,供热的建议\n".encode("gbk") * 8 + "乙事项,停水的建议\n".encode())
    for name, content in (
        ("零字节", "标题,正文\n甲\0乙,丙\n"), ("回车换行", "标题,正文\r甲,乙\r"), ("分号", "标题;正文\n甲;乙\n"), ("制表", "标题\t正文\n甲\t乙\n"),
        ("没有表头", "甲,乙\n丙,丁\n"), ("重复表头", "标题,标题\n甲,乙\n"), ("参差", "标题,正文\n甲\n甲,乙,丙,丁\n"), ("只有表头", head),
        ("只有空行", "\n" * 50_000), ("只有逗号", ",,,,\n" * 500), ("引号不闭合", head + '"甲,乙\n' * 2_000), ("长字段", head + "甲," + "举" * 131_073),
        ("公式", head + '=HYPERLINK("http://x"),@SUM(1)\n'), ("控制字符", head + "甲\x1b[31m\x07,乙\x0b\n"), ("反向", head + "甲\u202egpj.exe,乙\n"),
        ("只有零宽", head + "\u200b,\u2060\n"), ("行分隔符", head + "甲\u2028乙,丙\n"), ("四万字", head + "甲," + "举" * 40_000), ("空表头", ",\n甲,乙\n"),
    ):  # fmt: skip
        yield Hostile(f"{name}.csv", lambda content=content: content.encode())
    yield Hostile("一万列.csv", lambda: (",".join(f"c{one}" for one in range(10_000)) + "\n1\n").encode(), "上限")
    yield Hostile("太多行.csv", lambda: (head + "甲,乙\n" * 200_100).encode(), "上限", heavy=True)
    yield Hostile("一行很长.csv", lambda: b"a" * 20_000_000, "过长")
    yield Hostile("随机.csv", lambda: random.Random(5).randbytes(60_000))
    yield Hostile("西文.csv", lambda: "título,texto\nniño,café déjà vu\n".encode("latin-1") * 30)


def _lines() -> Iterator[Hostile]:
    for name, content in (
        ("深层", '{"text":' + "[" * 50_000), ("非数", '{"text": NaN, "title": Infinity}'), ("大整数", '{"text": ' + "9" * 6_000 + "}"),
        ("数组", "[1,2,3]\n"), ("孤立代理", '{"text":"\\ud800甲"}\n'), ("坏行", '{"text":"甲"}\n{"text":\n{"text":"乙"}'), ("文字", "不是 JSON\n"),
        ("空对象", "{}\n{}\n"), ("重复键", '{"text":"甲","text":"乙"}\n'), ("嵌套值", '{"text":{"a":[1,{"b":null}]}}\n'),
    ):  # fmt: skip
        yield Hostile(f"{name}.jsonl", lambda content=content: content.encode())
    keys = json.dumps({f"k{one}": one for one in range(300)})
    yield Hostile("太多键.jsonl", lambda: keys.encode(), "超过")
    yield Hostile("坏编码.jsonl", lambda: b'{"text":"\xff\xfe\xfd"}\n')


def _texts() -> Iterator[Hostile]:
    for name, content in (
        ("很多行", b"x\n" * 300_000), ("只有空白", "\u3000 \t\n".encode() * 900), ("问号", b"?" * 5_000), ("锟斤拷", "锟斤拷" .encode() * 500),
        ("无换行", "举".encode() * 20_000), ("控制", bytes(range(1, 9)) * 400), ("零", b"\0" * 9_000),
    ):  # fmt: skip
        yield Hostile(f"{name}.txt", lambda content=content: content)
    yield Hostile("过大.txt", lambda: b"x" * 31_000_000, "超过")
    for name in (
        "../../etc/passwd",
        "CON.xlsx",
        "长" * 300 + ".csv",
        "报表\u202egpj.exe",
        "换\n行.csv",
        "零\0字节.csv",
        "表情😀.csv",
    ):
        yield Hostile(name, lambda: "标题,正文\n甲,乙\n".encode())
