"""Feeds: JSON lines, one document a line; a bad line goes to quarantine and the others stay."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from assets.corpora.dates import Moment, parse_moment
from assets.corpora.decode import decode_bytes
from assets.corpora.inventory import SourceFile
from assets.corpora.readers.head import Sidecar, future_warning
from assets.corpora.readers.raw import RawDocument, check_text, refusal, reject_of
from resources.errors import DocumentError
from resources.protocols import Reject

__all__ = ["read_feed"]

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
MAX_TITLE = 40


def read_feed(
    data: bytes, file: SourceFile, sidecar: Sidecar, today: Callable[[], dt.date]
) -> tuple[list[RawDocument], list[Reject]]:
    """Read a `.jsonl` file.

    A sidecar gives what lines leave out (source, url, published) and the classification of them all.

    Returns:
        Documents in line order, and a quarantine row for each line that is none.
    """
    documents: list[RawDocument] = []
    rejects: list[Reject] = []
    days: dict[str, Moment | None] = {}
    for row, line, encoding in _lines(data, file.path):
        try:
            if isinstance(line, DocumentError):
                raise line
            documents.append(_document(line, row, encoding, file, sidecar, today, days))
        except DocumentError as error:
            rejects.append(reject_of(file.path, error))
    return documents, rejects


def _lines(data: bytes, path: str) -> Iterator[tuple[int, str | DocumentError, str]]:
    """Yield number, text and charset of each line that is not blank; a line in no charset as its error."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        try:
            decoded = decode_bytes(data, path)
        except DocumentError as error:
            yield 1, error, ""
            return
        data = decoded.text.encode("utf-8")
    for row, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            yield row, raw.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            try:
                decoded = decode_bytes(raw, path)
            except DocumentError:
                yield (
                    row,
                    refusal("encoding", path, "the line is in no known charset", "save the file as UTF-8", row=row),
                    "",
                )
            else:
                yield row, decoded.text, decoded.encoding


def _document(
    line: str,
    row: int,
    encoding: str,
    file: SourceFile,
    sidecar: Sidecar,
    today: Callable[[], dt.date],
    days: dict[str, Moment | None],
) -> RawDocument:
    given = _parse(line, row, file.path)
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise refusal("missing_text", file.path, "the line has no text", "give it a text field", row=row)
    check_text(text, file.path, row=row)
    fields = {key: _field(given, key, row, file.path) for key in ("title", "published", "source", "url", "id")}
    published = fields["published"] or sidecar.get("published")
    if published and published not in days:
        days[published] = parse_moment(published)
    moment = days[published] if published else None
    if published and moment is None:
        raise refusal(
            "bad_date",
            file.path,
            f"published is no date ({published[:30]})",
            "write it as 2024-04-18 or 2024-04-18T09:00:00",
            row=row,
        )
    return RawDocument(
        path=file.path,
        row=row,
        source_id=fields["id"],
        title=fields["title"] or _first_sentence(text),
        source=fields["source"] or sidecar.get("source"),
        url=fields["url"] or sidecar.get("url"),
        published=moment.published if moment else None,
        published_date=moment.day if moment else None,
        date_origin=("feed" if fields["published"] else "sidecar") if moment else None,
        classification=sidecar.get("classification"),
        format="jsonl",
        encoding=encoding,
        text=text,
        meta=future_warning({}, moment, today),
    )


def _parse(line: str, row: int, path: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise refusal("bad_json", path, "the line is no JSON", "write one JSON object a line", row=row) from None
    if not isinstance(given, dict):
        raise refusal("bad_json", path, "the line is no JSON object", "write one JSON object a line", row=row)
    return given


def _field(given: dict[str, Any], key: str, row: int, path: str) -> str | None:
    """Return a field as text; numbers as ids are common, anything else that is no text is refused."""
    value = given.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        reason = "bad_date" if key == "published" else "bad_field"
        raise refusal(reason, path, f"{key} is no text", "write it in quotes or leave it out", row=row)
    value = value.strip()
    if value:
        check_text(value, path, row=row, what=key)
    return value or None


def _first_sentence(text: str) -> str:
    found = _SENTENCE.search(text.strip())
    return (found[0] if found else text.strip())[:MAX_TITLE].strip()
