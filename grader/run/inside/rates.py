"""Find the step size of a training loop by what it does, whatever it is called.

In:   a way to run one turn, the names at its beginning, the parameters and their starts.
Out:  the place of a number that, made small, makes all changes small in proportion.
Touches: what the turn touches: copies.
"""

import ast
import copy
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy

from .places import Path, get, places

SMALL = 1e-4
OFF = 0.02
"""Largest deviation from proportion: parameters that move a little after each example
move each other's gradients by about the step size."""
MOST, SECONDS = 24, 1.5
LITERAL, MOST_LITERALS = "__box_rate__", 6
Run = Callable[[dict[Path, Any]], dict[str, Any]]


def by_scaling(
    run: Run,
    base: dict[str, Any],
    starts: dict[Path, Any],
    failed: type[Exception],
    where: list[Path] | None = None,
) -> list[Path]:
    """The first number of which half as much moves every parameter half as far; or [].

    `failed` is what `run` raises where a turn cannot be run; `where` are the places to
    try, by default all that hold a number.
    """
    end = time.monotonic() + SECONDS
    for path in (where or _numbers(base, starts))[:MOST]:
        if time.monotonic() > end:
            return []
        try:
            one = _moves(run, starts, path, SMALL)
            half = _moves(run, starts, path, SMALL / 2)
        except failed:
            continue
        if _in_proportion(one, half):
            return [path]
    return []


def literals(node: Any) -> Iterator[tuple[float, Any]]:
    """Small numbers in a loop's body, each with the loop that reads it from a name.

    One at a time: two that are equal may mean different things.
    """
    count = sum(_is_small(part) for part in ast.walk(ast.Module(node.body, [])))
    for place in range(min(count, MOST_LITERALS)):
        made = copy.deepcopy(node)
        naming = _Naming(place)
        made.body = [naming.visit(part) for part in made.body]
        yield naming.value, made


def _is_small(node: Any) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is float and node.value != 0


class _Naming(ast.NodeTransformer):
    """Puts a name in place of one number."""

    def __init__(self, place: int) -> None:
        self.left, self.value = place, 0.0

    def visit_Constant(self, node: Any) -> Any:
        """Replace the number whose turn it is."""
        if not _is_small(node):
            return node
        self.left -= 1
        if self.left != -1:
            return node
        self.value = node.value
        return ast.copy_location(ast.Name(LITERAL, ast.Load()), node)


def _numbers(base: dict[str, Any], starts: dict[Path, Any]) -> list[Path]:
    """Places of single numbers that are neither 0 nor parameters, plain variables first."""
    found = [
        path
        for path, value in places(base).items()
        if value.size == 1 and path not in starts and numpy.isfinite(value).all()
    ]
    return sorted((p for p in found if get(base, p).any()), key=len)


def _moves(run: Run, starts: dict[Path, Any], path: Path, rate: float) -> Sequence[Any]:
    """By how much a turn changes every parameter, with this number at that place."""
    world = run({**starts, path: numpy.array(rate)})
    ends = [get(world, place) for place in starts]
    pairs = zip(ends, starts.values(), strict=True)
    return [numpy.nan if end is None else end - start for end, start in pairs]


def _in_proportion(one: Sequence[Any], half: Sequence[Any]) -> bool:
    sizes = [float(numpy.linalg.norm(a)) for a in one]
    offs = [float(numpy.linalg.norm(a - 2 * b)) for a, b in zip(one, half, strict=True)]
    moved = numpy.isfinite(sizes + offs).all() and max(sizes) > 0
    return bool(moved) and all(o <= OFF * s for o, s in zip(offs, sizes, strict=True))


def changes_inside(body: list[Any], found: list[Path]) -> bool:
    """Tell whether loops within the body store to the parameters, example by example."""
    roots = {path[0] for path in found}
    inner = [
        node
        for statement in body
        for around in ast.walk(statement)
        if isinstance(around, ast.For | ast.While)
        for node in ast.walk(around)
    ]
    return any(_root(node) in roots for node in inner if _is_target(node))


def _is_target(node: Any) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _root(node: Any) -> str:
    """The variable that a target belongs to: w of w[0][j], self of self.b."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
