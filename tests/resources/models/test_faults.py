"""Verdicts on failed attempts, and what servers' refusals are read as: statuses, codes and texts of the vendors."""

import json
from typing import Any

import pytest

from resources.models.faults import PATIENCE, VERDICTS, Verdict, verdict
from resources.models.spec import CallError
from resources.models.spec import CallOutcome as O
from resources.models.transports.errors import CODES, MINIMAX, PHRASES, error_in_answer, status_error
from resources.models.transports.retry_after import LONGEST_WAIT, asked_wait

THEN, LATER = "Tue, 24 Nov 2026 10:00:00 GMT", "Tue, 24 Nov 2026 10:00:30 GMT"


def test_verdict_knows_each_outcome() -> None:
    assert set(VERDICTS) == set(O)


@pytest.mark.parametrize("outcome", [O.BAD_REQUEST, O.AUTH, O.CONTEXT, O.QUOTA])
def test_verdict_neither_repeats_nor_cools_what_is_not_the_endpoints_fault(outcome: O) -> None:
    """litellm PR#22697: over-long prompts and spent quota were repeated and cooled a healthy target."""
    found = verdict(CallError(outcome, "x"))
    assert not found.retry_here
    assert not found.cool


@pytest.mark.parametrize("outcome", [O.QUOTA, O.AUTH])
def test_verdict_stops_the_batch_where_a_person_must_act(outcome: O) -> None:
    assert verdict(CallError(outcome, "x")).stop_batch


@pytest.mark.parametrize("outcome", [O.SHAPE, O.EMPTY, O.NOT_JSON, O.SERVER, O.RESET, O.TIMEOUT, O.CONNECT])
def test_verdict_counts_an_answer_that_is_none_against_the_endpoint(outcome: O) -> None:
    assert verdict(CallError(outcome, "x")) == Verdict(retry_here=True, fail_over=True, cool=True)


def test_verdict_of_one_rate_limit_empties_no_target() -> None:
    assert not verdict(CallError(O.RATE_LIMITED, "x", status=429)).cool


@pytest.mark.parametrize(
    ("status", "wait", "expected"),
    [
        (429, 2.0, Verdict(retry_here=True, fail_over=True, wait=2.0)),
        (429, PATIENCE + 1, Verdict(retry_here=False, fail_over=True, wait=PATIENCE + 1)),
        (429, None, Verdict(retry_here=True, fail_over=True)),
    ],
    ids=["short", "long", "none"],
)
def test_verdict_heeds_retry_after(status: int, wait: float | None, expected: Verdict) -> None:
    assert verdict(CallError(O.RATE_LIMITED, "x", status=status, retry_after=wait)) == expected


def test_verdict_of_conflict_and_of_too_large() -> None:
    assert verdict(CallError(O.BAD_REQUEST, "x", status=409)).retry_here
    assert verdict(CallError(O.BAD_REQUEST, "x", status=413)).shrink
    assert verdict(CallError(O.CONTEXT, "x", status=400)).shrink
    assert verdict(CallError(O.UNSUPPORTED, "x", status=400)).weaken


CONTEXT = [
    "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens (8001 in the messages)",
    "The prompt (total length 25938) is too long to fit into the model (context length 4096).",
    "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
    "Requested token count exceeds the model's maximum context length of 32768 tokens.",
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    "Input length (9000 tokens) exceeds the maximum allowed length (8192 tokens).",
    "the request exceeds the available context size, try increasing it",
    "Range of input length should be [1, 30720]",
    "Invalid request: Your request exceeded model token limit: 8192",
    "Input token length too long",
    "Total tokens of image and text exceed max message tokens",
    "invalid params, context window exceeds limit",
    "Prompt 超长",
    "输入内容过长,超出模型上下文",
]
QUOTA = [
    "Insufficient Balance",
    "You exceeded your current quota, please check your plan and billing details",
    "Access denied, please make sure your account is in good standing.",
    "The request failed because your account has an overdue balance.",
    "The free tier of the model has been exhausted.",
    "您的账户已欠费,请充值后重试",
    "余额不足或无可用资源包,请充值。",
    "资源包已耗尽",
    "not enough quota",
]
UNSUPPORTED = [
    "'response_format' of type 'json_schema' is not supported",
    "This response_format type is unavailable now",
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    "stream_options is not supported",
]
FILTERED = [
    "Input data may contain inappropriate content.",
    "The response was filtered due to the prompt triggering the content management policy.",
    "系统检测到输入或生成内容可能包含不安全或敏感内容",
    "The request failed because the input text may contain sensitive information.",
]
TEXTS = [
    *((text, O.CONTEXT) for text in CONTEXT),
    *((text, O.QUOTA) for text in QUOTA),
    *((text, O.UNSUPPORTED) for text in UNSUPPORTED),
    *((text, O.FILTERED) for text in FILTERED),
    ("messages[0].content is malformed", O.BAD_REQUEST),
    ("max_tokens is too large: 99999. This model supports at most 4096 completion tokens", O.BAD_REQUEST),
]


