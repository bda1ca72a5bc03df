"""PDF pages with columns and tables."""

import pytest

from assets.corpora.readers.layout import Box, TableRow, find_grids, lay_out, order_columns
from assets.corpora.readers.pdf import close_spaces, join_lines, read_pdf
from tests.assets.corpora.readers.samples import placed_pdf, ruled

TEXT = "沪铜主力合约夜盘小幅收涨而成交量放大两成"
HEADER = ["品种", "调整前", "调整后"]
ROWS = [["白银", "5元/手", "6元/手"], ["热卷", "万分之一", "万分之零点五"]]
Placed = tuple[float, float, str]


def column(x: float, mark: str, *, lines: int = 14) -> list[Placed]:
    return [(x, 700 - 14 * n, f"{mark}{n:02d}{TEXT}") for n in range(lines)]


def interleaved(*columns: list[Placed]) -> list[Placed]:
    return [line for row in zip(*columns, strict=True) for line in row]


def test_read_pdf_reads_one_column_after_the_other_however_they_were_drawn() -> None:
    left, right = column(50, "左"), column(310, "右")
    head = (180.0, 740.0, "两栏排版的测试文章标题")
    wanted = "".join(text for _, _, text in (*left, *right))
    for drawn in ([head, *interleaved(left, right)], [*right, *left, head], [head, *left, *right]):
        text = read_pdf(placed_pdf([(drawn, [])]), "a.pdf").text
        assert text.replace("\n", "") == head[2] + wanted


def test_read_pdf_puts_a_line_over_both_columns_between_what_stands_above_and_below() -> None:
    above, below = (
        [[(x, y + 300, t) for x, y, t in column(c, m, lines=8)] for c, m in ((50, "甲"), (310, "乙"))],
        [column(c, m, lines=8) for c, m in ((50, "丙"), (310, "丁"))],
    )
    above = [[(x, y - 200, t) for x, y, t in side] for side in above]
    below = [[(x, y - 100, t) for x, y, t in side] for side in below]
    across = (60.0, 660.0, "这一行标题横跨左右两栏并且足够长使得它压住中间的空白")
    page = [*interleaved(*above), across, *interleaved(*below)]
    text = read_pdf(placed_pdf([(page, [])]), "a.pdf").text.replace("\n", "")
    places = [
        text.index(mark) for mark in ("甲00", "甲07", "乙00", "乙07", "这一行标题", "丙00", "丙07", "丁00", "丁07")
    ]
    assert places == sorted(places)


def test_read_pdf_leaves_a_form_of_labels_and_values_in_one_column() -> None:
    form = [
        line
        for n in range(14)
        for line in ((60.0, 700.0 - 14 * n, f"项{n:02d}"), (320.0, 700.0 - 14 * n, f"值{n:02d}"))
    ]
    text = read_pdf(placed_pdf([(form, [])]), "a.pdf").text
    assert text.index("值00") < text.index("项01")


def test_read_pdf_keeps_a_table_with_header_caption_and_unit() -> None:
    cells, rules = ruled([HEADER, *ROWS], top=640)
    texts = [
        (60.0, 700.0, "各会员单位："),
        (60.0, 680.0, "附表一 手续费标准"),
        (60.0, 655.0, "单位：元"),
        *cells,
        (60.0, 500.0, "特此通知，请各会员单位做好风险提示工作。"),
    ]
    found = read_pdf(placed_pdf([(texts, rules)]), "a.pdf")
    assert found.text.split("\n") == [
        "各会员单位：",
        "附表一 手续费标准",
        "单位：元",
        *(" | ".join(row) for row in (HEADER, *ROWS)),
        "特此通知，请各会员单位做好风险提示工作。",
    ]
    (table,) = found.meta["tables"]
    assert found.text[table["start"] : table["end"]].split("\n") == [" | ".join(row) for row in (HEADER, *ROWS)]
    assert (table["header"], table["caption"], table["unit"], table["pages"]) == (
        HEADER,
        "附表一 手续费标准",
        "单位：元",
        [[1, 3]],
    )


@pytest.mark.parametrize("repeats", [True, False])
def test_read_pdf_merges_a_table_that_goes_on_and_keeps_the_page_of_each_row(repeats: bool) -> None:
    rows = [[f"品种{n}", f"{n}元", f"{n + 1}元"] for n in range(9)]
    pages, kept = [], []
    for number in range(3):
        own = rows[number * 3 : number * 3 + 3]
        shown = [HEADER, *own] if repeats or number == 0 else own
        cells, rules = ruled(shown, top=700)
        pages.append(([(200.0, 800.0, "北岭商品交易中心公告"), *cells, (290.0, 50.0, f"- {number + 1} -")], rules))
        kept.append([number + 1, len(shown) if number == 0 else len(own)])
    found = read_pdf(placed_pdf(pages), "a.pdf")
    assert found.text.split("\n") == [" | ".join(row) for row in (HEADER, *rows)]
    (table,) = found.meta["tables"]
    assert (table["header"], table["pages"]) == (HEADER, kept)


