"""Chat completions: what an answer's JSON or its streamed chunks say.

Text without its reasoning, reasoning apart, tool calls as on the wire; a refusal, a filter and a blank answer are errors. Whether the text
satisfies a schema, and what a finish of `length` is worth, the caller decides.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from resources.models.spec import CallError, CallOutcome, ChatAnswer, StreamEvent, Usage
from resources.models.tokens import read_usage
from resources.models.transports.errors import error_in_answer
from resources.models.transports.thoughts import ThoughtSplitter, split_thoughts
from resources.models.transports.wire import clean_text, clean_values, strict_json

__all__ = ["ChatStream", "join_events", "read_chat"]

_FILTERED = frozenset({"content_filter", "sensitive"})  # the second is Zhipu's
_FAILED = frozenset({"network_error", "insufficient_system_resource", "error"})  # Zhipu, DeepSeek, vLLM
_MAX_NAME = 200


def read_chat(value: Any, *, tokens_in: Callable[[], int]) -> ChatAnswer:
    """Return the answer in a chat completion.

    Args:
        value: The parsed body.
        tokens_in: Estimates the prompt's tokens where the server's count is missing or absurd.

    Raises:
        CallError: SHAPE, EMPTY, REFUSED, FILTERED, LENGTH (nothing but reasoning before the cut), or what an error object says.
    """
    choice = _choice(value)
    if choice is None:
        raise CallError(CallOutcome.SHAPE, "choices is an empty list")
    message = choice.get("message")
    if not isinstance(message, dict):
        raise CallError(CallOutcome.SHAPE, "the choice has no message")
    text, thought = _content(message.get("content"))
    text, inner = split_thoughts(text)
    reasoning = "\n".join(part for part in (_reasoning(message).strip(), thought.strip(), inner) if part)
    calls = _tool_calls(message.get("tool_calls"), deltas=False)
    finish = _finish(choice)
    _judge(text, calls, finish, _string(message.get("refusal")), reasoning)
    usage = read_usage(value.get("usage"), tokens_in=tokens_in, text_out=text + reasoning + _spelled(calls))
    return ChatAnswer(
        content=text if text.strip() else None,
        model=_name(value.get("model")),
        finish=finish,
        usage=usage,
        reasoning=reasoning or None,
        tool_calls=calls,
    )


class ChatStream:
    """Reads the events of a streamed completion one by one."""

    def __init__(self, *, tokens_in: Callable[[], int]) -> None:
        self.model = ""
        self._tokens_in = tokens_in
        self._splitter = ThoughtSplitter()
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[str] = []
        self._refusal = ""
        self._finish: str | None = None
        self._usage: Any = None
        self._half = {
            "text": "",
            "reasoning": "",
        }  # the first half of a surrogate pair, whose second is in the next chunk

    def feed(self, data: str, *, last: bool = False) -> StreamEvent | None:
        """Return what one event's data brings, None where it brings nothing yet.

        Args:
            data: The event's data.
            last: The stream ended before the event did, so that what is no JSON was cut.

        Raises:
            CallError: NOT_JSON, SHAPE, or what an error object says.
        """
        if last and not data.rstrip().endswith("}"):
            return None
        value = strict_json(data)
        choice = _choice(value)
        self.model = self.model or _name(value.get("model"))
        self._usage = value.get("usage") or self._usage
        if choice is None:
            return None
        delta = choice.get("delta")
        if delta is None:
            delta = choice.get("message") or {}
        if not isinstance(delta, dict):
            raise CallError(CallOutcome.SHAPE, "the choice has no delta")
        self._finish = _finish(choice) or self._finish
        self._refusal += _string(delta.get("refusal"))
        content, thought = _content(delta.get("content"), joiner=self._whole)
        text, inner = self._splitter.feed(content)
        reasoning = self._whole("reasoning", _raw_reasoning(delta)) + thought + inner
        return self._event(text, reasoning, _tool_calls(delta.get("tool_calls"), deltas=True))

    def end(self, *, done: bool) -> list[StreamEvent]:
        """Return what was held back, if anything, and the last event, with finish and usage.

        Args:
            done: Whether the stream said [DONE].

        Raises:
            CallError: RESET or SHAPE where the answer has no end; EMPTY, REFUSED, FILTERED, LENGTH as `read_chat`.
        """
        if self._finish is None:
            if done:
                raise CallError(CallOutcome.SHAPE, "the stream ended without a finish_reason")
            raise CallError(CallOutcome.RESET, "the stream was cut")
        held = self._event(*self._splitter.end(), ())
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        _judge(text, self._calls, self._finish, self._refusal, reasoning)
        usage = read_usage(self._usage, tokens_in=self._tokens_in, text_out=text + reasoning + "".join(self._calls))
        last = StreamEvent(finish=self._finish, usage=usage)
        return [last] if held is None else [held, last]

    def _event(self, text: str, reasoning: str, calls: tuple[Mapping[str, Any], ...]) -> StreamEvent | None:
        if not text and not reasoning and not calls:
            return None
        self._text.append(text)
        self._reasoning.append(reasoning)
        self._calls.append(_spelled(calls))
        return StreamEvent(text=text, reasoning=reasoning, tool_calls=calls)

    def _whole(self, kind: str, piece: str) -> str:
        """Return a piece cleaned, joined to the half of a character that came before it."""
        piece = self._half[kind] + piece
        self._half[kind] = ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half[kind] = piece[:-1], piece[-1]
        return clean_text(piece)


def join_events(events: Iterable[StreamEvent], model: str) -> ChatAnswer:
    """Return the answer whose streamed pieces these are."""
    text: list[str] = []
    reasoning: list[str] = []
    calls: dict[int, dict[str, Any]] = {}
    finish: str | None = None
    usage = Usage()
    for event in events:
        text.append(event.text)
        reasoning.append(event.reasoning)
        for call in event.tool_calls:
            _merge_call(calls, call)
        finish, usage = event.finish or finish, event.usage or usage
    content, inner = split_thoughts("".join(text))
    thought = "\n".join(part for part in ("".join(reasoning).strip(), inner) if part)
    return ChatAnswer(
        content=content if content.strip() else None,
        model=model,
        finish=finish,
        usage=usage,
        reasoning=thought or None,
        tool_calls=tuple(calls[index] for index in sorted(calls)),
    )


def _merge_call(calls: dict[int, dict[str, Any]], delta: Mapping[str, Any]) -> None:
    index = delta.get("index")
    call = calls.setdefault(
        index if isinstance(index, int) else len(calls),
        {"id": "", "type": "function", "function": {"name": "", "arguments": ""}},
    )
    function = delta.get("function") or {}
    call["id"] = call["id"] or _string(delta.get("id"))
    call["function"]["name"] = call["function"]["name"] or _string(function.get("name"))
    call["function"]["arguments"] += _string(function.get("arguments"))


def _choice(value: Any) -> Mapping[str, Any] | None:
    """Return the first choice, None where the list is empty."""
    error = error_in_answer(value)
    if error is not None:
        raise error
    choices = value.get("choices") if isinstance(value, dict) else None
    if choices is None and isinstance(value, dict) and "usage" in value:
        return None  # a last chunk with the usage alone
    if not isinstance(choices, list):
        raise CallError(CallOutcome.SHAPE, "the answer has no list of choices")
    if not choices:
        return None
    first = choices[0] if len(choices) == 1 else min(choices, key=_index)
    if not isinstance(first, dict):
        raise CallError(CallOutcome.SHAPE, "a choice is no object")
    return first


def _index(choice: object) -> int:
    index = choice.get("index") if isinstance(choice, dict) else None
    return index if isinstance(index, int) else 0


def _content(content: object, joiner: Any = None) -> tuple[str, str]:
    """Return the text and the reasoning in a content, which is a string, null or a list of parts."""
    join = joiner or _clean_piece
    if content is None or isinstance(content, str):
        return join("text", content or ""), ""
    if not isinstance(content, list):
        raise CallError(CallOutcome.SHAPE, "the content is neither text nor parts")
    text, thought = [], []
    for part in content:
        if isinstance(part, str):
            text.append(part)
        elif isinstance(part, dict):
            text.append(_string(part.get("text")))
            thought.append(_string(part.get("thinking") or part.get("reasoning")))
    return join("text", "".join(text)), clean_text("".join(thought))


def _clean_piece(_kind: str, piece: str) -> str:
    return clean_text(piece)


def _raw_reasoning(message: Mapping[str, Any]) -> str:
    return _string(message.get("reasoning_content")) or _string(message.get("reasoning"))


def _reasoning(message: Mapping[str, Any]) -> str:
    return clean_text(_raw_reasoning(message))


def _tool_calls(value: object, *, deltas: bool) -> tuple[Mapping[str, Any], ...]:
    """Return tool calls, cleaned; of whole ones each needs a function with a name and arguments as text."""
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(call, dict) for call in value):
        raise CallError(CallOutcome.SHAPE, "tool_calls is no list of objects")
    calls = []
    for call in clean_values(value):
        function = call.get("function")
        if not isinstance(function, dict):
            if deltas and function is None:
                calls.append(call)
                continue
            raise CallError(CallOutcome.SHAPE, "a tool call has no function")
        if not deltas and not _string(function.get("name")):
            raise CallError(CallOutcome.SHAPE, "a tool call has no name")
        if isinstance(function.get("arguments"), dict | list):
            function["arguments"] = json.dumps(function["arguments"], ensure_ascii=False)
        calls.append(call)
    return tuple(calls)


def _finish(choice: Mapping[str, Any]) -> str | None:
    finish = choice.get("finish_reason")
    return clean_text(finish[:_MAX_NAME]) if isinstance(finish, str) and finish else None


def _judge(text: str, calls: Iterable[object], finish: str | None, refusal: str, reasoning: str) -> None:
    """Raise what an answer is where it is not an answer."""
    if finish in _FILTERED:
        raise CallError(CallOutcome.FILTERED, f"the answer was cut by a filter (finish_reason {finish})")
    if finish in _FAILED:
        raise CallError(CallOutcome.SERVER, f"the model failed while it answered (finish_reason {finish})")
    if text.strip() or any(calls):
        return
    if refusal.strip():
        raise CallError(CallOutcome.REFUSED, "the model refused: " + " ".join(clean_text(refusal).split()))
    if finish == "length":
        raise CallError(CallOutcome.LENGTH, "max_tokens was spent before the answer began")
    raise CallError(CallOutcome.EMPTY, "the answer is blank" + (" but for its reasoning" if reasoning.strip() else ""))


def _spelled(calls: Iterable[Mapping[str, Any]]) -> str:
    """Return names and arguments of tool calls as one text, to count its tokens."""
    functions = [call.get("function") or {} for call in calls]
    return "".join(_string(function.get("name")) + _string(function.get("arguments")) for function in functions)


def _name(value: object) -> str:
    return clean_text(value[:_MAX_NAME]) if isinstance(value, str) else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
