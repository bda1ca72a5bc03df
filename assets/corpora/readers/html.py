"""Web pages: charset, head, title, date; which lines are the article is chosen in `assets/corpora/readers/article.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from lxml import html as lxml_html

from assets.corpora.dates import Moment, find_stated_date, parse_moment
from assets.corpora.decode import decode_bytes
from assets.corpora.readers.article import choose_lines
from assets.corpora.readers.blocks import Line, clean_tree, lines_of, parse_html, squeeze
from assets.corpora.readers.plain import find_stated_source
from assets.corpora.readers.raw import Extract
from assets.corpora.readers.syndication import read_syndication
from assets.corpora.readers.tables import describe_tables

__all__ = ["read_html"]

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_DATE_META = (
    "article:published_time", "og:published_time", "og:release_date", "datepublished", "publishdate", "pubdate", "publish_date",
    "publication_date", "weibo:article:create_at", "bytedance:published_time", "dc.date.issued", "dc.date", "date", "releasedate", "og:time",
)  # fmt: skip
_JSON_DATE = re.compile(r'"(?:datePublished|pubDate|publish_time|pubtime)"\s*:\s*"([^"]{8,30})"')
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[-/_]?(\d{2})[-/_]?(\d{2})(?=[/_\-.t])")
_SITE = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]+\s+|[-–—]+(?=[^-–—]{2,12}(?:网|新闻|财经|频道|资讯|在线|日报|晚报|时报|证券报|中心|com|cn)$)"
)
_SCRIPT = re.compile(r"(?is)<(script|style|head|noscript)\b.*?</\1\s*>|<!--.*?-->")
_TAG = re.compile(r"<[^<>]*>")
#: Longest page whose bare text is taken, in characters.
BARE = 5_000_000
#: Lines after the heading in which a page says when and where it was published.
BYLINE = 8


def read_html(data: bytes, source: str) -> Extract:
    """Read a web page.

    Raises:
        DocumentError: with reason `encoding`.
    """
    declared = _CHARSET.search(data[:4096])
    decoded = decode_bytes(data, source, declared=declared[1].decode("ascii") if declared else None)
    meta: dict[str, Any] = {"warnings": decoded.warnings} if decoded.warnings else {}
    feed = read_syndication(decoded.text)
    if feed is not None:
        return replace(feed, encoding=decoded.encoding, meta=meta)
    tree = parse_html(decoded.text)
    if tree is None:
        return Extract(text=_bare_text(decoded.text), encoding=decoded.encoding, meta=meta)
    head = _meta(tree)
    title, heading = _titles(tree, head)
    embedded = _JSON_DATE.search(decoded.text)
    url = head.get("og:url") or next(
        (link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"), None
    )
    clean_tree(tree)
    lines = lines_of(tree)
    chosen = choose_lines(tree, heading or title)
    text = "\n".join(line.text for line in chosen) or _bare_text(decoded.text)
    tables = describe_tables([line.text for line in chosen], _table_numbers(chosen))
    if tables:
        meta["tables"] = tables
    moment, origin = _published(head, embedded[1] if embedded else None, lines, heading or title, url)
    return Extract(
        text=text,
        title=title,
        published=moment.published if moment else None,
        date_origin=origin,
        source=head.get("source")
        or find_stated_source("\n".join(line.text for line in _byline(lines, heading or title)))
        or head.get("og:site_name"),
        url=url if url and url.startswith(("http://", "https://")) else None,
        encoding=decoded.encoding,
        meta=meta,
    )


def _table_numbers(lines: Sequence[Line]) -> list[int | None]:
    """Return for each line the table that it is a row of: the element around it, numbered as they come."""
    seen: dict[Any, int] = {}
    out: list[int | None] = []
    for line in lines:
        table = next(line.node.iterancestors("table"), None) if line.is_row and line.node is not None else None
        out.append(None if table is None else seen.setdefault(table, len(seen)))
    return out


def _bare_text(page: str) -> str:
    """Return what stands between the tags, for pages nested too deep for the parser."""
    if len(page) > BARE:
        return ""
    pieces = _TAG.sub("\n", _SCRIPT.sub("\n", page)).split("\n")
    return "\n".join(line for line in (" ".join(unescape(piece).split()) for piece in pieces) if line)


def _meta(tree: lxml_html.HtmlElement) -> dict[str, str]:
    """Return the page's meta tags by lower-case name; the first of a name counts."""
    out: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        content = (node.get("content") or "").strip()
        if name and content:
            out.setdefault(name, content)
    for node in tree.iter("time"):
        if node.get("datetime"):
            out.setdefault("date", node.get("datetime").strip())
    return out


def _titles(tree: lxml_html.HtmlElement, head: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the title without the site's name, and the heading as it stands on the page."""
    node = tree.find(".//title")
    page = " ".join((node.text_content() if node is not None else "").split())
    headings = [" ".join(one.text_content().split()) for one in tree.iter("h1")]
    heading = next((one for one in headings if len(squeeze(one)) >= 4 and squeeze(one)[:8] in squeeze(page)), None)
    full = head.get("og:title") or page
    if squeeze(page).startswith(squeeze(full)):  # quotes inside the tag cut it short
        full = page
    title = heading if heading and squeeze(full).startswith(squeeze(heading)) else _SITE.split(full)[0].strip() or full
    return (title or next((one for one in headings if one), None)), heading


def _byline(lines: Sequence[Line], heading: str | None) -> list[Line]:
    """Return the heading's line and those after it; the first lines where the page does not show its heading."""
    wanted = squeeze(heading or "")
    at = next((place for place, line in enumerate(lines) if wanted and squeeze(line.text).startswith(wanted[:20])), 0)
    return list(lines[at : at + BYLINE])


def _published(
    head: dict[str, str], embedded: str | None, lines: Sequence[Line], heading: str | None, url: str | None
) -> tuple[Moment | None, str | None]:
    for value in (*(head.get(name) for name in _DATE_META), embedded):
        moment = parse_moment(value) if value else None
        if moment:
            return moment, "meta"
    moment = find_stated_date("\n".join(line.text for line in _byline(lines, heading)))
    if moment:
        return moment, "text"
    found = _URL_DATE.search(url or "")
    moment = parse_moment("-".join(found.groups())) if found else None
    return moment, "meta" if moment else None
