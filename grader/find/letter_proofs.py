"""Prove by algebra that two formulas in declared letters are equal.

In:   trees of `letter_parser`, in the worlds in which they were computed.
Out:  True if they are one rational function of letters and exponentials, False if they
      are not, None where that is not decided.
Pure: nothing is compiled or executed; work and sizes are capped by `letter_algebra`.

Letters keep their sizes: a proof holds for the lengths that the rubric names, with every
entry a letter of its own, and for the drawn places of the indices.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.find.formula_tree import Apply, Name, Node, Number, UndefinedError
from grader.find.letter_algebra import Field, Ratio
from grader.find.letter_names import spelled
from grader.find.letter_operations import Fill, Operand
from grader.find.letter_slopes import Slope
from grader.find.letter_values import Walk, World
from grader.model.symbols import Letter
from grader.model.value import Array

PLACES = 3
"""How many choices of the indices are tried at most."""
UNDECIDED = (UndefinedError, ArithmeticError, ValueError, IndexError, KeyError, TypeError,
             RecursionError)  # fmt: skip
"""What numpy raises for objects where it wants numbers, among others."""
Values = dict[str, Array]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A formula as it was read, with what its letters mean.

    Attributes:
        tree: as read.
        worlds: those in which it was computed.
        letters: as the rubric declares them, by their spelled names.
    """

    tree: Node
    worlds: Sequence[World]
    letters: Mapping[str, Letter]

    def equals(self, other: "Typed", transposed: bool = False) -> bool | None:
        """Whether both are equal for all values of the letters; None: not decided."""
        found = set()
        used = indices(self) | indices(other)
        for mine, yours in _places(self.worlds, other.worlds, used):
            found.add(self._equals(other, mine, yours, transposed))
        return next((answer for answer in (None, False) if answer in found), bool(found))

    def _equals(
        self, other: "Typed", mine: World, yours: World, transposed: bool
    ) -> bool | None:
        known = Field()
        try:
            left = exact(self.tree, mine, self.letters, known)
            right = exact(other.tree, yours, other.letters, known)
            pairs = _pairs(left, right, transposed)
            equal = all(a.same(b) for a, b in pairs)
        except UNDECIDED:
            return None
        return equal or (False if known.free else None)


def indices(typed: Typed) -> set[str]:
    """The indices that a formula, or a definition that it uses, leaves open."""
    world = typed.worlds[0]
    names = open_names(typed.tree)
    for name in [*names]:
        names |= open_names(world.defined.get(name, Number(0.0)))
    flipped = (one.at for name, one in typed.letters.items() if one.at and name in names)
    return (names & set(world.ranges)) | {*flipped}


def open_names(tree: Node) -> set[str]:
    """The names of a tree that no sum binds."""
    if isinstance(tree, Name):
        return {tree.name}
    if not isinstance(tree, Apply):
        return set()
    found = set[str]().union(*map(open_names, tree.arguments))
    operation, _, index = tree.operation.partition(" ")
    return found - {index} if operation == "sum" else found


def _places(
    left: Sequence[World], right: Sequence[World], used: Set[str]
) -> Iterator[tuple[World, World]]:
    """Pairs of worlds in which these indices differ from those of the pairs before."""
    seen: set[tuple[float, ...]] = set()
    for mine, yours in zip(left, right, strict=True):
        place = tuple(float(mine.values[index]) for index in sorted(used))
        if place not in seen and len(seen) < PLACES:
            seen.add(place)
            yield mine, yours


def _pairs(left: Array, right: Array, transposed: bool) -> Iterator[tuple[Ratio, Ratio]]:
    """Entries that belong together. Raises: UndefinedError for other shapes."""
    if transposed and left.shape != right.shape:
        left = left.T
    if left.shape != right.shape:
        raise UndefinedError("other shapes")
    yield from zip(left.flat, right.flat, strict=True)


def exact(tree: Node, world: World, letters: Mapping[str, Letter], known: Field) -> Array:
    """The value of `tree` as an array of Ratios, of the shape it has in numbers."""
    names = {**world.values, **dict(_letters(world, letters, known))}
    found = _Algebra(replace(world, values=names), known).value(tree, names)
    return _each(known.number(0.0).__add__, _plain(found))


def _letters(
    world: World, letters: Mapping[str, Letter], known: Field
) -> Iterator[tuple[str, Array]]:
    drawn = {
        name: letter
        for name, letter in letters.items()
        if name in world.values and letter.law != "identity"
    }
    for name, letter in drawn.items():
        base = str(spelled(letter.flips)) if letter.flips else name
        found = _entries(base, drawn.get(base, letter), world.values[name].shape, known)
        if letter.flips:
            at = int(world.values[letter.at]) - 1
            found[at, 0] = -found[at, 0]
        yield name, found


