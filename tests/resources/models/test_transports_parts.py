"""The parts of the transports, alone: events, thoughts, keys, tokens, JSON."""

import base64
import json
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.spec import CallError, StreamEvent, Usage
from resources.models.spec import CallOutcome as O
from resources.models.tokens import estimate_tokens, message_tokens, read_usage
from resources.models.transports.base import _joined_answer
from resources.models.transports.chat import ChatStream, join_events, read_chat
from resources.models.transports.redact import MASK, Redactor
from resources.models.transports.sse import EventReader, looks_like_events
from resources.models.transports.thoughts import ThoughtSplitter, split_thoughts
from resources.models.transports.wire import Unpacker, clean_text, clean_values, decode_text, strict_json

KEY = "s3cr/t+k'ey\\\"é-0123456789"


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(edge % (len(data) + 1) for edge in at)})
    return [data[start:end] for start, end in pairwise(edges)]


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), min_size=1), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_event_reader_does_not_care_where_bytes_are_cut(texts: list[str], newline: str, at: list[int]) -> None:
    texts = [text for text in texts if text.strip()]
    data = "".join(f"data: {text}{newline}{newline}" for text in texts).encode()
    reader = EventReader()
    found = [event for piece in cut(data, at) for event in reader.feed(piece)] + reader.end()
    assert found == texts


@given(st.text("<>/thinkTHINK 好\n", max_size=40), st.lists(st.integers(0, 100), max_size=6))
def test_thought_splitter_does_not_care_where_text_is_cut(text: str, at: list[int]) -> None:
    whole, pieces = ThoughtSplitter(), ThoughtSplitter()
    edges = sorted({0, len(text), *(edge % (len(text) + 1) for edge in at)})
    parts = [pieces.feed(text[start:end]) for start, end in pairwise(edges)] + [pieces.end()]
    once = [whole.feed(text), whole.end()]
    assert "".join(part[0] for part in parts) == "".join(part[0] for part in once)
    assert "".join(part[1] for part in parts) == "".join(part[1] for part in once)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("好", ("好", "")),
        ("<think>想</think>好", ("好", "想")),
        ("想一想\n</think>\n\n好", ("好", "想一想")),
        ("<think>没有结尾", ("", "没有结尾")),
        ("<think>a</think>\n<thinking>b</thinking>\n好", ("好", "ab")),
        ("正文里的 </think> 不是标签", ("正文里的 </think> 不是标签", "")),
        ('{"a": "\n</think>\n"}', ('{"a": "\n</think>\n"}', "")),
        ("<thi", ("<thi", "")),
        ("<think>a</think>\n", ("", "a")),
        ("", ("", "")),
    ],
)
def test_split_thoughts(text: str, expected: tuple[str, str]) -> None:
    assert split_thoughts(text) == expected


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        quote(KEY, safe=""),
        quote(KEY, safe="").lower(),
        repr(KEY),
        repr(KEY.encode()),
        json.dumps(KEY),
        json.dumps(KEY, ensure_ascii=False),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.b64encode(f"u:{KEY}:x".encode()).decode(),
        base64.b64encode(f"me:{KEY}".encode()).decode(),
        KEY.encode().hex(),
        f"Bearer {KEY}",
    ],
)
def test_redactor_knows_each_spelling_of_a_key(spelled: str) -> None:
    text = Redactor([KEY])(f"before {spelled} after")
    assert MASK in text
    assert "0123456" not in text
    assert base64.b64encode(b"123456").decode()[:6] not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abcdef123", f"Authorization: Bearer {MASK}"),
        ("key sk-abcdefgh12345 was refused", f"key {MASK} was refused"),
        ('{"api_key": "abcdefgh1234"}', f'{{"api_key": "{MASK}"}}'),
        ("task-force and risk-weighted", "task-force and risk-weighted"),
        ("铜价上涨 2.3%", "铜价上涨 2.3%"),
    ],
)
def test_redactor_knows_the_shapes_of_unknown_keys(text: str, expected: str) -> None:
    assert Redactor()(text) == expected


