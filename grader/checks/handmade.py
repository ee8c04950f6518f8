"""Tell parameters and outputs that somebody wrote from those that a training left.

In:   sets of parameters, outputs, and the source of the cells that bound them.
Out:  whether they are made by hand.
Pure: student text is parsed, never executed.
"""

import ast
from collections.abc import Iterator, Mapping

import numpy as np

from grader.checks.source import MAGIC, parsed
from grader.model.value import Array

EXACT = 1e-9
THOUSANDTHS, TWELFTHS = 1000, 12


def _multiples(found: Mapping[str, Array], part: int) -> dict[str, Array]:
    """Which entries are whole multiples of 1/part."""
    with np.errstate(invalid="ignore"):
        return {
            name: np.isclose(part * a, np.round(part * a), rtol=0, atol=EXACT)
            for name, a in found.items()
        }


def chosen(found: Mapping[str, Array]) -> bool:
    """Whether somebody wrote these numbers: a training ends at no round ones."""
    return all(whole.all() for whole in _multiples(found, TWELFTHS).values())


def rounded(found: Mapping[str, Array]) -> bool:
    """Whether no training is seen in these numbers: multiples of 1/12, or three decimals.

    Somebody may have chosen them, or rounded what a training left.
    """
    whole, decimal = _multiples(found, TWELFTHS), _multiples(found, THOUSANDTHS)
    return all((whole[name] | decimal[name]).all() for name in found)


def typed_out(source: str, name: str, values: Array) -> bool:
    """Whether a cell binds a name to these very numbers, typed one by one."""
    for node in ast.walk(parsed(MAGIC.sub("", source))):
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = list(_pairs(node.target, node.value))
        else:
            continue
        if any(t == name and _same(_literal(value), values) for t, value in pairs):
            return True
    return False


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are bound to, also in a, b = 1, 2."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts):  # noqa: B905
            yield from _pairs(one, other)


def _literal(value: ast.expr) -> object:
    """The numbers in [1, 2], np.array([1, 2]), np.array([1, 2]).T; None: there are none."""
    while isinstance(value, ast.Call | ast.Attribute):
        if isinstance(value, ast.Attribute):
            value = value.value
        elif isinstance(value.func, ast.Attribute) and not isinstance(
            value.func.value, ast.Name
        ):
            value = value.func.value
        elif value.args:
            value = value.args[0]
        else:
            return None
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _same(literal: object, values: Array) -> bool:
    if not isinstance(literal, list | tuple):
        return False
    try:
        typed = np.ravel(np.array(literal, dtype=float))
    except (ValueError, TypeError):
        return False
    return np.array_equal(typed, np.ravel(values))
