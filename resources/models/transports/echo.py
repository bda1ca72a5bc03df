"""What a server quotes of the question in its error: taken out, so that no log and no ledger holds text that privacy keeps back."""

import re
from collections.abc import Iterable

__all__ = ["QUOTED", "without_echo"]

QUOTED = "[…]"
#: Shorter runs are words that an error needs to be understood: names of parameters, of models, of forms.
RUN = 10
#: Of an error no more is looked at, or kept.
MOST = 2_000
#: Hanzi and full-width marks as JSON escapes them; never a control character or half of a pair.
_ESCAPED = re.compile(r"\\u([3-9][0-9a-fA-F]{3}|ff[0-9a-fA-F]{2})")


def without_echo(detail: str, sent: Iterable[str]) -> str:
    r"""Return an error's text with every run of 10 or more characters that was sent replaced by `[…]`.

    Args:
        detail: What the server says, on one line; escapes like \u4e2d are read.
        sent: The texts of the request.
    """
    detail = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), detail[:MOST])
    blob = "\n".join(_plain(text) for text in sent)
    if len(detail) < RUN or not blob:
        return detail
    kept: list[str] = []
    at = 0
    while at < len(detail):
        end = at + RUN
        if end > len(detail) or detail[at:end] not in blob:
            kept.append(detail[at])
            at += 1
            continue
        while end < len(detail) and detail[at : end + 1] in blob:
            end += 1
        kept.append(QUOTED)
        at = end
    return "".join(kept)


def _plain(text: str) -> str:
    """A text with its blanks as they stand in an error that was put on one line."""
    return " ".join(text.split())
