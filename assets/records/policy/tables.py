"""Rows of a notice's tables as facts: headers of one or two lines, merged cells, values before and after.

The span of a fact is its whole row; units, dates and items stand in the header or in the sentence before the table.
"""

import re
from dataclasses import dataclass, field

from assets.records.policy import lexicon
from assets.records.policy.blocks import Row
from assets.records.policy.issuers import ISSUER, Issuer, find_issuer, listing_exchange
from assets.records.policy.moments import NOTHING, find_moments
from assets.records.policy.prose import Fact, Memory
from assets.records.policy.subjects import ALL_PRODUCTS, Scope, Subject, code_product, find_contracts, find_products
from assets.records.policy.values import Figure, header_unit, read_cell

__all__ = ["walk_table"]

_PRODUCT_HEAD = re.compile("品种|商品|品名|产品|标的|期货|期权名称|名称")
_CONTRACT_HEAD = re.compile("合约(?!价值)|月份|代码")
_OLD_HEAD = re.compile("调整前|现行|原(?!油|木|料)|旧|此前|之前|目前|变更前|修改前|当前")
_NEW_HEAD = re.compile("调整后|新|拟?变更后|修改后|现在|执行标准")
_DATE_HEAD = re.compile("日期|时间|生效|执行日|起始")
_EMPTY = re.compile(r"^(?:[-—/\\－]*|无|不变|不作调整|维持不变|同前|—+|暂无|不适用)$")
_ITEM_HEAD = re.compile("项目|参数|内容|类别|指标|费用|收费")
_COMPANY_HEAD = re.compile("我司|公司|本公司|客户")


@dataclass
class _Column:
    """What a column states."""

    head: str = ""
    role: str = "value"
    item: tuple[str, str | None] | None = None
    details: tuple[str, ...] = ()
    unit: str | None = None
    is_old: bool = False
    issuer: Issuer | None = None
    is_company: bool = False
    product: list[str] = field(default_factory=list)


def walk_table(rows: tuple[Row, ...], memory: Memory, lead: str, block: int) -> None:
    """Read a table; facts go to the memory.

    Args:
        rows: Rows in order, rule lines left out.
        memory: What the notice has said before.
        lead: Text of the block before (view), for a unit or an item that the header leaves out.
        block: Number of the block.
    """
    size = _header_size(rows)
    if size == 0:
        columns = _default_columns(rows, memory, lead)
    else:
        columns = [_column(head, memory, lead) for head in _heads(rows[:size])]
    if not columns:
        return
    carried: dict[int, str] = {}
    before = len(memory.facts)
    for row in rows[size:]:
        cells = _fill_down(row.cells, columns, carried)
        _walk_row(row, cells, columns, memory, lead, block)
    _remember(memory, before)


def _remember(memory: Memory, before: int) -> None:
    """Let later sentences refer to the products and items of the table."""
    facts = memory.facts[before:]
    if facts:
        memory.subjects = [Subject(product, Scope()) for product in dict.fromkeys(fact.product for fact in facts)]
        memory.items = list(dict.fromkeys((fact.item, None) for fact in facts))
        memory.details = []


def _is_value(cell: str) -> bool:
    return read_cell(cell, "") is not None and not _names_contract(cell)


def _names_contract(cell: str) -> bool:
    return re.fullmatch(
        r"(?:[A-Za-z]{1,2})?\d{4}(?:(?:、|,|-|至|和|及)(?:[A-Za-z]{1,2})?\d{4})*(?:合约)?", cell
    ) is not None and bool(find_contracts(cell + "合约", None))


def _header_size(rows: tuple[Row, ...]) -> int:
    size = 0
    for row in rows[:3]:
        filled = [cell for cell in row.cells if cell]
        if any(_is_value(cell) for cell in filled[1:]) or (
            size and filled and find_products(row.cells[0]) and len(filled) > 1 and _EMPTY.match(filled[1])
        ):
            break
        size += 1
    return 0 if size == len(rows) else size


