"""Names that a rulebook gives: short ones of other rulebooks (以下简称“…”), and older ones that it repeals (同时废止)."""

import re
from collections.abc import Sequence
from typing import TypedDict

from assets.records.rulebooks.moments import version_day
from assets.text.folding import fold, fold_title, split_version

__all__ = ["Repeal", "find_aliases", "find_number", "find_repeals"]

_TITLE = r"《((?:[^《》]|《[^《》]*》){2,80})》"
_ALIAS = re.compile(
    _TITLE
    + r"\s*(?:[（(][^（）()]{0,30}?[,，；;])?\s*[（(,，]?\s*(?:以下|下文|下称)?\s*(?:统称|统一简称|简称|称|稱|簡稱|統稱)(?:为|作|為)?\s*"
    r"(?:[《“\"「『〈]([^》”\"」』〉《]{2,30})[》”\"」』〉]|([^（）()《》“”，。,]{3,20})(?=[）)]))"
)
#: Names of nothing in particular.
_OWN = re.compile("^(?:本|该|此|上述|前述)|^(?:办法|规则|规定|细则|条例|通知|决定|协议|合同|章程)$")
_SENTENCE = re.compile(r"[^。；;\n]*[废廢]\s*止[^。；;\n]*")
_NAMED = re.compile(_TITLE)
_ISSUED = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日[^,、和及]{0,24}(?:公布|发布|印发|颁布|施行|实施|通过|下发|批准)[^,、和及]{0,6}的?$"
)
#: Only some of its articles: 《…》第三条同时废止.
_PART = re.compile(r"(?:\s*[（(][^（）()]*[）)])?\s*(?:中|内)?的?\s*第[〇零一二三四五六七八九十百\d]+[条章条節节款]")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,10}[〔\[［(（]\s*(?:19|20)\d{2}\s*[〕\]］)）]\s*(?:第\s*)?\d{1,4}\s*号|第\s*\d{1,4}\s*号令|令\s*第\s*\d{1,4}\s*号|公告\s*第\s*\d{1,4}\s*号"
)


class Repeal(TypedDict):
    """One older rule that a text repeals: its title as written, and the day that the text gives it (null where none)."""

    title: str
    day: str | None


def find_aliases(text: str) -> list[tuple[str, str]]:
    """Return (title, short name) pairs that a text gives, in order, each once."""
    if "称" not in text and "稱" not in text:
        return []
    found: dict[tuple[str, str], None] = {}
    for match in _ALIAS.finditer(text):
        title, alias = match.group(1).strip(), (match.group(2) or match.group(3)).strip()
        key = fold_title(alias)
        if len(key) >= 3 and not _OWN.search(fold(alias)) and key != fold_title(title):
            found[title, alias] = None
    return list(found)


def find_repeals(texts: Sequence[str]) -> list[Repeal]:
    """Return the rules that some sentence of the texts says are repealed, in order, each once."""
    found: dict[tuple[str, str | None], None] = {}
    for text in texts:
        if "废" not in text and "廢" not in text:
            continue
        for sentence in _SENTENCE.finditer(text):
            for match in _NAMED.finditer(sentence.group()):
                if _PART.match(sentence.group(), match.end()):
                    continue
                name, version = split_version(match.group(1))
                said = _ISSUED.search(fold(sentence.group()[: match.start()]))
                day = "-".join(f"{int(part):02d}" for part in said.groups()) if said else version_day(version or "")
                found[name, day or None] = None
    return [Repeal(title=title, day=day) for title, day in found]


def find_number(head: str) -> str | None:
    """Return the document number that a head gives (某发〔2023〕12号), without blanks."""
    match = _NUMBER.search(head)
    return "".join(match.group().split()) if match else None
