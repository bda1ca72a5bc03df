import base64
import datetime as dt
import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dagster as dg
import pytest

from assets.catalogue import TABLES
from resources.defs import HomeResource
from resources.errors import SettingsError, TransientServiceError
from resources.settings import Settings
from resources.store import Store
from resources.trading_days import SHANGHAI
from sensors.alerts.book import Book, Due
from sensors.alerts.conditions import Condition, failed_gates, failed_runs, late_data, unwell_models
from sensors.alerts.formats import MOST_BYTES, accepted, body_of, plain_text
from sensors.alerts.look import look, tell
from sensors.alerts.send import send
from sensors.defs import alerts_sensor
from sensors.freshness import Late

NOW = dt.datetime(2024, 4, 18, 19, 0, tzinfo=SHANGHAI)
GATE = {
    "asset": "records/clauses",
    "check": "clauses_cover_text",
    "severity": "block",
    "passed": False,
    "detail": "丢失文字",
}
ONE = Condition("gate", "k1", "一项", "细节", "处理办法")
TWO = Condition("model", "k2", "二项", "细节", "处理办法")


@contextmanager
def channel(status: int = 200, answer: Any = None) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """A server that takes messages; its address and what it was sent."""
    got: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, json.loads(body)))
            data = json.dumps({"errcode": 0} if answer is None else answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?key=hidden-key", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(kind: str = "webhook", **more: Any) -> Settings:
    base = {"name": "desk", "kind": kind, "url_env": "DESK_URL"}
    return Settings.model_validate({"alerts": [base | more]})


# ---- conditions


def test_failed_gates_are_one_condition_an_asset() -> None:
    warned = GATE | {"check": "w", "severity": "warn"}
    passed = GATE | {"asset": "tags/news", "passed": True}
    found = failed_gates([GATE, warned, passed, GATE | {"check": "another"}])
    assert [one.key for one in found] == ["gate:records/clauses:another,clauses_cover_text"]
    assert "2 项检查未通过" in found[0].title
    assert "丢失文字" in found[0].detail


def test_many_failures_of_a_job_are_told_as_one() -> None:
    runs = [{"job": "day_job", "run_id": f"r{n}", "reason": "disk full" if n == 0 else ""} for n in range(40)]
    found = failed_runs([*runs, {"job": "other", "run_id": "x", "reason": ""}])
    assert [one.key for one in found] == ["run:day_job:r0", "run:other:x"]
    assert "40 次" in found[0].title
    assert "disk full" in found[0].detail


def test_unwell_models_and_late_lanes_say_what_to_do() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "a", "state": "ready", "reason": None},
        {"name": "b", "state": "disabled", "reason": "坏了"},
    ]
    found = [
        *unwell_models(rows, [("error_rate", "m: 9 of 20")]),
        *late_data([Late("news", "2024-04-18", "12:00", None)]),
    ]
    assert [one.key for one in found] == ["model:b:disabled", "usage:error_rate", "late:news:2024-04-18"]
    assert all(one.remedy for one in found)


# ---- the book


def test_the_book_tells_once_again_after_a_while_and_of_the_end(tmp_path: Path) -> None:
    def due(conditions: list[Condition], now: float) -> Due:
        found = Book(tmp_path).due("desk", conditions, now, repeat=600, per_hour=20)
        assert found is not None
        if not found.is_empty:
            Book(tmp_path).book("desk", found, conditions, now)
        return found

    assert due([ONE], 0.0).opened == [ONE]
    assert due([ONE], 60.0).is_empty
    assert due([ONE, TWO], 120.0).opened == [TWO]
    assert due([ONE, TWO], 650.0).opened == [ONE]
    assert due([TWO], 700.0).closed == ["一项"]
    assert due([TWO], 710.0).is_empty
    assert due([ONE, TWO], 720.0).opened == [ONE, TWO]


