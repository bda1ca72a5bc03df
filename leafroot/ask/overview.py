"""Questions about what Leafroot itself made: tag trees and reports; and about the views that others published.

A view is quoted with its document and never summed up into one of our own.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from assets.reports.query import list_reports, show_report
from assets.tags.query import tree
from assets.text.folding import fold
from assets.text.sentences import split_sentences
from assets.text.spans import Citation, sha256_text
from leafroot.ask.replies import Reply, answered, plain_day, refused
from leafroot.ask.subject import Subject
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = [
    "answer_reports",
    "answer_tags",
    "answer_views",
    "asks_for_reports",
    "asks_for_tags",
    "asks_for_views",
    "find_views",
]

Search = Callable[[str, int], list[dict[str, Any]]]

_TAGS = re.compile(
    r"(?:主题|标签|热点|话题|舆情)(?:都?(?:有|是|包括)?(?:哪些|什么|哪几|多少|几个)|是啥|概况|分布|$|\?)|(?:哪些|什么|哪几个|主要)(?:的)?(?:主题|标签|热点|话题|舆情)"
)
_PROFILES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("research", re.compile("研报|研究|券商报告")),
    ("policy", re.compile("政策|通知|公告|监管")),
    ("news", re.compile("新闻|舆情|资讯|快讯|热点|话题|主题|标签")),
)
_REPORT = re.compile(
    r"(?:舆情日报|日报|极端行情(?:分析)?|风险事件|分析报告|舆情分析)(?:报告)?|(?:哪些|几份|什么|有没有)(?:已?(?:生成|批准|审核)的?)?报告(?!制度|义务|书)|(?<!研究)(?<!大户)报告(?:里|中)?(?:说了|讲了|写了|有哪些|的内容|内容)"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("daily", re.compile("日报|舆情分析")),
    ("extreme_move", re.compile("极端行情")),
    ("risk_event", re.compile("风险事件")),
)
_STATES = {
    "incomplete": "材料不全", "checked": "已核验、未经人工批准", "withheld": "已扣留", "approved": "已批准",
    "retracted": "已撤回",
}  # fmt: skip
_VIEWS = re.compile("怎么看|如何看|观点|看法|怎么评价|如何评价|谁看[多空]|看[多空]的|怎么说|怎么认为|有何判断|评论")
#: Somebody says something: a name stands before the verb.
_HELD = re.compile("[\u4e00-\u9fff]{2}(?:认为|表示|预计|指出|判断|看[多空好淡])")
_SHORTEST = 15
_TOPICS, _QUOTES, _SENTENCES = 10, 4, 6


def asks_for_tags(folded: str) -> str | None:
    """Return the profile whose tags a folded question asks for; None where it asks for something else."""
    if not _TAGS.search(folded):
        return None
    return next((profile for profile, words in _PROFILES if words.search(folded)), None)


def answer_tags(reader: Reader, profile: str, subject: Subject) -> Reply:
    """Answer with the tags of a day (the newest where none is named), those that speak of the products named."""
    day = subject.days[0] if subject.days else None
    try:
        shown = tree(reader, profile, date=None if profile == "policy" else day)
    except UsageError as error:
        return refused("tags", "no_evidence", f"没有这一天的标签树：{error}")
    names = [fold(name) for product in subject.products for name in (product.name, *product.aliases, product.code)]
    topics = []
    for root in shown["roots"]:
        leaves = [leaf for leaf in _leaves(root) if not names or _speaks(leaf["citation"], names)]
        if leaves:
            topics.append((root, leaves))
    topics.sort(key=lambda topic: (-len(topic[1]), topic[0]["tag_id"]))
    about = "、".join(product.name for product in subject.products)
    when = plain_day(shown["date"]) if shown["date"] else "所有日期"
    if not topics:
        return refused("tags", "no_evidence", f"{when}的{profile}标签树里没有关于{about}的内容。")
    lines = [f"{root['label']}（{len(leaves)}条）" for root, leaves in topics[:_TOPICS]]
    more = f"，另有{len(topics) - _TOPICS}个主题" if len(topics) > _TOPICS else ""
    answer = f"{when}{about}共有{len(topics)}个主题：{'；'.join(lines)}{more}。"
    note = "" if day or not shown["date"] else "问题没有写明日期，取最新的一日。"
    cited = [leaf["citation"] for _, leaves in topics[:_TOPICS] for leaf in leaves]
    inferred = f"{subject.inferred}。" if subject.inferred else ""
    return answered("tags", answer, cited, f"取自{profile}标签树，条数为归入该主题的原文片段数。{note}{inferred}")


def _leaves(root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from root["leaves"]
    for child in root["children"]:
        yield from _leaves(child)


def _speaks(citation: Mapping[str, Any], names: Sequence[str]) -> bool:
    text = fold(f"{citation['title']} {citation['quote']}")
    return any(name in text for name in names)


def asks_for_reports(folded: str) -> bool:
    """Whether a folded question asks about reports that were built here."""
    return _REPORT.search(folded) is not None


def answer_reports(reader: Reader, folded: str, subject: Subject) -> Reply:
    """Answer with the sentences of the one report that is meant, else with the list of those that may be."""
    found = list_reports(reader)
    kinds = [kind for kind, words in _KINDS if words.search(folded)]
    if kinds:
        found = [row for row in found if row["kind"] in kinds]
    if subject.days:
        found = [row for row in found if row["date"] in subject.days]
    names = [fold(name) for product in subject.products for name in (product.name, product.code)]
    if names:
        found = [row for row in found if any(name in fold(f"{row['title']} {row['subject']}") for name in names)]
    if subject.months:
        found = [row for row in found if any(month in row["subject"] for month in subject.months)]
    if not found:
        return refused("report", "no_evidence", "没有符合的报告；leafroot report list 列出已有的报告。")
    reports = [show_report(reader, row["id"]) for row in found[:_TOPICS]]
    lines, cited = [], []
    for report in reports:
        sentences = [one for section in report["sections"] for one in section["sentences"]]
        quotes = sentences[: _SENTENCES if len(reports) == 1 else 1]
        is_open = report["status"] not in ("withheld", "retracted")
        lines.append(f"《{report['title']}》（{report['date']}，{_STATES[report['status']]}，{report['id']}）")
        if len(reports) == 1 and is_open:
            lines += [one["text"] for one in quotes]
        cited += [citation for one in quotes if is_open for citation in one["citations"]]
    if not cited:
        return refused("report", "no_evidence", f"{lines[0]}没有可以引用的内容。")
    more = f"共{len(found)}份，列出{len(reports)}份。" if len(found) > 1 else ""
    return answered("report", "\n".join(lines), cited, f"取自本库报告，逐句出处见报告。{more}")


def asks_for_views(folded: str, subject: Subject) -> bool:
    """Whether a folded question asks what others think of a product."""
    return bool(subject.products) and _VIEWS.search(folded) is not None


def answer_views(search: Search, subject: Subject) -> Reply:
    """Answer with views that somebody states, quoted under their documents."""
    found = find_views(search, subject)
    if not found:
        names = "、".join(product.name for product in subject.products)
        return refused("views", "no_evidence", f"资料中没有找到关于{names}的、写明是谁的观点。")
    lines = [f"《{citation['title']}》：{citation['quote']}" for citation in found]
    return answered(
        "views", "\n".join(lines), found, f"以下是{len(found)}处已发表的观点，属于原文作者，不是本库的判断。"
    )


def find_views(search: Search, subject: Subject) -> list[Citation]:
    """Return sentences that state a view on a product named, one a document, best first."""
    found: list[Citation] = []
    for product in subject.products:
        names = [fold(name) for name in (product.name, *product.aliases) if len(name) > 1] or [fold(product.name)]
        query = f"{product.name} 认为 预计 后市 观点"
        for hit in search(query, 20):
            if hit["kind"] != "slice" or hit["citation"]["doc_id"] in {one["doc_id"] for one in found}:
                continue
            citation: Citation = hit["citation"]
            titled = any(name in fold(citation["title"]) for name in names)
            for start, end in split_sentences(citation["quote"]):
                said = fold(citation["quote"][start:end])
                if len(said) >= _SHORTEST and _HELD.search(said) and (titled or any(name in said for name in names)):
                    found.append(_part(citation, start, end))
                    break
    return found[:_QUOTES]


def _part(citation: Citation, start: int, end: int) -> Citation:
    quote, begin = citation["quote"][start:end], citation["start"]
    return Citation(
        **{**citation, "start": begin + start, "end": begin + end, "quote": quote, "sha256": sha256_text(quote)}
    )