def test_read_pdf_keeps_tables_of_other_columns_apart() -> None:
    first, one = ruled([HEADER, *ROWS], top=700)
    second, two = ruled([["地区", "库存"], ["华东", "12"]], top=700)
    found = read_pdf(placed_pdf([(first, one), (second, two)]), "a.pdf")
    assert [table["header"] for table in found.meta["tables"]] == [HEADER, ["地区", "库存"]]


def test_read_pdf_takes_a_frame_round_a_page_for_no_table() -> None:
    texts = [(60.0, 700.0 - 16 * n, f"第{n}行{TEXT}") for n in range(30)]
    frame = [
        (40.0, 720.0, 560.0, 720.0),
        (40.0, 200.0, 560.0, 200.0),
        (40.0, 200.0, 40.0, 720.0),
        (560.0, 200.0, 560.0, 720.0),
        (40.0, 210.0, 560.0, 210.0),
        (45.0, 200.0, 45.0, 720.0),
    ]
    found = read_pdf(placed_pdf([(texts, frame)]), "a.pdf")
    assert "tables" not in found.meta
    assert found.text.count(TEXT) == 30


def test_read_pdf_counts_pages_read_and_failed() -> None:
    page: tuple[list[Placed], list[tuple[float, float, float, float]]] = (
        [(60.0, 700.0, TEXT), (60.0, 680.0, TEXT)],
        [],
    )
    rubbish: tuple[list[Placed], list[tuple[float, float, float, float]]] = (
        [(60.0, 700.0, "ÄãºÃÃÀÈËÖÃ"[:0] + "\u9f98\u9f97\u9ea4\u7228\u7229\u8c78\u7f00\u6b1e\u9f96" * 8)],
        [],
    )
    meta = read_pdf(placed_pdf([page, ([], []), rubbish, page], image=True), "a.pdf").meta
    assert (meta["page_count"], meta["pages_read"]) == (4, 2)
    assert meta["failed_pages"] == [{"page": 2, "reason": "needs_ocr"}, {"page": 3, "reason": "garbled"}]


def test_lay_out_merges_cells_without_a_ruling_between() -> None:
    across = [(0.0, y, 90.0, y) for y in (0.0, 20.0, 60.0)] + [(30.0, 40.0, 90.0, 40.0)]
    down = [(0.0, 0.0, 0.0, 60.0), (30.0, 0.0, 30.0, 60.0), (60.0, 0.0, 60.0, 40.0), (90.0, 0.0, 90.0, 60.0)]
    boxes = [
        Box(text, x, y, x + 8, y + 8, n)
        for n, (text, x, y) in enumerate(
            [
                ("甲", 10, 36),
                ("乙", 55, 46),
                ("丙", 40, 26),
                ("丁", 70, 26),
                ("戊", 10, 6),
                ("己", 40, 6),
                ("庚", 70, 6),
            ]
        )
    ]
    assert lay_out(boxes, across + down, []) == ["甲 | 乙 |", "| 丙 | 丁", "戊 | 己 | 庚"]


def test_find_grids_ignores_rulings_that_make_no_table() -> None:
    assert find_grids([(0.0, y, 500.0, y) for y in (10.0, 20.0, 30.0)]) == []
    assert (
        find_grids(
            [(0.0, 10.0 * n, 100.0, 10.0 * n) for n in range(4)]
            + [(300.0 + 10 * n, 0.0, 300.0 + 10 * n, 50.0) for n in range(4)]
        )
        == []
    )


def test_order_columns_finds_none_in_a_short_page() -> None:
    assert order_columns([Box("字", 0, 0, 10, 10, 0)] * 3) is None


def test_join_lines_never_joins_a_row_of_a_table() -> None:
    row = TableRow.of(["甲" * 30, "乙" * 30], 0, [0, 1])
    assert join_lines([["前" * 60, row, "后" * 60]])[0] == f"{'前' * 60}\n{row}\n{'后' * 60}"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("交 易 所 发 布 通 知", "交易所发布通知"),
        ("第一章 总则", "第一章 总则"),
        ("品种 合约 调整前 调整后", "品种 合约 调整前 调整后"),
        ("沪 铜 CU2406 收 涨 ， 成 交 放 大", "沪铜 CU2406 收涨，成交放大"),
    ],
)
def test_close_spaces_takes_out_pseudo_blanks_only(line: str, wanted: str) -> None:
    assert close_spaces(line) == wanted
