"""A connection on which no whole request comes is closed, so that nobody can hold the page by being slow."""

from __future__ import annotations

import uvicorn
from uvicorn.server import ServerState

from grader.review.serve_review import REQUEST_SECONDS, ImpatientHttp


class Wire:
    """Stands for a connection."""

    closed = False
    sent = b""

    def get_extra_info(self, _name, default=None):
        return default

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    def write(self, data):
        self.sent += data


class Handle:
    """Stands for a timer."""

    def cancel(self):
        """Nothing runs."""


class Clock:
    """Stands for an event loop; calls nothing by itself."""

    def __init__(self):
        self.later = []

    def call_later(self, seconds, callback):
        self.later.append((seconds, callback))
        return Handle()


async def app(_scope, _receive, _send):
    raise AssertionError("no request came whole")


def test_a_request_that_never_comes_whole_is_given_up():
    clock, wire = Clock(), Wire()
    protocol = ImpatientHttp(uvicorn.Config(app, ws="none", lifespan="off", log_config=None), ServerState(), {}, clock)

    protocol.connection_made(wire)
    protocol.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n")
    ((seconds, give_up),) = clock.later
    assert not wire.closed
    give_up()

    assert seconds == REQUEST_SECONDS
    assert wire.closed
    protocol.connection_lost(None)
