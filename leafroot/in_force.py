"""Which rulebooks apply on a day, and which clause a query names: what a search takes from the clause look-up."""

from __future__ import annotations

from collections.abc import Mapping

from assets.records.lookup import LookUp
from leafroot.ask.question import read_question

__all__ = ["RulesInForce"]


class RulesInForce:
    """Implements `assets.embeddings.search.Rules` over the look-up of one publication."""

    def __init__(self, lookup: LookUp) -> None:
        self._lookup = lookup

    def not_in_force(self, as_of: str | None) -> Mapping[str, str]:
        """Return the rulebooks that do not apply, each with the sentence that says why.

        Args:
            as_of: Day (ISO); None: by all that the corpora say, whatever the day.
        """
        titles = self._lookup.titles
        found = {}
        for book in titles.documents:
            if as_of is not None and book.applies > as_of:
                found[book.doc_id] = f"自{book.applies}起施行，在{as_of}尚未施行。"
                continue
            ended = titles.repealed(book)
            if ended is not None and (as_of is None or ended.by.applies <= as_of):
                how = "取代" if ended.newer else "废止"
                found[book.doc_id] = f"已被《{ended.by.name}》{titles.say_version(ended.by)}{how}。"
        return found

    def article(self, query: str, as_of: str | None) -> tuple[str, int] | None:
        """Return document and start of the clause that a query names by title and article, None where it names none."""
        titles = self._lookup.titles
        read = read_question(query, titles.has_title)
        if not read.title or not read.locators or not titles.has_title(read.title):
            return None
        answer = self._lookup.find_clause(read.title, read.locators[0], as_of=as_of)
        if answer["status"] != "found":
            return None
        return str(answer["citation"]["doc_id"]), int(answer["citation"]["start"])
