"""sensors and alerts: what starts runs by itself, and who is told when something is wrong."""

import datetime as dt
from typing import Annotated

import typer

from leafroot.console import Context, emit, table
from resources.errors import UsageError

__all__ = ["register"]

sensors_app = typer.Typer(
    help="See what starts runs by itself; `test` looks and starts nothing.", no_args_is_help=True, rich_markup_mode=None
)
alerts_app = typer.Typer(
    help="See what is wrong and who is told; `test` sends a message.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sensors_app.command("list")(list_sensors)
    sensors_app.command("test")(test_sensor)
    alerts_app.command("list")(list_alerts)
    alerts_app.command("test")(test_channel)
    app.add_typer(sensors_app, name="sensors")
    app.add_typer(alerts_app, name="alerts")


def list_sensors(ctx: typer.Context) -> None:
    """List sensors and schedules, what each is for, and when it looks."""
    from leafroot import answers
    from leafroot.triggers import list_triggers

    answer = answers.Triggers(triggers=[answers.Trigger(**row) for row in list_triggers()])
    emit(
        ctx.obj,
        answer,
        lambda: table(
            ["name", "kind", "when", "what"], [[t.name, t.kind, t.when, t.description] for t in answer.triggers]
        ),
    )


def test_sensor(ctx: typer.Context, name: Annotated[str, typer.Argument(help="A sensor or schedule.")]) -> None:
    """Let a sensor or schedule look once and say what it would start; nothing is started, sent or remembered."""
    from leafroot import answers
    from leafroot.triggers import try_trigger

    context: Context = ctx.obj
    answer = answers.Trial(**try_trigger(context.home, context.config, name))
    emit(
        context,
        answer,
        lambda: (
            (answer.message or f"{len(answer.requests)} runs would start, looked for {answer.seconds:.1f} s")
            + "\n"
            + table(
                ["job", "partition", "run key"],
                [[r.job or "", r.partition or "", r.run_key or ""] for r in answer.requests],
                empty="",
            )
        ),
    )


def list_alerts(ctx: typer.Context) -> None:
    """List what is wrong now and the channels that are told; ends with code 1 where something is."""
    from leafroot import answers
    from leafroot.triggers import look_now

    context: Context = ctx.obj
    conditions, channels = look_now(context.home, context.config)
    answer = answers.Alerts(
        alerts=[answers.Alert(**vars(one)) for one in conditions], channels=[answers.Channel(**row) for row in channels]
    )
    context.code = 1 if answer.alerts else 0
    emit(
        context,
        answer,
        lambda: table(["about", "what", "detail", "remedy"], [[a.about, a.title, a.detail, a.remedy] for a in answer.alerts], empty="Nothing is wrong.")
        + "\n"
        + table(["channel", "kind", "about"], [[c.name, c.kind, ", ".join(c.about) or "everything"] for c in answer.channels], empty="No channel is configured ([[alerts]])."),
    )  # fmt: skip


def test_channel(ctx: typer.Context, name: Annotated[str, typer.Argument(help="A channel of [[alerts]].")]) -> None:
    """Send a test message over a channel."""
    from leafroot import answers
    from resources.settings import load_settings
    from sensors.alerts.book import Due
    from sensors.alerts.conditions import Condition
    from sensors.alerts.send import send

    context: Context = ctx.obj
    settings = load_settings(context.config, home=context.home)
    channel = next((one for one in settings.alerts if one.name == name), None)
    if channel is None:
        known = ", ".join(one.name for one in settings.alerts) or "none"
        raise UsageError(f"No channel is named {name} (known: {known}); write one under [[alerts]].")
    now = dt.datetime.now(dt.UTC)
    due = Due([Condition("run", "test", "测试消息", "这是一条测试消息，没有任何问题。", "无需处理")])
    send(channel, due, link=settings.ui.address, seconds=int(now.timestamp()), at=now.isoformat(timespec="seconds"))
    answer = answers.Channel(name=channel.name, kind=channel.kind, about=list(channel.about))
    emit(context, answer, lambda: f"{channel.name} took the message.")
