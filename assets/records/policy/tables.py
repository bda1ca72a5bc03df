"""Rows of a notice's tables as facts: merged cells, contracts, values before and after.

The span of a fact is its whole row; units, dates and items stand in the header (`columns.py`) or in the sentence before
the table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assets.records.policy.blocks import Row
from assets.records.policy.columns import EMPTY, Column, find_details, find_item, find_items, header_size, read_columns
from assets.records.policy.memory import ALL, Fact, Item, Memory
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import Issuer, listing_exchange
from assets.records.policy.words.moments import DATE, NOTHING, When, find_moments
from assets.records.policy.words.subjects import (
    ALL_PRODUCTS,
    Scope,
    Subject,
    code_product,
    find_contracts,
    find_products,
)
from assets.records.policy.words.values import Figure, header_unit, read_cell, units_in

__all__ = ["walk_table"]

_CHANGE = re.compile(r"(?:由|从)?(.+?)(?:调整为|调整至|提高至|降至|→|->|至|改为)(.+)")
_EXCEPT_WORDS = re.compile("除了?|[以之]?外|其他|其余|其它")
_REST = re.compile("其他|其余|除")


@dataclass(frozen=True)
class _Table:
    """What all rows of a table share."""

    memory: Memory
    columns: list[Column]
    lead: str
    block: int
    when: When
    until: When | None


def walk_table(rows: tuple[Row, ...], memory: Memory, lead: str, block: int) -> None:
    """Read a table; facts go to the memory.

    Args:
        rows: Rows in order, rule lines left out.
        memory: What the notice has said before.
        lead: Text of the block before (view), for a date, unit or item that the header leaves out.
        block: Number of the block.
    """
    size = header_size(rows)
    columns = read_columns(rows[:size]) if size else _plain_columns(rows, memory, lead)
    if not columns:
        return
    when, until = memory.lead_when, memory.lead_until
    if when is None and re.search(f"{DATE}|同时|同日|上述|即日", lead):
        when, until = memory.when, memory.until
    table = _Table(memory, columns, lead, block, when or NOTHING, until)
    carried: dict[int, str] = {}
    before = len(memory.facts)
    for row in rows[size:]:
        _walk_row(row, _fill_down(row.cells, columns, carried), table)
    _remember(memory, before)


def _remember(memory: Memory, before: int) -> None:
    """Let later sentences refer to the products and items of the table."""
    facts = memory.facts[before:]
    if facts:
        memory.subjects = [Subject(product, ALL) for product in dict.fromkeys(fact.product for fact in facts)]
        memory.items = list(dict.fromkeys((fact.item, None) for fact in facts))
        memory.details = []


def _plain_columns(rows: tuple[Row, ...], memory: Memory, lead: str) -> list[Column]:
    """Columns of a table without header: a product or contract first, then values of the item that was named."""
    width = max(len(row.cells) for row in rows)
    if _lead_item(lead, memory) is None or width < 2:
        return []
    return [Column(role="product"), *(Column() for _ in range(width - 1))]


def _fill_down(cells: tuple[str, ...], columns: list[Column], carried: dict[int, str]) -> list[str]:
    """Give blank product and item cells the value above them."""
    filled = list(cells[: len(columns)]) + [""] * (len(columns) - len(cells))
    changed = False
    for at, column in enumerate(columns):
        if column.role in ("product", "item", "date"):
            if not filled[at] and not changed:
                filled[at] = carried.get(at, "")
            elif filled[at] != carried.get(at):
                changed = True
            carried[at] = filled[at]
    return filled


def _row_subjects(cells: list[str], table: _Table) -> list[Subject]:
    """Return the products and contracts of a row."""
    memory, products, scope = table.memory, [], None
    year = memory.calendar.hint
    coded: str | None = None
    for cell, column in zip(cells, table.columns, strict=True):
        if column.role not in ("product", "contract", "item") or not cell:
            continue
        products += [name for _, _, names in find_products(cell) for name in names if name not in products]
        if lexicon.EVERY_PRODUCT.search(cell):
            products.append(ALL_PRODUCTS)
        bare = _EXCEPT_WORDS.sub("", cell)
        runs = find_contracts(bare if "合约" in bare or bare.endswith("起") else f"{bare}合约", year)
        if _REST.search(cell) and (runs or re.search("合约|月份", cell)):
            named = tuple(month for run in runs for _, month in run.named)
            scope = Scope("all_but", named or _listed(products, table))
            continue
        for run in runs:
            months = tuple(month for _, month in run.named)
            coded = coded or next((code_product(code) for code, _ in run.named if code), None)
            before = scope.months if scope and scope.kind == run.kind == "list" else ()
            scope = Scope(run.kind, (*before, *months))
    if scope is not None and scope.kind == "list":
        memory.months = scope.months
    names: list[str | None] = list(products) or ([coded] if coded else [])
    if not names and scope is not None:
        names = list(dict.fromkeys(one.product for one in memory.subjects))
    return [Subject(name, scope or ALL) for name in names]


def _listed(products: list[str], table: _Table) -> tuple[str, ...]:
    """Return the contracts of a product that rows above gave figures of their own."""
    facts = [fact for fact in table.memory.facts if fact.block == table.block and fact.product in products]
    months = {month for fact in facts if fact.scope.kind == "list" for month in fact.scope.months}
    return tuple(sorted(months)) or table.memory.months


def _row_when(cells: list[str], table: _Table) -> When:
    """Return the moment of a row: that of its date column, else that of the table."""
    for cell, column in zip(cells, table.columns, strict=True):
        if column.role == "date" and cell:
            phrase = f"自{cell.removeprefix('自').removesuffix('起')}起"
            found = [one for one in find_moments(phrase, table.memory.calendar, table.when) if one.kind == "from"]
            return found[0].when if found else table.when
    return table.when


def _column_when(column: Column, table: _Table) -> When | None:
    """Return the moment that a header names (10月8日结算后), or None."""
    phrase = re.search(f"(?:{DATE}).*", column.head)
    if phrase is None:
        return None
    found = find_moments(f"自{re.sub('[起后]$', '', phrase.group())}起", table.memory.calendar, table.when)
    return next((one.when for one in found if one.kind == "from"), None)


def _walk_row(row: Row, cells: list[str], table: _Table) -> None:
    memory, subjects, row_when = table.memory, _row_subjects(cells, table), _row_when(cells, table)
    roles = ("item", "product", "contract")
    label = "".join(cell for cell, column in zip(cells, table.columns, strict=True) if column.role in roles)
    olds: dict[tuple[object, ...], Figure] = {}
    for column, item, details, figure, old in _read_cells(cells, label, table):
        targets = [Subject(name, subjects[0].scope if subjects else ALL) for name in column.product] or subjects
        if not targets and (find_item(label) or find_details(label)):
            targets = [*memory.subjects]
        for subject in targets:
            key = (subject.product, item, details, column.is_company, column.issuer)
            if column.is_old:
                olds[key] = figure
                continue
            fact = _fact(row, subject, item, details, figure, column, table)
            stated, when = old or olds.get(key), _column_when(column, table) or row_when
            fact.old, fact.when, fact.is_dated = stated.number if stated else None, when, when.date is not None
            memory.facts.append(fact)


def _read_cells(
    cells: list[str], label: str, table: _Table
) -> Iterator[tuple[Column, Item, tuple[str, ...], Figure, Figure | None]]:
    """Yield the figures of a row: column, item, details, value, and the value before where the cell tells both."""
    row_item, row_details = find_item(label), find_details(label)
    for cell, column in zip(cells, table.columns, strict=True):
        item = column.item or row_item or _lead_item(table.lead, table.memory)
        if column.role != "value" or not cell or EMPTY.match(cell) or item is None:
            continue
        unit = column.unit or header_unit(label) or _lead_unit(table.lead, item[0])
        unit = unit or ("%" if item[0] in ("margin", "price_limit") else None)
        change = _CHANGE.search(cell)
        old = read_cell(change[1], unit) if change else None
        figure = (read_cell(change[2], unit) if change else None) or read_cell(cell, unit)
        if figure is not None:
            own = (item[1],) if item[1] else ()
            yield column, item, tuple(dict.fromkeys((*own, *column.details, *row_details))), figure, old


def _lead_unit(lead: str, item: str) -> str | None:
    """Return the unit that the sentence before the table states for an item: the last that is one of its kind."""
    found = [unit for unit in units_in(lead) if lexicon.FITTING[item].search(unit)]
    others = [unit for unit in found if unit != "%"]
    fitting = others if item == "fee" and others else found
    return fitting[-1] if fitting else None


def _lead_item(lead: str, memory: Memory) -> Item | None:
    """Return the item that the sentence before the table, what was said before, or the title names."""
    found = find_items(lead)
    if found:
        return found[0] if found[-1][0] == "fee" else found[-1]
    for known in (memory.items, memory.title_items):
        if len(known) == 1:
            return known[0]
    return None


def _fact(
    row: Row, subject: Subject, item: Item, details: tuple[str, ...], figure: Figure, column: Column, table: _Table
) -> Fact:
    """Return the fact of one cell, without its date and the value before."""
    issuer = _issuer(subject, column, table.memory)
    parts = [*(["公司标准"] if issuer.level == "broker" else []), *details]
    if figure.is_relative:
        parts.append(f"{lexicon.relative_word(column.head) or '上调'}{figure.number}个百分点")
    return Fact(
        issuer,
        subject.product,
        subject.scope or ALL,
        item[0],
        "；".join(parts) or None,
        None,
        None if figure.is_relative else figure.number,
        None if figure.is_relative else figure.unit,
        NOTHING,
        table.until,
        row.start,
        row.end,
        table.block,
    )


def _issuer(subject: Subject, column: Column, memory: Memory) -> Issuer:
    """Return who decided a cell: the publisher, the exchange of its column, or the one that lists the product."""
    publisher = memory.publisher
    if publisher is not None and (publisher.level in ("exchange", "regulator") or column.is_company):
        return publisher
    if column.issuer is not None and column.issuer.name is not None:
        return column.issuer
    if column.issuer is not None or memory.issuer is None or memory.issuer.level == "exchange":
        single = memory.exchanges[0].name if len(memory.exchanges) == 1 else None
        return Issuer(single or listing_exchange(subject.product), "exchange")
    return memory.issuer
