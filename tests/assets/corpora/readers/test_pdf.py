import pytest

from assets.corpora.readers.pdf import drop_running_lines, fold_radicals, join_lines, read_pdf, repair_bytes
from resources.errors import DocumentError
from tests.assets.corpora.readers.samples import ENCRYPTED, pdf

LINE = "交易所发布通知，自下周一收盘结算时起，原油期货合约的交易保证金比例调"
REST = "整为百分之十二，涨跌停板幅度调整为百分之十。"


def test_read_pdf_joins_lines_and_drops_heads_and_page_numbers() -> None:
    pages = [["某某交易所公告", f"第{n}条 总则", LINE, f"{REST[:-1]}及{n}。", f"- {n} -"] for n in "123"]
    found = read_pdf(pdf(pages), "a.pdf")
    assert found.text == "\n".join(f"第{n}条 总则\n{LINE}{REST[:-1]}及{n}。" for n in "123")
    assert [found.text[at : at + 3] for at in found.meta["pages"]] == ["第1条", "第2条", "第3条"]


def test_read_pdf_finds_the_date_that_signs_it() -> None:
    found = read_pdf(pdf([[LINE, REST, "某某交易所", "2024年4月18日"]]), "a.pdf")
    assert (found.published, found.date_origin) == ("2024-04-18", "text")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"%PDF-1.7\n1 0 obj\n<<", "unreadable", id="cut off"),
        pytest.param(b"no pdf", "unreadable", id="another kind"),
        pytest.param(pdf([[LINE, REST]], trailer=ENCRYPTED), "encrypted", id="encrypted"),
        pytest.param(pdf([[], []]), "needs_ocr", id="no text layer"),
        pytest.param(
            pdf([["\xc4\xe3\xba\xc3\xa1\xa2" * 3 + "\x95\x8e\x9c" * 90]], encoding="latin-1"), "needs_ocr", id="garbled"
        ),
    ],
)
def test_read_pdf_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_pdf(data, "a.pdf")
    assert caught.value.reason == reason


def test_fold_radicals_replaces_radicals_only() -> None:
    assert fold_radicals("⾦融⼤赛⻓⻋Ａ１㎡") == "金融大赛长车Ａ１㎡"


def test_repair_bytes_reads_the_bytes_of_hanzi_only() -> None:
    assert repair_bytes("全世界无产者联合起来".encode("gb18030").decode("latin-1")) == "全世界无产者联合起来"
    for text in ("plain", "Crédit Agricole déclaré", "ÿÿÿÿÿÿ"):
        assert repair_bytes(text) == text


def test_drop_running_lines_takes_the_outermost_line_of_two_pages_only() -> None:
    two = [["公告标题", "某交易所", "甲", "乙", "丙", "1"], ["公告标题", "某交易所", "丁", "戊", "己", "2"]]
    assert drop_running_lines(two) == [["某交易所", "甲", "乙", "丙"], ["某交易所", "丁", "戊", "己"]]


def test_drop_running_lines_takes_heads_with_page_numbers() -> None:
    three = [["年度报告 1 / 209", f"正文{n}", "乙", "丙", f"{n} / 209"] for n in "甲乙丙"]
    assert drop_running_lines([[*page[:-1], f"{n} / 209"] for n, page in enumerate(three, 1)]) == [
        [f"正文{n}", "乙", "丙"] for n in "甲乙丙"
    ]
    assert drop_running_lines([["2024"]]) == [["2024"]]
    assert drop_running_lines([["正文", "12 / 209"]]) == [["正文"]]


def test_drop_running_lines_finds_page_counts_inside_a_page() -> None:
    def page(n: int, count: str) -> list[str]:
        return [f"{n}甲", f"{n}乙", f"{n}丙", count, f"{n}丁", f"{n}戊", f"{n}己"]

    counted = drop_running_lines([page(1, "7 / 209"), page(2, "8 / 209")])
    assert counted == [["1甲", "1乙", "1丙", "1丁", "1戊", "1己"], ["2甲", "2乙", "2丙", "2丁", "2戊", "2己"]]
    fractions = [page(1, "1/2"), page(2, "1/2")]
    assert drop_running_lines(fractions) == fractions


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        pytest.param("前" * 20, "后文", "前" * 20 + "后文", id="wrapped"),
        pytest.param("前" * 19 + "。", "后文", "前" * 19 + "。\n后文", id="sentence ends"),
        pytest.param("前" * 20, "第二条 后文", "前" * 20 + "\n第二条 后文", id="article"),
        pytest.param("跌" * 20, "3.15%。", "跌" * 20 + "3.15%。", id="figure"),
        pytest.param("跌" * 20, "3. 小节", "跌" * 20 + "\n3. 小节", id="numbered"),
        pytest.param("前" * 20, "（二）后文", "前" * 20 + "\n（二）后文", id="item"),
        pytest.param("前" * 8, "后文", "前" * 8 + "\n后文", id="short line"),
        pytest.param("word " * 7 + "word", "again", "word " * 7 + "word again", id="words"),
    ],
)
def test_join_lines(before: str, after: str, joined: str) -> None:
    filler = "满" * 19 + "。"
    assert join_lines([[*[filler] * 9, before], [after]]) == (
        "\n".join([filler] * 9 + [joined]),
        [0, 9 * 21 + len(joined) - len(after)],
    )


def test_join_lines_of_nothing() -> None:
    assert join_lines([[]]) == ("", [0])
