"""upkeep."""

import datetime as dt

import typer

from leafroot.console import Context, emit, table
from resources.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("upkeep")(upkeep)


def upkeep(ctx: typer.Context) -> None:
    """Let go what nobody needs any more, compact the indexes, check the store; weekly by itself in the UI."""
    from leafroot import answers
    from leafroot.triggers import forget_old_runs
    from resources.settings import load_settings
    from resources.upkeep import tend

    context: Context = ctx.obj
    settings = load_settings(context.config, home=context.home)
    if not context.home.is_dir():
        raise UsageError(f"The home {context.home} is not there; call leafroot run --corpora DIR first.")
    now = dt.datetime.now(dt.UTC)
    parts = tend(context.home, settings.retention, now)
    done = [answers.UpkeepPart(**vars(part)) for part in parts]
    gone = forget_old_runs(context.home, now - dt.timedelta(days=settings.retention.runs_days))
    done.append(answers.UpkeepPart(name="runs", ok=True, detail=f"{gone} runs of Dagster forgotten", freed=0))
    answer = answers.Upkeep(parts=done)
    context.code = 0 if all(part.ok for part in done) else 3
    emit(
        context,
        answer,
        lambda: table(
            ["", "what", "done", "freed"],
            [["ok" if p.ok else "!!", p.name, p.detail, f"{p.freed / 1e6:.1f} MB"] for p in answer.parts],
        ),
    )
