"""One name for what is said in several ways: tags of a model brought to the form that stands, each joining recorded.

A profile's synonyms hold first. Else two labels are one where they have the same characters once order and empty words are
set aside (库存增加, 增加库存情况); the form that earlier trees use stands, then the one that most slices have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assets.text.segment import fold_light

__all__ = ["Vocabulary", "label_key"]

_DIGITS = re.compile(r"\d+")
#: Words that add nothing to a name at its end.
_EMPTY_TAIL = re.compile(r"(?:的?(?:情况|方面|问题|因素|现象|相关|态势|趋势))+$")
#: Below this many characters order tells words apart (上海, 海上).
ANY_ORDER = 4


def label_key(label: str) -> str:
    """Return what labels of one meaning have in common; digits keep their order, short labels theirs as well."""
    text = fold_light(label).lower()
    short = _EMPTY_TAIL.sub("", text)
    text = short if len(short) >= 2 else text
    if len(text) < ANY_ORDER:
        return text
    return "".join(sorted(_DIGITS.sub("", text))) + "|" + "|".join(_DIGITS.findall(text))


class Vocabulary:
    """The labels of a profile, growing from tree to tree."""

    def __init__(self, synonyms: Iterable[tuple[str, str]] = (), known: Iterable[str] = ()) -> None:
        self.synonyms = dict(synonyms)
        self.forms: dict[str, str] = {}
        #: Alias and label that stands for it, with the slices in which it was met.
        self.joins: dict[tuple[str, str], set[str]] = {}
        for label in sorted(known):
            self.forms.setdefault(label_key(label), label)

    def learn(self, said: Iterable[Sequence[str]]) -> None:
        """Choose the form of each label that no earlier tree has: the most frequent, then the shortest."""
        counts = Counter(label for tags in said for label in tags)
        for label, _ in sorted(counts.items(), key=lambda item: (-item[1], len(item[0]), item[0])):
            self.forms.setdefault(label_key(label), label)

    def canonical(self, label: str, slices: Iterable[str] = (), *, text: str | None = None) -> str:
        """Return the label that stands for one, and record it where that is another.

        Args:
            label: As it was said.
            slices: Where.
            text: Where given, a form that is no configured synonym is taken only where its characters stand in it.
        """
        form = self.synonyms.get(label)
        if form is None:
            form = self.forms.get(label_key(label), label)
            if text is not None and not set(form) <= set(text) | set(label):
                return label
        if form != label:
            self.joins.setdefault((label, form), set()).update(slices)
        return form

    def recorded(self) -> Mapping[tuple[str, str], set[str]]:
        """Return what was joined, sorted by alias."""
        return dict(sorted(self.joins.items()))
