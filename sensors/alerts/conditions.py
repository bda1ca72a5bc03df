"""What is not as it should be, as conditions: one key each for as long as it lasts, a sentence, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sensors.freshness import Late

__all__ = ["ABOUT", "Condition", "failed_gates", "failed_runs", "late_data", "unwell_models"]

About = Literal["gate", "run", "model", "freshness"]
#: What a channel can be told about.
ABOUT: Mapping[About, str] = {
    "gate": "质量门禁",
    "run": "运行",
    "model": "模型",
    "freshness": "数据时效",
}
#: Samples that one condition names; the rest is counted.
SHOWN = 3
_STATES = {
    "unavailable": "缺少密钥",
    "disabled": "已停用",
    "budget": "当日预算已用尽",
    "unpriced": "没有价格，预算无从计算",
    "cooling": "正在退避",
}


@dataclass(frozen=True)
class Condition:
    """One thing that somebody should look at. `key` is the same for as long as it lasts."""

    about: About
    key: str
    title: str
    detail: str
    remedy: str


def failed_gates(gates: Sequence[Mapping[str, Any]]) -> list[Condition]:
    """Return a condition for each asset of which a blocking check failed.

    Args:
        gates: The newest outcomes: asset, check, severity, passed, detail.
    """
    failing: dict[str, list[Mapping[str, Any]]] = {}
    for row in gates:
        if row["severity"] == "block" and not row["passed"]:
            failing.setdefault(row["asset"], []).append(row)
    return [
        Condition(
            "gate",
            f"gate:{asset}:{','.join(sorted(row['check'] for row in rows))}",
            f"{asset} 未发布：{len(rows)} 项检查未通过",
            "；".join(f"{row['check']}（{row['detail'][:160]}）" for row in rows[:SHOWN]),
            "上一个合格版本继续提供服务；修正来源后重新运行，被隔离的行见 leafroot quarantine list",
        )
        for asset, rows in sorted(failing.items())
    ]


def failed_runs(runs: Sequence[Mapping[str, str]]) -> list[Condition]:
    """Return a condition for each job that failed of late: many failures of one job are told as one.

    Args:
        runs: Failed runs, newest first: job, run_id, reason.
    """
    by_job: dict[str, list[Mapping[str, str]]] = {}
    for run in runs:
        by_job.setdefault(run["job"], []).append(run)
    return [
        Condition(
            "run",
            f"run:{job}:{found[0]['run_id']}",
            f"{job} 运行失败" + (f"（近一小时 {len(found)} 次）" if len(found) > 1 else ""),
            f"{found[0]['run_id']}：{found[0]['reason'][:300] or '没有说明原因'}",
            "在 Dagster 页面查看该运行；网络或磁盘问题解决后再运行一次即可，已发布的数据不受影响",
        )
        for job, found in sorted(by_job.items())
    ]


def unwell_models(rows: Sequence[Mapping[str, Any]], verdicts: Sequence[tuple[str, str]]) -> list[Condition]:
    """Return a condition for each model that takes no calls, and for each check of usage that failed.

    Args:
        rows: Name, state and reason of each model.
        verdicts: Name and sentence of the failed checks of usage.
    """
    out = [
        Condition(
            "model",
            f"model:{row['name']}:{row['state']}",
            f"模型 {row['name']}：{_STATES.get(row['state'], row['state'])}",
            str(row["reason"] or ""),
            "其他模型或抽取引擎接替其任务；详见 leafroot models list",
        )
        for row in rows
        if row["state"] in _STATES
    ]
    out += [
        Condition("model", f"usage:{name}", f"模型用量检查未通过：{name}", said, "详见 leafroot models status")
        for name, said in verdicts
    ]
    return out


def late_data(late: Sequence[Late]) -> list[Condition]:
    """Return a condition for each late lane."""
    return [
        Condition(
            "freshness",
            f"late:{one.lane}:{one.expected}",
            f"{one.lane} 数据迟到",
            f"应在 {one.by} 前收到 {one.expected} 的数据，现有最新数据为 {one.newest or '无'}",
            "检查数据源与收件目录；补到后当日的标签与报告会自动重做",
        )
        for one in late
    ]
