"""Embeddings assets: lexicon and text statistics, then the vectors of slices and clauses in the space in force.

A space is the embedded basis or a model. Readers are given one at a time: another one is filled beside it, both kinds of
span, and takes its place in one publication when every vector is there and holds; until then the old one is kept up.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import polars as pl

from assets.embeddings.evaluation.gate import find_loss
from assets.embeddings.filling import Filled, fill, gather
from assets.embeddings.model_vectors import LEVELS, ModelVectors
from assets.embeddings.schema import EMBEDDED_SPANS, LEXICON, TERM_DECISIONS, VECTOR_SPACES
from assets.embeddings.spaces import Space, find_space, open_space, rows_of_spaces, serving_row
from assets.embeddings.spans import spans_of
from assets.embeddings.terms import lexicon_of, read_lexicon, spans_holding
from assets.records.schema import CLAUSES, SLICES
from quality.defs import Delta, Settled, Step, StepEvent, check_names, check_specs, open_step
from quality.outcomes import Outcome
from quality.vectors import CHECKS, Centre, check_complete, check_vectors
from resources.defs import HomeResource
from resources.errors import ServiceError
from resources.frames import empty_frame
from resources.publication import Change
from resources.vectors import VectorStore

CODE_VERSION = "2"
#: Folder of the vector bases and of LanceDB inside a home.
BASES, VECTORS = "bases", "vectors"
#: Remembered facts of a home: the space that serves, the basis whose statistics weigh words, what was filled beside.
SERVING, STATISTICS, STAGED, STUCK = "basis_id", "text_basis", "staged", "stuck"
SOURCE_COLUMNS = ["doc_id", "lane", "published_date", "title", "classification"]
TABLES = {"slice": SLICES, "clause": CLAUSES}
CHECK_NAMES = check_names([EMBEDDED_SPANS, VECTOR_SPACES], CHECKS)


def classed_sources(step: Step) -> pl.DataFrame:
    """Return the documents with the class of their text: a sidecar's, else that of the lane."""
    sources = step.reader.frame("sources", columns=SOURCE_COLUMNS)
    of_lane = {str(lane): level for lane, level in step.settings.privacy.items()}
    lanes = pl.col("lane").replace_strict(of_lane, default="internal", return_dtype=pl.String)
    return sources.with_columns(clearance=pl.col("classification").fill_null(lanes))


def all_spans(step: Step, kind: str) -> pl.DataFrame:
    """Return every live span of a kind."""
    return spans_of(kind, step.reader.frame(TABLES[kind].name), classed_sources(step))


def statistics_folder(step: Step) -> Path | None:
    """Return the folder of the basis whose statistics are in force, None before the first."""
    basis_id = step.store.home_value(STATISTICS) or step.store.home_value(SERVING)
    folder = step.home.folder() / BASES / str(basis_id)
    return folder if basis_id and folder.exists() else None


