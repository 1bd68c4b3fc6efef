"""Whether text that does not parse is right in a newer Python than this one, and in which; runs none of it.

Only the older parser is at hand. So what newer Pythons added is taken out: where the rest then parses, and each piece that was
taken out parses by itself, the newer syntax was all that was wrong.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings

Version = tuple[int, int]

QUOTES: Version = (3, 12)  # f-strings that hold their own quotes, backslashes, comments, lines
PARAMETERS: Version = (3, 12)  # type X = ..., def f[T](...), class C[T]
DEFAULTS: Version = (3, 13)  # def f[T = int](...)
TEMPLATES: Version = (3, 14)  # t"..."
UNWRAPPED: Version = (3, 14)  # except A, B:

LONGEST = 100_000  # characters that are looked at
_DEEPEST = 10  # strings in strings
_TOKEN = re.compile(r"#[^\n]*|([A-Za-z]{0,2})(\"\"\"|'''|\"|')|[^\W\d]\w*|[ \t]+|.", re.DOTALL)
_ENDS = {quote: re.compile(r"(?:\\.|(?!" + quote + r")[^\\])*" + quote, re.DOTALL) for quote in ('"""', "'''")} | {
    quote: re.compile(r"(?:\\.|[^\\\n" + quote + r"])*" + quote, re.DOTALL) for quote in ('"', "'")
}
_PREFIXES = frozenset(["", "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"])
_DEBUG = re.compile(r"(?<![=!<>:])=\s*$")
_CONVERSION = re.compile(r"!\s*[sra]\s*(?=[:}])")
_NAME = r"[^\W\d]\w*"
_TYPE = re.compile(rf"^([ \t]*)type[ \t]+({_NAME})[ \t]*(?=[\[=])", re.MULTILINE)
_HEAD = re.compile(rf"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{_NAME})[ \t]*(?=\[)", re.MULTILINE)
# `except A, e:` is Python 2, where e is the error's name; what begins with a capital or has a dot names another error.
_ERROR = r"(?:[A-Z]\w*|[^\W\d]\w*(?:\.\w+)+)"
_EXCEPT = re.compile(rf"^([ \t]*except\*?[ \t]+)({_ERROR}(?:[ \t]*,[ \t]*{_ERROR})+)(?=[ \t]*:)", re.MULTILINE)


class _NoPython(Exception):
    """The text is right in no Python that is known here."""


def needed(text: str, running: Version = sys.version_info[:2]) -> Version | None:
    """Return the oldest Python that takes a text, if it is newer than ``running``; None if no such one is known."""
    if len(text) > LONGEST:
        return None
    versions: set[Version] = set()
    try:
        older = _without_newer(text, versions, running, 0)
    except _NoPython:
        return None
    return max(versions) if versions and _parses(older) else None


def _parses(text: str) -> bool:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<text>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return False
    return True


def _without_newer(text: str, versions: set[Version], running: Version, depth: int) -> str:
    """Return a text without what is newer than ``running``, and note the versions that have it."""
    if depth > _DEEPEST:
        raise _NoPython
    made: list[str] = []
    kept: list[str] = []  # strings that the older Python takes; a number stands for each while lines are looked at
    position = 0
    while position < len(text):
        token = _token(text, position)
        if token[2] is None or token[1].lower() not in _PREFIXES:
            made.append(token[0] if token[0][0] != "#" else "")
            position = token.end()
            continue
        end, expressions = _string(text, token, depth)
        string = text[position:end]
        position = end
        template = "t" in token[1].lower()
        if not template and _parses(string):
            made.append(f'"{len(kept)}"')
            kept.append(string)
            continue
        version = TEMPLATES if template else QUOTES
        if expressions is None or version <= running:
            raise _NoPython
        versions.add(version)
        for expression in expressions:
            if not _parses(_without_newer(f"(\n{expression}\n)", versions, running, depth + 1)):
                raise _NoPython
        made.append('""')
    plain = "".join(made)
    if running < UNWRAPPED:
        plain = _noted(_EXCEPT, r"\1(\2)", plain, UNWRAPPED, versions)
    if running < DEFAULTS:
        plain = _without_parameters(plain, _HEAD, versions, running)
    if running < PARAMETERS:
        plain = _without_parameters(plain, _TYPE, versions, running)
    return re.sub(r'"(\d+)"', lambda found: kept[int(found[1])], plain)


