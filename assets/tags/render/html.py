"""A tag tree as one self-contained HTML page: open it offline, search it, read each sentence inside its document.

The page's data are one JSON block; its scripts (`page/`) draw from it what is opened, so that thousands of sentences cost
nothing until they are looked at. Without scripts an outline of the tags is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from assets.tags.render.titles import describe, engine_label, title_of

__all__ = ["CONTROLS", "embed", "plain", "read_part", "to_html"]

#: Scripts of the page, in the order in which they stand in it.
SCRIPTS = ("dom.js", "core.js", "charts.js", "compare.js", "pane.js", "tree.js", "main.js")
#: Up to so many slices everything is open when the page is opened.
OPEN_ALL = 40
#: A longer document is shown in windows around what is cited, this many code points to either side.
WHOLE, AROUND = 12_000, 1_500
#: Marks that turn the direction of text, and what no screen shows: they are named instead of obeyed.
CONTROLS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
Tree = Mapping[str, Any]
Pieces = list[tuple[int, str]]


def to_html(
    tree: Tree,
    *,
    others: Sequence[Tree] = (),
    counts: Mapping[str, Mapping[str, int]] | None = None,
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return the page of a tree, in Chinese; it names no outside host and nothing in it is ever markup.

    Args:
        tree: The contract's `tags` JSON.
        others: Trees of other days of the profile, to be compared with; those without leaves show their tags only.
        counts: day → tag_id → slices, of every day that has a tree, for the trends.
        texts: doc_id → stored text, so that a sentence is read inside its document; without it the slice is shown.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    return environment.from_string(read_part("page.html.jinja")).render(
        tree=tree,
        title=plain(title_of(tree)),
        described=plain(describe(tree, with_engine=False)),
        engine=engine_label(tree["engine"]),
        style=read_part("page.css"),
        script="\n".join(read_part(name) for name in SCRIPTS),
        data=embed(_payload(tree, others, counts, texts or {})),
    )


def read_part(name: str) -> str:
    """Return a file of the page."""
    return files("assets.tags.render").joinpath("page", name).read_text(encoding="utf-8")


def embed(value: Any) -> str:
    """Return JSON that can stand inside a script element: no character of it can end the element or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def plain(text: str) -> str:
    """Return a text with marks of direction and unseen characters named, e.g. ‹U+202E›."""
    return CONTROLS.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def _payload(
    tree: Tree,
    others: Sequence[Tree],
    counts: Mapping[str, Mapping[str, int]] | None,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    day = tree["date"] or ""
    trees = {day: tree, **{str(other["date"]): other for other in others if other["date"]}}
    documents = _Documents(trees.values(), texts)
    drawn = {name: _tree(one, documents) for name, one in sorted(trees.items())}
    known = {name: _counts(one, (counts or {}).get(name)) for name, one in sorted(trees.items())}
    return {"day": day, "days": sorted(trees), "trees": drawn, "docs": documents.rows, "counts": known}


def _counts(tree: Tree, given: Mapping[str, int] | None) -> dict[str, int]:
    counts = given if given is not None else {tag["tag_id"]: tag["n_leaves"] for tag in _walk(tree["roots"])}
    return dict(sorted(counts.items()))


def _tree(tree: Tree, documents: _Documents) -> dict[str, Any]:
    return {
        "title": title_of(tree),
        "described": describe(tree, with_engine=False),
        "n": tree["stats"]["slices"],
        "small": tree["stats"]["slices"] <= OPEN_ALL,
        "roots": [_tag(root, documents) for root in tree["roots"]],
    }


def _tag(tag: Tree, documents: _Documents) -> dict[str, Any]:
    return {
        "i": tag["tag_id"],
        "l": tag["label"],
        "n": tag["n_leaves"],
        "s": tag["summary"],
        "k": [_tag(child, documents) for child in tag["children"]],
        "f": [documents.leaf(leaf) for leaf in tag["leaves"]],
    }


def _walk(tags: Sequence[Tree]) -> Iterator[Tree]:
    for tag in tags:
        yield tag
        yield from _walk(tag["children"])


class _Documents:
    """The documents of the page, each with the pieces of its text that are shown: `[offset, text, length]`."""

    def __init__(self, trees: Any, texts: Mapping[str, str]) -> None:
        self.rows: list[dict[str, Any]] = []
        self._place: dict[str, int] = {}
        cited: dict[str, list[Tree]] = {}
        for tree in trees:
            for tag in _walk(tree["roots"]):
                for leaf in tag["leaves"]:
                    cited.setdefault(leaf["citation"]["doc_id"], []).append(leaf["citation"])
        for doc_id, citations in sorted(cited.items()):
            first, text = citations[0], texts.get(doc_id)
            pieces = _pieces(text, citations) if text is not None else _quotes(citations)
            whole = text is not None and pieces == [(0, text)]
            self._place[doc_id] = len(self.rows)
            self.rows.append(
                {
                    "i": doc_id,
                    "t": first["title"],
                    "p": first["path"],
                    "r": first["row"],
                    "x": [[offset, piece, len(piece)] for offset, piece in pieces],
                    "cut": not whole,
                }
            )

    def leaf(self, leaf: Tree) -> list[Any]:
        """A leaf: document, start, end, start and end of its sentence in it, slice id, hash, recommended tags."""
        cited, said = leaf["citation"], leaf.get("summary") or ""
        at = cited["quote"].find(said) if said and said != cited["quote"] else -1
        until = at + len(said) if at >= 0 else -1
        place = self._place[cited["doc_id"]]
        return [
            place,
            cited["start"],
            cited["end"],
            at,
            until,
            leaf["slice_id"],
            cited["sha256"],
            list(leaf.get("tags") or ()),
        ]


def _pieces(text: str, citations: Sequence[Tree]) -> Pieces:
    """The whole text, or of a long one the windows around what is cited."""
    if len(text) <= WHOLE:
        return [(0, text)]
    windows: list[list[int]] = []
    for start, end in sorted({(one["start"], one["end"]) for one in citations}):
        start, end = max(0, start - AROUND), min(len(text), end + AROUND)
        if windows and start <= windows[-1][1]:
            windows[-1][1] = max(windows[-1][1], end)
        else:
            windows.append([start, end])
    return [(start, text[start:end]) for start, end in windows]


def _quotes(citations: Sequence[Tree]) -> Pieces:
    return sorted({(one["start"], one["quote"]) for one in citations})
