"""models prompt, models compare: what is sent to a model, and what a prompt or model is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from leafroot.commands.models import load, models_app
from leafroot.console import Context, cut, emit, table
from resources.errors import UsageError

__all__ = ["register"]

#: Inputs of our own to show a prompt with, where the caller gives none.
SAMPLES: dict[str, dict[str, Any]] = {
    "summarise_slices": {
        "subject": "原油",
        "facets": ["供应", "需求", "价格"],
        "style": "名词短语",
        "slices": [
            {"id": 1, "text": "样例：受装置检修影响，甲醇现货偏紧。"},
            {"id": 2, "text": "样例：港口库存下降。"},
        ],
    },
    "name_tags": {
        "facet": "供应",
        "groups": [{"id": 1, "children": ["甲醇现货偏紧", "港口库存下降"], "summaries": []}],
    },
    "write_section": {"heading": "行情", "claims": [{"id": 1, "text": "样例：甲醇主力收跌1.2%。"}]},
    "answer_question": {
        "question": "甲醇跌了多少？",
        "claims": [{"id": 1, "text": "据样例社4月1日消息，样例：甲醇主力收跌1.2%。"}],
    },
    "judge_relevance": {"subject": "甲醇", "items": [{"id": 1, "text": "样例：甲醇港口库存下降。"}]},
    "sentiment": {"items": [{"id": 1, "text": "样例：甲醇主力收跌1.2%。"}]},
}


def register() -> None:
    """Add the commands to `models`."""
    models_app.command("prompt")(prompt)
    models_app.command("compare")(compare)


def prompt(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(help="Task, like summarise_slices.")],
    model: Annotated[str | None, typer.Option(help="Registry name; default: the first of the task.")] = None,
    inputs: Annotated[
        Path | None, typer.Option(help="JSON file with the task's inputs; default: a small sample.")
    ] = None,
) -> None:
    """Show what is sent to a model for a task: its prompt variant, filled, masked, with the form it is asked for."""
    from leafroot.answers import ModelPrompt
    from resources.models.compare import preview

    context: Context = ctx.obj
    name, request = preview(context.home, load(context), task, model, _inputs(task, inputs))
    answer = ModelPrompt.model_validate(
        {
            "task": task,
            "model": name,
            "prompt": request.prompt,
            "messages": [dict(message) for message in request.messages],
            "response_format": request.response_format,
            "tools": list(request.tools),
            "max_tokens": request.max_tokens,
            "parameters": dict(request.extra),
        }
    )
    form = answer.response_format or (answer.tools[0] if answer.tools else {"type": "text"})

    def show() -> str:
        parts = [f"{task} to {name}: {answer.prompt}, at most {answer.max_tokens} tokens of answer, as {form['type']}"]
        parts += [f"--- {message['role']} ---\n{message['content']}" for message in answer.messages]
        return "\n".join(parts)

    emit(context, answer, show)


def compare(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(help="Task, like sentiment.")],
    labelled: Annotated[Path, typer.Argument(help='JSONL file: {"inputs": …, "expected": …} a line.')],
    model: Annotated[list[str] | None, typer.Option(help="Registry name; may stand several times.")] = None,
    version: Annotated[
        list[str] | None, typer.Option("--prompt", help="Prompt, <task>/<version>; may stand several times.")
    ] = None,
    clearance: Annotated[str, typer.Option(help="Class of the set's texts: public, internal, secret.")] = "internal",
) -> None:
    """Run a labelled set through models and prompt versions: accuracy, tokens, latency and cost of each."""
    from leafroot.answers import ModelComparison
    from resources.models.compare import compare as run
    from resources.models.compare import read_labelled

    context: Context = ctx.obj
    if clearance not in ("public", "internal", "secret"):
        raise UsageError(f"--clearance {clearance}: public, internal or secret.")
    rows = run(
        context.home,
        load(context),
        task,
        read_labelled(labelled, task),
        models=model or (),
        prompts=version or (),
        clearance=clearance,  # type: ignore[arg-type]
    )
    answer = ModelComparison.model_validate({"task": task, "rows": [vars(row) for row in rows]})
    emit(
        context,
        answer,
        lambda: table(
            [
                "model",
                "prompt",
                "fields",
                "accuracy",
                "dropped",
                "calls",
                "tokens in",
                "tokens out",
                "s a call",
                "cost CNY",
                "why",
            ],
            [
                [
                    row.model,
                    row.prompt,
                    row.items,
                    f"{row.accuracy:.3f}",
                    row.missing,
                    row.calls,
                    row.tokens_in,
                    row.tokens_out,
                    f"{row.seconds:.2f}",
                    row.cost or "unpriced",
                    cut(row.reason, 60),
                ]
                for row in answer.rows
            ],
        ),
    )


def _inputs(task: str, path: Path | None) -> dict[str, Any]:
    if path is None:
        return SAMPLES.get(task, {})
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"The inputs {path} are no JSON file ({error}).") from None
    if not isinstance(made, dict):
        raise UsageError(f"The inputs {path} are no JSON object.")
    return made
