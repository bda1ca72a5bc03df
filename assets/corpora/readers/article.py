"""Which lines of a web page are its article.

readability-lxml finds the place, trafilatura where that is too thin; the lines are then taken from the page itself, in
its order: everything between, what stands in the same container, and what is built like it elsewhere on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml import etree
from lxml import html as lxml_html

from assets.corpora.readers.blocks import Line, lines_of, parse_html, squeeze
from assets.corpora.readers.furniture import drop_furniture, is_furniture, is_prose, trim

__all__ = ["choose_lines"]

#: Pages with less text than this are taken whole.
SHORT = 300
#: Where the first extractor finds fewer characters of sentences, or a smaller share of the densest part, the second is asked.
THIN = 80
THIN_SHARE = 0.2
#: With more lines or characters a page is no article, and the extractors would take minutes.
MANY = 20_000
LONG = 2_000_000
ELEMENTS = 25_000
#: Rows of data that no extractor took make the page a table where they weigh this many times the rest.
DATA = 2
#: Fewer characters of sentences are no article, short as it may be.
LEAST = 12
#: Lines of an article among which its heading is looked for.
HEAD = 4
#: A container is the article's own where links are no larger part of it.
LINKED = 0.25
#: Levels of elements by which two lines count as built alike.
LEVELS = 3
_END = re.compile(r"[。！？]")


def choose_lines(tree: lxml_html.HtmlElement, title: str | None) -> list[Line]:
    """Return the lines of a page's article in reading order, its heading first where the page shows one.

    Args:
        tree: A page without what nobody sees (`clean_tree`); furniture is taken out of it here.
        title: Its title.
    """
    lines = lines_of(tree)
    elements = sum(1 for _ in tree.iter())
    if sum(len(line.text) for line in lines) > LONG or len(lines) > MANY or elements > ELEMENTS:
        return [line for line in lines if line.link_share < 0.5] or list(lines)
    drop_furniture(tree, title)
    lines = lines_of(tree)
    return _with_heading(lines, trim(_article(tree, lines)), squeeze(title or ""))


def _article(tree: lxml_html.HtmlElement, lines: Sequence[Line]) -> list[Line]:
    if sum(len(squeeze(line.text)) for line in lines) <= SHORT:
        return _plain(lines)
    page = etree.tostring(tree, encoding="unicode", method="html")
    densest = _densest(tree)
    chosen = _by_readability(page)
    if _weight(chosen) < max(THIN, THIN_SHARE * _weight(densest)):
        chosen = max((chosen, _by_trafilatura(page), densest), key=_weight)
    # A page of links is a list: the few words between them are no article.
    found = _refill(lines, chosen) if _weight(chosen) >= LEAST else []
    if _data(lines) - _data(found) > DATA * sum(len(line.text) for line in found):
        found = []
    return found or _plain(lines)


def _with_heading(lines: Sequence[Line], found: list[Line], title: str) -> list[Line]:
    """Put the line that is the page's title before the article, where it stands above it and was left out."""
    if not title or any(squeeze(line.text) == title for line in found[:HEAD]):
        return found
    first = {id(line) for line in found}
    above = next((place for place, line in enumerate(lines) if id(line) in first), 0)
    heading = next((line for line in reversed(lines[:above]) if squeeze(line.text) == title), None)
    return [heading, *found] if heading is not None else found


