"""Embeddings: a vector for each text, in their order, or no answer at all; vectors and texts are never paired by luck."""

import base64
import binascii
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from resources.models.spec import CallError, CallOutcome, EmbedAnswer
from resources.models.tokens import estimate_tokens, read_usage
from resources.models.transports.errors import error_in_answer
from resources.models.transports.wire import clean_text

__all__ = ["read_embeddings"]

_MAX_NAME = 200


def read_embeddings(value: Any, texts: Sequence[str], dimension: int | None) -> EmbedAnswer:
    """Return the vectors in an answer, sorted by their index fields.

    Args:
        value: The parsed body.
        texts: What was sent.
        dimension: Length that each vector must have, where it is known.

    Raises:
        CallError: SHAPE for a wrong count, index or dimension, values that are no finite numbers, zero vectors, one vector for
            different texts; or what an error object says.
    """
    error = error_in_answer(value)
    if error is not None:
        raise error
    rows = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(rows, list):
        raise _shape("the answer has no list of vectors")
    if len(rows) != len(texts):
        raise _shape(f"{len(rows)} vectors for {len(texts)} texts")
    vectors = [_vector(row) for row in _sorted(rows)]
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1:
        raise _shape(f"vectors of different dimensions: {', '.join(map(str, sorted(lengths)))}")
    if dimension is not None and lengths - {dimension}:
        raise _shape(f"the vectors have dimension {lengths.pop()}, not {dimension}")
    if len(set(texts)) > 1 and len(set(vectors)) == 1:
        raise _shape("one and the same vector for different texts")
    usage = read_usage(value.get("usage"), tokens_in=lambda: sum(map(estimate_tokens, texts)), text_out="")
    model = value.get("model")
    return EmbedAnswer(tuple(vectors), clean_text(model[:_MAX_NAME]) if isinstance(model, str) else "", usage)


def _sorted(rows: list[Any]) -> list[Any]:
    """Return rows in the order of their index fields; all have one, or none has and they stand as sent."""
    if not all(isinstance(row, Mapping) for row in rows):
        raise _shape("a row is no object")
    indexes = [row.get("index") for row in rows]
    if all(index is None for index in indexes):
        return rows
    if any(isinstance(index, bool) or not isinstance(index, int) for index in indexes):
        raise _shape("an index is no whole number")
    if sorted(indexes) != list(range(len(rows))):
        raise _shape("the indexes are not those of the texts")
    return sorted(rows, key=lambda row: int(row["index"]))


def _vector(row: Mapping[str, Any]) -> tuple[float, ...]:
    """Return one vector: numbers, numbers as strings, or base64 of little-endian float32."""
    given = row.get("embedding")
    if isinstance(given, str):
        vector = _unpacked(given)
    elif isinstance(given, list) and given:
        # A server that embeds token by token wraps its single vector once more.
        inner = given[0] if len(given) == 1 and isinstance(given[0], list) else given
        vector = _numbers(inner)
    else:
        raise _shape("an embedding is no vector")
    if not all(map(math.isfinite, vector)):
        raise _shape("a vector has a value that is not finite")
    if not any(vector):
        raise _shape("a vector is zero or empty")
    return vector


def _numbers(values: list[Any]) -> tuple[float, ...]:
    kinds = set(map(type, values))
    try:
        if kinds <= {int, float, str}:
            return tuple(map(float, values))
    except (ValueError, OverflowError):
        pass
    raise _shape("a vector has a value that is no number")


def _unpacked(text: str) -> tuple[float, ...]:
    try:
        data = base64.b64decode(text, validate=True)
        return struct.unpack(f"<{len(data) // 4}f", data)
    except (binascii.Error, struct.error, ValueError):
        pass
    raise _shape("an embedding is text, but not base64 of float32")


def _shape(detail: str) -> CallError:
    return CallError(CallOutcome.SHAPE, detail)
