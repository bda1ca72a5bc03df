"""Lines of tags through the days as a static SVG picture: for reports, no script, no outside font."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from assets.tags.render.html import plain
from assets.tags.render.picture import COLOURS, FONTS

__all__ = ["to_trend_svg"]

WIDTH, HIGH, LEFT, RIGHT, TOP, FOOT = 760, 260, 52, 24, 58, 34
#: Lines in one picture at most; the rest is said in words.
MAX_LINES = 8
#: Days named below the line at most.
NAMED = 8


def to_trend_svg(trend: Mapping[str, Any]) -> str:
    """Return a picture of how many slices stood under a tag on each day.

    Args:
        trend: The JSON of `tags trend`; tags without a day (a tree over all days) are left out.
    """
    lines = [one for one in trend["tags"] if all(point["date"] for point in one["points"])]
    shown, rest = lines[:MAX_LINES], len(lines) - MAX_LINES
    days = sorted({point["date"] for one in shown for point in one["points"]})
    most = max((point["n_leaves"] for one in shown for point in one["points"]), default=0)
    height = TOP + HIGH + FOOT + 22 * len(shown) + (22 if rest > 0 else 0)
    title = escape(plain(f"{trend['tag']} 各日片段数"))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{title}" font-family="{FONTS}">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT - 28, 32, title, 18, "#1c1c1c"),
        *_axes(days, most),
    ]
    for place, one in enumerate(shown):
        colour = COLOURS[place % len(COLOURS)]
        points = [(*_at(days, most, point["date"], point["n_leaves"]), point["n_leaves"]) for point in one["points"]]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y, _ in points]
        if len(shown) == 1 and len(points) <= 2 * NAMED:
            parts += [_text(x, y - 8, str(n), 11, "#3a3a3a", "middle") for x, y, n in points]
        below = TOP + HIGH + FOOT + 22 * place + 12
        total = sum(n for *_, n in points)
        said = escape(plain(f"{' › '.join(one['path'])}（{one['profile']}，共 {total}）"))
        parts += [f'<rect x="{LEFT}" y="{below - 8}" width="18" height="4" fill="{colour}"/>']
        parts.append(_text(LEFT + 26, below, said, 12.5, "#3a3a3a"))
    if rest > 0:
        parts.append(_text(LEFT, height - 10, f"另有 {rest} 个标签", 12.5, "#5a5a5a"))
    if not shown:
        parts.append(_text(LEFT, TOP + 30, "没有按日的标签。", 13, "#5a5a5a"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _at(days: Sequence[str], most: int, day: str, n: int) -> tuple[float, float]:
    step = (WIDTH - LEFT - RIGHT) / max(1, len(days) - 1)
    return LEFT + days.index(day) * step, TOP + HIGH - 20 - (HIGH - 40) * n / max(1, most)


def _axes(days: Sequence[str], most: int) -> list[str]:
    """Two lines, none and the most, and the names of days below."""
    if not days:
        return []
    parts = []
    for n in sorted({0, most}):
        _, y = _at(days, most, days[0], n)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d5d9de"/>')
        parts.append(_text(LEFT - 8, y + 4, str(n), 11, "#5a5a5a", "end"))
    every = max(1, -(-len(days) // NAMED))
    for place, day in enumerate(days):
        if place % every == 0 or place == len(days) - 1:
            x, _ = _at(days, most, day, 0)
            parts.append(_text(x, TOP + HIGH, day[5:], 11, "#5a5a5a", "middle"))
    return parts


def _text(x: float, y: float, said: str, size: float, ink: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}" text-anchor="{anchor}">{said}</text>'
