"""The word list of sentiment, read once: what each word is, found longest first."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assets.records.mentions.model import trie_pattern

__all__ = ["Lexicon", "Word", "lexicon"]


@dataclass(frozen=True)
class Word:
    """What one word does: its own weight in hundredths, its direction as a mover, its kind as a subject, its role.

    A word may be several at once (回落 is a bad sign and a move down); which counts depends on what stands beside it.
    """

    weight: int = 0
    move: int = 0
    subject: str = ""
    role: str = ""


@dataclass(frozen=True)
class Lexicon:
    """All words, the pattern that finds them, and wordings that a pattern describes."""

    words: Mapping[str, Word]
    pattern: re.Pattern[str]
    shapes: tuple[tuple[re.Pattern[str], Word], ...]


@cache
def lexicon() -> Lexicon:
    """Read the list; letters are lower case, as folded texts have them."""
    raw = tomllib.loads(files("assets.records.sentiment").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    held: dict[str, dict[str, Any]] = {}

    def put(words: str, **facts: Any) -> None:
        for word in words.split():
            held.setdefault(word.lower(), {}).update(facts)

    for sign, part in ((1, raw["positive"]), (-1, raw["negative"])):
        for weight, words in part.items():
            put(words, weight=sign * int(weight))
    put(raw["moves"]["up"], move=1)
    put(raw["moves"]["down"], move=-1)
    for kind in ("good", "bad", "supply", "price", "against"):
        put(raw["moves"][kind], subject=kind)
    for role, words in raw["modifiers"].items():
        put(words, role=role)
    words = {word: Word(**facts) for word, facts in held.items()}
    shapes = [
        (re.compile(shape), Word(weight=int(weight))) for weight, listed in raw["patterns"].items() for shape in listed
    ]
    return Lexicon(words, re.compile(trie_pattern(words)), tuple(shapes))
