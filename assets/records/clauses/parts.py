"""款 and 项 of over-long clauses, each with its parent: a page-long definition article is found and quoted by the item that answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.records.clauses.paragraphs import cut_items, cut_paragraphs
from assets.records.rulebooks.locator import Locator
from assets.text.sentences import split_sentences
from assets.text.spans import digest_id

__all__ = ["LONG", "cut_parts"]

#: A clause of more characters than this is kept in parts too; in the statutes of the development set one in three hundred is.
LONG = 600


def cut_parts(clauses: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cut what is over-long into parts that cover all of it.

    Args:
        clauses: Rows with the columns of CLAUSES.

    Returns:
        Rows with the columns of CLAUSE_PARTS for clauses of more than `LONG` characters: its 款; a 款 that is over-long
        itself in its lead and its 项; what is over-long still, in whole sentences. Shorter clauses, and those that
        nothing divides, have none.
    """
    rows = []
    for clause in clauses:
        text = clause["text"]
        if len(text) <= LONG:
            continue
        parts = list(_parts(text))
        if len(parts) < 2:
            continue
        for ordinal, (label, start, end) in enumerate(parts):
            at, stop = clause["start"] + start, clause["start"] + end
            rows.append(
                {
                    "part_id": digest_id(clause["doc_id"], "part", at, stop),
                    "clause_id": clause["clause_id"],
                    "doc_id": clause["doc_id"],
                    "ordinal": ordinal,
                    "label": label,
                    "start": at,
                    "end": stop,
                    "text": text[start:end],
                }
            )
    return rows


def _parts(text: str) -> Iterator[tuple[str, int, int]]:
    """Label (第二款, 第二款第（三）项, …), start and end of each part."""
    paragraphs = cut_paragraphs(text, 0, len(text))
    for number, (start, end) in enumerate(paragraphs, 1):
        paragraph = number if len(paragraphs) > 1 else None
        label = str(Locator(paragraph=number))
        items = cut_items(text, start, end) if end - start > LONG else []
        if not items:
            yield from _sentences(text, label, start, end)
            continue
        yield from _sentences(text, label, start, items[0].start)
        for i, item in enumerate(items):
            # Up to the next item, so that what follows an item on lines of its own is not lost.
            stop = items[i + 1].start if i + 1 < len(items) else end
            yield from _sentences(text, str(Locator(paragraph=paragraph, item=item.number)), item.start, stop)


def _sentences(text: str, label: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The stretch whole, or in whole sentences up to the limit; a single longer sentence stays whole."""
    begin = stop = None
    for first, last in split_sentences(text[start:end]):
        if begin is not None and stop is not None and last - begin > LONG:
            yield label, start + begin, start + stop
            begin = None
        begin = first if begin is None else begin
        stop = last
    if begin is not None and stop is not None:
        yield label, start + begin, start + stop
