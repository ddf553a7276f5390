"""The first detector of accusations (检举控告, failure class 0): rules on sentences.

A sentence accuses when it says misconduct (corruption, abuse, collusion, retaliation, unlawful conduct; 信访工作条例,
article 30) and somebody who holds an office, or an office itself, stands in it or just before it. Plain words of
misconduct are rare in real letters: most tell what happened, so most rules here are about what changes hands, to whom,
and what follows. Slow or rude service is no misconduct; nor is what private people and businesses do to each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from nlp.characters import characters_of
from nlp.screens import Looked, Near, Rules, Screen

GRAVE_REACH = 40
TOLD_REACH = 20
INNOCENT_REACH = 60
"""How far, in characters, an official may stand from what accuses, and innocent words from what they excuse."""

_KIN = (
    r"(?:妻弟|小舅子|大舅子|小姨子|大姨子|亲戚|弟弟|哥哥|姐姐|妹妹|妹夫|姐夫|儿子|女儿|女婿|儿媳|侄子|侄儿|侄女|外甥女?|媳妇|老婆|爱人|丈夫|妻子|亲家|"
    r"连襟|表[弟哥妹姐]|堂[弟哥妹]|兄弟|丈母娘|岳父|舅舅|自家人|自己人|家里人|本家|情妇|司机的)"
)
_PAID = r"(?:钱|块|元|万|千|百|点|烟|酒|羊|红包|现金|微信|账户|费|赞助|购物卡|好处)"
_N = r"[^。！？\n]"

_OFFICIAL = Rules(
    r"书记|支书|主任|局长|所长|校长|园长|院长|镇长|乡长|区长|县长|科长|股长|处长|站长|馆长|队长|村长|村官|会计|出纳|主席|董事长|理事长|(?<!家)长官|"
    r"干部|领导|官员|秘书|公务员|公职|执法|城管|民警|辅警|交警|警察|法官|检察官|书记员|工作人员|办事员|经办|一把手|当官的|专干|专职委员|协管|考官|"
    r"管理员|抄表员|土管员|护林员|检疫|治超|监理|业主代表|包村|带班|带队的|分管|教导|宿管|主治|大夫|医生|老师|班主任|网格员|驻村|"
    r"村委|两委|居委|社区|街道|党支部|党委|政府|村集体|村里|村上|乡上|镇上|学校|医院|派出所|法院|信用社|监管所|市场所|市监所|税务所|司法所|土地所|国土所|"
    r"中队|考场|信贷员|量尺|护士长|经理|组长|路政|教研员|专家|村医|公益岗|安置办|选举|招投标|拆迁丈量|验收|粮库|项目|补贴名单|补助名单|征地款|补偿款|"
    r"水管所|水管站|农技站|畜牧站|兽医站|收费站|卫生院|供电所|民政所|事故科|所里|局里|队里|站上|馆里|办事处|科室|部门|窗口|大厅|国企|国有|平台公司|"
    r"(?<=[\u4e00-\u9fff])局(?![面势限促])"
)
_GRAVE = Rules(
    r"贪污|贪官|贪腐|腐败(?!了)|受贿|索贿|行贿|贿赂|挪用|侵占|侵吞|私吞|独吞|截留|克扣|套取|套现|骗取|虚报|冒领|空饷|小金库|账外账|利益输送|"
    r"公款(?:吃喝|旅游|私)|公车私用|以权谋私|权钱交易|滥用职权|徇私|枉法|渎职|优亲厚友|人情低?保|关系[保户]|保护伞|勾结|串通|[围串]标|"
    r"内定|暗箱操作|萝卜(?:岗|招聘)|量身定做|打击报复|报复性|吃拿卡要|雁过拔毛|中饱私囊|私分|倒卖|回扣|好处费|辛苦费|茶水费|喝茶费|打点费|活动费|"
    r"封口费|保护费|送礼|收礼|收了钱|收钱(?:办|才|就|不)|塞钱|索要|卡要|敲诈|勒索|官商|一手遮天|通风报信|包庇|袒护|压案|顶包|违法强拆|强拆|强占|霸占|"
    r"非法(?:拘禁|占|征|拆)|违规(?:占|发放|操作|审批|领取|报销|安排|招|提拔|入党|低保)|假账|做账|弄虚作假|伪造|篡改|销毁|买官|卖官|贿选|拉票|买票|"
    r"走后门|开后门|顶替|冒名|中饱|吃里扒外|两头吃|沆瀣一气|狼狈为奸|蛇鼠一窝|鱼肉"
)
_TOLD = Rules(
    # what goes to kin and friends
    rf"{_KIN}{_N}{{0,26}}(?:承包|包了|包工|开的|店|公司|超市|名下|低保|中标|工程|项目|合同|名额|补贴|岗位|工作|评上|租|老板|法人|收费|领|买|票|账|房|编制|绣坊|就是)|"
    rf"(?:承包|包给|安排|指定|都是|低保|中标|名额|补贴|工程|评上|开票|老板是|收费的是|写的|取现|给的?是?){_N}{{0,18}}{_KIN}|"
    r"一个村出来的|(?:大学|老)?同学[^。！？\n]{0,12}(?:吃饭|喝酒)|姓和[^。！？\n]{0,10}一样|"
    # what is taken
    rf"(?:转|收|要|给|塞|交|送|扣|返|抽|拿|花|表示){_N}{{0,14}}{_PAID}{_N}{{0,20}}"
    r"(?:不开票|没有?票|不给票|没有?收据|不走|私人|个人|自己的|才(?:给|办|批|过|肯|行)|就(?:批|过|办|放|能|给|到|行|都)|包过|对半|分给|一起分|分了|谁给)|"
    rf"(?:没有|无|不开|不给)(?:发票|收据|票据|票){_N}{{0,20}}(?:收|块|元|钱)|(?:私人|个人)(?:账户|微信|账号|卡)|(?:扫|转|打到|进)(?:了)?他?(?:自己|个人|私人)的?(?:码|卡|账|微信)|"
    r"(?:私下|背后|暗地里)[^。！？\n]{0,8}(?:要|收|给|拿|分)|(?:返|扣|抽|提)(?:了|掉|走|他)?[一二三四五六七八九十两\d]{1,12}个?点|对半分|(?:他们|领导|所长|站长|主任|书记)[^。！？\n]{0,6}(?:一起)?分(?:了|的|给|一半)|"
    r"(?:本来|应该|国家|政策)[^。！？\n]{0,6}(?:免费|白给|不收)[^。！？\n]{0,24}(?:收|要|交)|规费没有|(?:三百|五百|几百|两百|二百|一千|两千|三千|五千|一万)[\u4e00-\u9fff]{0,4}手续费|"
    r"(?:另外)?[“\"]?(?:表示|意思|打点|走动|活动)[”\"]?(?:一下|表示|意思|打点|走动)|(?:不送|没送|不表示|没表示|不打点|不走动|哪有钱走动|会办事|懂规矩)|"
    r"(?:拉去|送去|送了|送来|提了|拿了|塞了|给了)[^。！？\n]{0,10}(?:羊|烟|酒|茶|油|卡|钱|万|千|礼|鸡|红包)[^。！？\n]{0,20}(?:就|才|说|办|批|当天|下个月|马上)|"
    r"(?:钱|款|资金|补助|补贴|经费|东西)[^。！？\n]{0,14}(?:去哪|哪去了|哪儿去了|谁的?口袋|谁的?腰包|哪个抽屉|不知去向|下落不明|对不上账?|说不清)|谁的(?:口袋|腰包)|自己(?:的)?(?:腰包|口袋)|"
    # what is not what the papers say
    r"(?:签字|签名|签到|表上|名单|在册|账上|照片|记录|合同)[^。！？\n]{0,26}(?:没去过|没上过|没见过|没领|又收|收上去|改的|拿别的|像是我|不看|假|从来没|实际|不知道)|照领|工资在发|挂名|"
    r"(?:列支|报的是|写付给|说是|报了|上报|名义)[^。！？\n]{0,24}(?:实际|其实|不到|就三|只有|根本没|结果)|没(?:有)?公开招标|未(?:公开)?招标|没招标|同样的[^。！？\n]{0,14}(?:四千|便宜|一半|网上)|内部压下|压下来|"
    r"(?:公家|集体|学校|国家|村里)的?[^。！？\n]{0,12}(?:卖给|卖了|拉走|搬走|拉回家|据为己有|自己用|私用)|(?:卖给|偷卖|挖了卖)[^。！？\n]{0,12}(?:砖厂|老板|了|的)|开条子|"
    # who keeps company with whom, and what is then let pass
    r"(?:一起|一块儿?|常|经常|总)[^。！？\n]{0,8}(?:吃饭|喝酒|钓鱼|烤肉|打牌|打麻将|唱歌|喝啤酒|称兄道弟)|称兄道弟|(?:往|从)?窗缝|(?:塞|给)了?[^。！？\n]{0,6}就放行|"
    r"(?:没见|也不|都不|从来?不|就)(?:拦|查|管|罚|吭声)[^。！？\n]{0,10}(?:过|一|砂|车|他)|抽根烟就走|吃了顿|常年转不动|周末都?在家门口卖|(?:检疫|合格)[票证][^。！？\n]{0,14}(?:拿|买|卖)|"
    r"(?:装在|装到|铺到|修到|全硬化)[^。！？\n]{0,14}(?:家|院子|门口)|(?:书记|支书|主任|干部|领导)家?(?:的)?(?:院子|门口|巷子|那条|地里|果园|鱼塘)|指定[^。！？\n]{0,14}(?:店|家|商家|公司|厂|中介)|(?:非要|必须|只能)[^。！？\n]{0,6}在?[^。！？\n]{0,14}(?:买|订)|"
    r"(?:这家|那家)[^。！？\n]{0,8}(?:好过|才过|当天就过)|当天就过|退回来[^。！？\n]{0,4}次|课上不讲|辅导班里?|"
    # favours, treats, and what they open
    rf"(?:请|摆|安排){_N}{{0,10}}(?:吃饭|喝酒|一桌|饭局|洗脚|唱歌|旅游){_N}{{0,24}}(?:就|才|批|过|办|定|中|给)|(?:打了?个?招呼|递条子|批条子|找了?关系|托关系|有关系|走关系){_N}{{0,20}}(?:就|才|进|办|批|上|给)|"
    rf"(?:名额|指标|编制|岗位|补助|低保|宅基地|摊位|学位){_N}{{0,16}}(?:给了|让给|卖给|留给|都是|全是|被){_N}{{0,12}}(?:自己|亲|熟|关系|家|领导|干部|主任|书记|有钱)|"
    r"花(?:了)?[一二三四五六七八九十几两\d]{1,12}[万千百][^。！？\n]{0,16}(?:买|进|调|办|安排|名额|编制|工作)|"
    # papers without people, people without papers
    r"(?:死了?|去世|过世|亡故|搬走|外地|在外)[^。！？\n]{0,16}(?:还在|照样|仍|一直)[^。！？\n]{0,6}领|(?:代签|替签|冒签|仿签)|(?:签名|签字|手印)[^。！？\n]{0,10}(?:不是我|不是本人|别人|代)|"
    r"(?:从没|从来没|根本没|没有?)(?:开过?|召开)[^。！？\n]{0,10}(?:会|公示|招标|评议)|一个人说了算|(?:他|她|书记|主任|支书)说了算|土皇帝|村霸|山大王|没人敢(?:惹|说|管|吭)|敢怒不敢言|"
    r"(?:名义|借口|打着)[^。！？\n]{0,20}(?:收|捞|套|骗|领|摊派)|捞(?:钱|好处|油水)|油水|发(?:了)?(?:国难|不义|横)财|"
    # what belongs to all used as one's own
    r"(?:公车|公家的?车|执法车|单位的?车|校车)[^。！？\n]{0,14}(?:接|送|拉|办|钓|吃|回家|旅游|私)|(?:让|叫|派|使唤)[^。！？\n]{0,16}(?:给|到)(?:他|她|自己|领导|校长|局长|主任|书记)家?[^。！？\n]{0,6}(?:干活|装修|盖房|收|搬|打扫|带孩子|做饭)|"
    r"(?:集体|公家|村里|队里|国有|学校)的?[^。！？\n]{0,14}(?:地|林|房|门面|机井|鱼塘|砂|资产|路灯|设备|树)[^。！？\n]{0,16}(?:低价|便宜|白给|私自|偷偷|悄悄|自己|占|据为|包给|租给|卖)|"
    r"(?:低价|便宜|私自|偷偷|悄悄)[^。！？\n]{0,10}(?:承包|包给|租给|卖给|卖了|转让|处理)|"
    # law for some and not for others
    r"(?:罚款|罚的?钱|收费)[^。！？\n]{0,12}(?:不开|没有?|不给)(?:票|收据|单|条)|交(?:了)?钱就(?:放|走|没事|不罚|能)|(?:熟人|关系|打招呼|老乡|战友)[^。！？\n]{0,10}(?:不罚|不查|没事|放|不管|不拆)|(?:提前|事先)[^。！？\n]{0,6}(?:通知|报信|打招呼|透露)|"
    r"睁一只眼|只(?:查|罚|拆)我|专(?:门)?(?:查|罚|找)我|偏(?:偏)?(?:查|罚|拆)我|不拆(?:他|别人|领导)|背后有人|上面有人|后台|靠山|撑腰|罩着|一条裤子|穿一条|"
    r"层层转包|转包给|偷工减料[^。！？\n]{0,24}(?:验收|签字|通过)|(?:验收|检测|鉴定)[^。！？\n]{0,14}(?:走过场|照样(?:过|合格|通过)|没到现场|没来看|吃了|闭着眼)|"
    r"(?:提成|抽成|返点|返利|分成|进项|外快)|(?:指定|推荐|介绍)[^。！？\n]{0,12}(?:提成|返|好处|亲|自己)|(?:收|要)了?[^。！？\n]{0,8}(?:押金|管理费|赞助费|择校费|入场费|人情)[^。！？\n]{0,16}(?:没有?票|个人|自己|不退|现金)|"
    # first the gift, then the favour
    rf"先(?:提|送|塞|给|拿|帮|交|扣|去){_N}{{0,16}}(?:坐坐|钱|酒|烟|礼|千|万|百|工|点|还得|才)|(?:没|不|未)(?:送|给|去|塞|交|表示)的?{_N}{{0,14}}(?:没|就说|排到|往后|丢|封|罚|查得|再等|卡)|"
    rf"(?:给|送|交|塞)(?:过|了){_N}{{0,14}}(?:的)?[，,]?{_N}{{0,10}}(?:当天|第二天|转天|从来没|前三排|就上|能放|多量|一次就过|没人查)|看(?:谁|给不给|送不送){_N}{{0,12}}(?:酒|烟|礼|钱|塞)|"
    r"塞烟|塞了|购物卡|辛苦费|月票|保过|说里外|打点|请人吃饭了|赞助”?[^。！？\n]{0,8}(?:羊|牛|烟|酒|钱)|每人收了|没票|白条|"
    # what is told of people and things that are not there
    r"全村没见过|根本没有[^。！？\n]{0,10}(?:过|这)|没有这笔|一场没见|一个月天天满勤|(?:检查|验收)[^。！？\n]{0,14}(?:借|一走|走一趟|没下车|饭店|先停)|(?:照片|影像)[^。！？\n]{0,10}(?:用了|前年|去年|别)|自己描的|"
    r"套了[^。！？\n]{0,8}补|(?:卡|存折|工资卡|医保卡|零花钱)[^。！？\n]{0,10}(?:在|放|统一)[^。！？\n]{0,6}(?:会计|所长|主任|书记|院长|村医|抽屉|代管)|(?:账本|账)[^。！？\n]{0,6}(?:雨淋|丢了|烧了)|路在哪|钱在哪|"
    r"(?:装进|搬进|搬到|移到|拉到|拉回|住进)了?[^。！？\n]{0,6}(?:他|她|自家|自己|书记|主任|所长|站长|局长|新房|岳父|家)|印着[“\"]|一分[^。！？\n]{0,4}没交|发票我们开|开成[^。！？\n]{0,4}费|住着[^。！？\n]{0,8}租的房|"
    r"果然是|果然一边倒|撞见|一份[，,][^。！？\n]{0,10}另一份|偏偏是|还没开[，,][^。！？\n]{0,12}知道|跟所里熟|里头(?:烤|喝|吃)|拿着我的信|回家等通知|丢了$|免的都是|好房留给|返[一二两三四五]块|介绍的人|介绍的[^。！？\n]{0,8}一次就过|"
    # what happens to those who speak
    r"(?:举报|投诉|反映|上访|发了?个?视频|说话|告状|提意见)[^。！？\n]{0,18}(?:停了|取消|穿小鞋|为难|刁难|恐吓|威胁|上门|来了|挨打|被打|断水|断电|除名|玻璃|整改通知|扣分|调岗|调到|开除|倒数|找茬|泄露|告诉)|穿小鞋|找茬|秋后算账|泄露[^。！？\n]{0,8}(?:举报|信息|姓名)|删了就没事|"
    r"不给[^。！？\n]{0,6}送|不给[,，][^。！？\n]{0,12}(?:查|罚)|还要(?:烟|红包)|领导层[^。！？\n]{0,10}分了|挨家送|"
    r"不交的?[^。！？\n]{0,8}(?:倒数|扣|没过|辞|不给)|不给不敢|殴打|动手打|拳打脚踢|打伤|砸了|推了[，,]|凌晨[^。！？\n]{0,20}(?:来了|推|拆)|(?:手续|文件)[^。！？\n]{0,10}(?:回头补|没有|拿不出)|"
    r"(?:一个字|证据|材料)都?没(?:有)?(?:写进|采纳|看)|没(?:当天|及时)?抽血"
)
_CALLED = Rules(
    r"检举|实名(?:举报|反映|控告)|控告|(?:请|请求|恳请|要求)[^。！？\n]{0,8}(?:纪委|纪检|监委|巡察|审计|检察院)[^。！？\n]{0,8}(?:查|调查|介入|核实|追究)?"
)
_INNOCENT = Rules(
    r"冒充|假冒|骗子|诈骗|骗了|骗人|谎称|自称是?|建议|应当?(?:加强|建立|完善)|希望(?:加强|加大|完善|健全)|警示教育|廉[政洁]|反腐|腐蚀|清廉|两袖清风|不收礼|"
    r"点赞|表扬|感谢|锦旗|拒收|谢绝|退回了?红包|婉拒|没有(?:贪|收|拿|吃|任何|说|指|怀疑|针对|送)|没[收拿]过?|并非|不是(?:说|指|举报|告|怀疑)|并不是|绝不是|不存在|没有的事|"
    r"(?:如何|怎么|哪里|在哪)(?:举报|检举|控告)|举报(?:电话|渠道|方式|奖励|平台|箱)|扫黑除恶|标语|"
    r"外地|别处|外省|新闻|网上(?:看|说|传)|网传|《|安全账户|短信|理财|电视|电影|电视剧|小说|历史|古代|课文|话剧|小品|已(?:被|经)?(?:查处|判|处理)|被查处|被判|"
    r"商家|商户|商贩|摊贩|店家|店主|饭馆|餐馆|理发店|健身房|物业公司|开发商|邻居|室友|同事|前夫|婆婆|儿媳|亲兄弟|兄弟俩|合伙人|工厂|化工厂|养殖场|培训机构|房东|快递|外卖"
)
_ENDS = frozenset("。！？!?\n")
SCREEN = Screen([_OFFICIAL.heads, _GRAVE.heads, _CALLED.heads, _TOLD.heads, _INNOCENT.heads, _ENDS])
_OFFICIAL_BIT, _GRAVE_BIT, _CALLED_BIT, _TOLD_BIT, _INNOCENT_BIT, _ENDS_BIT = range(6)
_Kinds = tuple[tuple[Rules, int, int], ...]
_PLAIN: _Kinds = ((_GRAVE, _GRAVE_BIT, GRAVE_REACH), (_CALLED, _CALLED_BIT, GRAVE_REACH))
_ACCUSING = (*_PLAIN, (_TOLD, _TOLD_BIT, TOLD_REACH))
_NEAR = tuple(Near(bit, reach, rules.longest + reach) for rules, bit, reach in _ACCUSING)
"""An accusing match counts only with somebody in office near enough to it, who is looked for first."""
_PLAIN_BITS, _ALL_BITS = (sum(1 << bit for _, bit, _ in kinds) for kinds in (_PLAIN, _ACCUSING))


def accusing(texts: Sequence[str], hinted: Sequence[bool], looked: Looked | None = None) -> list[bool]:
    """Tell which normalised texts accuse an office or official.

    Args:
        texts: normalised.
        hinted: in which of them the softer rules, about what is told, count: those that the model too sees a hint in
            (`nlp.accusation`), or all of them where there is no model to ask.
        looked: what SCREEN has marked in the texts, or in texts that begin with them, where it has looked already; the
            marks are used up.
    """
    if not texts:
        return []
    looked = looked or SCREEN.look(characters_of(texts))
    left = looked.keep_near(_OFFICIAL_BIT, _NEAR)
    each = enumerate(zip(texts, left, hinted, strict=True))
    return [
        bool(bits & (_ALL_BITS if soft else _PLAIN_BITS))
        and any(True for _ in _passages(text, looked, number, _ACCUSING if soft else _PLAIN))
        for number, (text, bits, soft) in each
    ]


def accusing_passages(text: str) -> tuple[tuple[int, int], ...]:
    """Find the sentences of a normalised text that accuse an office or official, as half-open character ranges.

    A grave word counts with an official within GRAVE_REACH characters of it, what is told with one within TOLD_REACH:
    letters run on for hundreds of characters without a full stop. What is innocent by the words around it never counts.
    A rule is tried at every place, also within what it has matched before.
    """
    looked = SCREEN.look(characters_of([text]))
    looked.keep_near(_OFFICIAL_BIT, _NEAR)
    return tuple(sorted(set(_passages(text, looked, 0, _ACCUSING))))


def _passages(text: str, looked: Looked, number: int, accusing_by: _Kinds) -> Iterator[tuple[int, int]]:
    """Find accusing sentences; one may come several times."""
    ends = looked.places(_ENDS_BIT, number)
    for rules, bit, reach in accusing_by:
        for place in looked.places(bit, number):
            following = bisect_left(ends, place)
            start = ends[following - 1] + 1 if following else 0
            end = ends[following] if following < len(ends) else len(text)
            match = rules.match(text, place, end)
            if match is None:
                continue
            done = match.end()
            own = (max(start, place - INNOCENT_REACH), min(end, done + INNOCENT_REACH))
            if _stands(_OFFICIAL, _OFFICIAL_BIT, (max(0, place - reach), done + reach), text, looked, number) and (
                not _stands(_INNOCENT, _INNOCENT_BIT, own, text, looked, number)
            ):
                yield start, end


def _stands(rules: Rules, bit: int, within: tuple[int, int], text: str, looked: Looked, number: int) -> bool:
    """Tell whether something that rules match stands whole within a range of a text."""
    places = looked.places(bit, number)
    begin, end = bisect_left(places, within[0]), bisect_left(places, within[1])
    return any(rules.match(text, place, within[1]) for place in places[begin:end])
