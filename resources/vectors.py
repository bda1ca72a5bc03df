"""Vectors and the full-text index of slices and clauses, in LanceDB.

One table per kind and basis, keyed by span id. Rows carry ids only: a reader sees a row through the published table
`embedded_spans`, so that rows left by a killed run are harmless and the next run writes them again. How a query is
cut, fused and reranked is in assets/embeddings/search.py; filters, channels and indexes of a table are in lance/.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.errors import MissingColumnError, PermanentServiceError, SettingsError
from resources.lance import channels, filters, indexes
from resources.lance.writing import one_writer

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["FOLDER", "VectorStore"]

#: Folder of the vectors inside a home.
FOLDER = "vectors"
#: Columns of a table, in order; `words` and `grams` are cut beforehand and joined by blanks, `text` is what was cut.
COLUMNS = ("span_id", "doc_id", "lane", "published_date", "vector", "words", "grams", "text")
#: How soon a reader that stays open sees what another process wrote.
REFRESH = timedelta(seconds=5)
#: What LanceDB raises where a file cannot be read or a commit fails; it has no errors of its own.
_FAULTS = (OSError, RuntimeError, ValueError)


class VectorStore:
    """The vectors of one home; LanceDB is imported when the first table is opened."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is created until something is put.

        Args:
            folder: Usually ``home / FOLDER``.
        """
        self.folder = folder
        self._connection: Any = None
        self._tables: dict[str, Any] = {}
        #: What was damaged and made again from the rows; None: nothing was.
        self.notice: str | None = None

    def put(self, kind: str, basis_id: str, frame: pl.DataFrame) -> int:
        """Insert or replace rows by span_id, in one commit.

        Args:
            kind: slice or clause.
            basis_id: Basis that made the vectors.
            frame: span_id, doc_id, lane, published_date (ISO date, "" where none), vector (list or array of d
                float32), words and grams (tokens joined by blanks), text. Of rows with one span_id the last counts.

        Returns:
            Number of rows written.

        Raises:
            MissingColumnError: a column is absent.
            SettingsError: the vectors have another dimension than the table.
        """
        for name in COLUMNS:
            if name not in frame.columns:
                raise MissingColumnError(f"vectors {kind}", name, frame.columns)
        rows = frame.select(COLUMNS).unique("span_id", keep="last", maintain_order=True).sort("span_id")
        if rows.is_empty():
            return 0
        with self._translated(), one_writer(self.folder):
            table = self._newest(kind, basis_id) or self._create(kind, basis_id, len(rows["vector"][0]))
            if table.schema.field("vector").type.list_size != len(rows["vector"][0]):
                raise SettingsError(f"vectors {kind}: basis {basis_id} has another dimension than what is stored.")
            merge = table.merge_insert("span_id").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(_arrow(rows, table.schema))
        return len(rows)

    def drop(self, kind: str, basis_id: str, span_ids: Collection[str]) -> None:
        """Delete rows by span_id; ids that are not there are no error."""
        if not span_ids or self._open(kind, basis_id) is None:
            return
        with self._translated(), one_writer(self.folder):
            table = self._newest(kind, basis_id)
            for part in filters.parts(sorted(span_ids)):
                table.delete(filters.one_of("span_id", part))

    def forget(self, keep: Collection[str]) -> list[str]:
        """Delete the tables of every basis but those to keep; return the names of what went."""
        with self._translated():
            gone = [name for name in self._names() if name.partition("_")[2] not in keep]
            for name in gone:
                self._tables.pop(name, None)
                self._connect().drop_table(name)
        return gone

    def ids(self, kind: str, basis_id: str) -> set[str]:
        """Return the span ids that have a row."""
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return set()
            found = table.search().select(["span_id"]).limit(table.count_rows()).to_arrow()
        return set(found.column("span_id").to_pylist())

    def texts(self, kind: str, basis_id: str) -> dict[str, str]:
        """Return what was embedded of each span that has a row."""
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return {}
            found = table.search().select(["span_id", "text"]).limit(table.count_rows()).to_arrow()
        return dict(zip(found.column("span_id").to_pylist(), found.column("text").to_pylist(), strict=True))

    def vectors(self, kind: str, basis_id: str, span_ids: Sequence[str]) -> np.ndarray:
        """Return the vectors of spans, a row each in the order asked (n × d, float32).

        Raises:
            PermanentServiceError: a span has no vector.
        """
        import numpy as np

        if not span_ids:
            return np.zeros((0, 0), dtype=np.float32)
        with self._translated():
            table = self._open(kind, basis_id)
            query = None if table is None else table.search().select(["span_id", "vector"]).limit(table.count_rows())
            if query is not None and len(span_ids) <= filters.FILTER_IDS:
                query = query.where(filters.one_of("span_id", sorted(set(span_ids))))
            found = None if query is None else query.to_arrow().combine_chunks()
        place = {} if found is None else {span: i for i, span in enumerate(found.column("span_id").to_pylist())}
        missing = [span for span in span_ids if span not in place]
        if found is None or missing:
            raise PermanentServiceError(
                f"The vector store {self.folder} lacks {len(missing)} of {len(span_ids)} {kind} vectors "
                f"({missing[0]} is one); call leafroot run --rebuild to write them again."
            )
        matrix = channels.matrix(found.column("vector"))
        return matrix[[place[span] for span in span_ids]]

    def search(
        self,
        kind: str,
        basis_id: str,
        *,
        words: str = "",
        grams: str = "",
        every: str = "",
        vector: np.ndarray | None = None,
        limit: int = 60,
        **kept: Any,
    ) -> list[dict[str, Any]]:
        """Return the best rows of each channel; every filter applies before the search.

        A damaged index is made again from the rows, and `notice` says so.

        Args:
            kind: slice or clause.
            basis_id: Basis whose table is searched.
            words: Words joined by blanks, for BM25; "" skips the channel.
            grams: Bigrams joined by blanks, for BM25; "" skips the channel.
            every: Bigrams joined by blanks, for BM25 over the rows that hold all of them; "" skips the channel.
            vector: Normalised query vector; None skips the channel.
            limit: Rows per channel.
            kept: Filters: lane, since and until (ISO dates), only (span ids), without (document ids).

        Returns:
            One dictionary per row, sorted by span_id: the columns of the table but the vector, and `ranks`, channel
            name to rank from 0 in that channel.
        """
        where = filters.condition(**kept)
        texts = (("words", "words", words), ("grams", "grams", grams), ("every", "grams", every))

        def read(table: Any) -> dict[str, dict[str, Any]]:
            found: dict[str, dict[str, Any]] = {}
            for channel, column, tokens in texts:
                if tokens:
                    got = channels.match(table, tokens, column, where, limit, every=channel == "every")
                    channels.collect(found, channel, got)
            if vector is not None:
                channels.collect(found, "vector", channels.nearest(table, vector, where, limit))
            return found

        found = self._read(kind, basis_id, read) or {}
        return [found[span] for span in sorted(found)]

    def containing(self, kind: str, basis_id: str, fragment: str, *, limit: int, **kept: Any) -> list[dict[str, Any]]:
        """Return rows whose text holds a fragment as it stands: single characters and marks, which no index finds.

        Args:
            kind: slice or clause.
            basis_id: Basis whose table is searched.
            fragment: Any characters.
            limit: Most rows, in the order of span_id.
            kept: Filters as in `search`.
        """
        where, holds = filters.condition(**kept), f"contains(text, {filters.quoted(fragment)})"
        found: dict[str, dict[str, Any]] = {}
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return []
            channels.collect(found, "fragment", channels.holding(table, f"{where} AND {holds}" if where else holds))
        return [found[span] for span in sorted(found)][:limit]

    def index(self, kind: str, basis_id: str) -> None:
        """Build the indexes, or bring them up to date: full text always, ids, lane and day, and vectors past 50,000 rows.

        Readers see the old ones until the new ones are there.
        """
        if self._open(kind, basis_id) is None:
            return
        with self._translated(), one_writer(self.folder):
            indexes.bring_up_to_date(self._newest(kind, basis_id))

    def mend(self, kind: str, basis_id: str, *, expected: bool = False) -> str | None:
        """Read every row and ask each index, and put right what is damaged.

        Args:
            kind: slice or clause.
            basis_id: Basis whose table is looked at.
            expected: There were rows: a table that is not there is a loss.

        Returns:
            What was lost: the table, whose rows must be written again, or an index, which was made again from them;
            None where all is sound.
        """
        name = f"{kind}_{basis_id}"
        if name not in self._names():
            return f"The vectors of the {kind}s were gone and are written again from the records." if expected else None
        try:
            table = self._connect().open_table(name)
            for _ in table.search().select(list(COLUMNS)).limit(max(table.count_rows(), 1)).to_batches():
                pass
        except _FAULTS as error:
            with one_writer(self.folder):
                self._tables.pop(name, None)
                shutil.rmtree(self.folder / f"{name}.lance")
            return f"The vectors of the {kind}s could not be read ({_reason(error)}) and are written again from the records."
        try:
            if indexes.has_every_index(table):
                for column in indexes.FULL_TEXT:
                    channels.match(table, "期货", column, "", 1)
        except _FAULTS as error:
            with self._translated():
                return self._make_again(kind, basis_id, error)
        return None

    def compact(self, *, keep: timedelta = indexes.KEEP_VERSIONS) -> None:
        """Join small files of every table and drop versions that were replaced longer ago than `keep`."""
        if not self.folder.is_dir():
            return
        with self._translated(), one_writer(self.folder):
            for name in self._names():
                self._connect().open_table(name).optimize(cleanup_older_than=keep)

    def _read(self, kind: str, basis_id: str, read: Callable[[Any], Any]) -> Any:
        """Read a table through its indexes; where one is damaged it is made again from the rows, once."""
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return None
            try:
                return read(table)
            except _FAULTS as error:
                self.notice = self._make_again(kind, basis_id, error)
            return read(self._open(kind, basis_id))

    def _make_again(self, kind: str, basis_id: str, error: Exception) -> str:
        """Build a table's indexes from its rows, in a connection that remembers nothing of the damaged ones."""
        with one_writer(self.folder):
            self._connection = None
            self._tables.clear()
            indexes.make_again(self._open(kind, basis_id))
        return f"An index of the {kind}s was damaged ({_reason(error)}) and has been made again from their rows."

    def _connect(self) -> Any:
        if self._connection is None:
            import lancedb

            self._connection = lancedb.connect(str(self.folder), read_consistency_interval=REFRESH)
        return self._connection

    def _names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(path.stem for path in self.folder.glob("*.lance") if path.is_dir())

    def _open(self, kind: str, basis_id: str) -> Any:
        """The table, or None where nothing was put yet."""
        name = f"{kind}_{basis_id}"
        if name not in self._tables:
            if name not in self._names():
                return None
            self._tables[name] = self._connect().open_table(name)
        return self._tables[name]

    def _newest(self, kind: str, basis_id: str) -> Any:
        """The table as the last writer left it, or None."""
        table = self._open(kind, basis_id)
        if table is not None:
            table.checkout_latest()
        return table

    def _create(self, kind: str, basis_id: str, dimension: int) -> Any:
        import pyarrow as pa

        self.folder.mkdir(parents=True, exist_ok=True)
        types = {"vector": pa.list_(pa.float32(), dimension)}
        schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
        table = self._connect().create_table(f"{kind}_{basis_id}", schema=schema, exist_ok=True)
        self._tables[f"{kind}_{basis_id}"] = table
        return table

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say what LanceDB could not do in one sentence (its own errors are OSError, RuntimeError or ValueError)."""
        try:
            yield
        except _FAULTS as error:
            raise PermanentServiceError(
                f"The vector store {self.folder} failed ({_reason(error)}); check the disk and its permissions, "
                "then call leafroot run again."
            ) from error


def _reason(error: Exception) -> str:
    """What went wrong, without the place in somebody's source that LanceDB names behind it."""
    return str(error).splitlines()[0].partition(", /")[0][:160] if str(error) else type(error).__name__


def _arrow(rows: pl.DataFrame, schema: Any) -> Any:
    import polars as pl

    width = len(rows["vector"][0])
    return rows.with_columns(pl.col("vector").cast(pl.Array(pl.Float32, width))).to_arrow().cast(schema)
