import json
from pathlib import Path
from typing import Any

import pytest

from assets.corpora.inventory import SourceFile
from assets.corpora.readers.bars import NUMBERS, read_bars
from resources.protocols import Reject


def read(tmp_path: Path, name: str, text: str | bytes) -> tuple[list[dict[str, Any]], list[Reject]]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_bars(SourceFile(f"market/{name}", "market", path.suffix[1:], 0, 0, path))


def values(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("symbol", "date", *NUMBERS) if row[name] is not None}


@pytest.mark.parametrize(
    ("name", "text", "bar", "stored"),
    [
        pytest.param(
            "all.csv",
            "symbol,date,open,high,low,close,settle,prev_settle,prev_close,volume,open_interest,turnover\nSC2406,2024-04-18,1,2,0.50,1.5,1.4,1.3,1.2,10,20,30.00\n",
            {"symbol": "SC2406", "date": "2024-04-18", "open": "1", "high": "2", "low": "0.50", "close": "1.5", "settle": "1.4", "prev_settle": "1.3", "prev_close": "1.2", "volume": "10", "open_interest": "20", "turnover": "30.00"},
            None,
            id="the contract's columns",
        ),
        pytest.param(
            "昨.csv",
            "合约,日期,开盘价,最高价,最低价,收盘价,结算价,昨结算,昨收盘,成交量(手),持仓量,成交额（万元）\nSC2406,2024年4月18日,1,2,0,1.5,1.4,1.3,1.2,10,20,30\n",
            {"symbol": "SC2406", "date": "2024-04-18", "open": "1", "high": "2", "low": "0", "close": "1.5", "settle": "1.4", "prev_settle": "1.3", "prev_close": "1.2", "volume": "10", "open_interest": "20", "turnover": "30"},
            None,
            id="Chinese headers",
        ),
        pytest.param("sina_SC.csv", "date,open,close,volume,hold,settle\r\n2023-06-19,534.3,529.9,142107,27689,531.1\r\n", {"symbol": "SC", "date": "2023-06-19", "open": "534.3", "close": "529.9", "volume": "142107", "open_interest": "27689", "settle": "531.1"}, "date,open,close,volume,hold,settle\n2023-06-19,534.3,529.9,142107,27689,531.1", id="hold"),
        pytest.param("xq_A.csv", ",open,high,low,close,volume\n2000-01-10,,,,2256.0,\n", {"symbol": "A", "date": "2000-01-10", "close": "2256.0"}, ",open,high,low,close,volume\n2000-01-10,,,,2256.0,", id="date without a name"),
        pytest.param("ana_rb.csv", "date,o,h,l,c\n 2009/03/27,3566,3661,3514,3562\n", {"symbol": "rb", "date": "2009-03-27", "open": "3566", "high": "3661", "low": "3514", "close": "3562"}, "date,o,h,l,c\n 2009/03/27,3566,3661,3514,3562", id="o h l c and a leading blank"),
        pytest.param("eia_wti-daily.csv", "Date,Price\r\n2020-04-20,-36.98\r\n", {"symbol": "eia_wti-daily", "date": "2020-04-20", "close": "-36.98"}, "Date,Price\n2020-04-20,-36.98", id="one price a day"),
        pytest.param("yf3_CL=F.csv", "Price,Close,High\nTicker,CL=F,CL=F\nDate,,\n2025-09-08,62.2599983215332,63.34\n", {"symbol": "CL=F", "date": "2025-09-08", "close": "62.2599983215332", "high": "63.34"}, "symbol,date,close,high\nCL=F,2025-09-08,62.2599983215332,63.34", id="three header lines"),
        pytest.param("yf_CL=F.csv", "Date,Open,Close,Adj Close\n2010-01-04 00:00:00-05:00,79.62,81.51,81.51\n", {"symbol": "CL=F", "date": "2010-01-04", "open": "79.62", "close": "81.51"}, None, id="adjusted close is no second close"),
        pytest.param("oowu_原油连续.json", '[{"date": "2018-03-26", "close": 429.90, "hold": 311400, "settle": 0}]', {"symbol": "oowu_原油连续", "date": "2018-03-26", "close": "429.90", "open_interest": "311400", "settle": "0"}, "date,close,hold,settle\n2018-03-26,429.90,311400,0", id="json"),
        pytest.param("t.csv", "日期\t收盘\n20240418\t1,234.50\n", {"symbol": "t", "date": "2024-04-18", "close": "1234.50"}, "日期\t收盘\n20240418\t1,234.50", id="tabs and thousands"),
        pytest.param("p.csv", "某某交易所日行情,,\n2024年4月18日\n日期,合约,收盘价\n2024-04-18,SC2406,642.4\n", {"symbol": "SC2406", "date": "2024-04-18", "close": "642.4"}, "日期,合约,收盘价\n2024-04-18,SC2406,642.4", id="a title above the header"),
        pytest.param("q.csv", 'date,close\n2024-04-18,"1,234.5"\n', {"symbol": "q", "date": "2024-04-18", "close": "1234.5"}, 'date,close\n2024-04-18,"1,234.5"', id="quotes"),
        pytest.param("e.csv", "date,close,volume\n2024-04-18,--,1.2e5\n", {"symbol": "e", "date": "2024-04-18", "volume": "120000"}, None, id="dashes and exponents"),
    ],
)  # fmt: skip
def test_read_bars_reads_every_layout(
    tmp_path: Path, name: str, text: str, bar: dict[str, str], stored: str | None
) -> None:
    rows, rejects = read(tmp_path, name, text)
    assert rejects == []
    assert [values(row) for row in rows] == [bar]
    assert stored is None or rows[0]["text"] == stored


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        ("SC2406,2024-04-18,10,abc", "bad_number", "settle is no number (abc)"),
        ("SC2406,2024-04-18,1.2.3,1", "bad_number", "close is no number (1.2.3)"),
        ("SC2406,2024-13-45,10,1", "bad_date", "the row has no date"),
        ("SC2406,,10,1", "bad_date", "the row has no date"),
        ("SC2406,04/18/2024,10,1", "bad_date", "the row has no date"),
        ("SC2406,2024-04-18,1,234.5,2", "bad_row", "more cells than the header"),
        ("SC2406", "bad_date", "the row has no date"),
    ],
)
def test_read_bars_sends_a_bad_row_to_quarantine_and_goes_on(tmp_path: Path, row: str, reason: str, said: str) -> None:
    rows, rejects = read(
        tmp_path, "b.csv", f"symbol,date,close,settle\nSC2406,2024-04-17,1,1\n{row}\nSC2406,2024-04-19,1,1\n"
    )
    assert [one["row"] for one in rows] == [2, 4]
    assert [(one.row, one.reason) for one in rejects] == [(3, reason)]
    assert said in rejects[0].message


