"""What Python code says equals what: assignments, functions, assertions, words.

In:   the source of a cell.
Out:  claims in the order in which they stand: a name and an expression, or two expressions;
      and the texts of comments and strings.
Pure: the source is parsed, never executed. What does not parse gives nothing.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAGIC = re.compile(r"^(\s*)[%!?].*|^()[\w.]+\?{1,2}\s*$")
MAX_SOURCE = 50_000
MAX_STATEMENTS = 500
CLOSE = frozenset({"allclose", "isclose", "assert_allclose", "assert_almost_equal",
                   "assert_array_almost_equal"})  # fmt: skip
GRIDS = frozenset({"linspace", "arange", "symbols", "Symbol", "logspace"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something equals something.

    Attributes:
        name: what is bound; "" for a claim about two expressions.
        parameters: of a function; None if it is none.
        sides: one expression, or two that are claimed to be equal; none if the name is
            bound to what is no expression.
        opens, closes: a function's body begins, or ends, here.
    """

    name: str = ""
    parameters: tuple[str, ...] | None = None
    sides: tuple[ast.expr, ...] = ()
    opens: bool = False
    closes: bool = False


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, its magics left out; None if it is no Python."""
    lines = source[:MAX_SOURCE].splitlines()
    plain = (MAGIC.sub(r"\1pass", line) for line in lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's "\s"
            return ast.parse("\n".join(plain))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def claims(tree: ast.Module) -> Iterator[Claim]:
    """All claims, those in bodies of functions and loops too; at most MAX_STATEMENTS."""
    for count, claim in enumerate(_claims(tree.body, 0)):
        if count >= MAX_STATEMENTS:
            return
        yield claim


def _claims(body: Sequence[ast.stmt], depth: int) -> Iterator[Claim]:
    for statement in body if depth < 8 else ():
        match statement:
            case ast.FunctionDef(name, arguments):
                parameters = tuple(one.arg for one in arguments.args)
                yield Claim(name=name, parameters=parameters, opens=True)
                yield from _claims(statement.body, depth + 1)
                yield from _returned(statement, parameters)
                yield Claim(closes=True)
            case ast.Assign(targets, value):
                for target in targets:
                    yield from _bound(target, value)
            case ast.AnnAssign(target, _, ast.expr() as value):
                yield from _bound(target, value)
            case ast.AugAssign(ast.Name(name)):
                yield Claim(name=name)
            case ast.Assert(test):
                yield from _claimed(test)
            case ast.Expr(value):
                yield from _claimed(value)
            case _:
                for inner in ("body", "orelse"):
                    yield from _claims(getattr(statement, inner, ()), depth + 1)


def _returned(function: ast.FunctionDef, parameters: tuple[str, ...]) -> Iterator[Claim]:
    """What a function with one return gives."""
    found = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    plain = all(
        isinstance(one, ast.Assign | ast.Return | ast.Expr) for one in function.body
    )
    if len(found) == 1 and found[0].value is not None and plain:
        yield Claim(name=function.name, parameters=parameters, sides=(found[0].value,))


def _bound(target: ast.expr, value: ast.expr) -> Iterator[Claim]:
    if isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else ()
        fits = len(values) == len(target.elts)
        for place, one in enumerate(target.elts):
            if isinstance(one, ast.Name):
                yield Claim(name=one.id, sides=(values[place],) if fits else ())
    elif isinstance(target, ast.Name):
        if isinstance(value, ast.Lambda):
            parameters = tuple(one.arg for one in value.args.args)
            yield Claim(name=target.id, parameters=parameters, sides=(value.body,))
        else:
            yield Claim(name=target.id, sides=(value,))
        yield from _claimed(value)  # eq = sp.Eq(a, b)


def _claimed(node: ast.expr) -> Iterator[Claim]:
    """allclose(a, b), Eq(a, b), a == b, simplify(a - b) == 0."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        right = node.comparators[0]
        difference = _inner(node.left)
        zero = isinstance(right, ast.Constant) and right.value == 0
        if not isinstance(node.ops[0], ast.Eq):
            return
        if zero and isinstance(difference, ast.BinOp):
            if isinstance(difference.op, ast.Sub):
                yield Claim(sides=(difference.left, difference.right))
        else:
            yield Claim(sides=(node.left, right))
    elif isinstance(node, ast.Call) and len(node.args) >= 2:
        name = called(node)
        if name in CLOSE or name == "Eq":
            yield Claim(sides=(node.args[0], node.args[1]))


def _inner(node: ast.expr) -> ast.expr:
    """A - b of simplify(a - b)."""
    return node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else node


def called(node: ast.expr) -> str:
    """The last part of a called function's name; "" if nothing is called."""
    if not isinstance(node, ast.Call):
        return ""
    inner = node.func
    return inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")


def words(source: str, tree: ast.Module) -> Iterator[str]:
    """Texts in the code: its comments, then its strings."""
    yield "\n".join(_comments(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _comments(source: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.string.lstrip("#").strip()
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
