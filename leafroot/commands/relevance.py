"""relevance: people's labels on what a profile is about, the model trained on them, and why documents were left out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leafroot.console import Context, cut, emit, facts, say, table, write_file
from resources.errors import UsageError

if TYPE_CHECKING:
    from leafroot.answers import RelevanceDecisions, RelevanceLabelled, RelevanceReport
    from leafroot.api import Leafroot

__all__ = ["register"]

relevance_app = typer.Typer(
    help="Which documents are about a profile's subject: label, train, explain.", no_args_is_help=True
)
Profile = Annotated[str, typer.Argument(help="news, research, policy or a profile of the configuration.")]
By = Annotated[str | None, typer.Option("--by", help="Who labels.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    relevance_app.command("label")(label)
    relevance_app.command("propose")(propose)
    relevance_app.command("train")(train)
    relevance_app.command("report")(report)
    relevance_app.command("show")(show)
    relevance_app.command("explain")(explain)
    app.add_typer(relevance_app, name="relevance")


def opened(ctx: typer.Context) -> Leafroot:
    """Open the home; it is closed behind the command."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    return home


def label(
    ctx: typer.Context,
    profile: Profile,
    by: By = None,
    filled: Annotated[Path | None, typer.Option("--import", help="JSON lines of doc_id or text, and label.")] = None,
    text: Annotated[str | None, typer.Option(help="One text to label.")] = None,
    doc: Annotated[str | None, typer.Option(help="One document to label.")] = None,
    title: Annotated[str, typer.Option(help="Title of the text.")] = "",
    yes: Annotated[bool | None, typer.Option("--yes/--no", help="Whether it is about the subject.")] = None,
    n: Annotated[int, typer.Option("-n", help="Texts to ask about.")] = 20,
) -> None:
    """Label texts: from a file, one by one, or asked for in a terminal."""
    from leafroot.relevance import import_rows, take_labels

    home = opened(ctx)
    if filled is not None:
        rows, source = import_rows(filled), filled.name
    elif text is not None or doc is not None:
        if yes is None or (text is not None and doc is not None):
            raise UsageError("Give one of --text and --doc, and --yes or --no.")
        one: dict[str, Any] = {"doc_id": doc} if doc is not None else {"text": text, "title": title}
        rows, source = [(1, {**one, "label": yes})], "command line"
    else:
        rows, source = asked(home, profile, by, n), "terminal"
    answer = take_labels(home, profile, rows, by=by, source=source)
    if answer.rejected:
        ctx.obj.code = 1
    emit(ctx.obj, answer, lambda: labelled(answer))


def asked(home: Leafroot, profile: str, by: str | None, n: int) -> list[tuple[int, dict[str, Any]]]:
    """Ask a person about what is proposed; a batch is told what to do instead."""
    from leafroot.relevance import propose_texts

    if not sys.stdin.isatty():
        raise UsageError(
            f"Labels are asked for in a terminal only; leafroot relevance propose {profile} --json names texts, "
            "label --import FILE --by NAME takes the answers in."
        )
    if not by:
        raise UsageError("--by NAME: labels are kept with the name of the person.")
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, one in enumerate(propose_texts(home, profile, n=n).proposals, 1):
        say(f"\n[{number}] {cut(one.title, 100)}\n{cut(one.text, 400)}")
        said = typer.prompt("about the subject? y, n, s to skip, q to stop", default="s", err=True).strip().lower()
        if said.startswith("q"):
            break
        if said[:1] in ("y", "n"):
            rows.append((number, {"doc_id": one.doc_id, "label": said.startswith("y")}))
    return rows


def labelled(answer: RelevanceLabelled) -> str:
    """Return what a person reads after labelling."""
    refused = [row["message"] for row in answer.rejected]
    return "\n".join([*refused, f"{answer.profile}: {answer.labels} labels, {answer.positive} yes. {answer.message}"])


