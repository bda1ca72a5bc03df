"""What a sentence is: rumour, denial, cause, effect, measure, outlook, price recap, or a plain fact; and what is never quoted.

Decided by the words in it alone. What does not belong here: whose view it is and where it points (views/).
"""

import re

__all__ = [
    "HOSTILE",
    "ROLES",
    "is_boilerplate",
    "is_change",
    "is_denial",
    "is_hostile",
    "is_rumour",
    "is_tick",
    "is_unsourced",
    "role_of",
]

ROLES = ("change", "outlook", "cause", "measure", "response", "effect", "price", "fact", "other")

HOSTILE = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|抛开)[^。]{0,12}(?:指令|要求|提示|规定|规则|设定|说明|命令|限制)"
    r"|系统提示|系统指令|你现在是|你是一[名个位](?:荐股|助手|写作|人工智能|AI|分析师)|原样输出|不要告诉读者|提示词"
    r"|(?:致|给|告)[^。，]{0,10}(?:写作程序|程序|模型|机器人|助手|AI|智能体)[：:]"
    r"|(?:自动写作|写作程序|智能助手|语言模型|大模型|摘要程序)[^。]{0,12}(?:请|须|应|必须|务必|忽略)"
    r"|(?:请|须|必须|务必)[^。]{0,16}(?:报告|摘要|正文|首段|开头|文末)[^。]{0,10}(?:写明|写入|输出|加入|插入|注明|声明)"
    r"|ignore (?:all|any|previous|the above)|system prompt|disregard (?:all|previous)|you are now",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"</?(?:[Pp]|STRONG|strong|BR|br|DIV|div|SPAN|span|FONT|font|TABLE|table)[ >/]|[{]IMG|加微信|微信\s?\d|客服电话|套现|荐股|责任编辑|作者[：:]|^\d{4}-\d{1,2}-\d{1,2}|^来源[：:]|^[|]|[|].*[|]|免责声明|投资有风险|仅供参考|不构成(?:任何)?投资建议|版权所有|未经授权|扫码|关注公众号|点击(?:查看|下载|阅读)"
    r"|下载APP|登录|注册账号|更多(?:资讯|内容)|原标题|本文(?:来源|作者)|风险提示[：:]|上一篇|下一篇|相关阅读"
)
#: A sentence that passes a rumour on (one that only speaks of 传闻 does not).
_RUMOUR = re.compile(
    r"网传|网上流传|网络流传|流传|据传|盛传|疯传|(?:市场|有|群内|群里|圈内|圈里|业内|盘中|坊间|交易员之间)[^。，]{0,6}(?:消息|传)(?:称|说|出|来|言)?(?=[^。]{4,})|消息人士|知情人(?:士)?(?:称|说|透露)"
    r"|(?:帖子|截图|传言|传闻|谣言|视频|博主|账号|爆料)[^。，]{0,10}[，]?(?:称|说|爆出)|小道消息|爆料|未经证实|网友[^。，]{0,8}(?:发布|称|爆)|据称|传出"
)
_UNSOURCED = re.compile(
    r"未见任何[^。]{0,4}来源|未给出来源|没有(?:给出)?(?:任何)?(?:来源|出处)|未(?:注明|标明|说明|署)(?:出处|来源|名)|无抬头|无公章|来源不明|真实性[^。]{0,4}(?:核实|存疑)|无法(?:确认|核实|证实)"
)
_DENIAL = re.compile(
    r"否认|不实|辟谣|不属实|子虚乌有|纯属(?:谣言|虚构|误读)|未发生|并未|不存在|未下达|未接到|未收到|未出现|未见|没有(?:接到|收到|发布|下达|发生|出现|任何|关闭|停[产运输止]|受损|减产|暂停|取消|调整)"
    r"|从未|谣言|误读|与事实不符|无中生有|并无|均(?:属|为)?正常|生产正常|运行正常|未受影响|从没|不会(?:停|取消|调整|实施)"
)
_STATEMENT = re.compile(
    r"否认|澄清|辟谣|声明|回应|答复|通报|公告|表示|披露|核查|经核实|负责人|管理方|管理人|海关|(?:管理|资源|监管|海事|市场监督|应急)[^。，]{0,3}局|交易所|证监会|公司"
)
_CHANGE = re.compile(
    r"(?:修正|收回|撤回|撤销|推翻|放弃|调整|更正|改变|变更)[^。，]{0,10}(?:看法|说法|观点|判断|意见|结论|预判|立场|建议|口径|预期)"
    r"|(?:看法|说法|观点|判断|意见|结论|预判|立场|建议|预期)[^。，]{0,12}(?:收回|撤回|作废|修正|更正|不再成立|到此为止|不再适用|推翻|失效|一笔勾销)"
    r"|改口|转为看|改为看|转而看|改看|不再看|转向看|转多|转空|翻多|翻空|由[^。，]{0,6}(?:转|改|变)为?"
)
_CAUSE = re.compile(
    r"之所以|与[^，。]{2,30}有关|归咎|归结|因为|由于|缘于|源于|归因|原因(?:是|在于|有|为|方面|之一)?|受[^。，]{1,16}(?:影响|提振|拖累|带动|支撑|打压|推动|刺激|压制|波及)|得益于|缘由"
    r"|(?:导致|引发|促使|造成|推动|带动|拖累|推升|推高|加重|压制|提振|支撑)[^。]{0,10}(?:价|盘面|行情|期货|期价|跌|涨|抛压|承压|走)|首要|主因|背后|反映(?:了|出)?|(?:依据|理由)(?:是|有|为)|体现"
)
_EFFECT = re.compile(
    r"影响|冲击|波及|传导|拖累|受益|受损|受压|减轻|承压|成本(?:上升|下降|压力|变化)|强行?平仓|追加保证金|追保|利润[^。，]{0,8}(?:修复|压缩|改善|恶化)|推迟|下调报价|上调报价|停产|减产|复产|暂停|跟随"
    r"|观望|恐慌|担忧|(?:成交|持仓|情绪)[^。，]{0,8}(?:放大|下降|增加|减少|回落|恢复|萎缩)"
)
_MEASURE = re.compile(
    r"保证金(?:比例|标准|水平)|手续费|涨跌停板|涨跌幅度?限制|限仓|持仓限额|交易限额|交割(?:细则|规则)|上调至|下调至|调整为|结算时起|交易时起|施行|实施|处罚|罚款|立案|警示函|监管措施"
)
_RESPONSE = re.compile(
    r"建议|应当|应(?:加强|提前|及时|密切|做好|合理)|需(?:要)?(?:密切|关注|警惕|防范|加强|注意)|提醒|提示[^。，]{0,6}(?:风险|投资者|客户)|防范|对冲|套期保值|套保|控制仓位|预案|做好[^。，]{0,8}(?:准备|测算|管理)|加强[^。，]{0,10}(?:管理|沟通|监测|监管)"
)
_OUTLOOK = re.compile(
    r"预计|预期(?=[^，。]{0,6}(?:将|会|在|内))|预测|预判|后市|展望|未来|有望|料将|料(?=在|会|难|继|维)|或将|将会|将(?:在|以|继续|维持|进入|逐步|延续|围绕)|看[涨跌](?!期权)|看[多空好淡]|(?:偏|倾向)(?:多|空)|可能|大概率|仍有|或许|目标(?:价|位|看)|支撑位|压力位|上方|下方(?:支撑|关注)"
    r"|短期|短线|中期|中长期|长期|接下来|下(?:周|月|半年|季度)|(?:一|二|三|四)季度|年底|年内|全年|观望|看法|维持[^。，]{0,12}(?:判断|观点|看)"
)
_PRICE = re.compile(
    r"收(?:报|于|盘|涨|跌|高|低)|结算价|开盘|低开|高开|跳空|(?:涨|跌)幅|上涨|下跌|(?:涨|跌)停|(?:跌|涨)破|最高(?:触及|价|至)?|最低(?:触及|价|至)?|日内|封板|成交量|持仓量?|站上"
)
#: Who speaks or acts with authority: such a sentence states something even without a figure.
_BODY = r"部门|交易所|证监会|监管|央行|海关|政府|当局|管理(?:局|方|人)|资源局|发改委|商务部|财政部|发布会|公告|声明|回应|答复|通报|披露|公司|集团|运营方|协会"
_NUMBER = re.compile(rf"{_BODY}|\d|[一二三四五六七八九十百千万]{(2,)}|[一二三四五六七八九]成")
_LABELS = (
    ("cause", re.compile(r"(?:原因|归因|成因|驱动)(?:方面|分析|上)?(?:[，：:]|$)")),
    ("effect", re.compile(r"影响(?:方面|分析|上)?(?:[，：:]|$)|对[^，。：]{2,10}[：:]")),
    (
        "outlook",
        re.compile(r"(?:展望后市|后市|展望|未来走势|走势展望|后市展望|后市方面|未来)(?:方面|展望|分析)?(?:[，：:]|$)"),
    ),
    ("response", re.compile(r"(?:应对|应对策略|应对措施|操作建议|策略建议|建议)(?:方面)?(?:[，：:]|$)")),
)
_SALUTATION = re.compile(r"^(?:各|尊敬的|致)[^，。]{1,24}[：:]$|^#")
#: A line that no mark ends: a title, a heading, a byline, a cell of a table.
_HEADING = re.compile(r"^[^，。；]{1,60}(?<![：:])$")


