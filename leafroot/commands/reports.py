"""report list, show, build, approve, withhold, edit, replay, export; verify; purge."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from leafroot import answers
from leafroot.console import Context, emit, say, table, write_bytes, write_file
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["register"]

report_app = typer.Typer(
    no_args_is_help=True, help="List, show, build, decide on and export reports.", rich_markup_mode=None
)
FORMATS = ("md", "html", "docx", "pdf", "json")
Id = Annotated[str, typer.Argument(help="Report id, as report list has it.")]
By = Annotated[str, typer.Option("--by", help="Who decides.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(report_app, name="report")
    app.command("verify")(verify)
    app.command("purge")(purge)


@report_app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the reports of the home."""
    context: Context = ctx.obj
    answer = context.open().reports()
    emit(
        context,
        answer,
        lambda: table(
            ["id", "version", "status", "title"],
            [[r.id, r.version, r.status, r.title] for r in answer.reports],
            empty="No reports yet.",
        ),
    )


@report_app.command("show")
def show(
    ctx: typer.Context, report_id: Annotated[str, typer.Argument(help="Report id, as report list has it.")]
) -> None:
    """Print one report."""
    context: Context = ctx.obj
    answer = context.open().report(report_id)
    emit(context, answer, lambda: markdown(answer))


@report_app.command("build")
def build(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="extreme_move, risk_event, daily, or a kind of the house.")],
    date: Annotated[str, typer.Option(help="Day of the event.")],
    subject: Annotated[str, typer.Option(help="Contract, product or name; all for daily.")] = "all",
) -> None:
    """Build one report now and print it; code 1 where evidence is missing."""
    from leafroot.build import build_one

    context: Context = ctx.obj
    answer = build_one(context, kind, subject, date)
    context.code = 1 if answer.status in {"incomplete", "withheld"} else 0
    emit(context, answer, lambda: markdown(answer))


@report_app.command("approve")
def approve(
    ctx: typer.Context,
    report_id: Id,
    by: By,
    version: Annotated[int | None, typer.Option(help="A newer generated version, to take the place.")] = None,
) -> None:
    """Approve a checked report; who edited it may not. Code 1 where it is refused."""
    from leafroot.approvals import approve_report

    context: Context = ctx.obj
    decided(context, approve_report(opened(context), report_id, by, version=version))


@report_app.command("withhold")
def withhold(
    ctx: typer.Context, report_id: Id, by: By, reason: Annotated[str, typer.Option(help="Why; readers are told.")]
) -> None:
    """Withhold a report."""
    from leafroot.approvals import withhold_report

    context: Context = ctx.obj
    decided(context, withhold_report(opened(context), report_id, by, reason))


@report_app.command("edit")
def edit(
    ctx: typer.Context,
    report_id: Id,
    file: Annotated[Path, typer.Option(help="The exported JSON or Markdown with edited sentences.")],
    by: By,
) -> None:
    """Take in edited sentences; the generated text stays kept. Code 1 where the verifier does not pass them."""
    from leafroot.approvals import edit_report

    context: Context = ctx.obj
    decided(context, edit_report(opened(context), report_id, file, by))


@report_app.command("replay")
def replay(ctx: typer.Context, report_id: Id) -> None:
    """Build a report again from what was published when it was built; code 1 where it differs."""
    from leafroot.replay import replay_report
    from resources.settings import load_settings

    context: Context = ctx.obj
    settings = load_settings(context.config, home=context.home)
    answer = answers.ReportReplay.model_validate(replay_report(opened(context), settings, report_id))
    context.code = 0 if answer.equal else 1
    emit(context, answer, lambda: "\n".join([answer.message, *(f"  {line}" for line in answer.differences)]))


@report_app.command("export")
def export(
    ctx: typer.Context,
    report_id: Id,
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    format_: Annotated[str, typer.Option("--format", help="md, html, docx, pdf or json.")] = "html",
) -> None:
    """Write one report to a file."""
    context: Context = ctx.obj
    if format_ not in FORMATS:
        raise UsageError(f"--format {format_}: choose one of {', '.join(FORMATS)}.")
    home = context.open()
    ctx.call_on_close(home.close)
    answer = home.report(report_id)
    written = rendered(home.reader, answer, format_)
    if isinstance(written, bytes):
        write_bytes(output, written)
    else:
        write_file(output, written)
    say(f"written: {output}")
    if context.json:
        emit(context, answer, str)


def rendered(reader: Reader, answer: answers.Report, format_: str) -> str | bytes:
    """Return a report in one of the formats."""
    data = answer.model_dump()
    if format_ == "md":
        return markdown(answer)
    if format_ == "json":
        from assets.reports.render.canonical import to_json

        return to_json(data)
    from leafroot.figures import collect_figures

    figures = collect_figures(reader, data)
    if format_ == "html":
        from assets.reports.render.html import to_html

        return to_html(data, reader.text, figures)
    if format_ == "pdf":
        from assets.reports.render.pdf import to_pdf

        return to_pdf(data, figures)
    from assets.reports.render.docx import to_docx

    return to_docx(data, figures)


def purge(
    ctx: typer.Context,
    doc_id: Annotated[str, typer.Argument(help="Document, as leafroot docs lists it.")],
    by: Annotated[str, typer.Option("--by", help="Who withdraws it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Withdraw a document from everything; reports that cite it are retracted."""
    from leafroot.purge import purge_document

    context: Context = ctx.obj
    answer = purge_document(opened(context), doc_id, by, reason)
    emit(context, answer, lambda: answer.message)


def opened(context: Context) -> Path:
    """Return the folder of a home that is there."""
    context.open().close()
    return context.home


def decided(context: Context, answer: answers.ReportDecision) -> None:
    """Print what came of a decision; a refusal is code 1."""
    context.code = 0 if answer.done else 1
    head = f"{answer.id}: {answer.message}" if answer.done else f"not done: {answer.message}"
    lines = [f"  sentence {p.sentence}: {p.code}: {p.detail}" for p in answer.problems]
    emit(context, answer, lambda: "\n".join([head, f"status {answer.status}", *lines]))


def verify(
    ctx: typer.Context, report: Annotated[str, typer.Argument(help="Report id, or a JSON file that was exported.")]
) -> None:
    """Judge a report by its sentences, claims and citations against the home's stored texts."""
    context: Context = ctx.obj
    home = context.open()
    path = Path(report)
    answer = home.verify(read_report(path) if report.endswith(".json") or path.is_file() else report)
    context.code = 0 if answer.ok else 1

    def show() -> str:
        head = f"{'ok' if answer.ok else 'not ok'}: {answer.cited} of {answer.sentences} sentences cited, {answer.numbers_traced} of {answer.numbers} numbers traced"
        return head + "".join(f"\n  sentence {p.sentence}: {p.code}: {p.detail}" for p in answer.problems)

    emit(context, answer, show)


def read_report(path: Path) -> dict[str, Any]:
    """Read an exported report.

    Raises:
        UsageError: the file is missing, no JSON, or no report.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; name an exported report or a report id.") from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} is no JSON file ({error}); export it again with report export --format json."
        ) from None
    if not isinstance(data, dict) or not isinstance(data.get("sections"), list):
        raise UsageError(f"{path} is no report: it has no sections; export one with report export --format json.")
    return data


def markdown(answer: answers.Report) -> str:
    """Return a report as Markdown."""
    from assets.reports.render.markdown import to_markdown

    return to_markdown(answer.model_dump())
