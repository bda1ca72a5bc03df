"""A report as one HTML file that needs nothing from outside.

Hovering or focusing a sentence shows its sources; the same sources stand numbered at the end, where they print. What does
not belong here: numbering of sources (notes.py).
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from assets.reports.render.notes import HORIZON_NONE, STANCE_NAMES, STATUS_NAMES, Notes, label_of

__all__ = ["to_html"]

#: Characters of the stored text shown around a quote where the texts are at hand.
CONTEXT = 60
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
box-shadow:0 4px 16px rgba(0,0,0,.12);border-radius:4px;padding:.6rem .8rem;font-size:.85rem;line-height:1.6;font-family:sans-serif}
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
@media print{body{max-width:none;padding:0;font-size:11pt}.pop{display:none!important}p.s:hover>.t{background:none}
h2{break-after:avoid}p.s,li,tr{break-inside:avoid}}
"""


def to_html(report: Mapping[str, Any], texts: Callable[[str], str] | None = None) -> str:
    """Return the report as one offline HTML file.

    Args:
        report: The contract's report.
        texts: Gives the stored text of a doc_id; then each source shows the words around its quote.
    """
    notes = Notes(report)
    status = STATUS_NAMES.get(report["status"], report["status"])
    parts = [
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(report['title'])}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(report['title'])}</h1>",
        f'<p class="label">{escape(label_of(report["engine"]))} · 状态：<span class="status">{escape(status)}</span>'
        f" · {escape(report['date'])} · 版本 {escape(str(report['version']))} · 数据发布号 {escape(str(report['publication']))}</p>",
    ]
    for section in report["sections"]:
        parts.append(f"<section><h2>{escape(section['heading'])}</h2>")
        if section["note"]:
            parts.append(f'<p class="note">{escape(section["note"])}</p>')
        parts += [_sentence(sentence, notes) for sentence in section["sentences"]]
        parts.append("</section>")
    parts.append(_viewpoints(report, notes))
    parts.append('<section><h2>资料来源</h2><ol class="src">')
    parts += [_source(number, item, texts) for number, item in enumerate(notes.items, 1)]
    parts.append("</ol></section></body></html>\n")
    return "\n".join(part for part in parts if part)


def _marks(citations: list[Mapping[str, Any]], notes: Notes) -> str:
    numbers = dict.fromkeys(notes.number(citation) for citation in citations)
    return "<sup>" + "".join(f'<a href="#n{n}">[{n}]</a>' for n in numbers) + "</sup>"


def _sentence(sentence: Mapping[str, Any], notes: Notes) -> str:
    shown = "".join(
        f'<span>[{notes.number(c)}] {escape(c["title"])} <span class="where">{escape(_place(c))}</span></span>'
        for c in sentence["citations"]
    )
    if sentence.get("sources", 1) > 1:
        shown += f'<span class="where">同文共{sentence["sources"]}家刊出</span>'
    return (
        f'<p class="s" tabindex="0"><span class="t">{escape(sentence["text"])}</span>{_marks(sentence["citations"], notes)}'
        f'<span class="pop" role="note">{shown}</span></p>'
    )


def _place(citation: Mapping[str, Any]) -> str:
    row = f" 第{citation['row']}行" if citation["row"] is not None else ""
    return f"{citation['path']}{row}，第{citation['start']}–{citation['end']}字"


def _viewpoints(report: Mapping[str, Any], notes: Notes) -> str:
    if not report["viewpoints"]:
        return ""
    rows = []
    for view in report["viewpoints"]:
        holders = "、".join(view["holders"]) or "（已改口）"
        cells = [STANCE_NAMES[view["stance"]], view["target"], view["horizon"] or HORIZON_NONE, holders]
        tds = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr>{tds}<td>{_marks(view['citations'], notes)}</td></tr>")
    head = "".join(f"<th>{name}</th>" for name in ("方向", "标的", "期限", "持有者", "来源"))
    return f"<section><h2>各方观点</h2><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>"


def _source(number: int, item: Mapping[str, Any], texts: Callable[[str], str] | None) -> str:
    before = after = ""
    if texts is not None:
        text = texts(item["doc_id"])
        before, after = text[max(0, item["start"] - CONTEXT) : item["start"]], text[item["end"] : item["end"] + CONTEXT]
    quote = f"{escape(before)}<mark>{escape(item['quote'])}</mark>{escape(after)}"
    return (
        f'<li id="n{number}">[{number}] {escape(item["title"])} <span class="where">{escape(_place(item))}</span>'
        f"<br>{quote}</li>"
    )
