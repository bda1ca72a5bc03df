"""Parses a statement computed from bars, and computes it again from the cited bars.

Grammar: `DAY，SYMBOL合约` and then items: a column with its figure, a comparison with an earlier figure, a share, the basis in
brackets. What does not belong here: what somebody says about a price (excerpts.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache

from quality.verify.problems import Problem
from quality.verify.sources.bars import Bar, quote_units
from quality.verify.sources.evidence import Evidence
from quality.verify.sources.folding import fold
from quality.verify.sources.words import words

__all__ = ["Statement", "day_forms", "parse_market"]

_LOTS = "手"
_COUNTED = ("volume", "open_interest")
DAY = r"(?:(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(\d{4})-(\d{2})-(\d{2}))"
_FIGURE = r"(-?[0-9]+(?:\.[0-9]+)?)"
_UNIT = r"(元/500千克|[^0-9,。;、()]*?)"
#: More places than any exchange quotes are no rounding but an invention.
_MAX_PLACES = 8
#: From here on a share has more digits than decimals are rounded to.
_HUGE = 10**15


@dataclass
class Statement:
    """What was parsed: where it ends, what is wrong, the bars it rests on, and its parts as printed, by slot name."""

    end: int
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    w = words()
    column, earlier, moves, shares = (w.alternatives(name) for name in ("columns", "earlier", "moves", "shares"))
    stop = r"(?=[,。;、()]|$)"
    return {
        "day": re.compile(rf"(?P<day>{DAY}),?", re.ASCII),
        "late": re.compile(rf"(?:合约|期货)?(?:在|于)?(?P<day>{DAY}),?(?={column})", re.ASCII),
        "symbol": re.compile(rf"([^,。;]{{1,60}}?)(?:合约)?,?(?:的)?(?={column})"),
        "named": re.compile(rf"(?:合约)?,?(?:的)?(?={column})"),
        "value": re.compile(rf"({column})[为报]?{_FIGURE}{_UNIT}{stop}"),
        "compare": re.compile(rf"[较比与]({earlier})(?:{_FIGURE}{_UNIT})?({moves})(?:了)?(?:{_FIGURE}{_UNIT})?{stop}"),
        "share": re.compile(rf"({shares})[为达]?{_FIGURE}{_UNIT}{stop}"),
        "basis": re.compile(r"\(([^()]{2,30})\)"),
    }


def day_forms(day: str) -> set[str]:
    """Return the ways in which an ISO day may be printed."""
    year, month, date = day[:4], int(day[5:7]), int(day[8:10])
    return {
        f"{month}月{date}日", f"{month:02d}月{date:02d}日", f"{year}年{month}月{date}日", f"{year}年{month:02d}月{date:02d}日", day,
    }  # fmt: skip


def parse_market(text: str, start: int, bars: Sequence[tuple[str, Bar]], evidence: Evidence) -> Statement | None:
    """Parse a folded text from a position on; None where no market statement begins there.

    Args:
        text: Folded sentence.
        start: Where the statement would begin.
        bars: Cited bars with their ids, at least one; a statement that names none of them is compared with the first.
        evidence: The home, asked whether a bar lies between two cited ones.
    """
    day = _patterns()["day"].match(text, start)
    if day is None:
        return _late_day(text, start, bars, evidence)
    symbol, end = _symbol(text, day.end(), bars)
    return _Parser(text, bars, evidence).parse(day["day"], symbol, end) if symbol else None


def _late_day(text: str, start: int, bars: Sequence[tuple[str, Bar]], evidence: Evidence) -> Statement | None:
    """A statement that names a cited contract first and the day behind it."""
    for symbol in sorted({fold(bar.symbol) for _, bar in bars}, key=lambda one: (-len(one), one)):
        day = _patterns()["late"].match(text, start + len(symbol)) if text.startswith(symbol, start) else None
        if day is not None:
            return _Parser(text, bars, evidence).parse(day["day"], symbol, day.end())
    return None


def _symbol(text: str, at: int, bars: Sequence[tuple[str, Bar]]) -> tuple[str, int]:
    """Return the symbol that stands at a place and where its items begin; a cited one wins."""
    for symbol in sorted({fold(bar.symbol) for _, bar in bars}, key=lambda one: (-len(one), one)):
        behind = _patterns()["named"].match(text, at + len(symbol))
        if text.startswith(symbol, at) and behind:
            return symbol, behind.end()
    other = _patterns()["symbol"].match(text, at)
    return (other[1], other.end()) if other else ("", at)


class _Parser:
    """One statement in the making."""

    def __init__(self, text: str, bars: Sequence[tuple[str, Bar]], evidence: Evidence) -> None:
        self.text, self.bars, self.evidence = text, bars, evidence
        self.said = Statement(0)
        self.value: dict[bool, tuple[str, Decimal]] = {}
        self.change: tuple[str, Decimal, Decimal, str] | None = None
        self.doc_id, self.bar = bars[0]

    def parse(self, day: str, symbol: str, at: int) -> Statement:
        """Parse the items behind day and symbol."""
        of_symbol = [(i, b) for i, b in self.bars if fold(b.symbol) == symbol]
        of_day = [(i, b) for i, b in of_symbol if day in day_forms(b.date)]
        if not of_symbol:
            self._wrong("entity_untraced", f"no cited bar is one of {symbol}")
        elif not of_day:
            self._wrong("date_untraced", f"no cited bar of {symbol} is of {day}")
        self.doc_id, self.bar = (of_day or of_symbol or self.bars)[0]
        if of_day and "年" not in day and "-" not in day and self.evidence.is_distant(self.bar.date):
            self._wrong("date_untraced", f"{day}: the cited bar is of {self.bar.date}, and the report of another year")
        self.said.used.add(self.doc_id)
        self.said.parts |= {"date": day, "contract": symbol}
        while True:
            end = self._item(at)
            if end is None:
                break
            at = end
            if self.text[at : at + 1] in ("(", ""):
                continue
            if self.text[at] not in ",、":
                break
            at += 1
        self.said.end = at
        return self.said

    def _wrong(self, code: str, detail: str) -> None:
        self.said.problems.append(Problem(code, detail))

    def _item(self, at: int) -> int | None:
        for name, read in (
            ("value", self._value),
            ("compare", self._compare),
            ("share", self._share),
            ("basis", self._basis),
        ):
            match = _patterns()[name].match(self.text, at)
            if match:
                read(match)
                return match.end()
        return None

    def _unit(self, given: str, column: str, *, shown: str) -> None:
        expected = {_LOTS} if column.removeprefix("prev_") in _COUNTED else quote_units(self.bar.symbol)
        if given not in expected:
            known = " or ".join(sorted(expected)) or "not known"
            self._wrong("unit_mismatch", f"{shown}: the unit of {self.bar.symbol} is {known}, not {given or 'none'}")

    def _value(self, match: re.Match[str]) -> None:
        word, figure, unit = match.groups()
        column = words().raw["columns"][word]
        known = self.bar.figures.get(column)
        if known is None or known != Decimal(figure):
            self._wrong(
                "number_untraced",
                f"{word}{figure}: the cited bar has {known if known is not None else 'no such figure'}",
            )
        self._unit(unit, column, shown=f"{word}{figure}")
        self.value[column in _COUNTED] = (column, Decimal(figure))
        name = column if column in ("high", "low", *_COUNTED) else "value"
        self.said.parts[name] = figure + unit

    def _previous(self, column: str) -> Decimal | None:
        """The earlier figure: as today's row states it, else from the last bar before, which must be cited."""
        own = self.bar.figures.get(column)
        if own is not None:
            return own
        name = column.removeprefix("prev_")
        before = [(b.date, i, b) for i, b in self.bars if b.symbol == self.bar.symbol and b.date < self.bar.date]
        if not before:
            return None
        date, doc_id, bar = max(before, key=lambda entry: entry[:2])
        if self.evidence.bars_between(bar.symbol, date, self.bar.date):
            return None
        self.said.used.add(doc_id)
        return bar.figures.get(name)

    def _compare(self, match: re.Match[str]) -> None:
        word, figure, unit, move, change, change_unit = match.groups()
        column = words().raw["earlier"][word]
        base = self._previous(column)
        if base is None or (figure is not None and base != Decimal(figure)):
            self._wrong(
                "number_untraced",
                f"{word}{figure or ''}: the cited bars have {base if base is not None else 'no such figure'}",
            )
        if figure is not None:
            self._unit(unit, column, shown=f"{word}{figure}")
            self.said.parts["previous"] = figure + unit
            base = Decimal(figure)
        found = self.value.get(column.removeprefix("prev_") in _COUNTED)
        if base is None or found is None or (found[0] in _COUNTED and found[0] != column.removeprefix("prev_")):
            self._wrong("number_untraced", f"{word}{figure or ''} is compared with nothing of its kind")
            return
        exact = found[1] - base
        self.change = (found[0], exact, base, column)
        self._moved(move, exact)
        if change is not None and change_unit == "%":
            self._percent(change, f"{move}{change}")
        else:
            self._changed(move, change, change_unit, column)

    def _moved(self, move: str, exact: Decimal) -> None:
        sign = words().raw["moves"][move]
        if sign != (exact > 0) - (exact < 0):
            self._wrong("direction_mismatch", f"{move}: the difference is {exact:f}")
        self.said.parts["direction"] = move
        if sign == 0:
            self.said.parts["pct"] = "0.00%"

    def _changed(self, move: str, change: str | None, unit: str | None, column: str) -> None:
        """The difference as printed; a statement that nothing moved prints none, and one by a share may print that alone."""
        exact = self.change[1] if self.change is not None else Decimal(0)
        if change is None and words().raw["moves"][move] != 0:
            return
        if Decimal(change or 0) != abs(exact):
            self._wrong("number_untraced", f"{move}{change or ''}: the difference is {exact:f}")
        if change:
            self._unit(unit or "", column, shown=f"{move}{change}")
        self.said.parts["change"] = change + (unit or "") if change else "0"

    def _percent(self, figure: str, shown: str) -> None:
        if self.change is None or self.change[2] <= 0:
            self._wrong("number_untraced", f"{shown}% rests on no comparison")
            return
        _, exact, base, _ = self.change
        if not _rounds_to(abs(exact) * 100, base, figure):
            self._wrong("number_untraced", f"{shown}%: it is {abs(exact) * 100 / base:.4f}%")
        self.said.parts["pct"] = figure + "%"

    def _share(self, match: re.Match[str]) -> None:
        word, figure, unit = match.groups()
        if unit != "%":
            self._wrong("unit_mismatch", f"{word}{figure}{unit}: a share is in percent")
        exact = self.change[1] if self.change is not None else Decimal(0)
        if self.change is not None and words().raw["shares"][word] != (exact > 0) - (exact < 0):
            self._wrong("direction_mismatch", f"{word}: the difference is {exact:f}")
        self._percent(figure, f"{word}{figure}")

    def _basis(self, match: re.Match[str]) -> None:
        value, _, earlier = match[1].partition("对")
        raw = words().raw
        named = (raw["columns"].get(value), raw["earlier"].get(earlier))
        if self.change is None or named != (self.change[0], self.change[3]):
            self._wrong("claim_mismatch", f"{match[1]} is not what is compared")
        self.said.parts["basis"] = match[1]


def _rounds_to(numerator: Decimal, base: Decimal, printed: str) -> bool:
    """Whether a quotient rounds to the printed figure, half up or half even; fewer than two places must be exact."""
    figure = Decimal(printed)
    places = len(printed.partition(".")[2])
    if places < 2 or places > _MAX_PLACES or numerator >= base * _HUGE:
        return figure * base == numerator
    exact, step = numerator / base, Decimal(1).scaleb(-places)
    return figure in (exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_HALF_EVEN))
