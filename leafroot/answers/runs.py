"""What a run did, and the state of a home."""

from pydantic import ConfigDict, Field

from leafroot.answers.base import Answer

__all__ = [
    "Backup",
    "Digest",
    "Doctor",
    "DoctorCheck",
    "DocumentCounts",
    "GateCounts",
    "ModelUse",
    "QuarantineItem",
    "QuarantineList",
    "ReportStatus",
    "RunResult",
    "Upkeep",
    "UpkeepPart",
]


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


class UpkeepPart(Answer):
    """One part of the upkeep; `freed` in bytes of disk."""

    name: str
    ok: bool
    detail: str
    freed: int


class Upkeep(Answer):
    """`upkeep`."""

    parts: list[UpkeepPart]


class Backup(Answer):
    """`backup` and `restore`; `size` in bytes before packing."""

    path: str
    files: int
    size: int
    publication: int
    version: str
