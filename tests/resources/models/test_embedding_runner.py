from pathlib import Path
from typing import Any

import pytest

from resources.models.long_texts import parts_of
from resources.models.protocol import Endpoint
from resources.models.runner import open_runner
from resources.models.spec import CallError, CallOutcome, EmbedAnswer, EmbedRequest
from resources.models.tokens import estimate_tokens
from resources.protocols import VectorModel
from resources.settings import Settings
from tests.resources.models.personas import Persona, settings


def embedding(**model: Any) -> Settings:
    return settings({"kind": "embedding", **model}, tasks={"embed": {"models": ["m1"]}})


def test_embed_gives_vectors_in_order_and_pays_once(tmp_path: Path) -> None:
    texts = [f"第{n}条资讯" for n in range(150)]
    persona = Persona()
    with open_runner(tmp_path, embedding(), transport=persona) as runner:
        vectors = runner.embed(texts, clearance=["public"] * 150)
        assert runner.tally.embed_calls == persona.embeds == 3
    assert vectors == [(float(len(t)), 1.0, float(sum(map(ord, t[:4])) % 97)) for t in texts]
    again = Persona()
    with open_runner(tmp_path, embedding(), transport=again) as runner:
        assert runner.embed(texts, clearance=["public"] * 150) == vectors
        assert runner.tally.embed_calls == 0
    assert again.embeds == 0


def test_embed_reads_long_texts_to_their_end(tmp_path: Path) -> None:
    persona = Persona()
    text = "甲醇库存下降。" * 60 + "乙" * 300
    with open_runner(tmp_path, embedding(context=128), transport=persona) as runner:
        (vector,) = runner.embed([text], clearance=["public"])
    assert "".join(persona.texts) == text
    assert all(estimate_tokens(part) <= 102 for part in persona.texts)
    assert vector is not None
    assert sum(x * x for x in vector) == pytest.approx(1.0)


def test_parts_of_cuts_behind_sentences() -> None:
    assert parts_of("甲。乙", 10) == ["甲。乙"]
    assert parts_of("甲甲甲甲甲甲。乙乙乙。丙", 10) == ["甲甲甲甲甲甲。", "乙乙乙。丙"]
    assert parts_of("abcd" * 10, 5) == ["abcd" * 5, "abcd" * 5]


def test_embed_keeps_what_a_model_may_not_see_back(tmp_path: Path) -> None:
    persona = Persona()
    with open_runner(tmp_path, embedding(placement="maas"), transport=persona) as runner:
        vectors = runner.embed(
            ["公开", "内部", " ", "电话13800138000"], clearance=["public", "internal", "public", "public"]
        )
    assert [vector is None for vector in vectors] == [False, True, True, False]
    assert persona.texts == ["公开", "电话〔手机1〕"]


def test_embed_without_a_model_gives_none(tmp_path: Path) -> None:
    runner = open_runner(tmp_path, settings({"kind": "embedding"}))
    assert not runner.available("embed")
    assert runner.embed(["甲"], clearance=["public"]) == [None]
    assert runner.tally.embed_calls == 0


class Dead(Persona):
    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer:
        self.embeds += 1
        raise CallError(CallOutcome.CONNECT, "nobody there")


def test_embed_stops_asking_a_dead_endpoint(tmp_path: Path) -> None:
    persona = Dead()
    with open_runner(tmp_path, embedding(), transport=persona) as runner:
        vectors = runner.embed([f"甲{n}" for n in range(1000)], clearance=["public"] * 1000)
    assert vectors == [None] * 1000
    assert persona.embeds <= 6


def test_vector_model_is_the_first_that_is_named(tmp_path: Path) -> None:
    assert open_runner(tmp_path, settings({"kind": "embedding"})).vector_model() is None
    entry = {"kind": "embedding", "model": "bge", "revision": "v2", "dimension": 3}
    asked = settings(entry, {**entry, "model": "m3"}, tasks={"embed": {"models": ["m1", "m2"]}})
    runner = open_runner(tmp_path, asked)
    assert runner.vector_model() == VectorModel("m1", "bge", "v2", 3)


def test_may_see_follows_the_clearance_of_the_model(tmp_path: Path) -> None:
    private, hosted = (open_runner(tmp_path, embedding(placement=place)) for place in ("private", "maas"))
    assert [private.may_see(level) for level in ("public", "internal", "secret")] == [True, True, True]
    assert [hosted.may_see(level) for level in ("public", "internal", "secret")] == [True, False, False]
    assert not open_runner(tmp_path, settings({"kind": "embedding"})).may_see("public")


def test_embed_says_why_vectors_did_not_come(tmp_path: Path) -> None:
    with open_runner(tmp_path, embedding(), transport=Dead()) as runner:
        runner.embed(["甲", "乙"], clearance=["public"] * 2)
        assert "nobody there" in (runner.last_reason("embed") or "")
        (message,) = runner.messages()
    assert message.startswith("embed: 2 of 2 texts got no vector (")


def test_embed_of_another_revision_is_paid_for_anew(tmp_path: Path) -> None:
    for revision, wanted in (("1", 1), ("1", 0), ("2", 1), ("1", 0)):
        persona = Persona()
        with open_runner(tmp_path, embedding(revision=revision), transport=persona) as runner:
            runner.embed(["甲醇"], clearance=["public"])
        assert persona.embeds == wanted
