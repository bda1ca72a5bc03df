"""Tables of the embeddings stage. The vectors themselves are in LanceDB, keyed by the ids of slices and clauses."""

from resources.protocols import Column, Table

__all__ = ["EMBEDDED_SPANS", "LEXICON", "TABLES"]

LEXICON = Table(
    "lexicon",
    "embeddings",
    "term",
    "A term of the domain: products, institutions and terms found in the corpora.",
    (
        Column("term", "text", "the term as written most often"),
        Column("kind", "text", "product, institution, contract, term or seed"),
        Column("documents", "int", "documents that hold it"),
        Column("idf", "float", "natural log of (1 + N) / (1 + documents), rounded to 6 decimals"),
    ),
)

EMBEDDED_SPANS = Table(
    "embedded_spans",
    "embeddings",
    "span_id",
    "Which slices and clauses have a vector, and of which basis; readers see a vector only through this table.",
    (
        Column("span_id", "text", "slice_id or clause_id"),
        Column("kind", "text", "slice or clause"),
        Column("doc_id", "text", "document it stands in"),
        Column("basis_id", "text", "hash that names the vector basis: engine, dimension and training input"),
    ),
    indexes=(("kind",), ("doc_id",)),
)

TABLES = (LEXICON, EMBEDDED_SPANS)
