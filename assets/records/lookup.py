"""Looking a clause up: title and locator in, exactly that clause out, or the reason why not with the nearest candidates.

No polars here: a look-up from a cold shell takes well under a second. How a title matches lives in rulebooks/titles.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from assets.records.clauses.paragraphs import cut_items, cut_paragraphs, find_numbered
from assets.records.rulebooks.locator import Locator, appendix_number, label_number, parse_locator, parse_range
from assets.records.rulebooks.shapes import as_candidate, as_clause, as_title, cite_span, refused, say_version
from assets.records.rulebooks.titles import Document, Titles
from assets.records.rulebooks.versions import compare_versions
from assets.text.folding import fold, split_version
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["Locator", "LookUp", "close_titles", "find_clause", "list_clauses", "look_up", "parse_locator"]

#: Clauses that belong to the document itself come before those of what is attached to it.
_ZONES = {"body": 0, "amendment": 0, "preamble": 1, "appendix": 2}
_NEIGHBOURS = 5
#: One clause, or the first and the last of several in a row.
Place = Locator | tuple[Locator, Locator]


class LookUp:
    """Clauses by title and locator, as of one reader's publication; titles are read once and kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.titles = Titles(reader)

    def find_clause(self, document: str, locator: str, *, as_of: str | None = None) -> dict[str, Any]:
        """Find one clause by title and locator.

        Args:
            document: Title as a person writes it, with or without version.
            locator: 第一章第二条, 第2条, ２, 第二条第三款, 第十条第（二）项, 3.2.7; 第一章 alone gives the whole chapter.
            as_of: Day (YYYY-MM-DD) on which the version must be in force; null: the newest version.

        Returns:
            The `clause` JSON of the contract: status found or refused, with the reason, a sentence and candidates.
        """
        titles = self.titles
        found = titles.match(document, as_of)
        if not found:
            return _refuse_document(titles, document, as_of)
        place: Place | None = parse_locator(locator) or parse_range(locator)
        if place is None:
            message = (
                f"看不懂“{locator.strip()[:40]}”指的是哪一条，请写成“第二条”或“第一章第二条”的样子，"
                "连续几条写成“第三条至第五条”。"
            )
            return refused("article_unknown", message, [], document=found[0].name)
        answer = _choose(titles, found, place) if len(found) > 1 else _find(titles, found[0], place)
        return say_version(titles, answer, as_of)

    def list_clauses(self, document: str | None = None) -> list[dict[str, Any]]:
        """List the clauses of all rulebooks, or of every version of one title, in reading order.

        Raises:
            UsageError: no rulebook has that title.
        """
        titles = self.titles
        if document is None:
            chosen = titles.documents
            by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for row in self._reader.rows("clauses", order_by=("doc_id", "ordinal")):
                by_document[row["doc_id"]].append(row)
        else:
            chosen = titles.versions(document)
            if not chosen:
                near = "、".join(d.row["title"] for d in titles.closest(document, 3)) or "none"
                raise UsageError(f"No rulebook is called {document}; the closest titles are: {near}.")
            by_document = {d.doc_id: titles.clauses(d) for d in chosen}
        ordered = sorted(chosen, key=lambda d: (d.name, d.row["title"], d.row["path"], d.doc_id))
        return [as_clause(d, row) for d in ordered for row in by_document.get(d.doc_id, ())]

    def diff_clauses(self, document: str, old: str, new: str) -> dict[str, Any]:
        """Compare two versions of one title, as `rulebooks/versions.py` does."""
        return compare_versions(self.titles, document, old, new)

    def close_titles(self, title: str, n: int = 5) -> list[dict[str, Any]]:
        """Return the n documents whose titles are closest: doc_id, document, version."""
        return [as_title(d) for d in self.titles.closest(title, n)]


#: The look-ups of the readers asked last, the newest at the end.
_KEPT: list[tuple[Reader, LookUp]] = []
_MOST_KEPT = 4


def look_up(reader: Reader) -> LookUp:
    """Return the look-up of a reader, built on first use; the last few are kept."""
    for known, kept in _KEPT:
        if known is reader:
            return kept
    made = LookUp(reader)
    _KEPT.append((reader, made))
    del _KEPT[:-_MOST_KEPT]
    return made


def find_clause(reader: Reader, document: str, locator: str, *, as_of: str | None = None) -> dict[str, Any]:
    """Find one clause by title and locator, as `LookUp.find_clause` does."""
    return look_up(reader).find_clause(document, locator, as_of=as_of)


def list_clauses(reader: Reader, document: str | None) -> list[dict[str, Any]]:
    """List clauses, as `LookUp.list_clauses` does."""
    return look_up(reader).list_clauses(document)


def close_titles(reader: Reader, title: str, n: int = 5) -> list[dict[str, Any]]:
    """Return the n documents whose titles are closest: doc_id, document, version."""
    return look_up(reader).close_titles(title, n)


