"""What was found valid is not paid for twice; what is in flight is asked once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resources.errors import GatewayError
from resources.models.cache import CACHE_FILE, Cache, chat_key, purge_answers, vector_key
from resources.models.protocol import Endpoint
from resources.models.spec import CallError, CallOutcome, ChatAnswer, EmbedAnswer, EmbedRequest, Usage
from tests.resources.models.virtual import Script, answered, ask, error, gateway, run, settings

HERE = Endpoint("http://127.0.0.1:9/v1", "m")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"max_tokens": 9}, True), ({"response_format": {"type": "json_object"}}, True), ({"deadline": 1.0}, True),
        ({"client": "c"}, True), ({"partition": "2024-05-06"}, True),
        ({"task": "other"}, False), ({"prompt": "p/v2"}, False), ({"extra": {"temperature": 1}}, False),
        ({"messages": ({"role": "user", "content": "别的"},)}, False),
    ],
)  # fmt: skip
def test_chat_key_is_that_of_the_question(change: dict[str, Any], same: bool) -> None:
    request = ask(prompt="p/v1")
    assert (chat_key(request, HERE) == chat_key(replace(request, **change), HERE)) is same
    assert chat_key(request, HERE) != chat_key(request, replace(HERE, model="other"))


def test_answers_come_back_as_they_were(tmp_path: Path) -> None:
    whole = ChatAnswer("答\ud800", "m", "stop", Usage(3, 4, estimated=True), "想", ({"id": "1"},), "a", 2, "c1")
    cache = Cache(tmp_path)
    cache.put_answer("k", whole, task="t", tags=["d1"])
    assert cache.answer(["no", "k"]) == replace(whole, cached=True)
    cache.put_vector("v", (0.1, -2.5), task="embed", model="e")
    assert cache.flush()
    assert cache.vector("v") == (0.1, -2.5)
    cache.close()
    again = Cache(tmp_path)
    assert again.answer(["k"]) == replace(whole, cached=True)
    assert again.answer(["no"]) is None
    assert again.vector("no") is None
    again.close()


def test_purge_answers_forgets_what_came_from_a_document(tmp_path: Path) -> None:
    assert purge_answers(tmp_path, "d1") == 0
    cache = Cache(tmp_path)
    cache.put_answer("k1", answered("机密内容一"), task="t", tags=["d1", "d2"])
    cache.put_answer("k2", answered("内容二"), task="t", tags=["d2"])
    cache.close()
    assert purge_answers(tmp_path, "d1") == 1
    assert purge_answers(tmp_path, "d1") == 0
    after = Cache(tmp_path)
    assert after.answer(["k1"]) is None
    assert after.answer(["k2"]) is not None
    after.close()


def test_a_damaged_file_makes_the_cache_forget_and_never_fail(tmp_path: Path) -> None:
    (tmp_path / CACHE_FILE).write_bytes(b"no database" * 100)
    cache = Cache(tmp_path)
    assert cache.answer(["k"]) is None
    cache.put_answer("k", answered(), task="t")
    assert cache.answer(["k"]) is not None
    cache.close()


KILLED = """
import os, sys
from pathlib import Path
from resources.models.cache import Cache
from resources.models.spec import ChatAnswer
cache = Cache(Path(sys.argv[1]))
for i in range(90):
    cache.put_answer(str(i), ChatAnswer("答", "m", "stop"), task="t")
cache.flush()
os.kill(os.getpid(), 9)
"""


def test_a_killed_process_loses_nothing_that_was_written(tmp_path: Path) -> None:
    """Killed at 90 of 100, the rest alone is asked again (paper-qa#381)."""
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60).returncode == -9
    cache = Cache(tmp_path)
    assert sum(cache.answer([str(i)]) is None for i in range(100)) == 10
    cache.close()


def use(home: Path, transport: Script, work: Any, *models: dict[str, Any], **tasks: Any) -> Any:
    async def inside() -> Any:
        gate = gateway(home, settings(*(models or ({"name": "a"}, {"name": "b"})), **tasks), transport)
        try:
            return await work(gate)
        finally:
            await gate.close()

    return run(inside())