def _plain(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page without an article: what is no link, or of a list the links that say something."""
    own = [line for line in lines if line.link_share < 0.5 and not is_furniture(line)]
    listed = [line for line in lines if line.link_share >= 0.5 and len(line.text) >= 8 and not is_furniture(line)]
    size = sum(len(line.text) for line in own)
    if own and (_weight(own) or size * 3 > sum(len(line.text) for line in listed)):
        return own
    both = {id(line) for line in (*own, *listed)}
    return [line for line in lines if id(line) in both] or list(lines)


def _by_readability(page: str) -> list[Line]:
    from readability import Document
    from readability.readability import Unparseable

    try:
        summary = Document(page).summary(html_partial=True)
    except (Unparseable, etree.LxmlError, ValueError, TypeError, AttributeError):
        return []
    tree = parse_html(summary)
    return lines_of(tree) if tree is not None else []


def _by_trafilatura(page: str) -> list[Line]:
    import trafilatura

    text = trafilatura.extract(page, include_comments=False, include_tables=True, favor_precision=True) or ""
    return [Line(line.strip(), 0.0, False, "p") for line in text.split("\n") if line.strip()]


def _densest(tree: lxml_html.HtmlElement) -> list[Line]:
    """Return the lines of the smallest element that holds most of the page's sentences."""
    body = tree.find("body")
    node = body if body is not None else tree
    whole = _weight(lines_of(node))
    while True:
        children = [
            (_weight(lines_of(child)), child)
            for child in node
            if isinstance(child.tag, str) and len(child.text_content()) > SHORT / 3
        ]
        weight, heaviest = max(children, key=lambda one: one[0], default=(0, None))
        if heaviest is None or weight < 0.6 * whole:
            return [line for line in lines_of(node) if line.link_share < 0.5]
        node = heaviest


def _weight(lines: Sequence[Line]) -> int:
    """Count the characters of lines that read like sentences and are no links."""
    return sum(len(squeeze(line.text)) for line in lines if is_prose(line))


def _data(lines: Sequence[Line]) -> int:
    """Count the characters of table rows that are no links."""
    return sum(len(line.text) for line in lines if line.is_row and line.link_share < 0.3)


def _refill(lines: Sequence[Line], chosen: Sequence[Line]) -> list[Line]:
    """Return the article around the chosen lines, from the page's own; nothing where they cannot be found there."""
    wanted = {squeeze(line.text) for line in chosen}
    places = [place for place, line in enumerate(lines) if squeeze(line.text) in wanted]
    sentences = [place for place in places if len(squeeze(lines[place].text)) >= 6 and lines[place].link_share < 0.5]
    found = sum(len(squeeze(lines[place].text)) for place in places)
    if not sentences or found < 0.8 * sum(map(len, wanted)):
        return [line for line in chosen if not is_furniture(line)]
    prose = [place for place in sentences if is_prose(lines[place])] or sentences
    first, last = sentences[0], sentences[-1]
    inside = _container(lines, prose)
    alike = {
        one for one, count in Counter(_build(lines[place]) for place in prose).items() if count > 1 or len(prose) < 3
    }
    out = []
    for place, line in enumerate(lines):
        near = first <= place <= last or place in inside
        if (near or _build(line) in alike) and _belongs(line) and not is_furniture(line):
            out.append(line)
    return out


def _belongs(line: Line) -> bool:
    """Tell a line of text from one of links; a linked sentence is text."""
    if line.is_row:
        return line.link_share < 0.5
    return line.link_share < 0.5 or (len(line.text) >= 30 and bool(_END.search(line.text)))


def _container(lines: Sequence[Line], prose: Sequence[int]) -> set[int]:
    """Return the places in the smallest element around the sentences; none where it holds more than the article."""
    chains = [_chain(lines[place]) for place in prose]
    common = chains[0]
    for chain in chains[1:]:
        size = next(
            (n for n, (one, other) in enumerate(zip(common, chain, strict=False)) if one is not other),
            min(len(common), len(chain)),
        )
        common = common[:size]
    if not common or common[-1].tag in ("body", "html"):
        return set()
    node = common[-1]
    inside = {place for place, line in enumerate(lines) if node in _chain(line)}
    size = sum(len(squeeze(lines[place].text)) for place in inside)
    linked = sum(len(squeeze(lines[place].text)) for place in inside if lines[place].link_share >= 0.5)
    return inside if linked <= LINKED * size else set()


def _chain(line: Line) -> list[lxml_html.HtmlElement]:
    """Return the elements around a line, outermost first."""
    out = []
    node = line.node
    while node is not None:
        out.append(node)
        node = node.getparent()
    return out[::-1]


def _build(line: Line) -> tuple[tuple[str, str], ...]:
    """Return how a line is built: tag and class of the elements around it."""
    out: list[tuple[str, str]] = []
    node = line.node
    while node is not None and len(out) < LEVELS:
        out.append((node.tag, node.get("class") or ""))
        node = node.getparent()
    return tuple(out)
