"""Every table of the store, in the order the data walks."""

from assets.corpora.schema import TABLES as CORPORA
from assets.embeddings.schema import TABLES as EMBEDDINGS
from assets.records.schema import TABLES as RECORDS
from assets.reports.schema import TABLES as REPORTS
from assets.tags.schema import TABLES as TAGS
from resources.protocols import Table

__all__ = ["TABLES", "by_name"]

TABLES: tuple[Table, ...] = (*CORPORA, *RECORDS, *EMBEDDINGS, *TAGS, *REPORTS)


def by_name() -> dict[str, Table]:
    """Return the tables by name."""
    return {table.name: table for table in TABLES}
