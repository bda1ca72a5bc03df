"""Rulebooks made from a seed, in our own words, with the oddities of real ones; and what a reader must find in them.

Kinds: statutes with 编, 章, 节; rules numbered 3.2.7; notices (一、（一）1.); amending decisions; charters and contracts
with tables. Oddities: contents pages, preambles, appendices that number anew, 之一, blanks and zero-width marks in labels,
bold and Markdown, full-width and Arabic numerals, wrapped lines that begin with a reference, lost line breaks, signatures.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assets.text.numerals import to_chinese

__all__ = ["KINDS", "Gold", "Made", "flat", "hard_wrap", "make_rulebook", "sentence"]

_SUBJECTS = (
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
_NAMES = (
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
_TRADITIONAL = str.maketrans(
    "条章节编规则会员应当报告结算证券协议为时间资讯务单实际风险监",
    "條章節編規則會員應當報告結算證券協議為時間資訊務單實際風險監",
)
#: What a line may begin with where it was wrapped before a reference.
_REFERENCES = (
    "第{n}条规定的情形", "第{n}条所列各项", "第{n}条至第{m}条", "第{n}条、第{m}条", "第{n}条第二款", "第{n}条第（一）项", "第{n}条的要求", "第{n}条和第{m}条", "第{n}条以及有关规定", "第{n}条中的期限", "第{n}条所称机构",
)  # fmt: skip
_DECIMAL_REFERENCES = (
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
class _Style:
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


def make_rulebook(seed: int, kind: str | None = None, *, one_line: bool | None = None) -> Made:
    """Make one rulebook; equal seeds make equal ones."""
    rng = random.Random(seed)
    kind = kind or KINDS[seed % len(KINDS)]
    name = (
        f"演示{rng.choice(('商品', '金属', '能源', '农产品', '证券', '清算'))}{rng.choice(('交易所', '中心', '协会'))}"
    )
    subject = rng.choice(_NAMES[1:14])
    made = Made(kind, f"{name}{subject}{rng.choice(('办法', '规则', '细则', '管理规定'))}第{seed}号")
    _MAKERS[kind](rng, made)
    chance = rng.random()
    if chance < 0.06:
        made.text, made.title = made.text.translate(_TRADITIONAL), made.title.translate(_TRADITIONAL)
        made.gold = [_translated(gold) for gold in made.gold]
    elif chance < 0.2 and kind in {"statute", "notice", "contract"}:
        made.text = hard_wrap(made.text, rng.choice((26, 30, 38)))
    if one_line if one_line is not None else (kind in {"statute", "decimal"} and rng.random() < 0.25):
        head, _, rest = made.text.strip().partition("\n")
        made.text = head + "\n" + re.sub(r"\s*\n+\s*", "", rest)
    return made


def hard_wrap(text: str, width: int) -> str:
    """Lines cut at a width, as text out of a PDF has them; references come to stand at line starts."""
    out = []
    for line in text.split("\n"):
        while len(line) > width and not line.startswith(("#", "**")) and "\t" not in line and "\r" not in line:
            out.append(line[:width])
            line = line[width:]
        out.append(line)
    return "\n".join(out)


def _translated(gold: Gold) -> Gold:
    part, chapter, section = (
        None if label is None else label.translate(_TRADITIONAL) for label in (gold.part, gold.chapter, gold.section)
    )
    article, text = gold.article.translate(_TRADITIONAL), gold.text.translate(_TRADITIONAL)
    return Gold(part, chapter, section, article, text, gold.appendix)


def _style(rng: random.Random) -> _Style:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    numerals = rng.choices((to_chinese, str, lambda n: str(n).translate(wide), lambda n: to_chinese(n)), (6, 1, 1, 1))[
        0
    ]
    return _Style(
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


def sentence(rng: random.Random, *, last: int = 0, style: _Style | None = None) -> str:
    """One sentence of a rule; with `last`, sometimes with a reference to an earlier article."""
    said = f"{rng.choice(_SUBJECTS)}{rng.choice(_VERBS)}{rng.choice(_OBJECTS)}{rng.choice(_TAILS)}。"
    if last > 2 and rng.random() < 0.35:
        n = rng.randrange(1, last)
        numerals = style.numerals if style else to_chinese
        reference = rng.choice(_REFERENCES).format(n=numerals(n), m=numerals(n + 1))
        broken = "\n" if style and style.wrap else ""
        return f"{rng.choice(_SUBJECTS)}有本规则{broken}{reference}的，{said}"
    return said


def _body(rng: random.Random, style: _Style, last: int) -> str:
    """The text of one article: one or more 款, sometimes with 项 and 目."""
    paragraphs = [sentence(rng, last=last, style=style) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if rng.random() < 0.25:
        opened, closed = rng.choice((("（", "）"), ("(", ")")))
        items = [f"{opened}{to_chinese(i + 1)}{closed}{sentence(rng)[:-1]}；" for i in range(rng.randrange(2, 6))]
        items[-1] = items[-1][:-1] + "。"
        if rng.random() < 0.3:
            items.insert(1, "1.按月；\n2.按季；")
        paragraphs.append(f"{rng.choice(_SUBJECTS)}应当符合下列条件：\n" + "\n".join(items))
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


def _label(style: _Style, number: str, unit: str) -> str:
    figure = style.inner.join(number) if unit == "条" else number
    return f"第{figure}{style.inner}{unit}" if unit == "条" else f"第{figure}{unit}"


def _article(style: _Style, label: str, text: str) -> str:
    after = style.after if style.after != "\n" or not style.bold else " "
    if style.mark:
        after = style.mark
    mark = f"**{label}**" if style.bold else label
    page = f"— {len(text)} —\n" if style.pages and len(text) % 4 == 0 else ""
    return f"{style.indent}{mark}{after}{text}{style.joint}{page}"


def _heading(rng: random.Random, style: _Style, label: str, name: str) -> str:
    spaced = "\u3000".join(name) if len(name) == 2 and rng.random() < 0.5 else name
    between = rng.choice((" ", "\u3000", "  ")) if style.joint != "\r\n" or rng.random() < 0.8 else " "
    return f"{'## ' if style.hashed else style.indent}{label}{between}{spaced}{style.joint}"


def _head(rng: random.Random, made: Made) -> str:
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


def _statute(rng: random.Random, made: Made) -> None:
    style = _style(rng)
    parts = rng.choice((0, 0, 0, 2, 3))
    chapters = rng.choice((0, 3, 5, 8)) if not parts else rng.randrange(2, 4)
    restart = bool(parts) and rng.random() < 0.3
    out: list[str] = []
    contents: list[str] = []
    number = 0
    for p in range(max(1, parts)):
        part = None
        if parts:
            part = f"第{to_chinese(p + 1)}编 {rng.choice(_NAMES)}"
            out.append(_heading(rng, style, *part.split(" ")))
            contents.append(part)
        if restart:
            number = 0
        for c in range(max(1, chapters)):
            chapter = None
            if chapters:
                chapter = f"第{style.numerals(c + 1)}章 {_NAMES[0] if c == 0 else rng.choice(_NAMES)}"
                if c and rng.random() < 0.04:
                    chapter += "、" + rng.choice(_NAMES)
                    out.append(
                        _heading(rng, style, *chapter.split(" ")).replace("、", f"、{style.joint}{style.indent}")
                    )
                else:
                    out.append(_heading(rng, style, *chapter.split(" ")))
                contents.append(chapter)
            sections = rng.choice((0, 0, 0, 2)) if chapters else 0
            for s in range(max(1, sections)):
                section = f"第{style.numerals(s + 1)}节 {rng.choice(_NAMES)}" if sections else None
                if section:
                    out.append(_heading(rng, style, *section.split(" ")))
                    contents.append(section)
                number = _articles(rng, made, style, out, (part, chapter, section), number)
    if rng.random() < 0.15:
        out.append(rng.choice(("附\u3000则", "附则")) + style.joint)
        number = _articles(rng, made, style, out, (part, chapter, section), number, most=2)
    head = _head(rng, made)
    if contents and rng.random() < 0.35:
        leader = rng.choice(("", "……", " ........ "))
        page = [f"{line}{leader}{i + 1 if leader else ''}" for i, line in enumerate(contents)]
        head += rng.choice(("目录\n", "目 录\n", "目\u3000次\n")) + "\n".join(page) + "\n"
    made.text = head + "".join(out)
    _attach(rng, made, style)


def _articles(
    rng: random.Random,
    made: Made,
    style: _Style,
    out: list[str],
    place: tuple[str | None, str | None, str | None],
    number: int,
    *,
    most: int = 7,
) -> int:
    for _ in range(rng.randrange(1, most + 1)):
        number += 1
        label = _label(style, style.numerals(number), "条")
        text = _body(rng, style, number)
        out.append(_article(style, label, text))
        made.gold.append(Gold(*place, flat(label), flat(text)))
        if rng.random() < 0.04:
            label, text = f"{label}之一", _body(rng, style, number)
            out.append(_article(style, label, text))
            made.gold.append(Gold(*place, flat(label), flat(text)))
    return number


def _attach(rng: random.Random, made: Made, style: _Style) -> None:
    """Signatures, tables and appendices that number their articles anew."""
    chance = rng.random()
    if chance < 0.15:
        made.text = made.text.rstrip() + "\n\n演示交易所\n2024年5月1日\n"
    elif chance < 0.35 and len(made.gold) > 5:
        several = rng.random() < 0.4
        for count in range(2 if several else 1):
            number = rng.choice((str, to_chinese))(count + 1) if several else rng.choice(("", "1", "一"))
            made.text = made.text.rstrip() + f"\n附件{number}\u3000{rng.choice(('登记细则', '收费细则', '仓库守则'))}\n"
            for n in range(1, rng.randrange(5, 9)):
                label, text = f"第{style.numerals(n)}条", sentence(rng)
                made.text += _article(style, label, text)
                made.gold.append(Gold(None, None, None, flat(label), flat(text), appendix=True))
    elif chance < 0.45:
        made.text = made.text.rstrip() + "\n附件：费用标准表\n品种\t手续费\n铜\t3元/手\n铝\t2元/手\n"


def _decimal(rng: random.Random, made: Made) -> None:
    style = _style(rng)
    wide = rng.random() < 0.15
    han = rng.random() < 0.6
    table = str.maketrans("0123456789.", "０１２３４５６７８９．") if wide else {}
    out: list[str] = []
    contents: list[str] = []
    known: list[str] = []
    for c in range(1, rng.randrange(3, 7)):
        name = rng.choice(_NAMES)
        chapter = f"第{to_chinese(c)}章 {name}" if han else f"{c} {name}".translate(table)
        out.append(f"{chapter}\n")
        contents.append(chapter)
        sections = rng.choice((0, 2, 3))
        for s in range(1, max(1, sections) + 1):
            section = f"{c}.{s} {rng.choice(_NAMES)}" if sections else None
            if section:
                out.append(f"{section}\n".translate(table))
            for n in range(1, rng.randrange(2, 6)):
                label = (f"{c}.{s}.{n}" if sections else f"{c}.{n}").translate(table)
                text = _decimal_text(rng, known, table)
                blank = rng.choice((" ", "\u3000", "  "))
                out.append(f"{style.indent}{label}{blank}{text}\n")
                known.append(label)
                made.gold.append(Gold(None, chapter, section.translate(table) if section else None, label, flat(text)))
    head = _head(rng, made)
    if han and rng.random() < 0.4:
        head += "目 录\n" + "\n".join(f"{line} ........ {i + 1}" for i, line in enumerate(contents)) + "\n"
    made.text = head + "".join(out)


def _decimal_text(rng: random.Random, known: list[str], table: dict[int, int]) -> str:
    text = sentence(rng)
    if len(known) > 3 and rng.random() < 0.4:
        at = rng.randrange(0, len(known) - 1)
        broken = rng.choice(("\n", "\n", "第", "本规则第\n"))
        reference = rng.choice(_DECIMAL_REFERENCES).format(n=known[at], m=known[at + 1])
        text = f"{rng.choice(_SUBJECTS)}有{broken}{reference}的，{text}"
    if rng.random() < 0.3:
        text += "".join(f"\n（{to_chinese(i)}）{sentence(rng)[:-1]}；" for i in (1, 2)) + f"\n（三）{sentence(rng)}"
    return text


def _notice(rng: random.Random, made: Made) -> None:
    made.title = f"演示交易所关于加强{rng.choice(_NAMES[1:])}的通知第{made.title[-4:]}"
    out = [
        f"{made.title}\n",
        "各会员单位：\n" if rng.random() < 0.7 else "",
        f"现将有关事项通知如下，{sentence(rng)}\n" if rng.random() < 0.6 else "",
    ]
    for n in range(1, rng.randrange(3, 9)):
        text = sentence(rng, last=9) if rng.random() < 0.5 else f"关于{rng.choice(_NAMES)}\n"
        if rng.random() < 0.5 or text.endswith("\n"):
            text += "".join(
                f"\n（{to_chinese(i)}）{sentence(rng)}" + ("\n1.按月报送。\n2.按季报送。" if rng.random() < 0.2 else "")
                for i in range(1, rng.randrange(3, 5))
            )
        out.append(f"{to_chinese(n)}、{text}\n")
        made.gold.append(Gold(None, None, None, f"{to_chinese(n)}、", flat(text)))
    made.text = "".join(out)
    if rng.random() < 0.6:
        made.text += "\n演示交易所\n2024年5月1日\n"


def _amendment(rng: random.Random, made: Made) -> None:
    made.title = f"演示交易所关于修改《{made.title}》的决定"
    out = [f"{made.title}\n", rng.choice(("演示理事会决定对该规则作如下修改：\n", ""))]
    number = rng.randrange(3, 9)
    for n in range(1, rng.randrange(3, 9)):
        number += rng.randrange(1, 4)
        han = to_chinese(number)
        text = rng.choice(
            (
                f"将第{han}条修改为：“第{han}条　{sentence(rng)[:-1]}。”", f"删去第{han}条。", f"增加一条，作为第{han}条：\n“第{han}条　{sentence(rng)[:-1]}。\n{sentence(rng)[:-1]}。”",
                f"第{han}条第一款修改为：“{sentence(rng)}”", f"在第{han}条后增加一条：\n“第{han}条之一　{sentence(rng)}”", f"第{han}条至第{to_chinese(number + 1)}条相应改为第{to_chinese(number + 1)}条至第{to_chinese(number + 2)}条。",
            )
        )  # fmt: skip
        out.append(f"{to_chinese(n)}、{text}\n")
        made.gold.append(Gold(None, None, None, f"{to_chinese(n)}、", flat(text)))
    text = "本决定自公布之日起施行。"
    out.append(f"{to_chinese(len(made.gold) + 1)}、{text}\n")
    made.gold.append(Gold(None, None, None, f"{to_chinese(len(made.gold) + 1)}、", text))
    made.text = "".join(out)


def _contract(rng: random.Random, made: Made) -> None:
    """A contract: parties, articles with a name, numbered subclauses in them, tables, signatures."""
    made.title = (
        made.title.replace("办法", "合同").replace("规则", "合同").replace("细则", "协议").replace("管理规定", "章程")
    )
    style = _style(rng)
    style.after, style.bold = rng.choice((" ", "\u3000")), False
    out = [f"{made.title}\n", "甲方：______\n乙方：______\n地址：______\n", f"双方经协商订立本合同，{sentence(rng)}\n"]
    sub = rng.random() < 0.5
    for n in range(1, rng.randrange(5, 14)):
        label = f"第{style.numerals(n)}条"
        text = rng.choice(_NAMES) + "\n" if sub or rng.random() < 0.4 else ""
        if sub:
            text += "\n".join(f"{n}.{i} {sentence(rng)}" for i in range(1, rng.randrange(2, 5)))
        else:
            text += _body(rng, style, n)
        if rng.random() < 0.15:
            text += "\n项目\t数值\n交易单位\t5吨/手\n最小变动价位\t10元/吨\n以上各项可以调整。"
        out.append(f"{label}{style.after}{text}\n")
        made.gold.append(Gold(None, None, None, flat(label), flat(text)))
    made.text = "".join(out)


_MAKERS: dict[str, Callable[[random.Random, Made], None]] = {
    "statute": _statute,
    "decimal": _decimal,
    "notice": _notice,
    "amendment": _amendment,
    "contract": _contract,
}
#: Statutes twice as often as the others.
KINDS = ("statute", "decimal", "statute", "notice", "amendment", "contract")
