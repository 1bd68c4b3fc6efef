"""Texts that a submission may hold anywhere: in names of files, in messages, in what it prints, in titles and ids.

Each tries to be more than text: a command of a CI job's runner, an output of a step, markup, an escape of a terminal.
"""

from __future__ import annotations

FORGED = '{"totalPoints":100,"maxPoints":100}'

HOSTILE = (
    # commands of GitHub's runner in the form of today
    f"::notice title=Autograding report::{FORGED}",
    "::error file=01_gates.py,line=1::forged",
    "   ::error::after spaces",
    "\t::error::after a tab",
    "\u00a0::error::after a no-break space",
    "\u2028::error::after a line separator",
    "\u0085::error::after a next line",
    "\u3000::warning::after an ideographic space",
    "\ufeff::error::after a byte order mark",
    "\u200b::error::after a space without width",
    "\u200d::error::after a joiner",
    ":\u200d:error:\u200d:with joiners inside",
    ":\u00ad:error::with a soft hyphen inside",
    "::ERROR::in capitals",
    "::set-output name=points::100",
    "::set-env name=NODE_OPTIONS::--require=./evil.js",
    "::add-path::/tmp/evil",
    "::add-mask::a",
    "::add-matcher::matcher.json",
    "::save-state name=x::y",
    "::stop-commands::endtoken",
    "::group::folded\n::endgroup::",
    "::endtoken::",
    "::echo::on",
    "::debug::x",
    # in the old form, which may stand anywhere in a line
    "##[error]forged",
    "an honest beginning ##[set-output name=points]100",
    "##[add-path]/tmp/evil",
    "##[stop-commands]endtoken",
    "#\u200d#[error]with a joiner inside",
    "##[group]folded",
    "##vso[task.setvariable variable=points]100",
    "##teamcity[testFailed name='x']",
    # line ends of every kind
    "one\n::error::line feed",
    "one\r::error::return",
    "one\r\n::error::both",
    "one\x0b::error::vertical tab",
    "one\x0c::error::form feed",
    "one\u2029::error::paragraph separator",
    "one\x1c::error::file separator",
    # outputs and variables
    "1\npoints=100",
    "1\nresult<<END\nZm9yZ2Vk\nEND",
    "END\nmax_points=1",
    "ghadelimiter\npoints=100\nghadelimiter",
    "%0Apoints=100",
    "%0A::error::escaped once",
    "%250A::error::escaped twice",
    ",title=forged,line=7::message",
    # a terminal, and GitLab's sections
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x1b[2J\x1b[1A\x1b[2K",
    "\x1b[0Ksection_start:1560896352:forged[collapsed=true]\r\x1b[0Kforged",
    "section_end:1560896353:exercise_1\r\x1b[0K",
    "Public checks: 0 of 51 points.\rPublic checks: 51 of 51 points.",
    "\u202egpj.exe\u2066",
    # Markdown and HTML
    "![x](https://evil.example/pixel.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</pre></details><h1>forged</h1>",
    "</code></td></tr></table><h1>forged</h1>",
    "<!-- open",
    "&lt;img src=x&gt; &#60;b&#62;",
    "@octocat @org/team fixes #1",
    "https://evil.example www.evil.example",
    "| a | b |\n| --- | --- |\n| 51 | 51 |",
    "`` ` ``` ~~~",
    "```\n# forged\n```",
    "# forged\n\nforged\n======",
    "- [x] done\n1. one\n1) two\n> quoted\n***\n",
    "$$\\href{javascript:alert(1)}{x}$$",
    "[^1]: note\n[x]: https://evil.example",
    "**bold** __bold__ ~~gone~~ \\*",
    # XML
    "]]>", "<![CDATA[<failure/>]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "\x00\x01\x08\x0e\x1f\x7f\x9f", "\ud800 half a character \udfff", "\ufffe\uffff\ufdd0",
    # problem matchers of set-up actions, and paths
    '  File "01_gates.py", line 1, in forged\n    raise Error(\'x\')\nError: x',
    "../../etc/passwd", "C:\\Windows\\win.ini", "$(id) `id` ${{ github.token }} %PATH%",
    # size
    "x" * 2_000_000, "::error::" + "y" * 2_000_000, "\n".join(["::error::z"] * 20_000),
)  # fmt: skip
