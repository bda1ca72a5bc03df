"""Re-reads what a report cites: stored texts, the records of their documents, and bars.

Texts and records are read once per report. What does not belong here: what a sentence says about them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quality.verify.sources.bars import Bar, read_bar
from quality.verify.sources.folding import printable, sha256_of
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["Cited", "Evidence", "listed_citations"]

#: How the home says that it keeps a text no more.
WITHDRAWN = "来源已撤下"
_HALF_A_YEAR = 183
_DOCUMENT = ("doc_id", "lane", "title", "source", "published", "published_date", "path", "row")
#: Fields of a citation that must agree with the record of its document.
_RECORDED = ("title", "path", "row")


@dataclass(frozen=True)
class Cited:
    """One citation that re-reads: the quote, the text that it stands in, and the record of its document or its bar."""

    doc_id: str
    start: int
    end: int
    quote: str
    text: str
    record: Mapping[str, Any]
    bar: Bar | None
    #: Whether it is of another year's day than the report: then a day without a year misleads.
    is_distant: bool = False

    @property
    def key(self) -> tuple[str, int, int]:
        return self.doc_id, self.start, self.end


def listed_citations(report: Any) -> set[str]:
    """Return every document id that a report of any shape cites in its sentences, claims and viewpoints."""
    found: set[str] = set()
    waiting = [report.get(part) for part in ("sections", "viewpoints")] if isinstance(report, dict) else []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            doc_id = value.get("doc_id")
            if isinstance(doc_id, str) and "start" in value:
                found.add(doc_id)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


class Evidence:
    """Stored texts and records of the documents that one report cites."""

    def __init__(self, reader: Reader, doc_ids: Iterable[str], *, date: Any = None) -> None:
        self.reader = reader
        self._date = _day(date)
        self._texts: dict[str, str | None] = {}
        self._withdrawn: set[str] = set()
        ids = sorted(doc_id for doc_id in doc_ids if _is_clean(doc_id))
        self._records: dict[str, dict[str, Any]] = {}
        self._bars: dict[str, Bar] = {}
        if not ids:
            return
        for table in ("sources", "documents"):
            for row in reader.rows(table, where={"doc_id": ids}, columns=_DOCUMENT):
                self._records[row["doc_id"]] = row
        for row in reader.rows("bars", where={"doc_id": ids}):
            self._bars[row["doc_id"]] = read_bar(row)

    def text(self, doc_id: str) -> str | None:
        """Return a stored text, or None where the home has none under that id."""
        if doc_id not in self._texts:
            try:
                self._texts[doc_id] = self.reader.text(doc_id) if _is_clean(doc_id) else None
            except UsageError as error:
                self._texts[doc_id] = None
                if WITHDRAWN in str(error):
                    self._withdrawn.add(doc_id)
        return self._texts[doc_id]

    def copies(self, doc_id: str) -> int:
        """Return how many documents of the home are the same text as one, itself included."""
        rows = self.reader.rows("documents", where={"doc_id": [doc_id]}, columns=["doc_id", "duplicate_of"])
        first = rows[0]["duplicate_of"] or doc_id if rows else doc_id
        repeats = self.reader.rows("documents", where={"duplicate_of": first}, columns=["doc_id"])
        return 1 + len(repeats)

    def bars_between(self, symbol: str, after: str, before: str) -> bool:
        """Whether the home holds a bar of a symbol between two days, both excluded."""
        where = {"symbol": symbol, "date__ge": after, "date__le": before}
        rows = self.reader.rows("bars", where=where, columns=["date"])
        return any(after < row["date"] < before for row in rows)

    def read(self, raw: Any) -> Cited | str:
        """Re-read one citation; a string says what is wrong with it."""
        if not isinstance(raw, dict):
            return "a citation is no object"
        doc_id, start, end, digest = (raw.get(name) for name in ("doc_id", "start", "end", "sha256"))
        if not isinstance(doc_id, str):
            return "a citation names no document"
        if type(start) is not int or type(end) is not int:
            return f"the citation of {printable(doc_id)} has no whole numbers as start and end"
        text = self.text(doc_id)
        if text is None and doc_id in self._withdrawn:
            return f"document {printable(doc_id)} was withdrawn ({WITHDRAWN})"
        if text is None:
            return f"the home has no document {printable(doc_id)}"
        if not 0 <= start < end <= len(text):
            return f"document {doc_id} has {len(text)} characters, not {start} to {end}"[:200]
        quote = text[start:end]
        if raw.get("quote", quote) != quote:
            return f"document {doc_id}, characters {start} to {end}, does not hold the quote"
        if digest != sha256_of(quote):
            return f"document {doc_id}, characters {start} to {end}: the hash is not that of the quote"
        wrong = self._misdescribed(doc_id, raw)
        if wrong:
            return wrong
        bar = self._bars.get(doc_id)
        if bar is not None and quote != text:
            return f"bar {doc_id} is not cited whole"
        record = self._records.get(doc_id, {})
        distant = self.is_distant(bar.date if bar is not None else record.get("published_date"))
        return Cited(doc_id, start, end, quote, text, record, bar, distant)

    def is_distant(self, day: Any) -> bool:
        """Whether a day is more than half a year from the report's; False where either is not known."""
        other = _day(day)
        return self._date is not None and other is not None and abs((other - self._date).days) > _HALF_A_YEAR

    def _misdescribed(self, doc_id: str, raw: Mapping[str, Any]) -> str | None:
        record = self._records.get(doc_id)
        bar = self._bars.get(doc_id)
        expected: Mapping[str, Any] = record or (bar.record if bar else {})
        for name in _RECORDED:
            if name in raw and name in expected and raw[name] != expected[name]:
                return f"the citation of {doc_id} gives another {name} than the record"
        if bar and "title" in raw and raw["title"] != f"{bar.symbol} {bar.date}":
            return f"the citation of bar {doc_id} gives another title than its symbol and day"
        return None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_clean(doc_id: str) -> bool:
    """Whether an id can stand in a table at all (a lone surrogate cannot be asked for)."""
    try:
        doc_id.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in doc_id
