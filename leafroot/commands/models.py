"""models list, status, calls, disable, enable."""

from __future__ import annotations

import difflib
import getpass
import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from leafroot.console import Context, cut, emit, say, table
from resources.errors import UsageError

if TYPE_CHECKING:
    from leafroot.answers import ModelList
    from resources.models.registry import Registry
    from resources.settings import Settings

__all__ = ["models_app", "register"]

models_app = typer.Typer(
    no_args_is_help=True, help="See the models behind the gateway, switch them off and on.", rich_markup_mode=None
)
TASK = "task:"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(models_app, name="models")


@models_app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the configured models: where they are, what they may see, what they cost."""
    context: Context = ctx.obj
    answer = read_models(context)
    emit(
        context,
        answer,
        lambda: (
            table(
                [
                    "name",
                    "kind",
                    "placement",
                    "may see",
                    "server's model",
                    "context",
                    "in/out CNY per M",
                    "state",
                    "why",
                ],
                [
                    [
                        m.name,
                        m.kind,
                        m.placement,
                        m.clearance,
                        m.model,
                        m.context,
                        _prices(m),
                        m.state,
                        cut(m.reason, 60),
                    ]
                    for m in answer.models
                ],
                empty="No [[models]] configured: the embedded extractive engine does every task.",
            )
            + _tasks_off(answer)
        ),
    )


@models_app.command("status")
def status(ctx: typer.Context) -> None:
    """Show what each model did so far: calls, errors, latency, tokens, cost."""
    context: Context = ctx.obj
    answer = read_models(context)
    emit(
        context,
        answer,
        lambda: (
            table(
                ["name", "state", "calls", "errors", "p50 ms", "p99 ms", "tokens in", "tokens out", "cost CNY", "why"],
                [
                    [
                        m.name,
                        m.state,
                        m.calls,
                        m.errors,
                        _ms(m.p50_ms),
                        _ms(m.p99_ms),
                        m.tokens_in,
                        m.tokens_out,
                        _cost(m.cost),
                        cut(m.reason, 60),
                    ]
                    for m in answer.models
                ],
                empty="No [[models]] configured: the embedded extractive engine does every task.",
            )
            + _tasks_off(answer)
        ),
    )


@models_app.command("calls")
def calls(
    ctx: typer.Context, last: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=100_000)] = 20
) -> None:
    """List the last calls: task, model, outcome, latency, tokens, cost, attempts."""
    from leafroot.answers import ModelCalls
    from resources.models.ledger import read_calls

    context: Context = ctx.obj
    load(context)
    answer = ModelCalls.model_validate({"calls": read_calls(context.home, last)})
    emit(
        context,
        answer,
        lambda: table(
            ["time", "task", "model", "outcome", "ms", "tokens in", "tokens out", "cost CNY", "attempts", "detail"],
            [
                [
                    c.time[:19].replace("T", " "),
                    c.task,
                    c.model,
                    c.outcome,
                    _ms(c.latency_ms),
                    c.tokens_in,
                    c.tokens_out,
                    _cost(c.cost),
                    c.attempts,
                    cut(c.detail, 50),
                ]
                for c in answer.calls
            ],
            empty="No calls yet.",
        ),
    )


@models_app.command("disable")
def disable(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Model, or task (task:NAME where a model has the same name).")],
    reason: Annotated[str, typer.Option(help="Why; shown to whoever meets it.")],
    by: Annotated[str | None, typer.Option(help="Who; default: the user of this shell.")] = None,
) -> None:
    """Take a model or task out of use; running processes heed it within a second."""
    if not reason.strip():
        raise UsageError("--reason is empty; say why, others will ask.")
    _switch(ctx.obj, name, reason.strip(), by)


@models_app.command("enable")
def enable(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Model, or task.")],
    by: Annotated[str | None, typer.Option(help="Who; default: the user of this shell.")] = None,
) -> None:
    """Put a model or task back into use."""
    _switch(ctx.obj, name, None, by)


def _switch(context: Context, name: str, reason: str | None, by: str | None) -> None:
    from resources.models.switches import read_switches, set_switch

    settings = load(context)
    if reason is None and ("task", name.removeprefix(TASK)) in read_switches(context.home):
        # A task that left the configuration can still be switched on again.
        kind: Literal["model", "task"] = "task"
        bare = name.removeprefix(TASK)
    else:
        kind, bare = which(settings, name)
    changed = set_switch(context.home, kind, bare, reason=reason, by=by or _user())
    if not changed:
        say(f"{kind} {bare} was not switched off.")
    answer = read_models(context)
    emit(context, answer, lambda: f"{kind} {bare} is {'on' if reason is None else 'off'}.")


def which(settings: Settings, name: str) -> tuple[Literal["model", "task"], str]:
    """Return whether a name is a model or a task.

    Raises:
        UsageError: it is neither; the nearest names are given.
    """
    from resources.models.tasks import TASKS

    models = [model.name for model in settings.models]
    tasks = sorted({*settings.tasks, *TASKS, "embed"})
    if name in models:
        return "model", name
    bare = name.removeprefix(TASK)
    if bare in tasks:
        return "task", bare
    near = difflib.get_close_matches(bare, [*models, *tasks], 3) or [*models, *tasks]
    raise UsageError(f"{name}: no model and no task has this name; known: {', '.join(near)}.")


def load(context: Context) -> Settings:
    """Return the checked configuration."""
    from resources.settings import load_settings

    return load_settings(context.config, home=context.home)


def read_models(context: Context) -> ModelList:
    """Return all models with what can be told at rest."""
    import time

    from leafroot.answers import ModelList
    from resources.models.budget import Budget
    from resources.models.registry import Registry, cost_text
    from resources.models.status import rest_rows
    from resources.models.switches import read_switches

    registry: Registry = Registry(load(context))
    rows: list[dict[str, Any]] = rest_rows(context.home, registry, Budget(context.home, time.monotonic, time.time))
    for row in rows:
        model = registry.models[row["name"]]
        row["context"] = model.context
        row["price_in"], row["price_out"] = cost_text(model.price_in), cost_text(model.price_out)
    off = [
        {"name": name, "state": "disabled", "reason": f"{switch.reason} ({switch.by}, {switch.at})"}
        for (kind, name), switch in sorted(read_switches(context.home).items())
        if kind == "task"
    ]
    return ModelList.model_validate({"models": rows, "tasks": off})


def _tasks_off(answer: ModelList) -> str:
    return "".join(f"\ntask {task.name} is off: {task.reason}" for task in answer.tasks)


def _prices(model: Any) -> str:
    if model.price_in is None and model.price_out is None:
        return "unpriced"
    return f"{model.price_in or '?'} / {model.price_out or '?'}"


def _cost(cost: str | None) -> str:
    return "unpriced" if cost is None else cost


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container's user may have no name.
        return f"user {os.getuid()}"
