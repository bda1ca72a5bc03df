"""Feeds that came as a page: RSS, RDF and Atom, their items one after the other as title and text.

Markup inside items is read as a page is; entities of a document type are never expanded. Feeds of one document a line are
read in `assets/corpora/readers/feed.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from lxml import etree

from assets.corpora.dates import Moment, parse_moment
from assets.corpora.readers.blocks import clean_tree, lines_of, parse_html
from assets.corpora.readers.raw import Extract

__all__ = ["read_syndication"]

_FEED = re.compile(
    r"\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
#: A document type only brings entities, which are bombs or files of the machine.
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKUP = re.compile(
    r"</?(?:br|p|div|a|img|span|font|b|strong|table|td|li)\b[^<>]*>|&(?:nbsp|lt|amp|quot|#\d+);", re.IGNORECASE
)
_BODIES = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "lastBuildDate", "updated", "published", "date", "modified")
#: How often markup may be wrapped in markup.
LAYERS = 3


def read_syndication(page: str) -> Extract | None:
    """Read a feed.

    Args:
        page: The decoded file.

    Returns:
        Its items as one text, with the channel's title, date and address; None where the file is no feed.
    """
    if not _FEED.match(page[:10_000]):
        return None
    plain = _CONTROL.sub("", _DOCTYPE.sub("", _DECLARATION.sub("", page), count=1))
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(plain.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    lines = [line for item in root.iter(etree.Element) if _name(item) in ("item", "entry") for line in _item(item)]
    channel = next((one for one in root.iter(etree.Element) if _name(one) == "channel"), root)
    moment = _date(channel)
    link = _child(channel, ("link",))
    return Extract(
        text="\n".join(lines),
        title=" ".join(_plain(_text(_child(channel, ("title",))))) or None,
        published=moment.published if moment else None,
        date_origin="feed" if moment else None,
        url=(_text(link).strip() or (link.get("href") if link is not None else None)) or None,
    )


def _item(item: etree._Element) -> Iterator[str]:
    """Yield title and text of one item; the fullest of what stands for its text."""
    yield from _plain(_text(_child(item, ("title",))))
    bodies = [_plain(_text(child)) for child in item if _name(child) in _BODIES]
    yield from max(bodies, key=lambda lines: sum(map(len, lines)), default=[])


def _plain(text: str) -> list[str]:
    """Return the lines of a text that may be markup, wrapped once or more."""
    for _ in range(LAYERS):
        if not _MARKUP.search(text):
            break
        tree = parse_html(f"<div>{text}</div>")
        if tree is None:
            break
        clean_tree(tree)
        text = "\n".join(line.text for line in lines_of(tree))
    return [line for line in (" ".join(piece.split()) for piece in text.split("\n")) if line]


def _text(node: etree._Element | None) -> str:
    """Return the text of an element; markup that was not wrapped is wrapped again."""
    if node is None:
        return ""
    if any(isinstance(child.tag, str) for child in node):
        return str(etree.tostring(node, encoding="unicode", with_tail=False))
    return "".join(str(piece) for piece in node.itertext())


def _child(node: etree._Element, names: tuple[str, ...]) -> etree._Element | None:
    return next((child for child in node if _name(child) in names), None)


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _date(channel: etree._Element) -> Moment | None:
    """Read the channel's date: ISO 8601, or as letters are dated."""
    for name in _DATES:
        given = _text(_child(channel, (name,))).strip()
        if not given:
            continue
        moment = parse_moment(given)
        if moment is None:
            try:
                moment = parse_moment(parsedate_to_datetime(given).isoformat())
            except (ValueError, IndexError):
                continue
        if moment:
            return moment
    return None
