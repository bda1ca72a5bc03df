"""Vectors and the full-text index of slices and clauses, in LanceDB.

One table per kind and basis, keyed by span id. Rows carry ids only: a reader sees a row through the published table
`embedded_spans`, so that rows left by a killed run are harmless and the next run writes them again. How a query is
cut, fused and reranked is in assets/embeddings/search.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.errors import MissingColumnError, PermanentServiceError, SettingsError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["FOLDER", "VectorStore"]

#: Folder of the vectors inside a home.
FOLDER = "vectors"
#: Columns of a table, in order; `words` and `grams` are cut beforehand and joined by blanks, `text` is what was cut.
COLUMNS = ("span_id", "doc_id", "lane", "published_date", "vector", "words", "grams", "text")
#: Below this many rows a full scan is faster than what an index of vectors costs to build, and it is exact.
VECTOR_INDEX_ROWS = 50_000
#: Longest list of ids that goes into one filter; a longer one reads the column and picks.
FILTER_IDS = 800
#: A version of a table stays readable this long after it was replaced.
KEEP_VERSIONS = timedelta(hours=1)
#: How soon a reader that stays open sees what another process wrote.
REFRESH = timedelta(seconds=5)
#: What a search gives back; a vector is read by its id where it is needed.
_RESULT = ("span_id", "doc_id", "lane", "published_date", "words", "grams", "text")


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
        with self._translated():
            table = self._open(kind, basis_id) or self._create(kind, basis_id, len(rows["vector"][0]))
            if table.schema.field("vector").type.list_size != len(rows["vector"][0]):
                raise SettingsError(f"vectors {kind}: basis {basis_id} has another dimension than what is stored.")
            merge = table.merge_insert("span_id").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(_arrow(rows, table.schema))
        return len(rows)

    def drop(self, kind: str, basis_id: str, span_ids: Collection[str]) -> None:
        """Delete rows by span_id; ids that are not there are no error."""
        with self._translated():
            table = self._open(kind, basis_id)
            if table is not None:
                for part in _parts(sorted(span_ids)):
                    table.delete(_one_of("span_id", part))

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
            if query is not None and len(span_ids) <= FILTER_IDS:
                query = query.where(_one_of("span_id", sorted(set(span_ids))))
            found = None if query is None else query.to_arrow().combine_chunks()
        place = {} if found is None else {span: i for i, span in enumerate(found.column("span_id").to_pylist())}
        missing = [span for span in span_ids if span not in place]
        if found is None or missing:
            raise PermanentServiceError(
                f"The vector store {self.folder} lacks {len(missing)} of {len(span_ids)} {kind} vectors "
                f"({missing[0]} is one); call leafroot run --rebuild to write them again."
            )
        matrix = _matrix(found.column("vector"))
        return matrix[[place[span] for span in span_ids]]

    def search(
        self,
        kind: str,
        basis_id: str,
        *,
        words: str = "",
        grams: str = "",
        vector: np.ndarray | None = None,
        limit: int = 60,
        lane: str | None = None,
        since: str | None = None,
        until: str | None = None,
        only: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Return the best rows of each channel; every filter applies before the search.

        Args:
            kind: slice or clause.
            basis_id: Basis whose table is searched.
            words: Words joined by blanks, for BM25; "" skips the channel.
            grams: Bigrams joined by blanks, for BM25; "" skips the channel.
            vector: Normalised query vector; None skips the channel.
            limit: Rows per channel.
            lane: Only this lane.
            since: Only spans published on this ISO date or later.
            until: Only spans published on this ISO date or earlier.
            only: Only these span ids.

        Returns:
            One dictionary per row, sorted by span_id: the columns of the table but the vector, and `ranks`, channel
            name to rank from 0 in that channel.
        """
        condition = _condition(lane, since, until, only)
        found: dict[str, dict[str, Any]] = {}
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return []
            for channel, query in (("words", words), ("grams", grams)):
                if query:
                    _collect(found, channel, _match(table, query, channel, condition, limit))
            if vector is not None:
                _collect(found, "vector", _nearest(table, vector, condition, limit))
        return [found[span] for span in sorted(found)]

    def containing(
        self, kind: str, basis_id: str, fragment: str, *, limit: int, **filters: Any
    ) -> list[dict[str, Any]]:
        """Return rows whose text holds a fragment as it stands: single characters and marks, which no index finds.

        Args:
            kind: slice or clause.
            basis_id: Basis whose table is searched.
            fragment: Any characters.
            limit: Most rows, in the order of span_id.
            filters: lane, since, until, only as in `search`.
        """
        condition = _condition(**{"lane": None, "since": None, "until": None, "only": None, **filters})
        holds = f"contains(text, {_quoted(fragment)})"
        found: dict[str, dict[str, Any]] = {}
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None:
                return []
            rows = table.search().where(f"{condition} AND {holds}" if condition else holds)
            _collect(found, "fragment", rows.select(list(_RESULT)).limit(table.count_rows()).to_arrow())
        return [found[span] for span in sorted(found)][:limit]

    def index(self, kind: str, basis_id: str) -> None:
        """Build the full-text indexes, or bring them up to date; above 50,000 rows an index of vectors too."""
        with self._translated():
            table = self._open(kind, basis_id)
            if table is None or table.count_rows() == 0:
                return
            have = {name for one in table.list_indices() for name in one.columns}
            for column in ("words", "grams"):
                if column not in have:
                    table.create_index(column, config=_full_text(), replace=True)
            if "vector" not in have and table.count_rows() > VECTOR_INDEX_ROWS:
                from lancedb.index import HnswSq

                table.create_index("vector", config=HnswSq(distance_type="cosine"), replace=True)
            table.optimize()

    def compact(self) -> None:
        """Join small files of every table and drop versions that were replaced over an hour ago."""
        with self._translated():
            for name in self._names():
                self._connect().open_table(name).optimize(cleanup_older_than=KEEP_VERSIONS)

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
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
            raise PermanentServiceError(
                f"The vector store {self.folder} failed ({reason}); check the disk and its permissions, "
                "then call leafroot run again."
            ) from error


