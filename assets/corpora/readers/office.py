"""What DOCX and XLSX share: both are zips, and a zip may be a bomb, encrypted, or none at all."""

from __future__ import annotations

import io
import zipfile
import zlib

from assets.corpora.readers.raw import refusal

__all__ = ["check_zip"]

MAX_TOTAL = 200 * 1024 * 1024
MAX_MEMBER = 100 * 1024 * 1024
MAX_RATIO = 200
#: Below this size a high ratio does no harm.
HARMLESS = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_zip(data: bytes, source: str, member: str) -> None:
    """Check an Office file before a parser unpacks it.

    Args:
        data: The file.
        source: Its path as messages show it.
        member: A member that must be there.

    Raises:
        DocumentError: with reason `encrypted`, `unreadable` or `zip_bomb`.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise refusal("encrypted", source, "the file is encrypted", "save it without a password")
        raise refusal("unreadable", source, "the file has the old binary Office form", "save it again in the new form")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {one.filename for one in members}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
        raise refusal(
            "unreadable", source, "the file is damaged or not of the kind that its name says", "open and save it again"
        ) from None
    if any(one.flag_bits & 1 for one in members):
        raise refusal("encrypted", source, "the file is encrypted", "save it without a password")
    total = sum(one.file_size for one in members)
    packed = max(1, sum(one.compress_size for one in members))
    largest = max((one.file_size for one in members), default=0)
    if total > MAX_TOTAL or largest > MAX_MEMBER or (total > HARMLESS and total > MAX_RATIO * min(packed, len(data))):
        problem = f"it unpacks to {total >> 20} MB from {len(data) >> 10} KB"
        raise refusal("zip_bomb", source, problem, "save it again without what is not needed")
    if member not in names:
        raise refusal("unreadable", source, f"it holds no {member}", "open and save it again")
