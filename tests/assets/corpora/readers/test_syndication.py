import pytest

from assets.corpora.readers.html import read_html
from assets.corpora.readers.syndication import read_syndication

BODY = "交易所发布通知，自下周一收盘结算时起调整保证金比例。"
RSS = f"""<?xml version="1.0" encoding="gb2312"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>北岭观察</title><link>http://www.beiling.example/</link>
<pubDate>Thu, 18 Apr 2024 09:00:00 +0800</pubDate>
<item><title>第一则</title><description>摘要</description><content:encoded><![CDATA[<p>{BODY}</p><p>第二段。<br/>第三段。</p>]]></content:encoded></item>
<item><title>第二则</title><description>&lt;p&gt;{BODY}&amp;nbsp;完&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>北岭日志</title><link href="http://www.beiling.example/log"/><updated>2024-04-18T09:00:00+08:00</updated>
<entry><title>日志一</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></div></content></entry></feed>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>北岭通讯</title><dc:date>2024-04-18</dc:date></channel><item><title>通讯一</title><description>{BODY}</description></item></rdf:RDF>"""


@pytest.mark.parametrize(
    ("page", "title", "published", "lines"),
    [
        pytest.param(
            RSS,
            "北岭观察",
            "2024-04-18T09:00:00+08:00",
            ["第一则", BODY, "第二段。", "第三段。", "第二则", f"{BODY} 完"],
            id="rss",
        ),
        pytest.param(ATOM, "北岭日志", "2024-04-18T09:00:00+08:00", ["日志一", BODY], id="atom"),
        pytest.param(RDF, "北岭通讯", "2024-04-18", ["通讯一", BODY], id="rdf"),
    ],
)
def test_read_html_reads_feeds(page: str, title: str, published: str, lines: list[str]) -> None:
    found = read_html(page.encode("gb18030"), "a.xml")
    assert (found.title, found.published, found.date_origin, found.encoding) == (title, published, "feed", "gb18030")
    assert found.text.split("\n") == lines


def test_read_syndication_leaves_pages_and_broken_files_alone() -> None:
    assert read_syndication("<html><body><p>文字</p></body></html>") is None
    assert read_syndication(f"<?xml version='1.0'?><note>{BODY}</note>") is None
    found = read_syndication(RSS.replace("</channel></rss>", "<item><title>未完")[:-1])
    assert found is not None
    assert BODY in found.text


def test_read_syndication_dates_nothing_that_is_no_date() -> None:
    found = read_syndication(RSS.replace("Thu, 18 Apr 2024 09:00:00 +0800", "yesterday"))
    assert found is not None
    assert (found.published, found.date_origin) == (None, None)