def _refuse_document(titles: Titles, document: str, as_of: str | None) -> dict[str, Any]:
    versions = titles.versions(document)
    name = document.strip()[:60]
    if not name:
        return refused("document_unknown", "没有说明是哪一份文件，请写出文件名称。", [])
    if versions and as_of is not None:
        versions = sorted(versions, key=lambda d: (d.applies, d.doc_id))
        said = f"最早的版本是{titles.say_version(versions[0])}"
        message = f"《{versions[0].name}》在{as_of}还没有施行的版本：资料中{said}。"
        return refused("document_unknown", message, [as_title(d) for d in versions], document=versions[0].name)
    others = titles.versions(split_version(document)[0])
    if others:
        message = f"资料中有《{others[0].name}》，但没有“{split_version(document)[1]}”这一版本。"
        return refused("document_unknown", message, [as_title(d) for d in others], document=others[0].name)
    bare = name.strip("《》〈〉「」『』｢｣“”<>\"' ")
    return refused(
        "document_unknown", f"资料中没有《{bare}》，请核对名称。", [as_title(d) for d in titles.closest(document, 5)]
    )


def _choose(titles: Titles, documents: Sequence[Document], place: Place) -> dict[str, Any]:
    """Among documents of one title and day (the parts of a code printed apart) the one that has the clause."""
    answers = [_find(titles, document, place) for document in documents]
    found = [answer for answer in answers if answer["status"] == "found"]
    if found and len({answer["text"] for answer in found}) == 1:
        return found[0]
    if not found and len({answer["reason"] for answer in answers}) == 1:
        return {**answers[0], "candidates": [one for answer in answers for one in answer["candidates"]]}
    message = f"有{len(documents)}份文件都叫《{documents[0].name}》，没有日期或版本可以区分，请指明版本。"
    return refused("document_ambiguous", message, [as_title(d) for d in documents], document=documents[0].name)


def _find(titles: Titles, document: Document, place: Place) -> dict[str, Any]:
    return _find_in(titles, document, place) if isinstance(place, Locator) else _find_range(titles, document, *place)


def _find_range(titles: Titles, document: Document, first: Locator, last: Locator) -> dict[str, Any]:
    """Several clauses in a row, from the first one's label to the end of the last."""
    ends = []
    for place in (first, last):
        answer = _find_in(titles, document, place)
        if answer["status"] == "refused":
            return answer
        ends.append(answer["citation"]["start"])
    rows = titles.clauses(document)
    inside = [row for row in rows if ends[0] <= row["start"] <= ends[1] and row["article"] is not None]
    if not inside:
        message = f"{first}在{last}之后，请把前面的一条写在前面。"
        return refused("article_unknown", message, [], document=document.name)
    label = f"{inside[0]['article']}至{inside[-1]['article']}"
    return _span(titles, document, inside, {"article": label}, f"《{document.name}》{label}，共{len(inside)}条。")


def _find_in(titles: Titles, document: Document, place: Locator) -> dict[str, Any]:
    clauses = titles.clauses(document)
    if place.article is None and place.label is None:
        return _find_chapter(titles, document, place)
    same = [row for row in clauses if _is_article(row, place)]
    if not same and place.label is not None:
        # 3.1 may be a number inside 第三条, as contracts have them
        same = [row for row in clauses if find_numbered(row["text"], place.label)]
    if not same:
        return _refuse_article(document, clauses, place)
    if place.appendix is None:
        first = min(_ZONES.get(row["zone"], 0) for row in same)
        same = [row for row in same if _ZONES.get(row["zone"], 0) == first]
    fitting = [row for row in same if _fits(row, place)]
    if not fitting:
        row = same[0]
        stands = " ".join(label for label in (row["part"], row["chapter"], row["section"]) if label)
        where = f"在{stands}" if stands else "所在的文件不分章节"
        message = f"《{document.name}》{row['article']}{where}，不在{_place_name(place)}。"
        return refused("chapter_mismatch", message, [as_candidate(document, r) for r in same], document=document.name)
    if len(fitting) > 1:
        message = f"《{document.name}》有{len(fitting)}处{fitting[0]['article']}，请写明是哪一编或哪一章。"
        return refused(
            "document_ambiguous", message, [as_candidate(document, r) for r in fitting], document=document.name
        )
    return _answer(document, fitting[0], place)


def _answer(document: Document, row: Mapping[str, Any], place: Locator) -> dict[str, Any]:
    start, end = row["start"], row["end"]
    text = row["text"]
    label = row["article"] or ""
    numbered = place.label is not None and not _is_article(row, place)
    if numbered or place.paragraph is not None or place.item is not None:
        span = _inside(text, place, numbered=numbered)
        if span is None:
            return _refuse_paragraph(document, row, place)
        start, end, text = start + span[0], start + span[1], text[span[0] : span[1]]
        label += place.label or "" if numbered else ""
        label += str(Locator(paragraph=place.paragraph, item=place.item, subitem=place.subitem))
    return {
        "status": "found",
        "document": document.name,
        "version": document.version,
        "number": document.book.get("number"),
        "page": row.get("page"),
        "part": row["part"],
        "chapter": row["chapter"],
        "section": row["section"],
        "heading": row["heading"],
        "article": row["article"],
        "text": text,
        "citation": cite_span(document, start, end, text),
        "reason": None,
        "message": f"《{document.name}》{label}。",
        "candidates": [],
    }


