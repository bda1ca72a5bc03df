"""What the checks of the model tasks let through: true summaries kept, invented ones dropped; what prompts weigh.

True ones are sentences and halves of sentences of the text itself; lies change one thing in them: a figure, a day, a code,
the direction, a firm, a cause, or they come from another text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from resources.models.prompts import load_prompt
from resources.models.tasks import SUMMARY_MAX, task_of
from tests.measure.data import DATA

__all__ = ["EVAL"]

Figure = dict[str, Any]
SETS = ("finnl", "finnsp")
ROWS = 1500
ON = "news_labelled/dev finnl, finnsp; first 1500 texts of each"
TASK = "summarise_slices"
_OPPOSITES = {
    "上涨": "下跌",
    "下跌": "上涨",
    "上调": "下调",
    "下调": "上调",
    "增加": "减少",
    "减少": "增加",
    "增长": "下降",
    "下降": "增长",
}


def checks_of_summaries() -> Iterator[Figure]:
    """Share of true summaries kept and of lies dropped."""
    texts = _texts()
    if not texts:
        return
    kept: Counter[bool] = Counter()
    caught: dict[str, Counter[bool]] = {}
    for place, text in enumerate(texts):
        true = _true_ones(text)
        for summary in true:
            kept[_holds(text, summary)] += 1
        for summary in true[:1]:
            for kind, lie in _lies(summary, text, texts[(place + 7) % len(texts)]):
                caught.setdefault(kind, Counter())[not _holds(text, lie)] += 1
    total = sum(kept.values())
    yield {"name": "task_check.true_kept", "value": round(kept[True] / total, 4), "goal": 0.97, "n": total, "on": ON}
    for kind, counts in sorted(caught.items()):
        n = sum(counts.values())
        yield {
            "name": f"task_check.lies_dropped.{kind}",
            "value": round(counts[True] / n, 4),
            "goal": 0.98,
            "n": n,
            "on": ON,
        }


def prompt_weight() -> Iterator[Figure]:
    """Characters sent for each character of text, 16 slices a call."""
    texts = _texts()
    if not texts:
        return
    prompt = load_prompt(f"{TASK}/v1")
    sent = told = 0
    for start in range(0, len(texts) - 16, 16):
        part = texts[start : start + 16]
        slices = [{"id": n, "text": text} for n, text in enumerate(part, 1)]
        inputs = {"subject": "原油", "facets": ["供应", "需求", "价格", "政策"], "style": "名词短语", "slices": slices}
        sent += sum(len(message["content"]) for message in prompt.render(inputs).messages)
        told += sum(map(len, part))
    yield {"name": "task_prompt.chars_a_char", "value": round(sent / told, 3), "goal": 1.5, "n": len(texts), "on": ON}


def _texts() -> list[str]:
    if DATA is None:
        return []
    found: list[str] = []
    for name in SETS:
        path = DATA / "news_labelled" / "dev" / f"{name}.jsonl"
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()[:ROWS]
            found += [text for line in lines if 20 <= len(text := str(json.loads(line)["text"])) <= 1200]
    return found


def _true_ones(text: str) -> list[str]:
    """Short sentences of a text, and their first halves."""
    sentences = [s.strip() for s in re.split(r"[。！？\n]", text)]
    fit = [s for s in sentences if 8 <= len(s) <= SUMMARY_MAX - 1][:2]
    halves = ["，".join(s.split("，")[:2]) for s in fit if s.count("，") >= 2]
    return [*fit, *(half for half in halves if len(half) >= 8)]


def _lies(summary: str, text: str, other: str) -> Iterator[tuple[str, str]]:
    figure = re.search(r"\d+(?:\.\d+)?(?=[%亿万元吨点])", summary)
    if figure:
        yield "figure", summary.replace(figure.group(), f"{figure.group()}7", 1)
    share = re.search(r"\d+(?:\.\d+)?%", summary)
    others = [each for each in re.findall(r"\d+(?:\.\d+)?%", text) if each not in summary]
    if share and others:
        yield "figure of another sentence", summary.replace(share.group(), others[0], 1)
    day = re.search(r"(\d{1,2})月(\d{1,2})日", summary)
    if day:
        yield "day", summary.replace(day.group(), f"{int(day[1]) % 12 + 1}月{int(day[2]) % 28 + 1}日", 1)
    for word, opposite in _OPPOSITES.items():
        if word in summary:
            yield "direction", summary.replace(word, opposite)
            break
    yield "code", f"ZQ2713合约{summary}"
    yield "firm", f"星瀚量子集团表示，{summary}"
    yield "cause", f"由于市场传闻，{summary}"
    stranger = _true_ones(other)
    if stranger:
        yield "other text", stranger[0]


def _holds(text: str, summary: str) -> bool:
    task = task_of(TASK)
    inputs = {"slices": [{"id": 1, "text": text}]}
    return bool(task.check(inputs, {"slices": [{"id": 1, "summary": summary, "tags": [], "facet": None}]}).rows)


EVAL = [checks_of_summaries, prompt_weight]
