"""Web pages in the layouts that Chinese sites have used, written here: what of each is the text, and what is not.

`PAGES` yields every layout with every article that it can hold; text and boilerplate are listed beside the page, so that
tests and `tests/measure/corpora.py` count the same things.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

__all__ = ["ARTICLES", "LAYOUTS", "Article", "Page", "build_page", "pages"]


@dataclass(frozen=True)
class Article:
    """One text: blocks are paragraphs, or lists of rows for a table, or ("cap", text) under a picture."""

    name: str
    title: str
    source: str
    blocks: list[str | list[list[str]] | tuple[str, str]]

    @property
    def wanted(self) -> list[str]:
        """Strings that must come out."""
        out: list[str] = []
        for block in self.blocks:
            if isinstance(block, str):
                out.append(block)
            elif isinstance(block, tuple):
                out.append(block[1])
            else:
                out += [" | ".join(row) for row in block]
        return out


@dataclass(frozen=True)
class Page:
    """One page with what must and what must not come out of it."""

    name: str
    html: str
    title: str
    wanted: list[str]
    unwanted: list[str] = field(default_factory=list)


ARTICLES = (
    Article(
        "news",
        "沪铜主力合约夜盘收涨 库存连降三周",
        "远帆财经",
        [
            "远帆财经6月12日讯（记者 林一舟）周三夜盘，沪铜主力合约小幅收涨，成交量较前一日放大两成。",
            ("cap", "图为某仓库内待出库的电解铜。资料图片"),
            "三家仓储企业的周报显示，社会库存已经连续三周下降，其中华东地区降幅最大。",
            "库存为何下降",
            "一位贸易商对记者表示，下游线缆厂在价格回落时集中补货，现货升水随之走高。“每天都有车在排队提货。”他说。",
            "不过，也有分析人士提醒，进口窗口打开之后，到港量可能在月底回升。",
            "机构怎么看",
            "北岭期货研究员认为，短期内供应扰动仍然存在，价格重心有望缓慢上移；若宏观数据不及预期，则可能重回区间震荡。",
            "截至发稿，主力合约报七万九千三百元。",
        ],
    ),
    Article(
        "flash",
        "郑糖午后跳水跌逾2%",
        "远帆快讯",
        ["远帆快讯6月12日电，郑糖主力合约午后快速走低，日内跌幅超过2%，成交量明显放大。"],
    ),
    Article(
        "notice",
        "关于调整部分品种交易手续费的通知",
        "北岭商品交易中心",
        [
            "各会员单位：",
            "经研究决定，自6月18日交易时起，对部分品种的交易手续费标准作如下调整：",
            [
                ["品种", "合约", "调整前", "调整后"],
                ["白银", "全部合约", "5元/手", "6元/手"],
                ["热卷", "2410合约", "万分之一", "万分之零点五"],
                ["菜粕", "全部合约", "1.5元/手", "2元/手"],
            ],
            "日内平今仓交易手续费按上述标准执行。",
            "请各会员单位做好风险提示工作。",
            "特此通知。",
            "北岭商品交易中心",
            "2024年6月12日",
        ],
    ),
    Article(
        "interview",
        "对话老交易员：风控从来不是口号",
        "长堤周刊",
        [
            "问：您做了多少年？",
            "答：二十二年，从喊价的时代做到现在。",
            "问：最难忘的一天？",
            "答：那天连续三个跌停。我把所有客户的电话打了一遍，告诉他们先活下来。",
            "问：给年轻人一句话？",
            "答：仓位先于观点。",
            "（本刊记者 许望 整理）",
        ],
    ),
    Article(
        "long",
        "航运成本上升如何传导到进口大豆",
        "南湾研究",
        [
            f"{head}，{tail}"
            for head, tail in (
                ("从运价指数看", "巴拿马型船的日租金在过去四周上涨了百分之十八，为去年十月以来最大的单月涨幅。"),
                ("从航线看", "美湾到华东的运费每吨增加了六美元，而巴西桑托斯港的排队时间延长到十一天。"),
                ("从压榨利润看", "沿海油厂的远月盘面榨利已经转负，部分工厂推迟了七月船期的采购。"),
                ("从库存看", "港口大豆库存处在五年均值附近，豆粕库存偏低，饲料企业的物理库存天数不到七天。"),
                ("从政策看", "储备大豆的拍卖节奏没有变化，成交率在三成左右。"),
                ("综合来看", "运费对进口成本的影响约为每吨四十五元，会在四到六周之后体现在现货报价之中。"),
            )
        ],
    ),
)

NAV = [
    "网站首页",
    "期货频道",
    "股票频道",
    "债券频道",
    "基金频道",
    "外汇频道",
    "宏观频道",
    "评论频道",
    "视频中心",
    "专题汇总",
]
RELATED = [
    "沪铝三连阳 机构称成本支撑仍在",
    "一图看懂上周商品资金流向",
    "夜盘综述：能化板块普遍走弱",
    "多家期货公司上调保证金",
    "铁矿石港口库存创年内新高",
]
HOT = ["周末重磅！三部门联合发文", "突发：某矿山停产检修", "黄金还能涨吗？看看他们怎么说", "油价或迎年内第八次调整"]
COMMENTS = [
    "说得太对了，我去年就是这么亏的，后来再也不敢重仓了。",
    "涨了又怎样，工资又不涨，还是老老实实上班吧！",
    "坐等明天开盘，看看谁在裸泳，反正我已经空仓了。",
]
FOOTER = [
    "关于我们",
    "联系我们",
    "招聘信息",
    "网站地图",
    "远帆网版权所有 未经书面授权不得复制或建立镜像",
    "京ICP备00000001号-1",
    "京公网安备11000000000001号",
    "违法和不良信息举报电话：010-00000000",
]
APP = ["下载远帆客户端 随时随地看行情", "打开APP查看全文", "扫一扫关注微信公众号"]
SHARE = ["分享到微信", "分享到微博", "转发到QQ空间"]


def links(texts: list[str], tag: str = "li") -> str:
    return "".join(f'<{tag}><a href="/a/{n}.html">{text}</a></{tag}>' for n, text in enumerate(texts))


def paragraphs(
    article: Article,
    *,
    open_: str = "<p>　　",
    close: str = "</p>",
    caption: str = '<p class="pic"><img src="1.jpg"></p><p style="text-align:center">{}</p>',
) -> str:
    out = []
    for block in article.blocks:
        if isinstance(block, str):
            out.append(open_ + html.escape(block) + close)
        elif isinstance(block, tuple):
            out.append(caption.format(html.escape(block[1])))
        else:
            rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in block)
            out.append(f'<table border="1"><tbody>{rows}</tbody></table>')
    return "\n".join(out)


def portal(a: Article) -> tuple[str, list[str]]:
    """A portal of the 2010s: breadcrumb, share bar, hot rank, comments, download prompts."""
    body = f"""