@pytest.mark.parametrize(("text", "outcome"), TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_status_error_reads_the_texts_of_vendors(text: str, outcome: O) -> None:
    assert status_error(400, {}, json.dumps({"error": {"message": text}})).outcome is outcome


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, {"code": "Arrearage", "message": "Access denied"}, O.QUOTA),
        (400, {"error": {"code": "data_inspection_failed", "message": "x"}}, O.FILTERED),
        (429, {"error": {"code": "1113", "message": "账户已欠费"}}, O.QUOTA),
        (429, {"error": {"code": "1302", "message": "并发数过高"}}, O.RATE_LIMITED),
        (400, {"error": {"code": "1261", "message": "x"}}, O.CONTEXT),
        (400, {"contentFilter": [{"level": 1, "role": "user"}], "error": {"code": "1301", "message": "x"}}, O.FILTERED),
        (429, {"error": {"type": "exceeded_current_quota_error", "message": "x"}}, O.QUOTA),
        (429, {"error": {"type": "engine_overloaded_error", "message": "x"}}, O.RATE_LIMITED),
        (403, {"error": {"code": "AccountOverdueError", "message": "x"}}, O.QUOTA),
        (429, {"error": {"code": "SetLimitExceeded", "message": "x"}}, O.QUOTA),
        (429, {"error": {"code": "RateLimitExceeded.EndpointTPMExceeded", "message": "x"}}, O.RATE_LIMITED),
        (400, {"error": {"code": "SensitiveContentDetected.Violence", "message": "x"}}, O.FILTERED),
        (429, {"code": "Throttling.AllocationQuota", "message": "Allocated quota exceeded"}, O.RATE_LIMITED),
        (403, {"code": "AllocationQuota.FreeTierOnly", "message": "x"}, O.QUOTA),
        (400, {"Response": {"Error": {"Code": "FailedOperation.ResourcePackExhausted", "Message": "x"}}}, O.QUOTA),
        (400, {"object": "error", "message": CONTEXT[0], "type": "BadRequestError", "code": 400}, O.CONTEXT),
        (404, {"detail": "Not Found"}, O.NOT_FOUND),
        (422, {"detail": [{"msg": "field required", "type": "missing"}]}, O.BAD_REQUEST),
        (401, {"error": {"message": "Authentication Fails", "code": "invalid_request_error"}}, O.AUTH),
        (402, {"error": {"message": "rate limit"}}, O.QUOTA),
        (500, {"error": {"code": 500, "message": CONTEXT[6], "type": "exceed_context_size_error"}}, O.CONTEXT),
        # llama-cpp-python: what is wrong in the request is said with 500.
        (
            500,
            {
                "error": {
                    "message": "1 validation error:\n  {'loc': ('body', 'response_format')",
                    "type": "internal_server_error",
                }
            },
            O.UNSUPPORTED,
        ),
        (
            500,
            {
                "error": {
                    "message": "2 validation errors:\n  {'loc': ('body', 'temperature')",
                    "type": "internal_server_error",
                }
            },
            O.BAD_REQUEST,
        ),
        (500, {"error": {"message": "lost 1 validation error:", "type": "internal_server_error"}}, O.SERVER),
        (503, {"error": {"message": "rate limit"}}, O.SERVER),
        (429, "Too Many Requests", O.RATE_LIMITED),
        (400, "", O.BAD_REQUEST),
        (421, {"error": {"message": "Content Filter"}}, O.FILTERED),
        (451, {"error": {"message": "x"}}, O.BAD_REQUEST),
    ],
)
def test_status_error_reads_codes_and_shapes(status: int, body: Any, outcome: O) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    error = status_error(status, {}, text)
    assert error.outcome is outcome
    assert error.status == status


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ({"error": {"message": "x"}}, O.SHAPE),
        ({"error": "insufficient quota"}, O.QUOTA),
        ({"base_resp": {"status_code": 1002, "status_msg": "rate limit"}, "choices": None}, O.RATE_LIMITED),
        ({"base_resp": {"status_code": 1004, "status_msg": "x"}}, O.AUTH),
        ({"base_resp": {"status_code": 2013, "status_msg": CONTEXT[-3]}}, O.CONTEXT),
        ({"base_resp": {"status_code": 2013, "status_msg": "x"}}, O.BAD_REQUEST),
        ({"code": "1001", "msg": "x", "success": False}, O.AUTH),
        ({"object": "error", "message": "x"}, O.SHAPE),
        ({"choices": [1], "error": None}, None),
        ({"choices": [1], "base_resp": {"status_code": 0}}, None),
        ({"choices": [1], "code": 0}, None),
        ({}, None),
        ([], None),
    ],
)
def test_error_in_answer_reads_errors_of_status_200(value: Any, outcome: O | None) -> None:
    error = error_in_answer(value)
    assert (error and error.outcome) is outcome


def test_tables_are_in_lower_case_and_worth_something() -> None:
    assert all(code == code.lower() for code in CODES)
    assert {*CODES.values(), *MINIMAX.values(), *(outcome for _, outcome in PHRASES)} <= set(VERDICTS)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "99999999999999999999"}, None),
        ({"retry-after": "86400"}, LONGEST_WAIT),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after": LATER, "date": THEN}, 30.0),
        ({"retry-after": THEN, "date": LATER}, None),
        ({"retry-after": LATER}, 20.0),
        ({"retry-after": LATER, "date": "yesterday"}, 20.0),
        ({}, None),
    ],
)
def test_asked_wait_reads_what_servers_write(headers: dict[str, str], wait: float | None) -> None:
    assert asked_wait(headers, now=1795514410.0)[0] == wait


def test_asked_wait_tells_what_it_cuts() -> None:
    assert asked_wait({"retry-after": "86400"}) == (LONGEST_WAIT, "it asks to wait 86400 s")


def test_asked_wait_without_a_date_uses_the_clock() -> None:
    assert asked_wait({"retry-after": "Tue, 24 Nov 1998 10:00:00 GMT"}) == (None, "")
