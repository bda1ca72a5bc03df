from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.moves import build_moves
from assets.records.schema import MARKET_MOVES
from tests.assets.records.rows import bar, bars


def moves(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return build_moves(bars(*rows)).sort("symbol", "date", "basis", "doc_id").to_dicts()


def brief(found: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [(m["date"], m["basis"], m["previous"], m["move_pct"]) for m in found]


def test_build_moves_takes_what_the_row_states() -> None:
    found = moves(
        bar("SC2406", "2024-04-17", 2, close="660.0", settle="663.3"),
        bar("SC2406", "2024-04-18", 3, close="642.4", settle="645.0", prev_settle="663.3", prev_close="661.0"),
    )
    assert brief(found) == [
        ("2024-04-18", "close_vs_prev_close", "661.0", "-2.813918"),
        ("2024-04-18", "close_vs_prev_settle", "663.3", "-3.150912"),
        ("2024-04-18", "settle_vs_prev_settle", "663.3", "-2.758933"),
    ]
    assert {m["previous_doc_id"] for m in found} == {None}
    assert list(build_moves(bars()).columns) == MARKET_MOVES.names


def test_build_moves_takes_the_row_before_of_the_same_file_and_symbol() -> None:
    found = moves(
        bar("RB", "2024-04-18", 9, close="3700", settle="3690"),
        bar("RB", "2024-04-17", 3, close="3600", settle="3610"),
        bar("RB", "2024-04-16", 3, close="1000", settle="1000", path="market/other.csv"),
        bar("HC", "2024-04-17", 4, close="2000", settle="2000"),
    )
    assert [(m["basis"], m["previous"]) for m in found] == [
        ("close_vs_prev_close", "3600"),
        ("close_vs_prev_settle", "3610"),
        ("settle_vs_prev_settle", "3610"),
    ]
    assert {m["previous_doc_id"] for m in found} == {"market/bars.csv:RB:2024-04-17:3"}


MISSING = [
    ("settle written as zero", {"settle": "0.0"}, {"settle": "10"}, {"close_vs_prev_close"}),
    ("settle of zero today", {"settle": "10"}, {"settle": "0.0"}, {"close_vs_prev_close", "close_vs_prev_settle"}),
    ("negative previous close", {"close": "-36.98"}, {}, set()),
    ("negative close", {}, {"close": "-36.98"}, {"close_vs_prev_close"}),
    ("negative settle", {"settle": "10"}, {"settle": "-1"}, {"close_vs_prev_close", "close_vs_prev_settle"}),
    ("no close", {"close": None}, {}, set()),
    ("no number", {"close": "--"}, {}, set()),
    ("not finite", {"close": "NaN"}, {}, set()),
    ("stated previous of zero", {"settle": "10"}, {"prev_settle": "0.0"}, {"close_vs_prev_close"}),
]


@pytest.mark.parametrize(("before", "today", "bases"), [m[1:] for m in MISSING], ids=[m[0] for m in MISSING])
def test_build_moves_leaves_out_what_the_bars_do_not_allow(
    before: dict[str, Any], today: dict[str, Any], bases: set[str]
) -> None:
    found = moves(
        bar("X", "2024-04-17", 2, **({"close": "10.00"} | before)),
        bar("X", "2024-04-18", 3, **({"close": "11"} | today)),
    )
    assert {m["basis"] for m in found if m["date"] == "2024-04-18"} == bases


def test_build_moves_shows_six_decimals_half_even_and_no_minus_zero() -> None:
    found = moves(
        bar("X", "2024-01-01", 2, close="60000"),
        bar("X", "2024-01-02", 3, close="58200"),
        bar("X", "2024-01-03", 4, close="58200"),
        bar("X", "2024-01-04", 5, close="58199.9999999"),
    )
    assert [m["move_pct"] for m in found] == ["-3.000000", "0.000000", "0.000000"]


def test_build_moves_names_the_main_contract_by_open_interest_then_volume_then_symbol() -> None:
    rows = []
    for day, (first, second, third) in {
        "2024-04-18": (("100", "5"), ("200", "1"), ("50", "9")),
        "2024-04-19": (("200", "5"), ("200", "6"), (None, None)),
        "2024-04-22": (("200", "6"), ("200", "6"), ("200", "6")),
    }.items():
        for at, (symbol, (interest, volume)) in enumerate(
            zip(("sc2407", "SC2406", "SC2408"), (first, second, third), strict=True)
        ):
            rows.append(bar(symbol, day, at, close="10", prev_close="9", open_interest=interest, volume=volume))
    rows.append(bar("SC", "2024-04-18", 9, close="10", prev_close="9"))
    rows.append(bar("SSE", "2024-04-18", 9, close="10", prev_close="9"))
    rows.append(bar("ZZ2406", "2024-04-18", 9, close="10", prev_close="9"))
    main = {(m["symbol"], m["date"]) for m in moves(*rows) if m["is_main"]}
    assert main == {
        ("SC2406", "2024-04-18"), ("SC", "2024-04-18"), ("SSE", "2024-04-18"),
        ("SC2406", "2024-04-19"), ("SC2406", "2024-04-22"),
    }  # fmt: skip
    assert {m["product"] for m in moves(*rows)} == {"SC", None}


def test_build_moves_keeps_two_files_apart() -> None:
    rows = [
        bar("SC", "2024-04-18", 2, path=path, close="10", prev_close="9") for path in ("market/a.csv", "market/b.csv")
    ]
    found = moves(*rows)
    assert len({m["move_id"] for m in found}) == len(found) == 2
    (single,) = moves(rows[0])
    assert single["move_id"] == "SC@2024-04-18@close_vs_prev_close"


@given(st.lists(st.decimals(min_value="0.01", max_value="99999", places=2), min_size=2, max_size=8))
def test_build_moves_percent_is_the_exact_quotient(prices: list[Decimal]) -> None:
    found = moves(*[bar("X", f"2024-01-{day + 1:02d}", day, close=str(price)) for day, price in enumerate(prices)])
    assert len(found) == len(prices) - 1
    for move in found:
        value, previous = Decimal(move["value"]), Decimal(move["previous"])
        assert abs(Decimal(move["move_pct"]) * previous - (value - previous) * 100) <= previous * Decimal("0.0000005")


def test_build_moves_counts_the_days_since_the_bar_before() -> None:
    found = build_moves(
        bars(
            bar("SC2406", "2024-04-30", 2, close="646", prev_close="640"),
            bar("SC2406", "2024-05-06", 3, close="614", prev_close="646"),
            bar("SC2406", "2024-05-07", 4, close="614", prev_close="614"),
            bar("CU2406", "2024-05-07", 5, close="1", prev_close="1"),
        )
    )
    gaps = {(row["symbol"], row["date"]): row["gap_days"] for row in found.iter_rows(named=True)}
    assert gaps == {
        ("SC2406", "2024-04-30"): None, ("SC2406", "2024-05-06"): 6, ("SC2406", "2024-05-07"): 1, ("CU2406", "2024-05-07"): None,
    }  # fmt: skip


LIMITS = [
    ({"close": "700", "limit_up": "700.0", "limit_down": "600"}, "up"),
    ({"close": "600", "limit_up": "700", "limit_down": "600"}, "down"),
    ({"close": "650", "limit_up": "700", "limit_down": "600"}, None),
    ({"close": "700", "high": "700", "low": "700", "open": "700"}, None),
    ({"close": None, "settle": "700", "prev_settle": "650", "limit_up": "700"}, None),
]


@pytest.mark.parametrize(("values", "side"), LIMITS)
def test_build_moves_tells_a_limit_only_where_the_row_states_it(values: dict[str, Any], side: str | None) -> None:
    found = build_moves(bars(bar("SC2406", "2024-05-06", 2, **({"prev_close": "650"} | values))))
    assert found["at_limit"].to_list() == [side]


def test_build_moves_never_compares_across_a_switch_of_the_main_contract() -> None:
    found = build_moves(
        bars(
            bar("RB2405", "2024-04-01", 2, close="3500", open_interest="900"),
            bar("RB2410", "2024-04-01", 3, close="3600", open_interest="800"),
            bar("RB2405", "2024-04-02", 4, close="3510", open_interest="700"),
            bar("RB2410", "2024-04-02", 5, close="3590", open_interest="950"),
        )
    )
    main = [row for row in found.iter_rows(named=True) if row["is_main"]]
    assert [(row["symbol"], row["previous"], row["value"]) for row in main] == [("RB2410", "3600", "3590")]
