"""Tables whose cells a file gave one a line (品种 / 交易保证金 / 铜 / 9%): where they begin, and how wide they are."""

import re
from collections.abc import Sequence

from assets.records.policy.words.subjects import find_contracts, find_products
from assets.records.policy.words.values import read_cell

__all__ = ["opens_stack", "stacked_size"]

_FIRST_HEAD = re.compile("^(?:序号|期货|期权|交易|上市)?(?:品种|合约|商品|标的|项目|类别|名称)(?:名称|代码)?$")
_HEAD = re.compile(
    r"手续费|保证金|涨跌停|幅度|限额|限仓|标准|比例|调整[前后]|投机|套保|套期|仓储费|出库费|入库费|合约|月份|时间|日期|平今|单位|开仓|持仓|备注"
)
_BLANK = re.compile(r"^(?:[-—/－]+|不变|不作调整|维持不变|无)$")
_DAY = re.compile(r"^自?(?:\d{4}年)?\d{1,2}月\d{1,2}日")
_LONGEST = 24


def opens_stack(cell: str) -> bool:
    """Return whether a line can be the first cell of a table's header."""
    return _FIRST_HEAD.match(cell) is not None


def stacked_size(cells: Sequence[str]) -> tuple[int, int]:
    """Return how many columns and rows, header included, the cells from here on make; (0, 0) for none.

    Args:
        cells: Lines from here on (view text without blanks), empty ones left out.
    """
    if not cells or not opens_stack(cells[0]):
        return 0, 0
    width = 1
    while width < min(len(cells), 10) and _HEAD.search(cells[width]) and _is_head(cells[width]):
        width += 1
    if width < 2:
        return 0, 0
    rows = 1
    while _is_row(cells[rows * width : (rows + 1) * width], width):
        rows += 1
    return (width, rows) if rows > 1 else (0, 0)


def _is_head(cell: str) -> bool:
    return len(cell) <= _LONGEST and not re.search("[。;,:]", cell) and read_cell(cell, "") is None


def _is_row(cells: Sequence[str], width: int) -> bool:
    """Return whether cells are a row: a name, then figures, contracts, days or nothing."""
    if len(cells) < width or len(cells[0]) > _LONGEST or re.search("[。;:]", cells[0]):
        return False
    named = (
        bool(find_products(cells[0])) or bool(find_contracts(f"{cells[0]}合约", None)) or bool(_HEAD.search(cells[0]))
    )
    rest = [cell for cell in cells[1:] if not _is_other(cell)]
    return named and bool(rest) and all(read_cell(cell, "") is not None for cell in rest)


def _is_other(cell: str) -> bool:
    return bool(_BLANK.match(cell) or _DAY.match(cell)) or bool("合约" in cell or find_contracts(f"{cell}合约", None))
