"""Pictures of a report: the prices around its day, and the tags that its sources stand under, as SVG.

The data come from the home (leafroot/figures.py); here they are only drawn, to the same bytes each time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

__all__ = ["Chart", "ChartBar", "Figures", "TagLine", "chart_svg", "tags_svg"]

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 12, 34, 40
_FONT = "Noto Sans SC,Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,sans-serif"
#: As Chinese markets draw them: red rises, green falls.
_UP, _DOWN, _INK, _SOFT, _MARK = "#b3261e", "#1b7f4b", "#1d2430", "#5b6675", "#fff3c4"
_ROWS = 5


@dataclass(frozen=True)
class ChartBar:
    """One day of a contract, figures as the bars have them."""

    date: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    settle: Decimal | None


@dataclass(frozen=True)
class Chart:
    """Bars of one contract in order of day, and the day of the event."""

    symbol: str
    unit: str
    marked: str
    bars: tuple[ChartBar, ...]


@dataclass(frozen=True)
class TagLine:
    """A tag with its depth from the root, and how many of its sentences are of documents that the report cites."""

    label: str
    depth: int
    cited: int
    total: int


@dataclass(frozen=True)
class Figures:
    """What can be drawn for a report; empty where the home holds nothing of it."""

    charts: tuple[Chart, ...] = ()
    tags: tuple[TagLine, ...] = ()


def chart_svg(chart: Chart) -> str:
    """Draw candles with the line of settlement prices; the day of the event stands on a band."""
    lows, highs = [bar.low for bar in chart.bars], [bar.high for bar in chart.bars]
    settled = [bar.settle for bar in chart.bars if bar.settle is not None]
    low, high = min([*lows, *settled]), max([*highs, *settled])
    pad = (high - low) / 12 or abs(high) / 50 or Decimal(1)
    low, high = low - pad, high + pad
    wide = Decimal(WIDTH - _LEFT - _RIGHT) / len(chart.bars)
    tall = Decimal(HEIGHT - _TOP - _BOTTOM)

    def x(i: int) -> Decimal:
        return _LEFT + wide * i + wide / 2

    def y(value: Decimal) -> Decimal:
        return _TOP + (high - value) * tall / (high - low)

    parts = [_opening(WIDTH, HEIGHT, f"{chart.symbol} {chart.marked}")]
    unit = f"（{chart.unit}）" if chart.unit else ""
    parts.append(_text(_LEFT, 20, f"{chart.symbol} 日线与结算价{unit}", size=14, fill=_INK))
    for i, bar in enumerate(chart.bars):
        if bar.date == chart.marked:
            parts.append(
                f'<rect x="{_f(x(i) - wide / 2)}" y="{_TOP}" width="{_f(wide)}" height="{_f(tall)}" fill="{_MARK}"/>'
            )
    for step in range(_ROWS):
        value = low + (high - low) * step / (_ROWS - 1)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{_f(y(value))}" y2="{_f(y(value))}" stroke="#e3e7ed" stroke-width="1"/>'
        )
        parts.append(_text(_LEFT - 6, y(value) + 4, _price(value, pad), size=11, fill=_SOFT, anchor="end"))
    parts += _candles(chart, x, y, wide)
    line = [f"{_f(x(i))},{_f(y(bar.settle))}" for i, bar in enumerate(chart.bars) if bar.settle is not None]
    if len(line) > 1:
        parts.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>')
    parts += _days(chart, x)
    return "\n".join([*parts, "</svg>"])


def _candles(chart: Chart, x: Callable[[int], Decimal], y: Callable[[Decimal], Decimal], wide: Decimal) -> list[str]:
    parts = []
    body = min(wide * Decimal("0.6"), Decimal(14))
    for i, bar in enumerate(chart.bars):
        colour = _UP if bar.close >= bar.open else _DOWN
        top, bottom = y(max(bar.open, bar.close)), y(min(bar.open, bar.close))
        parts.append(
            f'<line x1="{_f(x(i))}" x2="{_f(x(i))}" y1="{_f(y(bar.high))}" y2="{_f(y(bar.low))}" stroke="{colour}" stroke-width="1"/>'
        )
        parts.append(
            f'<rect x="{_f(x(i) - body / 2)}" y="{_f(top)}" width="{_f(body)}" height="{_f(max(bottom - top, Decimal(1)))}" fill="{colour}"/>'
        )
    return parts


def _days(chart: Chart, x: Callable[[int], Decimal]) -> list[str]:
    """Days below the chart: the marked one, and others where there is room."""
    marked = next((i for i, bar in enumerate(chart.bars) if bar.date == chart.marked), -1)
    every = max(1, -(-len(chart.bars) // 8))
    parts = []
    for i, bar in enumerate(chart.bars):
        if i == marked:
            parts.append(
                _text(
                    x(i),
                    HEIGHT - 8,
                    "▲ " + bar.date,
                    size=12,
                    fill=_INK,
                    anchor="middle" if i < len(chart.bars) - 4 else "end",
                )
            )
        elif i % every == 0:
            parts.append(_text(x(i), HEIGHT - 24, bar.date[5:], size=11, fill=_SOFT, anchor="middle"))
    return parts


def tags_svg(tags: Sequence[TagLine]) -> str:
    """Draw tags as an indented list with a bar each: cited sentences of all under the tag."""
    step, top = 26, 34
    height = top + step * len(tags) + 8
    most = max((tag.total for tag in tags), default=1) or 1
    parts = [
        _opening(WIDTH, height, "标签"),
        _text(8, 20, "当日舆情标签：深色为本报告引用的句子，浅色为该标签下全部句子", size=13, fill=_INK),
    ]
    for i, tag in enumerate(tags):
        y = top + step * i
        parts.append(_text(8 + 18 * tag.depth, y + 16, tag.label, size=13, fill=_INK))
        for share, colour in ((tag.total, "#dbe6f3"), (tag.cited, "#1f5fa8")):
            parts.append(
                f'<rect x="400" y="{y + 5}" width="{_f(Decimal(250 * share) / most)}" height="14" fill="{colour}"/>'
            )
        parts.append(_text(WIDTH - 8, y + 16, f"{tag.cited}/{tag.total}", size=12, fill=_SOFT, anchor="end"))
    return "\n".join([*parts, "</svg>"])


def _opening(width: int, height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#ffffff"/>'
    )


def _text(x: Decimal | int, y: Decimal | int, words: str, *, size: int, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{_f(Decimal(x))}" y="{_f(Decimal(y))}" font-family="{_FONT}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _f(value: Decimal) -> str:
    return f"{value:.2f}"


def _price(value: Decimal, step: Decimal) -> str:
    return f"{value:.0f}" if step >= 1 else f"{value:.2f}"
