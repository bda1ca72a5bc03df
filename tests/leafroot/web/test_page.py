"""The page about the models in a real browser: what it draws, what it posts, and that it stays at home."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from leafroot.web import app as web
from resources.models.ledger import Attempt, CallRow, Ledger
from resources.models.switches import read_switches, set_switch
from resources.settings import Settings
from tests.leafroot.web.browser import PATH, Page, open_page, running_browser
from tests.leafroot.web.test_gateway import FakeGateway, Server

pytestmark = pytest.mark.skipif(PATH is None, reason="no Chromium on this machine")

KEY = "page-client-key"
HOSTILE = "<img src=http://evil.example/x onerror=window.hacked=1>/b"
ADDRESS = "http://127.0.0.1:1/v1"
NAMES = ["qwen-private", "glm-maas", HOSTILE]
NOON = 1_714_968_000.0


class PageGateway(FakeGateway):
    """Three models; what is switched off stands in the home, as with the real one."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home

    def models(self) -> list[dict[str, Any]]:
        switches = read_switches(self.home)
        rows = []
        for number, name in enumerate(NAMES):
            off = switches.get(("model", name))
            row = {
                "name": name,
                "placement": ("private", "maas", "maas")[number],
                "in_flight": number,
                "errors": number,
            }
            row |= {"state": "disabled" if off else ("ready", "cooling", "ready")[number]}
            row |= {"reason": f"{off.reason} ({off.by}, {off.at})" if off else (None, "for another 12 s", None)[number]}
            row |= {
                "calls": (750, 250, 0)[number],
                "p50_ms": 412.0,
                "p99_ms": None,
                "tokens_in": 12_345,
                "tokens_out": 678,
            }
            rows.append({**row, "cost": ("1.25", None, "0")[number]})
        return rows


Served = tuple[str, Path]
Look = Callable[[Page], Awaitable[None]]


@pytest.fixture(scope="module")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_browser(tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture(params=[[]])
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Served]:
    """Serve the page of a home with three models and two calls; the parameter are the clients that need keys."""
    gateway = PageGateway(tmp_path)

    @asynccontextmanager
    async def opened(*_: object) -> Any:
        yield gateway

    monkeypatch.setattr(web, "open_gateway", opened)
    monkeypatch.setenv("PAGE_KEY", KEY)
    ledger = Ledger(tmp_path)
    for task, outcome in (("summarise_slices", "ok"), ("<b>task</b>", "timeout")):
        row = CallRow("chat", task, model="qwen-private", outcome=outcome, latency=0.4)
        row.attempts = [Attempt("qwen-private", outcome, 0.4, tokens_in=30, tokens_out=9)]
        ledger.record(row, NOON)
    ledger.close()
    models = [{"name": name, "base_url": ADDRESS, "model": "m"} for name in NAMES]
    server = Server(tmp_path, Settings.model_validate({"models": models, "clients": request.param}), gateway)
    yield server.base, tmp_path
    server.stop()


def look_at(devtools: str, served: Served, look: Look, *, refused: int = 0) -> Page:
    """Open the page, look at it, and hold it to what is always so: no errors but `refused` keys, no foreign address."""
    base = served[0]

    async def work() -> Page:
        async with open_page(devtools, f"{base}/models") as page:
            await page.resize(1280, 800)
            await look(page)
            if "PAGE_PICTURES" in os.environ:
                await page.picture(Path(os.environ["PAGE_PICTURES"]) / f"{look.__name__}.png")
            return page

    page = asyncio.run(work())
    assert len(page.errors) == refused, page.errors
    assert all("401" in error for error in page.errors)
    assert {request["url"].startswith(f"{base}/models") for request in page.requests} == {True}
    return page


def drawn(rows: int = 3) -> str:
    return f"document.querySelectorAll('#rows tr').length === {rows}"


CELLS = "[...document.querySelectorAll('#{} tr')].map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"


def test_the_page_draws_a_row_a_model_and_the_last_calls(devtools: str, served: Served) -> None:
    async def all_rows(page: Page) -> None:
        await page.until(drawn())
        first, second, _ = await page.eval(CELLS.format("rows"))
        assert first[:2] + first[3:8] == ["qwen-private", "私有", "0", "750", "75%", "0", "412 / —"]
        assert first[9:] == ["12,345 / 678", "1.25", "停用"]
        assert second[1:3] == ["托管", "冷却中\nfor another 12 s"]
        assert (second[6], second[10]) == ("1", "未定价")
        calls = await page.eval(CELLS.format("calls"))
        assert sorted(row[1:4] for row in calls) == [
            ["<b>task</b>", "qwen-private", "超时"], ["summarise_slices", "qwen-private", "成功"],
        ]  # fmt: skip
        switch = await page.eval("document.querySelector('#rows button').getBoundingClientRect().right")
        assert switch <= 1280, "the switch is in sight"
        totals = await page.eval("document.getElementById('totals').innerText")
        assert "2 / 3 可用" in totals
        assert "1,000" in totals

    look_at(devtools, served, all_rows)


