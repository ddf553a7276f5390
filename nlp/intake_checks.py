"""What can be seen of a submission without a model: its elements, its length, wreckage, secrets, urgency."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.characters import Characters, Table, characters_of
from nlp.screens import SURE, Looked, Near, Rules, Screen, heads_of, sure_of

WRECKED_SHARE = 0.3
"""A text of which more than this cannot be read is garbled."""
LEAST_HAN = 8
_LEAST_TOLD = 15
ELEMENTS = ("反映人及单位", "情况问题", "原因分析", "意见建议")

_REPORTER = Rules(
    r"委员|代表|村民|居民|业主|群众|市民|职工|家长|农户|养殖户|商户|企业|公司|我们?(?:是|村|小区|厂|校|家|社区)|本人|反映人|来电人"
)
_CAUSE = Rules(r"原因|由于|因为|因此|导致|造成|主要是|症结|根源|一是|缺乏|不足|不到位|不完善|滞后|老化|没有专人|无人管")
_ADVICE = Rules(
    r"建议|希望|请求|恳请|请(?:相关|有关|尽快|及时|给|帮|派)|盼|应当|应该|能否|能不能|可否|要求|望.{0,6}(?:解决|处理|协调|重视)|呼吁|需要(?:加强|完善|尽快)"
)
_SECRET = re.compile(
    r"(?:绝\s*密|机\s*密|秘\s*密)\s*[★☆＊*⭐]\s*(?:\d{1,3}\s*[年月]|长期|启用前)?|(?:密级|保密等级)\s*[:：]\s*(?:绝密|机密|秘密)"
)
_URGENT = Rules(
    r"(?:燃气|天然气|煤气|液化气|氨气)[^。！？\n]{0,12}(?:泄漏|泄露|漏气)|(?:正在|快要?|随时|即将|已经?)[^。！？\n]{0,8}(?:坍塌|倒塌|塌方|塌了|垮塌|溃堤|决口|爆炸)|"
    r"(?:发生|着了?|起了?)(?:大火|火灾)|着火了|(?:孩子|小孩|老人|儿童)[^。！？\n]{0,6}(?:走失|失踪|落水|被困)|轻生|自杀|跳楼|不想活|"
    r"(?:集体|大家|一起|组织)[^。！？\n]{0,10}(?:上访|堵路|堵门|静坐|拉横幅)|(?:有人|多人|已)[^。！？\n]{0,8}(?:中毒|触电|死亡|昏迷)|井盖[^。！？\n]{0,8}(?:缺失|丢失|没了)|"
    r"(?:电线|高压线|线缆)[^。！？\n]{0,8}(?:掉|垂|断)[^。！？\n]{0,6}(?:地|路|下)|危及生命|人命关天"
)
_THING = (
    r"工伤认定|伤残鉴定|判决|裁定|再审|上诉|案子|案件|官司|离婚|抚养|遗产|工龄认定|退休手续|补缴|拆迁补偿|征地补偿|补偿款|安置房|低保|户口|落户|职称|编制|"
    r"抚恤|信访|复查|复核|房产证|房本|宅基证|工资没|欠我"
)
_OWN_CASE = Rules(
    rf"(?:我|本人|我家|我丈夫|我老公|我爱人|我父亲|我母亲|我儿子|我女儿|俺|俺家)[^。！？\n]{{0,20}}(?:{_THING})"
)
_TO_THING = 24
"""A thing of the writer's own begins fewer than so many characters behind the word for the writer."""
_PUBLIC = Rules(r"我们|大家|小区|全村|村民们|居民们|业主们|很多人|许多|普遍|各|建议|群众反映|不少")
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|鏉戞|鐨勶|銆傦|涓€|鍚庯|Ã[\x80-\xbf¤-¿]|â€|ï»¿|\ufffd{2,}|\?{6,}")
_OF_MOJIBAKE = re.compile("[鏉戞鐨勶銆傛涓鍚庯鍙鎴戜滑鍦ㄧ粰鏈夋槸鍜屽皬鍖洪棶棰樿В鍐崇殑锛屽缓璁]")
_ZERO_TAIL = re.compile(r"(?<!\d)[1-9]\d{14}000(?!\d)|\d\.\d{4,}[eE]\+1[67]")


