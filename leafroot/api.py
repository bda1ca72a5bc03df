"""The Python API: a home opened for reading; each method returns a typed object whose dump is the contract's JSON.

Heavy libraries are imported by the methods that need them: a clause look-up imports none.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.catalogue import TABLES, by_name
from leafroot import answers
from resources.errors import UsageError
from resources.reader import SqliteReader

if TYPE_CHECKING:
    from assets.embeddings.search import Searcher
    from assets.records.lookup import LookUp
    from leafroot.ask.answer import Home
    from resources.models.runner import Runner
    from resources.protocols import Clearance, Embedder
    from resources.settings import Lane, Settings

#: The basis that most live vectors are of, in a home from before spaces were written down.
BASIS_IN_USE = """SELECT basis_id FROM embedded_spans WHERE retired_in IS NULL
GROUP BY basis_id ORDER BY COUNT(*) DESC, basis_id LIMIT 1"""

#: First publication after the clauses' watermark that changed a rulebook.
FIRST_AHEAD_OF_CLAUSES = """WITH mark AS (SELECT COALESCE(MAX(publication), 0) AS seen FROM watermarks WHERE asset = 'records/clauses')
SELECT MIN(at) FROM (
    SELECT added_in AS at FROM sources WHERE lane = 'rulebooks' UNION ALL
    SELECT retired_in FROM sources WHERE lane = 'rulebooks' AND retired_in IS NOT NULL
), mark WHERE at > seen AND at <= :publication"""

#: Newest day of the bars, and of the documents.
NEWEST_DAYS = (
    "SELECT MAX(date) FROM bars WHERE retired_in IS NULL",
    "SELECT MAX(published_date) FROM documents WHERE retired_in IS NULL",
)

__all__ = ["Leafroot", "check_day"]


class Leafroot:
    """One home, as of the publication that was newest when it was opened."""

    def __init__(self, home: Path, *, config: Path | None = None) -> None:
        self.home = home
        self._config = config
        self.reader = SqliteReader(home, by_name())

    @property
    def publication(self) -> int:
        """The publication that every answer of this object is as of."""
        return self.reader.publication

    @cached_property
    def settings(self) -> Settings:
        """The checked configuration."""
        from resources.settings import load_settings

        return load_settings(self._config, home=self.home)

    @cached_property
    def _lookup(self) -> LookUp:
        from assets.records.lookup import LookUp

        return LookUp(self._rulebooks)

    @cached_property
    def _rulebooks(self) -> SqliteReader:
        """The home as of the last publication at which clauses and documents belong together.

        Where rulebooks came in whose clauses are not published (a blocked gate, a run under way), it is the one
        before they came: the last good version serves.
        """
        ahead = self.reader.value(FIRST_AHEAD_OF_CLAUSES, {"publication": self.reader.publication})
        if ahead is None:
            return self.reader
        return SqliteReader(self.home, by_name(), publication=int(ahead) - 1)

    @cached_property
    def _searcher(self) -> Searcher | None:
        """The search over this home's vectors; None where nothing was embedded yet."""
        from assets.embeddings.search import Searcher
        from assets.embeddings.terms import read_lexicon
        from leafroot.in_force import RulesInForce
        from resources.vectors import VectorStore

        embedder = self._embedder
        if embedder is None:
            return None
        return Searcher(
            self.reader,
            VectorStore(self.home / "vectors"),
            embedder,
            lexicon=read_lexicon(self.reader),
            rules=RulesInForce(self._lookup),
        )

    @cached_property
    def _embedder(self) -> Embedder | None:
        """The space that serves as of the publication; its model is asked for the vector of a question."""
        from assets.embeddings.basis import Basis
        from assets.embeddings.spaces import open_space, serving_row

        row = serving_row(self.reader)
        if row is None or row["engine"] == "embedded":
            basis_id = row["basis_id"] if row is not None else self.reader.value(BASIS_IN_USE)
            return None if basis_id is None else Basis.load(self.home / "bases" / basis_id)
        statistics = self.reader.value("SELECT value FROM home WHERE key = 'text_basis'")
        basis = Basis.load(self.home / "bases" / str(statistics))
        return open_space(row, self._runner, lambda _: basis, basis.idf, asset="search").embedder

    @cached_property
    def _runner(self) -> Runner:
        """The way to the models, for the vectors of questions."""
        from resources.models.runner import open_runner

        return open_runner(self.home, self.settings)

    @property
    def notice(self) -> str | None:
        """What the last search could not do: its sentence, None where there is nothing to say."""
        return self._searcher.notice if "_searcher" in self.__dict__ and self._searcher is not None else None

    def docs(self, lane: str | None = None) -> answers.Docs:
        """List documents; bars only with the lane `market`."""
        from assets.corpora.schema import LANES
        from assets.records.query import documents

        if lane is not None and lane not in LANES:
            raise UsageError(f"There is no lane {lane}; the lanes are {', '.join(LANES)}.")
        return answers.Docs.model_validate({"documents": documents(self.reader, lane)})

    def text(self, doc_id: str) -> answers.Text:
        """Return a stored text."""
        return answers.Text(doc_id=doc_id, text=self.reader.text(doc_id))

    def clauses(self, document: str | None = None) -> answers.ClauseList:
        """List the clauses of one document or of all."""
        return answers.ClauseList.model_validate({"clauses": self._lookup.list_clauses(document)})

    def diff_clauses(self, document: str, old: str, new: str) -> answers.ClauseDiff:
        """Compare two versions of one rulebook: clauses added, removed, changed, renumbered."""
        return answers.ClauseDiff.model_validate(self._lookup.diff_clauses(document, old, new))

    def clause(self, document: str, locator: str, *, as_of: str | None = None) -> answers.Clause:
        """Return one clause exactly, or a refusal with its reason."""
        return answers.Clause.model_validate(self._lookup.find_clause(document, locator, as_of=as_of))

    @cached_property
    def _desk(self) -> Home:
        """What questions are answered from."""
        from leafroot.ask.answer import Home

        models = self._runner if self.settings.models else None
        return Home(self.reader, self._search_rows, self._lookup, self._newest_day, self._class_of, models)

    @cached_property
    def _newest_day(self) -> str | None:
        """Newest day that the home knows: what relative days in a question count from."""
        days = [self.reader.value(sql) for sql in NEWEST_DAYS]
        return max((str(day) for day in days if day), default=None)

    def _class_of(self, doc_id: str) -> Clearance:
        """The class of a document's text: a sidecar's, else that of its lane; bars are of the lane market."""
        rows = self.reader.rows("sources", where={"doc_id": doc_id}, columns=["lane", "classification"])
        lane: Lane = rows[0]["lane"] if rows else "market"
        own: Clearance | None = rows[0]["classification"] if rows else None
        return own or self.settings.privacy.get(lane, "internal")

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Mapping[str, Any] | answers.Ask] = (),
        as_of: str | None = None,
        clearance: Clearance = "secret",
    ) -> answers.Ask:
        """Answer a question from the records, or refuse with a reason.

        Args:
            question: As a person asks it.
            history: Questions before it with their answers, oldest first: what an earlier `ask` gave, or mappings.
            as_of: Day (ISO) whose rules answer; None: the newest.
            clearance: Class of text that the person may see.
        """
        from leafroot.ask.answer import CLASSES, ask

        if clearance not in CLASSES:
            raise UsageError(f"--clearance {clearance}: there are {', '.join(CLASSES)}.")
        begun = time.perf_counter()
        before = [one.model_dump() if isinstance(one, answers.Ask) else one for one in history]
        day = check_day(as_of, "--as-of")
        found = ask(self._desk, question, history=before, as_of=day, clearance=clearance)
        return answers.Ask.model_validate({**found, "seconds": round(time.perf_counter() - begun, 6)})

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        lane: str | None = None,
        since: str | None = None,
        until: str | None = None,
        as_of: str | None = None,
        all_versions: bool = False,
        fresh: bool = False,
    ) -> answers.Hits:
        """Search slices and clauses by words, characters and vectors.

        Args:
            query: What is looked for.
            k: Most hits.
            lane: Only this lane.
            since: Only what was published on this day (ISO) or later.
            until: Only what was published on this day or earlier.
            as_of: Day whose rules are shown; None: those that nothing in the corpora replaced or repealed.
            all_versions: Other rules too, with a note.
            fresh: Among equal hits the newer first.
        """
        from assets.corpora.schema import LANES
        from assets.embeddings.search import Options

        if k < 1:
            raise UsageError(f"-k {k}: ask for at least one hit.")
        if lane is not None and lane not in LANES:
            near = difflib.get_close_matches(lane, LANES, n=1, cutoff=0.0)[0]
            raise UsageError(f"There is no lane {lane}; did you mean {near}? The lanes are {', '.join(LANES)}.")
        day = check_day(as_of, "--as-of")
        options = Options(
            lane=lane,
            since=check_day(since, "--since"),
            until=check_day(until, "--until"),
            as_of=day,
            all_versions=all_versions,
            fresh=fresh,
            today=day or self._newest_day,
        )
        searcher = self._searcher
        rows = [] if searcher is None else searcher.search(query, k=k, options=options)
        return answers.Hits.model_validate({"hits": rows})

    def _search_rows(self, query: str, k: int) -> list[dict[str, Any]]:
        return [hit.model_dump() for hit in self.search(query, k=k).hits]

    def lexicon(self, *, kind: str | None = None, status: str | None = None) -> answers.LexiconTerms:
        """List the terms of the domain, those that wait for a decision first."""
        from assets.embeddings.query import lexicon_version, list_terms

        terms = list_terms(self.reader, kind=kind, status=status)
        return answers.LexiconTerms.model_validate({"version": lexicon_version(self.reader), "terms": terms})

    def tags(self, profile: str, date: str | None = None, *, subject: str | None = None) -> answers.Tags:
        """Return the tag tree of a profile on a day (default: the newest)."""
        from assets.tags.query import tree

        return answers.Tags.model_validate(tree(self.reader, profile, date=check_day(date, "--date"), subject=subject))

    def tag_trend(self, tag: str, *, profile: str | None = None) -> answers.TagTrend:
        """Return how many slices stand under a tag (an id or a label) on each day."""
        from assets.tags.compare import trend

        return answers.TagTrend.model_validate(trend(self.reader, tag, profile=profile))

    def tag_compare(self, profile: str, before: str, after: str) -> answers.TagComparison:
        """Return what is new, gone, grown, shrunk and renamed between two days of a profile."""
        from assets.tags.compare import compare

        days = [check_day(day, "The day") or "" for day in (before, after)]
        return answers.TagComparison.model_validate(compare(self.reader, profile, *days))

    def tag_quality(self, profile: str, date: str | None = None, *, labels: Path | None = None) -> answers.TagQuality:
        """Measure the tree of a profile on a day (default: the newest), against a file of labels where one is given."""
        from assets.tags.judge.assess import assess, read_labels

        given = None if labels is None else read_labels(labels)
        found = assess(self.reader, profile, date=check_day(date, "--date"), labels=given)
        return answers.TagQuality.model_validate(found)

    def tag_questions(self, profile: str, date: str | None = None, *, size: int = 120) -> answers.TagReview:
        """Return questions about a tree for people to answer, sampled by a stated rule."""
        from assets.tags.judge.sheet import KINDS, RULE, questions

        rows = questions(self.reader, profile, date=check_day(date, "--date"), size=size)
        counts = {kind: sum(row["kind"] == kind for row in rows) for kind in KINDS}
        day = rows[0]["day"] if rows else date
        return answers.TagReview.model_validate(
            {"profile": profile, "date": day, "questions": counts, "rule": RULE, "path": None, "rows": rows}
        )

    def graph(
        self,
        *,
        subject: str | None = None,
        since: str | None = None,
        until: str | None = None,
        threshold: str | Decimal | None = None,
    ) -> answers.KnowledgeGraph:
        """Return the knowledge graph; moves below the threshold, in percent (default 3), are no nodes of it."""
        from assets.tags.graph.build import THRESHOLD_PCT, build_graph

        least = _percent(threshold)
        drawn = build_graph(
            self.reader,
            subject=subject,
            since=check_day(since, "--since"),
            until=check_day(until, "--until"),
            threshold=THRESHOLD_PCT if least is None else least,
        )
        return answers.KnowledgeGraph.model_validate(drawn)

    def policy(
        self,
        *,
        product: str | None = None,
        contract: str | None = None,
        on: str | None = None,
        since: str | None = None,
    ) -> answers.Policy:
        """List policy facts; `on` keeps those in force on a day."""
        from assets.records.query import policy

        rows = policy(
            self.reader, product=product, contract=contract, on=check_day(on, "--on"), since=check_day(since, "--since")
        )
        return answers.Policy.model_validate({"facts": rows})

    def moves(self, *, threshold: str | Decimal | None = None, symbol: str | None = None) -> answers.Moves:
        """List market moves; the threshold, in percent, filters on the exact quotient."""
        from assets.records.query import moves

        return answers.Moves.model_validate({"moves": moves(self.reader, _percent(threshold), symbol)})

    def reports(self) -> answers.ReportList:
        """List reports."""
        from assets.reports.approval.standing import list_standing
        from assets.reports.query import list_reports

        return answers.ReportList.model_validate({"reports": list_standing(self.reader, list_reports(self.reader))})

    def report(self, report_id: str) -> answers.Report:
        """Return one report whole: as people decided on it, else as it was generated."""
        from assets.reports.approval.standing import show_standing

        return answers.Report.model_validate(show_standing(self.reader, report_id))

    def verify(self, report: str | Mapping[str, Any]) -> answers.Verification:
        """Judge a stored report (by id) or any exported one (as a mapping) against this home's stored texts."""
        from quality.verify.report import verify_report

        if isinstance(report, str):
            return answers.Verification.model_validate(
                verify_report(self.report(report).model_dump(), self.reader, stored=True)
            )
        return answers.Verification.model_validate(verify_report(dict(report), self.reader))

    def trace(self, identity: str) -> answers.Trace:
        """Lead a sentence, claim, tag, fact, slice or clause back to its document and span."""
        from leafroot.trace import trace

        return answers.Trace.model_validate(trace(self.reader, identity))

    def quarantine(self, identity: str | None = None) -> answers.QuarantineList:
        """List what was not taken, with reason and remedy."""
        rows = self.reader.query(
            "SELECT id, stage, source, row, reason, message FROM quarantine ORDER BY source, row, id"
        )
        if identity is not None:
            rows = [row for row in rows if row["id"] == identity]
            if not rows:
                raise UsageError(f"No quarantine item has the id {identity}; leafroot quarantine list shows them.")
        return answers.QuarantineList.model_validate({"items": rows})

    def digest(self) -> answers.Digest:
        """Return the hash of each table's rows."""
        from resources.store import Store

        store = Store(self.home, TABLES)
        try:
            return answers.Digest(tables=store.digest(), publication=store.publication())
        finally:
            store.close()

    def close(self) -> None:
        """Release the home."""
        if "_rulebooks" in self.__dict__ and self._rulebooks is not self.reader:
            self._rulebooks.close()
        if "_runner" in self.__dict__:
            self._runner.close()
        self.reader.close()


def check_day(value: str | None, option: str) -> str | None:
    """Return the day of an option in ISO form.

    Raises:
        UsageError: it is no date.
    """
    import datetime as dt

    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(f"{option} {value} is no date; write it as 2024-04-18.") from None


def _percent(value: str | Decimal | None) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value).rstrip("%"))
    except ArithmeticError:
        raise UsageError(f"--threshold {value} is no number; write it as 3 or 2.5.") from None
    if not number.is_finite() or number < 0:
        raise UsageError(f"--threshold {value} is no percentage; write a number from 0 up.")
    return number
