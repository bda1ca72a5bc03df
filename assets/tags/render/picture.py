"""A tag tree as a static SVG picture, for the README and for reports: labels readable, no outside fonts, no script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from assets.tags.render.html import plain
from assets.tags.render.titles import describe, title_of

__all__ = ["to_svg"]

FONTS = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
ROW, FONT, SMALL_FONT, PAD, GAP, TOP, LEFT = 30, 14, 11.5, 11, 44, 76, 24
#: The picture shows at most so many rows; what is beyond is said in words.
MAX_ROWS, MAX_CHILDREN = 60, 9
#: Characters of the sentence beside a last tag.
SENTENCE = 38
#: One colour a root, dark enough for white text.
COLOURS = ("#1f5f8b", "#8a4b08", "#2f6b3a", "#7a2f5f", "#4a4a8a", "#8b2f2f", "#35696b", "#5b5b5b")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class _Box:
    """One drawn tag."""

    label: str
    note: str
    level: int
    colour: str
    children: list[_Box] = field(default_factory=list)
    y: float = 0.0

    @property
    def width(self) -> float:
        return _width(self.label, FONT) + 2 * PAD


def to_svg(tree: Mapping[str, Any]) -> str:
    """Return a picture of a tree: roots on the left, their tags to the right, a sentence beside each last tag.

    Args:
        tree: The contract's `tags` JSON.
    """
    depth = _fitting_depth(tree["roots"])
    boxes = [_box(root, COLOURS[place % len(COLOURS)], depth) for place, root in enumerate(tree["roots"])]
    rows = _place(boxes, 0)
    levels: dict[int, float] = {}
    for box in _all(boxes):
        levels[box.level] = max(levels.get(box.level, 0.0), box.width)
    starts: dict[int, float] = {}
    x = float(LEFT)
    for level in sorted(levels):
        starts[level] = x
        x += levels[level] + GAP
    height = TOP + max(rows, 1) * ROW + 18
    width = round(max(x + SENTENCE * SMALL_FONT + LEFT, LEFT * 2 + _width(describe(tree), SMALL_FONT)))
    title = escape(_clean(title_of(tree)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{title}" font-family="{FONTS}">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="34" font-size="20" font-weight="600" fill="#1c1c1c">{title}</text>',
        f'<text x="{LEFT}" y="57" font-size="{SMALL_FONT}" fill="#5a5a5a">{escape(_clean(describe(tree)))}</text>',
    ]
    for box in _all(boxes):
        parts += _draw(box, starts)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _fitting_depth(roots: Sequence[Mapping[str, Any]]) -> int:
    """The deepest level at which the picture keeps within its rows."""
    depth = 1
    while depth < 6 and _rows(roots, depth + 1) <= MAX_ROWS:
        depth += 1
    return depth


def _rows(nodes: Sequence[Mapping[str, Any]], depth: int) -> int:
    total = 0
    for node in nodes:
        shown = node["children"][:MAX_CHILDREN] if depth > 1 else []
        total += max(1, _rows(shown, depth - 1) + (len(node["children"]) > len(shown) > 0))
    return total


def _box(node: Mapping[str, Any], colour: str, depth: int) -> _Box:
    shown = node["children"][:MAX_CHILDREN] if depth > 1 else []
    children = [_box(child, colour, depth - 1) for child in shown]
    rest = len(node["children"]) - len(shown)
    if children and rest:
        children.append(_Box(f"另有 {rest} 个标签", "", node["level"] + 1, "#8a8a8a"))
    note = "" if children else _short(node["summary"])
    return _Box(f"{node['label']} {node['n_leaves']}", note, node["level"], colour, children)


def _place(boxes: Sequence[_Box], row: float) -> int:
    """Give each box its height; return the first row that is free below."""
    for box in boxes:
        if box.children:
            below = _place(box.children, row)
            box.y = (box.children[0].y + box.children[-1].y) / 2
            row = below
        else:
            box.y = TOP + row * ROW + ROW / 2
            row += 1
    return int(row)


def _draw(box: _Box, starts: Mapping[int, float]) -> list[str]:
    x, y, high = starts[box.level], box.y, ROW - 7
    is_root = box.level == 1
    fill, ink = (box.colour, "#ffffff") if is_root else ("#ffffff", "#1c1c1c")
    parts = []
    for child in box.children:
        begin, end = x + box.width, starts[child.level]
        middle = (begin + end) / 2
        parts.append(
            f'<path d="M{begin:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {child.y:.1f} {end:.1f} {child.y:.1f}" '
            f'fill="none" stroke="{box.colour}" stroke-opacity="0.45" stroke-width="1.4"/>'
        )
    parts.append(
        f'<rect x="{x:.1f}" y="{y - high / 2:.1f}" width="{box.width:.1f}" height="{high}" rx="5" '
        f'fill="{fill}" stroke="{box.colour}" stroke-width="1.2"/>'
    )
    weight = ' font-weight="600"' if is_root else ""
    label = escape(_clean(box.label))
    parts.append(f'<text x="{x + PAD:.1f}" y="{y + 5:.1f}" font-size="{FONT}"{weight} fill="{ink}">{label}</text>')
    if box.note:
        note = escape(_clean(box.note))
        beside = x + box.width + 10
        parts.append(f'<text x="{beside:.1f}" y="{y + 4:.1f}" font-size="{SMALL_FONT}" fill="#5a5a5a">{note}</text>')
    return parts


def _all(boxes: Sequence[_Box]) -> list[_Box]:
    return [found for box in boxes for found in (box, *_all(box.children))]


def _width(text: str, size: float) -> float:
    """Width of a text: a Chinese character is as wide as high, a Latin one a little over half."""
    return sum(size if ord(char) > 0x2E7F else size * 0.58 for char in text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SENTENCE else line[: SENTENCE - 1] + "…"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", plain(text))
