"""Finds views (who says what about where a price goes) and fuses those that are the same.

Two views are the same where target, direction, horizon and the matter they rest on agree; holders and wording may differ.
Opposed views never meet in one viewpoint, a view that its holder took back the same day keeps its citation and loses its
holder. What does not belong here: how direction, horizon, target and holder are read (views/).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assets.reports.evidence.excerpts import ENDS, skip_dateline, skip_label
from assets.reports.evidence.model import Document, Excerpt
from assets.reports.evidence.roles import is_boilerplate, is_hostile, is_rumour, is_tick, role_of
from assets.reports.evidence.subject import find_products
from assets.reports.views.grounds import matters_of
from assets.reports.views.holder import Holder, is_attribution, is_house, learn_persons, read_holder
from assets.reports.views.horizon import HORIZONS, read_horizon
from assets.reports.views.stance import Stance, read_stance
from assets.reports.views.support import ground_spans
from assets.reports.views.target import is_policy_target, main_product, read_target
from assets.text.products import PRODUCTS
from assets.text.sentences import split_sentences

__all__ = ["Fused", "View", "find_viewpoints", "find_views", "fuse_groups", "fuse_views"]

STANCES = ("bullish", "bearish", "neutral", "mixed")
#: Words by which a sentence says what may come or what somebody holds, rather than what was.
_CUE = re.compile(
    r"预计|预期(?!的|差)|预判|料(?=将|会|在|难|继|维|有)|倾向|建议|主张|看好|看淡|维持|可能|或(?=将|许|有|会|能|可|再|在|继)|有望|大概|多半|(?<![即])将|(?<![协机社大开商理委工])会(?![议员计上展])|总要|还得|还要|要(?:跌|涨|回|往)|必|难|怕是|只有|迟早|接下来|后面|未来|短线|短期|中期|长期"
    r"|(?:观点|看法|判断|评级)[：:]|偏[强弱](?:震荡|运行)|震荡偏[强弱]|看[涨跌多空]|[做偏][多空]|多头|空头|观望|方向|不给|凭什么|谁|没悬念|道理|越来越|往[上下]|下不来|上不去|修复|续[得不]|才怪|不必|余地|空间|不了|还能|又能|总归|势必"
)
#: Advice is a view only where it takes a side.
_ADVICE = re.compile(r"建议|应(?:当|该|加强|提前|及时|密切|做好|合理)|控制仓位|防范|做好[^，。]{0,8}(?:准备|测算)")
_POSITION = re.compile(r"做[多空]|看[多空]|逢[高低]|多单|空单|多配|(?:没有|无|看不清)[^，。]{0,3}方向")
_EFFECT_OF = re.compile(r"对[^，。：]{2,10}[：:]|影响方面")
#: Words that stand for nobody in particular.
_NOBODY = frozenset(
    {"市场", "业内", "各方", "交易员", "分析人士", "市场人士", "业内人士", "多数机构", "记者", "市场普遍"}
)
#: A cause, a statement or a report about opinions is no view of where a price goes.
_NO_VIEW = re.compile(
    r"分歧|(?:下跌|上涨|大跌|大涨|回落|反弹)[^，。]{0,12}(?:主因|原因|缘于|源于|因为|由于)|原因(?:是|在于|方面)|不实|澄清|辟谣|(?:期权|合约)[^。]{0,8}(?:将于|到期)|限额|公告(?:称|，)"
)
_PAST = re.compile(
    r"收(?:报|于|盘价)|[跌涨]至|[跌涨]破|触发|低开|高开|开盘|报\d|结算价|开盘(?:报|于|价)|盘中(?:最|触|一度)|持仓|成交(?:量|额)|通知|公告，|截至|环比|同比(?!为正)|受理|触及|历年|过去[一-龥\d]{1,3}年"
)
_SYMBOL = re.compile(r"(?<![A-Za-z])[A-Z]{1,2}\d{3,4}(?!\d)")
#: A cell of a table row, least cells of one that holds a view, and the words of a side.
_CELL = re.compile(r"[^|\n]*[^|\s][^|\n]*")
CELLS = 3
_SIDE = re.compile(r"看[涨跌多空平]|[偏做][多空强弱]|震荡|观望|中性|上行|下行|走[强弱高低]")
#: What heads a paragraph about one product.
_HEADED = re.compile(r"\s*【([^】\n]{1,12})】")
_SPLIT_CHANGE = re.compile(r"[：:]")
#: Clauses of ground that one viewpoint names at most.
MOST_GROUNDS = 4


@dataclass(frozen=True)
class View:
    """One view as one sentence (or two) states it."""

    excerpt: Excerpt
    holder: Holder
    stance: Stance
    target: str
    horizon: str | None
    matters: frozenset[str]
    moment: str
    taken_back: bool = False

    @property
    def words(self) -> str:
        return re.sub(r"\s+", "", self.excerpt.text)


@dataclass(frozen=True)
class Fused:
    """One viewpoint as the contract prints it, what it is about and the words of its first holder."""

    point: dict[str, Any]
    matters: frozenset[str]
    product: str | None
    words: str


def find_viewpoints(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Find the views in some documents, reposts included, and fuse the same ones.

    Returns:
        One dictionary per viewpoint: stance, target, horizon (短期, 月度, 季度, 年度 or null), holders (each once, sorted;
        those who took the view back left out, then named in `superseded`), citations in order of publication.
    """
    return fuse_views(find_views(documents), documents)


