"""ask, search, tags."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from leafroot.answers import Tag
from leafroot.console import Context, batch_lines, cut, dump, emit, say, table, write_file
from resources.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ask")(ask)
    app.command("search")(search)
    app.command("tags")(tags)


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


def tags(
    ctx: typer.Context,
    profile: Annotated[str, typer.Option(help="news, research, policy or a profile of the configuration.")],
    date: Annotated[str | None, typer.Option(help="Day; default: the newest.")] = None,
    subject: Annotated[str | None, typer.Option(help="Subject of the profile, checked.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write one offline HTML page.")] = None,
    graphml: Annotated[Path | None, typer.Option(help="Also write GraphML.")] = None,
    jsonld: Annotated[Path | None, typer.Option(help="Also write JSON-LD.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Also write a picture.")] = None,
) -> None:
    """Print the tag tree of a profile on a day."""
    context: Context = ctx.obj
    answer = context.open().tags(profile, date, subject=subject)
    if html or graphml or jsonld or svg:
        from assets.tags.export import to_graphml, to_html, to_jsonld, to_svg

        tree = answer.model_dump()
        for path, make in ((html, to_html), (graphml, to_graphml), (jsonld, to_jsonld), (svg, to_svg)):
            if path is not None:
                write_file(path, make(tree))
                say(f"written: {path}")

    def show() -> str:
        head = (
            f"{answer.profile} {answer.subject or ''} {answer.date or ''}（抽取式引擎）"
            if answer.engine == "extractive"
            else f"{answer.profile} {answer.date or ''} ({answer.engine})"
        )
        body = "\n".join(line for root in answer.roots for line in tree_lines(root, ""))
        left = "，".join(f"{reason} {n}" for reason, n in answer.stats.excluded.items())
        return f"{head}\n{body}\n{answer.stats.slices} slices, excluded: {left or 'none'}"

    emit(context, answer, show)


def tree_lines(tag: Tag, indent: str) -> list[str]:
    """Return the lines of a tag and what is below it."""
    lines = [f"{indent}{tag.label} ({tag.n_leaves})  {cut(tag.summary, 70)}"]
    for child in tag.children:
        lines += tree_lines(child, indent + "  ")
    return lines
