"""Personal data in a text, as spans: what a hosted model must not see, and an export must not carry.

A number counts only where its own check holds (identity numbers, cards, credit codes), where its shape is a mobile's and
nothing beside it says that it is a volume or a document number, or where the word for it stands right before (资金账号).
Names and addresses are taken where a title or an address word shows them, so that a plain word is never a person. What
does not belong here: the persons that a text quotes (records/mentions) and the masking itself (`privacy.py`).
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import NamedTuple

__all__ = ["PersonalSpan", "find_personal"]


class PersonalSpan(NamedTuple):
    """One piece of personal data: kind, first code point, one past the last."""

    kind: str
    start: int
    end: int


Found = Iterator[tuple[int, int]]


def _set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


#: One character for one: full-width digits, letters and the marks inside numbers and addresses of mail.
_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B)} | {
    ord("＋"): "+", ord("－"): "-", ord("—"): "-", ord("–"): "-", ord("‐"): "-", ord("＠"): "@", ord("．"): ".",
    0x3000: " ", 0xA0: " ", ord("："): ":", ord("（"): "(", ord("）"): ")",
}  # fmt: skip
_HAN = "\u4e00-\u9fff"
_LEFT = r"(?<![0-9A-Za-z])(?<![0-9][.,\-/])(?<![.,]\.)"
_RIGHT = r"(?![0-9A-Za-z])(?![.,][0-9])"
#: What makes a run of digits a quantity or a document's number.
_UNIT = re.compile(
    r"\s?(?:余|手|元|股|吨|桶|张|份|万|亿|千|百|%|％|‰|美|港|欧|日元|英镑|点|倍|个|家|户|笔|次|人|年|月|号|条|款|克|盎司|公斤|TEU|MWh|kWh|GB|bp)"
)
_QUANTITY = re.compile(
    r"(?:成交|持仓|增仓|减仓|金额|市值|余额|总额|规模|资产|产量|销量|库存|数量|合计|共计|总计|编号|文号|单号|流水|批号|批次|凭证|备案|"
    r"许可证|发票|代码|序号|批准|公告|合同|保单|专利|登记|注册|ISBN|ISSN|volume|vol|amount|No\.?|第)[^\n。；;]{0,8}$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:手机|电话|联系|致电|拨打|热线|微信|短信|[Tt][Ee][Ll]|[Mm]obile|[Pp]hone|传真)[^\n。；;]{0,10}$"
)
_IDENTITY_WORD = re.compile(r"(?:身份证|证件号|证件编号|公民身份)[^\n。；;]{0,10}$")
_CARD_WORD = re.compile(r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|账户|帐号|帐户|开户行|户名)[^\n。；;]{0,14}$")
_CREDIT_WORD = re.compile(r"(?:信用代码|纳税人识别号|税号)[^\n。；;]{0,6}$")
_WINDOW = 24

_MOBILE = re.compile(
    rf"{_LEFT}(?:(?:\+|00)?\(?86\)?[\- ]?)?(?:1[3-9]\d(?:(?P<sep>[\- .]?)\d{{4}}(?P=sep)\d{{4}})|1[3-9]\d{{2}}[\- ]\d{{3}}[\- ]\d{{4}}){_RIGHT}"
)
_LANDLINE = re.compile(rf"{_LEFT}(?:\(?0\d{{2,3}}\)?[\- ]?)?[2-8]\d{{6,7}}(?:[\-转]\d{{1,5}})?{_RIGHT}")
_IDENTITY = re.compile(rf"{_LEFT}[1-8]\d{{5}}[\- ]?(?:18|19|20)\d{{2}}[\- ]?\d{{4}}[\- ]?\d{{3}}[\dXx]{_RIGHT}")
_OLD_IDENTITY = re.compile(rf"{_LEFT}[1-8]\d{{14}}{_RIGHT}")
_CARD = re.compile(
    rf"{_LEFT}(?:\d{{16,19}}|\d{{4}}(?P<gap>[\- ])\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}(?:(?P=gap)?\d{{1,3}})?){_RIGHT}"
)
#: First digits of cards: UnionPay, the large banks' older ones, Visa, Mastercard, JCB.
_ISSUER = re.compile(r"62|60|9[45]\d|4|5[1-5]|2[2-7]|35|81")
_CREDIT = re.compile(r"(?<![0-9A-Za-z])[1-9ANY][1-9A-Z]\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PROVINCES = _set(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,3}\.[A-Za-z]{2,12}",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:资金[账帐][号户]|交易编码|交易账[号户]|结算账[号户]|保证金账[号户]|期货账[号户]|证券账[号户]|股东(?:账[号户]|代码|卡号)|基金账[号户]|客户(?:编?号|代码|编码|账号)|"
    r"席位(?:编?号|代码)?|交易席位|操作员(?:编?号|代码)?|银行[账帐]号|[账帐]号|[账帐]户号码?|护照(?:号码?|编号)?|通行证(?:号码?)?|工号|会员卡号)"
    r"\s?(?:\([^()\n]{0,12}\))?\s?(?:[:=]|为|是|号码?)?\s?(?P<value>[A-Za-z]{0,3}\d[\dA-Za-z\-]{2,24}(?<!-))(?![.,]?\d)"
)

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤方俞任袁柳鲍史唐费薛雷贺倪汤滕殷罗毕郝邬"
    "安常乐傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解丁"
    "宣邓郁单洪包诸左石崔吉龚程嵇邢裴陆荣翁荀惠甄曲封储靳段焦侯宓蓬车班仇栾甘厉祖武符刘景詹龙叶司黎薄白蒲卓蔺屠蒙池乔翟谭贡姬申冉桑桂牛边燕浦尚温"
    "庄晏柴瞿阎慕连习艾鱼向古易廖庾居衡步耿满匡寇欧沃聂晁敖冷辛阚简饶曾沙鞠丰关蒯相查游竺权益桓肖付代闫覃佟于涂苟岳"
)
_DOUBLE = _set("欧阳 上官 司马 诸葛 慕容 东方 夏侯 皇甫 尉迟 公孙 令狐 司徒 端木 独孤 南宫")
_HONORIFIC = re.compile("先生|女士|小姐|同志")
_TITLE = re.compile(
    "(?:副)?(?:董事长|总经理|总裁|行长|经理|主任|主席|总监|部长|局长|处长|科长|院长|会长|秘书长|律师|教授|博士|医生|老师|法官|检察官|分析师|研究员|交易员|客户经理|会计师)"
)
_NAMED = re.compile(
    rf"(?:联系人|经办人|经手人|办理人|代理人|申请人|投诉人|举报人|被处罚人|当事人|负责人|法定代表人|法人代表|持卡人|收款人|汇款人|收件人|寄件人|受益人|开户人|"
    rf"客户姓名|投资者姓名|姓名|户名|本人)\s?(?:[:：]|为|是|系)?\s?(?P<name>[{_HAN}]{{2,4}})(?![{_HAN}])"
)
#: Words that begin with a surname's character and are no names.
_WORDS = _set(
    "高级 项目 安全 经济 常务 方面 全国 管理 单位 计划 广告 公司 金融 石油 能源 时任 现任 曾任 任何 向来 相关 相应 权益 代表 代理 代办 解决 解释 单日 单独 常见 常年 "
    "方案 向上 向下 关于 关键 关注 石化 石墨 白银 白糖 黄金 金属 金价 马上 路透 车间 房产 房地 连续 连日 丰富 满足 简单 简称 温和 古代 相对 相信 江苏 江西 安徽 江南 "
    "路线 万元 万手 万吨 任务 任命 华东 华南 华北 华中 华西 东方 余额 田间 包括 包装 左右 司机 司法 申请 申报 申购 尚未 易于 边际 乐观 高管 高层 高盛 康复 程序 段落 "
    "章程 严重 严格 严厉 钱款 严肃 祝贺 通过 许可 许多 何时 何种 方式 方法 方向 余下 史上 史无 齐全 沙特 项下 安排 安全 范围 封闭 管控 管道 莫非 汪洋 利率 牛市 习惯 "
    "于是 于此 于今 付款 付出 左侧 邮箱 游客 查询 查看 益处 权利 权力 曾经 冷静 辛苦 侯选 车辆 车主 包含 费者 丁香 单边 单项 石材 江海 龙头 龙卷 白天 白酒 班级 班组 任期 解除"
)
_NOT_GIVEN = re.compile("[的了和与及等在是为由对向从被将说称先这那其各每某此该们]")
_BEFORE_NAME = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[和与及由对向请给致为即、是的]|联系|客户|聘任|选举|任命|聘请|同意|委托|通知|告知|提名|拟聘|记者|律师|代表|董事|股东|公司|本行|同事)$"
)
_STREET = re.compile(
    r"(?:路|街|道|巷|弄|胡同|里|坊)\s?(?:\d{1,5}|[一二三四五六七八九十百]{1,5})\s?(?:号|弄)(?!公告|文|令|通知)"
)
_ESTATE = re.compile(r"\d{1,4}\s?(?:号楼|栋|幢|座)(?=\s?(?:\d{1,2}\s?单元|\d{2,5}\s?(?:室|号|房)))")
_ROOM = re.compile(
    rf"(?:[{_HAN}A-Za-z]{{0,10}}?[\dA-Za-z一二三四五六七八九十]{{1,5}}\s?(?:号楼|号院|栋|幢|座|单元|层|楼|室|房|号))*"
)
_PLACE = re.compile("[省市区县镇乡村旗州盟]|小区|花园|新村|公寓|家园|街道")
_PLACE_WORD = re.compile(r"(?:地址|住址|住所|住在|现住|家住|居住|寄往|寄至|寄到|送达|户籍|收货)[^\n。；;]{0,6}$")
_PLACE_CUT = re.compile(
    "地址|住址|住所地?|住在|现住|家住|居住(?:于|在)?|位于|坐落于|寄往|寄至|寄到|送达|户籍|现居|地处|迁至|搬至|设在|即日起|收|[将对在为至于是到住的]"
)


def find_personal(text: str) -> list[PersonalSpan]:
    """Find personal data in a text.

    Returns:
        Spans in order, without overlap; kind is id_number, credit_code, bank_card, mobile, phone, email, account, name or
        address. Where two kinds claim the same characters, the one with the stronger proof has them.
    """
    half = text.translate(_HALF)
    marks = bytearray(len(text))
    found: list[PersonalSpan] = []
    for kind, finder in _FINDERS:
        for start, end in finder(half):
            if marks.find(1, start, end) < 0:
                marks[start:end] = b"\x01" * (end - start)
                found.append(PersonalSpan(kind, start, end))
    return sorted(found, key=lambda span: (span.start, span.end))


def _before(text: str, at: int) -> str:
    return text[max(0, at - _WINDOW) : at]


def _is_quantity(text: str, start: int, end: int) -> bool:
    """Whether the words beside a run of digits, or the cells beside it in a table, make it a plain number."""
    if _UNIT.match(text, end) or _QUANTITY.search(_before(text, start)):
        return True
    cell_before = re.search(r"[\d.]+\s?[,\t|]\s?$", _before(text, start))
    cell_after = re.match(r"\s?[,\t|]\s?-?[\d.]+", text[end : end + _WINDOW])
    neighbours = [cell.group().strip(" ,\t|") for cell in (cell_before, cell_after) if cell]
    return bool(neighbours) and not any(re.fullmatch(r"1[3-9]\d{9}|\d{16,19}", cell) for cell in neighbours)


def _mobiles(text: str) -> Found:
    for match in _MOBILE.finditer(text):
        start, end = match.span()
        told = _PHONE_WORD.search(_before(text, start)) or match.group().startswith("+")
        if told or not _is_quantity(text, start, end):
            yield start, end


def _landlines(text: str) -> Found:
    for match in _LANDLINE.finditer(text):
        if _PHONE_WORD.search(_before(text, match.start())) and not _UNIT.match(text, match.end()):
            yield match.span()


def _identities(text: str) -> Found:
    for match in _IDENTITY.finditer(text):
        digits = re.sub(r"[\- ]", "", match.group()).upper()
        if not _is_birth(digits[6:14]) or digits[:2] not in _PROVINCES:
            continue
        if _identity_check(digits) or _IDENTITY_WORD.search(_before(text, match.start())):
            yield match.span()
    for match in _OLD_IDENTITY.finditer(text):
        digits = match.group()
        if digits[:2] in _PROVINCES and _is_birth("19" + digits[6:12]):
            told = _IDENTITY_WORD.search(_before(text, match.start()))
            if told or not _is_quantity(text, *match.span()):
                yield match.span()


def _is_birth(digits: str) -> bool:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1890 <= day.year <= 2035


def _identity_check(digits: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits[:17], strict=True))
    return "10X98765432"[total % 11] == digits[17]


def _cards(text: str) -> Found:
    for match in _CARD.finditer(text):
        digits = re.sub(r"[\- ]", "", match.group())
        told = _CARD_WORD.search(_before(text, match.start()))
        if not 16 <= len(digits) <= 19 or not (told or (_ISSUER.match(digits) and _luhn(digits))):
            continue
        if told or not _is_quantity(text, *match.span()):
            yield match.span()


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * weight for digit, weight in zip(reversed(digits), cycle((1, 2)), strict=False))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _credit_codes(text: str) -> Found:
    for match in _CREDIT.finditer(text):
        code = match.group()
        values = [_CREDIT_SIGNS.find(sign) for sign in code]
        if min(values) < 0:
            continue
        total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
        if (31 - total % 31) % 31 == values[17] or _CREDIT_WORD.search(_before(text, match.start())):
            yield match.span()


def _mails(text: str) -> Found:
    for match in _MAIL.finditer(text):
        yield match.span()


def _accounts(text: str) -> Found:
    for match in _ACCOUNT.finditer(text):
        if not _UNIT.match(text, match.end()):
            yield match.span("value")


def _names(text: str) -> Found:
    for match in _NAMED.finditer(text):
        if _is_name(match["name"]):
            yield match.span("name")
    for title in _HONORIFIC.finditer(text):
        yield from _name_before(text, title.start(), strict=False)
    for title in _TITLE.finditer(text):
        yield from _name_before(text, title.start(), strict=True)


def _name_before(text: str, end: int, *, strict: bool) -> Found:
    """The name right before a title; of two readings the one that a boundary shows, else the longer."""
    starts = [end - size for size in (4, 3, 2) if end >= size and _is_name(text[end - size : end])]
    clear = [start for start in starts if _BEFORE_NAME.search(text[max(0, start - 3) : start])]
    chosen = clear or ([] if strict else [start for start in starts if end - start < 4])
    if chosen:
        yield chosen[0], end


def _is_name(name: str) -> bool:
    if re.fullmatch(f"[{_HAN}]{{2,4}}", name) is None:
        return False
    family = 2 if name[:2] in _DOUBLE else 1
    if family == 1 and (name[0] not in _SURNAMES or len(name) > 3):
        return False
    given = name[family:]
    return 1 <= len(given) <= 2 and name[:2] not in _WORDS - _DOUBLE and _NOT_GIVEN.search(given) is None


def _addresses(text: str) -> Found:
    for pattern in (_STREET, _ESTATE):
        for match in pattern.finditer(text):
            start = match.start()
            while start > 0 and match.start() - start < 32 and re.match(f"[{_HAN}0-9A-Za-z]", text[start - 1]):
                start -= 1
            for cut in _PLACE_CUT.finditer(text, start, match.start()):
                start = cut.end()
            place = text[start : match.start() + 1]
            if len(place) < 3 or not (_PLACE.search(place) or _PLACE_WORD.search(_before(text, start))):
                continue
            tail = _ROOM.match(text, match.end())
            yield start, tail.end() if tail else match.end()


_FINDERS: tuple[tuple[str, Callable[[str], Found]], ...] = (
    ("email", _mails),
    ("id_number", _identities),
    ("credit_code", _credit_codes),
    ("bank_card", _cards),
    ("account", _accounts),
    ("mobile", _mobiles),
    ("phone", _landlines),
    ("address", _addresses),
    ("name", _names),
)
