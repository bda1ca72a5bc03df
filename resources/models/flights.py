"""One call where the same question is asked twice at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from resources.errors import GatewayError
from resources.models.spec import CallOutcome, ChatAnswer, ChatRequest

__all__ = ["Flights"]


class Flights:
    """The questions in flight."""

    def __init__(self) -> None:
        self._flying: dict[str, asyncio.Future[ChatAnswer]] = {}

    async def once(
        self, keys: Sequence[str], request: ChatRequest, ask: Callable[[ChatRequest], Awaitable[ChatAnswer]]
    ) -> ChatAnswer:
        """Ask, or wait for who asks the same already; the answer is then marked as cached.

        Raises:
            GatewayError: it failed, whoever asked; or the deadline passed.
        """
        if not keys:
            return await ask(request)
        key = keys[0]
        while (flying := self._flying.get(key)) is not None:
            await asyncio.wait({flying}, timeout=request.deadline)
            if not flying.done():
                raise GatewayError(request.task, CallOutcome.TIMEOUT, [], reason="the same question is still in flight")
            if not flying.cancelled():
                return replace(flying.result(), cached=True)
            # Who asked gave up; the next in line asks.
        mine: asyncio.Future[ChatAnswer] = asyncio.get_running_loop().create_future()
        self._flying[key] = mine
        try:
            answer = await ask(request)
        except GatewayError as error:
            mine.set_exception(error)
            mine.exception()  # seen, even where nobody waits
            raise
        except BaseException:
            mine.cancel()
            raise
        finally:
            del self._flying[key]
        mine.set_result(answer)
        return answer
