"""Serves the review page on this machine alone, until the person ends it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from grader.errors import OutputError
from grader.review.gatekeeper import HOST, Gatekeeper
from grader.review.web_app import review_app

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from grader.review.desk import Desk

REQUEST_SECONDS = 10.0  # from the connection to a whole request line and headers
MOST_AT_ONCE = 40  # connections; a browser opens six
LARGEST_HEAD = 16 * 1024  # bytes


class ImpatientHttp(H11Protocol):
    """uvicorn's HTTP on h11, which would wait for ever for a request that never comes whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the request."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._patience.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if self.cycle is None:  # no request has begun
            self.transport.close()


def serve(desk: Desk, notices: tuple[str, ...], tell: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``tell`` gets the address once the page can be opened.

    Raises OutputError if this machine gives no port.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((HOST, 0))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise OutputError(f"no port of {HOST} can be opened ({error.strerror}).") from None
    keeper = Gatekeeper(review_app(desk, notices), listening.getsockname()[1])
    config = uvicorn.Config(
        keeper,
        http=ImpatientHttp,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    tell(keeper.address)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn has ended in order, and hands the signal on
        pass
    finally:
        listening.close()
