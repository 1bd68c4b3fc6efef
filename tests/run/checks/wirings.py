"""Every function of 01_gates that builds on others, with one argument of one call wired wrongly and all parts right.

A wiring is the text of one function. It comes in two manners: as calls of the functions above it, and written in one piece. In each
place where a value is used it is dropped (times zero), complemented (1 - it) or replaced by another value of its shape, and two
values of one call, or of one formula, are exchanged. What is the right function all the same is left out: that is found by its
answers to random inputs.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

GATES = {"z": "update_gate", "r": "reset_gate"}
BEFORE = """
import numpy as np
def _own(a): return 1 / (1 + np.exp(-a))
"""
GATE = "def {name}_gate(x, h, W, U, b):\n    return {sigmoid}(x @ W + h @ U + b)\n"
CANDIDATE = "def candidate_state(x, h, r, W, U, b):\n    return np.tanh(x @ W + (r * h) @ U + b)\n"
STEP = "def gru_step(x, h, p):\n{lines}\n    return {blend}\n"
FORWARD = (
    "def gru_forward(xs, h0, p):\n    states = []\n    h = h0\n    for t in range(xs.shape[1]):\n        x = xs[:, t]\n{lines}\n"
    "        h = {blend}\n        states.append(h)\n    return np.stack(states, axis=1)\n"
)
LOOP = (
    "def gru_forward(xs, h0, p):\n    states = []\n    h = h0\n    for t in range(xs.shape[1]):\n"
    "        h = gru_step(xs[:, t], h, p)\n        states.append(h)\n    return np.stack(states, axis=1)\n"
)
OF = {
    "calls": {
        "lines": [
            "z = update_gate(x, h, p['W_z'], p['U_z'], p['b_z'])",
            "r = reset_gate(x, h, p['W_r'], p['U_r'], p['b_r'])",
            "c = candidate_state(x, h, r, p['W_h'], p['U_h'], p['b_h'])",
        ],
        "blend": "next_state(z, h, c)",
    },
    "one piece": {
        "lines": [
            "z = _own(x @ p['W_z'] + h @ p['U_z'] + p['b_z'])",
            "r = _own(x @ p['W_r'] + h @ p['U_r'] + p['b_r'])",
            "c = np.tanh(x @ p['W_h'] + (r * h) @ p['U_h'] + p['b_h'])",
        ],
        "blend": "z * h + (1 - z) * c",
    },
}
# Values of one shape, each with what must have been worked out before it is there.
ALIKE: list[list[str]] = [
    ["h", "z", "r", "c"],
    ["xs[:, t]", "xs[:, t - 1]", "xs[:, 0]", "xs[:, ::-1][:, t]"],
    *([f"p['{part}_{gate}']" for gate in "zrh"] for part in "WUb"),
]
LATER = ["h", "z", "r", "c"]
# A dict of weights can be wrong in what it holds.
DICTS = [f"dict(p, {part}_z=p['{part}_r'], {part}_r=p['{part}_z'])" for part in "WUb"]
for _name in [f"{part}_{gate}" for part in "WUb" for gate in "zrh"]:
    DICTS += [f"dict(p, {_name}=p['{_name}'] * 0)", f"dict(p, {_name}=1 - p['{_name}'])"]
SIZES = [(3, 4, 6), (2, 5, 3)]


@dataclass(frozen=True, slots=True)
class Wiring:
    """One function, wired wrongly: its text, and in words what is wrong."""

    function: str
    manner: str
    what: str
    text: str


def right(manner: str) -> dict[str, str]:
    """Write the functions that build on others rightly, in one manner."""
    made = OF[manner]
    inside = "\n".join(f"    {line}" for line in made["lines"])
    further = "\n".join(f"        {line}" for line in made["lines"])
    sigmoid = "sigmoid" if manner == "calls" else "_own"
    functions = {name: GATE.format(name=name.removesuffix("_gate"), sigmoid=sigmoid) for name in GATES.values()}
    functions["candidate_state"] = CANDIDATE
    functions["gru_step"] = STEP.format(lines=inside, blend=made["blend"])
    functions["gru_forward"] = LOOP if manner == "calls" else FORWARD.format(lines=further, blend=made["blend"])
    return functions


def wirings() -> list[Wiring]:
    """Every wrong wiring, each text once."""
    found: dict[str, Wiring] = {}
    for manner in OF:
        for function, text in right(manner).items():
            for what, wired in _wired(text):
                found.setdefault(wired, Wiring(function, manner, what, wired))
    return [each for each in found.values() if not _is_right(each)]


def _wired(text: str) -> Iterator[tuple[str, str]]:
    """Every text with one value changed, or two exchanged, and what was done."""
    tree = ast.parse(text)
    places = _places(tree)
    for place, (group, value) in enumerate(places):
        written = ast.unparse(value)
        first = ["h0"] if written == "h" and "h0" in text else []
        for other in [*_instead(written, group), *first]:
            yield f"{other} for {written}", _with(text, {place: other})
        for further in range(place + 1, len(places)):
            second = ast.unparse(places[further][1])
            if places[further][0] is group and second != written and _are_leaves(value, places[further][1]):
                yield f"{written} and {second} exchanged", _with(text, {place: second, further: written})


def _are_leaves(*values: ast.AST) -> bool:
    return all(isinstance(value, ast.Name | ast.Subscript) for value in values)


def _instead(written: str, group: ast.AST) -> list[str]:
    if written.startswith("axis="):
        return ["axis=0", "axis=-1"]
    if written == "p":
        return DICTS
    there = [other for alike in ALIKE if written in alike for other in alike if other != written]
    target = group.targets[0] if isinstance(group, ast.Assign) else None
    if isinstance(target, ast.Name) and target.id in LATER:  # only what was worked out before it
        there = [name for name in there if name not in LATER or LATER.index(name) < LATER.index(target.id)] + (
            ["c"] if target.id == "h" and written in LATER[:3] else []
        )
    return [f"({written}) * 0", f"1 - ({written})", *dict.fromkeys(there)]


def _places(tree: ast.Module) -> list[tuple[ast.AST, ast.AST]]:
    """The places where a value is used, in order, each with the statement that it belongs to."""
    found: list[tuple[ast.AST, ast.AST]] = []
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign | ast.Return | ast.Expr):
            found += [(statement, value) for value in _values(statement.value)]
    return found


def _values(node: ast.AST | None) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        inner = list(node.args)
        if isinstance(node.func, ast.Name) and not isinstance(inner[0], ast.BinOp):
            yield from inner
            return
        for each in inner:  # the sum that a sigmoid gets is a value, and so is each of its terms
            if isinstance(each, ast.BinOp):
                yield each
            yield from _values(each)
        yield from node.keywords
    elif isinstance(node, ast.BinOp):
        yield from _values(node.left)
        yield from _values(node.right)
    elif isinstance(node, ast.Name | ast.Subscript):
        yield node


def _with(text: str, changes: dict[int, str]) -> str:
    tree = copy.deepcopy(ast.parse(text))
    places = _places(tree)
    for place, other in changes.items():
        value = places[place][1]
        if isinstance(value, ast.keyword):
            value.value = ast.parse(f"f({other})", mode="eval").body.keywords[0].value  # type: ignore[attr-defined]
            continue
        parsed = ast.parse(other, mode="eval").body
        value.__class__ = parsed.__class__
        value.__dict__.clear()
        value.__dict__.update(parsed.__dict__)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _is_right(wiring: Wiring) -> bool:
    """Whether it gives what the right function gives, for inputs drawn at random."""
    for size in SIZES:
        given, wanted = (_answer(text, wiring.function, size) for text in (wiring.text, ""))
        if given is None or given.shape != wanted.shape or not np.allclose(given, wanted, rtol=0, atol=1e-6):
            return False
    return True


def _answer(text: str, function: str, size: tuple[int, int, int]) -> Any:
    batch, d, u = size
    rng = np.random.default_rng(size)
    namespace: dict[str, Any] = {}
    blend = "def sigmoid(a): return _own(a)\ndef next_state(z, h, h_tilde): return z * h + (1 - z) * h_tilde\n"
    exec(BEFORE + blend + "".join(right("calls").values()) + text, namespace)
    x, h, r = rng.normal(size=(batch, d)), rng.normal(size=(batch, u)), rng.uniform(size=(batch, u))
    p = {f"{k}_{g}": rng.normal(size={"W": (d, u), "U": (u, u), "b": u}[k]) for g in "zrh" for k in "WUb"}
    weights = [p["W_z"], p["U_z"], p["b_z"]]
    args = {
        "gru_step": [x, h, p],
        "gru_forward": [rng.normal(size=(batch, 5, d)), h, p],
        "candidate_state": [x, h, r, *weights],
    }.get(function, [x, h, *weights])
    try:
        return np.asarray(namespace[function](*args))
    except Exception:
        return None
