"""Web pages: the article without menus, footers and scripts, tables as lines.

readability-lxml chooses the article, trafilatura where it finds too little. Lines are then taken from the page itself,
in its order, so that tables inside the article stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from lxml import etree
from lxml import html as lxml_html

from assets.corpora.dates import Moment, find_stated_date, parse_moment
from assets.corpora.decode import decode_bytes
from assets.corpora.readers.blocks import Line, clean_tree, lines_of, parse_html, squeeze
from assets.corpora.readers.plain import find_stated_source
from assets.corpora.readers.raw import Extract

__all__ = ["read_html"]

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_STOP = re.compile(r"[。！？；，：]")
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
_FOOTER = re.compile(
    r"ICP\s*[备備证證]|公网安备|版权所有|版權所有|copyright|all rights reserved|许可证编?号|不良信息举报|举报(?:电话|邮箱|热线)",
    re.IGNORECASE,
)
MAX_FOOTER = 120
#: Pages with less text than this are taken whole.
SHORT = 300
#: Where the first extractor finds fewer characters of sentences, or a smaller share of the densest part, the second is asked.
THIN = 80
THIN_SHARE = 0.2
#: With more lines or characters a page is no article, and the extractors would take minutes.
MANY = 20_000
LONG = 2_000_000
#: Lines after the heading in which a page says when and where it was published.
BYLINE = 8


def read_html(data: bytes, source: str) -> Extract:
    """Read a web page.

    Raises:
        DocumentError: with reason `encoding`.
    """
    declared = _CHARSET.search(data[:4096])
    decoded = decode_bytes(data, source, declared=declared[1].decode("ascii") if declared else None)
    tree = parse_html(decoded.text)
    meta = {"warnings": decoded.warnings} if decoded.warnings else {}
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
    text = "\n".join(_without_footer(_article(tree, lines))) or _bare_text(decoded.text)
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


def _article(tree: lxml_html.HtmlElement, lines: Sequence[Line]) -> list[str]:
    """Choose the lines of the article."""
    size = sum(len(line.text) for line in lines)
    if size > LONG or len(lines) > MANY or sum(len(squeeze(line.text)) for line in lines) <= SHORT:
        return [line.text for line in lines if line.link_share < 0.5] or [line.text for line in lines]
    page = etree.tostring(tree, encoding="unicode", method="html")
    densest = _densest(tree)
    chosen = _by_readability(page)
    if _weight(chosen) < max(THIN, THIN_SHARE * _weight(densest)):
        second = _by_trafilatura(page)
        chosen = max((chosen, second, densest), key=_weight)
    return _refill(lines, chosen) if chosen else [line.text for line in lines]


def _without_footer(lines: Sequence[str]) -> list[str]:
    """Drop the closing lines that belong to the site."""
    kept = list(lines)
    while len(kept) > 1 and len(kept[-1]) <= MAX_FOOTER and _FOOTER.search(kept[-1]):
        kept.pop()
    return kept


def _bare_text(page: str) -> str:
    """Return what stands between the tags, for pages nested too deep for the parser."""
    if len(page) > BARE:
        return ""
    pieces = _TAG.sub("\n", _SCRIPT.sub("\n", page)).split("\n")
    return "\n".join(line for line in (" ".join(unescape(piece).split()) for piece in pieces) if line)


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
    return sum(len(squeeze(line.text)) for line in lines if line.link_share < 0.5 and _STOP.search(line.text))


def _refill(lines: Sequence[Line], chosen: Sequence[Line]) -> list[str]:
    """Return the chosen lines in the page's order, with the table rows between them that an extractor dropped."""
    wanted = {squeeze(line.text) for line in chosen}
    places = [place for place, line in enumerate(lines) if squeeze(line.text) in wanted]
    sentences = [place for place in places if len(squeeze(lines[place].text)) >= 6]
    found = sum(len(squeeze(lines[place].text)) for place in places)
    if not sentences or found < 0.8 * sum(map(len, wanted)):
        return [line.text for line in chosen]
    first, last = sentences[0], sentences[-1]
    return [
        line.text
        for place, line in enumerate(lines)
        if first <= place <= last and (squeeze(line.text) in wanted or (line.is_row and line.link_share < 0.3))
    ]


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
