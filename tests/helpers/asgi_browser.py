"""A small browser for an application in this process: cookies, links, forms, redirects, and no script."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Answered:
    """What came back: ``url`` is where redirects ended."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    url: str

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    def form(self, action: str) -> Form:
        """The first form whose address begins with ``action``."""
        return next(form for form in self.forms if form.action.startswith(action))

    @property
    def forms(self) -> list[Form]:
        return _parsed(self.text).forms

    @property
    def links(self) -> dict[str, str]:
        """The addresses of links by their id, or by the address itself."""
        return _parsed(self.text).links

    @property
    def words(self) -> str:
        """The text that a person reads, in one line."""
        return " ".join("".join(_parsed(self.text).texts).split())


@dataclass
class Form:
    """A form as it would be sent; ``choices`` are its boxes and radio buttons: name and value."""

    action: str
    fields: Fields = field(default_factory=list)
    choices: Fields = field(default_factory=list)

    def filled(self, *, add: Fields | None = None, **values: str) -> Fields:
        """The fields with some of them filled in otherwise, and some added."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return [*kept, *values.items(), *(add or [])]


class Browser:
    """Talks to one application as a browser at ``http://host`` does; keeps its cookies."""

    def __init__(self, app: Any, host: str) -> None:
        self.app = app
        self.host = host
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> Answered:
        return self.send("GET", address, b"", **headers)

    def post(self, address: str, fields: Fields, **headers: str) -> Answered:
        sent = {"content_type": "application/x-www-form-urlencoded", "origin": f"http://{self.host}"} | headers
        return self.send("POST", address, urlencode(fields).encode(), **sent)

    def send(self, method: str, address: str, body: bytes = b"", *, follow: bool = True, **headers: str) -> Answered:
        """Send a request and follow its redirects; a header with an empty value is not sent."""
        sent = {"host": self.host} | {name.replace("_", "-"): value for name, value in headers.items()}
        got = self.ask(method, address, [(name, value) for name, value in sent.items() if value], [body])
        if follow and got.status == 303:
            return self.get(got.header("location"))
        return got

    def ask(self, method: str, address: str, headers: Fields, pieces: list[bytes], *, waits: bool = False) -> Answered:
        """Send one request just so; with ``waits`` the last piece of its body never comes."""
        parts = urlsplit(address)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        if self.cookies:
            raw.append((b"cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()).encode()))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
            "headers": raw, "client": ("127.0.0.1", 5000), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        sent = asyncio.run(_sent(self.app, scope, pieces, waits))
        start = sent[0]
        got = [(name.decode(), value.decode()) for name, value in start["headers"]]
        for name, value in got:
            if name == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answered(start["status"], got, content, parts.path)


async def _sent(app: Any, scope: dict[str, Any], pieces: list[bytes], waits: bool) -> list[dict[str, Any]]:
    messages = [
        {"type": "http.request", "body": piece, "more_body": waits or at + 1 < len(pieces)}
        for at, piece in enumerate(pieces)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        if waits:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


class _parsed(HTMLParser):  # noqa: N801
    """A page taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.texts: list[str] = []
        self._area: list[str] | None = None
        self._name = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["action"]))
        elif tag == "a":
            self.links[given.get("id", given["href"])] = given["href"]
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            self.forms[-1].choices.append((given["name"], given["value"]))
            if "checked" in given:
                self.forms[-1].fields.append((given["name"], given["value"]))
        elif tag == "input":
            self.forms[-1].fields.append((given["name"], given["value"]))
        elif tag == "select":
            self.forms[-1].fields.append((given["name"], ""))
        elif tag == "textarea":
            self._area, self._name = [], given["name"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.forms[-1].fields.append((self._name, "".join(self._area).removeprefix("\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._area is not None:
            self._area.append(data)
