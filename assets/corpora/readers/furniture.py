"""What of a web page is furniture of its site: share bars, related stories, comments, prompts, editor lines, footers.

Elements go by what their class says or by the heading that opens them, lines by being made of such words only. Which of
the remaining lines are the article is chosen in `assets/corpora/readers/article.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml import html

from assets.corpora.readers.blocks import Line, lines_of, squeeze

__all__ = ["drop_furniture", "is_furniture", "is_prose", "trim"]

#: Class names and ids, split at blanks, hyphens, underscores and humps.
_REMARKS = frozenset(["comment", "comments", "cmt", "hotcmt", "pinglun", "disqus", "replies", "postlist-reply"])
_ASIDE = frozenset(
    [
        "share",
        "sharebar",
        "bdshare",
        "bshare",
        "social",
        "related",
        "relate",
        "relevant",
        "recommend",
        "recommends",
        "recommended",
        "rec",
        "tuijian",
        "guess",
        "hot",
        "hotnews",
        "hotlist",
        "hotrank",
        "rank",
        "ranking",
        "paihang",
        "breadcrumb",
        "breadcrumbs",
        "crumb",
        "crumbs",
        "position",
        "location",
        "copyright",
        "footer",
        "foot",
        "ft",
        "topnav",
        "nav",
        "navi",
        "navbar",
        "menu",
        "sidebar",
        "side",
        "aside",
        "login",
        "appdown",
        "download",
        "qr",
        "qrcode",
        "erweima",
        "ewm",
        "toolbar",
        "pagination",
        "pager",
        "pages",
        "pagenav",
        "ad",
        "ads",
        "adv",
        "advert",
        "advertisement",
        "gg",
        "guanggao",
        "banner",
        "promo",
        "popup",
        "modal",
        "dialog",
        "toast",
        "sign",
        "signature",
        "neighbours",
        "neighbors",
        "prevnext",
        "prenext",
        "archives",
        "widget",
        "tags",
        "keywords",
        "tool",
        "tools",
        "disclaimer",
        "print",
        "header",
        "hd",
        "top",
        "topbar",
        "pls",
        "userinfo",
        "subscribe",
        "newsletter",
        "fixedbar",
        "unfold",
        "tips",
        "rich_media_tool",
    ]
)
_OWN = frozenset(["content", "article", "text", "body", "detail", "artibody", "articlebody", "main", "zoom", "editor"])
_NAME = re.compile(r"[a-z]+", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: An element named so may hold this share of the page's sentences and still be furniture.
MINOR = 0.15
_REMARK_HEADING = re.compile(
    r"(?:(?:网友|热门|最新|全部|精彩|我的|文章|用户|新闻|更多)(?:评论|跟帖|留言)|发表(?:评论|留言)|评论(?:区|列表)?|我来说两句|我有话说|我要评论|网友(?:热议|发言)|说点什么吧?|跟帖)(?:[(（]\d+[)）条]?|\d+条?)?"
)
_HEADING = re.compile(
    r"(?:更多)?相关(?:阅读|新闻|报道|推荐|链接|文章|内容|专题|资讯|话题|评论|搜索|主题|帖子|信息)|推荐(?:阅读|新闻|文章|内容|视频|专题)?|"
    r"(?:延伸|扩展|拓展|更多|往期|精彩|热门|热点|编辑|今日|为[您你]|独家|最新|精选|图片|视频|精彩视频|高清|猜你|大家(?:都|还)?|您可能(?:也|还)?(?:会)?)(?:阅读|推荐|新闻|内容|文章|资讯|回顾|排行榜?|喜欢(?:的|看)?|在看|关注|策划|图片|视频|大图|话题|专题|感兴趣.{0,4})|"
    r"(?:(?:阅读|点击|新闻|热点|文章|评论|热门|24小时|48小时|一周|本周|今日|实时|频道)+(?:排行榜?|热榜|热文|热点|热搜榜?|榜)|热榜|热文|热读)|作者(?:最新|其他|更多)?(?:文章|作品)|(?:上|下)一篇|随机推荐|友情链接|合作媒体|猜你喜欢|精彩推荐|热点推荐"
    r"|(?:文章)?(?:标签|关键[词字]|tags?)|.{1,6}(?:最近|最新|其他)文章|最(?:新|热)(?:文章|新闻|资讯|评论|专题|视频)?"
)
_DECORATION = re.compile(r"^[\s\W_]+|[\s\W_]+$")
#: Words that lines of furniture are made of, in full.
_WORDS = re.compile(
    r"分享(?:到|至|给)?(?:好友)?|转发(?:到|至)?|转播到|(?:新浪|腾讯)?微(?:信|博)(?:朋友圈|好友)?|朋友圈|QQ(?:空间|好友)?|人人网|豆瓣|开心网|百度贴吧|复制(?:链接|网址)|二维码|"
    r"打印(?:本页|本文|此页|文章|预览)?|关闭(?:窗口|本页|页面)?|推荐给(?:好友|朋友)|发送给?(?:好友)?|发表评论|我要(?:评论|纠错|投稿)|我来说两句|纠错|评论|回复|举报|反馈|投诉|收藏(?:本[文页])?|加入收藏|设为首页|点赞|点?[赞踩顶]|"
    r"关注(?:我们|该公众号)?|订阅|登[录陆]|注册|首页|返回(?:顶部|首页|列表|目录)|回到?顶部|【?[大中小]】?|字[号体](?:大小)?|[上下]一[页篇条张]|(?:余下|阅读|展开|查看|显示)?全文|展开(?:阅读|更多)?|收起|"
    r"(?:查看|点击|了解|加载)?更多(?:精彩|内容|详情)?|(?:轻触)?阅读(?:原文|数|量|次数)?|浏览(?:次数|量|数)?|点击(?:次数|数|量|查看)?|访问(?:次数|量)|参与|查看|播放|暂停|广告|赞助|推广|立即(?:下载|打开|体验)|打开APP|下载APP|"
    r"原创|微信扫一扫|扫一扫|继续滑动看下一个|预览时标签不可点|尾页|末页|共|页|第|条|次|人|楼主?|只看该作者|倒序浏览|刷新(?:评论)?|电梯直达|(?:正在)?[加载]载中?|网友|文章(?:标签|关键词)|(?:不|没)?感兴趣|赏|打赏|返回[\u4e00-\u9fff]{2,4}[,，]?查看更多",
    re.IGNORECASE,
)
_REST = re.compile(r"[\s\d\W_]+")
_PROMPT = re.compile(
    r"(?:下载|打开|安装|进入).{0,14}(?:APP|客户端)|客户端(?:下载|$)|\w{2,10}APP$|扫(?:一扫|码|描).{0,16}(?:关注|下载|二维码|公众号|客户端|浏览|查看)|关注.{0,12}(?:公众号|微信号)|长按.{0,10}(?:识别|关注)|(?:开户|理财|领取).{0,12}(?:立即|点击|戳)",
    re.IGNORECASE,
)
_EDITOR = re.compile(
    r"[\s\W_]*(?:(?:本文|文章)?来源[:：]\s*\S{1,20}\s+)?(?:责任编辑|責任編輯|责编|编辑|值班编辑|网络编辑|本文编辑|文章来源|稿源|文字编辑|见习编辑|编审|监制|校对|审核|主编|总编)\s*[:：／/ ]\s*[^。！？；]{0,30}|[\s\W_]*责任编辑[^。，！？；]{0,12}"
)
_COUNTER = re.compile(
    r"浏览(?:次数|量)|阅读次数|点击(?:次数|数)|访问量|字(?:号|体)[:：]|人参与|积分\s*\d|注册时间|只看该作者"
)
_PLACE = re.compile(
    r"[\s\W_]*(?:[您你]?(?:现在|当前|目前)?(?:所在)?的?位置|当前(?:栏目|页面))\s*(?:是|在)?\s*[:：]|(?:[^>›»＞。]{1,14}[>›»＞]){2,}[^。]{0,60}$"
)
_SURE_FOOTER = re.compile(
    r"ICP\s*[备备證证]|公网安备|版[权權]所有|©|copyright|all rights reserved|许可证编?号|不良信息举报|举报(?:电话|邮箱|热线)|网站标识码|powered\s+by|processed in|建议使用.{0,20}浏览",
    re.IGNORECASE,
)
_MAYBE_FOOTER = re.compile(
    r"(?:主办|承办|协办|维护|指导)(?:单位)?[:：]|技术支持|邮(?:政)?编(?:码)?[:：]|(?:联系)?(?:地址|电话|传真|邮箱)[:：]|e-?mail|GMT\s*[+-]|京?公网|网站地图|关于我们|联系我们|总访问|^[\s\W\d]*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[\s\W_]*(?:免责(?:声明|条款)|版权(?:声明|说明)|特别声明|郑重声明|特别提示|声明)[:：】\]]?|(?:本文|以上(?:内容|信息)).{0,24}(?:代表作者|投资建议|第三方)|未经.{0,10}(?:授权|许可|同意).{0,16}(?:不得|禁止|严禁|转载)|如(?:有|涉及).{0,6}侵权|(?:转载|来源)请注明"
)
#: Formulas that sites put below a text.
_FORMULA = re.compile(
    r"海量资讯|更多.{0,24}(?:请(?:进入|关注|下载|登录|点击)|就在|尽在)|.{0,40}(?:版权|著作权)归.{0,30}所有|版权作品|.{0,16}发布此信息的?目的|.{0,30}平台仅提供信息存储|分享让更多人看到|"
    r"对文章打分|已有\s*\d+\s*[条人位]|获取授权|.{0,12}(?:侵权必究|严禁转载|谢绝转载)|(?:编辑|发布)于\s*\d{4}[-年]|[【\[]?纠错[】\]]?|点击进入|.{0,30}(?:转载|引用)(?:请|须|需)|\d{18,}$"
)
_DAY = re.compile(r"[\s\W_]*\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s\W_]*")
_STOP = re.compile(r"[。！？；，：]")
_ENDS = re.compile(r"[。！？；：”）)]$")
#: Lines from one day to the next in a list of stories.
LISTED = 4
SHORT_LINE = 60
MAX_FOOTER = 120
MAX_DISCLAIMER = 260
#: What may follow a heading of related stories that stands inside the article, as a share of all its sentences.
LEAVINGS = 0.2


def is_prose(line: Line) -> bool:
    """Tell a line that reads like a sentence and is no link."""
    return line.link_share < 0.5 and bool(_STOP.search(line.text))


def is_furniture(line: Line) -> bool:
    """Tell a line that is made of the site's own words: share and print links, counters, prompts, the way to the page."""
    text = line.text
    if line.is_row or len(text) > MAX_FOOTER:
        return False
    if _PLACE.match(text) or (_COUNTER.search(text) and "。" not in text):
        return True
    if len(text) > SHORT_LINE:
        return False
    if _EDITOR.fullmatch(text) or ("。" not in text and len(text) <= 40 and _PROMPT.search(text)):
        return True
    found = _WORDS.findall(text)
    return any(len(one) > 1 for one in found) and not _REST.sub("", _WORDS.sub("", text))


