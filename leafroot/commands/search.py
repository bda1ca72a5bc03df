"""search."""

import difflib
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from leafroot.answers import Hits
from leafroot.api import Leafroot
from leafroot.console import Context, batch_lines, cut, dump, emit, say, table
from resources.errors import UsageError

__all__ = ["register"]

#: What a line of a batch may hold beside its query, with the type of each.
FILTERS: dict[str, tuple[type, ...]] = {
    "k": (int,),
    "lane": (str,),
    "since": (str,),
    "until": (str,),
    "as_of": (str,),
    "all_versions": (bool,),
    "fresh": (bool,),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="Words to look for.", show_default=False)] = None,
    k: Annotated[int, typer.Option("-k", help="How many hits.")] = 10,
    lane: Annotated[str | None, typer.Option(help="Only this lane.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on or before this day.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Rules as they were in force on this day.")] = None,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Replaced and repealed rules too, labelled.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Among equal hits the newer first.")] = False,
    batch: Annotated[
        Path | None,
        typer.Option(help='File of {"query": "…"} lines, with filters of their own; one JSON line each comes back.'),
    ] = None,
) -> None:
    """Search slices and clauses; repeats of one story are one hit."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    options = {
        "k": k,
        "lane": lane,
        "since": since,
        "until": until,
        "as_of": as_of,
        "all_versions": all_versions,
        "fresh": fresh,
    }
    if batch is not None:
        for line, own in _lines(batch):
            sys.stdout.write(dump(_ask(home, line, options | own)) + "\n")
        return
    if query is None:
        raise UsageError("search needs words, or --batch FILE.")
    answer = _ask(home, query, options)
    if home.notice is not None:
        say(home.notice)
    emit(context, answer, lambda: _shown(answer))


def _ask(home: Leafroot, query: str, options: dict[str, Any]) -> Hits:
    return home.search(query, **options)


def _lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The queries of a batch with their own filters.

    Raises:
        UsageError: a line has a filter that there is not, or a value of another type.
    """
    found = list(batch_lines(path, "query"))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    given = []
    for number, (query, row) in enumerate(zip(found, rows, strict=True), start=1):
        own = {key: value for key, value in row.items() if key in FILTERS and value is not None}
        for key in row:
            if key not in (*FILTERS, "query", "id"):
                near = difflib.get_close_matches(key, FILTERS, n=1, cutoff=0.0)[0]
                raise UsageError(
                    f"{path}, query {number}: there is no filter {key[:40]}; the nearest is {near}, "
                    f"and there are {', '.join(FILTERS)}."
                )
        for key, value in own.items():
            if not isinstance(value, FILTERS[key]) or (key == "k" and isinstance(value, bool)):
                raise UsageError(f"{path}, query {number}: {key} is {value!r}; write a {FILTERS[key][0].__name__}.")
        given.append((query, own))
    return given


def _shown(answer: Hits) -> str:
    return table(
        ["score", "lane", "published", "title", "text", "notes"],
        [
            [
                f"{h.score:.3f}",
                h.lane,
                (h.published or "")[:10],
                cut(h.citation.title, 24),
                cut(h.snippet.quote, 60),
                " ".join(filter(None, [h.note, f"另有 {len(h.also)} 篇转载" if h.also else ""])),
            ]
            for h in answer.hits
        ],
        empty="资料中未找到。",
    )
