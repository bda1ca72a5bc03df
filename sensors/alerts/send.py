"""Sending a message over a channel: JSON over HTTPS, or mail. An address is a secret: no error and no log shows it."""

from __future__ import annotations

import http.client
import json
import os
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from urllib.parse import urlsplit

from resources.errors import SettingsError, TransientServiceError
from resources.settings import AlertSettings
from sensors.alerts.book import Due
from sensors.alerts.formats import accepted, body_of, plain_text, signed_query, title_of

__all__ = ["send"]

#: Seconds for one channel: a look at all conditions must end well within Dagster's minute.
SECONDS = 5.0
MOST_ANSWER = 65_536


def send(
    channel: AlertSettings, due: Due, *, link: str, seconds: int, at: str, environ: Mapping[str, str] | None = None
) -> None:
    """Send one message.

    Args:
        channel: Where to.
        due: What it says.
        link: Address of the UI, "" for none.
        seconds: The clock, which signatures hold.
        at: The same moment, ISO 8601.
        environ: Environment variables that hold addresses and secrets (default: the process's).

    Raises:
        SettingsError: an environment variable that the channel names is not set, or its address is none.
        TransientServiceError: the channel did not take it; it is to be sent again.
    """
    environ = os.environ if environ is None else environ
    text = plain_text(due.opened, due.closed, link, left_out=due.left_out)
    if channel.kind == "email":
        _mail(channel, title_of(due.opened, due.closed), text, environ)
        return
    address = _secret(channel, channel.url_env, environ)
    query, extra = signed_query(channel.kind, _secret(channel, channel.secret_env, environ), seconds)
    body = body_of(channel.kind, due.opened, due.closed, text, at=at) | extra
    try:
        status, answer = _post(address, query, json.dumps(body, ensure_ascii=False).encode())
    except ValueError as error:
        raise SettingsError(
            f"alerts channel {channel.name}: {channel.url_env} holds no http(s) address; correct it."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise _failed(channel, type(error).__name__) from None
    refused = accepted(channel.kind, status, answer)
    if refused is not None:
        raise _failed(channel, refused)


def _failed(channel: AlertSettings, reason: str) -> TransientServiceError:
    return TransientServiceError(
        f"alerts channel {channel.name}: the message was not taken ({reason}); it is sent again."
    )


def _secret(channel: AlertSettings, variable: str | None, environ: Mapping[str, str]) -> str:
    if variable is None:
        return ""
    value = environ.get(variable, "").strip()
    if not value:
        raise SettingsError(f"alerts channel {channel.name}: the environment variable {variable} is not set.")
    return value


def _post(address: str, query: str, body: bytes) -> tuple[int, object]:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no address")
    made: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        made = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=context)
    else:
        made = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
    whole = "&".join(part for part in (parts.query, query) if part)
    path = (parts.path or "/") + (f"?{whole}" if whole else "")
    try:
        made.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
        reply = made.getresponse()
        data = reply.read(MOST_ANSWER)
    finally:
        made.close()
    try:
        return reply.status, json.loads(data)
    except ValueError:
        return reply.status, None


def _mail(channel: AlertSettings, title: str, text: str, environ: Mapping[str, str]) -> None:
    host, _, port = (channel.smtp or "").partition(":")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, channel.sender or "", ", ".join(channel.to)
    message.set_content(text, cte="base64")
    user, password = _secret(channel, channel.user_env, environ), _secret(channel, channel.secret_env, environ)
    number = int(port or 465)
    try:
        if number == 465:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, number, timeout=SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, number, timeout=SECONDS)
        with server:
            if number != 465 and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if user:
                server.login(user, password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise _failed(channel, type(error).__name__) from None