def drop_furniture(tree: html.HtmlElement, title: str | None) -> None:
    """Take out, in place, comments, related stories and what else the page names as beside the text.

    Args:
        tree: The page.
        title: Its title; an element that holds a heading of these words stays.
    """
    wanted = squeeze(title or "")
    needed = {node for one in tree.iter("h1") if _is_heading(one, wanted) for node in (one, *one.iterancestors())}
    _drop_named(tree, needed, _REMARKS, None)
    _drop_headed(tree, needed, remarks=True)
    _drop_headed(tree, needed, remarks=False)
    _drop_named(tree, needed, _ASIDE, MINOR)


def trim(lines: Sequence[Line]) -> list[Line]:
    """Cut what the site puts behind an article: related stories from their heading on, notices of rights, footers."""
    kept = list(lines)
    prose = [len(squeeze(line.text)) if is_prose(line) else 0 for line in kept]
    total = sum(prose)
    for place, line in enumerate(kept):
        if len(line.text) > SHORT_LINE:
            continue
        bare = _DECORATION.sub("", line.text)
        remarks = _REMARK_HEADING.fullmatch(bare)
        if not place or not (remarks or _HEADING.fullmatch(bare)) or sum(prose[:place]) <= total / 2:
            continue
        if remarks or sum(prose[place:]) <= LEAVINGS * total:
            kept = kept[:place]
            break
    return _without_footer(_without_list(kept))


