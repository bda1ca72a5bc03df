"""Words, content words and bigrams."""

import pytest

from assets.text.segment import bigrams, content_words, domain_terms, fold_light, match_words, words


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("原油期货SC2406合约", "SC2406"),
        ("期权SC2406-C-600成交", "SC2406-C-600"),
        ("郑棉CF409收跌", "CF409"),
        ("上期发〔2023〕12号文", "〔2023〕12号"),
        ("证监会公告[2018]29号", "[2018]29号"),
        ("贵州茅台600519.SH上涨", "600519.SH"),
        ("跌幅3.15%，为年内最大", "3.15%"),
        ("成交1,234.5亿元", "1,234.5"),
        ("自2024-05-01起", "2024-05-01"),
        ("标普S&P500指数", "S&P500"),
        ("WTI5月合约", "WTI"),
        ("在上海国际能源交易中心上市", "上海国际能源交易中心"),
        ("调整涨跌停板幅度", "涨跌停板"),
        ("套期保值持仓不受限", "套期保值持仓"),
        ("低硫燃料油主力合约", "低硫燃料油"),
    ],
)
def test_words_keeps_terms_and_codes_whole(text: str, whole: str) -> None:
    assert whole in words(text)


def test_words_covers_the_text_but_blanks() -> None:
    text = "上期所：铜、铝 期货\n（SC2406）今日 收跌3.1%。"
    assert "".join(words(text)) == "".join(text.split())


def test_content_words_leaves_out_function_words_figures_and_marks() -> None:
    assert content_words("据悉，铜的价格在今日为 642.4 元，WTI也将。") == ["铜", "价格", "WTI"]


def test_match_words_folds_script_width_and_case() -> None:
    assert match_words("原油期貨主力合約ＳＣ２４０６") == match_words("原油期货主力合约sc2406")


def test_bigrams_of_runs_and_whole_tokens() -> None:
    assert bigrams("原油期货SC2406，涨3.5% 铜") == ["原油", "油期", "期货", "涨", "铜", "sc2406", "3.5"]


def test_fold_light_leaves_latin_text_alone() -> None:
    assert fold_light("ＡＢ c。") == "ab c。"


def test_domain_terms_name_products_and_institutions() -> None:
    terms = domain_terms()
    assert terms["原油"] == "product"
    assert terms["上期所"] == "institution"
    assert terms["强行平仓"] == "seed"
    assert min(map(len, terms)) > 1


@pytest.mark.parametrize("function", [words, content_words, match_words, bigrams])
def test_empty_text_has_no_words(function: object) -> None:
    assert function("") == []  # type: ignore[operator]
    assert function(" \n\u3000") == []  # type: ignore[operator]
