"""A report as one HTML file that needs nothing from outside and runs no script.

Hovering or focusing a sentence shows its sources; a click on a number opens the stored text of the document at the span,
which stands in the same file. On paper the sources stand numbered at the end, and the stored texts stay away. What does not
belong here: what is shown (page.py), pictures (figures.py).
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from assets.reports.render.figures import Figures, chart_svg, tags_svg
from assets.reports.render.page import VIEW_HEADS, WITHDRAWN, Line, Page, Source, lay_out

__all__ = ["to_html"]

#: A longer stored text is shown around its cited spans only, so many characters on each side.
WHOLE, AROUND = 6_000, 600
_STYLE = """
:root{--ink:#1d2430;--soft:#5b6675;--line:#d9dee6;--mark:#fff3c4;--accent:#1f5fa8}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:2rem 1.25rem 4rem;color:var(--ink);background:#fff;line-height:1.85;
font-family:"Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif;font-size:1.05rem}
h1{font-size:1.7rem;line-height:1.35;margin:.2rem 0 .6rem}
h2{font-size:1.2rem;margin:2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
.label{color:var(--soft);font-size:.9rem;border-left:3px solid var(--accent);padding-left:.7rem;margin:0 0 1.2rem}
.status{font-weight:600;color:var(--ink)}
.note{color:var(--soft);font-style:italic}
p.s{margin:.35rem 0;position:relative}
p.s:hover>.t,p.s:focus-within>.t{background:var(--mark)}
sup a{color:var(--accent);text-decoration:none;margin-left:.1em;font-family:sans-serif;font-size:.72em}
.pop{display:none;position:absolute;z-index:2;left:0;right:0;top:100%;background:#fff;border:1px solid var(--line);
box-shadow:0 4px 16px rgba(0,0,0,.12);border-radius:4px;padding:.6rem .8rem;font-size:.85rem;line-height:1.6;font-family:sans-serif;max-height:18rem;overflow:auto}
p.s:hover>.pop,p.s:focus-within>.pop{display:block}
.pop span{display:block;margin:.15rem 0}
.where{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f4f6f9}
ol.src{padding-left:0;list-style:none;font-size:.88rem;line-height:1.6}
ol.src li{margin:.4rem 0;overflow-wrap:anywhere}
ol.src li:target{background:var(--mark)}
mark{background:var(--mark)}
figure{margin:1rem 0}
figure svg{width:100%;height:auto}
.flag{border:1px solid #b3261e;border-left-width:4px;padding:.5rem .8rem;border-radius:3px;background:#fdf3f2}
.doc{border:1px solid var(--line);border-radius:4px;padding:.6rem .9rem;margin:.8rem 0;max-height:22rem;overflow:auto;font-size:.9rem}
.doc h3{font-size:.95rem;margin:0 0 .4rem;position:sticky;top:-.6rem;background:#fff;padding:.3rem 0}
.doc p{white-space:pre-wrap;margin:0;overflow-wrap:anywhere}
.doc mark:target{outline:3px solid var(--accent)}
.gap{color:var(--soft)}
@media print{body{max-width:none;padding:0;font-size:11pt}.pop,.texts{display:none!important}p.s:hover>.t{background:none}
h2{break-after:avoid}p.s,li,tr{break-inside:avoid}}
"""


def to_html(report: dict[str, Any], texts: Callable[[str], str] | None = None, figures: Figures | None = None) -> str:
    """Return the report as one offline HTML file.

    Args:
        report: The contract's report.
        texts: Gives the stored text of a doc_id; then the file holds the cited texts, and numbers lead to the span.
        figures: Charts and tags, where the home holds any.
    """
    page = lay_out(report)
    drawn = figures or Figures()
    target = "c" if texts is not None else "n"
    parts = [
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(page.title)}</h1>",
        '<p class="label">' + "<br>".join(escape(line) for line in page.label) + "</p>",
    ]
    parts += [f'<p class="flag">{escape(flag)}</p>' for flag in page.flags]
    parts += [f"<figure>{chart_svg(chart)}</figure>" for chart in drawn.charts]
    for part in page.parts:
        parts.append(f"<section><h2>{escape(part.heading)}</h2>")
        if part.note:
            parts.append(f'<p class="note">{escape(part.note)}</p>')
        parts += [_sentence(line, page, target) for line in part.lines]
        parts.append("</section>")
    parts.append(_viewpoints(page, target))
    if drawn.tags:
        parts.append(f"<section><h2>标签</h2><figure>{tags_svg(drawn.tags)}</figure></section>")
    parts.append('<section><h2>资料来源</h2><ol class="src">')
    parts += [_source(item) for item in page.sources]
    parts.append("</ol></section>")
    if texts is not None:
        parts.append(_texts(page.sources, texts))
    parts.append("</body></html>\n")
    return "\n".join(part for part in parts if part)


def _marks(numbers: Iterable[int], target: str) -> str:
    return "<sup>" + "".join(f'<a href="#{target}{n}">[{n}]</a>' for n in numbers) + "</sup>"


def _sentence(line: Line, page: Page, target: str) -> str:
    shown = "".join(_popped(page.sources[n - 1]) for n in line.notes)
    if line.carried_words:
        shown += f'<span class="where">{line.carried_words}</span>'
    return (
        f'<p class="s" tabindex="0"><span class="t">{escape(line.text)}</span>{_marks(line.notes, target)}'
        f'<span class="pop" role="note">{shown}</span></p>'
    )


def _popped(source: Source) -> str:
    quote = source.quote if len(source.quote) <= AROUND else source.quote[:AROUND] + "…"
    return (
        f'<span>[{source.number}] {escape(source.title)} <span class="where">{escape(source.place)}</span></span>'
        f"<span>{escape(quote)}</span>"
    )


def _viewpoints(page: Page, target: str) -> str:
    if not page.views:
        return ""
    rows = []
    for row in page.views:
        tds = "".join(f"<td>{escape(cell)}</td>" for cell in row.cells)
        rows.append(f"<tr>{tds}<td>{_marks(row.notes, target)}</td></tr>")
    head = "".join(f"<th>{name}</th>" for name in (*VIEW_HEADS, "来源"))
    return f"<section><h2>各方观点</h2><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>"


def _source(source: Source) -> str:
    return (
        f'<li id="n{source.number}">[{source.number}] {escape(source.title)} <span class="where">{escape(source.place)}</span>'
        f"<br><mark>{escape(source.quote)}</mark></li>"
    )


def _texts(sources: Sequence[Source], texts: Callable[[str], str]) -> str:
    """The stored texts of the cited documents, in order of first use."""
    by_document: dict[str, list[Source]] = {}
    for source in sources:
        by_document.setdefault(source.citation["doc_id"], []).append(source)
    parts = ['<section class="texts"><h2>原文</h2>']
    for doc_id, cited in by_document.items():
        parts.append(f'<div class="doc"><h3>{escape(cited[0].title)} <span class="where">{escape(doc_id)}</span></h3>')
        if any(source.citation.get("withdrawn") for source in cited):
            anchors = "".join(f'<mark id="c{source.number}"></mark>' for source in cited)
            parts.append(f"<p>{anchors}{WITHDRAWN}</p></div>")
        else:
            parts.append(f"<p>{_marked(texts(doc_id), cited)}</p></div>")
    return "\n".join([*parts, "</section>"])


def _marked(text: str, cited: Sequence[Source]) -> str:
    """A stored text with its cited spans marked; where spans overlap, the later begins inside of the earlier."""
    out, at = [], 0
    ordered = sorted(cited, key=lambda s: (s.citation["start"], s.citation["end"]))
    for source in ordered:
        start, end = source.citation["start"], source.citation["end"]
        begin = max(start, at)
        if begin > at:
            out.append(_between(text, at, begin, first=at == 0))
        out.append(f'<mark id="c{source.number}">{escape(text[begin:end])}</mark>')
        at = max(at, end)
    out.append(_between(text, at, len(text), last=True))
    return "".join(out)


def _between(text: str, start: int, end: int, *, first: bool = False, last: bool = False) -> str:
    """Words beside cited spans; of a long text only those near them."""
    if len(text) <= WHOLE or end - start <= 2 * AROUND:
        return escape(text[start:end])
    gap = '<span class="gap">……</span>'
    near = "" if first else escape(text[start : start + AROUND])
    return near + gap + ("" if last else escape(text[end - AROUND : end]))
