"""A real browser for tests, driven by the protocol of W3C's WebDriver: no more of it than they need."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""By what the protocol names an element (W3C WebDriver, section 12)."""
KEYS = {
    "Left": "\ue012",
    "Up": "\ue013",
    "Right": "\ue014",
    "Down": "\ue015",
    "Home": "\ue011",
    "End": "\ue010",
    "Esc": "\ue00c",
}
_ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--lang=en",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--force-device-scale-factor=1",
)  # fmt: skip


def programs() -> tuple[str, str] | None:
    """Return where Chromium and its driver are; None where one is missing."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """One session: a page after another is opened in it."""

    def __init__(self, address: str, capabilities: dict[str, Any]) -> None:
        self._address = address
        self._session = ""
        self._session = (
            "/session/" + self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
        )

    def open(self, path: Path) -> None:
        """Open a file; what was said and asked for before is forgotten."""
        self.log("browser")
        self.log("performance")
        self._ask("POST", "/url", {"url": path.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a function's body returns, given ``arguments``; the page's own names are known to it."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def settled(self, script: str) -> Any:
        """Return what an expression is when all that was asked of the page is painted."""
        body = f"const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done({script})));"
        return self._ask("POST", "/execute/async", {"script": body, "args": []})

    def point(self, selector: str, x: float, y: float) -> None:
        """Move the pointer to a place of the first element that a selector finds, in pixels from its corner."""
        left, top = self._corner(selector)
        move = {"type": "pointerMove", "duration": 0, "x": round(left + x), "y": round(top + y), "origin": "viewport"}
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [move]})

    def tap(self, selector: str, x: float, y: float) -> None:
        """Touch a place of the first element that a selector finds."""
        left, top = self._corner(selector)
        moves: list[dict[str, Any]] = [
            {"type": "pointerMove", "duration": 0, "x": round(left + x), "y": round(top + y), "origin": "viewport"},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": moves})

    def press(self, *keys: str) -> None:
        """Press keys one after another, each a letter or one of `KEYS`."""
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": strokes})

    def click(self, selector: str) -> None:
        """Click the first element that a selector finds."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"/element/{found[ELEMENT]}/click", {})

    def size(self, width: int, height: int) -> None:
        """Let the page be seen on a screen of another size, as a phone has it."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", **metrics)

    def devtools(self, command: str, **parameters: object) -> Any:
        """Run a command of the browser's own tools."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """Return what the browser has logged since it was asked last: "browser" or "performance"."""
        return self._ask("POST", "/se/log", {"type": kind})

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened."""
        told = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        return [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        """End the session."""
        self._ask("DELETE", "", None)

    def _corner(self, selector: str) -> tuple[float, float]:
        """Return where the first element that a selector finds begins, scrolled into sight."""
        script = "const found = document.querySelector(arguments[0]); found.scrollIntoView({block: 'center'});"
        return self.run(script + "const box = found.getBoundingClientRect(); return [box.left, box.top]", selector)

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("POST", "/actions", {"actions": [source]})

    def _ask(self, method: str, path: str, body: object) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + self._session + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)["value"]


@contextmanager
def browsing(programs: tuple[str, str], folder: Path) -> Iterator[Browser]:
    """Yield a browser that keeps what it must in ``folder``."""
    browser, driver = programs
    with subprocess.Popen(
        [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            begun = (re.search(r"successfully on port (\d+)", line) for line in process.stdout)
            port = next((found[1] for found in begun if found), None)
            session = None if port is None else _session(f"http://127.0.0.1:{port}", browser, folder)
            if session is None:
                pytest.skip("Chromium can't be started here")
            try:
                yield session
            finally:
                session.close()
        finally:
            process.terminate()


def _session(address: str, browser: str, folder: Path) -> Browser | None:
    """Return a session of the driver at ``address``; None where the browser can't be started."""
    try:
        return Browser(
            address,
            {
                "goog:chromeOptions": {"binary": browser, "args": [*_ARGUMENTS, f"--user-data-dir={folder}"]},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            },
        )
    except (OSError, http.client.HTTPException):
        # The driver says so by an error of HTTP; a browser without rights or libraries ends at once.
        return None
