"""The verifier's own words, from `words.toml`, folded and compiled once."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from quality.verify.sources.folding import fold

__all__ = ["Words", "any_of", "read_data", "words"]


def read_data(name: str) -> dict[str, Any]:
    """Read one of the data files beside this module."""
    return tomllib.loads(files("quality.verify.sources").joinpath(name).read_text(encoding="utf-8"))


def any_of(listed: list[str]) -> str:
    """Return a regular expression that matches any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(fold(word)) for word in sorted(listed, key=lambda w: (-len(w), w))) + ")"


@dataclass(frozen=True)
class Words:
    """Compiled lists; each pattern matches anywhere in a folded text."""

    raw: dict[str, Any]
    cause: re.Pattern[str]
    view: re.Pattern[str]
    denial: re.Pattern[str]
    denying: re.Pattern[str]
    answering: re.Pattern[str]
    turn: re.Pattern[str]
    hearsay: re.Pattern[str]
    rejecting: re.Pattern[str]
    rumouring: re.Pattern[str]
    reversing: re.Pattern[str]
    speaks: re.Pattern[str]

    def denies(self, text: str) -> bool:
        """Whether a text denies something: in plain words, or in weaker ones that somebody answers with."""
        return bool(self.denial.search(text) or (self.denying.search(text) and self.answering.search(text)))

    def alternatives(self, name: str) -> str:
        """Return the expression that matches any word of a list or any key of a table."""
        return any_of(list(self.raw[name]))


@cache
def words() -> Words:
    """Return the lists, read at the first call."""
    raw = read_data("words.toml")
    names = (
        "cause",
        "view",
        "denial",
        "denying",
        "answering",
        "turn",
        "hearsay",
        "rejecting",
        "rumouring",
        "reversing",
        "speaks",
    )
    return Words(raw, **{name: re.compile(any_of(raw[name])) for name in names})