def fuse_views(views: Sequence[View], documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Fuse views found in some documents; see `find_viewpoints`."""
    return [fused.point for fused in fuse_groups(views, documents)]


def fuse_groups(views: Sequence[View], documents: Sequence[Document]) -> list[Fused]:
    """Fuse views found in some documents, each viewpoint with its matters; see `find_viewpoints`."""
    names = _target_names(documents)
    fused = []
    for group in _fuse(views):
        code = re.match(r"[A-Z]+(?:_[A-Z]+)?", group[0].target)
        matters = frozenset().union(*(view.matters for view in group))
        fused.append(Fused(_viewpoint(group, names), matters, code.group() if code else None, group[0].words))
    return sorted(fused, key=lambda one: _order(one.point))


def find_views(documents: Sequence[Document]) -> list[View]:
    """Find each single view, in order of publication; see `find_viewpoints`."""
    ordered = sorted(documents, key=lambda d: (d.published or "", d.doc_id))
    persons = learn_persons(ordered)
    whole = main_product([f"{d.title}\n{d.text}" for d in ordered])
    found: list[View] = []
    changes: list[tuple[str, str, str]] = []
    for document in ordered:
        if document.lane not in ("news", "research"):
            continue
        product = main_product([document.title, document.text]) or whole
        for view, change in _views_of(document, persons, product):
            if change:
                changes.append((change, document.published or "", document.doc_id))
            if view:
                found.append(view)
    return _mark_taken_back(found, changes)


def _units(document: Document) -> Iterator[tuple[int, int]]:
    """Sentences; the answer to a rhetorical question stays with the question, who said it with the quotation."""
    text = document.text
    held: tuple[int, int] | None = None
    for start, end in split_sentences(text):
        start = skip_label(text, skip_dateline(text, start, end), end)
        if held and text[held[1] - 1] in "？?" and "\n" not in text[held[1] : start] and end - held[0] < 120:
            held = (held[0], end)
            continue
        if held and text[held[1] - 1] in "”」" and text[held[1] : start] == "" and is_attribution(text[start:end]):
            held = (held[0], end)
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _views_of(
    document: Document, persons: Mapping[str, str], product: str | None
) -> Iterator[tuple[View | None, str | None]]:
    """Yield each view of a document, and the holder who takes an earlier one back where a sentence says so."""
    previous: str | None = None
    headed = product
    for start, end in _units(document):
        headed = _headed(document.text, start) or headed
        sentence = document.text[start:end]
        row = _row_view(document, start, end) if sentence.count("|") >= CELLS - 1 else None
        if row is not None:
            yield row, None
            continue
        if is_hostile(sentence) or is_boilerplate(sentence, ended=sentence[-1] in ENDS):
            continue
        holder = read_holder(sentence, document, persons, previous)
        previous = holder.via or holder.name
        change = None
        if role_of(sentence) == "change" and holder.via is None:
            change = holder.name
            colon = _SPLIT_CHANGE.search(sentence)
            if colon is None:
                yield None, change
                continue
            start += colon.end()
        view = _view(document, start, end, holder, headed)
        if view and holder.via and role_of(sentence) == "change":
            view = replace(view, taken_back=True)
        yield view, change


def _row_view(document: Document, start: int, end: int) -> View | None:
    """The view in a row of a table that has a house in one cell, a product in another and a side in a third."""
    cells = [match for match in _CELL.finditer(document.text, start, end) if match.group().strip()]
    houses = [cell for cell in cells if is_house(cell.group().strip())]
    sides = [cell for cell in cells if _SIDE.search(cell.group()) and not is_hostile(cell.group())]
    if len(cells) < CELLS or len(houses) != 1 or len(sides) != 1:
        return None
    product = main_product([cell.group().strip() for cell in cells if cell is not houses[0]])
    text = sides[0].group().strip()
    stance = read_stance(text)
    if product is None or stance.name is None:
        return None
    excerpt = Excerpt(document, cells[0].start(), cells[-1].end())
    horizon = next((h for cell in cells if (h := read_horizon(cell.group(), document.day))), None)
    holder = Holder(houses[0].group().strip(), named=True)
    return View(excerpt, holder, stance, product, horizon, matters_of(excerpt.text), document.published or "")


def _headed(text: str, start: int) -> str | None:
    """The product in the brackets that head the paragraph in which a sentence starts (`【焦炭】`)."""
    begin = text.rfind("\n", 0, start) + 1
    head = _HEADED.match(text, begin, start)
    return main_product([f"{head[1]}期货"]) if head else None


def _view(document: Document, start: int, end: int, holder: Holder, product: str | None) -> View | None:
    text = document.text[start:end].rstrip("。；; ")
    horizon = read_horizon(text, document.day)
    if _NO_VIEW.search(text) or not _may_be_view(text, horizon, holder):
        return None
    own = find_products(text)
    target = read_target(text, main_product([text]) if max(own.values(), default=0) >= 2 else product)
    stance = read_stance(text, policy=is_policy_target(target))
    if stance.name is None:
        return None
    excerpt = Excerpt(document, start, start + len(text))
    return View(excerpt, holder, stance, target, horizon, matters_of(text), document.published or "")


def _may_be_view(text: str, horizon: str | None, holder: Holder) -> bool:
    """Whether a sentence looks ahead; one that nobody is named for must do so in more than one way."""
    advises = _ADVICE.search(text) is not None and not _POSITION.search(text)
    if is_tick(text) or holder.name in _NOBODY or advises or _EFFECT_OF.match(text):
        return False
    cue = _CUE.search(text) is not None
    if holder.named:
        return (horizon is not None or cue) and not (_PAST.search(text) and (horizon is None or not cue))
    return cue and horizon is not None and not _PAST.search(text) and not is_rumour(text)


def _mark_taken_back(views: list[View], changes: Sequence[tuple[str, str, str]]) -> list[View]:
    """Mark the views that a holder voiced before taking back, and later quotes of them by others."""
    out = list(views)
    for name, moment, doc_id in changes:
        new = [v for v in views if v.holder.name == name and v.excerpt.document.doc_id == doc_id]
        old = [
            i for i, v in enumerate(out)
            if v.holder.name == name and v.moment < moment and (not new or any(v.target == n.target for n in new))
        ]  # fmt: skip
        stances = {(out[i].target, out[i].stance.name) for i in old}
        for i, view in enumerate(out):
            late = view.holder.name == name and view.holder.via and (view.target, view.stance.name) in stances
            if i in old or (late and view.moment >= moment):
                out[i] = replace(view, taken_back=True)
    return out


def _fuse(views: Sequence[View]) -> list[list[View]]:
    """Group the same views; a direction that the words leave in doubt is fused only with a repeat of the same words."""
    groups: list[list[View]] = []
    by_words: dict[str, list[View]] = {}
    by_key: dict[tuple[str, str | None, str | None], list[list[View]]] = defaultdict(list)
    for view in views:
        same = by_words.get(view.words)
        if same is None:
            same = _closest(view, by_key[(view.target, view.stance.name, view.horizon)]) if view.stance.sure else None
        if same is None:
            same = []
            groups.append(same)
            if view.stance.sure:
                by_key[(view.target, view.stance.name, view.horizon)].append(same)
        same.append(view)
        by_words.setdefault(view.words, same)
    return groups


def _closest(view: View, groups: Sequence[list[View]]) -> list[View] | None:
    """The group with a view's own holder, else that which shares most matters with it; without any matter the first."""
    best, score = None, 0.0
    for group in groups:
        matters = frozenset().union(*(v.matters for v in group))
        if view.holder.name in {v.holder.name for v in group}:
            like = 2.0
        elif view.stance.name in ("neutral", "mixed") or not matters or not view.matters:
            like = 0.01
        else:
            like = len(matters & view.matters) / len(matters | view.matters)
        if like > score:
            best, score = group, like
    return best


def _target_names(documents: Sequence[Document]) -> dict[str, str]:
    """How each product is printed as a target: the contract that the documents name most, else its name."""
    found: Counter[str] = Counter()
    for document in documents:
        found.update(match.group() for match in _SYMBOL.finditer(f"{document.title}\n{document.text}"))
    names = {code: product.name for code, product in PRODUCTS.items()}
    for symbol, _ in sorted(found.items(), key=lambda pair: (pair[1], pair[0])):
        code = symbol.rstrip("0123456789")
        if code in names:
            names[code] = symbol
    return names


def _viewpoint(group: Sequence[View], names: Mapping[str, str]) -> dict[str, Any]:
    first = group[0]
    current = sorted({v.holder.name for v in group if not v.taken_back})
    gone = sorted({v.holder.name for v in group if v.taken_back} - set(current))
    match = re.match(r"[A-Z]+(?:_[A-Z]+)?", first.target)
    target = first.target
    if match and match.group() in names:
        name = names[match.group()]
        target = name + target[match.end() :]
    point = {
        "stance": first.stance.name,
        "target": target,
        "horizon": first.horizon,
        "holders": current,
        "citations": [v.excerpt.cite() for v in group],
        "grounds": [span.cite() for span in _grounds(group)],
    }
    return point | ({"superseded": gone} if gone else {})


def _grounds(group: Sequence[View]) -> list[Excerpt]:
    """The grounds that the holders give, the same words once."""
    spans = {re.sub(r"\s+", "", span.text): span for view in reversed(group) for span in ground_spans(view.excerpt)}
    return list(spans.values())[::-1][:MOST_GROUNDS]


def _order(point: Mapping[str, Any]) -> tuple[Any, ...]:
    horizon = HORIZONS.index(point["horizon"]) if point["horizon"] else len(HORIZONS)
    first = point["citations"][0]
    return point["target"], horizon, STANCES.index(point["stance"]), first["doc_id"], first["start"]
