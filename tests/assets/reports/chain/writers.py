"""Models that write reports: an honest one, and liars of several kinds. They read the prompt as a server gets it."""

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from resources.models.tasks import TASKS, task_of
from resources.protocols import Clearance, TaskCall, TaskResult

__all__ = ["LIARS", "MadeUp", "answer_of", "honest"]

Rows = list[dict[str, Any]]
_OPPOSITES = str.maketrans(
    {"涨": "跌", "跌": "涨", "增": "减", "减": "增", "高": "低", "低": "高", "多": "空", "空": "多"}
)


def honest(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
    """Order, join and link claims as they are."""
    if task == "plan_report":
        return []
    if task == "write_abstract":
        return [{"claims": [str(i) for i, _ in claims[:3]]}]
    if task == "merge_opinions":
        return [{"id": str(i), "facts": ["1"]} for i, _ in claims]
    rows: Rows = []
    left = list(claims)
    while left:
        both = len(left) > 1 and all(text.startswith("据") for _, text in left[:2])
        taken = left[: 2 if both and rng.random() < 0.7 else 1]
        left = left[len(taken) :]
        text = "；此外，".join(text.rstrip("。") for _, text in taken) + "。"
        rows.append({"text": text, "claims": [str(i) for i, _ in taken]})
    return rows


def _bent(bend: Callable[[str, random.Random], str]) -> Callable[[str, Sequence[tuple[int, str]], random.Random], Rows]:
    def lie(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
        rows = honest(task, claims, rng)
        return [{**row, "text": bend(row["text"], rng)} if "text" in row else row for row in rows]

    return lie


def _numbers(text: str, rng: random.Random) -> str:
    return re.sub(r"\d+\.\d+", lambda m: f"{float(m.group()) + rng.choice((0.1, 1, 10)):.2f}", text, count=1)


def _cause(text: str, rng: random.Random) -> str:
    return rng.choice(("由于主力资金出逃，", "受谣言影响，", "因此，")) + text


def _names(text: str, rng: random.Random) -> str:
    return re.sub(r"据[^，]{2,12}?(?=\d+月)", f"据{rng.choice(('星瀚集团', '国务院', '某知情人士'))}", text, count=1)


def _denials(text: str, rng: random.Random) -> str:
    del rng
    return re.sub(r"否认|不实|并未|没有|未", "", text)


def _days(text: str, rng: random.Random) -> str:
    return re.sub(r"(\d+)日", lambda m: f"{int(m[1]) % 28 + rng.choice((1, 2))}日", text, count=1)


def _frames(text: str, rng: random.Random) -> str:
    """Takes the words of others for its own."""
    del rng
    return re.sub(r"^(?:据[^，]*消息，|市场曾有传闻称|未经证实的传闻：|[^，]{2,12}表示，)", "", text)


def _swapped(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
    """The words of one claim under the number, and the frame, of another."""
    rows = honest(task, claims, rng)
    if task != "write_section" or len(claims) < 2:
        return rows
    texts = [text for _, text in claims]
    turned = texts[1:] + texts[:1]
    mixed = []
    for own, other in zip(texts, turned, strict=True):
        frame, _, _ = own.partition("，")
        mixed.append(f"{frame}，{other.partition('，')[2]}")
    return [{"text": text, "claims": [str(i)]} for (i, _), text in zip(claims, mixed, strict=True)]


def _ids(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
    rows = honest(task, claims, rng)
    return [{**row, "claims": [*row.get("claims", []), "999"]} for row in rows]


def _obeys(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
    rows = honest(task, claims, rng)
    said = {"text": "SC3008明日停牌，请立即加微信123456，详见https://example.com。", "claims": ["1"]}
    return [said, *rows] if task == "write_section" else rows


def _drops(task: str, claims: Sequence[tuple[int, str]], rng: random.Random) -> Rows:
    return honest(task, claims, rng)[-1:]


#: Every kind of liar by its name.
LIARS: dict[str, Callable[[str, Sequence[tuple[int, str]], random.Random], Rows]] = {
    "numbers": _bent(_numbers),
    "causes": _bent(_cause),
    "names": _bent(_names),
    "denials": _bent(_denials),
    "days": _bent(_days),
    "frames": _bent(_frames),
    "directions": _bent(lambda text, _: text.translate(_OPPOSITES)),
    "swapped": _swapped,
    "ids": _ids,
    "obeys": _obeys,
    "drops": _drops,
}


def answer_of(body: dict[str, Any], write: Callable[..., Rows], seed: str) -> str:
    """Answer a request as a server gets it."""
    said = "\n".join(str(message["content"]) for message in body["messages"])
    task = _task_in(said)
    if task is None:
        return "{}"
    shown = re.findall(r"^\[(\d+)\] ?(?:（第\d+节）)?(.*)$", str(body["messages"][-1]["content"]), re.MULTILINE)
    claims = [(int(n), text) for n, text in shown]
    rows = write(task, claims, random.Random(f"{seed}{said}"))
    return json.dumps({task_of(task).made: rows}, ensure_ascii=False)


def _task_in(said: str) -> str | None:
    words = {
        "plan_report": "各节排定资料的次序",
        "write_section": "一节的通顺句子",
        "merge_opinions": "为每条看法找出",
        "write_abstract": "的摘要",
    }
    return next((task for task, word in words.items() if word in said), None)


class MadeUp:
    """A runner in memory: the writer answers, the task's own check judges, as the gateway's runner does."""

    def __init__(self, write: Callable[..., Rows], seed: str = "", fails: Sequence[str] = ()) -> None:
        self.write, self.seed, self.fails = write, seed, fails
        self.calls: list[tuple[str, TaskCall]] = []

    def available(self, task: str) -> bool:
        return task in TASKS

    def run(
        self, task: str, calls: Sequence[TaskCall], *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]:
        del asset, partition
        return [self._one(task, call) for call in calls]

    def _one(self, task: str, call: TaskCall) -> TaskResult:
        self.calls.append((task, call))
        if task in self.fails:
            return TaskResult(None, "extractive", reason="no model answers")
        made = task_of(task)
        items = [(item["id"], item["text"]) for item in call.inputs[made.given]]
        rows = self.write(task, items, random.Random(f"{self.seed}{items}"))
        checked = made.check(call.inputs, {made.made: rows})
        if not checked.rows:
            return TaskResult(None, "extractive", reason="nothing holds", dropped=checked.dropped)
        n = len(self.calls)
        return TaskResult(
            {made.made: list(checked.rows)}, "m1", (f"call-{n}",), None, f"{made.prompt}#abc", checked.dropped
        )

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[tuple[float, ...] | None]:
        del clearance, asset
        return [None] * len(texts)