def test_the_book_holds_back_beyond_the_limit_and_counts(tmp_path: Path) -> None:
    book = Book(tmp_path)
    for n in range(3):
        one = Condition("gate", f"k{n}", "t", "d", "r")
        found = book.due("desk", [one], float(n), repeat=600, per_hour=2)
        if n < 2:
            assert found is not None
            book.book("desk", found, [one], float(n))
        else:
            assert found is None
    later = book.due("desk", [ONE], 3700.0, repeat=600, per_hour=2)
    assert later is not None
    assert later.left_out == 0
    soon = Book(tmp_path).due("desk", [ONE], 3601.5, repeat=600, per_hour=2)
    assert soon is not None
    assert soon.left_out == 1


def test_a_message_that_was_not_taken_is_due_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with channel(500) as (address, got):
        monkeypatch.setenv("DESK_URL", address)
        said = [tell(tmp_path, settings(), [ONE], NOW) for _ in range(2)]
    assert len(got) == 2
    assert "sent again" in said[1][0]
    with channel() as (address, got):
        monkeypatch.setenv("DESK_URL", address)
        assert tell(tmp_path, settings(), [ONE], NOW) == ["desk: told of 1, and of the end of 0"]
        assert tell(tmp_path, settings(), [ONE], NOW) == []
        assert tell(tmp_path, settings(), [], NOW) == ["desk: told of 0, and of the end of 1"]
    assert len(got) == 2


def test_a_channel_hears_only_what_it_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with channel() as (address, got):
        monkeypatch.setenv("DESK_URL", address)
        tell(tmp_path, settings(about=["model"]), [ONE, TWO], NOW)
    assert [one["key"] for one in got[0][1]["alerts"]] == ["k2"]


# ---- what goes out


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("wecom", ("text", "content")),
        ("dingtalk", ("text", "content")),
        ("feishu", ("content", "text")),
        ("webhook", ("text",)),
    ],
)
def test_each_kind_has_its_form(kind: str, path: tuple[str, ...]) -> None:
    text = plain_text([ONE], ["旧的"], "http://ui")
    body: Any = body_of(kind, [ONE], ["旧的"], text, at="2024-04-18T19:00:00+08:00")
    for key in path:
        body = body[key]
    assert "【质量门禁】一项" in body
    assert "已恢复：旧的" in body
    assert "http://ui" in body


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_signatures_are_those_of_the_channel(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configured = settings(kind, secret_env="DESK_SECRET").alerts[0]
    with channel(answer={"code": 0}) as (address, got):
        send(
            configured,
            Due([ONE]),
            link="",
            seconds=1700000000,
            at="",
            environ={"DESK_URL": address, "DESK_SECRET": "s"},
        )
    path, body = got[0]
    query = parse_qs(urlsplit(path).query)
    assert query["key"] == ["hidden-key"]
    if kind == "dingtalk":
        mac = hmac.new(b"s", b"1700000000000\ns", hashlib.sha256).digest()
        assert (query["timestamp"], query["sign"]) == (["1700000000000"], [base64.b64encode(mac).decode()])
    else:
        mac = hmac.new(b"1700000000\ns", b"", hashlib.sha256).digest()
        assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(mac).decode())


def test_a_long_message_is_cut_between_conditions() -> None:
    many = [Condition("gate", f"k{n}", "标题" * 20, "细节" * 60, "处理") for n in range(40)]
    text = plain_text(many, [], "http://ui")
    assert len(text.encode()) <= MOST_BYTES
    assert "另有" in text
    assert text.endswith("查看：http://ui")


def test_texts_stay_on_their_line() -> None:
    text = plain_text([Condition("run", "k", "标题\n【模型】伪造", "细节\r\n处理：照做", "办法")], [], "")
    assert text.count("\n") == 2


@pytest.mark.parametrize(
    ("kind", "status", "answer", "refused"),
    [
        ("wecom", 200, {"errcode": 0}, False),
        ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook"}, True),
        ("feishu", 200, {"code": 19021, "msg": "sign match fail"}, True),
        ("feishu", 200, {"StatusCode": 0}, False),
        ("dingtalk", 200, {"errcode": 310000}, True),
        ("webhook", 204, None, False),
        ("webhook", 302, None, True),
        ("webhook", 500, None, True),
    ],
)
def test_accepted_reads_what_a_channel_says(kind: str, status: int, answer: Any, refused: bool) -> None:
    assert (accepted(kind, status, answer) is not None) is refused


