"""The objects of the contract: what every command prints and every API method returns."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Answer",
    "Ask",
    "Citation",
    "Clause",
    "ClauseDiff",
    "ClauseList",
    "Digest",
    "Docs",
    "Doctor",
    "Hits",
    "ModelCalls",
    "ModelComparison",
    "ModelList",
    "ModelPrompt",
    "Moves",
    "Policy",
    "QuarantineList",
    "Report",
    "ReportList",
    "RunResult",
    "Tags",
    "Text",
    "Trace",
    "Verification",
]


class Answer(BaseModel):
    """Base of all answers; fields may be added, never renamed."""

    model_config = ConfigDict(extra="allow")


class Citation(Answer):
    """Where a quote stands: code-point offsets into the stored text of a document."""

    doc_id: str
    title: str
    path: str
    row: int | None
    start: int
    end: int
    sha256: str
    quote: str


class DocumentCounts(Answer):
    """in = new + unchanged + quarantined; duplicate counts those that repeat another."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    in_: int = Field(alias="in")
    new: int
    unchanged: int
    duplicate: int
    quarantined: int


class ReportStatus(Answer):
    """A report's id and status."""

    id: str
    status: str


class ModelUse(Answer):
    """What the run spent on models; cost null where a price is unknown."""

    chat_calls: int
    embed_calls: int
    tokens_in: int
    tokens_out: int
    cost: float | None


class GateCounts(Answer):
    """Newest outcome of every check."""

    passed: int
    warned: int
    failed: int


class RunResult(Answer):
    """`run`."""

    run_ids: list[str]
    publication: int
    engine: str
    seconds: float
    documents: DocumentCounts
    bars: int
    clauses: int
    slices: int
    policy_facts: int
    market_moves: int
    tags: int
    reports: list[ReportStatus]
    model: ModelUse
    gates: GateCounts


class Defect(Answer):
    """What is wrong with a piece of a stored text."""

    code: str
    severity: Literal["high", "medium", "low"]
    start: int
    end: int


class Document(Answer):
    """One row of `docs`; quality_score is 1 minus the weighted share of characters with defects, null for bars."""

    doc_id: str
    lane: str
    title: str
    source: str | None
    published: str | None
    path: str
    row: int | None
    source_id: str | None
    sha256: str
    n_chars: int
    duplicate_of: str | None
    supersedes: str | None
    quality_score: float | None
    defects: list[Defect]


class Docs(Answer):
    """`docs`."""

    documents: list[Document]


class Text(Answer):
    """`text`."""

    doc_id: str
    text: str


class ClauseRow(Answer):
    """One row of `clauses`."""

    clause_id: str
    document: str
    version: str | None
    effective: str | None = None
    part: str | None
    chapter: str | None
    section: str | None
    heading: str | None = None
    article: str | None
    text: str
    citation: Citation


class ClauseList(Answer):
    """`clauses`."""

    clauses: list[ClauseRow]


class VersionName(Answer):
    """One version of a rulebook; `effective` is null where it is not said."""

    doc_id: str
    document: str
    version: str | None
    effective: str | None = None


class RepealedBy(VersionName):
    """What ended a version: a newer one of the same rulebook, or another rulebook that repeals it."""

    newer_version: bool


class DiffPiece(Answer):
    """A piece of a changed clause; equal and added pieces joined are the newer text."""

    op: Literal["equal", "removed", "added"]
    text: str


class ClauseChange(ClauseRow):
    """A clause that differs between two versions: as it is in the newer one, a removed one as it was."""

    change: Literal["added", "removed", "changed", "renumbered", "renumbered_changed"]
    old: ClauseRow | None
    old_text: str | None
    similarity: float | None
    words: list[DiffPiece]


class DiffSummary(Answer):
    """What was compared, and how many clauses of each change."""

    document: str
    old: VersionName
    new: VersionName
    summary: dict[str, int]


class ClauseDiff(Answer):
    """`clauses --diff`."""

    clauses: list[ClauseChange]
    diff: DiffSummary


class Clause(Answer):
    """`clause`."""

    status: Literal["found", "refused"]
    document: str | None
    version: str | None
    effective: str | None = None
    repealed_by: RepealedBy | None = None
    part: str | None
    chapter: str | None
    section: str | None
    heading: str | None = None
    article: str | None
    text: str | None
    citation: Citation | None
    reason: str | None
    message: str | None
    candidates: list[Any]


class Ask(Answer):
    """`ask`."""

    question: str
    status: Literal["answered", "refused"]
    answer: str | None
    reason: str | None
    message: str | None
    citations: list[Citation]
    candidates: list[Any]
    engine: str
    publication: int
    seconds: float


class Hit(Answer):
    """One hit of `search`; `also` names the repeats of its document."""

    id: str
    kind: Literal["clause", "slice"]
    score: float
    lane: str
    published: str | None
    citation: Citation
    also: list[str]


class Hits(Answer):
    """`search`."""

    hits: list[Hit]


class Leaf(Answer):
    """A slice under a tag."""

    slice_id: str
    citation: Citation


class Tag(Answer):
    """One tag with what is below it."""

    tag_id: str
    label: str
    level: int
    summary: str
    n_leaves: int
    children: list["Tag"]
    leaves: list[Leaf]


class TagStats(Answer):
    """What went into a tree."""

    slices: int
    levels: int
    excluded: dict[str, int]
    chat_calls: int
    embed_calls: int


class Tags(Answer):
    """`tags`."""

    profile: str
    subject: str | None
    date: str | None
    dates: list[str]
    engine: str
    roots: list[Tag]
    stats: TagStats


class Scope(Answer):
    """Which contracts a fact is about."""

    scope: Literal["all", "list", "all_but", "new_only", "range"]
    list: list[str]


