"""Reading files of every document format: which reader, in which process, and what becomes of a refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from assets.corpora.inventory import SourceFile
from assets.corpora.readers.child import FORMATS
from assets.corpora.readers.feed import read_feed
from assets.corpora.readers.head import complete, read_sidecar
from assets.corpora.readers.plain import read_plain
from assets.corpora.readers.raw import Extract, RawDocument, refusal, reject, reject_of
from assets.corpora.sandbox import extract_files
from resources.errors import DocumentError
from resources.protocols import Reject

__all__ = ["read_documents"]

#: Larger files are refused: they would be held in memory several times over.
MAX_BYTES = 256 * 1024 * 1024
#: Page numbers that a message lists.
MAX_LISTED = 20


def read_documents(files: Sequence[SourceFile], today: Callable[[], dt.date]) -> tuple[list[RawDocument], list[Reject]]:
    """Read files into documents; what cannot be read becomes a quarantine row, the others stay.

    Args:
        files: Files of one document lane.
        today: The clock for warnings.

    Returns:
        Documents in the order of the files and lines, and quarantine rows.
    """
    documents: list[RawDocument] = []
    rejects: list[Reject] = []
    # What is too large for this process is too large for the sandbox too.
    parsed = [file for file in files if file.format in FORMATS and _size(file) <= MAX_BYTES]
    extracts = dict(zip((file.path for file in parsed), extract_files(parsed), strict=True))
    for file in files:
        try:
            found, refused = _read(file, extracts.get(file.path), today)
        except DocumentError as error:
            rejects.append(reject_of(file.path, error))
        else:
            documents += found
            rejects += refused
    return documents, rejects


def _read(
    file: SourceFile, extract: Extract | DocumentError | None, today: Callable[[], dt.date]
) -> tuple[list[RawDocument], list[Reject]]:
    """Read one file; `extract` is what the sandbox made of it, None where the format needs none."""
    if isinstance(extract, DocumentError):
        raise extract
    sidecar = read_sidecar(file)
    if extract is not None:
        return [complete(extract, file, sidecar, today)], _failed_pages(extract, file)
    data = _bytes(file)
    if file.format == "jsonl":
        return read_feed(data, file, sidecar, today)
    return [complete(read_plain(data, file.path, markdown=file.format == "md"), file, sidecar, today)], []


def _failed_pages(extract: Extract, file: SourceFile) -> list[Reject]:
    """Build the quarantine row of a document's pages that could not be read; the others stand in its text."""
    failed = extract.meta.get("failed_pages", [])
    if not failed:
        return []
    pages = ", ".join(str(one["page"]) for one in failed[:MAX_LISTED]) + (
        " and more" if len(failed) > MAX_LISTED else ""
    )
    problem = f"{len(failed)} of {extract.meta['page_count']} pages have no usable text layer (page {pages})"
    remedy = "run these through character recognition, or get the file as DOCX; the other pages are taken"
    return [reject("needs_ocr", file.path, problem, remedy)]


def _bytes(file: SourceFile) -> bytes:
    try:
        if _size(file) > MAX_BYTES:
            raise refusal("too_large", file.path, f"the file is larger than {MAX_BYTES >> 20} MB", "split it")
        data = file.absolute.read_bytes()
    except OSError as error:
        raise refusal(
            "unreadable", file.path, f"the file cannot be read ({error.strerror})", "check its permissions"
        ) from None
    if not data:
        raise refusal("empty", file.path, "the file is empty", "fill it or remove it")
    return data


def _size(file: SourceFile) -> int:
    """Return the size of the file itself, 0 where it is gone: reading it says so."""
    try:
        return file.absolute.stat().st_size
    except OSError:
        return 0
