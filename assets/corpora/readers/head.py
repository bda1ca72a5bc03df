"""What stands beside a text: title, date, source, classification; the sidecar wins, then the document, then the file name."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assets.corpora.dates import Moment, find_name_date, parse_moment
from assets.corpora.inventory import SourceFile, find_sidecar
from assets.corpora.readers.raw import Extract, RawDocument, check_text, refusal

__all__ = ["Sidecar", "complete", "first_line_title", "future_warning", "read_sidecar", "strip_front_matter"]

Sidecar = dict[str, str]
MAX_TITLE = 80
CLASSIFICATIONS = ("public", "internal", "secret")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKS = re.compile(r"^[#>\s\u3000*_]+|[*_\s\u3000#]+$")
#: What opens a part of a text and names no text.
_HEADING = re.compile(r"第[〇零一二三四五六七八九十百\d]{1,5}[编章节条](?:\s|$)|目\s*[录錄]$")
#: A version behind a title: (2024-06-28), （2023年修订）, （2018 修正）.
_VERSION = re.compile(r"[(（\[【][^()（）\[\]【】]*\d{4}[^()（）\[\]【】]*[)）\]】]$")
_FOLD = re.compile(r"[\s《》〈〉“”\"'()（）【】\[\]·,，、.。:：\-_]+|^中华人民共和国")


def first_line_title(text: str) -> str | None:
    """Return the first line that says something, without Markdown marks; None where it is too long for a title."""
    body = text[len(strip_front_matter(text)[0]) :] if text.startswith("---") else text
    for line in body[:4000].split("\n"):
        title = _MARKS.sub("", line).strip("\ufeff\u200b")
        if re.search(r"\w", title):
            return title if len(title) <= MAX_TITLE and not _HEADING.match(title) else None
    return None


def strip_front_matter(text: str) -> tuple[str, dict[str, str]]:
    """Return the YAML block that opens a Markdown text (empty where there is none) and its plain `key: value` lines."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return "", {}
    pairs = (line.split(":", 1) for line in found[1].split("\n") if ":" in line and not line.startswith((" ", "-")))
    return found[0], {key.strip().lower(): value.strip().strip("'\"") for key, value in pairs}


def read_sidecar(file: SourceFile) -> Sidecar:
    """Read `NAME.meta.json` beside a file; empty where there is none.

    Raises:
        DocumentError: with reason `bad_sidecar`: a classification that cannot be read must not be passed over.
    """
    beside = find_sidecar(file.absolute)
    if beside is None:
        return {}
    remedy = f"mend {beside.name} beside it"
    try:
        given = json.loads(beside.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise refusal("bad_sidecar", file.path, "its sidecar is no JSON", remedy) from None
    if not isinstance(given, dict):
        raise refusal("bad_sidecar", file.path, "its sidecar is no JSON object", remedy)
    out = {}
    for key in ("title", "published", "source", "url", "classification", "effective"):
        value = given.get(key)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise refusal("bad_sidecar", file.path, f"{key} in its sidecar is no text", remedy)
        check_text(value, file.path, what=f"{key} in the sidecar")
        out[key] = value.strip()
    if "effective" in out and parse_moment(out["effective"]) is None:
        raise refusal(
            "bad_date",
            file.path,
            f"effective in its sidecar is no date ({out['effective'][:30]})",
            "write it as 2024-04-18",
        )
    aliases = given.get("aliases")
    if aliases is not None:
        if not isinstance(aliases, list) or not all(isinstance(name, str) and name.strip() for name in aliases):
            raise refusal("bad_sidecar", file.path, "aliases in its sidecar is no list of names", remedy)
        for name in aliases:
            check_text(name, file.path, what="a name in the sidecar")
        out["aliases"] = json.dumps([name.strip() for name in aliases], ensure_ascii=False)
    if out.get("classification", "public") not in CLASSIFICATIONS:
        raise refusal(
            "bad_sidecar", file.path, "classification in its sidecar is none of " + ", ".join(CLASSIFICATIONS), remedy
        )
    return out


def complete(extract: Extract, file: SourceFile, sidecar: Sidecar, today: Callable[[], dt.date]) -> RawDocument:
    """Join what a document says with its sidecar and its name.

    Raises:
        DocumentError: with reason `bad_date`, `nul`, `surrogate` or `empty`.
    """
    check_text(extract.text, file.path)
    stem = Path(file.path).stem
    moment, origin = _date_of(extract, file, sidecar, stem)
    title = sidecar.get("title") or keep_version(
        _clean(extract.title) or first_line_title(extract.text) or stem, stem, lane=file.lane
    )
    return RawDocument(
        path=file.path,
        row=None,
        source_id=None,
        title=title,
        source=sidecar.get("source") or _clean(extract.source),
        url=sidecar.get("url") or _clean(extract.url),
        published=moment.published if moment else None,
        published_date=moment.day if moment else None,
        date_origin=origin,
        classification=sidecar.get("classification"),
        format=file.format,
        encoding=extract.encoding,
        text=extract.text,
        meta=future_warning({**extract.meta, **_said_of_rulebook(sidecar)}, moment, today),
    )


def _said_of_rulebook(sidecar: Sidecar) -> dict[str, Any]:
    """What a sidecar says of a rulebook: the day from which it applies, and its short names."""
    said: dict[str, Any] = {}
    moment = parse_moment(sidecar["effective"]) if "effective" in sidecar else None
    if moment is not None:
        said["effective"] = moment.day
    if "aliases" in sidecar:
        said["aliases"] = json.loads(sidecar["aliases"])
    return said


def keep_version(title: str, stem: str, *, lane: str) -> str:
    """Keep the version that a file name carries: two versions of one rulebook must not get the same title."""
    found = _VERSION.search(stem)
    if not found or title.endswith(found[0]):
        return title
    base = stem[: found.start()]
    if _folded(title) == _folded(base) or (lane == "rulebooks" and _folded(found[0]) not in _folded(title)):
        return title + found[0]
    return title


def future_warning(meta: dict[str, Any], moment: Moment | None, today: Callable[[], dt.date]) -> dict[str, Any]:
    """Add a warning to the meta of a document that is dated after today; the clock is asked for nothing else."""
    # A year that has long passed needs no clock.
    if moment is None or moment.day <= today().isoformat():
        return meta
    return {**meta, "warnings": [*meta.get("warnings", []), f"published {moment.day} lies in the future"]}


def _date_of(extract: Extract, file: SourceFile, sidecar: Sidecar, stem: str) -> tuple[Moment | None, str | None]:
    if "published" in sidecar:
        moment = parse_moment(sidecar["published"])
        if moment is None:
            raise refusal(
                "bad_date",
                file.path,
                f"published in its sidecar is no date ({sidecar['published'][:30]})",
                "write it as 2024-04-18",
            )
        return moment, "sidecar"
    stated = parse_moment(extract.published) if extract.published else None
    named = find_name_date(stem)
    # The text of a rulebook tells when it was first issued, its file name which version this is.
    if named and (stated is None or (file.lane == "rulebooks" and extract.date_origin == "text")):
        return named, "name"
    return stated, extract.date_origin if stated else None


def _clean(value: str | None) -> str | None:
    """Return a text from a document's head fit for one column, or None."""
    if value is None:
        return None
    value = re.sub(r"[\s\x00-\x1f\ud800-\udfff]+", " ", value).strip()
    return value or None


def _folded(title: str) -> str:
    return _FOLD.sub("", title.strip())