def propose(
    ctx: typer.Context,
    profile: Profile,
    n: Annotated[int, typer.Option("-n", help="How many.")] = 20,
) -> None:
    """Name documents whose labels help most: those the model is least sure of, each unlike the others."""
    from leafroot.relevance import propose_texts

    answer = propose_texts(opened(ctx), profile, n=n)
    rows = [[one.doc_id, f"{one.score:.2f}", cut(one.title, 30), cut(one.text, 60)] for one in answer.proposals]
    emit(
        ctx.obj,
        answer,
        lambda: table(["document", "score", "title", "text"], rows, empty="Every document has a label."),
    )


def train(
    ctx: typer.Context,
    profile: Profile,
    by: Annotated[str, typer.Option("--by", help="Who trains.")],
    recall: Annotated[float, typer.Option(help="Share of the relevant labels that the threshold keeps.")] = 0.95,
    svg: Annotated[Path | None, typer.Option(help="Also draw how far scores can be believed.")] = None,
) -> None:
    """Train the relevance model of a profile on its labels."""
    from leafroot.relevance import train_profile

    told(ctx.obj, train_profile(opened(ctx), profile, by=by, recall=recall), svg)


def report(
    ctx: typer.Context,
    profile: Profile,
    svg: Annotated[Path | None, typer.Option(help="Also draw how far scores can be believed.")] = None,
) -> None:
    """Print the figures of a profile's relevance model, by cross-validation."""
    from leafroot.relevance import report_of

    told(ctx.obj, report_of(opened(ctx), profile), svg)


def told(context: Context, answer: RelevanceReport, svg: Path | None) -> None:
    """Print a report, and draw it where wanted."""
    if svg is not None:
        from assets.embeddings.relevance.picture import reliability_svg

        write_file(svg, reliability_svg(answer.model_dump()))
        say(f"written: {svg}")
    lines = {
        "profile": f"{answer.profile} ({answer.subject})",
        "labels": f"{answer.labels}, {answer.positive} yes, {answer.contradicted} contradicted",
        "AUC": f"{answer.auc:.4f}",
        "threshold": f"{answer.threshold:.4f} (keeps {answer.recall:.0%} of the relevant)",
        "at it": f"recall {answer.recall_at_threshold:.3f}, precision {answer.precision_at_threshold:.3f}",
        "speaks for": " ".join(f"{name} {weight:+.2f}" for name, weight in answer.features[:12]),
    }
    rows = [
        [f"{row['from']:.1f}–{row['to']:.1f}", str(row["n"]), f"{row['said']:.3f}", f"{row['so']:.3f}"]
        for row in answer.reliability
    ]
    emit(context, answer, lambda: f"{facts(lines)}\n{table(['score', 'labels', 'said', 'so'], rows)}\n{answer.message}")


def show(
    ctx: typer.Context,
    profile: Profile,
    date: Annotated[str | None, typer.Option(help="Publish day, YYYY-MM-DD.")] = None,
) -> None:
    """Print which documents a profile's trees kept and left out, and why."""
    from leafroot.api import check_day
    from leafroot.relevance import decisions_of

    answer = decisions_of(opened(ctx), profile=profile, date=check_day(date, "--date"))
    emit(ctx.obj, answer, lambda: decided(answer))


def explain(ctx: typer.Context, doc_id: Annotated[str, typer.Argument(help="The document.")]) -> None:
    """Print what decided on one document, in each tree."""
    from leafroot.relevance import decisions_of

    answer = decisions_of(opened(ctx), doc_id=doc_id)
    emit(ctx.obj, answer, lambda: decided(answer))


def decided(answer: RelevanceDecisions) -> str:
    """Return decisions as a table."""
    rows = [
        [
            one.tree_id,
            one.doc_id,
            cut(one.title, 24),
            "kept" if one.relevant else "left out",
            one.rule,
            f"{one.score:.3f} / {one.threshold:.3f}",
            " ".join(f"{name} {part:+.2f}" for name, part in one.reasons),
        ]
        for one in answer.decisions
    ]
    head = ["tree", "document", "title", "", "rule", "score / threshold", "what decided it"]
    return f"{table(head, rows)}\n{answer.kept} kept, {answer.left_out} left out"
