"""How a PDF page is laid out: ruled tables as rows of cells, two columns one after the other.

A page with neither keeps the order of its text layer. Lines of all pages are put together in
`assets/corpora/readers/pdf.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Box", "Grid", "TableRow", "find_grids", "lay_out", "order_columns", "rule_lines"]

CELL = " | "
#: Points by which rulings may miss one another.
NEAR = 3.0
#: Shorter rulings are strokes of drawings; with more of them the page is a drawing.
MIN_RULE = 8.0
MAX_RULES = 6_000
#: Where a gutter between two columns may stand, as shares of the page's text width.
GUTTER = (0.35, 0.65)
#: Lines that each column needs, the share of lines that may cross the gutter, and how wide a column's lines are on average.
MIN_LINES = 6
MAX_CROSSING = 0.25
MIN_WIDTH = 0.28
#: A blank wider than this many line heights parts two columns.
GAP = 1.2
#: A longer text is no cell: the rulings frame a page.
MAX_CELL = 800
Rule = tuple[float, float, float, float]


@dataclass(frozen=True)
class Box:
    """A piece of text and where it stands, in points from the lower left corner; `line` is its line in the text layer."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    line: int


class TableRow(str):
    """A line that is a row of a table: its cells, which table of the page, and the edges of the columns."""

    __slots__ = ("cells", "edges", "table")
    cells: tuple[str, ...]
    table: int
    edges: tuple[float, ...]

    @classmethod
    def of(cls, cells: Sequence[str], table: int, edges: Sequence[float]) -> TableRow:
        """Make the line of a row."""
        row = cls(CELL.join(cells).strip())
        row.cells, row.table, row.edges = tuple(cells), table, tuple(edges)
        return row


@dataclass(frozen=True)
class Grid:
    """A ruled table: edges of its columns from left to right and of its rows from top to bottom, and its rulings."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in the table."""
        return self.columns[0] <= x <= self.columns[-1] and self.rows[-1] <= y <= self.rows[0]

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return row and column of a point, those of the merged cell's first where cells are merged."""
        row = sum(y < edge for edge in self.rows[1:-1])
        column = sum(x > edge for edge in self.columns[1:-1])
        middle = (self.rows[row] + self.rows[row + 1]) / 2
        while column and not any(
            abs(one[0] - self.columns[column]) <= NEAR and one[1] - NEAR <= middle <= one[3] + NEAR for one in self.down
        ):
            column -= 1
        centre = (self.columns[column] + self.columns[column + 1]) / 2
        while row and not any(
            abs(one[1] - self.rows[row]) <= NEAR and one[0] - NEAR <= centre <= one[2] + NEAR for one in self.across
        ):
            row -= 1
        return row, column


def lay_out(boxes: Sequence[Box], rules: Sequence[Rule], plain: Sequence[str]) -> list[str]:
    """Return the lines of a page in reading order.

    Args:
        boxes: Its characters, in the order of the text layer, each with its line there.
        rules: Its rulings (`rule_lines`).
        plain: The lines as the text layer has them; kept where the page has no table and one column.

    Returns:
        Lines; rows of tables as `TableRow`.
    """
    found = [(grid, _table(grid, boxes, number)) for number, grid in enumerate(find_grids(rules))]
    grids = [grid for grid, rows in found if rows]
    free = [
        box
        for box in boxes
        if not any(grid.holds((box.left + box.right) / 2, (box.bottom + box.top) / 2) for grid in grids)
    ]
    pieces = _pieces(free)
    columns = order_columns(pieces)
    tables = [(grid.rows[0], rows) for grid, rows in found if rows]
    if columns is None:
        if not tables:
            return list(plain)
        columns = sorted(_whole_lines(pieces), key=lambda box: box.line)
    return _merge(columns, tables)


