"""What a spreadsheet or an encoding already broke before the file came here, each with its words and what to do."""

from __future__ import annotations

from enum import StrEnum

EXCEL_CELL = 32_767
"""Most characters of a cell in a spreadsheet; a text of exactly this length was most likely cut."""

_EXACT_DIGITS = 15
_SERIALS = range(10_000, 80_000)


class Weight(StrEnum):
    """What a fault means for importing its row."""

    BAR = "bar"
    """The row cannot be imported."""
    DOUBT = "doubt"
    """The row can be imported, and somebody should look first."""
    NOTE = "note"
    """The row is imported; what was done is said."""


class Damage(StrEnum):
    """A fault of a cell or a row."""

    weight: Weight
    reason: str
    advice: str

    def __new__(cls, value: str, weight: Weight, reason: str, advice: str) -> Damage:
        """Make a member of its value, its weight and its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.weight, member.reason, member.advice = weight, reason, advice
        return member

    LONG_NUMBER = (
        "long-number", Weight.DOUBT, "15 位以上的号码存成了数值，末几位可能已变成 0", "请按原件核对，并把该列改为文本格式",
    )  # fmt: skip
    PHONE_NUMBER = "phone-number", Weight.NOTE, "电话号码存成了数值", "已按整数读出，请核对"
    LOST_ZERO = "lost-zero", Weight.DOUBT, "电话存成了数值，开头的 0 可能已丢失", "请按原件核对"
    DATE_SERIAL = "date-serial", Weight.NOTE, "日期存成了序号", "已换算为日期，请核对"
    BAD_DATE = "bad-date", Weight.DOUBT, "日期无法识别", "请写成 2026-11-24 的样式；不改则按今天登记"
    FORMULA_BLANK = "formula-blank", Weight.DOUBT, "公式没有保存计算结果", "请在 WPS 或 Excel 中打开，重新计算后保存"
    ERROR_VALUE = "error-value", Weight.DOUBT, "单元格是错误值", "请改正公式或直接填写内容"
    CELL_CUT = "cell-cut", Weight.DOUBT, "内容正好 32,767 字，可能已被表格软件截断", "请用原稿补全"
    MOJIBAKE = "mojibake", Weight.DOUBT, "疑似乱码（编码曾经转错）", "请找原文件，另存为 UTF-8 后重新导入"
    ENCODING = "encoding", Weight.BAR, "这一行的编码与全文不同，无法正确读出", "请改正这一行后重新导入"
    RAGGED = "ragged", Weight.DOUBT, "列数与表头不同，内容可能错位", "请检查这一行是否多了或少了分隔符"
    QUOTES = "quotes", Weight.DOUBT, "引号可能不成对，吞并了后面的行", "请检查这一行的引号后重新导入"
    MERGED = "merged", Weight.NOTE, "原为合并单元格", "已填入同组的值"
    HIDDEN = "hidden", Weight.DOUBT, "这一行在表中被隐藏或筛掉", "请确认是否要导入"
    CELL_LONG = "cell-long", Weight.BAR, "单元格过长", "请拆分后重新导入"
    UNREAD = "unread", Weight.NOTE, "含无法读取的内容", "请对照原件补充"
    NOT_RECORD = "not-record", Weight.BAR, "这一行不是正常的 JSON 对象", "请改正这一行后重新导入"


DAMAGES = {damage.value: damage for damage in Damage}
"""Every fault by the value that stands in a line or in the store."""


def number_damage(value: float) -> Damage | None:
    """Tell what is wrong with a long number that stands in a cell as a number.

    >>> number_damage(110101199001010000.0), number_damage(13995000000.0), number_damage(42.0)
    (<Damage.LONG_NUMBER: 'long-number'>, <Damage.PHONE_NUMBER: 'phone-number'>, None)
    """
    if value != value or value <= 0 or not float(value).is_integer():
        return None
    digits = len(str(int(value)))
    if digits > _EXACT_DIGITS:
        return Damage.LONG_NUMBER
    text = str(int(value))
    if digits == 11 and text[0] == "1" and text[1] in "3456789":
        return Damage.PHONE_NUMBER
    return Damage.LOST_ZERO if digits == 10 and text.startswith(("953", "951", "952", "954", "955")) else None


def cut(text: str) -> bool:
    """Tell whether a text has the length at which spreadsheets cut; they count UTF-16 units."""
    if len(text) > EXCEL_CELL or len(text) < EXCEL_CELL // 2:
        return False
    return len(text) == EXCEL_CELL or len(text.encode("utf-16-le", "surrogatepass")) // 2 == EXCEL_CELL


def date_serial(text: str) -> int | None:
    """Give the day number that stands where a date should be, or None."""
    return int(text) if text.isascii() and text.isdigit() and int(text) in _SERIALS else None
