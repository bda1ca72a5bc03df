"""Vectors of texts through the gateway: personal data masked, texts that are longer than the model reads, partial failure.

Batches, halves of what is too large, and the cache of vectors are the gateway's (`embedding.py`). Here a text that is too
long is cut in parts, and its vector is their mean, weighted by length: nothing is cut off silently.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resources.errors import GatewayError
from resources.models.asking import Asker
from resources.models.brake import Brake
from resources.models.privacy import Mask
from resources.models.registry import Model
from resources.models.spec import Clearance, EmbedRequest
from resources.models.tokens import estimate_tokens

__all__ = ["embed_texts", "parts_of"]

#: Texts of one request: what is lost where it fails.
TEXTS = 64
#: Share of the context that a part may fill: tokens are estimated.
FILL = 0.8
#: Seconds of a request, and of one while nothing is known to answer: vectors come fast where they come.
DEADLINE, DEADLINE_FIRST = 60.0, 20.0
LEVELS: tuple[Clearance, ...] = ("public", "internal", "secret")
_ENDS = "。！？；\n.!?;"

Vector = tuple[float, ...]


@dataclass(frozen=True)
class _Part:
    place: int
    text: str
    clearance: Clearance


async def embed_texts(
    asker: Asker,
    model: Model,
    texts: Sequence[str],
    clearance: Sequence[Clearance],
    *,
    asset: str | None,
    brake: Brake,
    reasons: Counter[str] | None = None,
) -> list[Vector | None]:
    """Return a vector of the model for each text, or None where none came; `reasons` counts why, by batch."""
    why = Counter[str]() if reasons is None else reasons
    shown = [Mask().hide(text) for text in texts] if model.placement == "maas" else list(texts)
    limit = max(16, int(model.context * FILL))
    parts = [
        _Part(place, part, level)
        for place, (text, level) in enumerate(zip(shown, clearance, strict=True))
        if text.strip()
        for part in parts_of(text, limit)
    ]
    found: dict[int, list[tuple[int, Vector]]] = {}
    lost: set[int] = set()

    async def work(batch: Sequence[_Part]) -> None:
        stopped = brake.stopped()
        vectors = await _ask(asker, model, batch, asset, brake, why) if stopped is None else None
        if stopped is not None:
            why[stopped] += 1
        for n, part in enumerate(batch):
            if vectors is None:
                lost.add(part.place)
            else:
                found.setdefault(part.place, []).append((len(part.text), vectors[n]))

    batches = list(_batches(parts))
    while batches and not brake.proven and brake.stopped() is None:
        await work(batches.pop(0))
    gate = asyncio.Semaphore(max(1, model.settings.max_concurrency))

    async def turn(batch: Sequence[_Part]) -> None:
        async with gate:
            await work(batch)

    await asyncio.gather(*(turn(batch) for batch in batches))
    return [None if place in lost or place not in found else _mean(found[place]) for place in range(len(texts))]


def parts_of(text: str, limit: int) -> list[str]:
    """Return a text in parts of at most `limit` estimated tokens, cut behind sentences where there are any."""
    if len(text) <= limit or estimate_tokens(text) <= limit:
        return [text]
    parts: list[str] = []
    at = 0
    while at < len(text):
        # A token is at least one character, so that this many characters always fit.
        size = limit
        while at + size < len(text) and estimate_tokens(text[at : at + size * 2]) <= limit:
            size *= 2
        piece = text[at : at + size]
        if at + size < len(text):
            end = max(piece.rfind(mark) for mark in _ENDS) + 1
            piece = piece[:end] if end > size // 2 else piece
        parts.append(piece)
        at += len(piece)
    return parts


async def _ask(
    asker: Asker, model: Model, batch: Sequence[_Part], asset: str | None, brake: Brake, why: Counter[str]
) -> Sequence[Vector] | None:
    request = EmbedRequest(
        texts=tuple(part.text for part in batch),
        model=model.name,
        clearance=batch[0].clearance,
        deadline=asker.registry.task("embed").timeout or (DEADLINE if brake.proven else DEADLINE_FIRST),
        asset=asset,
        cache=True,
    )
    try:
        answer = await asker.gateway.embed(request)
    except GatewayError as error:
        brake.failed(error)
        why[str(error)] += 1
        return None
    brake.answered()
    if answer.attempts:
        asker.tally.add(answer, model)
    return answer.vectors


def _batches(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Batches of one class of text each, so that no text goes where only another may."""
    for level in LEVELS:
        same = [part for part in parts if part.clearance == level]
        for start in range(0, len(same), TEXTS):
            yield same[start : start + TEXTS]


def _mean(weighted: Sequence[tuple[int, Vector]]) -> Vector:
    if len(weighted) == 1:
        return weighted[0][1]
    total = [0.0] * len(weighted[0][1])
    for weight, vector in weighted:
        norm = math.sqrt(math.fsum(x * x for x in vector)) or 1.0
        total = [t + weight * x / norm for t, x in zip(total, vector, strict=True)]
    norm = math.sqrt(math.fsum(x * x for x in total)) or 1.0
    return tuple(x / norm for x in total)
