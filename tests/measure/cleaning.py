"""Defects put into clean sample texts from a fixed seed: how many are found, and how much the view undoes; and its speed."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from assets.records.cleaning.defects import find_defects
from assets.records.cleaning.view import clean_view
from tests.measure.data import DATA, SAMPLE

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
_SOUNDS = ("嗯，", "呃，", "哎呀，", "那个那个", "咱们", "你懂的", "杠杠的")
_TAGS = ("<br/>", "<p>", "</span>", "&nbsp;", "&quot;", '<a href="x">', "<b>")
_WIDE = str.maketrans("0123456789%", "０１２３４５６７８９％")
Spoiled = tuple[str, int, bool]


def _insert(pieces: tuple[str, ...]) -> Callable[[str, random.Random], Spoiled | None]:
    def spoil(text: str, rng: random.Random) -> Spoiled | None:
        at = rng.randrange(2, len(text) - 2)
        return text[:at] + rng.choice(pieces) + text[at:], at, False

    return spoil


def _doubled(text: str, rng: random.Random) -> Spoiled | None:
    places = [at for at, char in enumerate(text[:-1]) if char in "，、；"]
    if not places:
        return None
    at = rng.choice(places)
    return text[: at + 1] + text[at] + text[at + 1 :], at, True


def _widened(text: str, rng: random.Random) -> Spoiled | None:
    places = [at for at, char in enumerate(text) if char.isascii() and char.isdigit()]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + text[at].translate(_WIDE) + text[at + 1 :], at, True


def _half_comma(text: str, rng: random.Random) -> Spoiled | None:
    places = [
        at
        for at, char in enumerate(text[1:-1], 1)
        if char == "，" and text[at - 1] > "\u4e00" < text[at + 1] < "\u9fff"
    ]
    places = [at for at in places if text[at - 1] <= "\u9fff"]
    if not places:
        return None
    at = rng.choice(places)
    return f"{text[:at]},{text[at + 1 :]}", at, True


def _misread(text: str, rng: random.Random) -> Spoiled | None:
    at = rng.randrange(0, max(1, len(text) - 12))
    piece = text[at : at + 10]
    if not all("\u4e00" <= char <= "\u9fff" for char in piece[:6]):
        return None
    read = piece[:6].encode().decode("gb18030", "replace")
    return text[:at] + read + text[at + 6 :], at, "\ufffd" not in read


def _cut(text: str, rng: random.Random) -> Spoiled | None:
    places = [at for at, char in enumerate(text) if char == "，" and at > 30]
    if not places:
        return None
    at = rng.choice(places)
    return text[: at + 1], at, False


def _spaced(text: str, rng: random.Random) -> Spoiled | None:
    at = text.find("期货主力合约")
    at = at if at >= 0 else text.find("主力合约")
    if at < 1 or not "\u4e00" <= text[at - 1] <= "\u9fff":
        return None
    size = rng.choice((4, 4, 4)) + 1
    piece = " ".join(text[at - 1 : at - 1 + size])
    return f"{text[: at - 1]}{piece} {text[at - 1 + size :]}", at, False


_SPOILERS: dict[str, Callable[[str, random.Random], Spoiled | None]] = {
    "colloquial": _insert(_SOUNDS),
    "markup": _insert(_TAGS),
    "invisible": _insert(("\u200b", "\ufeff", "\u00ad")),
    "punctuation": _doubled,
    "mixed_width": _widened,
    "mixed_width_comma": _half_comma,
    "mojibake": _misread,
    "mojibake_lost": _insert(("锟斤拷", "\ufffd\ufffd")),
    "ocr_noise": _spaced,
    "broken_context": _cut,
}


def seeded_defects() -> Iterator[Figure]:
    """Share of seeded defects found with their code at their place; of those of form, share that the view undoes."""
    texts, rng = _clean(), random.Random(11)
    on = "own sample news, defects from a fixed seed"
    undone: list[bool] = []
    found: dict[str, list[bool]] = defaultdict(list)
    exact: list[bool] = []
    for code, spoil in _SPOILERS.items():
        for text in texts * 3:
            spoiled = spoil(text, rng)
            if spoiled is None:
                continue
            bad, at, is_form = spoiled
            wanted = code.removesuffix("_comma").removesuffix("_lost")
            found[code].append(
                any(d["code"] == wanted and d["start"] <= at + 12 and d["end"] >= at for d in find_defects(bad))
            )
            view, offsets = clean_view(bad)
            exact.append(offsets.restore(view) == bad and offsets.apply(bad) == view)
            if is_form:
                undone.append(view == clean_view(text)[0])
    for code, hits in found.items():
        yield _figure(f"records.cleaning.seeded.{code}", sum(hits) / len(hits), ">= 0.95", len(hits), on)
    yield _figure("records.cleaning.view.undone", sum(undone) / len(undone), ">= 0.98", len(undone), on)
    yield _figure("records.cleaning.view.exact", sum(exact) / len(exact), "1.000", len(exact), on)
    chars = sum(map(len, texts))
    false = sum(len(find_defects(text)) for text in texts)
    yield _figure("records.cleaning.false_per_1000_chars", 1000 * false / chars, "<= 0.5", chars, "own sample news")


def view_speed() -> Iterator[Figure]:
    """Megabytes of news a second for the defects and for the view."""
    folder = DATA / "news_labelled/dev" if DATA else None
    if folder is None or not folder.exists():
        return
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    texts = [row["text"] for row in map(json.loads, lines) if row.get("text")][:6_000]
    size = sum(len(text.encode()) for text in texts) / 1e6
    for name, work in (("defects", find_defects), ("view", clean_view)):
        begun = time.process_time()
        for text in texts:
            work(text)
        speed = size / (time.process_time() - begun)
        yield _figure(f"records.cleaning.{name}_mb_s", speed, "report", len(texts), "news_labelled/dev")


EVAL = [seeded_defects]
BENCH = [view_speed]
FIGURES = [*EVAL, *BENCH]


def _clean() -> list[str]:
    """Texts of the sample's news; one line of it is broken on purpose."""
    texts: set[str] = set()
    for path in sorted((SAMPLE / "news").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            try:
                texts.add(json.loads(line)["text"])
            except (ValueError, KeyError):
                continue
    return sorted(text for text in texts if len(text) > 40)


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