<div class="top-nav"><ul>{links(NAV)}</ul><div class="login"><a href="#">登录</a><a href="#">注册</a></div></div>
<div class="crumbs">您的位置：<a href="/">首页</a> &gt; <a href="/q">期货</a> &gt; 正文</div>
<div class="wrap clearfix"><div class="left-main">
<h1 class="main-title">{a.title}</h1>
<div class="date-source"><span class="date">2024年06月12日 15:30</span> 来源：<a href="#">{a.source}</a></div>
<div class="share-bar"><a>{SHARE[0]}</a><a>{SHARE[1]}</a><a>{SHARE[2]}</a><span>0人参与</span></div>
<div class="article" id="artibody">{paragraphs(a)}
<p class="show_author">责任编辑：周小满 </p></div>
<div class="app-down"><p>{APP[0]}</p></div>
<div class="keywords">文章关键词：<a>沪铜</a> <a>库存</a></div>
<div class="related"><h3>相关阅读</h3><ul>{"".join(f'<li><a href="#">{r}</a><span>06-11 09:2{n}</span></li>' for n, r in enumerate(RELATED))}</ul></div>
<div class="comment-box"><h3>网友评论</h3><p>文明上网理性发言，请遵守新闻评论服务协议</p>{"".join(f'<div class="item"><span>网友{n}</span><p>{c}</p><span>回复 | 赞</span></div>' for n, c in enumerate(COMMENTS))}</div>
</div><div class="right-side"><h2>热点排行</h2><ol>{links(HOT)}</ol><div class="qr">{APP[2]}</div></div></div>
<div class="footer"><p>{" | ".join(f"<a>{f}</a>" for f in FOOTER[:4])}</p><p>{FOOTER[4]}</p><p>{FOOTER[5]} {FOOTER[6]}</p><p>{FOOTER[7]}</p></div>"""
    return body, [
        *NAV[1:5],
        "您的位置",
        *SHARE,
        "责任编辑",
        APP[0],
        APP[2],
        *RELATED,
        *COMMENTS,
        "新闻评论服务协议",
        *HOT,
        *FOOTER,
    ]


def tables(a: Article) -> tuple[str, list[str]]:
    """The 2000s: tables lay the page out, the text stands in a cell with line breaks."""
    text = "<br><br>\n".join(
        "&nbsp;&nbsp;&nbsp;&nbsp;" + html.escape(one)
        if isinstance(one, str)
        else (f'<img src="x.gif"><br>{one[1]}' if isinstance(one, tuple) else paragraphs(Article("", "", "", [one])))
        for one in a.blocks
    )
    body = f"""
