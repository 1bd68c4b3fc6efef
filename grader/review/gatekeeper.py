"""Lets only the person in who was given the address, and only from pages of our own: an ASGI layer round the review page.

Whatever asks for anything else gets a page of the 4xx kind that says nothing about what is behind. The address that is printed
holds a token; it is taken for a cookie at once, and then the address without it is shown.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
LARGEST_BODY = 64 * 1024  # bytes; a settled answer with its comment is far smaller
BODY_SECONDS = 10.0
MOST_VISITORS = 200  # browsers; the one that came first is forgotten
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # with no-referrer a browser sends "Origin: null" with our own forms
    "connection": "close",  # one request for each connection, so that waiting for the next one holds nothing
}


@dataclass(slots=True)
class Visitor:
    """One browser: what it has to send with each form, how it wants the page, what it may undo, and what it is told next."""

    csrf_token: str
    keys: bool = True
    names: bool = False
    marks: bool = True
    digits_give_points: bool = False
    told: list[str] = field(default_factory=list)
    undoable: list[Any] = field(default_factory=list)


class Gatekeeper:
    """Guards ``app``, served at ``port``; ``token`` is what the printed address holds.

    The guarded app finds the `Visitor` under ``scope["state"]["visitor"]``.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self._app = app
        self._hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        self._cookie = f"review_{port}"  # cookies do not tell ports apart
        self._visitors: dict[str, Visitor] = {}

    @property
    def address(self) -> str:
        """The address for the person, with the token."""
        return f"http://{next(host for host in sorted(self._hosts) if host.startswith(HOST))}/?token={self.token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on; other kinds of connection are closed."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        sending = _with_headers(send)
        answer = self._refusal(scope, headers)
        visitor = self._visitor(headers) if answer is None else None
        if answer is None and self._asks_with_token(scope):
            answer = self._welcome(scope)
        elif answer is None and visitor is None:
            answer = _refused(403, "Open the address that `grader review` printed.")
        if answer is not None:
            await answer(scope, receive, sending)
            return
        scope.setdefault("state", {})["visitor"] = visitor
        if scope["method"] == "POST":
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    receive = _again(await _body(receive), receive)
            except _TooMuch:
                await _refused(413, "That is more than a form of this page sends.")(scope, receive, sending)
                return
            except TimeoutError:
                await _refused(408, "The request took too long.")(scope, receive, sending)
                return
        await self._app(scope, receive, sending)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Refuse what no browser at our own address sends."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _refused(400, "This page answers at its own address only.")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _refused(405, "This page is read and its forms are sent; nothing else.")
        if scope["method"] == "POST" and not self._is_from_here(headers):
            return _refused(403, "This did not come from a page of `grader review`.")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or len(length) > 12 or int(length) > LARGEST_BODY:
            return _refused(413, "That is more than a form of this page sends.")
        return None

    def _is_from_here(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        ours = {f"http://{host}" for host in self._hosts}
        origin = headers.get("origin")
        if origin is not None:
            return origin in ours
        return any(headers.get("referer", "").startswith(f"{each}/") for each in ours)

    def _visitor(self, headers: Headers) -> Visitor | None:
        try:
            jar = SimpleCookie("; ".join(headers.getlist("cookie")))
        except CookieError:
            return None
        held = jar.get(self._cookie)
        return self._visitors.get(held.value) if held is not None else None

    def _asks_with_token(self, scope: Scope) -> bool:
        if scope["path"] != "/" or scope["method"] == "POST":
            return False
        given = parse_qs(scope.get("query_string", b"").decode("ascii", "replace"), max_num_fields=5).get("token", [])
        return len(given) == 1 and hmac.compare_digest(given[0].encode(), self.token.encode())

    def _welcome(self, scope: Scope) -> Response:
        """Give a new browser its cookie; the address it is sent to holds no token."""
        answer = RedirectResponse("/", status_code=303)
        if scope["method"] == "GET":
            while len(self._visitors) >= MOST_VISITORS:
                del self._visitors[next(iter(self._visitors))]
            name = secrets.token_urlsafe(32)
            self._visitors[name] = Visitor(secrets.token_urlsafe(32))
            answer.set_cookie(self._cookie, name, path="/", httponly=True, samesite="strict")
        return answer


class _TooMuch(Exception):
    """A body is larger than any form of ours."""


async def _body(receive: Receive) -> bytes:
    """Read a request's body; raises _TooMuch, whatever length it had announced."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and bool(message.get("more_body", False))
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _TooMuch
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives a body which was read already."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def giving() -> Message:
        return whole.pop() if whole else await receive()

    return giving


def _refused(status: int, words: str) -> Response:
    return PlainTextResponse(f"{words}\n", status_code=status)


def _with_headers(send: Send) -> Send:
    """Return a ``send`` that puts the security headers on every answer, whoever made it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value) for name, value in message["headers"] if name.decode().lower() not in SECURITY_HEADERS
            ]
            message = {
                **message,
                "headers": [*kept, *((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())],
            }
        await send(message)

    return sending
