"""Generated documentation: JSON schemas, and the tables between markers in README and docs.

`make docs` (or `python -m leafroot.docs`) writes them; a test fails where they differ from the code. A marker pair
is `<!-- generated: NAME -->` … `<!-- end -->`.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from assets.catalogue import TABLES
from leafroot import answers
from resources.settings import Settings

__all__ = ["SCHEMAS", "main", "render", "schemas"]

PROJECT = Path(__file__).resolve().parent.parent
MARKED = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
#: Command → the model of what it prints.
SCHEMAS: Mapping[str, type[BaseModel]] = {
    "run": answers.RunResult,
    "docs": answers.Docs,
    "text": answers.Text,
    "clauses": answers.ClauseList,
    "clauses-diff": answers.ClauseDiff,
    "clause": answers.Clause,
    "ask": answers.Ask,
    "search": answers.Hits,
    "tags": answers.Tags,
    "tags-trend": answers.TagTrend,
    "tags-compare": answers.TagComparison,
    "tags-quality": answers.TagQuality,
    "tags-review": answers.TagReview,
    "tags-review-import": answers.TagReviewed,
    "graph": answers.KnowledgeGraph,
    "policy": answers.Policy,
    "moves": answers.Moves,
    "report-list": answers.ReportList,
    "report-show": answers.Report,
    "report-decision": answers.ReportDecision,
    "report-replay": answers.ReportReplay,
    "purge": answers.Purged,
    "verify": answers.Verification,
    "trace": answers.Trace,
    "quarantine": answers.QuarantineList,
    "digest": answers.Digest,
    "doctor": answers.Doctor,
    "upkeep": answers.Upkeep,
    "backup": answers.Backup,
    "sensors-list": answers.Triggers,
    "sensors-test": answers.Trial,
    "alerts": answers.Alerts,
    "lexicon": answers.LexiconTerms,
    "lexicon-decision": answers.LexiconDecision,
    "relevance-label": answers.RelevanceLabelled,
    "relevance-propose": answers.RelevanceProposals,
    "relevance-report": answers.RelevanceReport,
    "relevance-decisions": answers.RelevanceDecisions,
    "models": answers.ModelList,
    "models-calls": answers.ModelCalls,
}
MARKED_FILES = ("README.md", "README.zh.md", "docs/reference.md", "docs/operations.md")


def schemas() -> dict[str, str]:
    """Return the JSON schema of each command's answer, as text."""
    return {
        name: json.dumps(model.model_json_schema(by_alias=True), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name, model in SCHEMAS.items()
    }


def render(text: str) -> str:
    """Return a document with every marked part written anew.

    Raises:
        KeyError: a marker names a part that does not exist.
    """
    return MARKED.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def commands_table() -> str:
    """Return the table of commands."""
    rows = [(f"`leafroot {name}`", _first_line(command.help or "")) for name, command in _commands()]
    return _table(("command", "what it does"), rows)


def assets_table() -> str:
    """Return the table of assets."""
    from assets.definitions import build_defs

    graph = build_defs().resolve_asset_graph()
    rows = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda key: (STAGE_ORDER.index(key.path[0]), key.path[1])):
        node = graph.get(key)
        partitions = {
            "days": "by day",
            "extreme_moves": "by event",
            "risk_events": "by event",
            "custom_tags": "by profile and day",
            "custom_reports": "by kind, subject and day",
        }
        name = getattr(node.partitions_def, "name", None)
        rows.append((f"`{key.to_user_string()}`", _first_line(node.description or ""), partitions.get(str(name), "–")))
    return _table(("asset", "what it holds", "partitions"), rows)


def settings_table() -> str:
    """Return the table of configuration keys."""
    return _table(("key", "default", "meaning"), list(_settings_rows(Settings, "")))


def tables_table() -> str:
    """Return every table of the store with its columns."""
    parts = []
    for table in TABLES:
        rows = [
            (f"`{c.name}`", c.type + (", may be null" if c.null else ""), c.unit or "", c.meaning)
            for c in table.columns
        ]
        parts.append(f"### `{table.name}`\n\n{table.meaning}\n\n{_table(('column', 'type', 'unit', 'meaning'), rows)}")
    return "\n\n".join(parts)


def automation_table() -> str:
    """Return the sensors and schedules."""
    from sensors.defs import build_schedules, build_sensors

    rows = [
        (f"`{s.name}`", f"every {s.minimum_interval_seconds} s", _first_line(s.description or ""))
        for s in build_sensors()
    ]
    rows += [
        (f"`{s.name}`", f"`{s.cron_schedule}` {s.execution_timezone}", _first_line(s.description or ""))
        for s in build_schedules()
    ]
    return _table(("name", "when", "what it starts"), rows)


def main(argv: list[str]) -> int:
    """Write everything; with --check only compare. Returns the number of files that differ."""
    wanted = {PROJECT / "docs" / "schema" / f"{name}.json": text for name, text in schemas().items()}
    for name in MARKED_FILES:
        path = PROJECT / name
        wanted[path] = render(path.read_text(encoding="utf-8"))
    differ = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in differ:
        sys.stderr.write(
            f"{path.relative_to(PROJECT)} {'is out of date; call make docs' if '--check' in argv else 'written'}\n"
        )
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    return len(differ) if "--check" in argv else 0


STAGE_ORDER = ("corpora", "records", "embeddings", "tags", "reports", "models")
PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands_table,
    "assets": assets_table,
    "settings": settings_table,
    "tables": tables_table,
    "automation": automation_table,
}


def _commands() -> list[tuple[str, Any]]:
    from leafroot.cli import app

    group: Any = typer.main.get_command(app)
    found: list[tuple[str, Any]] = []
    for name, command in group.commands.items():
        below = getattr(command, "commands", None)
        # A group that does something by itself is a command too.
        if not below or getattr(command, "invoke_without_command", False):
            found.append((name, command))
        found += [(f"{name} {sub}", child) for sub, child in (below or {}).items()]
    return found


def _settings_rows(model: type[BaseModel], prefix: str) -> list[tuple[str, str, str]]:
    rows = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        below, many = _model_in(field.annotation)
        if below is None:
            default = "" if field.is_required() else f"`{_shown(field.get_default(call_default_factory=True))}`"
            rows.append((f"`{path}`", default, field.description or ""))
        else:
            rows += _settings_rows(
                below, f"{path}[]." if many == "list" else f"{path}.NAME." if many == "dict" else f"{path}."
            )
    return rows


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, "one"
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part, "dict" if annotation.__origin__ is dict else "list"
    return None, ""


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return "none" if value is None else str(value)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""


def _table(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headers) + " |", "|" + "---|" * len(headers)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
