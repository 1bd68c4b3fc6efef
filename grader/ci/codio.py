"""Points for Codio: an advanced code test with partial points gets them by one GET of an address that Codio gives the script.

Codio's page "Partial Points" has the form: ``&points=N`` is put behind ``CODIO_PARTIAL_POINTS_URL``, N is at most what the test
is worth there, and a script that ends with another code than 0 gives no points at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.ci.public_run import PublicRun

ADDRESS = "CODIO_PARTIAL_POINTS_URL"
SECONDS = 30


def is_codio(environ: Mapping[str, str]) -> bool:
    """Whether this is a test of Codio's that takes points in part."""
    return bool(environ.get(ADDRESS))


def send_points(run: PublicRun, environ: Mapping[str, str]) -> None:
    """Sends the points of the public checks; raises OutputError (one line) if Codio does not take them."""
    from urllib.error import URLError  # takes as long as all else in this folder, and only Codio needs it
    from urllib.request import urlopen

    address = environ[ADDRESS]
    if not address.startswith(("https://", "http://")):
        raise OutputError(f"{ADDRESS} is no address of the web, so the points could not be sent to Codio.")
    try:
        with urlopen(f"{address}&points={run.points}", timeout=SECONDS):  # the web alone, see above
            pass
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise OutputError(f"Codio did not take the points ({reason}); run the test again.") from None
