"""Texts as they are compared for reposts: folded wording with slots for numbers, and the numbers in order.

Stored text is never rewritten; this is for comparison alone. Comparing lives in `near_duplicates` and `rewording`.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from assets.text.folding import fold

__all__ = ["MARKS", "SLOT", "Prepared", "prepare"]

#: Frequent characters of traditional script that simplified script writes otherwise.
_TRADITIONAL = re.compile(
    "[們個來為國說時會過後對於電東車長門開關間問題見觀價買賣貨貿資產業與從這還進運達遠連選邊億萬點漲幣圍實現報導據數學場單"
    "雙雖條約經濟綜線總終結給統續維縮績組細級]"
)
#: Stands for a number in the wording that is compared; the numbers themselves are compared apart.
SLOT = "\ue000"
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
MARKS = re.compile(rf"[^\w{SLOT}]+|_+")
#: What reposting adds, in both scripts: source and author lines, editors, disclaimers. Left out of the comparison.
_ADDED = re.compile(
    r"^[ \u3000]*(?:[来來]源|出[处處]|原[标標][题題]|作者|[记記]者|[责責]任[编編][辑輯]|[编編][辑輯])\s?[:：/][^\n]{0,40}$"
    r"|本[报報网網](?:[讯訊])?\s?[（(][^）)\n]{2,16}[）)]"
    r"|[（(](?:[责責]任|值班)?[编編][辑輯]\s?[:：][^）)\n]{1,12}[）)]"
    r"|[（(](?:[转轉]自|原[标標][题題]|[来來]源)[^）)\n]{1,24}[）)]"
    r"|^[^\n。，,\d]{1,10}\d{1,2}月\d{1,2}日(?:[电電讯訊]|消息|(?=[（(][^）)\n]{0,6}[记記]者))(?:[（(][^）)\n]{1,16}[）)])?"
    r"|本文(?:[转轉][载載]自|[来來]自|[来來]源)[^\n。.]{0,40}"
    r"|(?:内容|内容及数据|本文)?[仅僅]供[参參]考|不[构構]成(?:任何)?投[资資]建[议議]|(?:如需)?[转轉][载載][请請][注註]明出[处處]",
    re.MULTILINE,
)
#: A headline in front of a text that begins with it.
_HEADLINE = re.compile(r"^[\s【]*([^【】\n]{4,40})】?\s*(?=【?\1)")


@dataclass(frozen=True)
class Prepared:
    """A text as it is compared: wording with slots for numbers, and the numbers in order."""

    wording: str
    numbers: tuple[str, ...]
    traditional: bool = field(default=False, compare=False)

    @cached_property
    def slots(self) -> list[int]:
        """Number of slots before each place of the wording."""
        count, counts = 0, [0]
        for char in self.wording:
            count += char == SLOT
            counts.append(count)
        return counts


def prepare(text: str) -> Prepared:
    """Fold a text, drop blanks, marks and what reposting adds, and take its numbers out."""
    folded = fold(_HEADLINE.sub("", _ADDED.sub("", text))) or fold(text)
    numbers = tuple(found.replace(",", "") for found in _NUMBER.findall(folded))
    wording = MARKS.sub("", _NUMBER.sub(SLOT, folded)) or folded
    return Prepared(wording, numbers, traditional=_is_traditional(text))


def _is_traditional(text: str) -> bool:
    """Whether a text is in traditional script, by the first of its characters."""
    return len(_TRADITIONAL.findall(text[:2000])) > 0.02 * len(text[:2000])
