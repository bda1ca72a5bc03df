"""Pairs of versions made from a seed: what was done to each article is known."""

import random

from assets.text.numerals import to_chinese
from tests.measure.rulebook_words import sentence

__all__ = ["Change", "make_versions"]

#: What became of an article, its number before and after (null where it is in one version alone).
Change = tuple[str, int | None, int | None]


def make_versions(seed: int) -> tuple[str, str, set[Change]]:
    """Make an older and a newer text, and the set of changes between them, unchanged articles included."""
    rng = random.Random(seed)
    old = [_body(rng) for _ in range(rng.randrange(8, 60))]
    new: list[tuple[str, int | None]] = []
    gone: list[int] = []
    for at, text in enumerate(old, start=1):
        if rng.random() < 0.06:
            new.append((_body(rng), None))
        chance = rng.random()
        if chance < 0.06 and len(old) - len(gone) > 2:
            gone.append(at)
        elif chance < 0.2:
            new.append((_reworded(rng, text), at))
        else:
            new.append((text, at))
    changes: set[Change] = {("removed", at, None) for at in gone}
    for number, (text, origin) in enumerate(new, start=1):
        if origin is None:
            changes.add(("added", None, number))
        elif text == old[origin - 1]:
            changes.add(("unchanged" if origin == number else "renumbered", origin, number))
        else:
            changes.add(("changed" if origin == number else "renumbered_changed", origin, number))
    return _printed(old), _printed([text for text, _ in new]), changes


def _body(rng: random.Random) -> str:
    return "".join(sentence(rng) for _ in range(rng.randrange(1, 4)))


def _reworded(rng: random.Random, text: str) -> str:
    """The text with a word put in, a sentence added or one taken off."""
    chance = rng.random()
    if chance < 0.3 and text.count("。") > 1:
        return text[: text.rindex("。", 0, len(text) - 1) + 1]
    if chance < 0.6:
        return text + sentence(rng)
    at = rng.randrange(1, len(text) - 1)
    return f"{text[:at]}{rng.choice(('依法', '在三日内', '经批准', '书面'))}{text[at:]}"


def _printed(articles: list[str]) -> str:
    return "演示规则\n" + "\n".join(f"第{to_chinese(n)}条 {text}" for n, text in enumerate(articles, start=1)) + "\n"
