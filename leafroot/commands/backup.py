"""backup and restore."""

from pathlib import Path
from typing import Annotated

import typer

from leafroot.console import Context, emit

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(ctx: typer.Context, output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")]) -> None:
    """Write the whole home into one file; it may be in use meanwhile."""
    from leafroot import answers
    from resources.backup import back_up

    context: Context = ctx.obj
    answer = answers.Backup(path=str(output), **vars(back_up(context.home, output)))
    emit(
        context,
        answer,
        lambda: f"{answer.files} files, {answer.size / 1e6:.1f} MB, publication {answer.publication}: {output}",
    )


def restore(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="File that backup wrote.")]) -> None:
    """Put a backup back into --home, which must be new or empty."""
    from leafroot import answers
    from resources.backup import restore as put_back

    context: Context = ctx.obj
    answer = answers.Backup(path=str(file), **vars(put_back(file, context.home)))
    emit(
        context,
        answer,
        lambda: f"{answer.files} files, {answer.size / 1e6:.1f} MB, publication {answer.publication}: {context.home}",
    )
