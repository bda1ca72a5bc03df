"""ask."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from leafroot.answers import Ask
from leafroot.console import Context, batch_lines, cut, dump, emit
from resources.errors import UsageError

if TYPE_CHECKING:
    from resources.protocols import Clearance

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ask")(ask)


def ask(
    ctx: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question.", show_default=False)] = None,
    batch: Annotated[
        Path | None, typer.Option(help='File of {"question": "…"} lines; one JSON line each comes back.')
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Answer with the rules in force on this day.")] = None,
    session: Annotated[
        Path | None,
        typer.Option(
            help="File (.jsonl) that keeps questions and answers: 它, 该合约, 前一天呢 are read from those before."
        ),
    ] = None,
    context: Annotated[
        Path | None, typer.Option(help="File of earlier answers, read and left as it is: one JSON line each.")
    ] = None,
    clearance: Annotated[
        str, typer.Option(help="Class of text that the person may see: public, internal or secret.")
    ] = "secret",
) -> None:
    """Answer a question from the records, with its source, or refuse with a reason."""
    asked: Context = ctx.obj
    home = asked.open()
    ctx.call_on_close(home.close)
    history = [*read_history(context), *read_history(session)]
    classed = cast("Clearance", clearance)
    if batch is not None:
        for line in batch_lines(batch, "question"):
            answer = home.ask(line, history=history, as_of=as_of, clearance=classed)
            if session is not None:
                history.append(remember(session, answer))
            sys.stdout.write(dump(answer) + "\n")
        return
    if question is None:
        raise UsageError("ask needs a question, or --batch FILE.")
    answer = home.ask(question, history=history, as_of=as_of, clearance=classed)
    asked.code = 0 if answer.status == "answered" else 1
    if session is not None:
        remember(session, answer)

    def show() -> str:
        head = f"（理解为：{answer.resolved_question}）\n" if answer.resolved_question != answer.question else ""
        if answer.status == "answered":
            engine = "抽取式引擎" if answer.engine == "extractive" else f"模型 {answer.engine}"
            sources = "\n".join(f"—— {c.title}，{c.path} [{c.start}, {c.end})" for c in answer.citations)
            return f"{head}{answer.answer}\n{sources}\n（{engine}；{answer.message}）"
        return f"{head}{answer.message}" + "".join(f"\n  {cut(str(c))}" for c in answer.candidates)

    emit(asked, answer, show)


def read_history(path: Path | None) -> list[dict[str, Any]]:
    """Return the earlier questions of a file, oldest first; a file that is not there yet holds none.

    Raises:
        UsageError: a line is no JSON object with a question.
    """
    if path is None or not path.exists():
        return []
    history = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(
                f"{path}, line {number}: no JSON ({error.msg}); mend the line or name a new file."
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise UsageError(f"{path}, line {number}: an earlier question is an object with the key question.")
        history.append(row)
    return history


def remember(path: Path, answer: Ask) -> dict[str, Any]:
    """Write a question with its answer behind those of a session, and return it."""
    row: dict[str, Any] = answer.model_dump()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(dump(answer) + "\n")
    return row
