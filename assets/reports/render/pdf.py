"""A report as PDF, set by Typst with embedded Chinese fonts.

All words of the report go to the template as data, never as markup, so that nothing in them is read as Typst. The same
report gives the same bytes: the document's date is the report's.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from assets.reports.render.figures import Figures, chart_svg, tags_svg
from assets.reports.render.page import VIEW_HEADS, lay_out
from resources.errors import PermanentServiceError

if TYPE_CHECKING:
    from typst import Fonts

__all__ = ["svg_to_png", "to_pdf"]

_TEMPLATE = "report.typ"


def to_pdf(report: Mapping[str, Any], figures: Figures | None = None) -> bytes:
    """Return the report as PDF.

    Raises:
        PermanentServiceError: Typst refuses the document.
    """
    page = lay_out(report)
    drawn = figures or Figures()
    data = {
        "id": report["id"],
        "title": page.title,
        "day": [int(part) for part in report["date"].split("-")],
        "label": page.label,
        "flags": page.flags,
        "parts": [
            {
                "heading": part.heading,
                "note": part.note,
                "lines": [{"text": s.text, "notes": s.notes, "carried": s.carried_words} for s in part.lines],
            }
            for part in page.parts
        ],
        "heads": [*VIEW_HEADS, "来源"],
        "views": [{"cells": row.cells, "notes": row.notes} for row in page.views],
        "sources": [
            {"number": s.number, "title": _flat(s.title), "place": s.place, "quote": _flat(s.quote)}
            for s in page.sources
        ],
        "charts": [chart_svg(chart) for chart in drawn.charts],
        "tags": tags_svg(drawn.tags) if drawn.tags else "",
    }
    template = files("assets.reports.render").joinpath(_TEMPLATE).read_bytes()
    return _compile(template, data, "pdf")


def svg_to_png(svg: str, *, ppi: float = 160.0) -> bytes:
    """Return a picture as PNG, for formats that hold no SVG.

    Raises:
        PermanentServiceError: Typst refuses the picture.
    """
    template = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(json(bytes(sys.inputs.data)).svg), format: "svg")\n'
    return _compile(template, {"svg": svg}, "png", ppi=ppi)


def _compile(
    template: bytes, data: Mapping[str, Any], kind: Literal["pdf", "png"], *, ppi: float | None = None
) -> bytes:
    import typst

    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return typst.compile(
            template,
            format=kind,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            ppi=ppi,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise PermanentServiceError(
            f"Typst cannot set the report ({str(error)[:200]}); export it as html instead."
        ) from error


@cache
def _fonts() -> "Fonts":
    """The fonts of the package, and those that Typst brings for formulas; none of the machine's."""
    import pylopdf_fonts_zh_cn
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(files(pylopdf_fonts_zh_cn))])


def _flat(text: str) -> str:
    return " ".join(text.split())
