"""ask, search."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from leafroot.console import Context, batch_lines, cut, dump, emit, say, table
from resources.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ask")(ask)
    app.command("search")(search)


def ask(
    ctx: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question.", show_default=False)] = None,
    batch: Annotated[
        Path | None, typer.Option(help='File of {"question": "…"} lines; one JSON line each comes back.')
    ] = None,
) -> None:
    """Answer a question from the records, with its source, or refuse with a reason."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    if batch is not None:
        for line in batch_lines(batch, "question"):
            sys.stdout.write(dump(home.ask(line)) + "\n")
        return
    if question is None:
        raise UsageError("ask needs a question, or --batch FILE.")
    answer = home.ask(question)
    context.code = 0 if answer.status == "answered" else 1

    def show() -> str:
        if answer.status == "answered":
            sources = "\n".join(f"—— {c.title}，{c.path} [{c.start}, {c.end})" for c in answer.citations)
            return f"{answer.answer}\n{sources}"
        return f"{answer.message}" + "".join(f"\n  {cut(str(c))}" for c in answer.candidates)

    emit(context, answer, show)


def search(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="Words to look for.", show_default=False)] = None,
    k: Annotated[int, typer.Option("-k", help="How many hits.")] = 10,
    lane: Annotated[str | None, typer.Option(help="Only this lane.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on or before this day.")] = None,
    batch: Annotated[
        Path | None, typer.Option(help='File of {"query": "…"} lines; one JSON line each comes back.')
    ] = None,
) -> None:
    """Search slices and clauses; repeats of one story are one hit."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    if batch is not None:
        for line in batch_lines(batch, "query"):
            sys.stdout.write(dump(home.search(line, k=k, lane=lane, since=since, until=until)) + "\n")
        return
    if query is None:
        raise UsageError("search needs words, or --batch FILE.")
    answer = home.search(query, k=k, lane=lane, since=since, until=until)
    if home.notice is not None:
        say(home.notice)
    emit(
        context,
        answer,
        lambda: table(
            ["score", "lane", "published", "title", "text", "repeats"],
            [
                [
                    f"{h.score:.3f}",
                    h.lane,
                    (h.published or "")[:10],
                    cut(h.citation.title, 24),
                    cut(h.citation.quote, 60),
                    f"另有 {len(h.also)} 篇转载" if h.also else "",
                ]
                for h in answer.hits
            ],
            empty="资料中未找到。",
        ),
    )
