"""Personal data out of what a hosted model sees, and back into what it answered.

Each piece becomes a local token of its kind, 〔手机1〕; the same piece becomes the same token throughout a call, so that the
model can tell two persons apart. The map from token to piece lives in one object of one call and is never written. Which
model may see which text at all is the gateway's decision; what counts as personal is in `personal.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from resources.models.personal import find_personal

__all__ = ["Mask", "redact"]

#: What stands in the token.
KINDS: Mapping[str, str] = {
    "id_number": "证件",
    "credit_code": "信用代码",
    "bank_card": "银行卡",
    "mobile": "手机",
    "phone": "电话",
    "email": "邮箱",
    "account": "账号",
    "name": "姓名",
    "address": "地址",
}
OTHER = "隐去"


class Mask:
    """The tokens of one call. Not for keeping: it holds what must not leave."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._pieces: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Mask({len(self._pieces)} tokens)"

    def __len__(self) -> int:
        return len(self._pieces)

    def hide(self, value: Any) -> Any:
        """Return a value (strings, lists, mappings) with its personal data as tokens.

        All texts of a call go through one call of this method, so that no token equals what one of them says already.
        """
        said = "\n".join(_strings(value))
        return _mapped(value, lambda text: self._hide(text, said))

    def restore(self, value: Any) -> Any:
        """Return a value with the tokens of this call as what they stand for."""
        if not self._pieces:
            return value
        pattern = re.compile("|".join(re.escape(token) for token in self._pieces))
        return _mapped(value, lambda text: pattern.sub(lambda match: self._pieces[match.group()], text))

    def _hide(self, text: str, said: str) -> str:
        made: list[str] = []
        at = 0
        for span in find_personal(text):
            made += [text[at : span.start], self._token(span.kind, text[span.start : span.end], said)]
            at = span.end
        return "".join([*made, text[at:]])

    def _token(self, kind: str, piece: str, said: str) -> str:
        known = self._tokens.get((kind, piece))
        if known is not None:
            return known
        word = KINDS.get(kind, OTHER)
        number = self._numbers.get(word, 0)
        while True:
            number += 1
            token = f"〔{word}{number}〕"
            # A document that writes 〔手机1〕 itself keeps it: another number is taken.
            if token not in said:
                break
        self._numbers[word] = number
        self._tokens[(kind, piece)] = token
        self._pieces[token] = piece
        return token


def redact(text: str) -> str:
    """Return a text with its personal data as 〔kind〕, for messages and logs; not reversible."""
    made: list[str] = []
    at = 0
    for span in find_personal(text):
        made += [text[at : span.start], f"〔{KINDS.get(span.kind, OTHER)}〕"]
        at = span.end
    return "".join([*made, text[at:]])


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _strings(inner)]
    return []


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, change) for inner in value]
    return value
