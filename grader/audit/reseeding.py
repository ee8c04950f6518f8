"""Give a notebook other random numbers, and change nothing else.

In:   the source of a code cell, and the number of the repetition.
Out:  the source with every seed shifted; what has no seed is left to its own chance.
Pure: the same number gives the same source.

A seed is the first argument of `seed`, `manual_seed`, `default_rng` and the like, or the
keyword `random_state`. Whatever expression stands there is kept, so that runs that had
different seeds still have different ones.
"""

import ast
from collections.abc import Iterator

SEEDERS = frozenset(
    {"seed", "manual_seed", "manual_seed_all", "default_rng", "RandomState", "SeedSequence"}
)
KEYWORDS = frozenset({"seed", "random_state"})
APART = 100_003
"""Between the seeds of two repetitions; more than any notebook counts its own runs."""


def reseeded(source: str, repetition: int) -> str:
    """The source with every seed shifted; as it is if there is none, or it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in sorted(_seeds(tree), key=lambda n: (-n.lineno, -n.col_offset)):
        source = _shifted(source, node, APART * repetition)
    return source


def _seeds(tree: ast.AST) -> Iterator[ast.expr]:
    """Every expression that is a seed; lists and None are none that can be shifted."""
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        named = [k.value for k in call.keywords if k.arg == "random_state"]
        if _called(call.func) in SEEDERS:
            named += call.args[:1] or [k.value for k in call.keywords if k.arg in KEYWORDS]
        yield from (node for node in dict.fromkeys(named) if _is_number(node))


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _is_number(node: ast.expr) -> bool:
    """Whether it may be a whole number: 3, seed, 10 * i + j, run.seed."""
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    return isinstance(node, ast.Name | ast.BinOp | ast.Attribute | ast.Subscript)


def _shifted(source: str, node: ast.expr, by: int) -> str:
    """The source with this expression put in brackets and `by` added."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    lines = source.splitlines(keepends=True)
    begin = _offset(lines, node.lineno, node.col_offset)
    end = _offset(lines, node.end_lineno, node.end_col_offset)
    return f"{source[:begin]}({source[begin:end]}) + {by}{source[end:]}"


def _offset(lines: list[str], line: int, column: int) -> int:
    """Where in the text that is; ast counts columns in bytes of UTF-8."""
    before = lines[line - 1].encode()[:column].decode()
    return sum(map(len, lines[: line - 1])) + len(before)
