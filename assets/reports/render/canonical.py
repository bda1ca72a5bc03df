"""A report as indented JSON with one spelling."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["to_json"]


def to_json(report: Mapping[str, Any]) -> str:
    """Return the report as JSON: sorted keys, two blanks of indentation, a line feed at the end."""
    return json.dumps(report, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
