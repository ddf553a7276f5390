"""What can be seen of a submission without a model: its elements, its length, wreckage, secrets, urgency."""

from __future__ import annotations

import re
import unicodedata

from nlp.domain import Writing

ELEMENTS = ("反映人及单位", "情况问题", "原因分析", "意见建议")

_REPORTER = re.compile(
    r"委员|代表|村民|居民|业主|群众|市民|职工|家长|农户|养殖户|商户|企业|公司|我们?(?:是|村|小区|厂|校|家|社区)|本人|反映人|来电人"
)
_CAUSE = re.compile(
    r"原因|由于|因为|因此|导致|造成|主要是|症结|根源|一是|缺乏|不足|不到位|不完善|滞后|老化|没有专人|无人管"
)
_ADVICE = re.compile(
    r"建议|希望|请求|恳请|请(?:相关|有关|尽快|及时|给|帮|派)|盼|应当|应该|能否|能不能|可否|要求|望.{0,6}(?:解决|处理|协调|重视)|呼吁|需要(?:加强|完善|尽快)"
)
_SECRET = re.compile(
    r"(?:绝\s*密|机\s*密|秘\s*密)\s*[★☆＊*⭐]\s*(?:\d{1,3}\s*[年月]|长期|启用前)?|(?:密级|保密等级)\s*[:：]\s*(?:绝密|机密|秘密)"
)
_URGENT = re.compile(
    r"(?:燃气|天然气|煤气|液化气|氨气)[^。！？\n]{0,12}(?:泄漏|泄露|漏气)|(?:正在|快要?|随时|即将|已经?)[^。！？\n]{0,8}(?:坍塌|倒塌|塌方|塌了|垮塌|溃堤|决口|爆炸)|"
    r"(?:发生|着了?|起了?)(?:大火|火灾)|着火了|(?:孩子|小孩|老人|儿童)[^。！？\n]{0,6}(?:走失|失踪|落水|被困)|轻生|自杀|跳楼|不想活|"
    r"(?:集体|大家|一起|组织)[^。！？\n]{0,10}(?:上访|堵路|堵门|静坐|拉横幅)|(?:有人|多人|已)[^。！？\n]{0,8}(?:中毒|触电|死亡|昏迷)|井盖[^。！？\n]{0,8}(?:缺失|丢失|没了)|"
    r"(?:电线|高压线|线缆)[^。！？\n]{0,8}(?:掉|垂|断)[^。！？\n]{0,6}(?:地|路|下)|危及生命|人命关天"
)
_OWN_CASE = re.compile(
    r"(?:我|本人|我家|我丈夫|我老公|我爱人|我父亲|我母亲|我儿子|我女儿|俺|俺家)[^。！？\n]{0,20}"
    r"(?:工伤认定|伤残鉴定|判决|裁定|再审|上诉|案子|案件|官司|离婚|抚养|遗产|工龄认定|退休手续|补缴|拆迁补偿|征地补偿|补偿款|安置房|低保|户口|落户|职称|编制|"
    r"抚恤|信访|复查|复核|房产证|房本|宅基证|工资没|欠我)"
)
_PUBLIC = re.compile(r"我们|大家|小区|全村|村民们|居民们|业主们|很多人|许多|普遍|各|建议|群众反映|不少")
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|鏉戞|鐨勶|銆傦|涓€|鍚庯|Ã[\x80-\xbf¤-¿]|â€|ï»¿|\ufffd{2,}|\?{6,}")
_MOJIBAKE_HAN = re.compile("[鏉戞鐨勶銆傛涓鍚庯鍙鎴戜滑鍦ㄧ粰鏈夋槸鍜屽皬鍖洪棶棰樿В鍐崇殑锛屽缓璁]")
_ZERO_TAIL = re.compile(r"(?<!\d)[1-9]\d{14}000(?!\d)|\d\.\d{4,}[eE]\+1[67]")


def missing_elements(writing: Writing) -> tuple[str, ...]:
    """Name those of the 四要素 that no wording in the text points to: a hint to the clerk, never a bar."""
    whole = f"{writing.title}\n{writing.text}"
    present = (_REPORTER.search(whole), len(whole.strip()) >= 15, _CAUSE.search(whole), _ADVICE.search(whole))
    return tuple(name for name, found in zip(ELEMENTS, present, strict=True) if not found)


def garbled(text: str) -> bool:
    """Tell whether a text looks like the wreck of another encoding (锟斤拷, UTF-8 read as GBK, rows of question marks)."""
    if _MOJIBAKE.search(text):
        return True
    han = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    if len(han) >= 8 and len(_MOJIBAKE_HAN.findall(text)) > 0.3 * len(han):
        return True
    return _unreadable_share(text) > 0.3


def _unreadable_share(text: str) -> float:
    seen = [character for character in text if not character.isspace()]
    bad = sum(unicodedata.category(character) in ("Cn", "Co", "Cc") or character == "\ufffd" for character in seen)
    return bad / len(seen) if seen else 0.0


def secret_marking(text: str) -> str | None:
    """Give the state-secret marking that a text carries (机密★ 5年 …), or None; ordinary prose on secrets has none."""
    found = _SECRET.search(text)
    return re.sub(r"\s", "", found.group()) if found else None


def urgent(writing: Writing) -> bool:
    """Tell whether life, safety or public order is at stake now; 尽快 or 急 alone is not enough."""
    return bool(_URGENT.search(f"{writing.title}\n{writing.text}"))


def individual_grievance(writing: Writing) -> bool:
    """Tell whether the text asks for something in the writer's own case alone (个人诉求)."""
    whole = f"{writing.title}\n{writing.text}"
    return bool(_OWN_CASE.search(whole)) and not _PUBLIC.search(whole)


def warnings_for(text: str) -> tuple[str, ...]:
    """Say in Chinese what the clerk should know of the raw characters."""
    kinds = {unicodedata.category(character) for character in text if character not in "\n\r\t"}
    found: list[str] = []
    if "Cc" in kinds:
        found.append("文中有控制字符，导出时以 □ 代替")
    if "Cn" in kinds or "Co" in kinds:
        found.append("文中有未定义或自造的字符，可能显示不出")
    if "Cf" in kinds:
        found.append("文中有看不见的格式字符，判断时已略去")
    if _ZERO_TAIL.search(text):
        found.append("文中的长号码疑似被 Excel 截断，请核对身份证号等")
    return tuple(found)