def _token(text: str, position: int) -> re.Match[str]:
    found = _TOKEN.match(text, position)
    assert found is not None, "the last alternative takes anything"
    return found


def _noted(pattern: re.Pattern[str], by: str, text: str, version: Version, versions: set[Version]) -> str:
    made, count = pattern.subn(by, text)
    if count:
        versions.add(version)
    return made


def _without_parameters(text: str, head: re.Pattern[str], versions: set[Version], running: Version) -> str:
    """Return a text, in which no string holds a bracket, without the type parameters behind what ``head`` finds."""
    made: list[str] = []
    position = 0
    while found := head.search(text, position):
        made += [text[position : found.start()], found[1], found[2] if head is _TYPE else ""]
        position = found.end()
        if text.startswith("[", position):
            end = _closing(text, position)
            inside = text[position + 1 : end - 1]
            if not inside.strip() or not _parses(f"def f({inside}): pass"):
                raise _NoPython
            version = DEFAULTS if re.search(r"(?<![=!<>:])=(?!=)", inside) else PARAMETERS
            if version > running:
                versions.add(version)
            else:
                made.append(text[position:end])
            position = end
        if head is _TYPE:
            versions.add(PARAMETERS)
    return "".join([*made, text[position:]])


def _closing(text: str, position: int) -> int:
    depth = 0
    for found in re.compile(r"[()\[\]{}]").finditer(text, position):
        depth += 1 if found[0] in "([{" else -1
        if depth == 0:
            return found.end()
    raise _NoPython


def _string(text: str, token: re.Match[str], depth: int) -> tuple[int, list[str] | None]:
    """Return where a string that begins with a token ends, and the expressions in it; None for a string that holds none."""
    prefix, quote = token[1].lower(), token[2]
    if "f" in prefix or "t" in prefix:
        return _formatted(text, token.end(), quote, depth)
    found = _ENDS[quote].match(text, token.end())
    if found is None:
        raise _NoPython
    return found.end(), None


def _formatted(text: str, at: int, quote: str, depth: int) -> tuple[int, list[str]]:
    """Return where an f-string whose text begins at a place ends, and its expressions."""
    expressions: list[str] = []
    while True:
        if text.startswith(quote, at):
            return at + len(quote), expressions
        here = text[at : at + 1]
        if not here or (here == "\n" and len(quote) == 1) or (here == "}" and not text.startswith("}}", at)):
            raise _NoPython
        if here == "{" and not text.startswith("{{", at):
            at = _field(text, at + 1, quote, expressions, depth)
        elif here in "{}" or (here == "\\" and not text.startswith(("\\{", "\\}"), at)):
            at += 2
        else:
            at += 1


def _field(text: str, at: int, quote: str, expressions: list[str], depth: int) -> int:
    """Add the expression that begins at a place of an f-string, and those in its format; return what stands behind it."""
    if depth > _DEEPEST:
        raise _NoPython
    start, level = at, 0
    while True:
        if at >= len(text):
            raise _NoPython
        token = _token(text, at)
        here = token[0]
        if token[2] is not None and token[1].lower() in _PREFIXES:
            at = _string(text, token, depth + 1)[0]
            continue
        if level == 0 and (here in "}:" or (here == "!" and not text.startswith("!=", at))):
            break
        level += (here in "([{") - (here in ")]}")
        if level < 0:
            raise _NoPython
        at = token.end()
    expression = _DEBUG.sub("", text[start:at])
    if not expression.strip():
        raise _NoPython
    expressions.append(expression)
    if text[at] == "!":
        found = _CONVERSION.match(text, at)
        if found is None:
            raise _NoPython
        at = found.end()
    if text[at] == ":":
        at += 1
        while not text.startswith("}", at):
            if at >= len(text) or text.startswith(quote, at) or (text[at] == "\n" and len(quote) == 1):
                raise _NoPython
            at = _field(text, at + 1, quote, expressions, depth + 1) if text[at] == "{" else at + 1
    return at + 1
