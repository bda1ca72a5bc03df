"""Automatic numbers of DOCX paragraphs: rulebooks often let Word count 第一条, and no character of it is in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Numbering", "chinese_number"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    )
)


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str
    legal: bool


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    restarted: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """Read the list definitions of a document; one without them counts nothing."""
        out = cls()
        part = next(
            (
                rel.target_part
                for rel in document.part.rels.values()
                if not rel.is_external and rel.reltype.endswith("/numbering")
            ),
            None,
        )
        root = getattr(part, "element", None)
        if root is None:
            return out
        for definition in root.iter(_W + "abstractNum"):
            out.levels[definition.get(_W + "abstractNumId")] = {
                int(one.get(_W + "ilvl")): _level(one) for one in definition.iter(_W + "lvl")
            }
        for number in root.iter(_W + "num"):
            name = number.get(_W + "numId")
            out.lists[name] = _value(number, "abstractNumId") or ""
            for change in number.iter(_W + "lvlOverride"):
                start = _value(change, "startOverride")
                if start and start.isdigit():
                    out.starts[name, int(change.get(_W + "ilvl") or 0)] = int(start)
        for style in document.styles.element.iter(_W + "style"):
            found = _number_of(style.find(_W + "pPr"))
            if found:
                out.styles[style.get(_W + "styleId")] = found
        return out

    def label(self, paragraph: Any) -> str:
        """Count one paragraph and return its printed number, with a blank behind; empty where it has none."""
        found = self._place(paragraph)
        if found is None:
            return ""
        name, depth = found
        levels = self.levels.get(self.lists.get(name, ""), {})
        level = levels.get(depth)
        if level is None or level.form == "none":
            return ""
        counts = self._count(name, depth, levels)
        if level.form == "bullet":
            return ""

        def printed(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            other = levels.get(place, level)
            form = "decimal" if level.legal else other.form
            return _format(counts.get(place, other.start), form)

        text = re.sub(r"%(\d)", printed, level.text)
        return f"{text} " if text and not text.endswith(("、", "）", ")")) else text

    def _count(self, name: str, depth: int, levels: dict[int, _Level]) -> dict[int, int]:
        """Count one on a level and begin the deeper ones anew; lists of one definition count on together."""
        counts = self.counts.setdefault(self.lists[name], {})
        if (name, depth) in self.starts and f"{name}/{depth}" not in self.restarted:
            self.restarted.add(f"{name}/{depth}")
            counts[depth] = self.starts[name, depth]
        else:
            counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        return counts

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return list and level of a paragraph: its own, else its style's."""
        properties = paragraph.find(_W + "pPr")
        if properties is None:
            return None
        own = properties.find(_W + "numPr")
        style = _value(properties, "pStyle") or ""
        inherited = self.styles.get(style)
        found = _number_of(properties)
        if own is not None and found is None and inherited is not None and own.find(_W + "numId") is None:
            return inherited[0], int(_value(own, "ilvl") or 0)
        place = found if own is not None else inherited
        return None if place is None or place[0] == "0" else place


def chinese_number(value: int) -> str:
    """Write 1 to 9999 as 一, 十, 二十一, 一百零三.

    Values outside that range are written in digits.
    """
    if not 0 < value < 10_000:
        return str(value)
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            out += ("零" if gap and out else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out[1:] if out.startswith("一十") else out


def _format(value: int, form: str) -> str:
    if form in _CHINESE:
        return chinese_number(value)
    if form == "chineseLegalSimplified":
        return "".join(
            _FORMAL[_DIGITS.index(one)] if one in _DIGITS else {"十": "拾", "百": "佰", "千": "仟"}.get(one, one)
            for one in chinese_number(value)
        )
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    if form.startswith("decimalEnclosedCircle") and 0 < value <= len(_CIRCLED):
        return _CIRCLED[value - 1]
    return str(value)


def _roman(value: int) -> str:
    out = ""
    for size, name in (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        out += name * (value // size)
        value %= size
    return out


def _level(node: Any) -> _Level:
    start = _value(node, "start") or "1"
    return _Level(
        int(start) if start.isdigit() else 1,
        _value(node, "numFmt") or "decimal",
        _value(node, "lvlText") or "",
        node.find(_W + "isLgl") is not None,
    )


def _number_of(properties: Any) -> tuple[str, int] | None:
    node = properties.find(_W + "numPr") if properties is not None else None
    name = _value(node, "numId") if node is not None else None
    if node is None or name is None:
        return None
    depth = _value(node, "ilvl") or "0"
    return name, int(depth) if depth.isdigit() else 0


def _value(node: Any, name: str) -> str | None:
    child = node.find(_W + name)
    value = child.get(_W + "val") if child is not None else None
    return value if isinstance(value, str) else None
