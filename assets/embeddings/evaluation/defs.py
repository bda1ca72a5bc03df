"""The evaluation asset: the home's questions, scored where an answer may have changed, and the gate over the scores."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.embeddings.defs import BASES, VECTORS, classed_sources, statistics_folder
from assets.embeddings.evaluation.questions import Question, ask_home, fingerprint_own, read_own
from assets.embeddings.evaluation.scoring import Answering, Prepared, rows_of, score_questions
from assets.embeddings.schema import EMBEDDED_SPANS, EVALUATIONS
from assets.embeddings.search import Searcher
from assets.embeddings.spaces import open_space, serving_row
from assets.embeddings.terms import read_lexicon
from assets.records.lookup import LookUp
from assets.records.query import policy
from assets.records.schema import CLAUSES, DOCUMENTS, POLICY_FACTS
from quality.defs import Step, StepEvent, check_specs, open_step
from quality.evaluation import CHECKS, check_scores
from quality.outcomes import Outcome
from resources.defs import HomeResource
from resources.frames import empty_frame
from resources.store import Change
from resources.vectors import VectorStore

CODE_VERSION = "1"
#: Hash of the users' own questions as they were asked last.
OWN = "evaluation_own"


def find_answers(step: Step, vectors: VectorStore, embedder: Prepared) -> Answering:
    """The ways to answer a home's questions."""
    searcher = Searcher(step.reader, vectors, embedder, lexicon=read_lexicon(step.reader))
    return Answering(
        search=lambda query, k: searcher.search(query, k=k),
        clause=LookUp(step.reader).find_clause,
        policy=lambda product, day: policy(step.reader, product=product, on=day),
        text=step.reader.text,
    )


def own_questions(step: Step) -> list[Question]:
    """The questions that the home's records give; none shows a secret text to a model."""
    secret = classed_sources(step).filter(pl.col("clearance") == "secret")["doc_id"].to_list()
    return ask_home(step.reader, hidden=frozenset(secret))


def evaluate(step: Step) -> Iterator[StepEvent]:
    """Ask the home its questions where an answer may have changed, and publish the scores unless they got worse."""
    own = fingerprint_own(step.home.folder())
    tables = (EMBEDDED_SPANS, CLAUSES, POLICY_FACTS, DOCUMENTS)
    changed = step.since == 0 or any(any(step.store.changed_keys(table.name, step.since)) for table in tables)
    row, folder = serving_row(step.reader), statistics_folder(step)
    if row is None or folder is None or not (changed or step.store.home_value(OWN) != own):
        outcomes = [Outcome(name, "block", True, "nothing changed since the last good verdict") for name in CHECKS]
        yield from step.publish([Change(EVALUATIONS, empty_frame(EVALUATIONS))], {"asked": 0}, extra=outcomes)
        return
    from assets.embeddings.basis import Basis

    bases = step.home.folder() / BASES
    space = open_space(row, None, lambda basis_id: Basis.load(bases / basis_id), Basis.load(folder).idf)
    questions = [*own_questions(step), *read_own(step.home.folder())]
    # A model is asked for vectors when its space takes over (gate.py); day by day full text answers there.
    prepared = Prepared(space.embedder, questions, ask=row["engine"] == "embedded")
    vectors = VectorStore(step.home.folder() / VECTORS)
    rows = rows_of(score_questions(questions, find_answers(step, vectors, prepared)), space.basis_id)
    before = step.reader.rows(EVALUATIONS.name)
    frame = pl.DataFrame(rows, schema=empty_frame(EVALUATIONS).schema)
    told = {
        "asked": len(questions),
        **{one["kind"]: one["share"] for one in rows},
        "full_text_alone": prepared.why or "no",
    }
    yield from step.publish(
        [Change(EVALUATIONS, frame, scope={})],
        told,
        extra=check_scores(rows, before, accepted=step.rebuild or step.since == 0),
        books={"home": {OWN: own}},
    )


@dg.asset(
    key=["embeddings", "evaluation"],
    deps=[
        dg.AssetKey(["embeddings", "slices"]),
        dg.AssetKey(["embeddings", "clauses"]),
        dg.AssetKey(["records", "policy_facts"]),
    ],
    group_name="embeddings",
    owners=["team:leafroot"],
    kinds={"python", "lancedb", "sqlite"},
    description="Is search and look-up as good as it was: questions made of the home's own records, and the users' own (evaluation/*.jsonl in the home), scored when an answer may have changed; blocks where a kind got worse.",
    code_version=CODE_VERSION,
    check_specs=check_specs(["embeddings", "evaluation"], [EVALUATIONS], CHECKS),
    output_required=False,
)
def evaluation(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Score the home's questions."""
    with open_step(context, home, code_version=CODE_VERSION) as step:
        yield from evaluate(step)


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the evaluation asset."""
    return [evaluation]