def _without_list(kept: list[Line]) -> list[Line]:
    """Drop a closing list of stories with their days; one day is how a notice is signed."""
    at = len(kept)
    while at > 1 and not _ENDS.search(kept[at - 1].text) and not kept[at - 1].is_row:
        at -= 1
    days = [place for place in range(at, len(kept)) if _DAY.fullmatch(kept[place].text)]
    return kept[: max(at, days[0] - 1)] if len(days) > 1 and days[-1] - days[0] < LISTED * len(days) else kept


def _without_footer(kept: list[Line]) -> list[Line]:
    """Drop the closing lines that belong to the site; an address alone is a letter's, one beside a licence the site's."""
    while True:
        size = len(kept)
        at = size
        sure = False
        while at > 1 and len(kept[at - 1].text) <= MAX_FOOTER and not kept[at - 1].is_row:
            text = kept[at - 1].text
            if _SURE_FOOTER.search(text):
                sure = True
            elif not _MAYBE_FOOTER.search(text):
                break
            at -= 1
        if sure:
            kept = kept[:at]
        last = kept[-1].text if kept else ""
        if len(kept) > 1 and (
            (len(last) <= MAX_DISCLAIMER and _DISCLAIMER.match(last))
            or (len(last) <= MAX_FOOTER and _FORMULA.match(last))
        ):
            kept = kept[:-1]
        if len(kept) == size:
            return kept


