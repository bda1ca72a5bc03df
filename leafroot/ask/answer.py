"""Answering a question from the records: routed to where its answer stands, quoted or filled into a sentence, or refused.

No evidence, no answer; an unknown document is never answered with the nearest one. A clause is looked up, never searched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.records.lookup import LookUp, look_up
from leafroot.ask.dialogue import resolve
from leafroot.ask.question import TITLE, Question, is_advice, is_injection, read_question
from leafroot.ask.replies import Reply, answered, join_quotes, refused
from leafroot.ask.subject import Subject, read_subject
from resources.protocols import Clearance, Reader, TaskRunner

if TYPE_CHECKING:
    from leafroot.ask.evidence import Evidence

__all__ = ["ENGINE", "Home", "ask"]

ENGINE = "extractive"
_HITS = 10
#: A hit is quoted where it speaks of nearly as much of the question as the one that speaks of most.
_NEARLY = 0.8
_QUOTED = 3
#: A question longer than this is cut: nobody asks so much at once.
_MOST = 2_000
CLASSES: tuple[Clearance, ...] = ("public", "internal", "secret")

Search = Callable[[str, int], list[dict[str, Any]]]


@dataclass(frozen=True)
class Home:
    """What a question is answered from.

    Attributes:
        reader: Published rows.
        search: Gives the k best hits for a query (contract: `search`); null where nothing can be searched.
        lookup: The reader's look-up, where the caller keeps one.
        anchor: Newest day that the home knows: a day without its year is read by it.
        class_of: Class of a document's text.
        models: The way to the models; null where none writes answers.
    """

    reader: Reader
    search: Search | None = None
    lookup: LookUp | None = None
    anchor: str | None = None
    class_of: Callable[[str], Clearance] | None = None
    models: TaskRunner | None = None


def ask(
    reader: Reader | Home,
    question: str,
    *,
    search: Search | None = None,
    lookup: LookUp | None = None,
    history: Sequence[Mapping[str, Any]] = (),
    as_of: str | None = None,
    clearance: Clearance = "secret",
) -> Reply:
    """Answer a question or refuse it with a reason.

    Args:
        reader: Published rows, or a `Home` with all that a question may need.
        question: As a person wrote it.
        search: As in `Home`, where only a reader is given.
        lookup: As in `Home`, where only a reader is given.
        history: Questions before this one with their answers, oldest first; references are resolved from them.
        as_of: Day (ISO) whose rules answer; null: the newest.
        clearance: Class of text that the person may see; what is above it is not shown.

    Returns:
        The `ask` JSON of the contract without `seconds`, with `resolved_question`, `as_of` and `route`.
    """
    home = reader if isinstance(reader, Home) else Home(reader, search, lookup)
    resolved = resolve(question[:_MOST], history, as_of or home.anchor)
    desk = _Desk(home, resolved, as_of, clearance)
    said = desk.answer()
    engine = said.pop("engine", ENGINE)
    head = {"question": question, "resolved_question": resolved, "as_of": as_of}
    return {**head, **said, "engine": engine, "publication": home.reader.publication}


class _Desk:
    """One question on its way through the routes."""

    def __init__(self, home: Home, question: str, as_of: str | None, clearance: Clearance) -> None:
        self.home, self.question, self.as_of, self.clearance = home, question, as_of, clearance
        self.reader = home.reader
        self.titles = home.lookup or look_up(home.reader)
        #: Hits that were not shown because of their class.
        self.hidden = 0

    def answer(self) -> Reply:
        """Take the first route that answers or refuses."""
        read = read_question(self.question, self.titles.titles.has_title)
        if not any(char.isalnum() for char in read.folded):
            return refused("none", "question_empty")
        if is_injection(read.folded):
            return refused("none", "injection")
        if read.locators and not is_advice(read.rest):
            return self._guard(self._clause(read))
        subject = read_subject(self.question, self.as_of or self.home.anchor)
        if is_advice(read.rest):
            return self._advice(subject)
        said = self._records(read.folded, subject)
        return self._guard(said) if said is not None else self._found(subject)

    def _guard(self, said: Reply) -> Reply:
        """Refuse where what would be shown is above the person's clearance."""
        shown = [*said["citations"], *(one["citation"] for one in said["candidates"] if one.get("citation"))]
        if all(self._may_see(citation["doc_id"]) for citation in shown):
            return said
        return refused(said["route"], "clearance")

    def _may_see(self, doc_id: str) -> bool:
        class_of = self.home.class_of
        return class_of is None or CLASSES.index(class_of(doc_id)) <= CLASSES.index(self.clearance)

    def _search(self, query: str, k: int) -> list[dict[str, Any]]:
        """Hits that the person may see."""
        hits = self.home.search(query, k) if self.home.search is not None else []
        seen = [hit for hit in hits if self._may_see(hit["citation"]["doc_id"])]
        self.hidden += len(hits) - len(seen)
        return seen

    def _advice(self, subject: Subject) -> Reply:
        """Refuse a forecast or advice of our own; what others published stands beside as theirs."""
        from leafroot.ask.overview import find_views

        views = find_views(self._search, subject) if subject.products and self.home.search is not None else []
        if not views:
            return refused("none", "advice_or_forecast")
        message = "这里不提供买卖建议，也不预测涨跌；候选中是资料里他人已发表的观点，属于原文作者。"
        shown = [{"document": one["title"], "quote": one["quote"], "citation": one} for one in views]
        return refused("views", "advice_or_forecast", message, shown)

    def _records(self, folded: str, subject: Subject) -> Reply | None:
        """Policy values, market facts, tags, reports and views; None: it is an open question."""
        from leafroot.ask import market, overview, policy

        anchor = self.as_of or self.home.anchor
        item = policy.asks_for_policy(folded, subject)
        said = policy.answer_policy(self.reader, folded, subject, item, anchor) if item else None
        if said is not None:
            return said
        if overview.asks_for_reports(folded):
            return overview.answer_reports(self.reader, folded, subject)
        profile = overview.asks_for_tags(folded)
        if profile is not None:
            return overview.answer_tags(self.reader, profile, subject)
        facts = market.asks_for_market(folded, subject)
        said = market.answer_market(self.reader, facts, subject, anchor) if facts else None
        if said is not None:
            return said
        if overview.asks_for_views(folded, subject) and self.home.search is not None:
            return overview.answer_views(self._search, subject)
        return None

    def _clause(self, read: Question) -> Reply:
        """The clauses that the question names, exactly; all of them or none."""
        title = read.title
        if not title:
            books = self.titles.titles.documents
            if len(books) != 1:
                message = "没有说明是哪一份文件，请写成“《文件名》第X条”的样子。"
                return refused("clause", "document_ambiguous", message, self.titles.close_titles(read.folded))
            title = books[0].name
        found = [self.titles.find_clause(title, locator, as_of=self.as_of) for locator in read.locators]
        no = next((one for one in found if one["status"] == "refused"), None)
        if no is not None:
            return refused("clause", no["reason"], no["message"], no["candidates"])
        return {
            **answered("clause", "", [], "".join(one["message"] for one in found)),
            "answer": "\n".join(f"{one['article']}　{one['text']}" if one["article"] else one["text"] for one in found),
            "citations": [one["citation"] for one in found],
        }

    def _found(self, subject: Subject) -> Reply:
        """Sentences from the hits that speak of enough of the question, of all that it names, and are in force."""
        from leafroot.ask.evidence import contradicts, demands_of, find_denial, question_words, weigh_hits

        named = TITLE.search(self.question)
        hits = self._search(self.question, _HITS)
        if named is not None and not self._is_known(named.group(), hits):
            message = f"资料中没有{named.group()}，请核对名称。"
            return refused("open", "document_unknown", message, self.titles.close_titles(named.group(), 3))
        demands = demands_of(self.question, subject)
        evidence = [one for one in weigh_hits(question_words(self.question), hits) if demands.are_met(one.hit)]
        evidence = self._in_force(evidence)
        if not evidence:
            if self.hidden and not hits:
                return refused("open", "clearance")
            near = [{**self._place(hit), "citation": hit["citation"]} for hit in hits[:3]]
            return refused("open", "no_evidence", None, near or self.titles.close_titles(self.question, 3))
        most = max(one.share for one in evidence)
        evidence = [one for one in evidence if one.share >= _NEARLY * most]
        best = evidence[0]
        against = next((other for other in evidence[1:] if contradicts(best, other)), None)
        if against is not None:
            message = f"资料说法不一：{self._line(best)}\n{self._line(against)}"
            return refused("open", "contradicting", message, citations=[*best.citations, *against.citations])
        quoted = evidence[:_QUOTED]
        denial = find_denial(quoted, hits) or find_denial(quoted, self._denials(quoted))
        note = ""
        if denial is not None:
            rest = [one for one in quoted if one.hit["citation"]["doc_id"] != denial.hit["citation"]["doc_id"]]
            quoted = [denial, *rest][:_QUOTED]
            note = "其中的传闻已有回应或否认，列在最前。"
        cited = [citation for one in quoted for citation in one.citations]
        said = answered("open", "\n".join(map(self._line, quoted)), cited, f"摘自{len(quoted)}处原文。{note}")
        return self._written(said)

    def _denials(self, quoted: Sequence[Evidence]) -> list[dict[str, Any]]:
        """Hits of a search for what denies a quoted rumour; none where nothing quoted is one."""
        from leafroot.ask.evidence import is_rumour

        titles = [one.hit["citation"]["title"] for one in quoted if is_rumour(one.hit)]
        return self._search(f"{titles[0]} 不实 否认 澄清", _HITS) if titles else []

    def _written(self, said: Reply) -> Reply:
        """The same evidence in a model's sentences, where one is there and each of them holds; else the quotes."""
        models = self.home.models
        if models is None:
            return said
        from leafroot.ask.written import write_answer

        class_of = self.home.class_of
        classes: list[Clearance] = ["internal"]
        if class_of is not None:
            classes = [class_of(citation["doc_id"]) for citation in said["citations"]]
        highest = max(classes, key=CLASSES.index)
        return write_answer(models, self.reader, self.question, said, highest)

    def _is_known(self, title: str, hits: Sequence[dict[str, Any]]) -> bool:
        from assets.text.folding import fold_title

        wanted = fold_title(title)
        if self.titles.titles.has_title(title.strip("《》")):
            return True
        return any(wanted in fold_title(hit["citation"]["title"]) for hit in hits) or self._quoted_title(title, hits)

    def _quoted_title(self, title: str, hits: Sequence[dict[str, Any]]) -> bool:
        """Whether texts speak of a document that is not there itself: what they say of it may be quoted."""
        return any(title in hit["citation"]["quote"] for hit in hits)

    def _in_force(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Evidence of which nothing newer replaces or repeals the rulebook; where all is replaced, it stays and says so."""
        kept: list[Evidence] = []
        old: list[Evidence] = []
        for one in evidence:
            (old if one.hit["kind"] == "clause" and self._ended(one.hit) else kept).append(one)
        return kept or old

    def _ended(self, hit: Mapping[str, Any]) -> str | None:
        """What says that a rulebook is no longer, or not yet, in force on the day asked about; None: it is."""
        titles = self.titles.titles
        try:
            document = titles.document(hit["citation"]["doc_id"])
        except KeyError:
            return None
        if self.as_of is not None and document.applies and document.applies > self.as_of:
            return f"（自{document.applies}起施行，{self.as_of}尚未施行）"
        ended = titles.repealed(document)
        if ended is None or (self.as_of is not None and ended.by.applies and ended.by.applies > self.as_of):
            return None
        since = f"自{ended.by.applies}起" if ended.by.applies else ""
        by = ended.by.version or ended.by.row["path"] if ended.newer else f"《{ended.by.name}》"
        return f"（已{since}被{by}{'取代' if ended.newer else '废止'}）"

    def _line(self, one: Evidence) -> str:
        """Quoted sentences with the document and clause that they stand in, labelled where repealed."""
        place = self._place(one.hit)
        label = (self._ended(one.hit) or "") if one.hit["kind"] == "clause" else ""
        return f"《{place['document']}》{place['article'] or ''}{label}：{join_quotes(one.citations)}"

    def _place(self, hit: Mapping[str, Any]) -> dict[str, Any]:
        """Document and article of a hit."""
        place = {"doc_id": hit["citation"]["doc_id"], "document": hit["citation"]["title"], "article": None}
        if hit["kind"] == "clause":
            rows = self.reader.rows("clauses", where={"clause_id": hit["id"]}, columns=("document", "article"))
            place.update(rows[0] if rows else {})
        return place
