"""Policy facts of notices: the public functions, and what is kept of what the walk found.

The grammar: `words/` reads figures, times, subjects and items; `blocks.py` cuts a notice into prose and tables; `prose.py`
walks sentences (`naming.py`, `timing.py`, `clauses.py`, `pairing.py`), `tables.py` rows (`columns.py`); both keep what was
said in `memory.py`.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from assets.records.policy.blocks import Block, mask_injections, read_plain, split_blocks
from assets.records.policy.memory import Fact, Memory
from assets.records.policy.prose import Walker
from assets.records.policy.tables import walk_table
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import ISSUER, Issuer, find_issuer, read_publisher
from assets.records.policy.words.moments import Calendar
from assets.records.policy.words.subjects import find_contracts, find_products
from assets.records.policy.words.values import VALUE
from assets.records.schema import POLICY_FACTS
from assets.text.dates import shanghai_day
from assets.text.spans import canonical_json, digest_id, sha256_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["build_policy_facts", "extract_facts"]

#: A notice that only proposes.
_DRAFT = re.compile(
    r"征求意见稿|公开征求(?:社会)?意见|征求[^,;。]{0,24}意见|(?:修订|修改|规则|细则|办法)?草案|讨论稿|拟定为|拟将|拟于|拟自|拟对|拟调整|向社会(?:公开)?征求"
)
_NO_DRAFT = re.compile(r"(?:此前|前期|已|曾|经)[^,;。]{0,10}征求[^,;。]{0,20}意见")
#: A text of nobody in office that tells what it heard.
_HEARSAY = re.compile(
    r"群聊|听说|真假自辨|未见(?:任何)?(?:官方)?(?:公告|通知)|未经(?:官方)?证实|据某?(?:群友|网友|知情人)|坊间|小道消息|传闻|网传|未获(?:官方)?(?:证实|确认)|爆料|未(?:有|发布)(?:任何)?(?:官方)?公告|以官方为准"
)
#: A text that says of itself that it is none in earnest.
_REHEARSAL = re.compile(
    "不产生实际效力|不具有?(?:任何)?效力|系统测试公告|测试(?:通知|公告)[,。)]|仅供(?:测试|演练)|仿真(?:交易|测试)"
)
#: A closing remark that the figures above are no change.
_NO_NEWS = re.compile(r"(?:以上|上述|前述)[^,;。]{0,6}(?:为|是|系)(?:历史|现行|当前|目前|过往|既往|此前|过去|原有)")
#: A field of a notice in form of a list: 新标准：……
_FIELD = re.compile(r"[\u4e00-\u9fff()、]{2,9}:(?=.)")
#: Days after which a date before the publication is a tale of the past.
_PAST_DAYS = 45


def extract_facts(text: str, *, title: str, published: str | None, publisher: str | None) -> list[dict[str, Any]]:
    """Extract the rule changes that a notice states.

    Args:
        text: Stored text; spans are code-point offsets into it.
        title: Title, which may name an item that a table leaves out, and marks drafts and hearsay. It adds no fact.
        published: Publication day or moment, ISO 8601; gives a missing year.
        publisher: Who posted it; not always who decided.

    Returns:
        One dictionary per fact in reading order: issuer, issuer_level, product, scope, contracts, item, detail, old, new,
        unit, effective_date, effective_point, effective_condition, has_until, until_date, until_point, until_condition,
        start, end. Decimals and dates are strings.
    """
    masked = mask_injections(text)
    plain, head = read_plain(masked), read_plain(title or "")
    owner = read_publisher(read_plain(publisher)) if publisher else _signature(masked)
    if (
        _is_proposal(head, plain)
        or _REHEARSAL.search(head + plain)
        or (owner is None and _HEARSAY.search(head + plain))
    ):
        return []
    day = shanghai_day(published) if published else None
    memory = Memory(owner, _first_issuer(owner, plain), Calendar(dt.date.fromisoformat(day) if day else None), text)
    memory.title_items = _title_items(head)
    walker = Walker(memory)
    _walk(split_blocks(masked), walker, memory)
    if _NO_NEWS.search(plain):
        memory.facts = [fact for fact in memory.facts if fact.is_dated]
    return [_row(memory, fact) for fact in _kept(memory)]


def build_policy_facts(sources: "pl.DataFrame") -> "pl.DataFrame":
    """Extract the facts of all notices.

    Args:
        sources: Rows of SOURCES; those of other lanes are left out. Needs doc_id, lane, title, source, published,
            published_date, text.

    Returns:
        POLICY_FACTS, a row per fact, sorted by doc_id and ordinal; contracts are canonical JSON.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    for source in sources.sort("doc_id").iter_rows(named=True):
        if source["lane"] == "policies":
            rows.extend(_document_rows(source))
    kinds: dict[str, Any] = {"int": pl.Int64, "bool": pl.Boolean, "float": pl.Float64}
    schema = {column.name: kinds.get(column.type, pl.String) for column in POLICY_FACTS.columns}
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema, orient="row")


