"""Named entities on a labelled finance set, beside a dictionary of the names seen in the other half, and a majority vote.

The set gives no places, so that a name counts once a text. Rules were tuned on one half; the figures are of the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from assets.records.mentions.find import find_mentions
from assets.records.mentions.model import trie_pattern
from assets.text.folding import fold
from tests.measure.data import DATA

__all__ = ["EVAL", "FIGURES"]

Figure = dict[str, Any]
_KINDS = {"公司": "institution", "政府机构": "institution", "其他机构": "institution", "人物": "person"}
Named = set[tuple[str, str]]


def named_entities() -> Iterator[Figure]:
    """F1 of institutions and persons by exact name, ours and the two baselines'."""
    path = DATA / "finance_tasks/dev/entities_finner.jsonl" if DATA else None
    if path is None or not path.exists():
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tuned, held = [r for r in rows if not _is_held_out(r["id"])], [r for r in rows if _is_held_out(r["id"])]
    known: dict[str, Counter[str]] = {}
    for row in tuned:
        for kind, name in _gold(row):
            known.setdefault(name, Counter())[kind] += 1
    dictionary = re.compile(trie_pattern(known))
    kinds = {name: counts.most_common(1)[0][0] for name, counts in known.items()}
    ours: list[Named] = [
        {(m.kind, fold(m.surface)) for m in find_mentions(row["text"], None) if m.kind in set(_KINDS.values())}
        for row in held
    ]
    looked_up: list[Named] = [{(kinds[name], name) for name in dictionary.findall(fold(row["text"]))} for row in held]
    none: list[Named] = [set() for _ in held]
    gold = [_gold(row) for row in held]
    on = "finance_tasks/dev/entities_finner, half not tuned on"
    for kind in ("institution", "person"):
        wanted = sum(name[0] == kind for names in gold for name in names)
        for suffix, found in (("", ours), (".dictionary", looked_up), (".majority", none)):
            goal = "report" if suffix else "> dictionary"
            yield _figure(f"records.entities.{kind}{suffix}.f1", _f1(kind, gold, found), goal, wanted, on)


def relation_ends() -> Iterator[Figure]:
    """Share of the firms at either end of a stated relation that are found, whole or as part of a longer name."""
    path = DATA / "finance_tasks/dev/relation_finre.jsonl" if DATA else None
    if path is None or not path.exists():
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ends = found = 0
    for row in (row for row in rows if _is_held_out(row["id"])):
        surfaces = [m.surface for m in find_mentions(row["text"], None) if m.kind == "institution"]
        for end in (row["head"], row["tail"]):
            ends += 1
            found += any(end in surface for surface in surfaces)
    on = "finance_tasks/dev/relation_finre, half not tuned on"
    yield _figure("records.entities.relation_ends.recall", found / ends, "report", ends, on)


EVAL = [named_entities, relation_ends]
FIGURES = EVAL


def _gold(row: dict[str, Any]) -> Named:
    return {(_KINDS[e["type"]], fold(e["text"])) for e in row["entities"] if e["type"] in _KINDS}


def _f1(kind: str, gold: list[Named], found: list[Named]) -> float:
    both = wanted = said = 0
    for one, other in zip(gold, found, strict=True):
        both += sum(name[0] == kind for name in one & other)
        wanted += sum(name[0] == kind for name in one)
        said += sum(name[0] == kind for name in other)
    return 2 * both / (wanted + said) if wanted + said else 0.0


def _is_held_out(identity: str) -> bool:
    return int(hashlib.sha256(identity.encode()).hexdigest(), 16) % 2 == 1


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
