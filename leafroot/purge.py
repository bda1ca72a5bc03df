"""purge: a document withdrawn from everything; reports that cite it are retracted, and readers are told.

The corpora are the user's own: the file stays where it is, and is not taken in again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assets.catalogue import TABLES
from assets.corpora.schema import WITHDRAWN
from assets.embeddings.relevance.model import forget_text
from assets.reports.approval.audit import content_sha256, next_entries
from assets.reports.approval.decide import person
from assets.reports.approval.retract import cites, redact, retract
from assets.reports.approval.standing import show_standing
from assets.reports.schema import REPORT_AUDIT, REPORT_EDITIONS
from assets.text.spans import canonical_json
from leafroot import answers
from leafroot.approvals import moment, rows_of
from resources.erasure import Erased, erase_document
from resources.errors import UsageError
from resources.lock import hold_home
from resources.models.cache import purge_answers
from resources.reader import SqliteReader
from resources.store import Change, Store
from resources.vectors import VectorStore

__all__ = ["purge_document"]

ASSET = "leafroot/purge"
#: A tree is told of its leaves: where one goes, labels and summaries of the tree go, and the next run grows it anew.
GROUPS = {"tag_leaves": ("tree_id", ("tag_nodes", "tag_trees", "tag_leaves", "tag_events"))}
#: Versions of vectors that are kept: none; a search under way that still reads one has to be asked again.
_KEEP = timedelta(milliseconds=1)
_SKIPPED = (
    "withdrawn",
    "report_audit",
    "report_editions",
    "lexicon",
    "term_decisions",
    "tag_vocabulary",
    "relevance_models",
    "tag_reviews",
)


def purge_document(home: Path, doc_id: str, by: str, reason: str) -> answers.Purged:
    """Withdraw a document.

    It is recorded and the reports are retracted first; a purge that was cut off behind that is finished by calling it again.

    Raises:
        UsageError: there is no such document, it was withdrawn already, or nobody or no reason is named.
        TransientServiceError: the disk is full or a file is locked; rows are erased all or none.
    """
    name, why = person(by), " ".join(reason.split())
    if not why:
        raise UsageError("--reason: say why the document is withdrawn, in a sentence.")
    with hold_home(home, "leafroot purge"):
        store = Store(home, TABLES)
        reader = store.reader()
        try:
            row, is_begun = _found(reader, doc_id)
            repeats = [
                one["doc_id"] for one in reader.rows("sources", where={"sha256": row["sha256"]}, columns=["doc_id"])
            ]
            spaces = reader.query("SELECT DISTINCT kind, basis_id FROM embedded_spans")
            reports = _retracted(reader, doc_id, name, why)
            if not is_begun:
                _publish(store, reader, row, reports, name, why)
            taught = forget_text(home, row["sha256"])
            erased = _erase(store, doc_id)
            vectors = _drop_vectors(home, spaces, erased)
            gone = purge_answers(home, doc_id)
            publication = store.publication()
        finally:
            reader.close()
            store.close()
    others = [one for one in repeats if one != doc_id]
    told = f"{doc_id} ({row['path']}) is withdrawn; {len(reports)} reports that cite it are retracted. Call leafroot run: it makes tags and reports anew without it."
    if others:
        told += f" The same text stands under {', '.join(others)}: withdraw these too if they are meant."
    if taught:
        told += f" It was a label of {', '.join(taught)}: train their relevance again."
    return answers.Purged(
        doc_id=doc_id,
        rows=dict(sorted(erased.rows.items())),
        vectors=vectors,
        answers=gone,
        reports=sorted(reports),
        repeats=others,
        message=told,
        publication=publication,
    )


def _found(reader: SqliteReader, doc_id: str) -> tuple[Mapping[str, Any], bool]:
    """The row of the document, and whether a purge of it was begun and cut off."""
    is_begun = bool(reader.rows("withdrawn", where={"doc_id": doc_id}))
    for table in ("sources", "bars"):
        rows = reader.query(f"SELECT * FROM {table} WHERE doc_id = ? LIMIT 1", (doc_id,))  # noqa: S608 - names are constants
        if rows and rows[0]["text"]:
            return {"lane": "market", **rows[0]}, is_begun
    if is_begun:
        raise UsageError(f"Document {doc_id} was withdrawn already.")
    raise UsageError(f"No document has the id {doc_id}; leafroot docs lists the ids.")


def _retracted(reader: SqliteReader, doc_id: str, by: str, why: str) -> dict[str, dict[str, Any]]:
    """The reports that readers see and that cite the document, as retracted."""
    found = {}
    for row in reader.rows("reports", columns=["report_id"]):
        report = show_standing(reader, row["report_id"])
        if report["status"] != "retracted" and cites(report, doc_id):
            found[row["report_id"]] = retract(report, doc_id, by, moment(), why)
    return found


def _publish(
    store: Store, reader: SqliteReader, row: Mapping[str, Any], reports: Mapping[str, Any], by: str, why: str
) -> None:
    at = moment()
    withdrawn = {
        "doc_id": row["doc_id"],
        "lane": row["lane"],
        "path": row["path"],
        "row": row["row"],
        "withdrawn_by": by,
        "withdrawn_at": at,
        "reason": why,
    }
    entry = {"decided_by": by, "decided_at": at, "reason": why, "content_sha256": None}
    entries = [{"object_id": row["doc_id"], "version": None, "edition": None, "action": "purged", **entry}]
    editions = []
    for report_id, report in sorted(reports.items()):
        of = {"version": report["version"], "edition": report["edition"]}
        digest = content_sha256(report)
        entries.append({"object_id": report_id, **of, "action": "retracted", **entry, "content_sha256": digest})
        body = {"status": "retracted", "content_sha256": digest, "report": canonical_json(report)}
        editions.append({"report_id": report_id, **of, **body})
    changes = [
        Change(WITHDRAWN, rows_of(WITHDRAWN, [withdrawn])),
        Change(REPORT_AUDIT, rows_of(REPORT_AUDIT, next_entries(reader, entries))),
        Change(REPORT_EDITIONS, rows_of(REPORT_EDITIONS, editions)),
    ]
    store.publish(ASSET, changes, code_version="1", seen=store.publication())


def _erase(store: Store, doc_id: str) -> Erased:
    def body(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {"body": canonical_json(redact(_parsed(row["body"]), doc_id))}

    def report(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {"report": canonical_json(redact(_parsed(row["report"]), doc_id))}

    with store.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        number = int(connection.execute(sa.text("SELECT MAX(publication) FROM publications")).scalar() or 0) + 1
        erased = erase_document(
            connection,
            TABLES,
            doc_id,
            number,
            skip=_SKIPPED,
            groups=GROUPS,
            rewrites={"reports": body, "report_editions": report},
        )
        connection.execute(
            sa.text(
                "INSERT INTO publications (publication, asset, run_id, published_at, added, retired)"
                " VALUES (:number, :asset, '', :at, 0, :retired)"
            ),
            {
                "number": number,
                "asset": ASSET,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "retired": sum(erased.rows.values()),
            },
        )
    return erased


def _parsed(text: str) -> Any:
    import json

    return json.loads(text)


def _drop_vectors(home: Path, spaces: list[dict[str, Any]], erased: Erased) -> int:
    """Delete vectors and full text of what went, and the versions of the tables that still hold them."""
    vectors, gone = VectorStore(home / "vectors"), 0
    for space in spaces:
        held = vectors.ids(space["kind"], space["basis_id"]) & erased.ids
        vectors.drop(space["kind"], space["basis_id"], held)
        gone += len(held)
    if gone:
        vectors.compact(keep=_KEEP)
    return gone
