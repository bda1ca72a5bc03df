"""Tags through time, measured and reviewed, and the graph of all that is known."""

from typing import Any, Literal

from leafroot.answers.base import Answer, Citation

__all__ = [
    "GraphEdge",
    "GraphNode",
    "KnowledgeGraph",
    "TagComparison",
    "TagDelta",
    "TagLine",
    "TagPoint",
    "TagQuality",
    "TagReview",
    "TagReviewed",
    "TagTrend",
    "VocabularyDecision",
]


class TagPoint(Answer):
    """Slices under a tag on one day; 0 where the day's tree does not have it."""

    date: str | None
    n_leaves: int
    share_pct: float


class TagLine(Answer):
    """One tag through the days."""

    tag_id: str
    label: str
    profile: str
    path: list[str]
    points: list[TagPoint]


class TagTrend(Answer):
    """`tags trend`."""

    tag: str
    tags: list[TagLine]


class TagDelta(Answer):
    """One tag on two days; `label_before` where it was renamed."""

    tag_id: str
    label: str
    path: list[str]
    before: int
    after: int


class TagComparison(Answer):
    """`tags compare`."""

    profile: str
    before: str
    after: str
    new: list[TagDelta]
    gone: list[TagDelta]
    grown: list[TagDelta]
    shrunk: list[TagDelta]
    renamed: list[TagDelta]
    same: int
    kept_pct: float


class TagQuality(Answer):
    """`tags quality`: each part is a mapping of measures; docs/reference.md says what they are."""

    profile: str
    date: str | None
    dates: list[str]
    shape: dict[str, Any]
    coverage: dict[str, Any]
    support: dict[str, Any]
    distinct: dict[str, Any]
    stability: dict[str, Any] | None
    reviews: dict[str, dict[str, int]]
    labels: dict[str, Any] | None


class TagReview(Answer):
    """`tags review` that writes a sheet: questions by kind, and the rule by which they were sampled."""

    profile: str
    date: str | None
    questions: dict[str, int]
    rule: str
    path: str | None
    rows: list[dict[str, Any]]


class VocabularyDecision(Answer):
    """What an answer decided on a name."""

    profile: str
    term: str
    canonical: str | None
    decision: Literal["joined", "preferred", "apart", "forbidden"]


class TagReviewed(Answer):
    """`tags review --import`: answers taken by kind, questions left open, what they decided on names."""

    taken: int
    open: int
    answers: dict[str, dict[str, int]]
    vocabulary: list[VocabularyDecision]
    publication: int


class GraphNode(Answer):
    """One node; what else it carries depends on its kind."""

    id: str
    kind: Literal["tag", "document", "product", "contract", "institution", "event", "fact", "move"]
    label: str


class GraphEdge(Answer):
    """One edge with the spans that speak for it; `n` is how many there are, of which the first few are given."""

    source: str
    target: str
    kind: str
    n: int
    evidence: list[Citation]


class KnowledgeGraph(Answer):
    """`graph`."""

    subject: str | None
    since: str | None
    until: str | None
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    counts: dict[str, dict[str, int]]