def test_hostile_names_and_reasons_are_shown_as_text(devtools: str, served: Served) -> None:
    reason = '"><script>window.hacked = 1</script>'
    set_switch(served[1], "model", HOSTILE, reason=reason, by="<i>x</i>")

    async def hostile(page: Page) -> None:
        await page.until(drawn())
        row = (await page.eval(CELLS.format("rows")))[2]
        assert row[0] == HOSTILE
        assert row[2].startswith(f"已停用\n{reason} (<i>x</i>, ")
        assert (
            await page.eval("document.querySelectorAll('main img, main script, main i i, main b b, small i').length")
            == 0
        )
        assert await page.eval("typeof window.hacked") == "undefined"

    look_at(devtools, served, hostile)


def test_the_switch_is_thrown_with_the_keyboard_alone(devtools: str, served: Served) -> None:
    base, home = served

    async def thrown(page: Page) -> None:
        await page.until(drawn())
        await page.press("Tab")
        assert await page.eval("document.activeElement.getAttribute('aria-label')") == "停用 qwen-private"
        await page.eval("refresh()")
        assert await page.eval("document.activeElement.getAttribute('aria-label')") == "停用 qwen-private", (
            "a redraw took it"
        )
        await page.press("Enter")
        await page.until("document.getElementById('ask').open")
        assert await page.eval("document.getElementById('ask-title').textContent") == "停用模型 qwen-private"
        assert await page.eval("document.activeElement.id") == "ask-by"
        await page.type("值班员")
        await page.press("Enter")
        assert await page.eval("document.getElementById('ask').open"), "a reason is needed"
        assert await page.eval("document.activeElement.id") == "ask-reason", "what is missing is pointed at"
        await page.type("回答有误 <b>")
        await page.press("Enter")
        await page.until("document.querySelector('#rows td.state').innerText.startsWith('已停用')")
        assert (await page.eval(CELLS.format("rows")))[0][2].startswith("已停用\n回答有误 <b> (值班员, ")
        assert await page.eval("document.querySelector('#rows button').textContent") == "启用"

    page = look_at(devtools, served, thrown)
    (post,) = [request for request in page.requests if request["method"] == "POST"]
    assert post["url"] == f"{base}/models/qwen-private/disable"
    switch = read_switches(home)["model", "qwen-private"]
    assert (switch.by, switch.reason) == ("值班员", "回答有误 <b>")


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_the_dialog_can_be_left_without_a_change(devtools: str, served: Served, way: str) -> None:
    async def left(page: Page) -> None:
        await page.until(drawn())
        await page.eval("document.querySelector('#rows button').focus()")
        await page.press("Space")
        await page.until("document.getElementById('ask').open")
        if way == "Escape":
            await page.press("Escape")
        else:
            await page.eval("document.getElementById('ask-leave').click()")
        await page.until("!document.getElementById('ask').open")
        await page.until("document.activeElement.getAttribute('aria-label') === '停用 qwen-private'")
        await page.eval("refresh()")

    page = look_at(devtools, served, left)
    assert {request["method"] for request in page.requests} == {"GET"}
    assert not read_switches(served[1])


def test_a_model_whose_name_has_a_slash_is_switched_like_any_other(devtools: str, served: Served) -> None:
    set_switch(served[1], "model", HOSTILE, reason="x", by="y")

    async def on_again(page: Page) -> None:
        await page.until(drawn())
        await page.eval("document.querySelectorAll('#rows button')[2].click()")
        await page.type("值班员")
        await page.press("Tab")
        await page.type("修好了")
        await page.press("Enter")
        await page.until("document.querySelectorAll('#rows button')[2].textContent === '停用'")

    look_at(devtools, served, on_again)
    assert not read_switches(served[1])


@pytest.mark.parametrize("served", [[{"name": "desk", "key_env": "PAGE_KEY"}]], indirect=True)
def test_a_key_is_asked_for_and_stays_out_of_addresses(devtools: str, served: Served) -> None:
    async def with_key(page: Page) -> None:
        await page.until("!document.getElementById('key-field').hidden")
        assert "密钥" in await page.eval("document.getElementById('said').textContent")
        await page.press("Tab")
        assert await page.eval("document.activeElement.id") == "key"
        await page.type(KEY)
        await page.press("Enter")
        await page.until(drawn())

    page = look_at(devtools, served, with_key, refused=1)
    assert not [request for request in page.requests if KEY in request["url"]]


def test_a_narrow_window_scrolls_the_tables_and_not_the_page(devtools: str, served: Served) -> None:
    async def narrow(page: Page) -> None:
        await page.resize(390, 844)
        await page.until(drawn())
        assert await page.eval("document.scrollingElement.scrollWidth") <= 390

    look_at(devtools, served, narrow)
