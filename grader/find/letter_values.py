"""The values of formulas in declared letters: numbers, columns and matrices.

In:   a tree of `letter_parser`, and a value for every letter.
Out:  a scalar array of shape (), or one of shape (rows, columns).
Pure: nothing is compiled or executed; every node costs a step, arrays are small.

What stands side by side is a matrix product, and so are `*` and `·` where the inner sizes
fit; `⊙`, and `*` between equal shapes, multiply entry by entry; `·` between columns is a
dot product.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from grader.find.formula_tree import Apply, Name, Node, Number, UndefinedError
from grader.find.letter_budget import allowed, spend
from grader.find.letter_derivatives import POINT
from grader.find.letter_dots import has_dots, matrix_written_out, written_out
from grader.find.letter_gradients import derivative, hessian, slope
from grader.find.letter_operations import (
    Fill,
    Operand,
    applied,
    picked,
    product,
    stacked,
    total,
    upright,
)
from grader.model.value import Array

MAX_STEPS = 40_000
DOTTED = ("+", "column", "matrix")
COMPARISONS: Mapping[str, Callable[[Array, Array], bool]] = {
    "=": lambda a, b: bool(np.isclose(a, b)),
    "!=": lambda a, b: not np.isclose(a, b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
}


class Entry(NamedTuple):
    """What a student defines entry by entry: `o_i = ...`, `h_i(x) = ...`."""

    at: str
    parameters: tuple[str, ...]
    body: Node


@dataclass(frozen=True, kw_only=True)
class World:
    """What the letters stand for.

    Attributes:
        values: of letters, indices and sizes.
        defined: letters that stand for a formula.
        functions: parameters and body, by name.
        entries: what is defined entry by entry, by name.
        ranges: how far an index counts.
        sizes: what letters for lengths stand for.
        picks: what one index picks of a matrix: "entry", "row" or "column", by name.
        variable: what a derivative is taken by if nothing is said.
        point: what a gradient is taken by if nothing is said.
    """

    values: Mapping[str, Array]
    defined: Mapping[str, Node] = field(default_factory=dict)
    functions: Mapping[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    ranges: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    picks: Mapping[str, str] = field(default_factory=dict)
    variable: str = ""
    point: str = ""


def compute(tree: Node, world: World) -> Array:
    """The value of `tree`.

    Raises: UndefinedError where it has none: an unknown letter, sizes that do not fit,
            a value that is not finite, too many steps.
    """
    walk = Walk(world)
    with np.errstate(all="ignore"):
        try:
            result = walk.value(tree, dict(world.values))
        except (ArithmeticError, ValueError, IndexError, RecursionError) as error:
            raise UndefinedError(str(error)) from error
        finally:
            spend(walk.most - walk.left)
    result = np.asarray(result.value) if isinstance(result, Fill) else result
    if not np.isfinite(result).all():
        raise UndefinedError("not finite")
    return result


Values = dict[str, Array]


class Walk:
    """One computation: the world, and the steps that are left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.left = self.most = allowed(MAX_STEPS)

    def value(self, node: Node, names: Values) -> Operand:
        self.left -= 1
        if self.left < 0:
            raise UndefinedError("too many steps")
        if isinstance(node, Number):
            return np.asarray(node.value)
        if isinstance(node, Name):
            return self.named(node.name, names)
        if isinstance(node, Apply):
            return self.applied(node, names)
        raise UndefinedError("a sum of another kind")

    def named(self, name: str, names: Values) -> Operand:
        if name in names:
            return names[name]
        if name in self.world.defined:
            return self.value(self.world.defined[name], names)
        raise UndefinedError(f"unknown letter {name}")

    def applied(self, node: Apply, names: Values) -> Operand:
        operation, _, detail = node.operation.partition(" ")
        special: Mapping[str, Callable[[Apply, str, Values], Operand]] = {
            "call": self.called,
            "slope": self.slope,
            "slope2": self.slope,
            "derivative": self.derivative,
            "sum": self.summed,
            "index": self.indexed,
            "cases": self.chosen,
            "ones": lambda *_: Fill(1.0),
        }
        if operation in special and (detail or operation != "sum"):
            return special[operation](node, detail, names)
        arguments = node.arguments
        if operation in DOTTED and has_dots(arguments):
            write = matrix_written_out if operation == "matrix" else written_out
            arguments = tuple(write(arguments, self.world.sizes))
        got = [self.value(argument, names) for argument in arguments]
        if operation == "row":
            return stacked(got, axis=1)
        if operation == "column":
            return stacked([upright(part) for part in got], axis=0)
        if operation == "matrix":
            return stacked(got, axis=0)
        if operation in ("*", "·", "⊙", "⊗", "@", "beside"):
            return product(operation, *got)
        return applied(operation, got)

    def chosen(self, node: Apply, _: str, names: Values) -> Operand:
        """The value of the first case whose condition holds."""
        for value, condition in zip(node.arguments[::2], node.arguments[1::2], strict=True):
            if isinstance(condition, Apply) and self.holds(condition, names):
                return self.value(value, names)
        raise UndefinedError("no case applies")

    def holds(self, condition: Apply, names: Values) -> bool:
        operation, _, sign = condition.operation.partition(" ")
        if operation == "otherwise":
            return True
        if operation == "both":
            parts = condition.arguments
            return all(isinstance(one, Apply) and self.holds(one, names) for one in parts)
        left, right = (_array(self.value(one, names)) for one in condition.arguments)
        if left.ndim or right.ndim:
            raise UndefinedError("a condition on what is no number")
        return bool(COMPARISONS[sign](left, right))

    def called(self, node: Apply, name: str, names: Values) -> Operand:
        parameters, body = self.world.functions[name]
        return self.value(body, self.bound(parameters, node, names))

    def bound(self, parameters: Sequence[str], call: Node, names: Values) -> Values:
        """The names with the parameters of a call; what is not given stays."""
        given = call.arguments if isinstance(call, Apply) else ()
        got = [_array(self.value(one, names)) for one in given]
        if len(got) > len(parameters) == 1 and not any(one.ndim for one in got):
            got = [stacked(got, axis=0)]  # softmax(z_1, z_2)
        return names | dict(zip(parameters, got, strict=False))

    def slope(self, node: Apply, name: str, names: Values) -> Operand:
        """The first or second derivative of a function: entry by entry, or a gradient."""
        parameters, body = self.world.functions[name]
        at = node.arguments[0] if node.arguments else Name(parameters[0])

        def function(x: Array) -> Array:
            return _array(self.value(body, names | {parameters[0]: x}))

        taken = hessian if node.operation.startswith("slope2") else slope
        return taken(function, _array(self.value(at, names)))

    def derivative(self, node: Apply, _: str, names: Values) -> Operand:
        body, *by = node.arguments
        root, places = self.places(by[0] if by else Name(self.world.variable), names)

        def function(x: Array) -> Array:
            return _array(self.value(body, names | {root: x}))

        return derivative(function, names[root], places)

    def places(self, target: Node, names: Values) -> tuple[str, Array]:
        """The letter that is moved, and which of its entries: flat indices."""
        if isinstance(target, Apply):
            root, whole = self.places(target.arguments[0], names)
            if target.operation == "transpose":
                return root, whole.T
            at = [self.whole(one, names, 0) for one in target.arguments[1:]]
            return root, picked(whole, at, self.picks(target.arguments[0]))
        name = target.name if isinstance(target, Name) else ""
        name = self.world.point if target == POINT else name
        if name in names:
            return name, np.arange(names[name].size).reshape(names[name].shape)
        if name not in self.world.defined:
            raise UndefinedError(f"a derivative by {name}")
        return self.places(self.world.defined[name], names)

    def summed(self, node: Apply, index: str, names: Values) -> Operand:
        body, low, high, *but = node.arguments
        first = self.whole(low, names, 1)
        last = self.whole(high, names, 0)
        if high == Name(""):
            last = self.world.ranges.get(index) or self.length(body, index, names)
        left_out = {self.whole(one, names, 0) for one in but}
        terms = [
            self.value(body, names | {index: np.asarray(float(k))})
            for k in range(first, min(last, first + 20) + 1)
            if k not in left_out
        ]
        return total(terms)

    def length(self, body: Node, index: str, names: Values) -> int:
        """How far an index counts that the rubric does not know, from what it picks.

        Raises: UndefinedError if it picks nothing, or of different lengths.
        """
        found = {n for node in _parts(body) for n in self.lengths(node, index, names)}
        if len(found) != 1:
            raise UndefinedError(f"a sum over {index} without an end")
        return found.pop()

    def lengths(self, node: Apply, index: str, names: Values) -> Iterator[int]:
        head, *indices = node.arguments if node.operation == "index" else (node,)
        if Name(index) not in indices or _head(head) in self.world.entries:
            return
        shape = _array(self.value(head, names)).shape
        across = len(indices) == 1 and self.picks(head) == "column"
        places = [axis for axis, one in enumerate(indices) if one == Name(index)]
        yield from (shape[1 if across else axis] for axis in places if axis < len(shape))

    def whole(self, node: Node, names: Values, default: int) -> int:
        if node == Name(""):
            return default
        found = _array(self.value(node, names))
        number = float("nan") if found.ndim or found.dtype.kind == "c" else float(found)
        if not number.is_integer():
            raise UndefinedError("not a whole number")
        return int(number)

    def indexed(self, node: Apply, _: str, names: Values) -> Operand:
        body, *indices = node.arguments
        entry = self.world.entries.get(_head(body))
        if entry is not None and len(indices) == 1:
            bound = self.bound(entry.parameters, body, names)
            at = np.asarray(float(self.whole(indices[0], names, 0)))
            return self.value(entry.body, bound | {entry.at: at})
        array = _array(self.value(body, names))
        places = [self.whole(one, names, 0) for one in indices]
        return picked(array, places, self.picks(body))

    def picks(self, body: Node) -> str:
        return self.world.picks.get(body.name, "") if isinstance(body, Name) else ""


def _parts(node: Node) -> Iterator[Apply]:
    """The operations of a tree."""
    if isinstance(node, Apply):
        yield node
        for part in node.arguments:
            yield from _parts(part)


def _head(body: Node) -> str:
    """The name of what has an index: h of h_i and of h_i(x)."""
    if isinstance(body, Name):
        return body.name
    return body.operation.removeprefix("call ") if isinstance(body, Apply) else ""


def _array(operand: Operand) -> Array:
    return np.asarray(operand.value) if isinstance(operand, Fill) else operand