def rule_lines(page: Any) -> list[Rule]:
    """Return the horizontal and vertical rulings of a page as (left, bottom, right, top).

    Args:
        page: A pypdfium2 page.
    """
    import pypdfium2.raw as raw

    rules: list[Rule] = []
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        if len(rules) > MAX_RULES:
            return []
        rules += _strokes(thing, raw)
    return [one for one in rules if max(one[2] - one[0], one[3] - one[1]) >= MIN_RULE]


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Join rulings that touch into tables of two columns and two rows at least, from the top of the page down."""
    across = [one for one in rules if one[3] - one[1] <= NEAR < one[2] - one[0]]
    down = [one for one in rules if one[2] - one[0] <= NEAR < one[3] - one[1]]
    if len(across) < 3 or len(down) < 3:
        return []
    grids = []
    for group in _touching(across, down):
        rows = _snap([(one[1] + one[3]) / 2 for one in group[0]])[::-1]
        columns = _snap([(one[0] + one[2]) / 2 for one in group[1]])
        if len(rows) >= 3 and len(columns) >= 3:
            grids.append(
                Grid(
                    tuple(columns),
                    tuple(rows),
                    tuple(_centred(one) for one in group[0]),
                    tuple(_centred(one) for one in group[1]),
                )
            )
    grids.sort(key=lambda grid: (-grid.rows[0], grid.columns[0]))
    return [grid for grid in grids if not any(_inside(grid, other) for other in grids)]


def order_columns(pieces: Sequence[Box]) -> list[Box] | None:
    """Put the lines of a two-column page in reading order; None where the page has one column."""
    if len(pieces) < 2 * MIN_LINES:
        return None
    left, right = min(box.left for box in pieces), max(box.right for box in pieces)
    gutter = _gutter(pieces, left, right)
    if gutter is None:
        return None
    ordered: list[Box] = []
    band: list[Box] = []
    for box in sorted(pieces, key=lambda one: (-round(one.top), one.left)):
        if box.left < gutter < box.right:
            ordered += [*_halves(band, gutter), box]
            band = []
        else:
            band.append(box)
    return [*ordered, *_halves(band, gutter)]


def _halves(band: Sequence[Box], gutter: float) -> list[Box]:
    first = [box for box in band if box.right <= gutter]
    return [*first, *(box for box in band if box.right > gutter)]


def _gutter(pieces: Sequence[Box], left: float, right: float) -> float | None:
    """Find the blank strip between two columns of running text."""
    width = right - left
    best = None
    for step in range(int(GUTTER[0] * 100), int(GUTTER[1] * 100) + 1):
        x = left + width * step / 100
        crossing = sum(box.left < x < box.right for box in pieces)
        if best is None or crossing < best[0]:
            best = (crossing, x)
    if best is None or best[0] > MAX_CROSSING * len(pieces):
        return None
    x = best[1]
    one, two = [box for box in pieces if box.right <= x], [box for box in pieces if box.left >= x]
    if min(len(one), len(two)) < MIN_LINES:
        return None
    if any(sum(box.right - box.left for box in side) / len(side) < MIN_WIDTH * width for side in (one, two)):
        return None
    shared = min(max(b.top for b in one), max(b.top for b in two)) - max(
        min(b.bottom for b in one), min(b.bottom for b in two)
    )
    height = max(b.top for b in pieces) - min(b.bottom for b in pieces)
    return x if shared > 0.2 * height else None


def _pieces(boxes: Sequence[Box]) -> list[Box]:
    """Join characters into pieces of a line, parted where the line of the text layer ends or a wide blank stands."""
    out: list[Box] = []
    run: list[Box] = []
    for box in boxes:
        if run and (
            box.line != run[-1].line
            or box.left - max(one.right for one in run[-3:]) > GAP * max(box.top - box.bottom, 4.0)
            or box.right < run[0].left
        ):
            out.append(_joined(run))
            run = []
        run.append(box)
    if run:
        out.append(_joined(run))
    return [box for box in out if box.text.strip()]


def _joined(run: Sequence[Box]) -> Box:
    return Box(
        "".join(box.text for box in run),
        min(box.left for box in run),
        min(box.bottom for box in run),
        max(box.right for box in run),
        max(box.top for box in run),
        run[0].line,
    )


def _whole_lines(pieces: Sequence[Box]) -> Iterator[Box]:
    """Join the pieces of each line of the text layer with a blank."""
    lines: dict[int, list[Box]] = {}
    for box in pieces:
        lines.setdefault(box.line, []).append(box)
    for group in lines.values():
        whole = _joined(group)
        yield Box(
            " ".join(box.text.strip() for box in group), whole.left, whole.bottom, whole.right, whole.top, whole.line
        )


def _merge(lines: Sequence[Box], tables: Sequence[tuple[float, list[TableRow]]]) -> list[str]:
    """Put tables before the first line that stands below them."""
    out: list[str] = []
    waiting = list(tables)
    for box in lines:
        while waiting and box.top <= waiting[0][0] - 1:
            out += waiting.pop(0)[1]
        out.append(box.text)
    for _, rows in waiting:
        out += rows
    return out


def _table(grid: Grid, boxes: Sequence[Box], number: int) -> list[TableRow]:
    """Return the rows of a table that hold text; none where the rulings frame running text."""
    cells: dict[tuple[int, int], list[str]] = {}
    last: dict[tuple[int, int], int] = {}
    for box in boxes:
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        if not grid.holds(x, y):
            continue
        place = grid.place(x, y)
        text = cells.setdefault(place, [])
        if text and last[place] != box.line and text[-1].isascii() and box.text.isascii():
            text.append(" ")
        text.append(box.text)
        last[place] = box.line
    filled = {place: re.sub(r"\s+", " ", "".join(text)).strip() for place, text in cells.items()}
    size = len(grid.columns) - 1
    used = [column for column in range(size) if any(filled.get((row, column)) for row in range(len(grid.rows) - 1))]
    if len(used) < 2 or any(len(text) > MAX_CELL for text in filled.values()):
        return []
    rows = []
    for row in range(len(grid.rows) - 1):
        texts = [filled.get((row, column), "") for column in used]
        if any(texts):
            rows.append(TableRow.of(texts, number, [grid.columns[column] for column in used]))
    return rows


def _strokes(thing: Any, raw: Any) -> Iterator[Rule]:
    """Yield the straight strokes of a path, in page coordinates."""
    import ctypes

    count = raw.FPDFPath_CountSegments(thing)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if (
        not 2 <= count <= MAX_RULES
        or not raw.FPDFPath_GetDrawMode(thing, fill, stroke)
        or not (fill.value or stroke.value)
    ):
        return
    if not stroke.value:
        # Filled shapes are grounds, unless they are as thin as a line.
        left, bottom, right, top = thing.get_bounds()
        if min(right - left, top - bottom) <= NEAR:
            yield left, bottom, right, top
        return
    matrix = thing.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = None
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
            yield from _straight(last, point)
        if raw.FPDFPathSegment_GetClose(segment) and start is not None:
            yield from _straight(point, start)
        last = point


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    left, right = sorted((one[0], other[0]))
    bottom, top = sorted((one[1], other[1]))
    if min(right - left, top - bottom) <= NEAR:
        yield left, bottom, right, top


def _touching(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Group rulings into sets that are joined by crossings."""
    parent = list(range(len(across) + len(down)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, row in enumerate(across):
        for other, column in enumerate(down, start=len(across)):
            if (
                row[0] - NEAR <= column[2]
                and column[0] <= row[2] + NEAR
                and column[1] - NEAR <= row[3]
                and row[1] <= column[3] + NEAR
            ):
                parent[root(one)] = root(other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at in range(len(parent)):
        group = groups.setdefault(root(at), ([], []))
        (group[0] if at < len(across) else group[1]).append(across[at] if at < len(across) else down[at - len(across)])
    return list(groups.values())


def _snap(values: Sequence[float]) -> list[float]:
    """Return positions in rising order, those that are near as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def _centred(rule: Rule) -> Rule:
    """Return a ruling without its thickness."""
    if rule[3] - rule[1] <= NEAR < rule[2] - rule[0]:
        middle = (rule[1] + rule[3]) / 2
        return rule[0], middle, rule[2], middle
    middle = (rule[0] + rule[2]) / 2
    return middle, rule[1], middle, rule[3]


def _inside(grid: Grid, other: Grid) -> bool:
    """Tell whether a grid lies in a cell of another one."""
    return (
        grid is not other
        and other.holds(grid.columns[0], grid.rows[0])
        and other.holds(grid.columns[-1], grid.rows[-1])
        and (grid.columns[-1] - grid.columns[0] < other.columns[-1] - other.columns[0] - NEAR)
    )
