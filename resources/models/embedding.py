"""Embeddings through the gateway: batches, halves where a batch is too large, one model and one width for all.

Vectors of different models cannot be compared, so a call fails over only to entries that serve the same model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

from resources.errors import GatewayError
from resources.models.cache import Cache, vector_key
from resources.models.registry import Model
from resources.models.spec import CallError, CallOutcome, EmbedAnswer, EmbedRequest, Usage
from resources.models.tokens import estimate_tokens

__all__ = ["BATCH_TEXTS", "BATCH_TOKENS", "check_width", "embed_all", "replicas", "space_of"]

#: Texts and tokens of one request at most; servers differ, these pass everywhere.
BATCH_TEXTS, BATCH_TOKENS = 64, 16_000
#: Batches of one call on their way at a time.
AT_A_TIME = 32
TOO_LARGE = 413

One = Callable[[EmbedRequest], Awaitable[EmbedAnswer]]
Vector = tuple[float, ...]


def replicas(models: Sequence[Model], first: Model) -> tuple[Model, ...]:
    """Return the entries that serve the same model as `first`, itself before the others."""
    same = space_of(first)
    return (first, *(m for m in models if m is not first and space_of(m) == same))


def space_of(model: Model) -> tuple[str, int | None, str | None]:
    """Return what two entries must share for their vectors to be compared: model, dimension, revision."""
    return model.endpoint.model, model.endpoint.dimension, model.endpoint.revision


def check_width(answer: EmbedAnswer, texts: int, width: int | None) -> int:
    """Return the width of the vectors.

    Raises:
        CallError: there are more or fewer vectors than texts, or they are not as wide as those before.
    """
    if len(answer.vectors) != texts:
        raise CallError(CallOutcome.SHAPE, f"{len(answer.vectors)} vectors for {texts} texts")
    widths = {len(vector) for vector in answer.vectors} | ({width} if width else set())
    if len(widths) != 1 or 0 in widths:
        raise CallError(
            CallOutcome.SHAPE, f"vectors of {', '.join(map(str, sorted(widths)))} numbers, one width is needed"
        )
    return widths.pop()


async def embed_all(request: EmbedRequest, model: Model, one: One, cache: Cache | None) -> EmbedAnswer:
    """Embed all texts of a request by calls of `one`, each of bounded size.

    Args:
        request: The request.
        model: Whose vectors these are.
        one: Sends one batch.
        cache: Vectors that were paid for; None: neither looked up nor kept.

    Raises:
        GatewayError: a batch failed for good; what came until then is kept in the cache.
    """
    found: dict[int, Vector] = {}
    if cache is not None:
        for place, text in enumerate(request.texts):
            known = cache.vector(vector_key(text, model.endpoint))
            if known is not None:
                found[place] = known
    missing = [place for place in range(len(request.texts)) if place not in found]
    answers: list[EmbedAnswer] = []
    failed: list[GatewayError] = []
    gate = asyncio.Semaphore(AT_A_TIME)

    async def work(places: list[int]) -> None:
        async with gate:
            if failed:
                return
            try:
                for done, answer in await _halving(request, places, one):
                    answers.append(answer)
                    found.update(zip(done, answer.vectors, strict=True))
                    for place, vector in zip(done, answer.vectors, strict=True):
                        if cache is not None:
                            key = vector_key(request.texts[place], model.endpoint)
                            cache.put_vector(key, vector, task=request.task, model=answer.served_by)
            except GatewayError as error:
                failed.append(error)

    await asyncio.gather(*(work(places) for places in _batches(request.texts, missing)))
    if failed:
        raise failed[0]
    usage = Usage(sum(a.usage.tokens_in for a in answers), 0, estimated=any(a.usage.estimated for a in answers))
    last = answers[-1] if answers else EmbedAnswer((), model.endpoint.model, served_by=model.name, attempts=0)
    return replace(
        last,
        vectors=tuple(found[place] for place in range(len(request.texts))),
        usage=usage,
        attempts=sum(answer.attempts for answer in answers),
    )


def _batches(texts: Sequence[str], places: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    tokens = 0
    for place in places:
        more = estimate_tokens(texts[place])
        if batch and (len(batch) >= BATCH_TEXTS or tokens + more > BATCH_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append(place)
        tokens += more
    if batch:
        yield batch


async def _halving(request: EmbedRequest, places: list[int], one: One) -> list[tuple[list[int], EmbedAnswer]]:
    """Send a batch; where it is too large for the server, its halves."""
    try:
        return [(places, await one(replace(request, texts=tuple(request.texts[place] for place in places))))]
    except GatewayError as error:
        if not _is_too_large(error):
            raise
        if len(places) == 1:
            error.add_note(f"text {places[0]} of the request is too long")
            raise
    middle = len(places) // 2
    first = await _halving(request, places[:middle], one)
    return first + await _halving(request, places[middle:], one)


def _is_too_large(error: GatewayError) -> bool:
    if error.outcome == CallOutcome.CONTEXT:
        return True
    return bool(error.attempts) and error.attempts[-1]["status"] == TOO_LARGE
