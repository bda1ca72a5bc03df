"""Embeddings assets: lexicon and vector basis, then the vectors of slices and clauses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl

from assets.embeddings.schema import EMBEDDED_SPANS, LEXICON
from assets.records.schema import CLAUSES, SLICES
from quality.defs import Delta, Step, StepEvent, check_specs, open_step
from resources.defs import HomeResource
from resources.frames import empty_frame
from resources.store import Change
from resources.vectors import VectorStore

CODE_VERSION = "1"
#: Folder of the vector bases and of LanceDB inside a home.
BASES, VECTORS = "bases", "vectors"
SOURCE_COLUMNS = ["doc_id", "lane", "published_date", "title"]
SPAN_COLUMNS = ["span_id", "doc_id", "lane", "published_date", "text"]


def spans_of(kind: str, rows: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Return span_id, doc_id, lane, published_date and the text to index.

    A clause is indexed under its path, the first slice of a document under its title: found by them, never quoted
    with them.
    """
    if kind == "slice":
        titled = rows.rename({"slice_id": "span_id"}).join(sources.select("doc_id", "title"), on="doc_id", how="left")
        opens = (pl.col("ordinal") == 0) & ~pl.col("text").str.starts_with(pl.col("title"))
        text = (
            pl.when(opens)
            .then(pl.concat_str([pl.col("title"), pl.lit("\n"), pl.col("text")]))
            .otherwise(pl.col("text"))
        )
        return titled.with_columns(text=text).select(SPAN_COLUMNS)
    path = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("document", "part", "chapter", "section", "article")], separator=" "
    )
    return (
        rows.rename({"clause_id": "span_id"})
        .with_columns(text=pl.concat_str([path, pl.lit("\n"), pl.col("text")]))
        .join(sources.select("doc_id", "lane", "published_date"), on="doc_id", how="left")
        .select(SPAN_COLUMNS)
    )


def basis_folder(step: Step) -> Path | None:
    """Return the folder of the basis that is in force, None before the first."""
    basis_id = step.store.home_value("basis_id")
    folder = step.home.folder() / BASES / str(basis_id)
    return folder if basis_id and folder.exists() else None


def forget_other_bases(step: Step, vectors: VectorStore, basis_id: str) -> None:
    """Remove the vectors and bases that no live row names any more."""
    reader = step.store.reader()
    named = {
        row["basis_id"] for row in reader.query("SELECT DISTINCT basis_id FROM embedded_spans WHERE retired_in IS NULL")
    }
    reader.close()
    if named == {basis_id}:
        vectors.forget(named)
        for folder in (step.home.folder() / BASES).iterdir():
            if folder.name != basis_id:
                shutil.rmtree(folder)


@dg.asset(
    key=["embeddings", "lexicon"],
    deps=[dg.AssetKey(["records", "slices"]), dg.AssetKey(["records", "clauses"])],
    group_name="embeddings",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Domain lexicon (领域词表) and the vector basis (PPMI, SVD) that the home's own text gives; fitted anew when the corpora have doubled.",
    code_version=CODE_VERSION,
    check_specs=check_specs(["embeddings", "lexicon"], [LEXICON]),
    output_required=False,
)
def lexicon(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Fit the basis where it is needed."""
    from assets.embeddings.basis import Basis, fit_basis, needs_refit
    from assets.embeddings.lexicon import build_lexicon

    with open_step(context, home, code_version=CODE_VERSION) as step:
        folder = basis_folder(step)
        basis = None if folder is None or step.since == 0 else Basis.load(folder)
        count = step.reader.value(
            "SELECT (SELECT COUNT(*) FROM slices WHERE retired_in IS NULL) + (SELECT COUNT(*) FROM clauses WHERE retired_in IS NULL)"
        )
        if count == 0 or not needs_refit(basis, int(count)):
            yield from step.publish([Change(LEXICON, empty_frame(LEXICON))], {"spans": int(count)})
            return
        spans = pl.concat(
            spans_of(
                kind,
                step.reader.frame(table.name),
                step.reader.frame("sources", columns=SOURCE_COLUMNS),
            )
            for kind, table in (("slice", SLICES), ("clause", CLAUSES))
        )
        basis = fit_basis(spans.sort("span_id")["text"].to_list())
        basis.save(step.home.folder() / BASES / basis.basis_id)
        rows = build_lexicon(spans.select("span_id", "doc_id", "text"))
        yield from step.publish(
            [Change(LEXICON, rows, scope={})],
            {"spans": int(count), "basis": basis.basis_id, "dimension": basis.dimension},
            books={"home": {"basis_id": basis.basis_id}},
        )


def build_vectors(kind: str, name: str, records: str, description: str) -> dg.AssetsDefinition:
    """Build the asset that embeds one kind of span."""
    key = ["embeddings", name]
    table = SLICES if kind == "slice" else CLAUSES

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["records", records]), dg.AssetKey(["embeddings", "lexicon"])],
        group_name="embeddings",
        owners=["team:leafroot"],
        kinds={"python", "lancedb"},
        description=description,
        code_version=CODE_VERSION,
        check_specs=check_specs(key, [EMBEDDED_SPANS]),
        output_required=False,
    )
    def vectors_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        basis_id = home.basis_id() or "none"
        with open_step(context, home, code_version=f"{CODE_VERSION}:{basis_id}") as step:
            delta = step.delta(table)
            if basis_id == "none" or delta.is_empty:
                yield from step.publish([Change(EMBEDDED_SPANS, empty_frame(EMBEDDED_SPANS))], {"basis": basis_id})
                return
            yield from embed(step, kind, delta, basis_id)

    return vectors_asset


def embed(step: Step, kind: str, delta: Delta, basis_id: str) -> Iterator[StepEvent]:
    """Write vectors first, then publish their ids: a crash between leaves rows that nobody sees."""
    from assets.embeddings.basis import Basis
    from assets.embeddings.index import embed_spans

    sources = step.reader.frame("sources", columns=SOURCE_COLUMNS)
    spans = spans_of(kind, delta.added, sources)
    basis = Basis.load(step.home.folder() / BASES / basis_id)
    vectors = VectorStore(step.home.folder() / VECTORS)
    if not spans.is_empty():
        vectors.put(kind, basis_id, embed_spans(kind, spans, basis))
        vectors.index(kind, basis_id)
    rows = spans.select("span_id", pl.lit(kind).alias("kind"), "doc_id", pl.lit(basis_id).alias("basis_id"))
    change = Change(EMBEDDED_SPANS, rows, delta.gone, {"kind": kind} if delta.full else None)
    yield from step.publish([change], {"basis": basis_id, "embedded": rows.height})
    if delta.gone:
        vectors.drop(kind, basis_id, delta.gone)
    if delta.full:
        forget_other_bases(step, vectors, basis_id)


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the embeddings assets."""
    return [
        lexicon,
        build_vectors("slice", "slices", "slices", "Vectors and full-text index of the slices, in LanceDB."),
        build_vectors("clause", "clauses", "clauses", "Vectors and full-text index of the clauses, in LanceDB."),
    ]