def _names(node: html.HtmlElement) -> set[str]:
    given = f"{node.get('class') or ''} {node.get('id') or ''}"
    if not given.strip():
        return set()
    words = {word.lower() for word in _NAME.findall(_HUMP.sub(" ", given))}
    return words | {one.lower().replace("-", "").replace("_", "") for one in given.split()}


def _weights(tree: html.HtmlElement) -> tuple[Counter[html.HtmlElement], int]:
    """Count the characters of sentences and table rows under each element."""
    weights: Counter[html.HtmlElement] = Counter()
    total = 0
    for line in lines_of(tree):
        size = len(squeeze(line.text)) if is_prose(line) or (line.is_row and line.link_share < 0.3) else 0
        if not size or is_furniture(line):
            continue
        total += size
        node = line.node
        while node is not None:
            weights[node] += size
            node = node.getparent()
    return weights, total


def _drop_named(
    tree: html.HtmlElement, needed: set[html.HtmlElement], names: frozenset[str], minor: float | None
) -> None:
    """Drop elements by name; with `minor` only those that hold no more than that share of the page's sentences."""
    weights, total = _weights(tree)
    for node in list(
        tree.iter("div", "section", "ul", "ol", "dl", "p", "span", "td", "table", "form", "header", "h3", "h4")
    ):
        found = _names(node)
        if not found & names or (minor is not None and found & _OWN) or node in needed or _is_root(node):
            continue
        share = weights[node] / max(1, total)
        # Where the text itself is short its neighbours weigh much, so that remarks have no limit but being everything.
        if share <= (minor if minor is not None else 0.999):
            _drop(node)


def _drop_headed(tree: html.HtmlElement, needed: set[html.HtmlElement], *, remarks: bool) -> None:
    """Drop the elements that a heading of related stories or of comments opens."""
    pattern = _REMARK_HEADING if remarks else _HEADING
    weights, total = _weights(tree)
    seen = 0
    for line in lines_of(tree):
        bare = _DECORATION.sub("", line.text)
        if len(bare) > 16 or not pattern.fullmatch(bare) or line.node is None:
            seen += len(squeeze(line.text)) if is_prose(line) else 0
            continue
        node = line.node
        while (parent := node.getparent()) is not None and parent.tag not in ("body", "html") and _opens(parent, node):
            node = parent
        if node in needed or _is_root(node):
            continue
        share = weights[node] / max(1, total)
        if share <= MINOR or (remarks and seen and share < 0.999):
            _drop(node)


def _opens(parent: html.HtmlElement, child: html.HtmlElement) -> bool:
    """Tell whether nothing that is read stands before a child in its parent."""
    if (parent.text or "").strip():
        return False
    for one in parent:
        if one is child:
            return True
        if (isinstance(one.tag, str) and one.text_content().strip()) or (one.tail or "").strip():
            return False
    return True


def _is_heading(node: html.HtmlElement, title: str) -> bool:
    text = squeeze(node.text_content())
    return len(text) >= 4 and (title.startswith(text[:8]) or text.startswith(title[:8]))


def _is_root(node: html.HtmlElement) -> bool:
    return node.getparent() is None or node.tag in ("body", "html")


def _drop(node: html.HtmlElement) -> None:
    if node.getparent() is not None:
        node.drop_tree()