def _entries(name: str, letter: Letter, shape: tuple[int, ...], known: Field) -> Array:
    """A generator for every entry that can be chosen freely."""
    found = np.empty(shape, dtype=object)
    for at in np.ndindex(*shape):
        row, column = (*at, 0, 0)[:2]
        if letter.law == "symmetric":
            row, column = sorted((row, column))
        found[at] = known.letter(name, row, column)
        generator = known.letters[name, row, column]
        if letter.law == "signs":
            known.signs.add(generator)
        elif letter.law == "uniform" and letter.low > 0:
            known.positive.add(generator)
    if letter.law == "distribution":  # they add up to 1
        found[-1, 0] = 1.0 - sum(found[:-1, 0])
    return found


class _Algebra(Walk):
    """The same walk over a tree, with exact numbers."""

    def __init__(self, world: World, known: Field) -> None:
        super().__init__(world)
        self.known = known

    def value(self, node: Node, names: Values) -> Operand:
        if isinstance(node, Number) and node.value == math.pi:
            return _plain(self.known.unknown("pi", self.known.number(0.0)))
        if isinstance(node, Number) and node.value == math.e:
            return _plain(self.known.number(1.0).exp())
        if isinstance(node, Number):
            return _plain(self.known.number(node.value))
        found = super().value(node, names)
        return found if isinstance(found, Fill) else _plain(found)

    def applied(self, node: Apply, names: Values) -> Operand:
        own: Mapping[str, Callable[[Array], Operand]] = {
            "softmax": _softmax,
            "relu": lambda x: _each(_relu, x),
            "ReLU": lambda x: _each(_relu, x),
        }
        if node.operation == "^" and node.arguments[0] == Number(math.e):
            return _plain(np.exp(_plain(self.value(node.arguments[1], names))))
        if node.operation not in own:
            return super().applied(node, names)
        (argument,) = node.arguments
        return own[node.operation](_plain(self.value(argument, names)))

    def slope(self, node: Apply, name: str, names: Values) -> Operand:
        """The derivative of a function at its argument, by the rules."""
        if node.operation.startswith("slope2"):
            raise UndefinedError("a second derivative")
        parameters, body = self.world.functions[name]
        at = node.arguments[0] if node.arguments else Name(parameters[0])
        point = _plain(self.value(at, names))
        whole = np.arange(point.size).reshape(point.shape)
        value = _plain(self.value(body, names | {parameters[0]: point}))
        if value.ndim and value.shape == point.shape:  # entry by entry
            return self.moved(body, parameters[0], point, [*whole.flat], names)
        return self.slopes(body, parameters[0], point, whole, names)

    def derivative(self, node: Apply, _: str, names: Values) -> Operand:
        body, *by = node.arguments
        root, places = self.places(by[0] if by else Name(self.world.variable), names)
        return self.slopes(body, root, _plain(names[root]), places, names)

    def slopes(
        self, body: Node, root: str, at: Array, places: Array, names: Values
    ) -> Array:
        """The derivative by each of the places; of what is no number by one at most."""
        found = [self.moved(body, root, at, [int(k)], names) for k in places.flat]
        if places.ndim == 0:
            return found[0]
        if any(one.ndim for one in found):
            raise UndefinedError("the derivative of a vector by a vector")
        return _plain([one.item() for one in found]).reshape(places.shape)

    def moved(
        self, body: Node, root: str, at: Array, places: Sequence[int], names: Values
    ) -> Array:
        """The derivative where these entries move with speed 1."""
        one = self.known.number(1.0)
        there = _each(one.__mul__, at)
        if any(not isinstance(x, Ratio) for x in there.flat):
            raise UndefinedError("a derivative of a derivative")
        for place in places:
            there.flat[place] = Slope(there.flat[place], one)
        return _each(_slope, _plain(self.value(body, names | {root: there})))


def _relu(number: Any) -> Ratio:
    if not isinstance(number, Ratio):
        raise UndefinedError("the slope of relu")
    return number.relu()


def _slope(number: Any) -> Any:
    return number.by if isinstance(number, Slope) else number * 0


def _plain(found: object) -> Array:
    if isinstance(found, Fill):
        found = found.value
    return np.asarray(found, dtype=object)


def _each(function: Callable[[Any], Any], array: Array) -> Array:
    found = np.empty(array.shape, dtype=object)
    for at in np.ndindex(*array.shape):
        found[at] = function(array[at])
    return found


def _softmax(x: Array) -> Array:
    if x.ndim != 2 or x.shape[1] != 1:
        raise UndefinedError("the softmax of what is no column")
    e = np.exp(x)
    return np.asarray(e / e.sum())