def _parts(ids: list[str]) -> Iterator[list[str]]:
    yield from (ids[i : i + FILTER_IDS] for i in range(0, len(ids), FILTER_IDS))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(_quoted(value) for value in values)})"


def _condition(lane: str | None, since: str | None, until: str | None, only: Sequence[str] | None) -> str:
    """The filter as SQL; what has no date is outside any range of dates."""
    parts = []
    if lane:
        parts.append(f"lane = {_quoted(lane)}")
    if since:
        parts.append(f"published_date >= {_quoted(since)}")
    if until:
        parts.append(f"published_date <= {_quoted(until)}")
    if since or until:
        parts.append("published_date != ''")
    if only is not None:
        parts.append(_one_of("span_id", sorted(only)) if only else "false")
    return " AND ".join(parts)


def _full_text() -> Any:
    """Tokens are cut beforehand: the index takes what stands between blanks as it is."""
    from lancedb.index import FTS

    return FTS(
        base_tokenizer="whitespace",
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        with_position=False,
    )


def _match(table: Any, tokens: str, column: str, condition: str, limit: int) -> Any:
    from lancedb.query import MatchQuery

    match = MatchQuery(tokens, column)  # type: ignore[call-arg]  # defaults that mypy does not see
    query = table.search(match, query_type="fts")
    if condition:
        query = query.where(condition, prefilter=True)
    return query.select([*_RESULT, "_score"]).limit(limit).to_arrow()


def _nearest(table: Any, vector: np.ndarray, condition: str, limit: int) -> Any:
    query = table.search(vector, vector_column_name="vector").distance_type("cosine")
    if condition:
        query = query.where(condition, prefilter=True)
    return query.select([*_RESULT, "_distance"]).limit(limit).to_arrow()


def _collect(found: dict[str, dict[str, Any]], channel: str, result: Any) -> None:
    """Add a channel's rows with their ranks; equal scores rank by span_id."""
    rows = result.to_pylist()
    rows.sort(key=lambda row: (-row.pop("_score", 0.0), row.pop("_distance", 0.0), row["span_id"]))
    for rank, row in enumerate(rows):
        known = found.setdefault(row["span_id"], {**row, "ranks": {}})
        known["ranks"][channel] = rank


def _matrix(column: Any) -> np.ndarray:
    """The vectors of one arrow column as rows (n × d, float32)."""
    import numpy as np

    array = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    values = np.asarray(array.flatten().to_numpy(zero_copy_only=False), dtype=np.float32)
    return values.reshape(len(array), -1)


def _arrow(rows: pl.DataFrame, schema: Any) -> Any:
    import polars as pl

    width = len(rows["vector"][0])
    return rows.with_columns(pl.col("vector").cast(pl.Array(pl.Float32, width))).to_arrow().cast(schema)