def _document_rows(source: dict[str, Any]) -> list[dict[str, Any]]:
    found = extract_facts(
        source["text"],
        title=source["title"] or "",
        published=source["published"] or source["published_date"],
        publisher=source["source"],
    )
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for ordinal, fact in enumerate(found):
        months = canonical_json(fact["contracts"])
        scope = f"{fact['scope']}{months}{fact['issuer']}{fact['effective_date']}{fact['effective_condition']}"
        fact_id = digest_id(
            source["doc_id"], fact["start"], fact["end"], fact["product"], fact["item"], fact["detail"], scope
        )
        seen[fact_id] = seen.get(fact_id, 0) + 1
        if seen[fact_id] > 1:
            fact_id = digest_id(fact_id, seen[fact_id])
        rows.append(
            {
                **fact,
                "fact_id": fact_id,
                "doc_id": source["doc_id"],
                "sha256": sha256_text(source["text"][fact["start"] : fact["end"]]),
                "ordinal": ordinal,
                "published_date": source["published_date"],
                "contracts": months,
            }
        )
    return rows


def _is_proposal(head: str, plain: str) -> bool:
    return bool(_DRAFT.search(head)) or (bool(_DRAFT.search(plain)) and not _NO_DRAFT.search(plain))


def _signature(text: str) -> Issuer | None:
    """Return who signed a notice that names no publisher: one of its last lines, or of its first."""
    lines = [read_plain(line) for line in text.splitlines() if line.strip()]
    for line in [*reversed(lines[-3:]), *lines[:3]]:
        bare = re.sub(
            r"\d{4}年\d{1,2}月\d{1,2}日.*$|^(?:发布单位|来源|发布机构|发文单位)[::]|发布时间.*$", "", line
        ).strip(":,。")
        owner = read_publisher(bare) if 3 < len(bare) <= 24 else None
        if owner is not None:
            return owner
    return None


def _first_issuer(owner: Issuer | None, plain: str) -> Issuer | None:
    """Return who decides where a sentence does not say: the publisher, else the exchange that the text names first."""
    if owner is not None:
        return owner
    for match in ISSUER.finditer(plain):
        found = find_issuer(match.group())
        if found is not None:
            return found
    return None


def _title_items(head: str) -> list[tuple[str, str | None]]:
    return [(item, None) for item in dict.fromkeys(item for item, _, pattern in lexicon.ITEMS if pattern.search(head))]


def _walk(blocks: Iterable[Block], walker: Walker, memory: Memory) -> None:
    """Walk the blocks in order; a date before a list governs the list, and ends with it."""
    lead, level = "", 0
    for number, block in enumerate(blocks):
        if block.view is None:
            walk_table(block.rows, memory, lead, number)
            continue
        if memory.lead_when is not None:
            rank = _rank(block.mark)
            is_part = _is_entry(block.view.text) or _FIELD.match(block.view.text) is not None
            if rank < level or (block.mark is None and not is_part and not lead.endswith(":")):
                memory.lead_when = memory.lead_until = None
            elif level == 0 and block.mark is not None:
                level = rank
        before = memory.lead_when
        walker.walk_block(block.view, number)
        if memory.lead_when is not before:
            level = 0 if block.mark is None else _rank(block.mark) + 1
        lead = block.view.text


def _rank(mark: str | None) -> int:
    """Return how deep a list mark stands: 一、 then （一） then 1. then （1） then ①."""
    if mark is None:
        return 9
    order = ("#", "第一", "一", "(一", "（一", "1", "(1", "（1", "①")
    found = [at for at, start in enumerate(order) if mark.startswith(start)]
    return found[-1] + 1 if found else len(order)


def _is_entry(line: str) -> bool:
    """Return whether a line without a mark is an entry of a list: a product or contract, then its figures."""
    products, contracts = find_products(line), find_contracts(line, None)
    starts = (
        [one[0] for one in products[:1]]
        + [one.start for one in contracts[:1]]
        + [match.start() for match in [lexicon.OTHERS.search(line)] if match]
    )
    return bool(starts) and min(starts) <= 3 and VALUE.search(line) is not None and len(line) <= 80


def _kept(memory: Memory) -> list[Fact]:
    """Leave out repeats and tales of the past."""
    published = memory.calendar.published
    kept: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    for fact in memory.facts:
        date = fact.when.date
        if published is not None and date is not None and (published - dt.date.fromisoformat(date)).days > _PAST_DAYS:
            continue
        if fact.is_plain and not fact.is_dated and not memory.is_withdrawn:
            continue
        if fact.old is not None and fact.new is not None and fact.old == fact.new:
            continue
        key = (fact.issuer, fact.product, fact.scope, fact.item, fact.detail, fact.new, fact.unit, fact.when)
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    return kept


def _row(memory: Memory, fact: Fact) -> dict[str, Any]:
    """Return a fact as the public functions give it; clauses are those of the stored text."""
    text = memory.text
    start, end = fact.start, fact.end
    while end > start and text[end - 1] in "，,；;。：: \t":
        end -= 1
    until = fact.until
    return {
        "issuer": fact.issuer.name,
        "issuer_level": fact.issuer.level,
        "product": fact.product,
        "scope": fact.scope.kind,
        "contracts": list(fact.scope.months),
        "item": fact.item,
        "detail": fact.detail,
        "old": fact.old,
        "new": fact.new,
        "unit": fact.unit,
        "effective_date": fact.when.date,
        "effective_point": fact.when.point,
        "effective_condition": memory.clauses.get(fact.when.condition or "", fact.when.condition),
        "has_until": until is not None,
        "until_date": until.date if until else None,
        "until_point": until.point if until else None,
        "until_condition": memory.clauses.get(until.condition or "", until.condition) if until else None,
        "start": start,
        "end": end,
    }
