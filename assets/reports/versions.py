"""What makes two reports the same, and in which sentences two versions of one differ.

What does not belong here: storing versions (defs.py, query.py).
"""

from collections.abc import Mapping
from typing import Any

from assets.text.spans import canonical_json

__all__ = ["differences", "same_content", "with_changes"]

#: Sentences that are listed on each side at most; the counts are of all.
LISTED = 40


def same_content(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two reports say the same from the same evidence; version, publication and what a version changed apart."""
    return _lasting(one) == _lasting(other)


def differences(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a newer version says that the older one does not, and the other way round.

    Returns:
        `{"against": version, "added": [sentence], "removed": [sentence], "documents_added": n, "documents_removed": n, "text"}`,
        sentences in the order of their report.
    """
    before, after = _sentences(older), _sentences(newer)
    added = [text for text in after if text not in set(before)]
    removed = [text for text in before if text not in set(after)]
    was, now = set(older["manifest"].get("documents", {})), set(newer["manifest"].get("documents", {}))
    told = f"与第{older['version']}版相比：新增{len(added)}句，删去{len(removed)}句；新引用资料{len(now - was)}份，不再引用{len(was - now)}份。"
    return {
        "against": older["version"],
        "added": added[:LISTED],
        "removed": removed[:LISTED],
        "documents_added": len(now - was),
        "documents_removed": len(was - now),
        "text": told,
    }


def with_changes(report: Mapping[str, Any], older: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return a report as the next version of an older one, with the differences in its manifest."""
    newer = {**report, "version": version}
    return {**newer, "manifest": {**report["manifest"], "changes": differences(older, newer)}}


def _lasting(report: Mapping[str, Any]) -> str:
    kept = {key: value for key, value in report.items() if key not in {"version", "publication"}}
    kept["manifest"] = {k: v for k, v in report["manifest"].items() if k not in {"publication", "changes"}}
    return canonical_json(kept)


def _sentences(report: Mapping[str, Any]) -> list[str]:
    told = (sentence["text"] for section in report["sections"] for sentence in section["sentences"])
    return list(dict.fromkeys(told))
