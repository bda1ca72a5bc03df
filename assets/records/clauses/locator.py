"""Locators as people write them: 第一章第二条, 第2条, ２, 第二条第三款, 第十条第（二）项, 3.2.7."""

import re
from dataclasses import dataclass

from assets.text.folding import fold
from assets.text.numerals import parse_integer, to_chinese

__all__ = ["NUMBER", "Locator", "label_number", "parse_locator"]

#: A number inside a folded text.
NUMBER = "[〇零一二三四五六七八九十百千两廿卅壹贰叁肆伍陆柒捌玖拾佰仟0-9]"
_STEP = re.compile(
    rf"[的之里中内、,:/·-]{{0,2}}第?\(?({NUMBER}+)\)?(分编|[编章节条款项目])(?:之({NUMBER}{{1,3}})(?![{NUMBER[1:-1]}]|[编章节条款项目]))?"
)
_DECIMAL = re.compile(r"第?([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})条?")
_BARE = re.compile(rf"第?\(?({NUMBER}+)\)?[、.]?")
#: No document has so many articles.
_MOST = 99_999
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

    def __str__(self) -> str:
        """Return the locator as statutes write it."""
        if self.label:
            out = self.label
        else:
            steps = (("编", self.part), ("章", self.chapter), ("节", self.section), ("条", self.article))
            out = "".join(f"第{to_chinese(n)}{unit}" for unit, n in steps if n is not None)
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
    """Read a locator in any spelling (width, script, blanks, numerals); null where the text is none."""
    folded = fold(text)
    values: dict[str, int] = {}
    label: str | None = None
    at = 0
    decimal = _DECIMAL.match(folded)
    if decimal is not None:
        label, at = decimal.group(1), decimal.end()
    while at < len(folded):
        step = _STEP.match(folded, at)
        number = parse_integer(step.group(1)) if step else None
        if step is None or number is None or number > _MOST:
            break
        values[_FIELD[step.group(2)]] = number
        if step.group(2) == "条" and step.group(3):
            values["sub"] = parse_integer(step.group(3)) or 0
        at = step.end()
    if at == len(folded) and (values or label):
        return Locator(**values, label=label)
    bare = _BARE.fullmatch(folded)
    number = parse_integer(bare.group(1)) if bare else None
    return Locator(article=number) if number is not None and number <= _MOST and not values and not label else None


def label_number(label: str | None) -> int | None:
    """Return the number in a printed label: 第三章 交易 gives 3."""
    match = _ANY_LABEL.match(fold(label)) if label else None
    return parse_integer(match.group(1)) if match else None