def test_redactor_shows_no_key_and_takes_none_of_three_letters() -> None:
    assert KEY not in repr(Redactor([KEY]))
    assert Redactor(["abc", None, ""])("abc") == "abc"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("铜价上涨", 4), ("copper", 2), ("铜 copper", 3), ("2026年", 2), ("。", 1)]
)
def test_estimate_tokens(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_message_tokens_counts_parts_and_calls_but_no_pictures() -> None:
    parts = [{"type": "text", "text": "铜价"}, {"type": "image_url", "image_url": {"url": "data:" + "A" * 4000}}]
    calls = [{"id": "", "function": {"name": "", "arguments": "铜"}}]
    assert message_tokens([{"role": "user", "content": parts}]) == 6
    assert message_tokens([{"role": "assistant", "content": None, "tool_calls": calls}]) == 5


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 7}, Usage(5, 7)),
        ({"prompt_tokens": 5}, Usage(5, 2, estimated=True)),
        ({"prompt_tokens": 5, "completion_tokens": 0}, Usage(5, 2, estimated=True)),
        ({"prompt_tokens": True, "completion_tokens": 7}, Usage(9, 7, estimated=True)),
        ({"prompt_tokens": 10**18, "completion_tokens": 7}, Usage(9, 7, estimated=True)),
        ({"prompt_tokens": -1, "completion_tokens": -1}, Usage(9, 2, estimated=True)),
        ({"prompt_tokens": 5.0, "completion_tokens": "7"}, Usage(9, 2, estimated=True)),
        (None, Usage(9, 2, estimated=True)),
        ([], Usage(9, 2, estimated=True)),
    ],
)
def test_read_usage_believes_only_what_can_be(usage: object, expected: Usage) -> None:
    assert read_usage(usage, tokens_in=lambda: 9, text_out="铜价") == expected


def test_read_usage_of_embeddings_takes_the_total() -> None:
    assert read_usage({"total_tokens": 4}, tokens_in=lambda: 9, text_out="") == Usage(4, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("好\x00\x1b[0m\u202e!", "好[0m!"), ("\ud83d\ude00", "\U0001f600"), ("a\ud83db", "ab"), ("a\tb\r\n", "a\tb\r\n")],
)
def test_clean_text(text: str, expected: str) -> None:
    assert clean_text(text) == expected
    assert clean_values({text: [text, 1, None]}) == {expected: [expected, 1, None]}


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', "NaN", "[Infinity]", "-Infinity", "", "{", "[" * 100_000, "1" * 5000, "{} {}", "<html>"]
)
def test_strict_json_refuses(text: str) -> None:
    with pytest.raises(CallError) as caught:
        strict_json(text)
    assert caught.value.outcome is O.NOT_JSON


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("铜".encode(), None, "铜"),
        ("铜".encode("gbk"), "text/html; charset=GB2312", "铜"),
        ("銅".encode("big5"), "a; charset='big5'", "銅"),
        (b"\xef\xbb\xbfx", "a; charset=gbk", "x"),
        ("铜".encode(), "a; charset=gbk", "铜"),
        (b"\xe9", "a; charset=iso-8859-1", "é"),
        ("铜".encode()[:2], None, ""),
    ],
)
def test_decode_text(body: bytes, kind: str | None, expected: str) -> None:
    assert decode_text(body, kind) == expected


@pytest.mark.parametrize("kind", [None, "a; charset=zip", "a; charset=gbk", "a; charset=nonsense"])
def test_decode_text_refuses_what_is_neither(kind: str | None) -> None:
    with pytest.raises(CallError) as caught:
        decode_text(b"\xff\xff\xff.", kind)
    assert caught.value.outcome is O.FRAMING


def test_unpacker_reads_raw_deflate() -> None:
    import zlib

    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(b"copper" * 9) + packer.flush()
    unpacker = Unpacker("deflate", 100)
    assert b"".join(unpacker.feed(data[at : at + 3]) for at in range(0, len(data), 3)) == b"copper" * 9
    unpacker.end()


def test_unpacker_refuses_bytes_after_the_end() -> None:
    import gzip

    with pytest.raises(CallError) as caught:
        Unpacker("gzip", 100).feed(gzip.compress(b"a") + b"surplus")
    assert caught.value.outcome is O.FRAMING