_RULES = (_REPORTER, _CAUSE, _ADVICE, _URGENT, _OWN_CASE, _PUBLIC)
_OTHERS = (_SECRET.pattern, _MOJIBAKE.pattern, r"[eE]\+", _THING)
_SCREEN = Screen(
    [*(rules.heads for rules in _RULES), *map(heads_of, _OTHERS)],
    {number: sure_of(rules.expression) for number, rules in enumerate(_RULES)},
)
(
    _OF_REPORTER,
    _OF_CAUSE,
    _OF_ADVICE,
    _OF_URGENT,
    _OF_OWN_CASE,
    _OF_PUBLIC,
    _OF_SECRET,
    _OF_WRECK,
    _OF_POWER,
    _OF_THING,
) = range(10)


_OWN_THING = (Near(_OF_OWN_CASE, 0, _TO_THING),)
_ALL_SURE = sum(1 << SURE + number for number in (_OF_REPORTER, _OF_CAUSE, _OF_ADVICE))


class Seen(NamedTuple):
    """What is seen of one raw text (title and body, a line each).

    `missing_elements` names those of the 四要素 that no wording points to: a hint to the clerk, never a bar.
    `secret_marking` is the state-secret marking that it carries (机密★ 5年 …); ordinary prose on secrets has none.
    `urgent`: life, safety or public order is at stake now; 尽快 or 急 alone is not enough. `individual_grievance`: it asks
    for something in the writer's own case alone (个人诉求). `garbled`: it looks like the wreck of another encoding.
    `warnings` say in Chinese what the clerk should know of the raw characters.
    """

    missing_elements: tuple[str, ...]
    secret_marking: str | None
    urgent: bool
    individual_grievance: bool
    garbled: bool
    warnings: tuple[str, ...]


def look_at(texts: Sequence[str], batch: Characters | None = None) -> list[Seen]:
    """Look at raw texts, many at a time, in the same order.

    Args:
        texts: raw.
        batch: the texts, where they are laid out already.
    """
    if not texts:
        return []
    batch = batch or characters_of(texts)
    if loops := kernels.loaded():
        present, wrecked = _kinds().known(
            batch.codes,
            lambda: loops.survey(
                batch.codes, batch.bounds, _kinds().values, _DIGIT, _HAN, _MOJIBAKE_HAN, _UNREADABLE, _VISIBLE,
                _LONG_NUMBER, _ID_DIGITS, WRECKED_SHARE, LEAST_HAN,
            ),
        )  # fmt: skip
    else:
        present, wrecked = _surveyed(batch)
    looked = _SCREEN.look(batch)
    if any(bits & 1 << _OF_THING for bits in looked.texts):
        looked.keep_near(_OF_THING, _OWN_THING)
    found = zip(texts, present.tolist(), looked.texts, wrecked.tolist(), strict=True)
    return [_seen(number, one, looked, kinds, bits, wreck) for number, (one, kinds, bits, wreck) in enumerate(found)]


