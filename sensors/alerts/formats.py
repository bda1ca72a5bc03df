"""How a message looks on each kind of channel. Pure: what is sent where lives in `send.py`."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote_plus

from sensors.alerts.conditions import ABOUT, Condition

__all__ = ["accepted", "body_of", "plain_text", "signed_query", "title_of"]

#: Bytes of text that the strictest of the channels (WeCom) takes.
MOST_BYTES = 4_000
_LINE_BREAKS = str.maketrans({"\r": " ", "\n": " "})


def title_of(opened: Sequence[Condition], closed: Sequence[str]) -> str:
    """Return one line that says how many things are wrong, and how many are no longer."""
    parts = [f"{len(opened)} 项需要处理"] if opened else []
    parts += [f"{len(closed)} 项已恢复"] if closed else []
    return "Leafroot：" + "，".join(parts)


def plain_text(opened: Sequence[Condition], closed: Sequence[str], link: str, *, left_out: int = 0) -> str:
    """Return the message as a person reads it, cut at a condition's end where it would be too long."""
    tail = [f"已恢复：{_one_line(title)}" for title in closed]
    if left_out:
        tail.append(f"另有 {left_out} 条消息因频率限制未单独发送。")
    if link:
        tail.append(f"查看：{link}")
    blocks: list[str] = []
    room = MOST_BYTES - len("\n".join(tail).encode()) - 200
    for at, one in enumerate(opened):
        block = f"【{ABOUT[one.about]}】{_one_line(one.title)}\n{_one_line(one.detail)}\n处理：{_one_line(one.remedy)}"
        room -= len(block.encode()) + 2
        if room < 0 and blocks:
            blocks.append(f"另有 {len(opened) - at} 项，见页面。")
            break
        blocks.append(block)
    text = "\n\n".join([*blocks, "\n".join(tail)] if tail else blocks)
    return text.encode()[:MOST_BYTES].decode("utf-8", "ignore")


def body_of(kind: str, opened: Sequence[Condition], closed: Sequence[str], text: str, *, at: str) -> dict[str, Any]:
    """Return the JSON that a channel of a kind takes.

    Args:
        kind: webhook, wecom, dingtalk or feishu.
        opened: What is wrong.
        closed: Titles of what is no longer.
        text: The message as a person reads it.
        at: Moment, ISO 8601.
    """
    title = title_of(opened, closed)
    if kind == "wecom":
        return {"msgtype": "text", "text": {"content": f"{title}\n\n{text}"}}
    if kind == "dingtalk":
        return {"msgtype": "text", "text": {"content": f"{title}\n\n{text}"}}
    if kind == "feishu":
        return {"msg_type": "text", "content": {"text": f"{title}\n\n{text}"}}
    return {
        "source": "leafroot",
        "at": at,
        "title": title,
        "text": text,
        "alerts": [asdict(one) for one in opened],
        "resolved": list(closed),
    }


def signed_query(kind: str, secret: str, seconds: int) -> tuple[str, dict[str, Any]]:
    """Return what signing adds to the address and to the body, as DingTalk and Feishu want it."""
    if not secret:
        return "", {}
    if kind == "dingtalk":
        stamp = str(seconds * 1000)
        mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        return f"timestamp={stamp}&sign={quote_plus(base64.b64encode(mac).decode())}", {}
    if kind == "feishu":
        mac = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
        return "", {"timestamp": str(seconds), "sign": base64.b64encode(mac).decode()}
    return "", {}


def accepted(kind: str, status: int, answer: Any) -> str | None:
    """Return why a channel did not take a message, None where it did: the Chinese ones say so in the body of a 200."""
    if not 200 <= status < 300:
        return f"status {status}"
    if kind in ("wecom", "dingtalk", "feishu") and isinstance(answer, dict):
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0)))
        if code not in (0, "0"):
            return f"code {code}: {str(answer.get('errmsg') or answer.get('msg') or '')[:200]}"
    return None


def _one_line(text: str) -> str:
    return text.translate(_LINE_BREAKS).strip()
