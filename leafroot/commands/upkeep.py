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
    """Fold old calls to models, let cached vectors go, compact the indexes, check the store; weekly by itself in the UI."""
    from leafroot import answers
    from resources.settings import load_settings
    from resources.upkeep import tend

    context: Context = ctx.obj
    settings = load_settings(context.config, home=context.home)
    if not context.home.is_dir():
        raise UsageError(f"The home {context.home} is not there; call leafroot run --corpora DIR first.")
    parts = tend(context.home, settings.retention, dt.datetime.now(dt.UTC))
    answer = answers.Upkeep(parts=[answers.UpkeepPart(**vars(part)) for part in parts])
    context.code = 0 if all(part.ok for part in parts) else 3
    emit(
        context,
        answer,
        lambda: table(
            ["", "what", "done", "freed"],
            [["ok" if p.ok else "!!", p.name, p.detail, f"{p.freed / 1e6:.1f} MB"] for p in answer.parts],
        ),
    )
