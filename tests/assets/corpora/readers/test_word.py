import pytest

from assets.corpora.readers.numbering import chinese_number
from assets.corpora.readers.word import read_word
from resources.errors import DocumentError
from tests.assets.corpora.readers.samples import docx, paragraph, zipped


def text(body: str, **more: str) -> str:
    return read_word(docx(body, **more), "a.docx").text


def test_read_word_keeps_the_order_of_paragraphs_and_tables() -> None:
    def row(*cells: str) -> str:
        return (
            "<w:tr>" + "".join(f"<w:tc>{''.join(map(paragraph, cell.split('/')))}</w:tc>" for cell in cells) + "</w:tr>"
        )

    nested = f"<w:tr><w:tc><w:tbl>{row('丙', '3')}</w:tbl></w:tc></w:tr>"
    body = (
        paragraph("标题")
        + f"<w:tbl>{row('品种', '保证金')}{row('铜/铝', '10%')}{row('', '')}{nested}</w:tbl>"
        + paragraph("某交易所")
        + paragraph("2024年4月18日")
    )
    found = read_word(docx(body), "a.docx")
    assert found.text == "标题\n品种 | 保证金\n铜 铝 | 10%\n丙 | 3\n某交易所\n2024年4月18日"
    assert (found.published, found.date_origin) == ("2024-04-18", "text")


def test_read_word_reads_the_accepted_text() -> None:
    body = (
        "<w:p><w:r><w:t>保证金调整为</w:t></w:r><w:del><w:r><w:delText>18%</w:delText></w:r></w:del><w:ins><w:r><w:t>12%</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>。</w:t></w:r></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('删去的行')}</w:tc></w:tr></w:tbl>"
        f"<w:sdt><w:sdtContent>{paragraph('控件里')}</w:sdtContent></w:sdt>"
    )
    assert text(body) == "保证金调整为12%。\n移来\n控件里"


def test_read_word_reads_breaks_and_text_boxes_once() -> None:
    box = f"<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{paragraph('框')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{paragraph('框')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    assert (
        text(f"<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t><w:noBreakHyphen/></w:r>{box}</w:p>")
        == "一\n二\t三-\n框"
    )


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1章"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3"/><w:isLgl/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="20"/></w:lvlOverride></w:num>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Article"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
)


def listed(content: str, number: int, level: int = 0) -> str:
    return paragraph(content, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')


def test_read_word_prints_automatic_numbers() -> None:
    style = '<w:pPr><w:pStyle w:val="Article"/></w:pPr>'
    unlisted = '<w:pPr><w:pStyle w:val="Article"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    body = "".join(
        [
            listed("总则", 1),
            paragraph("甲。", style),
            paragraph("乙。", style),
            listed("子项", 1, 1),
            listed("细项", 1, 2),
            listed("点", 1, 3),
            listed("附则", 1),
            listed("再起", 1, 1),
            paragraph("丙。", style),
            paragraph("无号", unlisted),
            listed("跳到", 3),
            listed("未知", 9),
        ]
    )
    wanted = [
        "第一章 总则",
        "第九条 甲。",
        "第十条 乙。",
        "（一）子项",
        "1.1 细项",
        "点",
        "第二章 附则",
        "（一）再起",
        "第十一条 丙。",
        "无号",
        "第二十条 跳到",
        "未知",
    ]
    assert text(body, numbering=NUMBERING, styles=STYLES).split("\n") == wanted


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1003, "一千零三"),
        (0, "0"),
        (10_000, "10000"),
    ],
)
def test_chinese_number(value: int, written: str) -> None:
    assert chinese_number(value) == written


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ("decimal", "4"),
        ("lowerLetter", "d"),
        ("upperLetter", "D"),
        ("lowerRoman", "iv"),
        ("upperRoman", "IV"),
        ("decimalEnclosedCircleChinese", "④"),
        ("chineseLegalSimplified", "肆"),
        ("japaneseCounting", "四"),
    ],
)
def test_read_word_prints_numbers_in_the_form_of_the_list(form: str, label: str) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="{form}"/>'
        '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="none"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert text(listed("甲", 1) + listed("乙", 1, 1), numbering=numbering) == f"{label}. 甲\n乙"


def test_read_word_takes_the_level_from_the_paragraph_and_the_list_from_its_style() -> None:
    style = '<w:style w:type="paragraph" w:styleId="S"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    inner = '<w:pPr><w:pStyle w:val="S"/><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>'
    assert (
        text(listed("总则", 1) + paragraph("子项", inner), numbering=NUMBERING, styles=style)
        == "第一章 总则\n（一）子项"
    )


BOMB = "a" * 5_000_000
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"this is no zip", "unreadable", id="no zip"),
        pytest.param(b"", "unreadable", id="nothing"),
        pytest.param(docx(paragraph("甲"))[:-30], "unreadable", id="cut off"),
        pytest.param(docx(paragraph(BOMB)), "zip_bomb", id="bomb"),
        pytest.param(docx(paragraph("甲"), name="word/other.xml"), "unreadable", id="no document"),
        pytest.param(zipped({"word/document.xml": "<x"}), "unreadable", id="no package"),
        pytest.param(docx("<w:p>"), "unreadable", id="broken xml"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable", id="old Word"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted", id="encrypted"
        ),
    ],
)
def test_read_word_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_word(data, "a.docx")
    assert caught.value.reason == reason


def test_read_word_refuses_an_encrypted_member() -> None:
    data = bytearray(docx(paragraph("甲")))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(DocumentError, match="encrypted"):
        read_word(bytes(data), "a.docx")


def test_read_word_opens_no_entity() -> None:
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    assert text(paragraph("甲&a;乙"), head=head) in ("甲", "甲乙")
