"""Text in Markdown of GitHub's kind, in which nothing that a student wrote is markup: no link, image, mention or tag.

Every character that Markdown or HTML gives a meaning is written as a number, which both read as the character alone.
"""

from __future__ import annotations

import re

from grader.reports.harmless import CALL, LINE, clean, line

_MEANT = re.compile(r"""[!"#$&)*+\-./:<=>@\[\\\]^_`{|}~]""")
# A mention or the number of an issue is also looked for in what came out, though not in code.
_POINTS_AT = re.compile(r"(?<=[@#])(?=\w)")
_IN_HTML = re.compile(r"""[&<>"'`$]""")


def words(text: str, limit: int = LINE) -> str:
    """A text in a line, as it is read; also in a heading and in a table."""
    return _coded(_MEANT, _POINTS_AT.sub("\u200b", line(text, limit)))


def code(text: str, limit: int = LINE) -> str:
    """A name or a value in a line, set as code; a dash if there is none."""
    told = line(text, limit)
    return f"<code>{_coded(_MEANT, told)}</code>" if told else "\N{EN DASH}"


def block(text: str, limit: int = CALL) -> str:
    """Lines of text, set as code."""
    shown = clean(text)
    cut = "" if len(shown) <= limit else " …"
    return f"<pre>\n{_coded(_IN_HTML, shown[:limit])}{cut}\n</pre>"


def _coded(which: re.Pattern[str], text: str) -> str:
    return which.sub(lambda found: f"&#{ord(found[0])};", text)
