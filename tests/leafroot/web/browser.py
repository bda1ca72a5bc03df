"""A page in a real Chromium, driven over its DevTools protocol with aiohttp's websocket client.

Not a browser library: playwright would put 45 MB and a runtime of its own into the lock for what a hundred lines do, and the
Chromium that is used is the system's in either case.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

#: Seconds that anything may take; the machine may be busy.
PATIENCE = 45.0
PATH = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--no-default-browser-check", "--remote-debugging-port=0", "--lang=zh-CN",
    # Whatever the page may try, no name but this machine's leads anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
KEYS = {
    "Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
    "ArrowRight": 39, "ArrowDown": 40, "Slash": 191, "BracketLeft": 219, "BracketRight": 221,
}  # fmt: skip
TYPED = {"Enter": "\r", "Space": " ", "Slash": "/", "BracketLeft": "[", "BracketRight": "]"}
#: What a key is called where that is not its place on the keyboard.
CALLED = {"Space": " ", "Slash": "/", "BracketLeft": "[", "BracketRight": "]"}


@contextmanager
def running_browser(folder: Path) -> Iterator[str]:
    """Run Chromium with a fresh profile; yields the address of its DevTools."""
    assert PATH is not None
    command = [PATH, *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                found = re.search(r"DevTools listening on (ws://\S+)", line)
                if found:
                    yield found[1]
                    break
            else:
                raise AssertionError(f"Chromium did not start: {''.join(said)[-500:]}")
        finally:
            process.kill()
            process.stderr.close()


class Page:
    """One page. `errors` are what its console would show in red, `requests` the addresses that it asked for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number, self._session = socket, 0, None
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.errors: list[str] = []
        self.requests: list[dict[str, Any]] = []

    async def listen(self) -> None:
        """Take what the browser says, until the connection ends."""
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                waiting = self._answers.pop(said["id"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)
            else:
                self._note(said["method"], said["params"])

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"])
        elif event == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"], ensure_ascii=False))
        elif event == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(params["args"], ensure_ascii=False))
        elif event == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        target = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": self._number, "method": method, "params": params, **target})
        async with asyncio.timeout(PATIENCE):
            said = await answer
        assert "error" not in said, (method, said)
        return dict(said["result"])

    async def attach(self, address: str) -> None:
        """Open a page at an address and listen to it."""
        made = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.send(f"{domain}.enable")
        await self.send("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")

    async def eval(self, script: str) -> Any:
        """Return the value of an expression, awaited where it is a promise."""
        said = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        look = f"const look = () => ({condition}) ? resolve(true) : setTimeout(look, 20); look();"
        assert await self.eval(f"new Promise((resolve) => {{ {look} }})")

    async def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key."""
        stroke: dict[str, Any] = {
            "key": CALLED.get(key, key),
            "code": key,
            "windowsVirtualKeyCode": KEYS[key],
        }
        typed = {"text": TYPED[key]} if key in TYPED else {}
        modifiers = 8 if shift else 0
        await self.send("Input.dispatchKeyEvent", type="keyDown", modifiers=modifiers, **stroke, **typed)
        await self.send("Input.dispatchKeyEvent", type="keyUp", modifiers=modifiers, **stroke)

    async def type(self, text: str) -> None:
        """Type a text where the focus is."""
        await self.send("Input.insertText", text=text)

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def picture(self, path: Path) -> None:
        """Write what is seen to a file."""
        path.write_bytes(base64.b64decode((await self.send("Page.captureScreenshot", format="png"))["data"]))


@asynccontextmanager
async def open_page(devtools: str, address: str) -> AsyncIterator[Page]:
    """Open an address in a browser that runs."""
    async with aiohttp.ClientSession() as session, session.ws_connect(devtools, max_msg_size=2**26) as socket:
        page = Page(socket)
        listening = asyncio.ensure_future(page.listen())
        try:
            await page.attach(address)
            yield page
            await page.send("Page.close")
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
