"""What starts runs by itself, and what is wrong."""

from typing import Literal

from leafroot.answers.base import Answer

__all__ = ["Alert", "Alerts", "Channel", "Trial", "TrialRequest", "Trigger", "Triggers"]


class Trigger(Answer):
    """A sensor or schedule; `when` is its interval or cron expression."""

    name: str
    kind: Literal["sensor", "schedule"]
    when: str
    job: str | None
    description: str


class Triggers(Answer):
    """`sensors list`."""

    triggers: list[Trigger]


class TrialRequest(Answer):
    """A run that would be started."""

    job: str | None
    partition: str | None
    run_key: str | None


class Trial(Answer):
    """`sensors test`: what would be started, or why nothing is."""

    name: str
    requests: list[TrialRequest]
    message: str
    seconds: float


class Alert(Answer):
    """One thing that somebody should look at; `key` is the same for as long as it lasts."""

    about: Literal["gate", "run", "model", "freshness"]
    key: str
    title: str
    detail: str
    remedy: str


class Channel(Answer):
    """Who is told; `about` empty: of everything."""

    name: str
    kind: str
    about: list[str]


class Alerts(Answer):
    """`alerts list`."""

    alerts: list[Alert]
    channels: list[Channel]
