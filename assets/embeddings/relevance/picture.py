"""A picture of how far probabilities can be believed: what was said against what was so, as SVG without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

__all__ = ["reliability_svg"]

SIDE, EDGE = 280, 46
INK, GREY, BLUE = "#222", "#bbb", "#2563a8"


def reliability_svg(report: Mapping[str, Any]) -> str:
    """Draw the reliability of a model's report.

    Args:
        report: profile, labels, auc, threshold and reliability (rows of from, to, n, said, so).

    Returns:
        An SVG document; the area of a dot grows with the number of its labels.
    """
    full = SIDE + 2 * EDGE
    title = f"{report['profile']}: {report['labels']} labels, AUC {report['auc']:.3f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full} {full}" role="img" font-family="sans-serif" '
        f'font-size="12" fill="{INK}"><title>{escape(title)}</title>',
        f'<rect width="{full}" height="{full}" fill="#fff"/>',
        f'<text x="{EDGE}" y="{EDGE - 16}" font-size="13">{escape(title)}</text>',
        f'<path d="M{EDGE} {EDGE}V{EDGE + SIDE}H{EDGE + SIDE}" fill="none" stroke="{INK}"/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>',
        f'<path d="M{_x(report["threshold"])} {EDGE}V{EDGE + SIDE}" stroke="{GREY}"/>',
    ]
    for tick in (0.0, 0.5, 1.0):
        parts.append(f'<text x="{_x(tick)}" y="{EDGE + SIDE + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{EDGE - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    for row in report["reliability"]:
        radius = round(3 + 12 * (row["n"] / max(report["labels"], 1)) ** 0.5, 1)
        told = f"{row['n']} labels: said {row['said']:.2f}, so {row['so']:.2f}"
        parts.append(
            f'<circle cx="{_x(row["said"])}" cy="{_y(row["so"])}" r="{radius}" fill="{BLUE}" fill-opacity="0.75">'
            f"<title>{told}</title></circle>"
        )
    middle = EDGE + SIDE / 2
    parts.append(f'<text x="{middle}" y="{full - 8}" text-anchor="middle">said (line: threshold)</text>')
    parts.append(f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">so</text></svg>')
    return "\n".join(parts) + "\n"


def _x(share: float) -> float:
    return round(EDGE + SIDE * share, 1)


def _y(share: float) -> float:
    return round(EDGE + SIDE * (1 - share), 1)
