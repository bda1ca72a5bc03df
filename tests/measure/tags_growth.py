"""Figures of trees that grow on, and of what a model is asked for them: calls, characters, concurrency, kills, repeats."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assets.tags.grow import Standing, Tree, grow_tree
from assets.tags.guide import Guide
from assets.tags.profiles import load_profiles
from assets.text.spans import digest_id, sha256_text
from quality.trees import check_stability
from resources.models.runner import open_runner
from resources.settings import Settings
from tests.fakes.model_server import Call, ModelServer, Step
from tests.measure.tags import agreement, brief_lines, cut, figure, flash_lines, lines, vectors_of_texts

__all__ = ["BENCH", "EVAL"]

Figure = dict[str, Any]
FREE = load_profiles({"all_news": {"lane": "news"}})["all_news"]
SLICES = 1000
IN_FLIGHT = 16
KEY = "sk-measured"
ON = "news_labelled/finnl, a model of ours on the wire"


def last_tenth() -> Iterator[Figure]:
    """Agreement lost when the last tenth of the texts arrives later, over three draws; paths kept when the last hundredth does."""
    for name, labelled in (("finnl", flash_lines()), ("wind", brief_lines())):
        if not labelled:
            continue
        texts, parts = [text for text, _ in labelled], 2 * len({label for _, label in labelled})
        frame, vectors = frame_of(texts), vectors_of_texts(texts)
        whole = _agreement(grow_tree(FREE, "2024-04-18", frame, vectors, basis_id="b"), labelled, parts)
        lost, kept = [], []
        for draw in range(3):
            grown, _ = _grown_on(frame, vectors, 0.9, draw)
            lost.append(whole - _agreement(grown, labelled, parts))
            grown, before = _grown_on(frame, vectors, 0.99, draw)
            outcome = check_stability("s", before.rows, grown.nodes.to_dicts(), grown.leaves.to_dicts())
            kept.append(float(outcome.detail.split("%")[0]) / 100)
        n = len(texts)
        yield figure(f"tags.{name}.nmi_lost_last_tenth", float(np.mean(lost)), "<= 0.03", n, f"{name}, mean of 3 draws")
        yield figure(f"tags.{name}.paths_kept_last_hundredth", min(kept), ">= 0.95", n, f"{name}, worst of 3 draws")


def model_calls() -> Iterator[Figure]:
    """Calls a slice, characters, one per cent changed, again, and equal texts."""
    texts = [row["text"] for row in islice(lines("finnl"), SLICES)]
    if not texts:
        return
    with _wire() as (server, home, settings), open_runner(home, settings, environ={"KEY": KEY}) as runner:
        full = _with_model(runner, texts)
        calls = server.number
        chars = sum(len(str(m["content"])) for call in server.calls for m in call.body["messages"])
        yield figure("tags.calls_a_slice", calls / len(texts), "<= 0.35", len(texts), ON)
        yield figure("tags.prompt_chars_of_corpus", chars / sum(map(len, texts)), "<= 3", len(texts), ON)
        standing = standing_of(full)
        _with_model(runner, texts, standing)
        yield figure("tags.calls_again", float(server.number - calls), "== 0", len(texts), ON)
        again = _with_model(runner, texts, standing)
        equal = again.nodes.equals(full.nodes) and again.leaves.equals(full.leaves)
        yield figure("tags.again_equal", float(equal), "== 1", len(texts), ON)
        changed = [text + "后续消息待定。" if i % 100 == 7 else text for i, text in enumerate(texts)]
        before = server.number
        _with_model(runner, changed, standing)
        yield figure("tags.calls_one_per_cent", (server.number - before) / calls, "<= 0.05", len(texts), ON)
    with _wire() as (server, home, settings), open_runner(home, settings, environ={"KEY": KEY}) as runner:
        _with_model(runner, [texts[0]] * 200)
        yield figure("tags.calls_for_equal_slices", float(server.number), "<= 1", 200, ON)


def concurrency() -> Iterator[Figure]:
    """Share of the limit of calls in flight that is in use while slices are summarised, a model of 0.4 s a call."""
    texts = [row["text"] for row in lines("finnl")]
    if not texts:
        return
    with _wire(latency=0.4) as (server, home, settings), open_runner(home, settings, environ={"KEY": KEY}) as runner:
        guide = Guide(runner, FREE)
        from assets.tags.grow import keep_units

        units = keep_units(FREE, frame_of(texts), np.zeros((len(texts), 2), np.float32)).units.items
        began = time.perf_counter()
        guide.summarise(units, range(len(units)))
        seconds = time.perf_counter() - began
        use = server.number * 0.4 / (IN_FLIGHT * seconds)
        yield figure("tags.use_of_concurrency", use, ">= 0.80", server.number, f"{ON}, {IN_FLIGHT} in flight")


def killed() -> Iterator[Figure]:
    """Kill −9 half way, then the same again: calls that are repeated; and a tree with one call of twenty failing."""
    texts = [row["text"] for row in islice(lines("finnl"), SLICES)]
    if not texts:
        return
    with _wire(latency=0.15) as (server, home, settings):
        given = home / "texts.json"
        given.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        code = "import sys; from tests.measure.tags_growth import grow_elsewhere; grow_elsewhere(*sys.argv[1:])"
        words = [sys.executable, "-c", code, str(given), server.base_url]
        environment = {**os.environ, "KEY": KEY, "OMP_NUM_THREADS": "1"}
        child = subprocess.Popen(words, env=environment)
        half = len(texts) // 16 // 2
        while server.number < half and child.poll() is None:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
        server.settle()
        first = Counter(_asked(call) for call in server.calls)
        subprocess.run(words, env=environment, check=True)
        repeated = sum(n > first[asked] > 0 for asked, n in Counter(_asked(call) for call in server.calls).items())
        yield figure("tags.killed_half_way_calls_repeated", float(repeated), f"<= {IN_FLIGHT}", server.number, ON)
    with _wire() as (server, home, settings), open_runner(home, settings, environ={"KEY": KEY}) as runner:
        server.choose = lambda call: _refuse if call.number % 20 == 3 else None
        tree = _with_model(runner, texts)
        covered = tree.leaves["slice_id"].n_unique() / len(texts)
        yield figure("tags.covered_with_failing_calls", covered, "== 1", len(texts), f"{ON}, 5 % refuse")


EVAL: list[Callable[[], Iterator[Figure]]] = [last_tenth, model_calls, concurrency, killed]
BENCH: list[Callable[[], Iterator[Figure]]] = []


def grow_elsewhere(given: str, url: str) -> None:
    """Grow a tree with the model at an address; called in a process of its own."""
    texts = json.loads(Path(given).read_text(encoding="utf-8"))
    with open_runner(Path(given).parent, _settings(url)) as runner:
        _with_model(runner, texts)


def frame_of(texts: Sequence[str]) -> pl.DataFrame:
    """Slices, a document each, named by their text."""
    seen: Counter[str] = Counter()
    rows = []
    for text in texts:
        seen[text] += 1
        identity = digest_id("slice", text, seen[text])
        rows.append({"slice_id": identity, "doc_id": f"d{identity}", "ordinal": 0, "heading": None, "text": text})
        rows[-1] |= {"sha256": sha256_text(text), "title": text[:20], "duplicate_of": None, "relevance": 1.0}
    return pl.DataFrame(rows, schema_overrides={"heading": pl.String, "duplicate_of": pl.String})


def standing_of(tree: Tree) -> Standing:
    """The tree as it would be read again."""
    row = {**tree.tree, "stats": json.loads(tree.tree["stats"])}
    return Standing(row, tree.nodes.to_dicts(), tree.leaves.to_dicts())


def _grown_on(frame: pl.DataFrame, vectors: np.ndarray, share: float, draw: int) -> tuple[Tree, Standing]:
    order = np.random.default_rng(draw).permutation(frame.height)
    early = np.sort(order[: int(share * frame.height)])
    first = grow_tree(FREE, "2024-04-18", frame[early.tolist()], vectors[early], basis_id="b")
    standing = standing_of(first)
    return grow_tree(FREE, "2024-04-18", frame, vectors, basis_id="b", standing=standing), standing


def _agreement(tree: Tree, labelled: Sequence[tuple[str, str]], parts: int) -> float:
    seen: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for text, label in labelled:
        seen[text] += 1
        labels[digest_id("slice", text, seen[text])] = label
    return agreement([[labels[one] for one in group] for group in cut(tree, parts)])


def _with_model(runner: Any, texts: Sequence[str], standing: Standing | None = None) -> Tree:
    vectors = hashed(texts)
    guide = Guide(runner, FREE)
    return grow_tree(
        FREE, "2024-04-18", frame_of(texts), vectors, basis_id="b", standing=standing, guide=guide, recipe="r"
    )


def hashed(texts: Sequence[str]) -> np.ndarray:
    """Vectors from hashed pairs of characters: which text is like which matters little here, time does."""
    table = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in enumerate(texts):
        for i in range(len(text) - 1):
            table[row, (ord(text[i]) * 31 + ord(text[i + 1])) % 256] += 1
    table = np.sqrt(table)
    scaled: np.ndarray = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return scaled


class _wire:  # noqa: N801 - used like a function
    """A model on the wire, a home and its settings."""

    def __init__(self, latency: float = 0.0) -> None:
        self.server = ModelServer(key=KEY, latency=latency)
        self.server.answer = honest

    def __enter__(self) -> tuple[ModelServer, Path, Settings]:
        self.folder = tempfile.TemporaryDirectory()
        self.server.__enter__()
        return self.server, Path(self.folder.name), _settings(self.server.base_url)

    def __exit__(self, *_: object) -> None:
        self.server.__exit__()
        self.folder.cleanup()


def _settings(url: str) -> Settings:
    model = {"name": "m1", "base_url": url, "model": "m", "api_key_env": "KEY", "max_concurrency": IN_FLIGHT}
    return Settings.model_validate({"models": [{**model, "context": 200_000, "timeout": 20.0}]})


def honest(body: dict[str, Any]) -> str:
    """Answer with words of the items themselves."""
    items = re.findall(r"^\[(\d+)\] (.*)$", str(body["messages"][-1]["content"]), re.MULTILINE)
    if "names" in str(body["messages"][0]["content"]):
        names = []
        for n, text in items:
            first = re.split("[；｜]", text.removeprefix("下级：").removeprefix("(1)"))[0][:12]
            names.append({"id": n, "label": first, "summary": first, "same": [], "out": []})
        return json.dumps({"names": names}, ensure_ascii=False)
    rows = []
    for n, text in items:
        words = re.findall(r"[一-鿿]{4,8}", text)[:1]
        rows.append({"id": n, "summary": text[:40], "tags": words, "facet": None})
    return json.dumps({"slices": rows}, ensure_ascii=False)


def _asked(call: Call) -> str:
    """What a call asks, whatever its form."""
    return sha256_text(json.dumps(call.body["messages"], ensure_ascii=False, sort_keys=True))


def _refuse(call: Call) -> Iterator[Step]:
    yield call.error(400, "invalid_value", "no")
