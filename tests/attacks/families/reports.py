"""What is shown: markup, formulas, terminal escapes, workflow commands, and names that lead elsewhere."""

from __future__ import annotations

from attacks.attack import Attack

SCRIPT = "<script>document.documentElement.dataset.breached = 1</script>"
IMAGE = '<img src=x onerror="document.documentElement.dataset.breached = 1">'
PAYLOADS: dict[str, str] = {
    "a script": SCRIPT,
    "a handler": IMAGE,
    "a closed tag": "</pre></code></td></style></title></textarea>" + SCRIPT,
    "a closed comment": "--><!--]]>" + SCRIPT,
    "an attribute": '" onmouseover="document.documentElement.dataset.breached = 1" x="',
    "a drawing": '<svg onload="document.documentElement.dataset.breached = 1"></svg>',
    "a frame": '<iframe srcdoc="<script>parent.document.documentElement.dataset.breached = 1</script>"></iframe>',
    "another policy": '<meta http-equiv="Content-Security-Policy" content="script-src *"><base href="//x">',
    "a form": '<form action="https://example.org"><input name="q"></form>',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://example.org">',
    "a template": "{{ self.__init__.__globals__ }} {% raw %} {{ 7 * 7 }} ${7*7} #{7*7}",
    "markdown": "[click](javascript:alert(1)) ![x](https://example.org/x.png) `<b>`\n# heading\n| a | b |",
    "a formula": "=HYPERLINK(\"https://example.org\";\"points\")\n@SUM(1)\n+1\n-1\n\t=1",
    "terminal escapes": "\x1b[2J\x1b]0;title\x07\x1b]8;;https://example.org\x07x\x1b[31m\x9b31m\x1bc\x07\r\x08",
    "workflow commands": "::error::forged\n::set-output name=points::30\n::add-mask::x\n##[error]forged\n::stop-commands::x",
    "unseen characters": "\u202e\u2066\u200b\ufeff\ud83d\udc00\U000e0041\x00\x7f\u0085\u2028",
    "a new row": "\r\n,30,30\r\nmallory,30,30",
    "rich markup": "[bold red]graded[/] [link=https://example.org]30/30[/link] [/][/]",
}  # fmt: skip


def shown(where: str, payload: str) -> Attack:
    """Wrong work that has the report say something."""
    text = (
        f"TEXT = {PAYLOADS[payload]!a}\n"
        + {
            "output": "print(TEXT)\n",
            "errors": "def sigmoid(a): raise ValueError(TEXT)\n",
            "answers": "def sigmoid(a): return TEXT\ndef next_state(z, h, h_tilde): return {TEXT: TEXT}\n",
            "statements": "raise type(TEXT.replace(chr(0), ''), (Exception,), {})(TEXT)\n",
        }[where]
    )
    return Attack(f"reports: {where}", payload, text, costly=True)


EVERYTHING = Attack(
    "reports",
    "everything at once",
    f"TEXT = {' '.join(PAYLOADS.values())!a}\nprint(TEXT)\ndef sigmoid(a): raise ValueError(TEXT)\n",
    costly=True,
)

ATTACKS: tuple[Attack, ...] = (
    EVERYTHING,
    *(
        shown(where, payload)
        for number, payload in enumerate(PAYLOADS)
        for where in ("output", "errors", "answers", "statements")
        if number < 4 or where in ("output", "errors")
    ),
)
