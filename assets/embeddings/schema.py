"""Tables of the embeddings stage. The vectors themselves are in LanceDB, keyed by the ids of slices and clauses."""

from resources.protocols import Column, Table

__all__ = ["EMBEDDED_SPANS", "EVALUATIONS", "LEXICON", "TABLES", "TERM_DECISIONS", "VECTOR_SPACES"]

LEXICON = Table(
    "lexicon",
    "embeddings",
    "term",
    "A term of the domain: products, institutions and terms found in the corpora.",
    (
        Column("term", "text", "the term as written most often"),
        Column("kind", "text", "product, institution, contract, term or seed; of a term that a person added, theirs"),
        Column("documents", "int", "documents that hold it"),
        Column("idf", "float", "natural log of (1 + N) / (1 + documents), rounded to 6 decimals"),
        Column(
            "source", "text", "shipped (word lists), form (how contracts and institutions are written), found, added"
        ),
        Column(
            "status", "text", "in_force, proposed or rejected; only what is in force is kept whole when text is cut"
        ),
        Column("uses", "int", "times that it stands in the texts, of a found term", null=True),
        Column("cohesion", "float", "least PMI of its cuts in two, natural log, of a found term", null=True),
        Column("left_entropy", "float", "entropy in nats of what stands before it, of a found term", null=True),
        Column("right_entropy", "float", "entropy in nats of what stands behind it, of a found term", null=True),
    ),
)

TERM_DECISIONS = Table(
    "term_decisions",
    "embeddings",
    "term",
    "What a person decided on a term: it stands whatever the corpora say, until it is decided anew.",
    (
        Column("term", "text", "the term"),
        Column("decision", "text", "accepted, rejected or added"),
        Column("kind", "text", "kind of an added term, or of the term when it was decided on", null=True),
        Column("decided_by", "text", "who decided"),
    ),
)

VECTOR_SPACES = Table(
    "vector_spaces",
    "embeddings",
    "basis_id",
    "Whose vectors there are: one space serves readers, the one before it is kept so that going back costs nothing.",
    (
        Column(
            "basis_id", "text", "hash that names engine, model, revision and dimension, or what a basis learnt from"
        ),
        Column("engine", "text", "embedded, or model (behind the gateway)"),
        Column("model", "text", "the server's own name of the model", null=True),
        Column("revision", "text", "what the configuration says of its state", null=True),
        Column("dimension", "int", "coordinates of a vector"),
        Column("state", "text", "serving or kept"),
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
        Column(
            "state", "text", "made; hidden (the model may not see it) or waiting (none came yet): by full text alone"
        ),
    ),
    indexes=(("kind",), ("doc_id",)),
)

EVALUATIONS = Table(
    "evaluations",
    "embeddings",
    "kind",
    "How the home answers questions made of its own records, and those that its users wrote; the newest score of each kind.",
    (
        Column(
            "kind",
            "text",
            "known_item, part, clause, unknown_clause, unknown_document, policy or own (evaluation/*.jsonl)",
        ),
        Column("asked", "int", "number of questions"),
        Column("right", "int", "number answered as the records say, or refused with the right reason"),
        Column("share", "float", "right / asked, six decimals"),
        Column("first", "int", "number whose first hit is the right one, where hits are asked for", null=True),
        Column("broken_citations", "int", "citations that do not re-read to their quote and hash"),
        Column("failing", "json", "list of {question, got}, at most 20"),
        Column("basis_id", "text", "space of vectors that answered"),
    ),
)

TABLES = (LEXICON, TERM_DECISIONS, EMBEDDED_SPANS, VECTOR_SPACES, EVALUATIONS)