@pytest.mark.parametrize(
    ("name", "data", "reason", "said"),
    [
        ("b.csv", b"foo,bar\n1,2\n", "missing_column", "column date is missing (found: foo, bar)"),
        ("b.csv", b"date,volume\n1,2\n", "missing_column", "column close or settle is missing (found: date, volume)"),
        ("b.csv", b" \n\n", "empty", "the file is empty"),
        ("b.csv", b"date,close\n\x00\n", "nul", "NUL"),
        ("b.csv", bytes(range(128, 256)) * 9, "encoding", "no text"),
        ("b.json", b"{}", "bad_json", "no JSON array"),
        ("b.json", b"[1]", "bad_json", "no JSON array"),
        ("b.json", b"[", "bad_json", "no JSON"),
        ("b.json", b'[{"a": 1}]', "missing_column", "found: a"),
    ],
)
def test_read_bars_refuses_a_file(tmp_path: Path, name: str, data: bytes, reason: str, said: str) -> None:
    rows, rejects = read(tmp_path, name, data)
    assert (rows, [(one.source, one.row, one.reason) for one in rejects]) == ([], [(f"market/{name}", None, reason)])
    assert said in rejects[0].message


def test_read_bars_names_a_file_that_is_gone(tmp_path: Path) -> None:
    _, rejects = read_bars(SourceFile("market/x.csv", "market", "csv", 0, 0, tmp_path / "x.csv"))
    assert [one.reason for one in rejects] == ["unreadable"]


def test_read_bars_keeps_the_first_of_equal_rows(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "b.csv", "date,close\n2024-04-18,1\n2024-04-18,1\n2024-04-18,2\n")
    assert [(one["row"], one["close"]) for one in rows] == [(2, "1"), (4, "2")]
    assert [(one.row, one.reason) for one in rejects] == [(3, "duplicate_bar")]


def test_read_bars_splits_a_wide_table_by_ticker(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path,
        "yf.csv",
        "Price,Close,Close,Volume,Volume\nTicker,CL=F,BZ=F,CL=F,BZ=F\nDate,,,,\n2025-09-08,62,66,1,2\n2025-09-09,63\n",
    )
    assert [(one["symbol"], one["date"], one["close"], one["volume"], one["row"]) for one in rows] == [
        ("CL=F", "2025-09-08", "62", "1", 4),
        ("CL=F", "2025-09-09", "63", None, 5),
        ("BZ=F", "2025-09-08", "66", "2", 4),
        ("BZ=F", "2025-09-09", None, None, 5),
    ]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("sina_SC", "SC"),
        ("SC2406", "SC2406"),
        ("2024_sc2406", "sc2406"),
        ("yf3_^HSI", "^HSI"),
        ("yf3_000001.SS", "000001.SS"),
        ("bars_2024", "bars_2024"),
        ("daily_bars", "daily_bars"),
        ("a_b_IF", "IF"),
    ],
)
def test_read_bars_takes_the_symbol_from_the_name(tmp_path: Path, name: str, symbol: str) -> None:
    assert read(tmp_path, f"{name}.csv", "date,close\n2024-04-18,1\n")[0][0]["symbol"] == symbol