def decided(step: Step, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lexicon under people's decisions; a term that somebody added is counted in the stored texts."""
    from assets.embeddings.lexicon import count_documents, decide

    decisions = step.reader.rows(TERM_DECISIONS.name)
    own = sorted({row["term"] for row in decisions} - set(rows.filter(pl.col("source") != "added")["term"]))
    if not own:
        return decide(rows, decisions)
    documents = step.reader.rows("documents", columns=["doc_id"])
    texts = ((row["doc_id"], step.reader.text(row["doc_id"])) for row in documents)
    return decide(rows, decisions, counts=count_documents(texts, own), total=len(documents))


@dg.asset(
    key=["embeddings", "lexicon"],
    deps=[dg.AssetKey(["records", "slices"]), dg.AssetKey(["records", "clauses"])],
    group_name="embeddings",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Domain lexicon (领域词表): shipped terms, terms found in the home's own text, people's decisions on them; and the statistics and basis of vectors (PPMI, SVD) learnt from it, anew when the corpora have doubled.",
    code_version=CODE_VERSION,
    check_specs=check_specs(["embeddings", "lexicon"], [LEXICON]),
    output_required=False,
)
def lexicon(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Fit the basis where it is needed, and bring the lexicon up to the decisions."""
    from assets.embeddings.basis import Basis, fit_basis, needs_refit
    from assets.embeddings.lexicon import build_lexicon

    with open_step(context, home, code_version=CODE_VERSION) as step:
        folder = statistics_folder(step)
        basis = None if folder is None or step.since == 0 else Basis.load(folder)
        count = int(
            step.reader.value(
                "SELECT (SELECT COUNT(*) FROM slices WHERE retired_in IS NULL) + (SELECT COUNT(*) FROM clauses WHERE retired_in IS NULL)"
            )
        )
        if count == 0 or not needs_refit(basis, count):
            rows = decided(step, step.reader.frame(LEXICON.name))
            yield from step.publish([Change(LEXICON, rows, scope={})], {"spans": count})
            return
        spans = pl.concat(all_spans(step, kind) for kind in TABLES)
        rows = decided(step, build_lexicon(spans.select("span_id", "doc_id", "text")))
        basis = fit_basis(spans.sort("span_id")["text"].to_list(), lexicon=lexicon_of(rows.to_dicts()))
        basis.save(step.home.folder() / BASES / basis.basis_id)
        yield from step.publish(
            [Change(LEXICON, rows, scope={})],
            {"spans": count, "basis": basis.basis_id, "dimension": basis.dimension},
            books={"home": {STATISTICS: basis.basis_id}},
        )


@dataclass(frozen=True)
class Spaces:
    """The space that serves and the one that is asked for; `why` says why the second is not to be had."""

    serving: Space | None
    wanted: Space | None
    why: str | None = None


def open_spaces(step: Step) -> Spaces:
    """Open both spaces; nothing was learnt yet: neither."""
    from assets.embeddings.basis import Basis

    folder = statistics_folder(step)
    if folder is None:
        return Spaces(None, None)
    basis = Basis.load(folder)
    row = serving_row(step.reader)
    source = step.vector_source
    why = None
    wanted: Space | None = None
    try:
        wanted = find_space(source, basis, known=row, asset=step.asset)
    except ServiceError as error:
        why = str(error)
    if row is None:
        return Spaces(None, wanted or Space(basis), why)
    if wanted is not None and wanted.basis_id == row["basis_id"]:
        return Spaces(wanted, wanted)
    bases = step.home.folder() / BASES
    return Spaces(
        open_space(row, source, lambda basis_id: Basis.load(bases / basis_id), basis.idf, asset=step.asset), wanted, why
    )


def build_vectors(kind: str, name: str, records: str, description: str) -> dg.AssetsDefinition:
    """Build the asset that embeds one kind of span."""
    key = ["embeddings", name]

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["records", records]), dg.AssetKey(["embeddings", "lexicon"])],
        group_name="embeddings",
        owners=["team:leafroot"],
        kinds={"python", "lancedb"},
        description=description,
        code_version=CODE_VERSION,
        check_specs=check_specs(key, [EMBEDDED_SPANS, VECTOR_SPACES], CHECKS),
        output_required=False,
    )
    def vectors_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        with open_step(context, home, code_version=CODE_VERSION) as step:
            yield from refresh(step, kind)

    return vectors_asset


def refresh(step: Step, kind: str) -> Iterator[StepEvent]:
    """Bring one kind of span up to date: in the space that serves, or in one that takes its place."""
    spaces = open_spaces(step)
    vectors = VectorStore(step.home.folder() / VECTORS)
    serving, why = spaces.serving, spaces.why
    if serving is None:
        if spaces.wanted is None:
            yield from step.publish(no_changes(), {"basis": "none"}, extra=idle(why))
        else:
            yield from keep_up(step, vectors, kind, spaces.wanted, why=why, first=True)
        return
    if spaces.wanted is not None and spaces.wanted.basis_id != serving.basis_id:
        built = build_beside(step, vectors, kind, spaces.wanted)
        if isinstance(built, dict):
            built = keeps_old(step, vectors, (serving, spaces.wanted), built) or built
        if isinstance(built, dict):
            yield from switch(step, vectors, spaces.wanted, built)
            return
        stuck = step.store.home_value(STUCK)
        if built is None and not stuck:
            # The other kind comes next and takes this one along; where it did not, this one is kept up in the old space.
            outcomes = [Outcome(name, "block", True, "filled beside the space that serves") for name in CHECK_NAMES]
            yield from step.conclude(
                [Settled([], outcomes, None)], {"basis": serving.basis_id, "beside": spaces.wanted.basis_id}
            )
            return
        why = built or stuck
        step.store.set_home_value(STUCK, why or "")
    yield from keep_up(step, vectors, kind, serving, why=why, first=False)


def idle(why: str | None) -> list[Outcome]:
    """The outcomes of the checks of vectors where there are none to look at."""
    return [
        *check_vectors([], [], np.zeros((0, 0), np.float32), dimension=0, known=None, by_model=False),
        check_complete(0, 0, 0, why),
    ]


def no_changes() -> list[Change]:
    """Changes that change nothing: every table is still named to its checks."""
    return [Change(table, empty_frame(table)) for table in (EMBEDDED_SPANS, VECTOR_SPACES)]


def change_of_spaces(step: Step, space: Space) -> Change:
    """The spaces as they are when this one serves."""
    rows = pl.DataFrame(rows_of_spaces(step.reader, space), schema=empty_frame(VECTOR_SPACES).schema)
    return Change(VECTOR_SPACES, rows, scope={})


def centre_key(kind: str, space: Space) -> str:
    """Where a home remembers the mean of a space's vectors."""
    return f"centre:{kind}:{space.basis_id}"


def judge_filled(space: Space, filled: Sequence[Filled], known: Centre | None, why: str | None) -> list[Outcome]:
    """Judge what was embedded, of one kind or both."""
    ids, texts, matrix = gather(filled, space.embedder.dimension)
    outcomes = check_vectors(
        ids, texts, matrix, dimension=space.embedder.dimension, known=known, by_model=space.model is not None
    )
    made, hidden, waiting = (sum(one.count(state) for one in filled) for state in ("made", "hidden", "waiting"))
    return [*outcomes, check_complete(made, hidden, waiting, next((one.why for one in filled if one.why), why))]


def centre_of(space: Space, filled: Filled, known: Centre | None) -> Centre:
    """The mean of a space's vectors of one kind with what was embedded now."""
    _, _, matrix = gather([filled], space.embedder.dimension)
    width = space.embedder.dimension
    return (known or Centre(0, (0.0,) * width)).with_more(matrix) if len(matrix) else known or Centre(0, (0.0,) * width)


def keep_up(
    step: Step, vectors: VectorStore, kind: str, space: Space, *, why: str | None, first: bool
) -> Iterator[StepEvent]:
    """Embed what came, what waits and what a decision on a term touches; vectors first, then their ids."""
    delta = step.delta(TABLES[kind])
    held = step.reader.rows(EMBEDDED_SPANS.name, where={"kind": kind, "basis_id": space.basis_id}, limit=1)
    mended = vectors.mend(kind, space.basis_id, expected=bool(held))
    full = delta.full or first or mended is not None
    spans = all_spans(step, kind) if full else due_spans(step, kind, delta, space)
    if spans.is_empty() and not delta.gone and not full:
        yield from step.publish(no_changes(), {"basis": space.basis_id}, extra=idle(why))
        return
    by_model = space.model is not None
    filled = fill(
        vectors,
        kind,
        spans,
        space.embedder,
        lexicon=read_lexicon(step.reader),
        whole=full and by_model,
        keep_waiting=True,
    )
    vectors.index(kind, space.basis_id)
    rows = filled.rows(kind, space.basis_id)
    known = None if full else Centre.load(step.store.home_value(centre_key(kind, space)))
    centre = centre_of(space, filled, known).dump()
    yield from step.publish(
        [Change(EMBEDDED_SPANS, rows, delta.gone, {"kind": kind} if full else None), change_of_spaces(step, space)],
        told(space, [filled]) | ({} if mended is None else {"mended": mended}),
        extra=judge_filled(space, [filled], known, why),
        books={"home": {SERVING: space.basis_id, centre_key(kind, space): centre}},
    )
    if delta.gone:
        vectors.drop(kind, space.basis_id, delta.gone)


def due_spans(step: Step, kind: str, delta: Delta, space: Space) -> pl.DataFrame:
    """Return the spans that are to be written: new ones, those whose vector waits, those that hold a changed term."""
    table = TABLES[kind]
    sources = classed_sources(step)
    spans = spans_of(kind, delta.added, sources)
    changed, gone = step.store.changed_keys(TERM_DECISIONS.name, step.since)
    unmade = step.reader.rows(
        EMBEDDED_SPANS.name, where={"kind": kind, "state": ["hidden", "waiting"]}, columns=["span_id", "state"]
    )
    again = {row["span_id"] for row in unmade}
    if changed or gone:
        texts = all_spans(step, kind).select("span_id", "text").rows()
        again |= set(spans_holding(texts, [*changed, *gone]))
    if not again:
        return spans
    rows = spans_of(kind, step.reader.frame(table.name, where={table.key: sorted(again)}), sources)
    still_hidden = {row["span_id"] for row in unmade if row["state"] == "hidden"}
    if isinstance(space.embedder, ModelVectors):
        seen = [level for level in LEVELS if space.embedder.may_see(level)]
        rows = rows.filter(~rows["span_id"].is_in(sorted(still_hidden)) | rows["clearance"].is_in(seen))
    return pl.concat([spans, rows]).unique("span_id", keep="first", maintain_order=True)


def build_beside(step: Step, vectors: VectorStore, kind: str, space: Space) -> dict[str, Filled] | str | None:
    """Fill another space with one kind of span.

    Returns:
        What was filled of both kinds, where the space can take over; why it cannot; None while the other kind is to come.
    """
    lexicon = read_lexicon(step.reader)
    token = f"{space.basis_id}:{lexicon.version}"
    filled: dict[str, Filled] = {}
    for one in (kind, *(other for other in TABLES if other != kind)):
        trusted = step.store.home_value(f"{STAGED}:{one}") == token
        if one != kind and not trusted:
            return None
        filled[one] = fill(
            vectors, one, all_spans(step, one), space.embedder, lexicon=lexicon, whole=True, trusted=trusted
        )
        vectors.index(one, space.basis_id)
        step.store.set_home_value(f"{STAGED}:{one}", token)
        failed = [outcome for outcome in judge_filled(space, [filled[one]], None, None) if not outcome.passed]
        waiting = filled[one].count("waiting")
        blocked = [outcome.detail for outcome in failed if outcome.severity == "block"]
        if waiting or blocked:
            reason = (
                blocked[0] if blocked else f"{waiting} of {len(filled[one].states)} {one}s wait ({filled[one].why})"
            )
            return f"the vectors of {space.name} are not given to readers yet: {reason}; call leafroot run again"
    return filled


def switch(step: Step, vectors: VectorStore, space: Space, filled: dict[str, Filled]) -> Iterator[StepEvent]:
    """Give readers another space, both kinds of span at once."""
    rows = pl.concat(one.rows(kind, space.basis_id) for kind, one in filled.items())
    both = list(filled.values())
    centres = {centre_key(kind, space): centre_of(space, one, None).dump() for kind, one in filled.items()}
    yield from step.publish(
        [Change(EMBEDDED_SPANS, rows, scope={}), change_of_spaces(step, space)],
        {**told(space, both), "switched": True},
        extra=judge_filled(space, both, None, None),
        books={"home": {SERVING: space.basis_id, STUCK: "", **centres}},
    )
    forget(step, vectors)


def keeps_old(step: Step, vectors: VectorStore, spaces: tuple[Space, Space], filled: dict[str, Filled]) -> str | None:
    """Say why the new one of two spaces does not take over: the home's own questions find less in it; None: they do not."""
    if step.rebuild:
        return None
    # What a model may not see is found there by its words.
    there = {span_id for one in filled.values() for span_id, state in one.states.items() if state != "waiting"}
    sources = classed_sources(step)
    hidden = frozenset(sources.filter(pl.col("clearance") == "secret")["doc_id"].to_list())
    lost = find_loss(step.reader, vectors, spaces, there, hidden=hidden, lexicon=read_lexicon(step.reader))
    if lost is None:
        return None
    return f"the vectors of {spaces[1].name} are not given to readers: {lost}; leafroot run --rebuild takes them anyway"


def forget(step: Step, vectors: VectorStore) -> None:
    """Remove the vectors and bases of spaces that neither serve nor are kept."""
    reader = step.store.reader()
    named = {row["basis_id"] for row in reader.rows(VECTOR_SPACES.name)}
    reader.close()
    vectors.forget(named)
    named.add(str(step.store.home_value(STATISTICS)))
    for folder in (step.home.folder() / BASES).iterdir():
        if folder.name not in named:
            shutil.rmtree(folder)


def told(space: Space, filled: Sequence[Filled]) -> dict[str, Any]:
    """What a materialisation says of its vectors."""
    return {
        "basis": space.basis_id,
        "vectors": space.name,
        "dimension": space.embedder.dimension,
        "embedded": sum(one.embedded for one in filled),
        "reused": sum(one.reused for one in filled),
        "hidden": sum(one.count("hidden") for one in filled),
        "waiting": sum(one.count("waiting") for one in filled),
        # Texts that are longer than a model reads are embedded in parts: see resources/models/long_texts.py.
        "truncated_tokens": 0,
    }


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the embeddings assets."""
    return [
        lexicon,
        build_vectors("slice", "slices", "slices", "Vectors and full-text index of the slices, in LanceDB."),
        build_vectors("clause", "clauses", "clauses", "Vectors and full-text index of the clauses, in LanceDB."),
    ]
