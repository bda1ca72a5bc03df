"""Tokens: how many a text has where nobody counted, and which of a server's counts can be believed."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from resources.models.spec import Usage

__all__ = ["estimate_tokens", "message_tokens", "read_usage", "text_of"]

# Tokenizers of Chinese models spend about one token on a hanzi or full-width mark and one on four Latin characters.
_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f000-\U0003ffff]"
)
_LATIN_A_TOKEN = 4
_MESSAGE_TOKENS = 4  # role and separators of one chat message
# No context window or answer comes near it; a larger count is an error of the server's.
_BELIEVABLE = 10_000_000


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has: 1 a hanzi, 1 for 4 other characters."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return wide + -(-(len(text) - wide) // _LATIN_A_TOKEN)


def message_tokens(messages: Iterable[Mapping[str, Any]]) -> int:
    """Return about how many tokens chat messages have, parts and tool calls included."""
    return sum(_MESSAGE_TOKENS + estimate_tokens(text) for message in messages for text in [text_of(message)])


def read_usage(usage: object, *, tokens_in: Callable[[], int], text_out: str) -> Usage:
    """Return the counts of a server where they can be believed, else estimates, marked as such.

    Args:
        usage: The answer's `usage` as it came; anything at all.
        tokens_in: Estimates what was sent; asked only where the server's count is missing.
        text_out: All that was answered, reasoning and tool calls included.
    """
    given = usage if isinstance(usage, dict) else {}
    prompt = _count(given.get("prompt_tokens"))
    if prompt is None and not text_out:
        prompt = _count(given.get("total_tokens"))  # embeddings of some servers have the total alone
    answer = _count(given.get("completion_tokens"))
    if prompt and (answer or not text_out):
        return Usage(prompt, answer or 0)
    return Usage(prompt or tokens_in(), answer or estimate_tokens(text_out), estimated=True)


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _BELIEVABLE:
        return None
    return value


def text_of(value: object) -> str:
    """Return all strings inside a message, joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "".join(text_of(item) for key, item in value.items() if key not in {"role", "type", "image_url"})
    if isinstance(value, list | tuple):
        return "".join(text_of(item) for item in value)
    return ""