<TABLE width=960 align=center><TR><TD><IMG SRC=logo.gif></TD><TD>{"".join(f"<A HREF=/>{n}</A> | " for n in NAV)}</TD></TR></TABLE>
<TABLE width=960 align=center><TR><TD width=160 valign=top><TABLE>{"".join(f"<TR><TD>· <A HREF=#>{h}</A></TD></TR>" for h in HOT)}</TABLE></TD>
<TD width=600 valign=top><TABLE width=100%><TR><TD align=center><FONT size=4><B>{a.title}</B></FONT></TD></TR>
<TR><TD align=center>http://www.yuanfan.example 2024年06月12日 15:30 {a.source}</TD></TR>
<TR><TD class=content><FONT id=zoom>{text}</FONT></TD></TR>
<TR><TD align=right>【<A HREF=#>推荐给朋友</A>】【<A HREF=#>大 中 小</A>】【<A HREF=#>打印</A>】【<A HREF=#>关闭窗口</A>】</TD></TR></TABLE>
<TABLE><TR><TD><B>相关新闻</B></TD></TR>{"".join(f"<TR><TD>· <A HREF=#>{r}</A> (06/11 09:20)</TD></TR>" for r in RELATED)}</TABLE></TD></TR></TABLE>
<TABLE width=960 align=center><TR><TD align=center>{" - ".join(f"<A HREF=#>{f}</A>" for f in FOOTER[:4])}<BR>{FOOTER[4]}<BR>{FOOTER[5]}</TD></TR></TABLE>"""
    return body, [*NAV[2:5], *HOT, "推荐给朋友", "关闭窗口", *RELATED, *FOOTER[:6]]


def soup(a: Article) -> tuple[str, list[str]]:
    """Division soup of a news app: hashed class names, no paragraph, recommendations as cards with summaries."""
    text = "".join(
        f'<div class="_3ygOc"><span class="bjh-p">{html.escape(one)}</span></div>'
        if isinstance(one, str)
        else (
            f'<div class="_1x"><img><span class="cap">{one[1]}</span></div>'
            if isinstance(one, tuple)
            else paragraphs(Article("", "", "", [one]))
        )
        for one in a.blocks
    )
    cards = "".join(
        f'<div class="_9k"><a href="#"><div class="_t">{r}</div><div class="_s">{n + 1}万阅读</div></a></div>'
        for n, r in enumerate(RELATED)
    )
    body = f"""<div id="root"><div class="_2b"><a href="/">远帆号</a><a>{NAV[1]}</a><a>{NAV[2]}</a><div>登录</div></div>
