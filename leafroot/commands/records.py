"""docs, text, clauses, clause, policy, moves, trace, quarantine, digest."""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from leafroot.console import Context, cut, emit, facts, table

if TYPE_CHECKING:
    from leafroot.answers import Fact, Moment, Scope

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in COMMANDS.items():
        app.command(name)(command)


def docs(
    ctx: typer.Context, lane: Annotated[str | None, typer.Option(help="Only this lane; bars only with market.")] = None
) -> None:
    """List the documents of the home."""
    context: Context = ctx.obj
    answer = context.open().docs(lane)
    emit(
        context,
        answer,
        lambda: table(
            ["doc_id", "lane", "published", "title", "source", "path", "row", "repeats", "clean"],
            [
                [
                    d.doc_id[:12],
                    d.lane,
                    (d.published or "")[:10],
                    cut(d.title, 36),
                    d.source,
                    cut(d.path, 30),
                    d.row,
                    (d.duplicate_of or "")[:12],
                    "" if d.quality_score is None else f"{d.quality_score:.3f}",
                ]
                for d in answer.documents
            ],
            empty="No documents yet; call leafroot run --corpora DIR.",
        ),
    )


def text(ctx: typer.Context, doc_id: Annotated[str, typer.Argument(help="Document id, as docs lists it.")]) -> None:
    """Print a stored text, nothing added."""
    context: Context = ctx.obj
    answer = context.open().text(doc_id)
    if context.json:
        emit(context, answer, str)
    else:
        sys.stdout.write(answer.text)


def clauses(
    ctx: typer.Context,
    document: Annotated[str | None, typer.Option(help="Title of one document.")] = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="V1 V2",
            help="What changed between two versions, each named by its suffix, its year or day of adoption, or its effective day.",
        ),
    ] = None,
) -> None:
    """List clauses: 文章名|章节|条目|内容; or what changed between two versions."""
    context: Context = ctx.obj
    if diff is not None:
        from leafroot.commands.difference import print_diff

        print_diff(context, document, diff)
        return
    answer = context.open().clauses(document)
    emit(
        context,
        answer,
        lambda: (
            "\n".join(
                "|".join(
                    [
                        c.document,
                        " ".join(filter(None, [c.part, c.chapter, c.section, c.heading])),
                        c.article or "",
                        cut(c.text, 80),
                    ]
                )
                for c in answer.clauses
            )
            or "No clauses."
        ),
    )


def clause(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="Title or alias of the document.")],
    locator: Annotated[str, typer.Argument(help="第一章第二条, 第2条, 第二条第三款, 第十条第（二）项 …")],
    as_of: Annotated[str | None, typer.Option(help="The version in force on this day.")] = None,
) -> None:
    """Print exactly one clause, or say why not."""
    context: Context = ctx.obj
    answer = context.open().clause(document, locator, as_of=as_of)
    context.code = 0 if answer.status == "found" else 1

    def show() -> str:
        if answer.status == "found" and answer.citation:
            path = " ".join(
                filter(
                    None,
                    [
                        answer.document,
                        answer.version and f"（{answer.version}）",
                        answer.effective and f"{answer.effective}起施行",
                        answer.part,
                        answer.chapter,
                        answer.section,
                        answer.heading,
                        answer.article,
                    ],
                )
            )
            noted = (answer.message or "").partition("注意：")
            note = f"\n{noted[1]}{noted[2]}" if noted[2] else ""
            return f"{path}\n{answer.text}\n—— {answer.citation.path} [{answer.citation.start}, {answer.citation.end}){note}"
        close = "\n".join(f"  {candidate_line(c)}" for c in answer.candidates)
        return f"{answer.message}" + (f"\n{close}" if close else "")

    emit(context, answer, show)


def candidate_line(candidate: object) -> str:
    """One line for a candidate, whatever it is a candidate of."""
    if isinstance(candidate, dict):
        return " ".join(
            str(value)
            for key, value in candidate.items()
            if value and key in {"document", "title", "version", "chapter", "article"}
        )
    return str(candidate)


def policy(
    ctx: typer.Context,
    product: Annotated[str | None, typer.Option(help="Name, alias or code of a product, e.g. 原油.")] = None,
    contract: Annotated[str | None, typer.Option(help="Contract or month, e.g. SC2406 or 2406.")] = None,
    on: Annotated[str | None, typer.Option(help="Only what is in force on this day.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what takes effect from this day on.")] = None,
) -> None:
    """List policy facts: who changed what, for which contracts, from when; with --on the values in force on a day."""
    context: Context = ctx.obj
    answer = context.open().policy(product=product, contract=contract, on=on, since=since)
    asked = ", ".join(part for part in (product, contract, on and f"on {on}", since and f"since {since}") if part)
    emit(
        context,
        answer,
        lambda: table(
            ["effective", "until", "issuer", "product", "contracts", "item", "old → new", "notice"],
            [
                [
                    moment_text(f.effective),
                    moment_text(f.until) if f.until else "",
                    f.issuer,
                    f.product,
                    scope_text(f.contracts),
                    " ".join(filter(None, [f.item, f.detail])),
                    change_text(f),
                    f"{cut(f.citation.title, 30)} ({f.citation.path}{'' if f.citation.row is None else f':{f.citation.row}'})",
                ]
                for f in answer.facts
            ],
            empty=f"No notice states a rule for {asked}." if asked else "No policy facts.",
        ),
    )


