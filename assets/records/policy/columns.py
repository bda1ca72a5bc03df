"""Columns of a notice's table: what its header, of one line or more, says that they hold."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from assets.records.policy.blocks import Row
from assets.records.policy.memory import Item
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import ISSUER, Issuer, find_issuer
from assets.records.policy.words.subjects import find_contracts, find_products
from assets.records.policy.words.values import header_unit, read_cell

__all__ = ["EMPTY", "Column", "find_details", "find_item", "find_items", "header_size", "read_columns"]

_PRODUCT_HEAD = re.compile("品种|商品|品名|产品|标的|期货|期权名称|名称")
_CONTRACT_HEAD = re.compile("合约(?!价值)|月份|代码")
_OLD_HEAD = re.compile("调整前|现行|原(?!油|木|料)|旧|此前|之前|目前|变更前|修改前|当前")
_NEW_HEAD = re.compile("调整后|新|拟?变更后|修改后|现在|执行标准")
_DATE_HEAD = re.compile("日期|时间|生效|执行日|起始")
EMPTY = re.compile(r"^(?:[-—/\\－]*|无|不变|不作调整|维持不变|同前|—+|暂无|不适用)$")
_ITEM_HEAD = re.compile("项目|参数|内容|类别|指标|费用|收费")
_COMPANY_HEAD = re.compile("我司|公司|本公司|客户")


@dataclass
class Column:
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


def read_columns(header: tuple[Row, ...]) -> list[Column]:
    """Return the columns that the lines of a header describe."""
    columns = [_column(head) for head in _heads(header)]
    for left, column in pairwise(columns):
        if column.item is None and column.details and column.role == "value" and left.role == "value":
            column.item, column.unit = left.item, column.unit or left.unit
    if not columns[0].head and columns[0].role == "value":
        columns[0].role = "item" if any(column.product for column in columns) else "product"
    if any(column.is_company for column in columns):
        for column in columns:
            if column.role == "note" and re.search("交易所$", column.head):
                column.role = "value"
    return columns


def _is_value(cell: str) -> bool:
    return read_cell(cell, "") is not None and not _names_contract(cell)


def _names_contract(cell: str) -> bool:
    return re.fullmatch(
        r"(?:[A-Za-z]{1,2})?\d{4}(?:(?:、|,|-|至|和|及)(?:[A-Za-z]{1,2})?\d{4})*(?:合约)?", cell
    ) is not None and bool(find_contracts(cell + "合约", None))


def header_size(rows: tuple[Row, ...]) -> int:
    """Return how many lines at the top are header; 0 where all would be."""
    size = 0
    for row in rows[:3]:
        filled = [cell for cell in row.cells if cell]
        if any(_is_value(cell) for cell in filled[1:]) or (
            size and filled and find_products(row.cells[0]) and len(filled) > 1 and EMPTY.match(filled[1])
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


def find_item(text: str) -> Item | None:
    """Return the first item that a header or cell (view text) names, or None."""
    for item, detail, pattern in lexicon.ITEMS:
        match = pattern.search(text)
        if match is not None:
            return (item, detail)
    if re.search("保证金", text):
        return ("margin", None)
    return None


def find_items(text: str) -> list[Item]:
    """Return the items that a sentence names, in the order of the lexicon."""
    return [(item, detail) for item, detail, pattern in lexicon.ITEMS if pattern.search(text)]


def find_details(text: str) -> tuple[str, ...]:
    """Return the details that a header or cell names, one of each class."""
    found: dict[str, str] = {}
    for kind, detail, pattern in lexicon.DETAILS:
        match = pattern.search(text + "|")
        if match is not None and kind not in found:
            found[kind] = detail or match.group().rstrip("|")
    return tuple(found.values())


def _column(head: str) -> Column:
    bare = re.sub(r"\([^()]*\)", "", head)
    column = Column(head, unit=header_unit(head))
    column.item = find_item(bare)
    column.details = find_details(bare)
    column.is_company = _COMPANY_HEAD.search(bare) is not None
    match = ISSUER.search(bare)
    column.issuer = find_issuer(match.group()) if match else (Issuer(None, "exchange") if "交易所" in bare else None)
    products = [name for _, _, names in find_products(head) or find_products(bare) for name in names]
    if column.item is None and re.search("时间段|阶段|时段|期间", bare):
        column.role = "item"
    elif column.item is None and not column.details and _DATE_HEAD.search(bare):
        column.role = "date"
    elif column.item is None and _ITEM_HEAD.search(bare) and not _OLD_HEAD.search(bare) and not _NEW_HEAD.search(bare):
        column.role = "item"
    elif (
        column.item is None
        and not products
        and not column.details
        and _PRODUCT_HEAD.search(bare)
        and not re.search("会员|客户|账户|投资者", bare)
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