def _heads(header: tuple[Row, ...]) -> list[str]:
    """Join the lines of a header column by column; a blank cell of an upper line belongs to the cell at its left."""
    width = max(len(row.cells) for row in header)
    heads = [""] * width
    for at, row in enumerate(header):
        cells = list(row.cells) + [""] * (width - len(row.cells))
        if at < len(header) - 1:
            below = list(header[at + 1].cells) + [""] * width
            for column in range(1, width):
                if not cells[column] and below[column]:
                    cells[column] = cells[column - 1]
        heads = [head + ("" if head.endswith(cell) else cell) for head, cell in zip(heads, cells, strict=True)]
    return heads


def _find_item(text: str) -> tuple[str, str | None] | None:
    for item, detail, pattern in lexicon.ITEMS:
        match = pattern.search(text)
        if match is not None:
            return (item, detail)
    if re.search("保证金", text):
        return ("margin", None)
    return None


def _find_items(text: str) -> list[tuple[str, str | None]]:
    return [(item, detail) for item, detail, pattern in lexicon.ITEMS if pattern.search(text)]


def _find_details(text: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for kind, detail, pattern in lexicon.DETAILS:
        match = pattern.search(text + "|")
        if match is not None and kind not in found:
            found[kind] = detail or match.group().rstrip("|")
    return tuple(found.values())


def _column(head: str, memory: Memory, lead: str) -> _Column:
    bare = re.sub(r"\([^()]*\)", "", head)
    column = _Column(head, unit=header_unit(head))
    column.item = _find_item(bare)
    column.details = _find_details(bare)
    column.is_company = _COMPANY_HEAD.search(bare) is not None
    match = ISSUER.search(bare)
    column.issuer = find_issuer(match.group()) if match else (Issuer(None, "exchange") if "交易所" in bare else None)
    products = [name for _, _, names in find_products(bare) for name in names]
    if column.item is None and not column.details and _DATE_HEAD.search(bare):
        column.role = "date"
    elif column.item is None and _ITEM_HEAD.search(bare) and not _OLD_HEAD.search(bare) and not _NEW_HEAD.search(bare):
        column.role = "item"
    elif (
        column.item is None
        and not products
        and not column.details
        and _PRODUCT_HEAD.search(bare)
        and not _OLD_HEAD.search(bare)
    ):
        column.role = "product"
    elif column.item is None and not column.details and _CONTRACT_HEAD.search(bare) and not _OLD_HEAD.search(bare):
        column.role = "contract"
    elif re.search("序号|编号|备注|交易所$|上市", bare) and column.item is None:
        column.role = "note"
    column.is_old = column.role == "value" and _OLD_HEAD.search(bare) is not None and not _NEW_HEAD.search(bare)
    if column.item is None and column.role == "value":
        column.product = products
    return column


def _default_columns(rows: tuple[Row, ...], memory: Memory, lead: str) -> list[_Column]:
    """Columns of a table without header: a product or contract first, values of the item last named."""
    width = max(len(row.cells) for row in rows)
    if _lead_item(lead, memory) is None or width < 2:
        return []
    return [_Column(role="product"), *(_Column() for _ in range(width - 1))]


def _fill_down(cells: tuple[str, ...], columns: list[_Column], carried: dict[int, str]) -> list[str]:
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


def _row_subjects(cells: list[str], columns: list[_Column], memory: Memory) -> list[Subject]:
    year = memory.calendar.year or (memory.calendar.published.year if memory.calendar.published else None)
    products: list[str] = []
    scope: Scope | None = None
    coded: str | None = None
    for cell, column in zip(cells, columns, strict=True):
        if column.role not in ("product", "contract", "item") or not cell:
            continue
        products += [name for _, _, names in find_products(cell) for name in names if name not in products]
        if re.search("全部品种|所有品种|各品种", cell):
            products.append(ALL_PRODUCTS)
        if re.search("其他|其余|除", cell) and "合约" in cell:
            months = tuple(month for run in find_contracts(cell, year) for _, month in run.named) or memory.months
            scope = Scope("all_but", months)
            continue
        for run in find_contracts(cell if "合约" in cell or re.search("[起后]", cell) else cell + "合约", year):
            months = tuple(month for _, month in run.named)
            coded = coded or next((code_product(code) for code, _ in run.named if code), None)
            kind = run.kind
            before = scope.months if scope and scope.kind == "list" and kind == "list" else ()
            scope = Scope(kind, (*before, *months))
    if scope is not None and scope.kind == "list":
        memory.months = scope.months
    names: list[str | None] = list(products) or ([coded] if coded else [])
    if not names:
        names = list(dict.fromkeys(one.product for one in memory.subjects)) if scope else []
    return [Subject(name, scope or Scope()) for name in names]


def _walk_row(row: Row, cells: list[str], columns: list[_Column], memory: Memory, lead: str, block: int) -> None:
    subjects = _row_subjects(cells, columns, memory)
    row_text = "".join(
        cell for cell, column in zip(cells, columns, strict=True) if column.role in ("item", "product", "contract")
    )
    row_item, row_details = _find_item(row_text), _find_details(row_text)
    when, until = memory.lead_when or memory.when or NOTHING, memory.lead_until or memory.until
    for cell, column in zip(cells, columns, strict=True):
        if column.role == "date" and cell:
            found = [
                one
                for one in find_moments(f"自{cell.removeprefix('自').removesuffix('起')}起", memory.calendar, when)
                if one.kind == "from"
            ]
            when = found[0].when if found else when
    olds: dict[tuple[object, ...], Figure] = {}
    for cell, column in zip(cells, columns, strict=True):
        if column.role != "value" or not cell or _EMPTY.match(cell):
            continue
        item = column.item or row_item or _lead_item(lead, memory)
        unit = (
            column.unit
            or header_unit(row_text)
            or header_unit(lead)
            or ("%" if item and item[0] in ("margin", "price_limit") else None)
        )
        figure = read_cell(cell, unit)
        if item is None or figure is None:
            continue
        change = re.search(r"(?:由|从)?(.+?)(?:调整为|调整至|→|->|至|改为)(.+)", cell)
        old = read_cell(change[1], unit) if change else None
        figure = (read_cell(change[2], unit) if change else figure) or figure
        details = tuple(dict.fromkeys((*(part for part in (item[1],) if part), *column.details, *row_details)))
        issuer_key = (column.is_company, column.issuer.name if column.issuer else None)
        targets = (
            [Subject(name, subjects[0].scope if subjects else Scope()) for name in column.product]
            or subjects
            or ([*memory.subjects] if row_item else [])
        )
        for subject in targets:
            key = (subject.product, item[0], details, issuer_key)
            if column.is_old:
                olds[key] = figure
                continue
            _emit(row, subject, item, details, figure, old or olds.get(key), column, memory, (when, until), block)


def _lead_item(lead: str, memory: Memory) -> tuple[str, str | None] | None:
    """Return the item that the sentence before the table, what was said before, or the title names."""
    found = _find_items(lead)
    if found:
        return found[-1] if found[-1][0] != "fee" else found[0]
    for known in (memory.items, memory.title_items):
        if len(known) == 1:
            return known[0]
    return None


def _emit(
    row: Row,
    subject: Subject,
    item: tuple[str, str | None],
    details: tuple[str, ...],
    figure: Figure,
    old: Figure | None,
    column: _Column,
    memory: Memory,
    times: tuple,
    block: int,
) -> None:  # type: ignore[type-arg]
    issuer = _issuer(subject, column, memory)
    parts = (["公司标准"] if issuer.level == "broker" else []) + list(details)
    number, unit = figure.number, figure.unit
    if figure.is_relative:
        parts.append(f"{lexicon.relative_word(column.head) or '上调'}{number}个百分点")
        number = unit = None  # type: ignore[assignment]
    memory.facts.append(
        Fact(
            issuer, subject.product, subject.scope or Scope(), item[0], "；".join(parts) or None, old.number if old else None, number, unit,
            times[0], times[1], row.start, row.end, block, is_dated=times[0] is not NOTHING and times[0].date is not None,
        )
    )  # fmt: skip


def _issuer(subject: Subject, column: _Column, memory: Memory) -> Issuer:
    publisher = memory.publisher
    listing = listing_exchange(subject.product)
    if publisher is not None and publisher.level in ("exchange", "regulator"):
        return publisher
    if publisher is not None and column.is_company:
        return publisher
    if column.issuer is not None and column.issuer.name is not None:
        return column.issuer
    if column.issuer is not None or memory.issuer is None or memory.issuer.level == "exchange":
        single = memory.exchanges[0].name if len(memory.exchanges) == 1 else None
        return Issuer(listing if len(memory.exchanges) != 1 else single or listing, "exchange")
    return memory.issuer
