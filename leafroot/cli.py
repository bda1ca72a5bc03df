"""The command line: options that stand anywhere, errors in one sentence, exit codes (contract).

The subcommands are in `leafroot/commands/`. Typer is light; what a command needs beyond it, it imports itself.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from leafroot.commands import (
    backup,
    graph,
    knowledge,
    lexicon,
    models,
    operate,
    prompts,
    records,
    relevance,
    reports,
    search,
    tags,
    upkeep,
    watch,
)
from leafroot.console import Context, say
from resources.errors import PlatformError, UsageError

__all__ = ["app", "main"]

EPILOG = "Before or after the subcommand: --home DIR, --config FILE, --json, --debug."

app = typer.Typer(
    name="leafroot",
    help="From raw financial text to tags and reports that lead back to the sentence they came from.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
operate.register(app)
records.register(app)
knowledge.register(app)
search.register(app)
tags.register(app)
graph.register(app)
lexicon.register(app)
relevance.register(app)
reports.register(app)
models.register(app)
prompts.register()
upkeep.register(app)
backup.register(app)
watch.register(app)


@app.callback()
def _root() -> None:
    """From raw financial text to tags and reports that lead back to the sentence they came from."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    debug = "--debug" in argv
    try:
        context, rest = take_options(argv)
        command = typer.main.get_command(app)
        command.main(args=rest, prog_name="leafroot", standalone_mode=False, obj=context)
    except PlatformError as error:
        if debug:
            raise
        say(f"leafroot: {error}")
        return error.exit_code
    except typer.Exit as error:
        return int(error.exit_code)
    except typer.Abort:
        return 2
    except BrokenPipeError:
        # The reader went away (| head); what it asked for was printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        say("leafroot: stopped; what was published stays, run again to go on.")
        return 130
    except Exception as error:
        if debug:
            raise
        return _last_resort(error)
    return context.code


def take_options(argv: Sequence[str]) -> tuple[Context, list[str]]:
    """Take the options that may stand anywhere out of the words.

    Raises:
        UsageError: an option lacks its value.
    """
    context = Context(home=Path(os.environ.get("LEAFROOT_HOME") or ".leafroot"))
    named = os.environ.get("LEAFROOT_CONFIG")
    context.config = Path(named) if named else None
    rest: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            return context, [*rest, word, *words]
        if word == "--json":
            context.json = True
        elif word == "--debug":
            context.debug = True
        elif name in {"--home", "--config"}:
            if not equals and not words:
                raise UsageError(f"{name} needs a value.")
            given = Path(value if equals else words.pop(0))
            if name == "--home":
                context.home = given
            else:
                context.config = given
        else:
            rest.append(word)
    return context, rest


def _last_resort(error: Exception) -> int:
    """Turn what nobody foresaw into one sentence; the click family carries its own exit code and words."""
    formatted = getattr(error, "format_message", None)
    if callable(formatted):
        say(f"leafroot: {formatted()}")
        return int(getattr(error, "exit_code", 2))
    if isinstance(error, OSError):
        say(f"leafroot: {error.strerror or error} ({error.filename}); check the disk and the permissions of the home.")
        return 3
    say(
        f"leafroot: an error that should not happen: {type(error).__name__}: {error}. Call again with --debug and report what it prints."
    )
    return 3
