"""report list, show, build, export; verify."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from leafroot import answers
from leafroot.console import Context, emit, say, table, write_file
from resources.errors import UsageError

__all__ = ["register"]

report_app = typer.Typer(no_args_is_help=True, help="List, show, build and export reports.", rich_markup_mode=None)
FORMATS = ("md", "html", "json")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(report_app, name="report")
    app.command("verify")(verify)


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
    kind: Annotated[str, typer.Argument(help="extreme_move, risk_event or daily.")],
    date: Annotated[str, typer.Option(help="Day of the event.")],
    subject: Annotated[str, typer.Option(help="Contract, product or name; all for daily.")] = "all",
) -> None:
    """Build one report now and print it; code 1 where evidence is missing."""
    from leafroot.build import build_one

    context: Context = ctx.obj
    answer = build_one(context, kind, subject, date)
    context.code = 1 if answer.status in {"incomplete", "withheld"} else 0
    emit(context, answer, lambda: markdown(answer))


@report_app.command("export")
def export(
    ctx: typer.Context,
    report_id: Annotated[str, typer.Argument(help="Report id.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    format_: Annotated[str, typer.Option("--format", help="md, html or json.")] = "html",
) -> None:
    """Write one report to a file."""
    from assets.reports.render.canonical import to_json
    from assets.reports.render.html import to_html

    context: Context = ctx.obj
    if format_ not in FORMATS:
        raise UsageError(f"--format {format_}: choose one of {', '.join(FORMATS)}.")
    home = context.open()
    answer = home.report(report_id)
    data = answer.model_dump()
    text = {
        "md": lambda: markdown(answer),
        "html": lambda: to_html(data, home.reader.text),
        "json": lambda: to_json(data),
    }[format_]()
    write_file(output, text)
    say(f"written: {output}")
    if context.json:
        emit(context, answer, str)


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
