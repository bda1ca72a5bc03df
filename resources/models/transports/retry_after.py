"""Retry-After: how long a server asks us to wait, in seconds, whatever it wrote there.

A date counts from the reply's own Date, for a server's clock may be days off. What is negative, garbage or past is no wish at all.
"""

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

__all__ = ["LONGEST_WAIT", "asked_wait"]

#: A longer wish is cut to this; nobody waits for it within a deadline, but a breaker stays open so long.
LONGEST_WAIT = 3600.0
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{0,9})?")


def asked_wait(headers: Mapping[str, str], *, now: float | None = None) -> tuple[float | None, str]:
    """Return the wait that a reply asks for, and what is to be told about it.

    Args:
        headers: The reply's headers, looked up in any case.
        now: Seconds since the epoch, where the reply has no Date; the clock by default.

    Returns:
        Seconds from 0 to `LONGEST_WAIT`, None where nothing sensible was asked; and a remark, mostly empty.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    seconds = None if milliseconds is None else milliseconds / 1000
    value = headers.get("retry-after")
    if seconds is None and value is not None:
        seconds = _number(value)
        if seconds is None:
            seconds = _until(value, headers.get("date"), now)
    if seconds is None or seconds < 0:
        return None, ""
    if seconds > LONGEST_WAIT:
        return LONGEST_WAIT, f"it asks to wait {seconds:.0f} s"
    return seconds, ""


def _number(value: str | None) -> float | None:
    if value is None or not _NUMBER.fullmatch(value.strip()):
        return None
    return float(value)


def _until(value: str, date: str | None, now: float | None) -> float | None:
    """Return seconds to a HTTP date, from the reply's Date or else from now."""
    target = _moment(value)
    if target is None:
        return None
    start = None if date is None else _moment(date)
    if start is None:
        start = time.time() if now is None else now
    return target - start


def _moment(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value.strip()).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if math.isfinite(moment) else None
