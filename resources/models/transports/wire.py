"""Bytes of requests and answers: written as JSON, unpacked, decoded and parsed, all of it bounded and strict.

What the JSON means is read in `chat.py`, `embeddings.py` and `errors.py`.
"""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, CallOutcome, ChatRequest, EmbedRequest

__all__ = [
    "CHAT_BYTES",
    "ERROR_BYTES",
    "MAX_HEADERS",
    "MAX_HEADER_LINE",
    "STREAM_BYTES",
    "Unpacker",
    "chat_body",
    "clean_text",
    "clean_values",
    "decode_text",
    "embed_body",
    "embed_bytes",
    "strict_json",
]

CHAT_BYTES = 4 << 20
ERROR_BYTES = 64 << 10  # of an error only its beginning is read
STREAM_BYTES = 32 << 20  # an event of one token is some 250 bytes
MAX_HEADERS = 128
MAX_HEADER_LINE = 8190

_FLOAT_BYTES = 26  # -1.2345678901234567e-05 with its comma
_UNKNOWN_DIMENSION = 8192
_EMBED_BYTES = 256 << 20
_RESERVED = frozenset({"model", "messages", "stream", "stream_options", "input", "encoding_format"})
_BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# Only codecs of text; Python would also take `charset=zip` for one. GB18030 contains GBK and GB2312.
_CHARSETS = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "big5": "big5",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
_HANZI = re.compile("[\u2e80-\u9fff]")
# NUL, ESC and their like, and the bidi controls that make text read otherwise than it is stored.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DIRTY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def chat_body(endpoint: Endpoint, request: ChatRequest, *, stream: bool) -> bytes:
    """Return the JSON of one chat completion, UTF-8.

    Raises:
        CallError: BAD_REQUEST, what was asked cannot be written as JSON.
    """
    body: dict[str, Any] = {key: value for key, value in request.extra.items() if key not in _RESERVED}
    body["model"] = endpoint.model
    body["messages"] = request.messages
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.response_format is not None:
        body["response_format"] = request.response_format
    if request.tools:
        body["tools"] = request.tools
        if request.tool_choice is not None:
            body["tool_choice"] = request.tool_choice
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    return _encode(body)


def embed_body(endpoint: Endpoint, request: EmbedRequest) -> bytes:
    """Return the JSON of one embeddings call, UTF-8."""
    return _encode({"model": endpoint.model, "input": request.texts, "encoding_format": "float"})


def embed_bytes(count: int, dimension: int | None) -> int:
    """Return how many bytes the answer to an embeddings call may have."""
    return min(_EMBED_BYTES, 64 * 1024 + count * (512 + _FLOAT_BYTES * (dimension or _UNKNOWN_DIMENSION)))


def _encode(body: Mapping[str, Any]) -> bytes:
    try:
        return _ENCODER.encode(body).encode()
    except (ValueError, TypeError, RecursionError) as error:
        reason = type(error).__name__
    raise CallError(CallOutcome.BAD_REQUEST, f"the request cannot be written as JSON ({reason})")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


class Unpacker:
    """Undoes the content coding of a body piece by piece and stops at a limit, so that 200 kB never become 200 MB."""

    def __init__(self, coding: str | None, limit: int) -> None:
        self._limit, self._seen, self._started = limit, 0, False
        self._coding = (coding or "identity").strip().lower()
        self._inflate: Any = None
        if self._coding not in {"identity", "gzip", "x-gzip", "deflate"}:
            raise CallError(CallOutcome.FRAMING, f"content coding {self._coding[:40]!r} was not asked for")

    def feed(self, data: bytes) -> bytes:
        """Return what the next bytes unpack to.

        Raises:
            CallError: TOO_LARGE past the limit; FRAMING where the coding is broken.
        """
        if self._coding != "identity" and data:
            data = self._unpack(data)
        self._seen += len(data)
        if self._seen > self._limit:
            raise CallError(CallOutcome.TOO_LARGE, f"the answer has more than {self._limit} bytes")
        return data

    def end(self) -> None:
        """Check that the coding has its end mark.

        Raises:
            CallError: FRAMING where the stream was cut.
        """
        if self._inflate is not None and not self._inflate.eof:
            raise CallError(CallOutcome.FRAMING, f"the {self._coding} stream has no end")

    def _unpack(self, data: bytes) -> bytes:
        if self._inflate is None:
            raw_deflate = self._coding == "deflate" and data[0] & 0x0F != zlib.DEFLATED
            self._inflate = zlib.decompressobj(-15 if raw_deflate else 47)
        failed = False
        try:
            plain: bytes = self._inflate.decompress(data, self._limit - self._seen + 1)
        except zlib.error:
            failed = True
        if failed or self._inflate.unused_data:
            raise CallError(CallOutcome.FRAMING, f"the {self._coding} stream is broken")
        return plain


def decode_text(body: bytes, content_type: str | None) -> str:
    """Return a body as text: UTF-8 with or without BOM, else the charset that was declared.

    Raises:
        CallError: FRAMING where it is neither.
    """
    if body.startswith(_BOM):
        body, content_type = body[len(_BOM) :], None
    declared = _CHARSET.search(content_type or "")
    charset = _CHARSETS.get(declared[1].lower()) if declared else None
    text, rest = _as_utf8(body)
    if charset is None:
        # Cut within a character: that the text is cut, the JSON will say.
        if rest in {"", "unexpected end of data"}:
            return text
        raise CallError(CallOutcome.FRAMING, "the answer is not UTF-8")
    # Some servers declare a charset and send UTF-8. Text of two bytes a character is never read as hanzi by chance.
    if not rest and (body.isascii() or _HANZI.search(text)):
        return text
    try:
        return body.decode(charset)
    except UnicodeDecodeError:
        pass
    raise CallError(CallOutcome.FRAMING, f"the answer is neither {charset} nor UTF-8")


def _as_utf8(body: bytes) -> tuple[str, str]:
    """Return a body as UTF-8 up to the first fault, and what that fault is."""
    try:
        return body.decode(), ""
    except UnicodeDecodeError as error:
        return body[: error.start].decode(), error.reason


class _NotStrictError(ValueError):
    """JSON that Python would read and we do not."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotStrictError("a key stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise _NotStrictError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def strict_json(text: str) -> Any:
    """Return the value of a JSON text; doubled keys, NaN, Infinity and endless nesting are refused.

    Raises:
        CallError: NOT_JSON.
    """
    try:
        return _DECODER.decode(text.strip(" \t\r\n"))
    except _NotStrictError as error:
        reason = str(error)
    except RecursionError:
        reason = "it is nested without end"
    except ValueError:
        head = text.lstrip()[:15].lower()
        reason = (
            "it is an HTML page"
            if head.startswith(("<!doctype", "<html"))
            else f"cut or broken, {len(text)} characters"
        )
    raise CallError(CallOutcome.NOT_JSON, f"the answer is no JSON: {reason}")


def clean_text(text: str) -> str:
    """Return a text without control characters, bidi controls and lone surrogates; pairs of surrogates are joined."""
    if not _DIRTY.search(text):
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _CONTROLS.sub("", text)


def clean_values(value: Any) -> Any:
    """Return a JSON value with each of its strings cleaned, keys included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): clean_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean_values(item) for item in value]
    return value
