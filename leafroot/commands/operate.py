"""run, ui, serve, doctor."""

from pathlib import Path
from typing import Annotated, Any

import typer

from leafroot.console import Context, emit, facts, say, table
from resources.errors import UsageError

__all__ = ["register"]

STAGES = ("corpora", "records", "embeddings", "tags", "reports")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(run)
    app.command("ui")(ui)
    app.command("serve")(serve)
    app.command("doctor")(doctor)


def run(
    ctx: typer.Context,
    corpora: Annotated[Path, typer.Option(help="Folder with rulebooks/ policies/ news/ research/ market/.")],
    only: Annotated[str | None, typer.Option(help=f"Stop after this stage: {', '.join(STAGES)}.")] = None,
    since: Annotated[str | None, typer.Option(help="Trees and reports of days from this one on.")] = None,
    until: Annotated[str | None, typer.Option(help="Trees and reports of days up to this one.")] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build all anew; the result does not depend on history.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take another corpora folder than the home was built from.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait where another run holds the home.")] = False,
) -> None:
    """Materialise everything through Dagster: corpora, records, embeddings, tags, reports."""
    from leafroot import answers
    from leafroot.api import check_day
    from resources.settings import load_settings

    context: Context = ctx.obj
    if only is not None and only not in STAGES:
        raise UsageError(f"--only {only}: the stages are {', '.join(STAGES)}.")
    settings = load_settings(context.config, home=context.home)
    since, until = check_day(since, "--since"), check_day(until, "--until")
    if not corpora.is_dir():
        raise UsageError(
            f"The corpora folder {corpora} is not there or is no folder; name an existing one with --corpora."
        )
    from leafroot.launch import Order, run_pipeline

    order = Order(corpora, only, since, until, rebuild, replace, wait)
    summary, failed = run_pipeline(context.home, context.config, settings, order, lambda text: say(f"· {text}"))
    answer = answers.RunResult.model_validate(summary)
    for reason in failed:
        say(f"leafroot: {reason}")
    context.code = 1 if failed else 0
    emit(context, answer, lambda: summary_text(answer.model_dump(by_alias=True), context.home))


def summary_text(result: dict[str, Any], home: Path) -> str:
    """Return the summary that a person reads after a run."""
    documents, gates = result["documents"], result["gates"]
    counts = facts(
        {
            "documents": f"{documents['in']} in: {documents['new']} new, {documents['unchanged']} unchanged, {documents['quarantined']} quarantined; {documents['duplicate']} repeat another",
            "records": f"{result['clauses']} clauses, {result['slices']} slices, {result['policy_facts']} policy facts",
            "market": f"{result['bars']} bars, {result['market_moves']} moves",
            "tags": result["tags"],
            "gates": f"{gates['passed']} passed, {gates['warned']} warned, {gates['failed']} failed",
            "publication": f"{result['publication']} ({result['engine']} engine, {result['seconds']:.1f} s)",
        }
    )
    reports = table(["report", "status"], [[r["id"], r["status"]] for r in result["reports"]], empty="no reports")
    where = f" --home {home}" if str(home) != ".leafroot" else ""
    nearby = "\n".join(
        f"  leafroot {words}{where}"
        for words in ("report list", "tags --profile news --html tags.html", "quarantine list", "moves --threshold 3")
    )
    return f"{counts}\n\n{reports}\n\nWhere to look next (make ui opens the asset graph):\n{nearby}"


def ui(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port on the loopback interface.")] = 3000,
) -> None:
    """Open the Dagster UI with its daemon: sensors and the daily schedule run while it is open."""
    from leafroot.ui import serve_ui

    context: Context = ctx.obj
    context.code = serve_ui(context, port)


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback need [[clients]].")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8080,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Host name that this server goes by, behind a proxy for instance; may be given again."),
    ] = None,
) -> None:
    """Serve the models as an OpenAI-compatible gateway at /v1, with a page about them at /models."""
    from leafroot.web.serve import serve as serve_models

    context: Context = ctx.obj
    context.code = serve_models(context, host, port, name or [])


def doctor(ctx: typer.Context) -> None:
    """Say what is installed, configured and reachable, and what to do about what is not."""
    from leafroot.doctor import examine

    context: Context = ctx.obj
    answer = examine(context)
    context.code = 0 if answer.ok else 1
    emit(
        context,
        answer,
        lambda: table(
            ["", "what", "found", "remedy"],
            [["ok" if c.ok else "!!", c.name, c.detail, c.remedy] for c in answer.checks],
        ),
    )