<div class="_7a"><div class="_1z"><div class="_aa">{a.title}</div><div class="_bb"><span>{a.source}</span><span>2024-06-12 15:30</span><span>关注</span></div></div>
<div class="_ZZ">{text}</div><div class="_cc">举报/反馈</div></div>
<div class="_ee"><div class="_h">作者最新文章</div>{cards}</div><div class="_ff"><div class="_h">相关推荐</div><div>{links(HOT, "div")}</div></div>
<div class="_gg">{FOOTER[4]} {FOOTER[5]}</div></div>"""
    return body, [*RELATED, *HOT, "举报/反馈", FOOTER[4], FOOTER[5]]


def messenger(a: Article) -> tuple[str, list[str]]:
    """A messenger's article: nested sections, hidden until its script has run."""
    text = "".join(
        f'<section style="margin:0"><section><span style="font-size:15px">{html.escape(one)}</span></section></section>'
        if isinstance(one, str)
        else (
            f"<section><img><p><em>{one[1]}</em></p></section>"
            if isinstance(one, tuple)
            else paragraphs(Article("", "", "", [one]))
        )
        for one in a.blocks
    )
    body = f"""<div id="js_article"><div class="rich_media_inner"><h2 class="rich_media_title" id="activity-name">{a.title}</h2>
<div id="meta_content"><span>原创</span> <a>{a.source}</a> <em id="publish_time">2024-06-12</em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">{text}</div>
<div class="rich_media_tool"><div>阅读原文</div><div>预览时标签不可点</div></div></div>
<div class="qr_code_pc"><p>微信扫一扫<br>关注该公众号</p></div><div class="weui-dialog"><p>继续滑动看下一个</p><p>轻触阅读原文</p></div></div>"""
    return body, ["微信扫一扫", "预览时标签不可点", "轻触阅读原文", "继续滑动看下一个"]


def office(a: Article) -> tuple[str, list[str]]:
    """A government or exchange notice: index table above, attachments, print links, organiser below."""
    body = f"""<div class="header"><div class="logo"></div><div class="menu">{links(["机构概况", "信息公开", "政策法规", "办事服务", "互动交流"], "span")}</div></div>
<div class="position">当前位置：<a>首页</a>&gt;<a>信息公开</a>&gt;<a>通知公告</a></div>
<div class="content"><table class="headInfo"><tr><td>索 引 号：</td><td>000014672/2024-00123</td><td>发布机构：</td><td>{a.source}</td></tr></table>
<h2 class="tit">{a.title}</h2><div class="info">发布时间：2024-06-12　　浏览次数：<span id="hits">136</span>　　字号：【大 中 小】</div>
<div class="TRS_Editor"><div class="Custom_UnionStyle">{paragraphs(a, open_='<p align="justify" style="text-indent:2em">')}</div></div>
<div class="fj">附件：<a href="1.docx">相关说明.docx</a></div><div class="print"><a>【打印本页】</a><a>【关闭窗口】</a></div></div>
<div class="foot"><p>主办单位：北岭商品交易中心　　技术支持：北岭信息中心</p><p>网站标识码：0000000001　{FOOTER[5]}</p><p>地址：北岭市中央大道1号　邮编：000000</p></div>"""
    return body, ["互动交流", "当前位置", "浏览次数", "打印本页", "关闭窗口", "主办单位", "网站标识码", "邮编"]


def blog(a: Article) -> tuple[str, list[str]]:
    """A blog: side bar with calendar and archives, tags, neighbours, comments."""
    archive = links([f"2024年{n}月（{n + 3}）" for n in range(1, 7)])
    body = f"""<div id="header"><h1><a href="/">老林的交易笔记</a></h1><p>慢慢走，比较快</p></div><div id="main"><div class="post"><h2><a href="#">{a.title}</a></h2>
<div class="postmeta">Posted on 2024-06-12 15:30 <a>{a.source}</a> 阅读(120) 评论(3) <a>收藏</a> <a>举报</a></div><div class="postbody">{paragraphs(a, open_="<p>")}</div>
<div class="posttags">标签: <a>期货</a>, <a>笔记</a></div><div class="neighbours"><p>« 上一篇：<a>{RELATED[0]}</a></p><p>» 下一篇：<a>{RELATED[1]}</a></p></div></div>
<div id="comments"><h3>发表评论</h3>{"".join(f'<div class="c"><b>#{n + 1}楼</b> 2024-06-13 <a>访客{n}</a><div>{c}</div></div>' for n, c in enumerate(COMMENTS))}<p>刷新评论 返回顶部</p></div></div>
<div id="sidebar"><h3>公告</h3><p>昵称：老林</p><h3>随笔档案</h3><ul>{archive}</ul><h3>阅读排行榜</h3><ul>{links(HOT)}</ul></div>
<div id="footer">Powered by 博客引擎 Copyright © 2024 老林的交易笔记</div>"""
    return body, ["慢慢走，比较快", *RELATED[:2], *COMMENTS, "昵称", *HOT, "Powered by", "2024年3月（6）", "刷新评论"]