def _surveyed(batch: Characters) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Give the kinds of characters that each text has, and whether it is wrecked."""
    kinds = _kinds()(batch.codes)
    kinds[batch.bounds[1:] - 1] = _SPACE
    present = np.bitwise_or.reduceat(kinds, batch.bounds[:-1])
    digits = np.flatnonzero(kinds & _DIGIT)
    long = digits[: 1 - _ID_DIGITS][digits[_ID_DIGITS - 1 :] - digits[: 1 - _ID_DIGITS] == _ID_DIGITS - 1]
    present |= np.where(batch.count(long) > 0, _LONG_NUMBER, 0).astype(np.int32)
    return present, _wrecked(batch, kinds)


def _seen(number: int, text: str, looked: Looked, kinds: int, openings: int, wrecked: bool) -> Seen:
    marking = _SECRET.search(text) if openings & 1 << _OF_SECRET else None
    return Seen(
        missing_elements=_missing_elements(number, text, looked),
        secret_marking=re.sub(r"\s", "", marking.group()) if marking else None,
        urgent=looked.holds(_URGENT, _OF_URGENT, text, number),
        individual_grievance=bool(openings & 1 << _OF_THING)
        and looked.holds(_OWN_CASE, _OF_OWN_CASE, text, number)
        and not looked.holds(_PUBLIC, _OF_PUBLIC, text, number),
        garbled=wrecked or bool(openings & 1 << _OF_WRECK and _MOJIBAKE.search(text)),
        warnings=_warnings(text, kinds, openings),
    )


def _missing_elements(number: int, text: str, looked: Looked) -> tuple[str, ...]:
    if looked.texts[number] & _ALL_SURE == _ALL_SURE and len(text.strip()) >= _LEAST_TOLD:
        return ()
    present = (
        looked.holds(_REPORTER, _OF_REPORTER, text, number),
        len(text.strip()) >= _LEAST_TOLD,
        looked.holds(_CAUSE, _OF_CAUSE, text, number),
        looked.holds(_ADVICE, _OF_ADVICE, text, number),
    )
    if all(present):
        return ()
    return tuple(name for name, found in zip(ELEMENTS, present, strict=True) if not found)


def _wrecked(batch: Characters, kinds: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which texts consist of unreadable characters, or of those that UTF-8 read as GBK is full of."""

    def count(wanted: int) -> NDArray[np.int64]:
        return np.add.reduceat((kinds & wanted) != 0, batch.bounds[:-1], dtype=np.int64)

    han = count(_HAN)
    as_gbk = (count(_MOJIBAKE_HAN) > WRECKED_SHARE * han) & (han >= LEAST_HAN)
    return np.asarray(as_gbk | (count(_UNREADABLE) > WRECKED_SHARE * count(_VISIBLE)), bool)


def _warnings(text: str, kinds: int, openings: int) -> tuple[str, ...]:
    numbers = kinds & _LONG_NUMBER or openings & 1 << _OF_POWER
    if not numbers and not kinds & (_CONTROL | _ODD_SPACE | _UNDEFINED | _FORMAT):
        return ()
    found: list[str] = []
    if kinds & (_CONTROL | _ODD_SPACE):
        found.append("文中有控制字符，导出时以 □ 代替")
    if kinds & _UNDEFINED:
        found.append("文中有未定义或自造的字符，可能显示不出")
    if kinds & _FORMAT:
        found.append("文中有看不见的格式字符，判断时已略去")
    if numbers and _ZERO_TAIL.search(text):
        found.append("文中的长号码疑似被 Excel 截断，请核对身份证号等")
    return tuple(found)


_ID_DIGITS = 18
_SPACE, _CONTROL, _UNDEFINED, _FORMAT, _BROKEN, _HAN, _MOJIBAKE_HAN, _OTHER, _ODD_SPACE, _DIGIT, _LONG_NUMBER = (
    1 << bit for bit in range(11)
)
_UNREADABLE = _CONTROL | _UNDEFINED | _BROKEN
_VISIBLE = _UNREADABLE | _FORMAT | _HAN | _MOJIBAKE_HAN | _OTHER
_OF_CATEGORY = {"Cc": _CONTROL, "Cn": _UNDEFINED, "Co": _UNDEFINED, "Cf": _FORMAT}


@lru_cache(maxsize=1)
def _kinds() -> Table:
    return Table(_kind)


def _kind(character: str) -> int:
    if character.isspace():
        odd = unicodedata.category(character) == "Cc" and character not in "\n\r\t"
        return _SPACE | (_ODD_SPACE if odd else 0)
    if character.isdecimal():
        return _OTHER | _DIGIT
    if character == "\ufffd":
        return _BROKEN
    if "\u4e00" <= character <= "\u9fff":
        return _HAN | (_MOJIBAKE_HAN if _OF_MOJIBAKE.match(character) else 0)
    return (_MOJIBAKE_HAN if _OF_MOJIBAKE.match(character) else 0) | _OF_CATEGORY.get(
        unicodedata.category(character), _OTHER
    )