def test_read_bars_reads_gb18030(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path, "b.csv", "合约代码,交易日期,今收盘,今结算\nRB2410,2024-04-18,3600,3610\n".encode("gb18030")
    )
    assert values(rows[0]) == {"symbol": "RB2410", "date": "2024-04-18", "close": "3600", "settle": "3610"}


HEAD = "symbol,date,open,high,low,close"


def warned(rows: list[dict[str, Any]]) -> list[list[str]]:
    return [[one["code"] for one in json.loads(row["warnings"] or "[]")] for row in rows]


def test_read_bars_takes_a_negative_price_and_says_so(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "wti.csv", f"{HEAD}\nWTI,2020-04-20,17,18,-40,-37.63\n".encode())
    assert (rows[0]["close"], rejects) == ("-37.63", [])
    assert warned(rows) == [["price_negative", "price_negative"]]


def test_read_bars_warns_of_prices_that_no_market_makes(tmp_path: Path) -> None:
    lines = ["SC2406,2024-04-18,640,641,639,642", "SC2406,2024-04-19,640,645,641,642", "SC2406,2024-04-22,640,,0,642"]
    rows, _ = read(tmp_path, "bars.csv", "\n".join([HEAD, *lines]).encode())
    assert warned(rows) == [["high_too_low"], ["low_too_high"], []]


def test_read_bars_names_unknown_columns_once(tmp_path: Path) -> None:
    text = "合约,日期,收盘价,涨跌幅,怪列,odd\nSC2406,2024-04-18,642,1,2,3\nSC2406,2024-04-19,642,1,2,3\n"
    rows, _ = read(tmp_path, "bars.csv", text.encode())
    assert [json.loads(row["warnings"] or "[]") for row in rows] == [
        [{"code": "column_unknown", "detail": "not used: 怪列, odd"}],
        [],
    ]


ADJUSTED = [
    ("plain.csv", "date,close", "", None),
    ("rb_qfq.csv", "date,close", "", "qfq"),
    ("螺纹钢_后复权.csv", "date,close", "", "hfq"),
    ("a.csv", "日期,收盘价(前复权)", "", "qfq"),
    ("a.csv", "date,close_hfq", "", "hfq"),
    ("a.csv", "date,close,adjustflag", ",3", "none"),
    ("a_qfq.csv", "date,close,复权方式", ",不复权", "none"),
]


@pytest.mark.parametrize(("name", "head", "cell", "adjust"), ADJUSTED)
def test_read_bars_tells_how_prices_are_adjusted(
    tmp_path: Path, name: str, head: str, cell: str, adjust: str | None
) -> None:
    rows, rejects = read(tmp_path, name, f"{head}\n2024-04-18,642{cell}\n".encode())
    assert ([row["adjust"] for row in rows], rejects) == ([adjust], [])


def test_read_bars_takes_vendor_and_moment_from_row_and_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text('{"vendor": "甲", "adjust": "none", "as_of": "2024-04-19T08:00:00"}')
    rows, _ = read(tmp_path, "a.csv", "date,close,vendor\n2024-04-18,642,\n2024-04-19,643,乙\n".encode())
    assert [(r["vendor"], r["adjust"], r["as_of"]) for r in rows] == [
        ("甲", "none", "2024-04-19T08:00:00"),
        ("乙", "none", "2024-04-19T08:00:00"),
    ]


@pytest.mark.parametrize("said", ['{"adjust": "some"}', "[]", "{"])
def test_read_bars_refuses_a_sidecar_that_cannot_be_read(tmp_path: Path, said: str) -> None:
    (tmp_path / "a.meta.json").write_text(said)
    rows, rejects = read(tmp_path, "a.csv", b"date,close\n2024-04-18,642\n")
    assert rows == []
    assert rejects[0].reason == ("bad_adjust" if "some" in said else "bad_sidecar")


def test_read_bars_refuses_an_adjustment_that_is_none_of_ours(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "a.csv", b"date,close,adjust\n2024-04-18,642,odd\n2024-04-19,642,-\n")
    assert [row["adjust"] for row in rows] == [None]
    assert [(one.reason, one.row) for one in rejects] == [("bad_adjust", 2)]


def test_read_bars_reports_a_file_without_a_bar(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "a.csv", b"date,close\n")
    assert rows == []
    assert [one.reason for one in rejects] == ["no_rows"]


def test_read_bars_reads_limit_prices(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "a.csv", "日期,收盘价,涨停价,跌停板\n2024-04-18,700,700,600\n".encode())
    assert (rows[0]["limit_up"], rows[0]["limit_down"]) == ("700", "600")
