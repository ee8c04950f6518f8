"""Find parameters that are kept one behind the other in a single vector.

In:   a way to run one turn, the names at its beginning, the roles of the parameters.
Out:  for each role its place: a range of the vector. Nothing where that is not certain.
Touches: what the turn touches: copies.

Which entries belong together is not guessed: the turn takes them apart itself, and what it
takes apart is seen, U = theta[:4].reshape(2, 2), in a function or beside the loop.
"""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy

from .places import Path, get, inner, places
from .shapes import fits, plain
from .watching import look_around

CLOSE = 2e-3
"""How far an entry may be from ours: a turn may take differences on its way."""
MOVED = 1e-9
MOST = 6
Role = tuple[str, list[str], tuple[int, ...]]
Run = Callable[..., dict[str, Any]]


def parts(
    run: Run, base: dict[str, Any], roles: Sequence[Role], failed: type[Exception]
) -> list[tuple[str, Path]]:
    """The roles with their places; [] if no vector holds them all and nothing else.

    `failed` is what `run` raises where a turn cannot be run.
    """
    size = sum(prod(shape) for _, _, shape in roles)
    found = [p for p, v in places(base).items() if len(roles) > 1 and v.shape == (size,)]
    for path in found[:MOST]:
        if type(_raw(base, path)) is not numpy.ndarray:
            continue
        start = numpy.random.RandomState(29).permutation(size) / size + 0.5
        watch: dict[str, Any] = {}
        try:
            world = run({path: start}, watch)
        except failed:
            continue
        end = get(world, path)
        if end is None or end.shape != (size,) or numpy.abs(end - start).max() < MOVED:
            continue
        look_around(world, base, watch)
        seen = list(_seen(watch, (start, end), roles))
        if ranges := _ranges(seen, roles, size):
            return [(name, (*path, ranges[name])) for name, _, _ in roles]
    return []


def _raw(base: dict[str, Any], path: Path) -> Any:
    value: Any = base.get(path[0])
    for key in path[1:]:
        value = inner(value, key)
    return value


Seen = tuple[str, tuple[tuple[int, ...], int]]


def _seen(
    watch: dict[str, Any], vectors: Sequence[Any], roles: Sequence[Role]
) -> Iterator[Seen]:
    """What was taken out of the vector: its name, and its shape with where it begins."""
    shapes = {shape for _, _, shape in roles if shape}
    for name, array in watch.items():
        shape = plain(array)
        if shape not in shapes:
            continue
        for flat in (array.ravel(), array.T.ravel()):
            for first in range(vectors[0].size - flat.size + 1):
                if any(_same(v[first : first + flat.size], flat) for v in vectors):
                    yield name, (shape, first)


def _same(one: Any, other: Any) -> bool:
    return bool(numpy.abs(one - other).max() < CLOSE)


def _ranges(seen: list[Seen], roles: Sequence[Role], size: int) -> dict[str, range]:
    """Every role's range; {} unless all are known and nothing is left over."""
    taken: set[int] = set()
    found: dict[str, range] = {}
    for shape in sorted({shape for _, _, shape in roles}, key=prod, reverse=True):
        here = [(name, patterns) for name, patterns, own in roles if own == shape]
        spots = {(s, first) for _, (s, first) in seen if s == shape}
        if not shape:
            left = [first for first in range(size) if first not in taken]
        else:
            left = sorted(
                f for _, f in spots if taken.isdisjoint(range(f, f + prod(shape)))
            )
        if len(left) != len(here) or (not shape and len(left) > 1):
            return {}
        for name, patterns in here:
            called = [
                f for n, (s, f) in seen if s == shape and f in left and fits(n, patterns)
            ]
            first = called[0] if called else left[0]
            left.remove(first)
            found[name] = range(first, first + prod(shape))
            if not taken.isdisjoint(found[name]):
                return {}
            taken.update(found[name])
    return found
