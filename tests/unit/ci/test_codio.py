"""Points go to Codio by one GET of the address that it gave, and to no other kind of address."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from grader.ci import plain
from grader.errors import OutputError

from .conftest import check, row, run_of, wrong

RUN = run_of(row("01_made", check("squash_values", 3), wrong("blend_values", 4)))


@pytest.fixture
def codio() -> Iterator[tuple[str, list[str], list[int]]]:
    """Serve what Codio serves; gives the address, what was asked for, and the codes that are still to be answered."""
    asked: list[str] = []
    codes: list[int] = []

    class Points(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(codes.pop() if codes else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with HTTPServer(("127.0.0.1", 0), Points) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/result?token=t", asked, codes
        server.shutdown()
        thread.join()


def test_the_points_are_sent_once_and_the_script_ends_with_0(codio) -> None:
    """With another code Codio would give no points."""
    address, asked, _ = codio
    assert plain.show(RUN, {"CODIO_PARTIAL_POINTS_URL": address}, io.StringIO()) == 0
    assert asked == ["/result?token=t&points=3"]


def test_points_that_codio_does_not_take_are_one_line_and_no_success(codio) -> None:
    address, _, codes = codio
    codes.append(500)
    with pytest.raises(OutputError, match=r"^Codio did not take the points \(.*\); run the test again\.$"):
        plain.show(RUN, {"CODIO_PARTIAL_POINTS_URL": address}, io.StringIO())


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://codio/", "data:,x"])
def test_nothing_but_the_web_is_opened(address: str) -> None:
    with pytest.raises(OutputError, match="no address of the web"):
        plain.show(RUN, {"CODIO_PARTIAL_POINTS_URL": address}, io.StringIO())


def test_elsewhere_nothing_is_sent(codio) -> None:
    _, asked, _ = codio
    assert plain.show(RUN, {}, io.StringIO()) == 1
    assert asked == []
