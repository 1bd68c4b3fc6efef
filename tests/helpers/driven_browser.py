"""A real browser without a window, driven key by key over the pipe of its debugging protocol (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from attacks.browser import NAMES

# The protocol's two ends are descriptors 3 and 4 of the browser, wherever they are here.
START = """import fcntl, os, sys
read, write = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(read, 3), os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])"""
VIRTUAL = {"Enter": 13, "Escape": 27, "Tab": 9}


class DrivenBrowser:
    """One page of a browser, from ``with`` to its end."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._sent = 0

    def __enter__(self) -> DrivenBrowser:
        program = next(filter(None, map(shutil.which, NAMES)))
        read, self._write = os.pipe()
        self._read, write = os.pipe()
        options = [
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--remote-debugging-pipe",
        ]
        options += [f"--user-data-dir={self._profile}", "about:blank"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
        command = [sys.executable, "-c", START, str(read), str(write), str(program), *options]
        self._process = subprocess.Popen(
            command, pass_fds=(read, write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(read)
        os.close(write)
        self._buffer = b""
        self._session = ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=1100, height=1000, deviceScaleFactor=1, mobile=False)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._read)
        os.close(self._write)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and give its result; AssertionError with the browser's words if it fails."""
        self._sent += 1
        told: dict[str, Any] = {"id": self._sent, "method": method, "params": params}
        if self._session:
            told["sessionId"] = self._session
        data = json.dumps(told).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        while True:
            message = self._message()
            if message.get("id") == self._sent:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._read, 1 << 16)
            assert more, "the browser has ended"
            self._buffer += more
        one, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(one)
        return message

    def open(self, address: str) -> None:
        """Open an address and wait until its page is there."""
        self.ask("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """Give the value of an expression in the page, of a promise what it is kept with."""
        made = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in made, made
        return made["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression holds in the page; AssertionError after half a minute."""
        wait = f"""new Promise((keep) => {{ const end = Date.now() + 30000;
            const look = () => {{ if ({condition}) keep(true); else if (Date.now() > end) keep(false); else setTimeout(look, 10); }};
            look(); }})"""
        assert self.run(wait), f"{condition} never held on: {self.run('document.body.innerText')}"

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each down and up."""
        for key in keys:
            text = "\r" if key == "Enter" else key if len(key) == 1 else ""
            code = VIRTUAL[key] if key in VIRTUAL else ord(key.upper()) if key.isalnum() else 0
            shared = {"key": key, "windowsVirtualKeyCode": code}
            self.ask(
                "Input.dispatchKeyEvent",
                type="keyDown" if text else "rawKeyDown",
                **shared,
                **({"text": text} if text else {}),
            )
            self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def shift(self, digit: str) -> None:
        """Press Shift and a digit's key, as on an American keyboard."""
        sign = ")!@#$%^&*("[int(digit)]
        shared = {"key": sign, "code": f"Digit{digit}", "windowsVirtualKeyCode": ord(digit), "modifiers": 8}
        self.ask("Input.dispatchKeyEvent", type="keyDown", text=sign, **shared)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"])
