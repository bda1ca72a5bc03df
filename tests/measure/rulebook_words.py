"""What made rulebooks are made of: our own words and sentences, and the ways they are set."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assets.text.numerals import to_chinese

__all__ = [
    "DECIMAL_REFERENCES",
    "NAMES",
    "SUBJECTS",
    "TRADITIONAL",
    "Gold",
    "Made",
    "Style",
    "article_body",
    "draw_style",
    "flat",
    "hard_wrap",
    "label_of",
    "print_article",
    "print_head",
    "print_heading",
    "sentence",
]

SUBJECTS = (
    "会员",
    "客户",
    "交易所",
    "结算机构",
    "交割仓库",
    "做市商",
    "存管银行",
    "境外参与者",
    "经纪机构",
    "理事会",
    "董事会",
    "监事",
    "发行人",
    "保荐人",
)
_VERBS = (
    "应当及时报告",
    "应当妥善保管",
    "不得泄露",
    "可以调整",
    "应当逐日核对",
    "负责审核",
    "不得挪用",
    "可以委托他人办理",
    "应当公告",
    "应当书面确认",
    "有权查阅",
    "应当按月报送",
)
_OBJECTS = (
    "交易保证金",
    "持仓情况",
    "结算资料",
    "仓单信息",
    "风险准备金",
    "客户资料",
    "交割货物",
    "异常交易情况",
    "费用标准",
    "限仓数额",
    "会议记录",
    "财务报表",
    "合约规格",
    "出入库数量",
)
_TAILS = (
    "",
    "，并保存十年",
    "，但另有约定的除外",
    "，具体办法另行制定",
    "，比例不低于2.5%",
    "，期限为3个月",
    "，金额在50万元以上的除外",
    "，自收到通知之日起5日内完成",
)
NAMES = (
    "总则",
    "交易业务",
    "结算管理",
    "风险控制",
    "会员管理",
    "交割",
    "信息披露",
    "监督检查",
    "法律责任",
    "争议处理",
    "保证金",
    "涨跌停板",
    "限仓",
    "大户报告",
    "强行平仓",
    "仓单",
    "股东",
    "董事",
    "财务会计",
    "通知与公告",
)
TRADITIONAL = str.maketrans(
    "条章节编规则会员应当报告结算证券协议为时间资讯务单实际风险监",
    "條章節編規則會員應當報告結算證券協議為時間資訊務單實際風險監",
)
#: What a line may begin with where it was wrapped before a reference.
_REFERENCES = (
    "第{n}条规定的情形", "第{n}条所列各项", "第{n}条至第{m}条", "第{n}条、第{m}条", "第{n}条第二款", "第{n}条第（一）项", "第{n}条的要求", "第{n}条和第{m}条", "第{n}条以及有关规定", "第{n}条中的期限", "第{n}条所称机构",
)  # fmt: skip
DECIMAL_REFERENCES = (
    "{n} 条规定的情形",
    "{n} 条、第{m} 条",
    "{n}条的要求",
    "{n} 条第一款",
    "{n}至{m}所列事项",
    "{n}条第（二）项",
    "{n} 规定的标准",
    "{n}的要求",
    "{n}和{m}",
)


def flat(text: str | None) -> str:
    """A text without blanks and marks, as gold and found clauses are compared."""
    return re.sub(r"[\s\u200b\ufeff*]+", "", text or "")


@dataclass(frozen=True)
class Gold:
    """One clause that must be found."""

    part: str | None
    chapter: str | None
    section: str | None
    article: str
    text: str
    appendix: bool = False


@dataclass
class Made:
    """One made rulebook."""

    kind: str
    title: str
    text: str = ""
    gold: list[Gold] = field(default_factory=list)


@dataclass
class Style:
    """How this rulebook is set."""

    numerals: Callable[[int], str]
    inner: str
    after: str
    bold: bool
    hashed: bool
    joint: str
    wrap: bool
    indent: str
    mark: str
    pages: bool


def hard_wrap(text: str, width: int) -> str:
    """Lines cut at a width, as text out of a PDF has them; references come to stand at line starts."""
    out = []
    for line in text.split("\n"):
        while len(line) > width and not line.startswith(("#", "**")) and "\t" not in line and "\r" not in line:
            out.append(line[:width])
            line = line[width:]
        out.append(line)
    return "\n".join(out)


def draw_style(rng: random.Random) -> Style:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    numerals = rng.choices((to_chinese, str, lambda n: str(n).translate(wide), lambda n: to_chinese(n)), (6, 1, 1, 1))[
        0
    ]
    return Style(
        numerals=numerals,
        inner=rng.choice(("", "", "", " ", "\u200b")),
        after=rng.choice(("\u3000", " ", "\u3000\u3000", "\u2002", "", "\n")),
        bold=rng.random() < 0.2,
        hashed=rng.random() < 0.2,
        joint=rng.choice(("\n", "\n", "\n\n", "\r\n")),
        wrap=rng.random() < 0.3,
        indent=rng.choice(("", "", "\u3000\u3000", "  ")),
        mark=rng.choices(("", "：", "、"), (12, 1, 1))[0],
        pages=rng.random() < 0.1,
    )


def sentence(rng: random.Random, *, last: int = 0, style: Style | None = None) -> str:
    """One sentence of a rule; with `last`, sometimes with a reference to an earlier article."""
    said = f"{rng.choice(SUBJECTS)}{rng.choice(_VERBS)}{rng.choice(_OBJECTS)}{rng.choice(_TAILS)}。"
    if last > 2 and rng.random() < 0.35:
        n = rng.randrange(1, last)
        numerals = style.numerals if style else to_chinese
        reference = rng.choice(_REFERENCES).format(n=numerals(n), m=numerals(n + 1))
        broken = "\n" if style and style.wrap else ""
        return f"{rng.choice(SUBJECTS)}有本规则{broken}{reference}的，{said}"
    return said


def article_body(rng: random.Random, style: Style, last: int) -> str:
    """The text of one article: one or more 款, sometimes with 项 and 目."""
    paragraphs = [sentence(rng, last=last, style=style) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if rng.random() < 0.25:
        opened, closed = rng.choice((("（", "）"), ("(", ")")))
        items = [f"{opened}{to_chinese(i + 1)}{closed}{sentence(rng)[:-1]}；" for i in range(rng.randrange(2, 6))]
        items[-1] = items[-1][:-1] + "。"
        if rng.random() < 0.3:
            items.insert(1, "1.按月；\n2.按季；")
        paragraphs.append(f"{rng.choice(SUBJECTS)}应当符合下列条件：\n" + "\n".join(items))
    if rng.random() < 0.05:
        paragraphs.append(
            rng.choice(
                (
                    "第一款所称费用不含税。",
                    "第七节相应改为第八节。",
                    "第二款中的期限可以延长。",
                    "第二章第一节的规定适用于代理人。",
                )
            )
        )
    joint = style.joint if len(paragraphs) > 1 else ""
    return (joint + style.indent).join(paragraphs)


def label_of(style: Style, number: str, unit: str) -> str:
    figure = style.inner.join(number) if unit == "条" else number
    return f"第{figure}{style.inner}{unit}" if unit == "条" else f"第{figure}{unit}"


def print_article(style: Style, label: str, text: str) -> str:
    after = style.after if style.after != "\n" or not style.bold else " "
    if style.mark:
        after = style.mark
    mark = f"**{label}**" if style.bold else label
    page = f"— {len(text)} —\n" if style.pages and len(text) % 4 == 0 else ""
    return f"{style.indent}{mark}{after}{text}{style.joint}{page}"


def print_heading(rng: random.Random, style: Style, label: str, name: str) -> str:
    spaced = "\u3000".join(name) if len(name) == 2 and rng.random() < 0.5 else name
    between = rng.choice((" ", "\u3000", "  ")) if style.joint != "\r\n" or rng.random() < 0.8 else " "
    return f"{'## ' if style.hashed else style.indent}{label}{between}{spaced}{style.joint}"


def print_head(rng: random.Random, made: Made) -> str:
    out = f"{'# ' if rng.random() < 0.3 else ''}{made.title}\n"
    if rng.random() < 0.5:
        out += rng.choice(
            (
                "（2023年5月6日演示理事会通过 2023年6月1日公布）\n",
                "2021年3月4日 演示理事会审议通过\n2023年7月8日 第一次修订\n",
                "（演示所发〔2023〕12号）\n",
            )
        )
    if rng.random() < 0.2:
        out += f"为了明确有关事项，{sentence(rng)}\n"
    return out