def test_no_error_shows_the_address() -> None:
    configured = settings("wecom").alerts[0]
    with (
        channel(answer={"errcode": 1, "errmsg": "no"}) as (address, _),
        pytest.raises(TransientServiceError) as refused,
    ):
        send(configured, Due([ONE]), link="", seconds=1, at="", environ={"DESK_URL": address})
    with pytest.raises(TransientServiceError) as dead:
        send(configured, Due([ONE]), link="", seconds=1, at="", environ={"DESK_URL": "http://127.0.0.1:9/hidden-key"})
    with pytest.raises(SettingsError) as odd:
        send(configured, Due([ONE]), link="", seconds=1, at="", environ={"DESK_URL": "hidden-key"})
    with pytest.raises(SettingsError) as unset:
        send(configured, Due([ONE]), link="", seconds=1, at="", environ={})
    assert "DESK_URL is not set" in str(unset.value)
    assert "hidden-key" not in f"{refused.value}{dead.value}{odd.value}"


def test_mail_is_sent_in_plain_text() -> None:
    got: list[bytes] = []

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            reading = False
            while line := self.rfile.readline():
                if reading:
                    got.append(line)
                    reading = line != b".\r\n"
                    if not reading:
                        self.wfile.write(b"250 ok\r\n")
                elif line.upper().startswith(b"DATA"):
                    reading = True
                    self.wfile.write(b"354 go\r\n")
                elif line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mail = {
        "smtp": f"127.0.0.1:{server.server_address[1]}",
        "sender": "a@example.org",
        "to": ["b@example.org"],
        "url_env": None,
    }
    try:
        send(settings("email", **mail).alerts[0], Due([ONE]), link="", seconds=1, at="", environ={})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    raw = b"".join(got)
    assert b"To: b@example.org" in raw
    assert "【质量门禁】一项".encode() in base64.b64decode(raw.split(b"\r\n\r\n", 1)[1].replace(b"\r\n.\r\n", b""))


# ---- a home


def test_look_finds_what_is_wrong_with_a_home(tmp_path: Path) -> None:
    assert look(tmp_path, Settings(), [], NOW) == []
    store = Store(tmp_path, TABLES)
    gate = {name: GATE[name] for name in ("check", "severity", "passed", "detail")}
    store.record_gates("records/clauses", [gate], run_id="r")
    store.close()
    configured = Settings.model_validate({"freshness": {"market": "18:00"}, "models": [{"name": "m", "base_url": "http://x/v1", "model": "m", "api_key_env": "NO_SUCH_KEY"}]})  # fmt: skip
    found = look(tmp_path, configured, [{"job": "day_job", "run_id": "r", "reason": ""}], NOW)
    assert [one.key for one in found] == [
        "gate:records/clauses:clauses_cover_text",
        "late:market:2024-04-18",
        "model:m:unavailable",
        "run:day_job:r",
    ]


def test_a_channel_that_lacks_its_address_is_refused_by_the_configuration() -> None:
    with pytest.raises(ValueError, match="needs url_env"):
        settings(url_env=None)
    with pytest.raises(ValueError, match="needs smtp"):
        settings("email")


def test_the_sensor_tells_of_a_failed_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()

    @dg.op
    def broken() -> None:
        raise dg.Failure("the disk is full, Bearer abcdefgh12345678")

    @dg.job
    def day_job() -> None:
        broken()

    def tick(instance: dg.DagsterInstance) -> str:
        context = dg.build_sensor_context(instance=instance, resources={"home": HomeResource(path=str(home))})
        found = alerts_sensor(context)
        assert isinstance(found, dg.SkipReason)
        return str(found.skip_message)

    with channel() as (address, got), dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        monkeypatch.setenv("DESK_URL", address)
        assert "No channel" in tick(instance)
        (home / "leafroot.toml").write_text('[[alerts]]\nname = "desk"\nkind = "webhook"\nurl_env = "DESK_URL"\n')
        day_job.execute_in_process(instance=instance, raise_on_error=False)
        assert tick(instance) == "1 conditions; desk: told of 1, and of the end of 0"
        assert tick(instance) == "1 conditions"
    assert "the disk is full" in got[0][1]["text"]
    assert "abcdefgh12345678" not in json.dumps(got)
