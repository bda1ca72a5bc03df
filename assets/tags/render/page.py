"""A tag tree as one self-contained HTML page: open it offline, search it, click a leaf to read it with its source."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from assets.tags.render.titles import describe, engine_label, reason_label, title_of

__all__ = ["to_html"]

#: Up to so many leaves everything is open when the page is opened.
OPEN_ALL = 40


def to_html(tree: Mapping[str, Any]) -> str:
    """Return the page of a tree, in Chinese; it names no outside host and everything in it is escaped.

    Args:
        tree: The contract's `tags` JSON.
    """
    from jinja2 import Environment, StrictUndefined

    folder = files("assets.tags.render")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["marked"] = _marked
    template = environment.from_string(folder.joinpath("page.html.jinja").read_text(encoding="utf-8"))
    return template.render(
        tree=tree,
        title=title_of(tree),
        described=describe(tree),
        engine=engine_label(tree["engine"]),
        excluded=[(reason_label(reason), n) for reason, n in sorted(tree["stats"]["excluded"].items())],
        open_all=tree["stats"]["slices"] <= OPEN_ALL,
        style=folder.joinpath("page.css").read_text(encoding="utf-8"),
        script=folder.joinpath("page.js").read_text(encoding="utf-8"),
    )


def _marked(quote: str, sentence: str) -> tuple[str, str, str]:
    """Cut a quote around the sentence that stands for it."""
    at = quote.find(sentence) if sentence else -1
    if at < 0:
        return quote, "", ""
    return quote[:at], sentence, quote[at + len(sentence) :]
