"""Templates as plain text with slots, and their facts in short: `p margin a>b % D1S list:m1,m2 @ex ~D2`.

Slots: {p} {q} {r} products and {P} {Q} {R} their codes, {O} {O2} options, {a}…{f} whole figures, {g1}…{g3} small rates, {h1}…{h3}
lots, {m1}…{m5} months, {D1}…{D3} days in full, {d1}…{d3} without the year, {w1}… their weekday, {E1}… the evening before, {ex} {s} the
exchange, {B} a broker, {M} a medium, {Y} the year before, {N} the day before the publication.
"""

import re
from typing import Any

from tests.measure.notices.dice import SHORT, Day, Dice, Notice, Template, fact

__all__ = ["slotted"]

_SCOPES = {"but": "all_but", "new": "new_only", "list": "list", "range": "range", "all": "all"}
_POINTS = {"S": "settlement", "N": "night_session", "D": "day_session"}


def _fill(d: Dice, exchange: str) -> tuple[dict[str, str], dict[str, Day]]:
    products = d.products(3, exchange)
    one = d.day(2, 7)
    two = d.later(one, 5, 9)
    days = {"D1": one, "D2": two, "D3": d.later(two, 10, 20)}
    slots: dict[str, str] = {"ex": exchange, "s": SHORT[exchange], "B": d.broker(), "M": d.medium()}
    slots |= {"Y": str(d.today.year - 1), "N": d.before(d.published).short, "T": d.published.full}
    for name, product in zip("pqr", products, strict=True):
        slots |= {name: product.name, name.upper(): product.code}
    if exchange != "中国金融期货交易所":
        options = d.options(2, exchange if exchange != "上海国际能源交易中心" else "上海期货交易所")
        slots |= {"O": options[0].name, "O2": options[1].name}
    figures = d.random.sample(range(4, 30), 6)
    slots |= dict(zip("abcdef", map(str, figures), strict=True))
    slots |= {f"g{n}": one for n, one in enumerate(d.share(3), 1)}
    slots |= {f"h{n}": one for n, one in enumerate(d.hands(3), 1)}
    slots |= {f"m{n}": one for n, one in enumerate(d.months(5), 1)}
    for n in "123":
        day = days[f"D{n}"]
        slots |= {
            f"D{n}": day.full,
            f"d{n}": day.short,
            f"w{n}": day.week,
            f"E{n}": d.before(day).short,
            f"C{n}": day.words,
        }
    return slots, days


def _fact(spec: str, slots: dict[str, str], days: dict[str, Day]) -> dict[str, Any]:
    name, item, value, unit, when, *more = spec.split()
    old, _, new = value.rpartition(">")
    given: dict[str, Any] = {"scope": "all"}
    for part in more:
        if part.startswith("@"):
            who = part[1:]
            given |= {"who": slots.get(who, who), "level": {"ex": "exchange", "B": "broker"}.get(who, "other")}
        elif part.startswith("~"):
            given["until"] = days[part[1:]]
        else:
            kind, _, months = part.partition(":")
            given |= {"scope": _SCOPES[kind], "months": [slots[one] for one in months.split(",") if one]}
    match = re.fullmatch(r"(D\d|-)([SND]?)", when)
    if match is None:
        message = f"unreadable moment {when} in {spec}"
        raise ValueError(message)
    return fact(
        None if name == "-" else slots.get(name, name), item, None if new == "-" else slots.get(new, new.removeprefix("=")),
        None if unit == "-" else unit, old=slots.get(old, old.removeprefix("=")) if old else None, on=days.get(match[1]),
        point=_POINTS.get(match[2]), **given,
    )  # fmt: skip


def slotted(
    form: str, text: str, *specs: str, by: str = "ex", at: tuple[str, ...] = (), title: str = "关于有关事项的通知"
) -> Template:
    """Return the template of a text with slots. `by`: who publishes, ex, B, M or a name; `at`: exchanges that fit."""

    def template(d: Dice) -> Notice:
        slots, days = _fill(d, d.exchange(*at))
        facts = [_fact(spec, slots, days) for spec in specs]
        levels = {"ex": "exchange", "B": "broker", "M": "exchange", "中国证监会": "regulator"}
        level, owner = levels.get(by, "other"), slots.get(by, by)
        for one in facts:
            one["issuer"] = one["issuer"] or (slots["ex"] if by == "M" else owner)
            one["issuer_level"] = one["issuer_level"] or level
        filled = re.sub(r"\{(\w+)\}", lambda match: slots[match[1]], text)
        head = re.sub(r"\{(\w+)\}", lambda match: slots[match[1]], title)
        return Notice(form, head, filled, d.published.iso, owner, facts)

    return template
