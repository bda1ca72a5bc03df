"""Tables of the corpora stage: what was read, as it was read."""

from resources.protocols import Column, Table

__all__ = ["BARS", "LANES", "SOURCES", "TABLES", "WITHDRAWN"]

LANES = ("rulebooks", "policies", "news", "research", "market")

SOURCES = Table(
    "sources",
    "corpora",
    "doc_id",
    "One document as its reader gave it: a row per source file or feed line, repeats included.",
    (
        Column(
            "doc_id", "text", "hash of (lane, stored text, k), k numbering identical texts by (published, path, row)"
        ),
        Column("lane", "text", "rulebooks, policies, news or research"),
        Column("path", "text", "source file relative to the corpora root, POSIX"),
        Column("row", "int", "line in a feed, counted from 1", null=True),
        Column("source_id", "text", "the feed's own id", null=True),
        Column("title", "text", "title from the document, its sidecar or its file name"),
        Column("source", "text", "who published it", null=True),
        Column("url", "text", "where it was published", null=True),
        Column(
            "published",
            "text",
            "publication moment, ISO 8601 as given, zone Asia/Shanghai where none stands",
            null=True,
        ),
        Column("published_date", "date", "publication day in Asia/Shanghai", null=True),
        Column("date_origin", "text", "sidecar, feed, meta, text or name: where the date was found", null=True),
        Column(
            "date_confidence",
            "text",
            "high: given as data (sidecar, feed, meta); medium: stated in the text; low: only in the file's name",
            null=True,
        ),
        Column("classification", "text", "public, internal or secret from a sidecar; null: the lane's", null=True),
        Column("format", "text", "txt, md, html, pdf, docx, xlsx or jsonl"),
        Column("encoding", "text", "charset that was used to decode", null=True),
        Column("text", "text", "stored text, never changed afterwards"),
        Column("sha256", "text", "SHA-256 (hex) of the stored text's UTF-8 bytes"),
        Column("n_chars", "int", "length of the stored text", unit="code points"),
        Column("supersedes", "text", "doc_id that this one replaced under the same path or feed id", null=True),
        Column("meta", "json", "what else the reader found: pages, tables as spans, warnings"),
    ),
    indexes=(("lane",), ("path",), ("sha256",)),
)

BARS = Table(
    "bars",
    "corpora",
    "doc_id",
    "One daily bar; its stored text is the header and the row, so that a move can be cited.",
    (
        Column("doc_id", "text", "hash of (market, symbol, date, row)"),
        Column("path", "text", "source file relative to the corpora root, POSIX"),
        Column("row", "int", "line in the file, counted from 1"),
        Column("symbol", "text", "as in the file, or the file's name where the file names none"),
        Column("date", "date", "trading day"),
        Column("open", "decimal", "opening price", unit="as quoted", null=True),
        Column("high", "decimal", "highest price", unit="as quoted", null=True),
        Column("low", "decimal", "lowest price", unit="as quoted", null=True),
        Column("close", "decimal", "closing price", unit="as quoted", null=True),
        Column("settle", "decimal", "settlement price", unit="as quoted", null=True),
        Column("prev_settle", "decimal", "previous settlement as the row states it", unit="as quoted", null=True),
        Column("prev_close", "decimal", "previous close as the row states it", unit="as quoted", null=True),
        Column("volume", "decimal", "traded volume", unit="lots", null=True),
        Column("open_interest", "decimal", "open interest", unit="lots", null=True),
        Column("turnover", "decimal", "traded value", unit="as quoted", null=True),
        Column(
            "limit_up", "decimal", "highest price allowed (涨停价) as the row states it", unit="as quoted", null=True
        ),
        Column(
            "limit_down", "decimal", "lowest price allowed (跌停价) as the row states it", unit="as quoted", null=True
        ),
        Column("vendor", "text", "who supplied the row: its column, else the sidecar", null=True),
        Column(
            "adjust",
            "text",
            "none, qfq or hfq (不复权, 前复权, 后复权): column, header, sidecar or file name; null where none of them says",
            null=True,
        ),
        Column("as_of", "text", "moment at which the vendor gave it: its column, else the sidecar", null=True),
        Column(
            "warnings",
            "json",
            "what is odd about the row; in a file's first row, about the file: list of {code, detail}; null: nothing",
            null=True,
        ),
        Column("text", "text", "stored text: header line, LF, row"),
        Column("sha256", "text", "SHA-256 (hex) of the stored text's UTF-8 bytes"),
        Column("supersedes", "text", "doc_id of the corrected row that this one replaced", null=True),
    ),
    indexes=(("symbol", "date"), ("path",)),
)

WITHDRAWN = Table(
    "withdrawn",
    "corpora",
    "doc_id",
    "Documents that were withdrawn from everything; they are not taken in again.",
    (
        Column("doc_id", "text", "the document"),
        Column("lane", "text", "its lane"),
        Column("path", "text", "file it came from"),
        Column("row", "int", "line in a feed or table, else null", null=True),
        Column("withdrawn_by", "text", "who withdrew it"),
        Column("withdrawn_at", "text", "when, UTC"),
        Column("reason", "text", "why it was withdrawn"),
    ),
)

TABLES = (SOURCES, BARS, WITHDRAWN)
