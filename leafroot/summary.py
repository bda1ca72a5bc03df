"""What a run did, counted from the store (contract, `run`)."""

from collections.abc import Mapping
from typing import Any

from resources.store import Store

__all__ = ["Summary"]

ENGINE = "extractive"


class Summary:
    """Counts of a home; what is new, against the publication before the run."""

    def __init__(self, store: Store, before: int) -> None:
        self.store, self.before = store, before

    def collect(self, run_ids: list[str], seconds: float, use: Mapping[str, Any]) -> dict[str, Any]:
        """Return the contract's JSON; `use` is what the models were asked meanwhile (`resources.models.usage.use_after`)."""
        reader = self.store.reader()

        def count(sql: str, *parameters: int) -> int:
            return int(reader.value(sql, parameters) or 0)

        live = count("SELECT COUNT(*) FROM sources WHERE retired_in IS NULL")
        new = count(
            "SELECT COUNT(*) FROM sources s WHERE retired_in IS NULL AND added_in > ? AND NOT EXISTS (SELECT 1 FROM sources o WHERE o.doc_id = s.doc_id AND o.added_in <= ? AND (o.retired_in IS NULL OR o.retired_in > ?))",
            self.before,
            self.before,
            self.before,
        )
        quarantined = count(
            "SELECT COUNT(*) FROM quarantine WHERE stage = 'corpora' AND asset NOT LIKE 'corpora/market%'"
        )
        documents = {
            "in": live + quarantined,
            "new": new,
            "unchanged": live - new,
            "duplicate": count("SELECT COUNT(*) FROM documents WHERE retired_in IS NULL AND duplicate_of IS NOT NULL"),
            "quarantined": quarantined,
        }
        gates = {row["verdict"]: row["n"] for row in reader.query(GATES)}
        tables = {
            name: count(f"SELECT COUNT(*) FROM {table} WHERE retired_in IS NULL")  # noqa: S608 - names are constants
            for name, table in COUNTED.items()
        }
        reports = reader.query(
            "SELECT report_id AS id, status FROM reports WHERE retired_in IS NULL ORDER BY report_id"
        )
        out = {
            "run_ids": run_ids,
            "publication": reader.publication,
            "engine": "+".join(use["models"]) or ENGINE,
            "seconds": seconds,
            "documents": documents,
            **tables,
            "reports": reports,
            "model": {name: value for name, value in use.items() if name != "models"},
            "gates": {verdict: gates.get(verdict, 0) for verdict in ("passed", "warned", "failed")},
        }
        reader.close()
        return out


COUNTED = {
    "bars": "bars",
    "clauses": "clauses",
    "slices": "slices",
    "policy_facts": "policy_facts",
    "market_moves": "market_moves",
    "tags": "tag_nodes",
}
GATES = """SELECT CASE WHEN passed THEN 'passed' WHEN severity = 'block' THEN 'failed' ELSE 'warned' END AS verdict, COUNT(*) AS n
FROM gates GROUP BY 1"""