def test_a_valid_answer_is_found_again_whichever_model_gave_it(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.SERVER)], b=[0.1])
    request = ask(cache=True)

    async def first(gate: Any) -> None:
        answer = await gate.chat(request)
        gate.remember(request, answer, tags=["d1"])

    async def second(gate: Any) -> ChatAnswer:
        return await gate.chat(request)

    use(tmp_path, transport, first)
    sent = len(transport.sent)
    again = use(tmp_path, transport, second)
    assert (again.cached, again.served_by, len(transport.sent)) == (True, "b", sent)


def test_an_answer_that_nobody_found_valid_is_not_kept(tmp_path: Path) -> None:
    transport = Script()

    async def work(gate: Any) -> list[bool]:
        return [(await gate.chat(ask(cache=True))).cached for _ in range(2)]

    assert use(tmp_path, transport, work) == [False, False]
    assert len(transport.sent) == 2


def test_a_model_that_may_not_see_the_question_gives_no_cached_answer(tmp_path: Path) -> None:
    async def first(gate: Any) -> None:
        open_request = ask(cache=True, clearance="public")
        gate.remember(open_request, await gate.chat(open_request))

    async def second(gate: Any) -> None:
        await gate.chat(ask(cache=True, clearance="secret"))

    hosted = {"name": "a", "placement": "maas"}
    use(tmp_path, Script(), first, hosted)
    with pytest.raises(GatewayError):
        use(tmp_path, Script(), second, hosted)


def test_the_same_question_in_flight_is_asked_once(tmp_path: Path) -> None:
    transport = Script()

    async def work(gate: Any) -> list[ChatAnswer]:
        return await asyncio.gather(*(gate.chat(ask(cache=True)) for _ in range(20)))

    answers = use(tmp_path, transport, work)
    assert len(transport.sent) == 1
    assert sum(answer.cached for answer in answers) == 19
    assert len({answer.call_id for answer in answers}) == 1


def test_who_waits_asks_himself_where_the_first_gave_up(tmp_path: Path) -> None:
    transport = Script(a=["hang", 0.1])

    async def work(gate: Any) -> ChatAnswer:
        first = asyncio.ensure_future(gate.chat(ask(cache=True)))
        await asyncio.sleep(0.1)
        second = asyncio.ensure_future(gate.chat(ask(cache=True)))
        await asyncio.sleep(0.1)
        first.cancel()
        return await second

    assert use(tmp_path, transport, work, {"name": "a"}).content == "好"


def test_a_failure_is_that_of_all_who_asked_but_waits_end_at_their_deadline(tmp_path: Path) -> None:
    async def failing(gate: Any) -> list[Any]:
        return await asyncio.gather(*(gate.chat(ask(cache=True)) for _ in range(3)), return_exceptions=True)

    refused = Script(a=[error(CallOutcome.REFUSED)])
    assert all(isinstance(found, GatewayError) for found in use(tmp_path, refused, failing, {"name": "a"}))
    assert len(refused.sent) == 1

    async def late(gate: Any) -> Any:
        first = asyncio.ensure_future(gate.chat(ask(cache=True)))
        await asyncio.sleep(0)
        with pytest.raises(GatewayError, match="still in flight"):
            await gate.chat(ask(cache=True, deadline=1.0))
        return await first

    use(tmp_path, Script(a=[5.0]), late, {"name": "a"})


EMBED = {"name": "e", "kind": "embedding"}


def embed(
    home: Path, transport: Script, request: EmbedRequest, *models: dict[str, Any], names: tuple[str, ...] = ("e",)
) -> EmbedAnswer:
    return use(home, transport, lambda gate: gate.embed(request), *(models or (EMBED,)), embed={"models": list(names)})  # type: ignore[no-any-return]


