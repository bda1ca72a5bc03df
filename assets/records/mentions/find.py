"""All mentions of one text."""

from dataclasses import replace

from assets.records.mentions.figures import find_figures
from assets.records.mentions.model import Mention, Taken, half_width
from assets.records.mentions.moments import find_moments
from assets.records.mentions.names import find_contracts, find_products
from assets.records.mentions.parties import find_institutions, find_persons
from assets.text.dates import find_dates, shanghai_day

__all__ = ["Mention", "find_mentions"]


def find_mentions(text: str, published: str | None) -> list[Mention]:
    """Find products, contracts, institutions, persons, dates and figures.

    Spans of different kinds do not cut each other, but a product stands inside the contract that names it (原油2406合约).

    Args:
        text: Stored text; spans count its code points.
        published: ISO 8601 moment of publication, or None.

    Returns:
        Mentions by start, end and kind; `surface` is the stored text of the span.
    """
    half = half_width(text)
    taken = Taken(len(text))
    parties = find_institutions(half, taken)
    products = find_products(half, taken)
    day = shanghai_day(published) if published else None
    contracts = find_contracts(half, products, int(day[:4]) if day else None)
    for mention in (*products, *contracts):
        taken.take(mention.start, mention.end)
    moments = list(find_moments(half, day, taken))
    for mention in moments:
        taken.take(mention.start, mention.end)
    dates = [d for d in find_dates(half, published) if taken.is_free(d.start, d.end)]
    for date in dates:
        taken.take(date.start, date.end)
    parties += find_persons(half, taken)
    figures = find_figures(half, taken)
    found = [*parties, *products, *contracts, *moments, *figures]
    found += [Mention(d.start, d.end, "date", d.surface, d.value) for d in dates]
    return [replace(m, surface=text[m.start : m.end]) for m in sorted(found, key=lambda m: (m.start, m.end, m.kind))]
