"""The first detector of accusations (检举控告, failure class 0): rules on sentences.

A sentence accuses when somebody who holds an office, or an office itself, stands in it or just before it, and it says
misconduct of them: corruption, abuse, collusion, retaliation, unlawful conduct (信访工作条例, article 30). Slow or rude
service does not; nor do sentences that only speak of rules, thanks, other people's fraud, or a private quarrel.
"""

from __future__ import annotations

import re

_OFFICIAL = re.compile(
    r"书记|支书|主任|副?局长|所长|校长|园长|院长|镇长|乡长|区长|县长|科长|股长|处长|站长|大队长|中队长|队长|组长|村长|村官|会计|出纳|"
    r"干部|领导|官员|公务员|公职人员|执法|城管|民警|辅警|交警|警察|法官|检察官|书记员|工作人员|办事员|经办人|审批人|负责人|主管|一把手|"
    r"当官的|村委|村两委|居委|社区|党支部|党委|政府|大队|生产队|村集体|合作社理事长|学校|老师|医院|主治|派出所|法院|信用社|银行行长|"
    r"监管所|市监所|工商所|税务所|司法所|土地所|国土所|水管所|农技站|畜牧站|兽医站|卫生院|供电所|民政所|站上|所里|局里|队里|镇上|乡上|村上|村里|"
    r"科室|部门|窗口|大厅|国企|公司总经理|董事长|理事长|网格长|楼栋长|某局|区?[\u4e00-\u9fff]{1,8}局(?!面|势|部|限)"
)
_GRAVE = re.compile(
    r"贪污|贪官|贪腐|腐败|受贿|索贿|行贿|贿赂|挪用|侵占|侵吞|私吞|独吞|截留|克扣|套取|套现|骗取|虚报|冒领|吃空饷|空饷|小金库|账外账|"
    r"公款(?:吃喝|旅游|私)|公车私用|以权谋私|权钱交易|滥用职权|徇私|枉法|渎职|优亲厚友|人情保|人情低保|关系保|关系户|保护伞|勾结|串通|串标|"
    r"围标|内定|暗箱操作|萝卜(?:岗|招聘)|量身定做|打击报复|报复性?(?:检查|执法|刁难)|伺机报复|吃拿卡要|雁过拔毛|中饱私囊|私分|倒卖|吃回扣|拿回扣|收回扣|"
    r"回扣|好处费|辛苦费|茶水费|喝茶费|打点费|活动费|介绍费|封口费|保护费|红包|送礼|收礼|收钱|收了?钱|塞钱|塞了|要钱才|索要|卡要|敲诈|勒索|"
    r"官商|一手遮天|通风报信|包庇|袒护|压案不|顶包|违法强拆|强行?拆|强占|霸占|非法(?:拘禁|占|征|拆)|违规(?:占|发放|操作|审批|领取|报销|安排|招|提拔|入党|低保)|"
    r"作假账?|假账|做账|弄虚作假|伪造|篡改|销毁|买官|卖官|贿选|拉票|买票|拉关系|走后门|开后门|安插|顶替|冒名"
)
_KIN = re.compile(
    r"(?:小舅子|大舅子|小姨子|亲戚|弟弟|哥哥|妹夫|姐夫|儿子|女婿|侄子|侄儿|外甥|媳妇|老婆|爱人|亲家|连襟|表弟|堂弟|兄弟|自家人|自己人|家里人|本家|熟人|关系好)"
    r"[^。！？\n]{0,24}(?:承包|包了|包工|开的|店|公司|名下|低保|中标|工程|项目|指标|名额|补贴|岗位|安排|领|拿|占|买|报)|"
    r"(?:承包|包给|给了?|安排|指定|都是|低保|中标|名额|补贴|工程)[^。！？\n]{0,16}"
    r"(?:小舅子|大舅子|小姨子|亲戚|弟弟|妹夫|姐夫|女婿|侄子|侄儿|外甥|媳妇|老婆|亲家|连襟|表弟|堂弟|自家人|自己人|家里人|本家)"
)
_HINT = re.compile(
    r"(?:钱|款|资金|补助|补贴)[^。！？\n]{0,12}(?:去哪|哪去了|哪儿去了|进了谁|谁的?口袋|谁的?腰包|不知去向|下落不明|对不上|说不清)|进了?谁的(?:口袋|腰包)|"
    r"(?:不给|不送|没送|不表示|没表示|不打点|没打点|不意思)[^。！？\n]{0,14}(?:就|不|拖|卡|办|批|查|罚)|"
    r"意思意思|表示表示|意思一下|表示一下|打点打点|打点一下|烟酒|两条烟|一条烟|几条烟|购物卡|油卡|羊羔肉|土特产[^。！？\n]{0,8}(?:送|给)|"
    r"(?:指定|必须|只能|非要)[^。！？\n]{0,12}(?:店|家|商家|公司|厂)[^。！？\n]{0,8}(?:买|采购|订|办)|"
    r"(?:白条|签字费|盖章费|手续费)[^。！？\n]{0,10}(?:才|给|不)|多(?:收|报|领|算)了?[^。！？\n]{0,10}(?:不开票|没有?票|不给票|不公示|不公开)|"
    r"(?:举报|投诉|反映|上访)[^。！？\n]{0,16}(?:之后|以后|后)[^。！？\n]{0,16}(?:停了|取消|穿小鞋|为难|刁难|恐吓|威胁|上门|天天查|挨打|被打|断水|断电|除名)|穿小鞋|"
    r"(?:打了|殴打|动手打|拳打脚踢)|(?:一亩|一户|每户|每亩|每人)[^。！？\n]{0,10}(?:扣|抽)(?:了|掉|走)"
)
_INNOCENT = re.compile(
    r"冒充|假冒|骗子|诈骗|谎称|自称是|电信网络|建议|希望(?:加强|加大|完善|健全)|应当?(?:加强|建立|完善)|警示教育|廉政教育|廉洁|反腐倡廉|清廉|"
    r"点赞|表扬|感谢|锦旗|拒收|谢绝|退回了?红包|婉拒|没有(?:贪|收|拿|吃|任何|说|指|怀疑|针对)|并非|不是(?:说|指|举报|告)|并不是|绝不是|不存在|"
    r"如何举报|怎么举报|举报(?:电话|渠道|方式|奖励|平台|箱)|(?:外地|别处|外省|新闻|网上|网传|电视|电影|小说|历史|古代|剧)|已(?:被|经)?(?:查处|判|处理)|"
    r"(?:商家|商户|商贩|摊贩|老板|店家|店主|超市|饭馆|物业公司|开发商|中介|邻居|室友|同事|前夫|婆婆|亲兄弟|兄弟俩|企业|工厂|化工厂|砖厂|养殖场|司机|培训机构)"
)
_SENTENCES = re.compile(r"[^。！？!?；;\n]+")


def accusing_passages(text: str) -> tuple[tuple[int, int], ...]:
    """Find the sentences of a normalised text that accuse an office or official, as half-open character ranges.

    A grave word counts with an official in the same sentence or the two before it; a hint or a kinship counts with one
    in the same sentence or the one before it. A sentence that is innocent by its own words counts only when an
    official stands right in it.
    """
    found: list[tuple[int, int]] = []
    sentences = [(match.start(), match.end(), match.group()) for match in _SENTENCES.finditer(text)]
    officials = [bool(_OFFICIAL.search(sentence)) for *_, sentence in sentences]
    for number, (start, end, sentence) in enumerate(sentences):
        reach = 2 if _GRAVE.search(sentence) else 1 if _KIN.search(sentence) or _HINT.search(sentence) else -1
        if reach < 0:
            continue
        innocent = bool(_INNOCENT.search(sentence))
        if officials[number] and not innocent:
            found.append((start, end))
        elif not innocent and any(officials[max(0, number - reach) : number]):
            found.append((start, end))
    return tuple(found)
