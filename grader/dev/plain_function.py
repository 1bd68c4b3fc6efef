"""Whether a student's function may become code of the course: it only computes, with NumPy, by a list of what is allowed.

A variant of a known mistake is imported by every host of a run, where nothing is locked and the solutions lie. So nothing is
left to a reader's eye alone: a function is taken in only if each node of its syntax tree, each name and each attribute stands on
a list here, and what is not listed is refused, whatever it may do. Nothing listed imports, opens, evaluates or prints; no name
and no attribute leads from an array to a file, to its memory or to its class. Loops go over what is there, numbers and nesting
are small, and no function calls itself or those below it; how long it really takes is found out by running it
(`grader.dev.new_mistake`).
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST = 4_000  # characters
DEEPEST = 40  # levels of the syntax tree
LARGEST = 10_000  # of a whole number
HIGH = 4  # a power; with a larger one a whole number may get very long
MOST_LOOPS = 3  # inside each other, comprehensions included

NODES = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For,
    ast.Pass, ast.With, ast.withitem, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword,
    ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Constant, ast.Name, ast.ListComp, ast.GeneratorExp,
    ast.comprehension, ast.Starred, ast.expr_context, ast.boolop, ast.unaryop, ast.cmpop, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow,
)  # fmt: skip
BUILTINS = frozenset(
    """
    abs bool enumerate float int len list max min range reversed round sorted sum tuple zip
    """.split()
)
OF_NUMPY = frozenset(
    """
    abs absolute add all allclose amax amin any append arange argmax argmin around array array_split asarray
    atleast_1d atleast_2d atleast_3d bool_ broadcast_to ceil clip column_stack concatenate copy copysign
    copyto cos cosh cumprod cumsum diag diagonal divide dot e einsum empty empty_like equal errstate exp exp2
    expand_dims expm1 eye fabs flip fliplr flipud float16 float32 float64 floor full full_like greater
    greater_equal heaviside hsplit hstack identity inf inner int32 int64 isfinite isinf isnan less less_equal
    linspace log log10 log1p log2 logaddexp logical_and logical_not logical_or matmul max maximum mean min
    minimum mod moveaxis multiply nan nan_to_num ndim negative newaxis not_equal ones ones_like outer pi
    positive power prod ravel reciprocal repeat reshape result_type rint roll round row_stack select shape
    sign sin sinh size split sqrt square squeeze stack std subtract sum swapaxes take tan tanh tensordot tile
    transpose tril triu true_divide trunc var vdot vsplit vstack where zeros zeros_like
    """.split()
)
OF_MATH = frozenset(
    """
    ceil cos cosh e exp expm1 fabs floor inf log log10 log1p log2 nan pi pow sin sinh sqrt tan tanh
    """.split()
)
OF_VALUES = frozenset(
    """
    T all any append argmax argmin astype clip copy cumsum dot dtype extend fill flatten get insert items keys
    max mean min ndim prod ravel repeat reshape reverse round shape size squeeze std sum swapaxes take tolist
    transpose values
    """.split()
)
MODULES = {"np": OF_NUMPY, "math": OF_MATH}
WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}|[A-Za-z.,> -]{1,40}")  # keys, dtypes, the subscripts of einsum
NO_WORD = re.compile(r"[0-9]{3}|__")  # a dtype as wide as it likes, and what Python names itself


class _RefusedError(Exception):
    """What stands in a function that is not on the list."""


def why_refused(source: str, function: str, above: Collection[str], parameters: int) -> str:
    """Why a function's source may not become a variant, in words; empty if it may.

    It has to define ``function``, which takes so many ``parameters``, and may call those of the exercise ``above`` it. The text
    is parsed here and never run: bounded as it is, it can do Python's parser no harm.
    """
    if not source:
        return "no source was kept of it: it is no plain function, or a very long one"
    if len(source) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    if not source.isascii():
        return "it holds letters beyond ASCII, which may look like others or turn a line round for its reader"
    try:
        body = ast.parse(source).body
        if len(body) != 1 or not isinstance(body[0], ast.FunctionDef) or body[0].name != function:
            return f"it is not one function called {function}"
        _check_function(body[0], above, parameters)
    except _RefusedError as refused:
        return str(refused)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "it does not parse by itself"
    return ""


def _check_function(node: ast.FunctionDef, above: Collection[str], parameters: int) -> None:
    args = node.args
    if node.decorator_list or node.returns is not None or args.vararg or args.kwarg or args.kwonlyargs:
        raise _RefusedError("its first line has more than plain parameters")
    taken = [each.arg for each in (*args.posonlyargs, *args.args)]
    if not len(taken) - len(args.defaults) <= parameters <= len(taken):
        raise _RefusedError(f"it takes {len(taken)} parameters and is called with {parameters}")
    if any(each.annotation is not None for each in (*args.posonlyargs, *args.args)):
        raise _RefusedError("its parameters have annotations")
    if not all(isinstance(each, ast.Constant) for each in args.defaults):
        raise _RefusedError("a parameter's default is worked out")
    _check_depth(node, 0, 0)
    bound = {*taken, *(each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not _is_read(each))}
    if taken_over := sorted(bound & {*MODULES, *BUILTINS, *above, node.name}):
        raise _RefusedError(f"it gives {taken_over[0]} another meaning")
    called = {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    modules = {id(each.value) for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef) and each is not node:
            raise _RefusedError("it holds another function")
        _check_node(each)
        if isinstance(each, ast.Name) and _is_read(each):
            _check_name(each, bound, above, is_called=id(each) in called, has_attribute=id(each) in modules)


def _check_depth(node: ast.AST, depth: int, loops: int) -> None:
    loops += len(node.generators) if isinstance(node, ast.ListComp | ast.GeneratorExp) else isinstance(node, ast.For)
    if depth > DEEPEST or loops > MOST_LOOPS:
        raise _RefusedError("it is nested very deeply")
    for inner in ast.iter_child_nodes(node):
        _check_depth(inner, depth + 1, loops)


def _check_node(node: ast.AST) -> None:
    if not isinstance(node, NODES):
        raise _RefusedError(f"it holds {_named(node)}, which a variant may not")
    match node:
        case ast.Attribute(value=ast.Name(id=("np" | "math") as module), attr=name):
            if name not in MODULES[module] or not _is_read(node):
                raise _RefusedError(f"{module}.{name} is not on the list of what a variant may use")
        case ast.Attribute(attr=name):
            if name not in OF_VALUES or not _is_read(node):
                raise _RefusedError(f".{name} is not on the list of what a variant may use")
        case ast.Constant(value=value):
            _check_constant(value)
        case ast.Call(func=func, args=args):
            if not isinstance(func, ast.Name | ast.Attribute):
                raise _RefusedError("it calls something that has no name")
            if (
                isinstance(func, ast.Name)
                and func.id == "range"
                and any(isinstance(each, ast.Mult | ast.Pow) for arg in args for each in ast.walk(arg))
            ):
                raise _RefusedError("it counts to a product")
        case ast.keyword(arg=None):
            raise _RefusedError("it hands over a whole dict of arguments")
        case ast.Expr(value=value) if not isinstance(value, ast.Call):
            raise _RefusedError("a line of it does nothing")
        case ast.BinOp(left=base, op=ast.Pow(), right=power) if not _is_small_power(power) or _grows_much(base, power):
            raise _RefusedError("it raises to a power that may be large")
        case ast.AugAssign(op=ast.Pow()):
            raise _RefusedError("it raises to a power that may be large")
        case ast.With(items=items):
            if not all(_is_errstate(each) for each in items):
                raise _RefusedError("it has a with that is not np.errstate's")
        case ast.comprehension(is_async=True):
            raise _RefusedError("it waits for something")


def _check_name(
    node: ast.Name, bound: Collection[str], above: Collection[str], *, is_called: bool, has_attribute: bool
) -> None:
    name = node.id
    if name in MODULES and has_attribute:
        return
    if name in bound and not is_called:
        return
    if name in BUILTINS and (is_called or name in ("float", "int", "bool")):  # those are dtypes as well
        return
    if name in above and is_called:
        return
    if name in bound:
        raise _RefusedError(f"it calls {_safe(name)}, which is a value of its own")
    raise _RefusedError(f"it needs {_safe(name)}, which is not on the list of what a variant may use")


def _check_constant(value: object) -> None:
    if isinstance(value, bool | float) or value is None or value is Ellipsis:
        return
    if type(value) is int:
        if abs(value) > LARGEST:
            raise _RefusedError(f"it holds a whole number beyond {LARGEST:,}")
        return
    if isinstance(value, str) and WORDS.fullmatch(value) and not NO_WORD.search(value):
        return
    raise _RefusedError("it holds a text or another constant that a variant may not")


def _is_small_power(node: ast.expr) -> bool:
    """A small number, or something of which NumPy takes the power: a name or the negative of one, but no product of numbers."""
    if isinstance(node, ast.UnaryOp):
        return _is_small_power(node.operand)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and abs(node.value) <= 10
    return isinstance(node, ast.Name)


def _grows_much(base: ast.expr, power: ast.expr) -> bool:
    """Whether a power may be a whole number of many digits: that of a power, or a high one of a number that is written down."""
    high = isinstance(power, ast.Constant) and isinstance(power.value, int | float) and abs(power.value) > HIGH
    written = any(isinstance(each, ast.Constant) and type(each.value) is int for each in ast.walk(base))
    return (high and written) or any(isinstance(each, ast.Pow) for each in ast.walk(base))


def _is_errstate(item: ast.withitem) -> bool:
    call = item.context_expr
    return (
        item.optional_vars is None
        and isinstance(call, ast.Call)
        and ast.unparse(call.func) == "np.errstate"
        and not call.args
        and all(isinstance(each.value, ast.Constant) and isinstance(each.value.value, str) for each in call.keywords)
    )


def _is_read(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def _named(node: ast.AST) -> str:
    known = {
        ast.While: "a while loop", ast.Import: "an import", ast.ImportFrom: "an import", ast.Global: "a global statement",
        ast.Nonlocal: "a nonlocal statement", ast.Lambda: "a lambda", ast.Try: "a try", ast.Raise: "a raise",
        ast.ClassDef: "a class", ast.JoinedStr: "an f-string", ast.Delete: "a del", ast.NamedExpr: "a :=",
    }  # fmt: skip
    return known.get(type(node), f"a node {type(node).__name__}")


def _safe(name: str) -> str:
    return ascii(name[:60])[1:-1]


def in_one_form(source: str) -> Iterator[str]:
    """The lines of a function that is not refused, with double quotes as the course's files have them."""
    for line in ast.unparse(ast.parse(source)).splitlines():
        yield line.replace("'", '"')  # `WORDS` lets no quote into a text