class Moment(Answer):
    """When something starts or ends; what is not said is null."""

    date: str | None
    point: Literal["settlement", "day_session", "night_session"] | None
    condition: str | None


class Fact(Answer):
    """One policy fact."""

    fact_id: str
    issuer: str | None
    issuer_level: Literal["exchange", "regulator", "broker", "other"]
    product: str | None
    contracts: Scope
    item: Literal["fee", "margin", "price_limit", "position_limit", "delivery", "other"]
    detail: str | None
    old: str | None
    new: str | None
    unit: str | None
    effective: Moment
    until: Moment | None
    citation: Citation


class Policy(Answer):
    """`policy`."""

    facts: list[Fact]


class Move(Answer):
    """One market move; quantities in plain decimal notation."""

    symbol: str
    date: str
    basis: Literal["settle_vs_prev_settle", "close_vs_prev_settle", "close_vs_prev_close"]
    move_pct: str
    value: str
    previous: str
    is_main: bool
    citation: Citation


class Moves(Answer):
    """`moves`."""

    moves: list[Move]


class ReportRow(Answer):
    """One row of `report list`."""

    id: str
    version: int
    kind: str
    subject: str
    date: str
    status: str
    title: str


class ReportList(Answer):
    """`report list`."""

    reports: list[ReportRow]


class Claim(Answer):
    """What a sentence states, with the figures as printed."""

    claim_id: str
    kind: str
    slots: dict[str, str]
    citations: list[Citation]


class Sentence(Answer):
    """One sentence with its claims and citations."""

    text: str
    claims: list[Claim]
    citations: list[Citation]


class Section(Answer):
    """One section; its note says what is missing and needs no source."""

    heading: str
    note: str | None
    sentences: list[Sentence]


class Viewpoint(Answer):
    """One view, held by one or more."""

    stance: Literal["bullish", "bearish", "neutral", "mixed"]
    target: str | None
    horizon: str | None
    holders: list[str]
    citations: list[Citation]


class Check(Answer):
    """One check of a report."""

    name: str
    passed: bool
    detail: str


class Report(Answer):
    """`report show`, and the exported JSON."""

    id: str
    version: int
    kind: Literal["extreme_move", "risk_event", "daily"]
    subject: str
    date: str
    status: Literal["incomplete", "checked", "withheld", "approved", "retracted"]
    title: str
    engine: str
    publication: int
    sections: list[Section]
    viewpoints: list[Viewpoint]
    manifest: dict[str, Any]
    checks: list[Check]


class Problem(Answer):
    """One problem of one sentence, counted from 0 through all sections."""

    sentence: int
    code: str
    detail: str


class Verification(Answer):
    """`verify`."""

    ok: bool
    sentences: int
    cited: int
    numbers: int
    numbers_traced: int
    problems: list[Problem]


class Hop(Answer):
    """One step from what a reader sees to its document."""

    kind: str
    id: str
    text: str


class Trace(Answer):
    """`trace`."""

    id: str
    hops: list[Hop]
    citations: list[Citation]


class QuarantineItem(Answer):
    """One file, line or row that was not taken."""

    id: str
    stage: str
    source: str
    row: int | None
    reason: str
    message: str


class QuarantineList(Answer):
    """`quarantine`."""

    items: list[QuarantineItem]


class Digest(Answer):
    """`digest`."""

    tables: dict[str, str]
    publication: int


class DoctorCheck(Answer):
    """One thing that the doctor looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str | None


class Doctor(Answer):
    """`doctor`."""

    ok: bool
    checks: list[DoctorCheck]


class ModelRow(Answer):
    """One model; an unknown price gives cost null, never 0."""

    name: str
    kind: Literal["chat", "embedding"]
    model: str
    placement: Literal["private", "maas"]
    clearance: Literal["public", "internal", "secret"]
    context: int
    price_in: str | None
    price_out: str | None
    state: Literal["ready", "probing", "cooling", "disabled", "unavailable", "budget", "unpriced"]
    reason: str | None
    calls: int
    errors: int
    p50_ms: float | None
    p99_ms: float | None
    tokens_in: int
    tokens_out: int
    cost: str | None


class TaskSwitch(Answer):
    """A task that is switched off."""

    name: str
    state: Literal["disabled"]
    reason: str


class ModelList(Answer):
    """`models list`, `status`, `disable` and `enable`."""

    models: list[ModelRow]
    tasks: list[TaskSwitch]


class ModelAttempt(Answer):
    """One attempt of a call."""

    model: str
    outcome: str
    status: int | None
    latency_ms: float
    detail: str | None
    hedge: bool


class ModelCall(Answer):
    """One call to the models, without its text."""

    call_id: str
    time: str
    kind: str
    task: str
    model: str | None
    outcome: str
    latency_ms: float
    queue_ms: float
    tokens_in: int
    tokens_out: int
    estimated: bool
    cost: str | None
    attempts: int
    chain: list[ModelAttempt]
    detail: str | None
    asset: str | None
    partition: str | None
    client: str | None
    prompt: str | None
    prompt_hash: str | None


class ModelCalls(Answer):
    """`models calls`."""

    calls: list[ModelCall]


class ModelPrompt(Answer):
    """`models prompt`: what would be sent."""

    task: str
    model: str
    prompt: str | None
    messages: list[dict[str, Any]]
    response_format: dict[str, Any] | None
    tools: list[dict[str, Any]]
    max_tokens: int | None
    parameters: dict[str, Any]


class ComparedModel(Answer):
    """One model with one prompt on a labelled set; an unknown price gives cost null, never 0."""

    model: str
    prompt: str
    items: int
    accuracy: float
    missing: int
    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: str | None
    reason: str | None


class ModelComparison(Answer):
    """`models compare`."""

    task: str
    rows: list[ComparedModel]