def test_embed_keeps_the_order_over_batches(tmp_path: Path) -> None:
    texts = tuple("字" * (i % 50 + 1) for i in range(300))
    transport = Script()
    answer = embed(tmp_path, transport, EmbedRequest(texts))
    assert [vector[0] for vector in answer.vectors] == [float(len(text)) for text in texts]
    assert len(transport.sent) == 5
    assert answer.usage.tokens_in == 300


def test_vectors_are_paid_for_once(tmp_path: Path) -> None:
    transport = Script()
    embed(tmp_path, transport, EmbedRequest(("甲", "乙乙"), cache=True))
    answer = embed(tmp_path, transport, EmbedRequest(("丙丙丙", "乙乙", "甲"), cache=True))
    assert [vector[0] for vector in answer.vectors] == [3.0, 2.0, 1.0]
    assert [request.texts for request in transport.requests] == [("甲", "乙乙"), ("丙丙丙",)]
    whole = embed(tmp_path, transport, EmbedRequest(("甲",), cache=True))
    assert (whole.attempts, whole.served_by) == (0, "e")
    assert vector_key("甲", HERE) != vector_key("甲", replace(HERE, dimension=8))


@pytest.mark.parametrize(
    "refusal",
    [CallError(CallOutcome.CONTEXT, "too long"), CallError(CallOutcome.BAD_REQUEST, "too large", status=413)],
    ids=["context", "413"],
)
def test_a_batch_that_is_too_large_is_halved(tmp_path: Path, refusal: CallError) -> None:
    transport = Script(e=[lambda request: refusal if len(request.texts) > 3 else 0.1])
    answer = embed(tmp_path, transport, EmbedRequest(tuple("字" * (i + 1) for i in range(10))))
    assert [vector[0] for vector in answer.vectors] == [float(i + 1) for i in range(10)]


def test_one_text_that_is_too_long_is_named(tmp_path: Path) -> None:
    transport = Script(e=[lambda request: error(CallOutcome.CONTEXT) if "长" in request.texts else 0.1])
    with pytest.raises(GatewayError) as caught:
        embed(tmp_path, transport, EmbedRequest(("短", "长")))
    assert caught.value.outcome == "context"
    assert "text 1 of the request" in "".join(caught.value.__notes__)


def test_embeddings_fail_over_to_the_same_model_only(tmp_path: Path) -> None:
    replica, other = {**EMBED, "name": "e2", "model": "e"}, {**EMBED, "name": "x"}
    failing = Script(e=[CallError(CallOutcome.SERVER, "down"), 0.1])
    answer = embed(tmp_path, failing, EmbedRequest(("甲",)), EMBED, other, replica, names=("e", "x", "e2"))
    assert answer.served_by == "e2"
    assert failing.count("x") == 0
    dead = Script(e=[CallError(CallOutcome.SERVER, "down")])
    with pytest.raises(GatewayError):
        embed(tmp_path, dead, EmbedRequest(("甲",)), EMBED, other, names=("e", "x"))
    assert dead.count("x") == 0


def test_vectors_of_another_width_or_number_are_no_answer(tmp_path: Path) -> None:
    widths = iter([2, 3, 3, 3])
    transport = Script()
    transport.vectors = lambda request: EmbedAnswer(tuple((1.0,) * next(widths) for _ in request.texts), "e")

    async def work(gate: Any) -> str:
        await gate.embed(EmbedRequest(("甲",)))
        with pytest.raises(GatewayError) as caught:
            await gate.embed(EmbedRequest(("乙",)))
        return str(caught.value)

    assert "vectors of 2, 3 numbers" in use(tmp_path, transport, work, EMBED, embed={"models": ["e"]})
    transport.vectors = lambda request: EmbedAnswer((), "e")
    with pytest.raises(GatewayError, match="0 vectors for 1 texts"):
        embed(tmp_path, transport, EmbedRequest(("甲",)))


def test_no_embedding_model_means_the_embedded_vectors(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="no embedding model is configured"):
        use(tmp_path, Script(), lambda gate: gate.embed(EmbedRequest(("甲",))), EMBED)
