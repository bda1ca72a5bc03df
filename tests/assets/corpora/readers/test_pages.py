"""Layouts of Chinese sites: all of the text comes out and nothing of the site."""

import re

import opencc
import pytest

from assets.corpora.readers.html import read_html
from tests.assets.corpora.readers.pages import ARTICLES, LAYOUTS, Article, build_page


def bare(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)


@pytest.mark.parametrize("article", [one.name for one in ARTICLES])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_read_html_keeps_the_text_and_drops_the_site(layout: str, article: str) -> None:
    page = build_page(layout, next(one for one in ARTICLES if one.name == article))
    found = read_html(page.html.encode(), "a.html")
    text = bare(found.text)
    assert [one for one in page.wanted if bare(one) not in text] == []
    assert [one for one in page.unwanted if bare(one) in text] == []
    assert found.title == page.title


@pytest.mark.parametrize("article", [one.name for one in ARTICLES])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_read_html_keeps_the_order_of_the_text(layout: str, article: str) -> None:
    page = build_page(layout, next(one for one in ARTICLES if one.name == article))
    text = bare(read_html(page.html.encode(), "a.html").text)
    at = 0
    for one in page.wanted:
        at = text.find(bare(one), at)
        assert at >= 0, one


NEWS = build_page("portal", ARTICLES[0])


def again(text: str, charset: str) -> bytes:
    return text.encode("utf-8").decode(charset).encode("utf-8")


def half(text: str) -> bytes:
    lines = text.split("\n")
    middle = len(lines) // 2
    return "\n".join(lines[:middle]).encode("gbk") + b"\n" + "\n".join(lines[middle:]).encode("utf-8")


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "iso-8859-1"])
@pytest.mark.parametrize(
    "charset", ["utf-8", "gbk", "gb18030", "utf-16", "utf-16-le", "big5", "hz", "references", "twice", "half"]
)
def test_read_html_reads_a_page_in_any_charset_under_any_declaration(charset: str, declared: str) -> None:
    page = NEWS.html.replace("charset=utf-8", f"charset={declared}")
    wanted = NEWS.wanted
    if charset == "references":
        data = page.encode("ascii", "xmlcharrefreplace")
    elif charset == "twice":
        data = again(page, "latin-1")
    elif charset == "half":
        data = half(page)
    else:
        if charset == "big5":
            fold = opencc.OpenCC("s2t").convert
            page, wanted = fold(page), [fold(one) for one in wanted]
        data = page.encode(charset, "xmlcharrefreplace")
    text = bare(read_html(data, "a.html").text)
    assert [one for one in wanted if bare(one) not in text] == []


def test_read_html_lists_the_stories_of_a_list_page() -> None:
    titles = [f"第{n}则：多家期货公司调整交易保证金标准" for n in range(12)]
    items = "".join(
        f"<li><a href='/{n}'>{title}</a><span>2024-06-{n + 10}</span></li>" for n, title in enumerate(titles)
    )
    text = read_html(
        f"<html><body><div class='nav'><a>首页</a></div><ul class='list'>{items}</ul><p>共 12 条</p></body></html>".encode(),
        "a.html",
    ).text
    assert [title for title in titles if title not in text] == []


def test_read_html_keeps_a_page_that_is_a_table() -> None:
    rows = [["合约", "开盘", "收盘"], *([f"AG24{n:02d}", str(7000 + n), str(7010 + n)] for n in range(60))]
    page = Article("data", "每日行情", "", [rows, "以上数据仅供参考，以交易所公布为准。"])
    found = read_html(build_page("office", page).html.encode(), "a.html")
    assert found.text.count("\nAG24") == 60
    table = found.meta["tables"][-1]
    assert (table["header"], found.text[table["start"] : table["start"] + 2]) == (rows[0], "合约")


@pytest.mark.parametrize(
    "line",
    [
        "评论：市场为何对库存数据反应平淡",
        "下一页面临的问题是资金",
        "主办单位：北岭商品交易中心",
        "2024年6月12日",
        "版权所有是一个法律概念，本文讨论它在数据交易中的边界。",
        "相关阅读材料见附件，请各会员单位自行下载。",
        "请下载客户端后登录系统完成申报，逾期视为放弃。",
        "一、首页信息披露",
    ],
)
def test_read_html_keeps_lines_that_only_look_like_the_site(line: str) -> None:
    body = "".join(f"<p>第{n}段，交易所发布通知，自下周一收盘结算时起调整保证金比例。</p>" for n in range(4))
    page = f"<html><head><title>关于有关事项的通知</title></head><body><div class='text'><h1>关于有关事项的通知</h1>{body}<p>{line}</p>{body}</div></body></html>"
    assert line in read_html(page.encode(), "a.html").text.split("\n")


@pytest.mark.parametrize(
    "tail",
    [
        "<p>相关阅读</p><p><a>沪铝三连阳</a></p><p><a>夜盘综述</a></p>",
        "<p>【纠错】责任编辑：周小满</p>",
        "<p>版权声明：本文版权归远帆网所有，未经授权不得转载。</p>",
        "<p>更多精彩内容请关注远帆网公众号</p>",
        "<div><p>沪铝三连阳</p><p>2024-06-11</p><p>夜盘综述</p><p>2024-06-10</p></div>",
        "<p>Copyright © 2024 远帆网</p><p>地址：北岭市中央大道1号 邮编：000000</p>",
        "<p>分享到：微信 微博 QQ空间</p><p>上一页 1 2 3 下一页</p>",
        "<p>（责编：林一舟、许望）</p>",
    ],
)
def test_read_html_cuts_what_stands_behind_a_text(tail: str) -> None:
    body = "".join(
        f"<p>第{n}段，交易所发布通知，自下周一收盘结算时起调整保证金比例，请会员单位做好风险提示。</p>"
        for n in range(9)
    )
    text = read_html(f"<html><body><div class='text'>{body}{tail}</div></body></html>".encode(), "a.html").text
    assert text.split("\n")[-1].startswith("第8段")
