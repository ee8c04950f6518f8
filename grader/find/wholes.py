"""Take an equation about a whole vector apart, into one for each of its entries.

In:   an equation, and how many entries are asked for.
Out:  as many equations, with the values of the entries; a side of another size has none.
Pure.
"""

from collections.abc import Iterator
from dataclasses import replace

from grader.model.answers import Equation, Side
from grader.model.value import Array


def apart(equation: Equation, entries: int) -> Iterator[Equation]:
    """One equation for each entry, in their order."""
    for place in range(entries):
        sides = tuple(_entry(side, place, entries) for side in equation.sides)
        yield replace(equation, sides=sides, about=place)


def _entry(side: Side, place: int, entries: int) -> Side:
    values, stated = (_picked(v, place, entries) for v in (side.values, side.stated))
    return replace(side, values=values, stated=stated)


def _picked(values: tuple[Array, ...], place: int, entries: int) -> tuple[Array, ...]:
    fits = all(one.ndim == 2 and sorted(one.shape) == [1, entries] for one in values)
    return tuple(one.reshape(-1)[place].reshape(()) for one in values) if fits else ()
