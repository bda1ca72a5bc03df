"""The lexicon as people see it, with their decisions over it; imports neither polars nor anything of the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.embeddings.terms import KINDS, check_term, read_lexicon
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["decision", "lexicon_version", "list_terms"]

STATUSES = ("in_force", "proposed", "rejected")
#: What a decision makes of a term.
_STATUS = {"accepted": "in_force", "added": "in_force", "rejected": "rejected"}
_BLANK: Mapping[str, Any] = {
    "documents": 0,
    "idf": None,
    "uses": None,
    "cohesion": None,
    "left_entropy": None,
    "right_entropy": None,
}


def lexicon_version(reader: Reader) -> str:
    """Return the id of the lexicon with which words are cut now."""
    return read_lexicon(reader).version


def list_terms(reader: Reader, *, kind: str | None = None, status: str | None = None) -> list[dict[str, Any]]:
    """List terms, those to be decided on first, then those that most documents hold.

    Args:
        reader: Published rows.
        kind: Only this kind.
        status: Only this status.

    Returns:
        term, kind, status, source, documents, idf, the figures of a found term, decided_by, and `pending`: decided, and
        the next run cuts words by it.

    Raises:
        UsageError: there is no such kind or status.
    """
    for given, known, name in ((kind, KINDS, "kind"), (status, STATUSES, "status")):
        if given is not None and given not in known:
            raise UsageError(f"There is no {name} {given}; there are {', '.join(known)}.")
    decisions = {row["term"]: row for row in reader.rows("term_decisions")}
    rows = [_shown(row, decisions.pop(row["term"], None)) for row in reader.rows("lexicon")]
    rows += [_shown({**_BLANK, "term": term, "source": "added"}, row) for term, row in decisions.items()]
    order = {"proposed": 0, "rejected": 2}
    kept = [row for row in rows if kind in (None, row["kind"]) and status in (None, row["status"])]
    return sorted(kept, key=lambda row: (order.get(row["status"], 1), -row["documents"], row["term"]))


def decision(reader: Reader, term: str, verdict: str, *, by: str, kind: str | None = None) -> dict[str, Any]:
    """Return the row of `term_decisions` that a decision makes.

    Args:
        reader: Published rows.
        term: The term.
        verdict: accepted, rejected or added.
        by: Who decides.
        kind: Kind of an added term.

    Raises:
        UsageError: nobody is named, the kind is unknown, or the term is none, or is there already, or is not.
    """
    if not by.strip():
        raise UsageError("A decision needs the name of who decides: --by NAME.")
    kept = check_term(term) if verdict == "added" else term.strip()
    known = {row["term"]: row for row in list_terms(reader)}
    if verdict == "added":
        if kind not in KINDS:
            raise UsageError(f"There is no kind {kind}; there are {', '.join(KINDS)}.")
        if kept in known and known[kept]["status"] != "rejected":
            raise UsageError(f"{kept} is in the lexicon already ({known[kept]['status']}); accept or reject it.")
    elif kept not in known:
        raise UsageError(
            f"{kept[:40]} is not in the lexicon; leafroot lexicon shows what is, and leafroot lexicon add takes it in."
        )
    else:
        kind = known[kept]["kind"]
    return {"term": kept, "decision": verdict, "kind": kind, "decided_by": by.strip()}


def _shown(row: Mapping[str, Any], decided: Mapping[str, Any] | None) -> dict[str, Any]:
    if decided is None:
        return {**row, "decided_by": None, "pending": False}
    status = _STATUS[decided["decision"]]
    kind = decided["kind"] or row.get("kind")
    pending = row.get("status") != status
    return {**row, "kind": kind, "status": status, "decided_by": decided["decided_by"], "pending": pending}