def _inside(text: str, place: Locator, *, numbered: bool) -> tuple[int, int] | None:
    """Span of the numbered paragraph, 款, 项 or 目 inside an article's text, labels excluded."""
    span = find_numbered(text, place.label or "") if numbered else (0, len(text))
    if span is None:
        return None
    if place.paragraph is not None:
        paragraphs = cut_paragraphs(text, *span)
        if not 1 <= place.paragraph <= len(paragraphs):
            return None
        span = paragraphs[place.paragraph - 1]
    for wanted in (place.item, place.subitem):
        if wanted is None:
            continue
        items = cut_items(text, *span)
        if not 1 <= wanted <= len(items):
            return None
        span = (items[wanted - 1].content, items[wanted - 1].end)
    return span


def _find_chapter(titles: Titles, document: Document, place: Locator) -> dict[str, Any]:
    """The whole 编, 章 or 节, from its first clause to its last."""
    inside = [row for row in titles.clauses(document) if _fits(row, place) and row["zone"] in ("body", "amendment")]
    if not inside or place == Locator():
        message = f"《{document.name}》没有{_place_name(place)}。" if str(place) else "没有说明是哪一条。"
        chapters = list(dict.fromkeys(row["chapter"] for row in titles.clauses(document) if row["chapter"]))
        shown = [{**as_title(document), "chapter": chapter} for chapter in chapters]
        return refused("chapter_mismatch", message, shown, document=document.name)
    whole = inside[0]["section"] if place.section is not None else inside[0]["chapter"]
    message = f"《{document.name}》{whole or inside[0]['part'] or ''}，共{len(inside)}条。"
    return _span(titles, document, inside, {"article": None}, message)


def _span(
    titles: Titles, document: Document, inside: Sequence[Mapping[str, Any]], changed: Mapping[str, Any], message: str
) -> dict[str, Any]:
    """Several clauses as one answer, from the first one's label to the end of the last."""
    start, end = inside[0]["label_start"], inside[-1]["end"]
    text = titles.text(document)[start:end]
    answer = _answer(document, inside[0], Locator())
    return {
        **answer,
        **changed,
        "text": text,
        "citation": cite_span(document, start, end, text),
        "message": message,
    }


def _is_article(row: Mapping[str, Any], place: Locator) -> bool:
    if place.label is not None:
        return row["article"] is not None and fold(row["article"]).strip("第条") == place.label
    return bool(row["article_number"] == place.article and row["article_sub"] == place.sub)


def _fits(row: Mapping[str, Any], place: Locator) -> bool:
    if place.appendix is not None:
        numbered = appendix_number(row["part"])
        if row["zone"] != "appendix" or (place.appendix and numbered not in (None, place.appendix)):
            return False
    wanted = ((place.part, row["part"]), (place.chapter, row["chapter"]), (place.section, row["section"]))
    return all(number is None or label_number(label) == number for number, label in wanted)


def _place_name(place: Locator) -> str:
    return str(Locator(part=place.part, chapter=place.chapter, section=place.section, appendix=place.appendix))


def _refuse_article(document: Document, clauses: Sequence[Mapping[str, Any]], place: Locator) -> dict[str, Any]:
    articles = [row for row in clauses if row["article"] is not None and row["zone"] != "appendix"]
    wanted = str(Locator(article=place.article, sub=place.sub, label=place.label))
    if not articles:
        return refused("article_unknown", f"《{document.name}》没有分条，找不到{wanted}。", [], document=document.name)
    last = articles[-1]["article"]
    message = f"《{document.name}》没有{wanted}，最后一条是{last}。"
    number = place.article or 0
    near = sorted(articles, key=lambda row: (abs((row["article_number"] or 0) - number), row["ordinal"]))[:_NEIGHBOURS]
    near = sorted(near, key=lambda row: row["ordinal"]) if place.label is None else articles[-_NEIGHBOURS:]
    return refused("article_unknown", message, [as_candidate(document, row) for row in near], document=document.name)


def _refuse_paragraph(document: Document, row: Mapping[str, Any], place: Locator) -> dict[str, Any]:
    wanted = str(Locator(paragraph=place.paragraph, item=place.item, subitem=place.subitem))
    count = len(cut_paragraphs(row["text"], 0, len(row["text"])))
    items = len(cut_items(row["text"], 0, len(row["text"])))
    message = f"《{document.name}》{row['article']}没有{wanted}：该条共{count}款" + (
        f"，列有{items}项。" if items else "，不分项。"
    )
    return refused("paragraph_unknown", message, [as_candidate(document, row)], document=document.name)
