"""What every form of a tree says about it: its title, its engine, its counts, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["describe", "engine_label", "reason_label", "title_of"]

KINDS = {"news": "舆情", "research": "研报", "policy": "政策"}
REASONS = {"irrelevant": "与主题无关", "title_rule": "按标题规则排除", "injection": "含有对模型的指令"}


def title_of(tree: Mapping[str, Any]) -> str:
    """Return the heading of a tree, e.g. 原油舆情画像标签（2024-04-18）."""
    kind = KINDS.get(tree["profile"], f"{tree['profile']} ")
    day = f"（{tree['date']}）" if tree["date"] else ""
    return f"{tree['subject'] or ''}{kind}画像标签{day}"


def engine_label(engine: str) -> str:
    """Return how readers are told which engine made a tree."""
    return "抽取式（未用模型）" if engine == "extractive" else f"模型 {engine}"


def reason_label(reason: str) -> str:
    """Return a reason for leaving slices out in words."""
    return REASONS.get(reason, reason)


def describe(tree: Mapping[str, Any], *, with_engine: bool = True) -> str:
    """Return one line on a tree: engine (where it is not said beside), slices, levels, and what was left out."""
    stats = tree["stats"]
    left = "，".join(f"{reason_label(reason)} {n}" for reason, n in sorted(stats["excluded"].items()))
    parts = [f"引擎：{engine_label(tree['engine'])}"] if with_engine else []
    parts += [f"文本片段 {stats['slices']}", f"层级 {stats['levels']}"]
    return " · ".join([*parts, f"未纳入：{left}"] if left else parts)
