import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.corpora.decode import common_share, decode_bytes, is_plausible
from resources.errors import EncodingError

SIMPLE = "交易所发布通知，自下周一收盘结算时起，原油期货合约的交易保证金比例调整为百分之十二，涨跌停板幅度调整为百分之十。\n市场人士认为，价格上涨主要受到供应减少的影响。"
CLASSIC = "交易所發布通知，自下週一收盤結算時起，原油期貨合約的交易保證金比例調整為百分之十二。\n市場人士認為，價格上漲主要受到供應減少的影響。"


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        pytest.param(SIMPLE.encode(), "utf-8", SIMPLE, id="utf-8"),
        pytest.param(SIMPLE.encode("utf-8-sig"), "utf-8", SIMPLE, id="utf-8 with mark"),
        pytest.param(SIMPLE.encode("gb2312"), "gb18030", SIMPLE, id="gb2312"),
        pytest.param((SIMPLE + "镕𠮷").encode("gb18030"), "gb18030", SIMPLE + "镕𠮷", id="gb18030 beyond gbk"),
        pytest.param(b"\x84\x31\x95\x33" + SIMPLE.encode("gb18030"), "gb18030", SIMPLE, id="gb18030 with mark"),
        pytest.param(CLASSIC.encode("big5"), "big5", CLASSIC, id="big5"),
        pytest.param(SIMPLE.encode("utf-16"), "utf-16-le", SIMPLE, id="utf-16 with mark"),
        pytest.param(b"\xfe\xff" + SIMPLE.encode("utf-16-be"), "utf-16-be", SIMPLE, id="utf-16-be with mark"),
        pytest.param(
            "Date,Bid\n1,2\n".encode("utf-16-le"), "utf-16-le", "Date,Bid\n1,2\n", id="ascii in utf-16 without mark"
        ),
        pytest.param(
            (SIMPLE + "2024").encode("utf-16-be"), "utf-16-be", SIMPLE + "2024", id="hanzi in utf-16 without mark"
        ),
        pytest.param(
            SIMPLE.replace("\n", "").encode("utf-16-le"),
            "utf-16-le",
            SIMPLE.replace("\n", ""),
            id="hanzi only in utf-16 without mark",
        ),
        pytest.param(SIMPLE.encode().decode("latin-1").encode(), "utf-8", SIMPLE, id="utf-8 twice"),
        pytest.param(b"plain", "utf-8", "plain", id="ascii"),
        pytest.param("螺纹钢".encode("gbk"), "gb18030", "螺纹钢", id="three hanzi"),
    ],
)
def test_decode_bytes_finds_the_charset(data: bytes, encoding: str, text: str) -> None:
    found = decode_bytes(data, "a.txt")
    assert (found.text, found.encoding) == (text, encoding)


@pytest.mark.parametrize("declared", ["utf-8", "big5", "gb2312", "latin-1", "no-such-charset", "utf_16", None])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_decode_bytes_believes_the_bytes_and_no_declaration(charset: str, declared: str | None) -> None:
    assert decode_bytes(SIMPLE.encode(charset), "a.html", declared=declared).text == SIMPLE


def test_decode_bytes_reads_several_charsets_line_by_line() -> None:
    first, second = SIMPLE.split("\n")
    found = decode_bytes(
        first.encode() + b"\n" + second.encode("gbk") + b"\n" + CLASSIC.split("\n")[0].encode("big5"), "a.txt"
    )
    assert (found.text.split("\n"), found.encoding) == ([first, second, CLASSIC.split("\n")[0]], "mixed")
    assert found.warnings == ["several charsets in one file"]


def test_decode_bytes_flags_what_it_could_not_read() -> None:
    found = decode_bytes(SIMPLE.encode() + b"\n" + SIMPLE.encode()[:-1], "cut.txt")
    assert found.text.startswith(SIMPLE + "\n" + SIMPLE[:-1])
    assert found.warnings == ["several charsets in one file", "some bytes could not be read"]


@pytest.mark.parametrize("data", [b"a\x00b", b"a\x00b\x00c"], ids=["three bytes", "five bytes"])
def test_decode_bytes_drops_no_byte_of_a_short_text_with_nul(data: bytes) -> None:
    assert decode_bytes(data, "a.txt").text == data.decode()


def test_decode_bytes_reads_a_long_utf_16_file_that_was_cut() -> None:
    text = "Date,Bid,Ask\n" * 20
    assert decode_bytes(text.encode("utf-16-le") + b"1", "a.txt").text == text


