"""Folds a text for comparison: width, quotation marks and blanks, nothing else.

What is folded is only compared; positions in a stored text are never taken from here.
"""

import hashlib
import re

__all__ = ["fold", "printable", "sha256_of"]

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_QUOTES = {ord(mark): '"' for mark in "“”„‟「」『』〝〞＂"}
_TABLE = _WIDTH | _QUOTES
_BLANKS = re.compile(r"(?<=[0-9A-Za-z.%])(?P<kept>\s+)(?=[0-9A-Za-z.+-])|\s+")
#: Longest piece of a source that a message quotes.
SHOWN = 40


def fold(text: str) -> str:
    """Return the text as it is compared; a blank between figures or Latin letters stays, as one."""
    return _BLANKS.sub(lambda found: " " if found["kept"] else "", text.translate(_TABLE))


def printable(text: str) -> str:
    """Return a piece of text for a message: short, and encodable whatever it holds."""
    shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return shown.encode("utf-8", "replace").decode("utf-8")


def sha256_of(text: str) -> str:
    """Return the SHA-256 (hex) of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
