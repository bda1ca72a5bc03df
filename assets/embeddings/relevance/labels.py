"""People's labels: is this text about the subject of a profile? Kept beside the profile, a line each, never changed.

`profiles/<name>.labels.jsonl` in the home holds title, text, its hash, the label, who gave it and when. A label given
again is another line: the newest one counts, and how often people contradicted each other is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.text.spans import sha256_text
from resources.errors import UsageError

__all__ = ["Label", "Labels", "append_labels", "forget_labels", "label_of", "labels_path", "read_labels"]


@dataclass(frozen=True)
class Label:
    """One verdict of one person on one text."""

    sha256: str
    title: str
    text: str
    relevant: bool
    by: str
    when: str
    doc_id: str | None = None


@dataclass(frozen=True)
class Labels:
    """The verdicts in force, one a text, sorted by its hash; all that were given, and on how many texts people differ."""

    in_force: tuple[Label, ...]
    given: int
    contradicted: int

    @property
    def positive(self) -> int:
        """Number of texts in force that are about the subject."""
        return sum(label.relevant for label in self.in_force)


def labels_path(home: Path, profile: str) -> Path:
    """Return where the labels of a profile are."""
    return home / "profiles" / f"{profile}.labels.jsonl"


def label_of(title: str, text: str, *, relevant: bool, by: str, when: str, doc_id: str | None = None) -> Label:
    """Return a label; what tells texts apart is the hash of the text alone."""
    return Label(sha256_text(text), title, text, relevant, by, when, doc_id)


def append_labels(path: Path, labels: Sequence[Label]) -> int:
    """Write labels behind those that are there; returns how many were new (the same person's same verdict is none)."""
    known = {(label.sha256, label.relevant, label.by) for label in _newest_by_person(_read(path))}
    fresh = [label for label in labels if (label.sha256, label.relevant, label.by) not in known]
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(_line(label) for label in fresh)
    return len(fresh)


def read_labels(path: Path) -> Labels:
    """Read the labels of a profile; none where there is no file.

    Raises:
        UsageError: a line is no label; file, line and remedy are named.
    """
    given = _read(path)
    newest: dict[str, Label] = {}
    verdicts: dict[str, dict[str, bool]] = {}
    for label in given:
        before = newest.get(label.sha256)
        if before is None or label.when >= before.when:
            newest[label.sha256] = label
    for label in _newest_by_person(given):
        verdicts.setdefault(label.sha256, {})[label.by] = label.relevant
    contradicted = sum(len(set(by.values())) > 1 for by in verdicts.values())
    return Labels(tuple(newest[key] for key in sorted(newest)), len(given), contradicted)


def forget_labels(folder: Path, sha256: str) -> list[str]:
    """Take a withdrawn text out of all labels under a home; returns the profiles that held it."""
    touched = []
    for path in sorted((folder / "profiles").glob("*.labels.jsonl")):
        given = _read(path)
        kept = [label for label in given if label.sha256 != sha256]
        if len(kept) < len(given):
            part = path.with_suffix(".part")
            part.write_text("".join(map(_line, kept)), encoding="utf-8")
            part.replace(path)
            touched.append(path.name.removesuffix(".labels.jsonl"))
    return touched


def _newest_by_person(given: Iterable[Label]) -> list[Label]:
    newest: dict[tuple[str, str], Label] = {}
    for label in given:
        before = newest.get((label.sha256, label.by))
        if before is None or label.when >= before.when:
            newest[label.sha256, label.by] = label
    return list(newest.values())


def _line(label: Label) -> str:
    return json.dumps(asdict(label), ensure_ascii=False, sort_keys=True) + "\n"


def _read(path: Path) -> list[Label]:
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name}: no UTF-8 ({error.reason}); save it as UTF-8.") from None
    return [_parsed(path.name, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(name: str, number: int, line: str) -> Label:
    try:
        row: Any = json.loads(line)
        label = Label(**row)
    except (ValueError, TypeError):
        raise UsageError(f"{name}, line {number}: no label; take the line out, or give the label again.") from None
    texts = (label.sha256, label.title, label.text, label.by, label.when)
    if not all(isinstance(value, str) for value in texts) or not isinstance(label.relevant, bool):
        raise UsageError(f"{name}, line {number}: a value is of another kind; take the line out.")
    if label.sha256 != sha256_text(label.text):
        raise UsageError(f"{name}, line {number}: the text was changed after it was labelled; take the line out.")
    return label
