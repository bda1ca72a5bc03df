"""Refusals of servers: which outcome a status, an error code or an error text stands for.

Codes and phrases are facts of the interfaces of OpenAI, vLLM, sglang, llama.cpp, DeepSeek, DashScope (Qwen), Zhipu, Moonshot, Volcengine
Ark, Baichuan, Hunyuan and MiniMax. What an outcome is worth says `resources/models/faults.py`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from resources.models.spec import CallError, CallOutcome
from resources.models.transports.retry_after import asked_wait
from resources.models.transports.wire import clean_text, strict_json

__all__ = ["CODES", "MINIMAX", "PHRASES", "error_in_answer", "status_error"]

_O = CallOutcome

#: Error codes and types, in lower case.
CODES: dict[str, CallOutcome] = {
    # a prompt that is too long
    "context_length_exceeded": _O.CONTEXT,
    "exceed_context_size_error": _O.CONTEXT,  # llama.cpp
    "string_above_max_length": _O.CONTEXT,
    "1261": _O.CONTEXT,  # Zhipu
    "inputtextlengthexceed": _O.CONTEXT,  # Volcengine
    # money or quota is spent
    "insufficient_quota": _O.QUOTA,
    "insufficient_balance": _O.QUOTA,
    "billing_hard_limit_reached": _O.QUOTA,
    "billing_not_active": _O.QUOTA,
    "quota_exceeded": _O.QUOTA,  # gateways in front of several vendors, as the next two
    "insufficient_user_quota": _O.QUOTA,
    "pre_consume_token_quota_failed": _O.QUOTA,
    "exceeded_current_quota_error": _O.QUOTA,  # Moonshot
    "arrearage": _O.QUOTA,  # DashScope, as the next four
    "allocationquota.freetieronly": _O.QUOTA,
    "prepaidbilloverdue": _O.QUOTA,
    "postpaidbilloverdue": _O.QUOTA,
    "commoditynotpurchased": _O.QUOTA,
    "accountoverdueerror": _O.QUOTA,  # Volcengine, as the next two
    "setlimitexceeded": _O.QUOTA,
    "quotaexceeded": _O.QUOTA,
    "1113": _O.QUOTA,  # Zhipu, as the next three
    "1304": _O.QUOTA,
    "1308": _O.QUOTA,
    "1309": _O.QUOTA,
    "failedoperation.resourcepackexhausted": _O.QUOTA,  # Hunyuan, as the next three
    "failedoperation.freeresourcepackexhausted": _O.QUOTA,
    "failedoperation.servicestop": _O.QUOTA,
    "failedoperation.servicestoparrears": _O.QUOTA,
    # a limit that passes
    "rate_limit_exceeded": _O.RATE_LIMITED,
    "rate_limit_reached_error": _O.RATE_LIMITED,  # Moonshot
    "engine_overloaded_error": _O.RATE_LIMITED,
    "throttling": _O.RATE_LIMITED,  # DashScope; also before a dot
    "limit_requests": _O.RATE_LIMITED,
    "limit_burst_rate": _O.RATE_LIMITED,
    "1302": _O.RATE_LIMITED,  # Zhipu
    "1303": _O.RATE_LIMITED,
    "1305": _O.RATE_LIMITED,
    "serveroverloaded": _O.RATE_LIMITED,  # Volcengine, as the next five
    "ratelimitexceeded": _O.RATE_LIMITED,
    "modelaccountrpmratelimitexceeded": _O.RATE_LIMITED,
    "modelaccounttpmratelimitexceeded": _O.RATE_LIMITED,
    "requestbursttoofast": _O.RATE_LIMITED,
    "inflightbatchsizeexceeded": _O.RATE_LIMITED,
    "requestlimitexceeded": _O.RATE_LIMITED,  # Hunyuan
    "limitexceeded": _O.RATE_LIMITED,
    "failedoperation.engineserverlimitexceeded": _O.RATE_LIMITED,
    # content that is not let through
    "content_filter": _O.FILTERED,
    "content_policy_violation": _O.FILTERED,
    "data_inspection_failed": _O.FILTERED,  # DashScope
    "datainspectionfailed": _O.FILTERED,
    "1301": _O.FILTERED,  # Zhipu
    "sensitivecontentdetected": _O.FILTERED,  # Volcengine; also before a dot
    "inputtextsensitivecontentdetected": _O.FILTERED,
    "outputtextsensitivecontentdetected": _O.FILTERED,
    "inputtextriskdetection": _O.FILTERED,
    "operationdenied.textillegaldetected": _O.FILTERED,  # Hunyuan
    "operationdenied.imageillegaldetected": _O.FILTERED,
    # something that this server does not know
    "unsupported_parameter": _O.UNSUPPORTED,
    "unsupported_value": _O.UNSUPPORTED,
    "unknown_parameter": _O.UNSUPPORTED,
    "1212": _O.UNSUPPORTED,  # Zhipu
    # keys and rights
    "invalid_api_key": _O.AUTH,
    "invalid_authentication_error": _O.AUTH,
    "invalidapikey": _O.AUTH,
    "authenticationerror": _O.AUTH,
    "authentication_error": _O.AUTH,
    "permission_denied_error": _O.AUTH,
    "accessdenied": _O.AUTH,
    "1000": _O.AUTH,  # Zhipu, as the next nine
    "1001": _O.AUTH,
    "1002": _O.AUTH,
    "1003": _O.AUTH,
    "1004": _O.AUTH,
    "1110": _O.AUTH,
    "1111": _O.AUTH,
    "1112": _O.AUTH,
    "1121": _O.AUTH,
    "1220": _O.AUTH,
    "authfailure": _O.AUTH,  # Hunyuan; also before a dot
    # no such model
    "model_not_found": _O.NOT_FOUND,
    "modelnotfound": _O.NOT_FOUND,
    "model_not_supported": _O.NOT_FOUND,
    "resource_not_found_error": _O.NOT_FOUND,  # Moonshot
    "invalidendpointormodel.notfound": _O.NOT_FOUND,  # Volcengine
    "modelnotopen": _O.NOT_FOUND,
    "1211": _O.NOT_FOUND,  # Zhipu
    "invalidparametervalue.model": _O.NOT_FOUND,  # Hunyuan
    # theirs
    "1234": _O.SERVER,  # Zhipu
    "server_error": _O.SERVER,
    "internal_error": _O.SERVER,
    "internalerror": _O.SERVER,
    "internal_server_error": _O.SERVER,
    "service_unavailable": _O.SERVER,
    "timeout": _O.SERVER,
}

#: `base_resp.status_code` of MiniMax, which comes with status 200.
MINIMAX: dict[int, CallOutcome] = {
    1000: _O.SERVER,
    1001: _O.SERVER,
    1002: _O.RATE_LIMITED,
    1004: _O.AUTH,
    1008: _O.QUOTA,
    1013: _O.SERVER,
    1024: _O.SERVER,
    1026: _O.FILTERED,
    1027: _O.FILTERED,
    1033: _O.SERVER,
    1039: _O.RATE_LIMITED,
    1041: _O.RATE_LIMITED,
    1042: _O.BAD_REQUEST,
    2013: _O.BAD_REQUEST,
    2049: _O.AUTH,
    2056: _O.QUOTA,
}

#: Phrases of error texts, the first that matches counts.
PHRASES: tuple[tuple[re.Pattern[str], CallOutcome], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), outcome)
    for pattern, outcome in (
        (
            r"maximum context length|context[ _]length exceeded|context window|available context size"
            r"|exceed\w* (?:the )?(?:model'?s? )?(?:maximum|max|model) (?:message )?(?:token|context|input|allowed length)"
            r"|longer than the (?:model'?s?|maximum) (?:context|model) length|range of input length"
            r"|input (?:token )?length (?:too long|exceeds|\(?\d+ tokens?\)? exceeds)|(?:prompt|input)(?: \([^)]*\))? is too long"
            r"|tokens exceed the configured limit|input length exceeds"
            r"|exceeds the maximum allowed length|exceed max message tokens|too many (?:input|prompt) tokens"
            r"|(?:prompt|输入|上下文|文本)[^。;]{0,12}(?:超长|过长|超出|超过)|超[出过][^。;]{0,12}(?:上下文|最大长度|token)",
            _O.CONTEXT,
        ),
        (
            r"insufficient[ _](?:account )?(?:balance|quota|credit|funds)|exceeded your current quota|not[ _]enough[ _](?:quota|balance)"
            r"|free (?:tier|quota) [^.]{0,40}exhausted|overdue|in arrears|account is in good standing|billing hard limit"
            r"|余额不足|欠费|额度(?:已)?(?:用尽|用完|耗尽)|资源包(?:已)?(?:耗尽|用尽)|无可用资源包",
            _O.QUOTA,
        ),
        (
            r"content[ _](?:filter|management policy|policy)|inappropriate content|considered high risk|sensitive (?:content|information)"
            r"|敏感内容|不安全或敏感|违规内容|内容安全",
            _O.FILTERED,
        ),
        (
            r"response_format|json_schema|guided[ _]decoding|structured output|tool choice requires|enable-auto-tool-choice"
            r"|does not support (?:tools|tool|function|streaming|json)|(?:tools?|stream_options|tool_choice) (?:is|are) not supported"
            r"|must contain the word 'json'|unsupported parameter|unrecognized request argument|enable_thinking",
            _O.UNSUPPORTED,
        ),
        (
            r"rate limit|too many requests|concurrency limit|速率限制|并发(?:数)?(?:过高|超)|触发\s*[rt]pm",
            _O.RATE_LIMITED,
        ),
        (r"model [^.]{0,80}(?:does not exist|not found|not exist)|no such model|模型不存在", _O.NOT_FOUND),
        (r"(?:invalid|incorrect) api[ _-]?key|authentication fails", _O.AUTH),
    )
)

_DEFAULTS = {
    401: _O.AUTH,
    402: _O.QUOTA,
    403: _O.AUTH,
    404: _O.NOT_FOUND,
    405: _O.NOT_FOUND,
    408: _O.SERVER,
    410: _O.NOT_FOUND,
    425: _O.SERVER,
    429: _O.RATE_LIMITED,
    499: _O.SERVER,
}
# Where a status says enough, only these readings of the text overrule it.
_OVERRULING = {
    401: frozenset({_O.QUOTA}),
    402: frozenset[CallOutcome](),
    403: frozenset({_O.QUOTA, _O.FILTERED, _O.RATE_LIMITED, _O.NOT_FOUND}),
    404: frozenset({_O.QUOTA}),
    429: frozenset({_O.QUOTA}),
}
_OF_SERVER = frozenset({_O.CONTEXT, _O.QUOTA, _O.FILTERED})
# llama-cpp-python says with 500 what it finds wrong in a request.
_VALIDATION = re.compile(r"\d+ validation errors?:")
# Keys of error objects without the word; an answer with choices may have them too.
_SIGNS = frozenset({"code", "message", "msg", "detail", "Response"})
_MAX_DETAIL = 2000
_MINIMAX = "base_resp:"


def status_error(status: int, headers: Mapping[str, str], body: str) -> CallError:
    """Return the error that an answer with another status than 2xx stands for.

    Args:
        status: HTTP status.
        headers: Headers, looked up in any case; Retry-After and Date are read.
        body: The beginning of the body, decoded as well as it goes.
    """
    if 300 <= status < 400:
        return CallError(_O.REDIRECT, f"status {status}: redirects are not followed", status=status)
    if not 400 <= status < 600:
        return CallError(_O.FRAMING, f"status {status} is none of HTTP's", status=status)
    codes, message = _read(_try_json(body))
    outcome = _DEFAULTS.get(status, _O.SERVER if status >= 500 else _O.BAD_REQUEST)
    allowed = _OF_SERVER if status >= 500 else _OVERRULING.get(status)
    if status == 500 and _VALIDATION.match(message):
        codes, outcome, allowed = [], _O.BAD_REQUEST, None
    found = _classify(codes, message)
    if found is not None and status not in {408, 409} and (allowed is None or found in allowed):
        outcome = found
    wait, remark = asked_wait(headers)
    detail = " ".join(part for part in (f"status {status}", *codes[:2], message, remark) if part)
    return CallError(outcome, detail[:_MAX_DETAIL], status=status, retry_after=wait)


def error_in_answer(value: object) -> CallError | None:
    """Return the error that stands in an answer of status 200 or in an event of a stream, if one does."""
    if not isinstance(value, dict):
        return None
    reply = value.get("base_resp")
    failed = isinstance(reply, dict) and reply.get("status_code") not in {None, 0, "0"}
    is_error = bool(value.get("error")) or value.get("object") == "error"
    if not is_error and not failed and (value.get("choices") or value.get("data") or _SIGNS.isdisjoint(value)):
        return None
    codes, message = _read(value)
    outcome = _classify(codes, message) or _O.SHAPE
    return CallError(outcome, " ".join(("an error with status 200:", *codes[:2], message))[:_MAX_DETAIL], status=200)


def _classify(codes: list[str], message: str) -> CallOutcome | None:
    """Return what codes or else the text stand for; a code that says little yields to the text."""
    found = [outcome for outcome in map(_of_code, codes) if outcome is not None]
    exact = [outcome for outcome in found if outcome not in {_O.BAD_REQUEST, _O.SERVER}]
    said = (outcome for pattern, outcome in PHRASES if pattern.search(message))
    return next(iter(exact), None) or next(said, None) or next(iter(found), None)


def _of_code(code: str) -> CallOutcome | None:
    """Return what one code stands for, or the part of it before a dot."""
    if code.startswith(_MINIMAX):
        return MINIMAX.get(int(code.removeprefix(_MINIMAX)))
    return CODES.get(code) or CODES.get(code.partition(".")[0])


def _read(value: object) -> tuple[list[str], str]:
    """Return the codes, in lower case, and the message of an error object of any of the known forms."""
    if isinstance(value, str):
        return [], " ".join(clean_text(value[:_MAX_DETAIL]).split())
    codes: list[str] = []
    messages: list[str] = []
    for item in _objects(value):
        for key in ("code", "type", "Code", "error_code", "status"):
            code = item.get(key)
            if isinstance(code, str | int) and not isinstance(code, bool) and str(code).lower() not in codes:
                codes.append(clean_text(str(code)[:80]).lower())
        reply = item.get("status_code")
        if isinstance(reply, int) and "status_msg" in item:
            codes.append(f"{_MINIMAX}{int(reply)}")
        for key in ("error", "message", "Message", "msg", "detail", "error_msg", "status_msg"):
            text = item.get(key)
            if isinstance(text, str) and text:
                messages.append(text)
    return codes, " ".join(clean_text(" ".join(messages)[:_MAX_DETAIL]).split())


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the error object and those inside it, the inner ones first."""
    if isinstance(value, list):
        for item in value[:3]:
            yield from _objects(item)
    if not isinstance(value, Mapping):
        return
    for key in ("error", "Response", "Error", "base_resp", "detail", "innererror"):
        inner = value.get(key)
        if isinstance(inner, Mapping | list):
            yield from _objects(inner)
    yield value


def _try_json(body: str) -> object:
    """Return the JSON of an error's body, else its text, else nothing where it is HTML."""
    try:
        return strict_json(body)
    except CallError:
        head = body.lstrip()[:15].lower()
        return "an HTML page" if head.startswith("<") else body
