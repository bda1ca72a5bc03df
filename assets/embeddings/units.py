"""What a text is made of for the embedded vectors: words, character bigrams, and the shapes of its figures and codes.

A bare figure says nothing of a subject, but what is counted does: percent, barrels, cases, yuan. Topics are lists of words
of financial news (`topics.toml`); a text leans towards those whose words it holds.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from assets.text.segment import bigrams, fold_light

__all__ = ["topics", "topics_of_units", "units_of"]

_NUMBER = re.compile(r"[\d.,%‰:/_\-]+")
_COUNTED = re.compile(
    r"\d(?:[\d,.]*\d)?\s*(%|亿美元|万亿|亿元|万吨|万元|美元|欧元|日元|港元|基点|亿|万|元|点|家|只|例|股|吨|桶|倍|个|人|年|月|日|时)?"
)
_CODE = re.compile(r"[(（](?:(\d{6})|(\d{4,5}\.hk)|([a-z]{1,5}(?:\.[a-z]{1,2})?))[)）]")
_CODES = ("~code", "~hk", "~ticker")
PLAIN = "~n"


def units_of(text: str, words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the units of a text by kind.

    Args:
        text: The text.
        words: Its word tokens.

    Returns:
        Words without bare figures; bigrams marked by a leading `#`, without single characters and figures; shapes
        marked by a leading `~`: what figures count, and codes of securities.
    """
    names = [word for word in words if not _NUMBER.fullmatch(word)]
    pairs = ["#" + gram for gram in bigrams(text) if len(gram) > 1 and not _NUMBER.fullmatch(gram)]
    folded = fold_light(text)
    shapes = ["~" + found if found else PLAIN for found in _COUNTED.findall(folded)]
    shapes += [_CODES[next(i for i, group in enumerate(groups) if group)] for groups in _CODE.findall(folded)]
    return names, pairs, shapes


@cache
def topics() -> Mapping[str, tuple[str, ...]]:
    """Return the topics of financial news with their words, folded."""
    raw = tomllib.loads(files("assets.embeddings").joinpath("topics.toml").read_text(encoding="utf-8"))
    return {name: tuple(dict.fromkeys(fold_light(word) for word in words)) for name, words in raw.items()}


def topics_of_units(units: Sequence[str]) -> list[tuple[int, int]]:
    """Return which units stand for which topics: places of the unit and of the topic.

    A word of two characters that is no unit by itself is found as a bigram.
    """
    place = {unit: i for i, unit in enumerate(units)}
    found = set()
    for number, words in enumerate(topics().values()):
        for word in words:
            at = place.get(word, place.get("#" + word) if len(word) == 2 else None)
            if at is not None:
                found.add((at, number))
    return sorted(found)
