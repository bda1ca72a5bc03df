"""The configuration file (contract, Configuration): read, overridden by the environment, checked, explained.

Every value has a default, so that no file at all is a good configuration: with no `[[models]]`, the embedded
extractive engine does every task. Keys of models never stand in a file; only the name of the variable does.
"""

import datetime as dt
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from resources.errors import SettingsError
from resources.protocols import Clearance

__all__ = [
    "AlertSettings",
    "Lane",
    "ModelSettings",
    "ProfileSettings",
    "RetentionSettings",
    "Settings",
    "TaskSettings",
    "load_settings",
]

PREFIX = "LEAFROOT_"
#: Environment variables of the command line itself, not of the file.
RESERVED = {"LEAFROOT_HOME", "LEAFROOT_CONFIG"}
#: What a server may not know of the wire.
Feature = Literal["json_schema", "json_object", "tools", "stream", "temperature", "max_tokens"]
Lane = Literal["rulebooks", "policies", "news", "research", "market"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelSettings(_Strict):
    """One `[[models]]` entry."""

    name: str = Field(description="how the rest of the file and the ledger call it")
    base_url: str = Field(description="any OpenAI-compatible server, ending in /v1")
    model: str = Field(description="the server's own name of the model")
    kind: Literal["chat", "embedding"] = Field("chat", description="chat or embedding")
    api_key_env: str | None = Field(None, description="environment variable that holds the key")
    placement: Literal["private", "maas"] = Field("private", description="private: ours; maas: hosted by others")
    clearance: Clearance | None = Field(
        None, description="highest class of text it may see; default secret for private, public for maas"
    )
    context: int = Field(8192, gt=0, description="context length in tokens")
    max_concurrency: int = Field(8, gt=0, description="requests in flight at most")
    requests_per_minute: int = Field(0, ge=0, description="0: no limit known")
    price_in: Decimal | None = Field(None, ge=0, description="CNY per million tokens read")
    price_out: Decimal | None = Field(None, ge=0, description="CNY per million tokens written")
    dimension: int | None = Field(None, gt=0, description="embedding models only")
    revision: str | None = Field(
        None, description="embedding models only: what tells two states of one model apart; another one embeds anew"
    )
    engine: str = Field(
        "aiohttp", description="what sends: aiohttp, openai-sdk, or an entry point of the group leafroot.engines"
    )
    family: str | None = Field(None, description="prompt variants of this family; default: guessed from the model")
    tokens_per_minute: int = Field(0, ge=0, description="0: no limit known")
    budget_per_day: Decimal | None = Field(
        None, ge=0, description="CNY a day (Asia/Shanghai) at most; 0: nothing is sent; none: no limit"
    )
    timeout: float | None = Field(
        None, gt=0, description="seconds of one attempt at most; default 20 at first, then 8 times the slow tail seen"
    )
    lacks: tuple[Feature, ...] = Field((), description="what the server does not know; learned where not said")


class WeightSettings(_Strict):
    """`[tasks.NAME.weights]`: what the router weighs, each against the others."""

    health: float = Field(1.0, ge=0, description="share of calls that fail")
    latency: float = Field(1.0, ge=0, description="seconds expected under the present load")
    price: float = Field(0.5, ge=0, description="CNY expected for the call")


class TaskSettings(_Strict):
    """One `[tasks.NAME]` entry."""

    models: tuple[str, ...] = Field((), description="registry names in order of preference")
    prompt: str | None = Field(None, description="prompt file, <task>/<version>")
    weights: WeightSettings = Field(WeightSettings(), description="what the router weighs")
    retries: int = Field(2, ge=0, le=10, description="further calls after the first, over all models together")
    timeout: float | None = Field(None, gt=0, description="seconds for the whole of a call; default 60")
    hedge: float = Field(
        0.0, ge=0, le=0.5, description="share of calls that may be asked a second time when they are slow; 0: none"
    )
    temperature: float | None = Field(None, ge=0, le=2, description="sampling temperature; default the prompt's")
    deferrable: bool = Field(False, description="wait for the off-peak hours")
    off_peak: str | None = Field(None, description="hours of a deferrable task, Asia/Shanghai, as 22:00-07:00")

    @field_validator("off_peak")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError(f"hours are written as 22:00-07:00, not {value!r}")
        return value

    @model_validator(mode="after")
    def _deferrable_needs_hours(self) -> "TaskSettings":
        if self.deferrable and self.off_peak is None:
            raise ValueError("a deferrable task needs off_peak hours")
        return self


class ClientSettings(_Strict):
    """One `[[clients]]` entry: who may use the gateway."""

    name: str = Field(description="how the ledger calls the client")
    key_env: str = Field(description="environment variable that holds its key")
    tasks: tuple[str, ...] = Field(("chat", "embed"), description="what it may ask for")
    requests_per_minute: int = Field(0, ge=0, description="requests of a minute at most; 0: no limit")


class ProfileSettings(_Strict):
    """One `[profiles.NAME]` entry: a user's own tag profile."""

    lane: Literal["policies", "news", "research"] = Field("news", description="lane that it reads")
    subject: str = Field("", description="subject; empty: every document is relevant")
    facets: tuple[str, ...] = Field((), description="roots; empty: free tags only")
    keywords: tuple[str, ...] = Field((), description="words that make a document relevant")
    title_drop: tuple[str, ...] = Field((), description="patterns of titles that are never relevant")
    title_keep: tuple[str, ...] = Field((), description="patterns of titles that always are")
    relevance_min: float = Field(
        0.5, ge=0, le=1, description="score from which on a document is relevant, where no model was trained"
    )


class ExtremeMoveSettings(_Strict):
    """`[reports.extreme_move]`."""

    threshold_pct: Decimal = Field(Decimal("3.0"), gt=0, description="least move of a day, in percent")
    basis: Literal["settle_vs_prev_settle", "close_vs_prev_settle", "close_vs_prev_close"] = Field(
        "close_vs_prev_settle", description="what is compared with what"
    )


class ReportSettings(_Strict):
    """`[reports]`."""

    extreme_move: ExtremeMoveSettings = Field(ExtremeMoveSettings(), description="when a move is extreme")


class CorporaSettings(_Strict):
    """`[corpora]`."""

    root: str | None = Field(None, description="corpora folder; default: the one that the home was built from")


class ScheduleSettings(_Strict):
    """`[schedules]`."""

    daily_cron: str = Field("30 20 * * 1-5", description="when the daily report is built, Asia/Shanghai")
    inbox_seconds: int = Field(30, ge=5, description="how often the inbox sensor looks")


class FreshnessSettings(_Strict):
    """`[freshness]`: the time of a trading day (HH:MM, Asia/Shanghai) by which its data are expected; none: a lane is never late."""

    rulebooks: dt.time | None = Field(None, description="never late where not given, as the others")
    policies: dt.time | None = Field(None, description="when the day's notices should be there")
    news: dt.time | None = Field(None, description="when the day's news should be there, for instance 12:00")
    research: dt.time | None = Field(None, description="when the day's notes should be there")
    market: dt.time | None = Field(None, description="when the day's bars should be there, for instance 18:00")


class AlertSettings(_Strict):
    """`[[alerts]]`: one channel; addresses and secrets stand in environment variables."""

    name: str = Field(description="how the book and errors call it")
    kind: Literal["webhook", "wecom", "dingtalk", "feishu", "email"] = Field(description="what takes the messages")
    url_env: str | None = Field(None, description="environment variable that holds the address; not for email")
    secret_env: str | None = Field(
        None, description="environment variable that holds the signing secret (dingtalk, feishu) or the mail password"
    )
    about: tuple[Literal["gate", "run", "model", "freshness"], ...] = Field((), description="empty: everything")
    repeat_minutes: int = Field(720, ge=5, description="what lasts is told again after so long")
    per_hour: int = Field(20, ge=1, description="most messages in an hour")
    smtp: str | None = Field(None, description="email: host:port; 465 is TLS from the start, others STARTTLS")
    sender: str | None = Field(None, description="email: address that it comes from")
    to: tuple[str, ...] = Field((), description="email: addresses that it goes to")
    user_env: str | None = Field(None, description="email: environment variable that holds the user name")

    @model_validator(mode="after")
    def _whole(self) -> "AlertSettings":
        if self.kind == "email" and not (self.smtp and self.sender and self.to):
            raise ValueError(f"the channel {self.name} needs smtp, sender and to")
        if self.kind != "email" and self.url_env is None:
            raise ValueError(f"the channel {self.name} needs url_env")
        return self


class UiSettings(_Strict):
    """`[ui]`."""

    address: str = Field("", description="address of the Dagster UI as people reach it; stands in alerts")


class RetentionSettings(_Strict):
    """`[retention]`: what the weekly upkeep lets go."""

    calls_days: int = Field(400, ge=30, description="days that single calls to models are kept; sums stay")
    runs_days: int = Field(
        60, ge=1, description="days that finished Dagster runs are kept; those that made what is shown stay"
    )
    vectors_days: int = Field(30, ge=1, description="days that cached vectors are kept beside the vector store")


class Settings(_Strict):
    """The whole file."""

    models: tuple[ModelSettings, ...] = Field((), description="models behind the gateway")
    tasks: dict[str, TaskSettings] = Field(default_factory=dict, description="which models do a task")
    clients: tuple[ClientSettings, ...] = Field((), description="who may use the gateway")
    privacy: dict[Lane, Clearance] = Field(
        default_factory=dict, description="class of each lane; lanes not named are internal"
    )
    profiles: dict[str, ProfileSettings] = Field(default_factory=dict, description="a user's own tag profiles")
    reports: ReportSettings = Field(ReportSettings(), description="what the reports do")
    corpora: CorporaSettings = Field(CorporaSettings(), description="where raw files are")
    schedules: ScheduleSettings = Field(ScheduleSettings(), description="when things start by themselves")
    freshness: FreshnessSettings = Field(FreshnessSettings(), description="when a lane is late")
    alerts: tuple[AlertSettings, ...] = Field((), description="who is told when something is wrong")
    ui: UiSettings = Field(UiSettings(), description="the pages as people reach them")
    retention: RetentionSettings = Field(RetentionSettings(), description="what the weekly upkeep lets go")

    def models_of(self, task: str, kind: Literal["chat", "embedding"] = "chat") -> tuple[str, ...]:
        """Return the models that serve a task, in order of preference: its own, else the default task's, else all.

        A task that names none of the kind has none; `embed` is served by what it names and by nothing else.
        """
        known = {model.name: model for model in self.models if model.kind == kind}
        chosen = self.tasks.get(task) or (self.tasks.get("default") if kind == "chat" else None)
        if chosen is not None and chosen.models:
            return tuple(name for name in chosen.models if name in known)
        return tuple(known) if kind == "chat" else ()

    @field_validator("profiles")
    @classmethod
    def _own_names(cls, value: dict[str, ProfileSettings]) -> dict[str, ProfileSettings]:
        taken = sorted(set(value) & {"news", "research", "policy"})
        if taken:
            raise ValueError(f"profile {taken[0]} is built in; give yours another name")
        odd = [name for name in value if not name.replace("_", "").replace("-", "").isalnum() or "@" in name]
        if odd:
            raise ValueError(f"profile name {odd[0]!r} may hold letters, digits, - and _ only")
        return value

    @model_validator(mode="after")
    def _known_models(self) -> "Settings":
        known = [model.name for model in self.models]
        double = next((name for name in known if known.count(name) > 1), None)
        if double:
            raise ValueError(f"two [[models]] are named {double}")
        for task, settings in self.tasks.items():
            for name in settings.models:
                if name not in known:
                    near = difflib.get_close_matches(name, known, 1)
                    hint = f"; did you mean {near[0]}?" if near else ""
                    raise ValueError(f"tasks.{task} names the model {name}, which no [[models]] entry defines{hint}")
        return self


def load_settings(path: Path | None, *, home: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration.

    Args:
        path: The file that the caller named; None: `leafroot.toml` in the home, then in the working directory.
        home: The home.
        environ: Environment variables (default: the process's).

    Raises:
        SettingsError: the file is missing or no TOML, a key is unknown (the nearest known one is named), or a value
            is out of range.
    """
    environ = os.environ if environ is None else environ
    if path is not None and not path.is_file():
        raise SettingsError(f"The configuration {path} is not there; name an existing file with --config.")
    found = path or next((p for p in (home / "leafroot.toml", Path("leafroot.toml")) if p.is_file()), None)
    data: dict[str, Any] = {}
    if found is not None:
        try:
            data = tomllib.loads(found.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"The configuration {found} is no valid TOML ({error}); mend it.") from error
    where = str(found) if found is not None else "the environment"
    _override(data, environ)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_explain(error, where)) from None


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put `LEAFROOT_A__B` values in place; models are addressed by name."""
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in RESERVED or "__" not in variable:
            continue
        first, *rest = variable.removeprefix(PREFIX).split("__")
        value = environ[variable]
        if first == "MODELS":
            _override_model(data, variable, rest, value)
            continue
        place = data
        for part in (first, *rest[:-1]):
            place = place.setdefault(part.lower(), {})
        place[rest[-1].lower()] = value


def _override_model(data: dict[str, Any], variable: str, rest: list[str], value: str) -> None:
    names = [str(model.get("name")) for model in data.get("models", [])]
    if len(rest) != 2:
        raise SettingsError(f"{variable}: a model's setting is named LEAFROOT_MODELS__<name>__<SETTING>.")
    wanted = _loose(rest[0])
    model = next((m for m in data.get("models", []) if _loose(str(m.get("name"))) == wanted), None)
    if model is None:
        raise SettingsError(
            f"{variable}: no [[models]] entry is named {rest[0]} (known: {', '.join(names) or 'none'})."
        )
    model[rest[1].lower()] = value


def _loose(name: str) -> str:
    return name.lower().replace("-", "_")


def _explain(error: ValidationError, where: str) -> str:
    """One sentence for the first problem, with the nearest known key where a key is unknown."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = _nearest(first["loc"])
        return f"{where}: the key {path} is unknown; {near}."
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {path or 'value'}: {message[:1].lower()}{message[1:]}; mend it."


def _nearest(loc: tuple[int | str, ...]) -> str:
    known = list(_fields_at(loc[:-1]))
    close = difflib.get_close_matches(str(loc[-1]), known, 1, cutoff=0.5)
    return f"did you mean {close[0]}?".rstrip("?") if close else f"known here: {', '.join(known)}"


def _fields_at(loc: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in loc:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        for kind in _models_of(model.model_fields[part].annotation):
            model = kind
    return list(model.model_fields)


def _models_of(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for part in getattr(annotation, "__args__", ()) for kind in _models_of(part)]
