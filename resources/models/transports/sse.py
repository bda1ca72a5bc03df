"""Server-sent events: from bytes, cut anywhere, to the data of each event."""

import codecs

from resources.models.spec import CallError, CallOutcome

__all__ = ["DONE", "EventReader", "is_event_stream", "looks_like_events"]

DONE = "[DONE]"
_NAMES = frozenset({"", "message", "result", "data", "chunk", "completion", "error"})
_MAX_LINE = 1 << 20  # code points


class EventReader:
    """Reads events; `feed` takes bytes as they come and returns the data of the events that are complete."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._rest = ""
        self._data: list[str] = []
        self._name = ""
        self._id = ""
        self._last = ("", "")

    def feed(self, data: bytes) -> list[str]:
        """Return the data of complete events: lines joined, comments, pings and immediate repeats left out.

        Raises:
            CallError: FRAMING where the bytes are no UTF-8; TOO_LARGE where a line never ends.
        """
        text = self._rest + self._text(data, final=False)
        # A CR at the end may be the first half of a CRLF.
        keep = "\r" if text.endswith("\r") else ""
        lines = text[: len(text) - len(keep)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = lines.pop() + keep
        if len(self._rest) > _MAX_LINE:
            raise CallError(CallOutcome.TOO_LARGE, f"a line of the stream has more than {_MAX_LINE} characters")
        events = (self._line(line) for line in lines)
        return [event for event in events if event is not None]

    def end(self) -> list[str]:
        """Return the data of a last event that no blank line closed."""
        self._text(b"", final=True)
        events = [self._line(self._rest.rstrip("\r")), self._line("")]
        self._rest = ""
        return [event for event in events if event is not None]

    def _text(self, data: bytes, *, final: bool) -> str:
        try:
            return self._decode(data, final)
        except UnicodeDecodeError:
            pass
        raise CallError(CallOutcome.FRAMING, "the stream is not UTF-8")

    def _line(self, line: str) -> str | None:
        """Take one line; return an event's data where the line closes it."""
        if line:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                self._data.append(value)
            elif field == "event":
                self._name = value.strip()
            elif field == "id":
                self._id = value
            return None
        data, name, mark = "\n".join(self._data), self._name, self._id
        self._data, self._name, self._id = [], "", ""
        if not data.strip() or name not in _NAMES:
            return None
        # Some proxies send an event again with its own id; without an id two equal pieces may both be meant.
        if mark and (mark, data) == self._last:
            return None
        self._last = (mark, data)
        return data.strip() if data.strip() == DONE else data


def is_event_stream(content_type: str | None) -> bool:
    """Say whether a content type is that of events."""
    return (content_type or "").lower().lstrip().startswith("text/event-stream")


def looks_like_events(text: str) -> bool:
    """Say whether a body that should be JSON is a stream of events after all."""
    return text.lstrip("\ufeff \r\n").startswith(("data:", "event:", "id:", "retry:", ":"))