def mobile(a: Article) -> tuple[str, list[str]]:
    """A mobile page: prompts to open an app above, inside and below the text."""
    text = paragraphs(a, open_="<p>", caption="<figure><img><figcaption>{}</figcaption></figure>")
    body = f"""<div class="m-top"><a>{APP[1]}</a></div><article><div class="art_tit">{a.title}</div><div class="art_meta"><time>06-12 15:30</time><span>{a.source}</span></div>
<div class="art_con">{text}</div><div class="unfold">展开全文</div><div class="tips">本文来自第三方投稿，仅供参考，不构成投资建议</div></article>
<section class="rec"><div class="sec-tit">猜你喜欢</div>{"".join(f'<a class="item" href="#"><p>{r}</p><span>远帆网</span></a>' for r in RELATED)}</section>
<section class="hotcmt"><div class="sec-tit">热门评论</div>{"".join(f"<div><p>{c}</p></div>" for c in COMMENTS)}</section><div class="fixed-bar">{APP[0]}<a>立即下载</a></div>"""
    return body, [APP[0], APP[1], "展开全文", *RELATED, *COMMENTS, "立即下载"]


def modules(a: Article) -> tuple[str, list[str]]:
    """A text in wrapped components, with links to other stories and advertisements between its paragraphs."""
    parts = paragraphs(a, open_="<p>").split("\n")
    ad = f'<div class="promo"><h2>相关内容</h2><ul>{links(RELATED[:2])}</ul></div>'
    wrapped = [f'<div data-component="text-block" class="ssrcss-1">{part}</div>' for part in parts]
    half = len(wrapped) // 2
    body = f"""<header><nav>{links(NAV)}</nav></header><main id="main"><div class="ssrcss-0"><h1>{a.title}</h1><ul><li>{a.source}</li><li>2024年6月12日</li></ul>
{"".join(wrapped[:half])}{ad if half else ""}<div class="ad-slot">广告</div>{"".join(wrapped[half:])}</div>
<section data-component="links"><h2>更多相关内容</h2><ul>{links(RELATED[2:])}</ul></section></main><aside><h2>热读</h2><ol>{links(HOT)}</ol></aside><footer><ul>{links(FOOTER[:4])}</ul><p>{FOOTER[4]}</p></footer>"""
    return body, [*NAV[1:4], *RELATED, *HOT, *FOOTER[:5]]