def test_event_reader_gives_up_a_line_without_end() -> None:
    with pytest.raises(CallError) as caught:
        EventReader().feed(b"data: " + b"x" * (2 << 20))
    assert caught.value.outcome is O.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "is_one"), [("data: {}", True), (": ping", True), ("\ufeff\nevent: x", True), ("{}", False)]
)
def test_looks_like_events(text: str, is_one: bool) -> None:
    assert looks_like_events(text) is is_one


def test_stream_joins_a_character_cut_in_two() -> None:
    stream = ChatStream(tokens_in=lambda: 1)
    pieces = [stream.feed(json.dumps({"choices": [{"delta": {"content": half}}]})) for half in ("a\ud83d", "\ude00b")]
    assert "".join(piece.text for piece in pieces if piece) == "a\U0001f600b"


def test_stream_takes_a_whole_message_for_a_delta() -> None:
    stream = ChatStream(tokens_in=lambda: 1)
    event = stream.feed('{"model": "m", "choices": [{"message": {"content": "好"}, "finish_reason": "stop"}]}')
    assert event is not None
    assert event.text == "好"
    assert stream.end(done=False)[-1].finish == "stop"


@pytest.mark.parametrize("delta", ["text", [1]])
def test_stream_refuses_a_delta_of_another_shape(delta: object) -> None:
    with pytest.raises(CallError) as caught:
        ChatStream(tokens_in=lambda: 1).feed(json.dumps({"choices": [{"delta": delta}]}))
    assert caught.value.outcome is O.SHAPE


def test_read_chat_takes_the_first_choice_by_index_and_arguments_as_object() -> None:
    call = {"function": {"name": "f", "arguments": {"a": "铜"}}}
    choices = [
        {"index": 1, "message": {"content": "二"}},
        {"index": 0, "message": {"tool_calls": [call], "content": None}},
    ]
    found = read_chat({"choices": choices}, tokens_in=lambda: 3)
    assert found.tool_calls[0]["function"]["arguments"] == '{"a": "铜"}'
    assert found.usage == Usage(3, 4, estimated=True)
    assert found.model == ""


@pytest.mark.parametrize("choice", ["x", {"message": "x"}, {"message": {"content": 5}}])
def test_read_chat_refuses_other_shapes(choice: object) -> None:
    with pytest.raises(CallError) as caught:
        read_chat({"choices": [choice]}, tokens_in=lambda: 3)
    assert caught.value.outcome is O.SHAPE


def test_read_chat_keeps_thinking_parts_apart() -> None:
    parts = ["好", {"type": "thinking", "thinking": "想"}, {"type": "text", "text": "。"}, 5]
    found = read_chat({"choices": [{"message": {"content": parts}}]}, tokens_in=lambda: 3)
    assert (found.content, found.reasoning) == ("好。", "想")


def test_pieces_of_tool_calls_are_joined_by_index() -> None:
    deltas: list[dict[str, object]] = [
        {"index": 1, "id": "b", "function": {"name": "g", "arguments": "{"}},
        {"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}},
        {"index": 1, "function": {"arguments": "}"}},
        {"index": 0, "id": "a"},
    ]
    stream = ChatStream(tokens_in=lambda: 1)
    chunks = [json.dumps({"choices": [{"delta": {"tool_calls": [delta]}}]}) for delta in deltas]
    events = [event for event in map(stream.feed, chunks) if event]
    calls = join_events(events, "m").tool_calls
    assert [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls] == [
        ("a", "f", ""),
        ("b", "g", "{}"),
    ]


@pytest.mark.parametrize("call", [{"id": "a", "function": "f"}, {"id": "a"}, {"function": {"name": ""}}])
def test_read_chat_refuses_a_tool_call_without_a_function(call: object) -> None:
    with pytest.raises(CallError) as caught:
        read_chat({"choices": [{"message": {"tool_calls": [call]}}]}, tokens_in=lambda: 3)
    assert caught.value.outcome is O.SHAPE


def test_events_that_were_reasoning_alone_are_no_answer() -> None:
    with pytest.raises(CallError) as caught:
        _joined_answer([StreamEvent(text="想一想\n</think>\n")], "m")
    assert caught.value.outcome is O.EMPTY