def moment_text(moment: "Moment") -> str:
    """Write a moment for a person: the day and its point, the clause that stands for it, or that nothing is stated."""
    point = {"settlement": "settlement", "day_session": "day session", "night_session": "night session"}
    stated = [moment.date, point.get(moment.point or ""), f"if/when: {moment.condition}" if moment.condition else None]
    return " ".join(part for part in stated if part) or "not stated"


def scope_text(scope: "Scope") -> str:
    """Write a contract scope for a person."""
    months = scope.list
    if scope.scope == "all":
        return "all"
    if scope.scope == "range":
        return f"{months[0]} to {months[1]}" if len(months) > 1 else f"from {months[0]} on"
    lead = {"list": "", "all_but": "all but ", "new_only": "new "}[scope.scope]
    return f"{lead}{' '.join(months) or 'contracts'}"


def change_text(fact: "Fact") -> str:
    """Write what a fact changes; a change without a figure is told by its detail."""
    if fact.new is None:
        return ""
    value = f"{fact.new} {fact.unit}" if fact.unit else fact.new
    return f"{fact.old} → {value}" if fact.old is not None else value


def moves(
    ctx: typer.Context,
    threshold: Annotated[str | None, typer.Option(help="Least move, in percent.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Only this symbol.")] = None,
) -> None:
    """List market moves on each basis."""
    context: Context = ctx.obj
    answer = context.open().moves(threshold=threshold, symbol=symbol)
    emit(
        context,
        answer,
        lambda: table(
            ["date", "symbol", "basis", "move %", "value", "previous", "main", "limit"],
            [
                [
                    m.date,
                    m.symbol,
                    m.basis,
                    m.move_pct,
                    m.value,
                    m.previous,
                    "main" if m.is_main else "",
                    m.at_limit or "",
                ]
                for m in answer.moves
            ],
            empty="No moves.",
        ),
    )


def trace(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(help="REPORT#N, claim, tag, fact, slice, clause or document id.")],
) -> None:
    """Lead what a reader sees back to its document and span."""
    context: Context = ctx.obj
    answer = context.open().trace(identity)

    def show() -> str:
        hops = "\n".join(f"{'  ' * i}{hop.kind} {hop.id}: {cut(hop.text, 100)}" for i, hop in enumerate(answer.hops))
        cited = "\n".join(
            f"  {c.path}{'' if c.row is None else f' line {c.row}'} [{c.start}, {c.end}): {cut(c.quote, 100)}"
            for c in answer.citations
        )
        return f"{hops}\nsources\n{cited}"

    emit(context, answer, show)


def quarantine(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(help="list, show ID, or retry.")] = "list",
    identity: Annotated[str | None, typer.Argument(help="Item id, for show.", show_default=False)] = None,
) -> None:
    """Show what was not taken, why, and what to do; `retry` reads those files again."""
    from resources.errors import UsageError

    context: Context = ctx.obj
    if action == "retry":
        from leafroot.retry import retry_quarantine

        retry_quarantine(context)
    elif action not in {"list", "show"}:
        raise UsageError(f"quarantine {action}: say list, show ID or retry.")
    elif action == "show" and identity is None:
        raise UsageError("quarantine show needs an id; leafroot quarantine list shows them.")
    answer = context.open().quarantine(identity if action == "show" else None)
    emit(
        context,
        answer,
        lambda: table(
            ["id", "stage", "reason", "source", "row", "message"],
            [[i.id, i.stage, i.reason, cut(i.source, 40), i.row, i.message] for i in answer.items],
            empty="Quarantine is empty.",
        ),
    )


def digest(ctx: typer.Context) -> None:
    """Print the hash of each table's rows: equal digests, equal content."""
    context: Context = ctx.obj
    answer = context.open().digest()
    emit(context, answer, lambda: facts({**answer.tables, "publication": answer.publication}))


COMMANDS: Mapping[str, Callable[..., None]] = {
    "docs": docs,
    "text": text,
    "clauses": clauses,
    "clause": clause,
    "policy": policy,
    "moves": moves,
    "trace": trace,
    "quarantine": quarantine,
    "digest": digest,
}
