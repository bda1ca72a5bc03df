"""One rulebook as a whole: its version and days, its names, what it repeals, and what of its text is in no clause."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from assets.records.clauses.remainder import count_visible
from assets.records.clauses.split import Parsed, cut_rulebook
from assets.records.rulebooks.moments import Days, find_days
from assets.records.rulebooks.naming import find_aliases, find_number, find_repeals
from assets.text.folding import split_version
from assets.text.spans import canonical_json

__all__ = ["read_rulebook"]

#: The day of effect and what is repealed stand in the last articles, aliases in any.
_LAST = 8


def read_rulebook(
    text: str, *, doc_id: str, title: str, published: str | None = None, meta: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read one rulebook.

    Args:
        text: Stored text.
        doc_id: Its document.
        title: Title, version suffix included.
        published: Publication day of the source.
        meta: What its reader and sidecar say: `effective` (a day, which wins), `aliases` (names) and `pages` (where
            each begins) are read.

    Returns:
        Its row with the columns of RULEBOOKS, and its clauses with those of CLAUSES.
    """
    parsed = cut_rulebook(text, doc_id=doc_id, title=title)
    name, version = split_version(title)
    body = [row["text"] for row in parsed.clauses if row["zone"] in {"body", "amendment"}]
    stated = _stated(meta or {})
    found = find_days(_head(parsed), body[-_LAST:], version=version, published=published, signed=parsed.signed)
    days = Days(found.adopted, stated, "sidecar") if stated else found
    repeals = find_repeals(body if "废止" in name else body[-_LAST:])
    visible = count_visible(text)
    row = {
        "doc_id": doc_id,
        "document": name,
        "version": version or (parsed.clauses[0]["version"] if parsed.clauses else None),
        "adopted_date": days.adopted,
        "effective_date": days.effective,
        "effective_origin": days.origin,
        "number": find_number(parsed.notes),
        "aliases": canonical_json(_listed(meta or {})),
        "names": canonical_json([list(pair) for pair in find_aliases(text)]),
        "repeals": canonical_json(repeals),
        "n_clauses": len(parsed.clauses),
        "clause_chars_p99": _p99([len(clause["text"]) for clause in parsed.clauses]),
        "dropped": canonical_json(parsed.dropped),
        "accounted_ratio": round(1 - _lost(text, parsed) / visible, 6) if visible else 1.0,
    }
    pages = _pages(meta or {})
    return row, [{**clause, "page": bisect_right(pages, clause["start"]) or None} for clause in parsed.clauses]


def _pages(meta: Mapping[str, Any]) -> list[int]:
    """Where each page of the text begins; nothing where its format has no pages."""
    given = meta.get("pages")
    return given if isinstance(given, list) and all(isinstance(at, int) for at in given) else []


def _head(parsed: Parsed) -> str:
    """The notes of adoption, and what the preamble says of the rulebook itself."""
    preamble = [row["text"] for row in parsed.clauses if row["zone"] == "preamble"]
    said = [
        part
        for text in preamble
        for part in text.split("。")
        if "起" in part and ("施" in part or "执" in part or "行" in part)
    ]
    return "。".join([parsed.notes, *said]) if parsed.notes or said else parsed.head.partition("。")[0]


def _lost(text: str, parsed: Parsed) -> int:
    return sum(count_visible(text[d["start"] : d["end"]]) for d in parsed.dropped if d["reason"] == "unexplained")


def _stated(meta: Mapping[str, Any]) -> str | None:
    """The effective day of a sidecar, where it is one."""
    try:
        return dt.date.fromisoformat(str(meta.get("effective") or "")[:10]).isoformat()
    except ValueError:
        return None


def _listed(meta: Mapping[str, Any]) -> list[str]:
    """The names that people listed in a sidecar."""
    given = meta.get("aliases")
    return [name.strip() for name in given if isinstance(name, str) and name.strip()] if isinstance(given, list) else []


def _p99(lengths: Sequence[int]) -> int:
    return sorted(lengths)[min(len(lengths) - 1, len(lengths) * 99 // 100)] if lengths else 0
