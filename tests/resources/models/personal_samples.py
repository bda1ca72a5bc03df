"""Made-up personal data with right check digits, in sentences, from a fixed seed; none belongs to anybody."""

import random
from collections.abc import Callable

from resources.models.personal import PersonalSpan

AREAS = ("110101", "310115", "440305", "330106", "510104", "320505", "420111", "610113", "210102", "370202")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FAMILY = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静秀丽强磊洋艳勇军杰娟涛超霞平刚桂英华慧巧美娥洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉晓晨曦宁欣怡浩宇轩然子涵雨桐"


def identity(rng: random.Random) -> str:
    area = rng.choice(AREAS)
    born = f"{rng.randint(1950, 2005)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = f"{area}{born}{rng.randint(0, 999):03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def old_identity(rng: random.Random) -> str:
    return f"{rng.choice(['110101', '310115', '440305'])}{rng.randint(50, 85)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"


def card(rng: random.Random) -> str:
    size = rng.choice((16, 18, 19, 19))
    body = rng.choice(["622202", "621700", "622848", "621661", "625907", "436742", "955880"])
    body += "".join(str(rng.randint(0, 9)) for _ in range(size - len(body) - 1))
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def spaced_card(rng: random.Random) -> str:
    plain = card(rng)
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def credit_code(rng: random.Random) -> str:
    body = rng.choice(["91310115", "91110108", "52440300", "12330100"])
    body += "".join(rng.choice(SIGNS) for _ in range(9))
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[(31 - total % 31) % 31]


def mobile(rng: random.Random) -> str:
    head = f"1{rng.randint(3, 9)}{rng.randint(0, 9)}"
    a, b = f"{rng.randint(0, 9999):04d}", f"{rng.randint(0, 9999):04d}"
    return rng.choice(["{}{}{}", "{}-{}-{}", "{} {} {}", "+86 {}{}{}", "+86-{}-{}-{}", "86{}{}{}"]).format(head, a, b)


def mail(rng: random.Random) -> str:
    name = "".join(rng.choice("abcdefghijkmnopqrstuvwxyz") for _ in range(rng.randint(3, 8)))
    return f"{name}{rng.choice(['', '.zhang', '_01', '2024'])}@{rng.choice(['example.com', 'mail.example.cn', 'qh-example.com.cn'])}"


def account(rng: random.Random) -> str:
    return "".join(str(rng.randint(0, 9)) for _ in range(rng.choice((6, 8, 10, 12))))


def name(rng: random.Random) -> str:
    return rng.choice(FAMILY) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def address(rng: random.Random) -> str:
    city = rng.choice(["临海省海州市青岚区", "海州市滨江新区", "云帆市北山县河口镇"])
    road = rng.choice(["望湖路", "人民大道", "学院街", "梧桐巷"])
    return f"{city}{road}{rng.randint(1, 999)}号{rng.choice(['', '3号楼501室', '12栋2单元1102室', '青岚大厦18层'])}"


_MAKERS: dict[str, tuple[Callable[[random.Random], str], tuple[str, ...]]] = {
    "id_number": (identity, ("身份证号{}，请核对。", "客户证件为{}。", "{}已实名", "（公民身份号码：{}）")),
    "old_id_number": (old_identity, ("身份证{}。", "证件号码：{}，旧证")),
    "bank_card": (card, ("银行卡号{}，开户行略。", "请汇至{}。", "卡号：{}")),
    "spaced_bank_card": (spaced_card, ("卡号 {}，", "汇入{}。")),
    "credit_code": (credit_code, ("统一社会信用代码：{}。", "公司代码{}，")),
    "mobile": (mobile, ("联系电话：{}。", "请拨打{}咨询", "手机号{}已停用", "张经理（{}）负责", "{}，请尽快回电", "客户{}来电")),
    "email": (mail, ("邮箱{}，", "请发送至{}。", "E-mail:{}")),
    "account": (account, ("资金账号：{}，", "资金账号{}入金", "交易编码为{}。", "席位号：{}，", "客户编号 {} 已销户")),
    "name": (name, ("客户{}先生来电。", "联系人：{}，", "{}女士表示不满", "，由{}经理负责", "尊敬的{}女士：", "法定代表人：{}。")),
    "address": (address, ("地址：{}。", "家住{}，", "寄往{}。", "注册地址为{}，")),
}  # fmt: skip
_KIND = {"old_id_number": "id_number", "spaced_bank_card": "bank_card"}


def samples(count: int, seed: int = 7) -> list[tuple[str, PersonalSpan]]:
    """Return so many sentences of each sort with the span that must be found."""
    rng = random.Random(seed)
    made = []
    for sort, (maker, frames) in _MAKERS.items():
        for at in range(count):
            before, after = frames[at % len(frames)].split("{}")
            value = maker(rng)
            made.append(
                (before + value + after, PersonalSpan(_KIND.get(sort, sort), len(before), len(before) + len(value)))
            )
    return made
