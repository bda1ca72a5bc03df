"""Reasoning written into the answer: `<think>…</think>` at its head is taken out, whole or piece by piece.

A tag in the middle of an answer is a quotation and stays.
"""

import re

__all__ = ["ThoughtSplitter", "split_thoughts"]

_TAGS = ("think", "thinking", "thought", "reasoning", "seed:think")
_OPEN = tuple(f"<{tag}>" for tag in _TAGS)
_LONGEST = max(map(len, _OPEN))
# Templates that put the opening tag into the prompt leave the closing one alone on its line.
_LONE_CLOSE = re.compile(r"(?im)^[ \t]*</(?:think|thinking)>[ \t]*$")
_STRUCTURED = ("{", "[", "```")


class ThoughtSplitter:
    """Splits a streamed answer; feed it pieces of any size."""

    def __init__(self) -> None:
        self._held = ""
        self._close = ""  # the tag that ends the present thought
        self._plain = False  # the head is over: all that comes is the answer
        self._thought = False  # there was a thought

    def feed(self, piece: str) -> tuple[str, str]:
        """Return what of it is answer and what is reasoning; a possible beginning of a tag is held back."""
        if self._plain:
            return piece, ""
        self._held += piece
        text, reasoning = "", []
        while self._held:
            if self._close:
                thought, going_on = self._in_thought()
                reasoning.append(thought)
            else:
                text, going_on = self._at_head()
            if not going_on:
                break
        return text, "".join(reasoning)

    def end(self) -> tuple[str, str]:
        """Return what was held back."""
        held, self._held = self._held, ""
        if self._close:
            return "", held
        return ("" if self._thought and not held.strip() else held), ""

    def _in_thought(self) -> tuple[str, bool]:
        """Return the thought so far, and whether it is over."""
        at = self._held.lower().find(self._close)
        if at >= 0:
            thought, self._held, self._close = self._held[:at], self._held[at + len(self._close) :], ""
            return thought, True
        keep = _overlap(self._held.lower(), self._close)
        cut = len(self._held) - keep
        thought, self._held = self._held[:cut], self._held[cut:]
        return thought, False

    def _at_head(self) -> tuple[str, bool]:
        """Return the answer's beginning, and whether a thought begins instead."""
        bare = self._held.lstrip()
        low = bare[:_LONGEST].lower()
        for tag in _OPEN:
            if low.startswith(tag):
                self._held, self._close, self._thought = bare[len(tag) :], "</" + tag[1:], True
                return "", True
        if not low or any(tag.startswith(low) for tag in _OPEN):
            return "", False
        text = bare if self._thought else self._held
        self._held, self._plain = "", True
        return text, False


def split_thoughts(content: str) -> tuple[str, str]:
    """Return an answer without its reasoning, and the reasoning."""
    if "<" not in content:
        return content, ""
    splitter = ThoughtSplitter()
    text, reasoning = splitter.feed(content)
    rest, more = splitter.end()
    text, reasoning = text + rest, (reasoning + more).strip()
    if not reasoning and "</think" in text and not text.lstrip().startswith(_STRUCTURED):
        lone = _LONE_CLOSE.search(text)
        if lone:
            return text[lone.end() :].lstrip(), text[: lone.start()].strip()
    return text, reasoning


def _overlap(text: str, tag: str) -> int:
    """Return the length of the longest end of the text that begins the tag."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-size:]):
            return size
    return 0
