"""Rulebooks made from a seed, in our own words, with the oddities of real ones; and what a reader must find in them.

Kinds: statutes with 编, 章, 节; rules numbered 3.2.7; notices (一、（一）1.); amending decisions; charters and contracts
with tables. Oddities: contents pages, preambles, appendices that number anew, 之一, blanks and zero-width marks in labels,
bold and Markdown, full-width and Arabic numerals, wrapped lines that begin with a reference, lost line breaks, signatures.
"""

import random
import re
from collections.abc import Callable

from assets.text.numerals import to_chinese
from tests.measure.rulebook_words import (
    DECIMAL_REFERENCES,
    NAMES,
    SUBJECTS,
    TRADITIONAL,
    Gold,
    Made,
    Style,
    article_body,
    draw_style,
    flat,
    hard_wrap,
    label_of,
    print_article,
    print_head,
    print_heading,
    sentence,
)

__all__ = ["KINDS", "Gold", "Made", "flat", "make_rulebook"]


def make_rulebook(seed: int, kind: str | None = None, *, one_line: bool | None = None) -> Made:
    """Make one rulebook; equal seeds make equal ones."""
    rng = random.Random(seed)
    kind = kind or KINDS[seed % len(KINDS)]
    name = (
        f"演示{rng.choice(('商品', '金属', '能源', '农产品', '证券', '清算'))}{rng.choice(('交易所', '中心', '协会'))}"
    )
    subject = rng.choice(NAMES[1:14])
    made = Made(kind, f"{name}{subject}{rng.choice(('办法', '规则', '细则', '管理规定'))}第{seed}号")
    _MAKERS[kind](rng, made)
    chance = rng.random()
    if chance < 0.06:
        made.text, made.title = made.text.translate(TRADITIONAL), made.title.translate(TRADITIONAL)
        made.gold = [_translated(gold) for gold in made.gold]
    elif chance < 0.2 and kind in {"statute", "notice", "contract"}:
        made.text = hard_wrap(made.text, rng.choice((26, 30, 38)))
    if one_line if one_line is not None else (kind in {"statute", "decimal"} and rng.random() < 0.25):
        head, _, rest = made.text.strip().partition("\n")
        made.text = head + "\n" + re.sub(r"\s*\n+\s*", "", rest)
    return made


def _translated(gold: Gold) -> Gold:
    part, chapter, section = (
        None if label is None else label.translate(TRADITIONAL) for label in (gold.part, gold.chapter, gold.section)
    )
    article, text = gold.article.translate(TRADITIONAL), gold.text.translate(TRADITIONAL)
    return Gold(part, chapter, section, article, text, gold.appendix)


def _statute(rng: random.Random, made: Made) -> None:
    style = draw_style(rng)
    parts = rng.choice((0, 0, 0, 2, 3))
    chapters = rng.choice((0, 3, 5, 8)) if not parts else rng.randrange(2, 4)
    restart = bool(parts) and rng.random() < 0.3
    out: list[str] = []
    contents: list[str] = []
    number = 0
    for p in range(max(1, parts)):
        part = None
        if parts:
            part = f"第{to_chinese(p + 1)}编 {rng.choice(NAMES)}"
            out.append(print_heading(rng, style, *part.split(" ")))
            contents.append(part)
        if restart:
            number = 0
        for c in range(max(1, chapters)):
            chapter = None
            if chapters:
                chapter = f"第{style.numerals(c + 1)}章 {NAMES[0] if c == 0 else rng.choice(NAMES)}"
                if c and rng.random() < 0.04:
                    chapter += "、" + rng.choice(NAMES)
                    out.append(
                        print_heading(rng, style, *chapter.split(" ")).replace("、", f"、{style.joint}{style.indent}")
                    )
                else:
                    out.append(print_heading(rng, style, *chapter.split(" ")))
                contents.append(chapter)
            sections = rng.choice((0, 0, 0, 2)) if chapters else 0
            for s in range(max(1, sections)):
                section = f"第{style.numerals(s + 1)}节 {rng.choice(NAMES)}" if sections else None
                if section:
                    out.append(print_heading(rng, style, *section.split(" ")))
                    contents.append(section)
                number = _articles(rng, made, style, out, (part, chapter, section), number)
    if rng.random() < 0.15:
        out.append(rng.choice(("附\u3000则", "附则")) + style.joint)
        number = _articles(rng, made, style, out, (part, chapter, section), number, most=2)
    head = print_head(rng, made)
    if contents and rng.random() < 0.35:
        leader = rng.choice(("", "……", " ........ "))
        page = [f"{line}{leader}{i + 1 if leader else ''}" for i, line in enumerate(contents)]
        head += rng.choice(("目录\n", "目 录\n", "目\u3000次\n")) + "\n".join(page) + "\n"
    made.text = head + "".join(out)
    _attach(rng, made, style)