def split(a: Article) -> tuple[str, list[str]]:
    """A text cut into several sibling containers with advertisements between, and page numbers below."""
    parts = paragraphs(a, open_="<p>　　").split("\n")
    third = max(1, len(parts) // 3)
    chunks = [parts[at : at + third] for at in range(0, len(parts), third)]
    text = '<div class="gg"><a href="#">开户送好礼 立即预约</a></div>'.join(
        f'<div class="con-box">{"".join(chunk)}</div>' for chunk in chunks
    )
    body = f"""<div id="hd">{links(NAV, "span")}</div><div id="bd"><div id="title"><h1>{a.title}</h1><p>2024-06-12 15:30:00　来源: {a.source}　作者: 林一舟</p></div>
<div id="con">{text}</div><div class="pages"><a>上一页</a><b>1</b><a>2</a><a>3</a><a>下一页</a><a>余下全文</a></div>
<div class="ed">（编辑：周小满）</div><div class="sm">免责声明：本文仅代表作者个人观点，与远帆网无关。其原创性以及文中陈述文字和内容未经本站证实，请读者仅作参考。</div></div>
<div id="sd"><div class="tit">24小时热榜</div>{links(HOT, "p")}</div><div id="ft">{FOOTER[4]}<br>{FOOTER[7]}</div>"""
    return body, ["开户送好礼", "下一页", "余下全文", *HOT, FOOTER[4], FOOTER[7], "免责声明"]


def broken(a: Article) -> tuple[str, list[str]]:
    """Tags that are never closed, upper case, attributes without quotes."""
    text = paragraphs(a, open_="<P>　　", close="", caption="<CENTER><IMG SRC=a.jpg><BR>{}</CENTER>")
    body = f"""<CENTER><FONT COLOR=#000>{"".join(f"<A HREF=x>[{n}]</A> " for n in NAV)}</FONT></CENTER><HR><H2 ALIGN=center>{a.title}</H2><CENTER>2024-6-12 {a.source}</CENTER>
{text}<P ALIGN=right>责任编辑 周小满<HR><LI><A HREF=1>{RELATED[0]}</A><LI><A HREF=2>{RELATED[1]}</A><HR><CENTER>{FOOTER[4]}<BR>E-mail:web@yuanfan.example</CENTER>"""
    return body, [*NAV[2:4], *RELATED[:2], FOOTER[4]]


def semantic(a: Article) -> tuple[str, list[str]]:
    """A page of today: article, header, footer, aside, all marked as what they are."""
    text = paragraphs(a, open_="<p>", caption="<figure><img alt=''><figcaption>{}</figcaption></figure>")
    body = f"""<header class="site"><nav><ul>{links(NAV)}</ul></nav></header><main><article itemscope><header><h1 itemprop="headline">{a.title}</h1><p class="byline">{a.source} <time datetime="2024-06-12T15:30:00+08:00">6月12日 15:30</time></p></header>
<div itemprop="articleBody">{text}</div><footer><p>责任编辑：周小满</p><ul class="social-share"><li>{SHARE[0]}</li><li>{SHARE[1]}</li></ul></footer></article>
<aside class="recommend-list"><h2>推荐阅读</h2><ul>{links(RELATED)}</ul></aside></main><footer class="site-footer"><p>{FOOTER[4]}</p><p>{FOOTER[5]}</p></footer>"""
    return body, [*NAV[1:4], *RELATED, *SHARE[:2], "责任编辑", FOOTER[4], FOOTER[5]]


def forum(a: Article) -> tuple[str, list[str]]:
    """A thread: the text is the first post, beside its author's panel; signatures and tools around it."""
    text = "<br />\n<br />\n".join(
        html.escape(one)
        if isinstance(one, str)
        else (one[1] if isinstance(one, tuple) else paragraphs(Article("", "", "", [one])))
        for one in a.blocks
    )
    body = f"""<div id="hd"><a>远帆论坛</a> › <a>期货大厅</a> › <a>{a.title}</a></div><div id="postlist"><table><tr><td class="pls"><div>老船长</div><div>积分 1024</div><div>注册时间 2012-3-1</div></td>
<td class="plc"><div class="authi">发表于 2024-6-12 15:30:00 | 只看该作者 | 倒序浏览</div><div class="t_f" id="postmessage_1">{text}</div><div class="sign">签名：顺势而为</div><div class="pob"><a>回复</a> <a>举报</a> <a>收藏0</a></div></td></tr></table></div>
<div id="ft"><p>Powered by 论坛程序 X3.4 © 2001-2024</p><p>GMT+8, 2024-6-13 10:00 , Processed in 0.03 second(s), 8 queries</p></div>"""
    return body, ["积分 1024", "只看该作者", "收藏0", "Processed in", "Powered by"]


LAYOUTS: dict[str, Callable[[Article], tuple[str, list[str]]]] = {
    one.__name__: one
    for one in (portal, tables, soup, messenger, office, blog, mobile, modules, split, broken, semantic, forum)
}


def build_page(layout: str, article: Article) -> Page:
    """Lay one article out."""
    body, unwanted = LAYOUTS[layout](article)
    whole = f'<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{article.title}_期货频道_远帆网</title><script>var hot = "脚本里的文字";</script><style>.a{{color:red}}</style></head>\n<body>{body}\n<script>document.write("统计代码");</script></body></html>'
    wanted = article.wanted
    return Page(f"{layout}-{article.name}", whole, article.title, wanted, [*unwanted, "脚本里的文字", "统计代码"])


def pages() -> Iterator[Page]:
    """Yield every layout with every article."""
    for layout in LAYOUTS:
        for article in ARTICLES:
            yield build_page(layout, article)