#: A tick of the tape: what a price just did, whatever word for a short time stands in it.
_TICK = re.compile(
    r"现报|短线(?:上扬|下挫|走高|走低|拉升|跳水|急[涨跌]|快速)|日内(?:涨|跌|升|降)|(?:快速|直线)(?:拉升|跳水|下挫)"
)


def is_tick(text: str) -> bool:
    """Whether a sentence only reads a price off the tape."""
    return _TICK.search(text) is not None


def is_hostile(text: str) -> bool:
    """Whether a sentence speaks to the program that reads it instead of to a reader."""
    return HOSTILE.search(text) is not None


def is_boilerplate(text: str, *, ended: bool = True) -> bool:
    """Whether a piece is a heading, a disclaimer or an advertisement rather than a sentence.

    Args:
        text: The piece.
        ended: Whether a mark ends it; a heading has none.
    """
    if len(text) < 6 or _BOILERPLATE.search(text) is not None or _SALUTATION.match(text) is not None:
        return True
    return not ended and _HEADING.match(text) is not None


def is_rumour(text: str) -> bool:
    """Whether a sentence passes on a rumour and does not itself deny it."""
    return _RUMOUR.search(text) is not None and _DENIAL.search(_without_rumour_frame(text)) is None


def is_unsourced(text: str) -> bool:
    """Whether a sentence says that nobody stands for the news."""
    return _UNSOURCED.search(text) is not None


def is_denial(text: str) -> bool:
    """Whether somebody denies something in the sentence."""
    return _DENIAL.search(text) is not None and _STATEMENT.search(text) is not None


def is_change(text: str) -> bool:
    """Whether somebody takes a view back in the sentence."""
    return _CHANGE.search(text) is not None


def _without_rumour_frame(text: str) -> str:
    return _UNSOURCED.sub("", re.sub(r"未见任何|尚未回应|未回应|谣言|未经证实", "", text))


def role_of(text: str, label: str = "") -> str:
    """Return the role of one sentence, one of `ROLES`; the first that fits, in that order.

    Args:
        text: The sentence.
        label: What its paragraph is headed by (`原因分析：`), where it is.
    """
    for role, pattern in _LABELS:
        if pattern.match(label or text):
            return role
    if is_tick(text):
        return "price"
    tests = (
        ("change", _CHANGE),
        ("response", _RESPONSE),
        ("cause", _CAUSE),
        ("measure", _MEASURE),
        ("outlook", _OUTLOOK),
        ("effect", _EFFECT),
        ("price", _PRICE),
    )
    for role, pattern in tests:
        if pattern.search(text):
            return role
    return "fact" if _NUMBER.search(text) else "other"
