"""One rulebook as txt, html, docx and pdf: the same text, and the same clauses at the same paths."""

import json
import re
import unicodedata
from collections.abc import Callable

import polars as pl
import pytest

from assets.corpora.readers.html import read_html
from assets.corpora.readers.pdf import read_pdf
from assets.corpora.readers.plain import read_plain
from assets.corpora.readers.raw import Extract
from assets.corpora.readers.word import read_word
from assets.records.clauses.build import build_clauses
from tests.assets.corpora.readers.samples import docx, paragraph, placed_pdf, ruled

TITLE = "北岭商品交易中心风险控制管理办法"
TABLE = [["品种", "保证金", "涨跌停板"], ["白银", "9%", "7%"], ["热卷", "7%", "5%"], ["菜粕", "8%", "6%"]]
BEFORE = [
    TITLE,
    "第一章 总则",
    "第一条 为了加强交易风险管理，保护交易当事人的合法权益，保障北岭商品交易中心交易的正常进行，根据有关规定，制定本办法。",
    "第二条 本中心、会员、客户、期货保证金存管银行及期货市场其他参与者应当遵守本办法。",
    "第二章 保证金制度",
    "第一节 一般规定",
    "第三条 本中心实行保证金制度。各品种最低保证金和涨跌停板幅度如下：",
]
AFTER = [
    "第四条 出现下列情形之一的，本中心可以调整保证金水平：",
    "（一）持仓量达到一定的水平时；",
    "（二）临近交割期时，以及连续数个交易日的累积涨跌幅达到一定水平且市场风险明显增大，需要提高水平予以防范时；",
    "（三）遇国家法定长假时。",
    "前款规定的调整应当提前公告，并报告监督管理部门。",
    "第二节 结算时的收取",
    "第五条 对同时适用两种以上规定的合约，其保证金按照其中最高的收取。",
    *(
        line
        for number, word in enumerate("六七八九", 1)
        for line in (
            f"第{word}条 会员应当按照本办法第三条规定的标准缴纳保证金，第{number}次未能按期足额缴纳的，本中心有权暂停其开仓交易，直至其账户可用资金恢复到规定水平为止。",
            "客户的保证金由会员代为收取，收取标准不得低于本中心对会员的标准。",
        )
    ),
    "第三章 附则",
    "第十条 违反本办法规定的，按照违规处理办法的有关规定处理。",
    "第十一条 本办法自2024年6月18日起施行。",
]
ROWS = [" | ".join(row) for row in TABLE]
WIDE, HIGH = 34, 30


def as_text() -> Extract:
    return read_plain("\n".join([*BEFORE, *ROWS, *AFTER]).encode("gb18030"), "a.txt")


def as_page() -> Extract:
    body = "".join(f"<p>　　{line}</p>" for line in BEFORE[1:])
    table = (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
        + "</table>"
    )
    rest = "".join(f"<p>　　{line}</p>" for line in AFTER)
    return read_html(
        f"<html><head><title>{TITLE}_北岭商品交易中心</title></head><body><div class='nav'><a>首页</a><a>规则</a></div>"
        f"<div class='content'><h1>{TITLE}</h1><div class='text'>{body}{table}{rest}</div></div><div class='footer'>版权所有 京ICP备00000001号</div></body></html>".encode(),
        "a.html",
    )


def as_word() -> Extract:
    table = (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in TABLE)
        + "</w:tbl>"
    )
    return read_word(docx("".join(map(paragraph, BEFORE)) + table + "".join(map(paragraph, AFTER))), "a.docx")


def as_print() -> Extract:
    """Wrap the lines, with a running head and page numbers, the table ruled."""
    pages = []
    waiting: list[str | None] = (
        [piece for line in BEFORE for piece in wrapped(line)]
        + [None]
        + [piece for line in AFTER for piece in wrapped(line)]
    )
    while waiting:
        texts: list[tuple[float, float, str]] = [(200, 800, "北岭商品交易中心规则汇编")]
        rules: list[tuple[float, float, float, float]] = []
        y = 770.0
        while waiting and y > 120:
            piece = waiting.pop(0)
            if piece is None:
                cells, lines = ruled(TABLE, top=y + 5)
                texts += cells
                rules += lines
                y -= 20 * len(TABLE) + 10
            else:
                texts.append((60, y, piece))
                y -= 20
        texts.append((290, 60, f"- {len(pages) + 1} -"))
        pages.append((texts, rules))
    return read_pdf(placed_pdf(pages), "a.pdf")


def wrapped(line: str) -> list[str]:
    return [line[at : at + WIDE] for at in range(0, len(line), WIDE)]


def normalised(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def paths(extract: Extract) -> list[tuple[object, ...]]:
    frame = pl.DataFrame(
        [
            {
                "doc_id": "d1",
                "lane": "rulebooks",
                "title": TITLE,
                "published_date": None,
                "meta": json.dumps(extract.meta),
                "text": extract.text,
            }
        ],
        schema={
            "doc_id": pl.String,
            "lane": pl.String,
            "title": pl.String,
            "published_date": pl.String,
            "meta": pl.String,
            "text": pl.String,
        },
    )
    clauses, _, _ = build_clauses(frame)
    return [
        (
            row["part"],
            row["chapter"],
            row["section"],
            row["article"],
            normalised(extract.text[row["start"] : row["end"]]),
        )
        for row in clauses.iter_rows(named=True)
    ]


@pytest.mark.parametrize("other", [as_page, as_word, as_print])
def test_readers_give_the_same_text_and_the_same_clauses_in_every_format(other: Callable[[], Extract]) -> None:
    wanted, found = as_text(), other()
    assert found.text.split("\n") == wanted.text.split("\n")
    assert paths(found) == paths(wanted)
    assert len(paths(wanted)) >= 11


def test_readers_give_tables_as_rows_with_their_header_in_every_format() -> None:
    for extract in (as_page(), as_word(), as_print()):
        (table,) = extract.meta["tables"]
        assert extract.text[table["start"] : table["end"]].split("\n") == ROWS
        assert table["header"] == TABLE[0]
