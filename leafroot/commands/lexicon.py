"""lexicon: the terms of the domain, those found in the corpora among them, and people's decisions on them."""

from __future__ import annotations

from typing import Annotated

import typer

from leafroot.console import Context, emit, table

__all__ = ["register"]

lexicon_app = typer.Typer(help="Terms of the domain: shipped, found, and decided on.", no_args_is_help=False)
By = Annotated[str, typer.Option("--by", help="Who decides.")]
Term = Annotated[str, typer.Argument(help="The term.")]
AGAIN = "Call leafroot run: it cuts words anew where the term stands, and only there."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    lexicon_app.callback(invoke_without_command=True)(show_all)
    lexicon_app.command("list")(list_terms)
    lexicon_app.command("accept")(accept)
    lexicon_app.command("reject")(reject)
    lexicon_app.command("add")(add)
    app.add_typer(lexicon_app, name="lexicon")


def show_all(ctx: typer.Context) -> None:
    """Terms of the domain: shipped, found, and decided on."""
    if ctx.invoked_subcommand is None:
        list_terms(ctx)


def list_terms(
    ctx: typer.Context,
    kind: Annotated[str | None, typer.Option(help="product, institution, contract, term or seed.")] = None,
    status: Annotated[str | None, typer.Option(help="in_force, proposed or rejected.")] = None,
) -> None:
    """List terms, those to be decided on first."""
    context: Context = ctx.obj
    answer = context.open().lexicon(kind=kind, status=status)
    headers = ["term", "kind", "status", "source", "documents", "cohesion", "left", "right", "by"]
    emit(
        context,
        answer,
        lambda: (
            table(
                headers,
                [
                    [
                        one.term,
                        one.kind,
                        one.status + (" (next run)" if one.pending else ""),
                        one.source,
                        str(one.documents),
                        _figure(one.cohesion),
                        _figure(one.left_entropy),
                        _figure(one.right_entropy),
                        one.decided_by or "",
                    ]
                    for one in answer.terms
                ],
                empty="No term; call leafroot run first.",
            )
            + f"\nlexicon {answer.version}"
        ),
    )


def accept(ctx: typer.Context, term: Term, by: By) -> None:
    """Keep a found term whole from the next run on."""
    _decide(ctx, term, "accepted", by)


def reject(ctx: typer.Context, term: Term, by: By) -> None:
    """Do not propose a term again; a shipped one is cut like any other words."""
    _decide(ctx, term, "rejected", by)


def add(
    ctx: typer.Context,
    term: Term,
    kind: Annotated[str, typer.Option(help="product, institution, contract, term or seed.")],
    by: By,
) -> None:
    """Take in a term that no list has and no text gave."""
    _decide(ctx, term, "added", by, kind)


def _decide(ctx: typer.Context, term: str, verdict: str, by: str, kind: str | None = None) -> None:
    """Publish one decision, in the way that every change of a home is published."""
    from assets.catalogue import TABLES
    from assets.embeddings.query import decision
    from assets.embeddings.schema import TERM_DECISIONS
    from leafroot.answers import LexiconDecision
    from resources.frames import frame_of
    from resources.lock import hold_home
    from resources.store import Change, Store

    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    row = decision(home.reader, term, verdict, by=by, kind=kind)
    with hold_home(context.home, "leafroot lexicon"):
        store = Store(context.home, TABLES)
        try:
            rows = frame_of(TERM_DECISIONS, [tuple(row[name] for name in TERM_DECISIONS.names)])
            seen = store.publication()
            store.publish("leafroot/lexicon", [Change(TERM_DECISIONS, rows)], code_version="1", seen=seen)
            publication = store.publication()
        finally:
            store.close()
    answer = LexiconDecision.model_validate({**row, "publication": publication, "message": AGAIN})
    emit(context, answer, lambda: f"{answer.term}: {answer.decision} by {answer.decided_by}. {answer.message}")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
