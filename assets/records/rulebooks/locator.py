"""Locators as people write them: 第一章第二条, 第2条, ２, 第二条第三款, 第十条第（二）项, 3.2.7."""

import re
from dataclasses import dataclass, replace

from assets.text.folding import fold
from assets.text.numerals import parse_integer, to_chinese

__all__ = ["NUMBER", "Locator", "appendix_number", "label_number", "parse_locator", "parse_range"]

#: A number inside a folded text.
NUMBER = "[〇零一二三四五六七八九十百千两廿卅壹贰叁肆伍陆柒捌玖拾佰仟0-9]"
_STEP = re.compile(
    rf"[的之里中内、,:/·-]{{0,2}}第?\(?({NUMBER}+)\)?(分编|[编章节条款项目])(?:之({NUMBER}{{1,3}})(?![{NUMBER[1:-1]}]|[编章节条款项目]))?"
)
#: 第十条（二）: 项 is left out.
_ITEM = re.compile(rf"[的之]?\(({NUMBER}{{1,3}})\)")
_APPENDIX = re.compile(rf"附(?:件|录|则(?=.))?第?\(?({NUMBER}{{1,2}})?\)?[的之里中内、,:-]{{0,2}}(?=第)")
_RANGE = re.compile(r"(.+?)(?:至|到|-|~)(第?.+)")
_DECIMAL = re.compile(r"第?([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})条?")
_BARE = re.compile(rf"第?\(?({NUMBER}+)\)?[、.]?")
#: No document has so many articles.
_MOST = 99_999
_APPENDIX_LABEL = re.compile(rf"附[件录表图]?第?\(?({NUMBER}{{1,3}})")
_ANY_LABEL = re.compile(rf"第?({NUMBER}+)")


@dataclass(frozen=True)
class Locator:
    """Where in a document: numbers of 编, 章, 节, 条 (and 之), 款, 项, 目; or the label of a numbered clause."""

    part: int | None = None
    chapter: int | None = None
    section: int | None = None
    article: int | None = None
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None
    label: str | None = None
    #: Number of the appendix, 0 for the only one; null: what is meant stands in the document itself.
    appendix: int | None = None

    def __str__(self) -> str:
        """Return the locator as statutes write it."""
        if self.label:
            out = self.label
        else:
            steps = (("编", self.part), ("章", self.chapter), ("节", self.section), ("条", self.article))
            out = "" if self.appendix is None else f"附件{to_chinese(self.appendix) if self.appendix else ''}"
            out += "".join(f"第{to_chinese(n)}{unit}" for unit, n in steps if n is not None)
            out += f"之{to_chinese(self.sub)}" if self.sub else ""
        out += f"第{to_chinese(self.paragraph)}款" if self.paragraph is not None else ""
        out += f"第（{to_chinese(self.item)}）项" if self.item is not None else ""
        return out + (f"第{self.subitem}目" if self.subitem is not None else "")


_FIELD = {
    "编": "part",
    "分编": "part",
    "章": "chapter",
    "节": "section",
    "条": "article",
    "款": "paragraph",
    "项": "item",
    "目": "subitem",
}


def parse_locator(text: str) -> Locator | None:
    """Read a locator in any spelling (width, script, blanks, numerals); null where the text is none or names several."""
    folded = fold(text)
    values: dict[str, int] = {}
    label: str | None = None
    at = 0
    decimal = _DECIMAL.match(folded)
    appendix = _APPENDIX.match(folded)
    if decimal is not None:
        label, at = decimal.group(1), decimal.end()
    elif appendix is not None:
        values["appendix"] = (parse_integer(appendix.group(1)) if appendix.group(1) else 0) or 0
        at = appendix.end()
    while at < len(folded):
        step = _STEP.match(folded, at)
        unit = _FIELD[step.group(2)] if step else "item"
        if step is None and ("article" in values or label):
            step = _ITEM.match(folded, at)
        number = parse_integer(step.group(1)) if step else None
        # a second 条 is another clause, not a part of the first
        if step is None or number is None or number > _MOST or unit in values or (label and unit == "article"):
            break
        values[unit] = number
        if unit == "article" and step.group(3):
            values["sub"] = parse_integer(step.group(3)) or 0
        at = step.end()
    if at == len(folded) and (set(values) - {"appendix"} or label):
        return Locator(**values, label=label)
    bare = _BARE.fullmatch(folded)
    number = parse_integer(bare.group(1)) if bare else None
    return Locator(article=number) if number is not None and number <= _MOST and not values and not label else None


def parse_range(text: str) -> tuple[Locator, Locator] | None:
    """Read 第三条至第五条 as its first and last clause; null where the text is no range of whole clauses."""
    folded = fold(text)
    match = _RANGE.fullmatch(folded)
    if match is None:
        return None
    first, last = parse_locator(match.group(1)), parse_locator(match.group(2))
    if first is None or last is None or any(one.paragraph is not None or one.item is not None for one in (first, last)):
        return None
    if (first.label is None) != (last.label is None) or (first.label is None and None in (first.article, last.article)):
        return None
    # 第一章第三条至第五条: the last one stands in the same chapter unless it names its own
    placed = any(value is not None for value in (last.part, last.chapter, last.section))
    if not placed:
        last = replace(last, part=first.part, appendix=first.appendix)
    return first, last


def label_number(label: str | None) -> int | None:
    """Return the number in a printed label: 第三章 交易 gives 3."""
    match = _ANY_LABEL.match(fold(label)) if label else None
    return parse_integer(match.group(1)) if match else None


def appendix_number(part: str | None) -> int | None:
    """Return the number of an appendix: 附件2 登记细则 gives 2, a lone 附件 nothing."""
    match = _APPENDIX_LABEL.match(fold(part)) if part else None
    return parse_integer(match.group(1)) if match else None