def _articles(
    rng: random.Random,
    made: Made,
    style: Style,
    out: list[str],
    place: tuple[str | None, str | None, str | None],
    number: int,
    *,
    most: int = 7,
) -> int:
    for _ in range(rng.randrange(1, most + 1)):
        number += 1
        label = label_of(style, style.numerals(number), "条")
        text = article_body(rng, style, number)
        out.append(print_article(style, label, text))
        made.gold.append(Gold(*place, flat(label), flat(text)))
        if rng.random() < 0.04:
            label, text = f"{label}之一", article_body(rng, style, number)
            out.append(print_article(style, label, text))
            made.gold.append(Gold(*place, flat(label), flat(text)))
    return number


def _attach(rng: random.Random, made: Made, style: Style) -> None:
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
                made.text += print_article(style, label, text)
                made.gold.append(Gold(None, None, None, flat(label), flat(text), appendix=True))
    elif chance < 0.45:
        made.text = made.text.rstrip() + "\n附件：费用标准表\n品种\t手续费\n铜\t3元/手\n铝\t2元/手\n"


def _decimal(rng: random.Random, made: Made) -> None:
    style = draw_style(rng)
    wide = rng.random() < 0.15
    han = rng.random() < 0.6
    table = str.maketrans("0123456789.", "０１２３４５６７８９．") if wide else {}
    out: list[str] = []
    contents: list[str] = []
    known: list[str] = []
    for c in range(1, rng.randrange(3, 7)):
        name = rng.choice(NAMES)
        chapter = f"第{to_chinese(c)}章 {name}" if han else f"{c} {name}".translate(table)
        out.append(f"{chapter}\n")
        contents.append(chapter)
        sections = rng.choice((0, 2, 3))
        for s in range(1, max(1, sections) + 1):
            section = f"{c}.{s} {rng.choice(NAMES)}" if sections else None
            if section:
                out.append(f"{section}\n".translate(table))
            for n in range(1, rng.randrange(2, 6)):
                label = (f"{c}.{s}.{n}" if sections else f"{c}.{n}").translate(table)
                text = _decimal_text(rng, known, table)
                blank = rng.choice((" ", "\u3000", "  "))
                out.append(f"{style.indent}{label}{blank}{text}\n")
                known.append(label)
                made.gold.append(Gold(None, chapter, section.translate(table) if section else None, label, flat(text)))
    head = print_head(rng, made)
    if han and rng.random() < 0.4:
        head += "目 录\n" + "\n".join(f"{line} ........ {i + 1}" for i, line in enumerate(contents)) + "\n"
    made.text = head + "".join(out)


def _decimal_text(rng: random.Random, known: list[str], table: dict[int, int]) -> str:
    text = sentence(rng)
    if len(known) > 3 and rng.random() < 0.4:
        at = rng.randrange(0, len(known) - 1)
        broken = rng.choice(("\n", "\n", "第", "本规则第\n"))
        reference = rng.choice(DECIMAL_REFERENCES).format(n=known[at], m=known[at + 1])
        text = f"{rng.choice(SUBJECTS)}有{broken}{reference}的，{text}"
    if rng.random() < 0.3:
        text += "".join(f"\n（{to_chinese(i)}）{sentence(rng)[:-1]}；" for i in (1, 2)) + f"\n（三）{sentence(rng)}"
    return text


def _notice(rng: random.Random, made: Made) -> None:
    made.title = f"演示交易所关于加强{rng.choice(NAMES[1:])}的通知第{made.title[-4:]}"
    out = [
        f"{made.title}\n",
        "各会员单位：\n" if rng.random() < 0.7 else "",
        f"现将有关事项通知如下，{sentence(rng)}\n" if rng.random() < 0.6 else "",
    ]
    for n in range(1, rng.randrange(3, 9)):
        text = sentence(rng, last=9) if rng.random() < 0.5 else f"关于{rng.choice(NAMES)}\n"
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
    style = draw_style(rng)
    style.after, style.bold = rng.choice((" ", "\u3000")), False
    out = [f"{made.title}\n", "甲方：______\n乙方：______\n地址：______\n", f"双方经协商订立本合同，{sentence(rng)}\n"]
    sub = rng.random() < 0.5
    for n in range(1, rng.randrange(5, 14)):
        label = f"第{style.numerals(n)}条"
        text = rng.choice(NAMES) + "\n" if sub or rng.random() < 0.4 else ""
        if sub:
            text += "\n".join(f"{n}.{i} {sentence(rng)}" for i in range(1, rng.randrange(2, 5)))
        else:
            text += article_body(rng, style, n)
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