def test_decode_bytes_makes_line_ends_one_kind() -> None:
    assert decode_bytes("一\r\n二\r三\n".encode(), "a.txt").text == "一\n二\r三\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(range(128, 256)) * 20, id="noise"),
        pytest.param(SIMPLE.encode("gbk").decode("big5", "replace").encode(), id="read as big5 and saved"),
        pytest.param(b"\xef\xbb\xbf\xff\xfe\xfd" * 50, id="mark without text"),
        pytest.param("".join(map(chr, range(0xE000, 0xE100))).encode(), id="private use"),
    ],
)
def test_decode_bytes_refuses_what_is_no_text(data: bytes) -> None:
    with pytest.raises(
        EncodingError, match=r"a\.txt: the bytes are no text in a known charset; save it again as UTF-8\."
    ):
        decode_bytes(data, "a.txt")


def test_is_plausible_tells_text_from_mojibake() -> None:
    wrong = CLASSIC.encode("big5").decode("gb18030", "replace")
    assert common_share(SIMPLE) > 0.4 > 0.25 > common_share(wrong)
    assert is_plausible(SIMPLE)
    assert is_plausible("铜铝锌铅镍锡黄金白银螺纹钢线材热轧卷板")
    assert not is_plausible(wrong)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff", exclude_categories=["Cc", "Co", "Cn"]),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None)
def test_decode_bytes_keeps_every_short_utf8_text_or_refuses(text: str) -> None:
    try:
        found = decode_bytes(text.encode(), "a.txt")
    except EncodingError:
        assert not is_plausible(text)
    else:
        assert found.text == text or found.warnings or found.encoding.startswith("utf-16")


def as_latin(data: bytes) -> str:
    """Read bytes as Windows 1252, those that it has not as Latin-1, as programs do."""
    return "".join(bytes([one]).decode("cp1252", "ignore") or chr(one) for one in data)


@pytest.mark.parametrize(
    ("data", "encoding", "warning"),
    [
        pytest.param(as_latin(SIMPLE.encode()).encode(), "utf-8", "encoded twice as UTF-8", id="utf-8 as windows 1252"),
        pytest.param(
            as_latin(as_latin(SIMPLE.encode()).encode()).encode(), "utf-8", "encoded 3 times as UTF-8", id="three times"
        ),
        pytest.param(as_latin(SIMPLE.encode("gbk")).encode(), "gb18030", "encoded again as UTF-8", id="gbk as latin"),
    ],
)
def test_decode_bytes_undoes_mojibake_and_says_so(data: bytes, encoding: str, warning: str) -> None:
    found = decode_bytes(data, "a.txt")
    assert (found.text, found.encoding, found.warnings) == (SIMPLE, encoding, [warning])


def test_decode_bytes_refuses_mojibake_that_cannot_be_undone() -> None:
    damaged = "".join(one for n, one in enumerate(as_latin(SIMPLE.encode())) if n % 3) + "\u20a9"
    with pytest.raises(EncodingError, match="read in a wrong charset and saved so; get the original again"):
        decode_bytes(damaged.encode(), "a.txt")


@pytest.mark.parametrize(
    "text", ["Crédit Agricole déclaré à Zürich, naïve façade.", "ÀÉÎÕÜ" * 3, "«Ça», dit-il à l’élève."]
)
def test_decode_bytes_takes_accented_letters_for_what_they_are(text: str) -> None:
    assert decode_bytes(text.encode(), "a.txt").text == text


def test_decode_bytes_reads_seven_bit_hanzi() -> None:
    found = decode_bytes(SIMPLE.replace("\n", "").encode("hz"), "a.txt")
    assert (found.text, found.encoding) == (SIMPLE.replace("\n", ""), "hz")


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_decode_bytes_keeps_a_text_with_a_damaged_byte_and_says_so(charset: str) -> None:
    data = SIMPLE.replace("\n", "，").encode(charset) * 4
    middle = len(SIMPLE.split("\n")[0].encode(charset))
    found = decode_bytes(data[:middle] + b"\xff" + data[middle:], "a.txt")
    assert found.text.count(SIMPLE.split("\n")[0]) >= 3
    assert "some bytes could not be read" in found.warnings


@pytest.mark.parametrize("first", ["gb18030", "utf-8"])
def test_decode_bytes_reads_two_charsets_within_a_line(first: str) -> None:
    one, two = SIMPLE.split("\n")
    second = "utf-8" if first == "gb18030" else "gb18030"
    found = decode_bytes(one.encode(first) + two.encode(second), "a.txt")
    assert (found.text, found.encoding) == (one + two, "mixed")
