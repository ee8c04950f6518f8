"""Formulas as small trees, and their value under a fixed budget of steps.

In:   a tree and a number for each free name.
Out:  a finite float, or UndefinedError.
Pure: no files, no clock; nothing is compiled, imported or executed. Every node visited
      and every factor multiplied costs one step, so no tree runs for long.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

MAX_STEPS = 20_000
MAX_TERMS = 10_000
MAX_PICKS = 1_000
FACTORIALS = tuple(float(math.factorial(i)) for i in range(171))


class UndefinedError(ValueError):
    """A tree has no value here: outside its domain, too large or too long."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol: the variable of a formula, or the index of a sum."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on trees; its name is one of OPERATIONS."""

    operation: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The sum of `body` over the whole numbers from `low` to `high`, both included."""

    index: str
    low: "Node"
    high: "Node"
    body: "Node"


Node: TypeAlias = Number | Name | Apply | Series


def free(node: Node) -> frozenset[str]:
    """List the names that need a number before `node` has a value."""
    match node:
        case Name(name):
            return frozenset({name})
        case Apply(_, arguments):
            return frozenset[str]().union(*map(free, arguments))
        case Series(index, low, high, body):
            return free(low) | free(high) | (free(body) - {index})
    return frozenset()


def value(node: Node, names: Mapping[str, float], steps: int = MAX_STEPS) -> float:
    """Compute `node`.

    Raises: UndefinedError if it has no finite value, or needs more steps.
    """
    floats = {name: float(number) for name, number in names.items()}
    try:
        result = _value(node, floats, _Budget(steps))
    except (ArithmeticError, ValueError) as error:
        raise UndefinedError(str(error)) from error
    if not math.isfinite(result):
        raise UndefinedError("not finite")
    return result


class _Budget:
    """Counts steps down."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise UndefinedError("too many steps")


def _value(node: Node, names: Mapping[str, float], budget: _Budget) -> float:
    budget.spend(1)
    if isinstance(node, Name):
        return names[node.name]
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Series):
        return _series(node, names, budget)
    got = [_value(argument, names, budget) for argument in node.arguments]
    if node.operation == "binom":
        budget.spend(_picks(*got))
    return OPERATIONS[node.operation](*got)


def _series(node: Series, names: Mapping[str, float], budget: _Budget) -> float:
    low = _whole(_value(node.low, names, budget))
    high = _whole(_value(node.high, names, budget))
    if high - low >= MAX_TERMS:
        raise UndefinedError("too many terms")
    bound = dict(names)
    total = 0.0
    for index in range(low, high + 1):
        bound[node.index] = float(index)
        total += _value(node.body, bound, budget)
    return total


def _whole(x: float) -> int:
    """Turn 3.0 into 3; raises UndefinedError for 2.5, NaN and infinities."""
    if not x.is_integer():
        raise UndefinedError("not a whole number")
    return int(x)


def _picks(n: float, k: float) -> int:
    """Tell how many factors the binomial of n over k multiplies."""
    picks = _whole(k)
    if n.is_integer() and n >= picks:
        picks = min(picks, int(n) - picks)
    if picks > MAX_PICKS:
        raise UndefinedError("too many factors")
    return max(picks, 0)


def _binom(n: float, k: float) -> float:
    """Choose k of n for whole k: 0 for k < 0 and for whole k > n >= 0."""
    if k < 0 or (n.is_integer() and 0 <= n < k):
        return 0.0
    result = 1.0
    for i in range(_picks(n, k)):
        result = result * (n - i) / (i + 1)
    return result


def _factorial(x: float) -> float:
    if not 0 <= _whole(x) < len(FACTORIALS):
        raise UndefinedError("negative or too large")
    return FACTORIALS[_whole(x)]


OPERATIONS: Mapping[str, Callable[..., float]] = {
    "+": lambda *terms: math.fsum(terms),
    "negate": lambda x: -x,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "//": lambda x, y: float(x // y),
    "^": math.pow,
    "binom": _binom,
    "factorial": _factorial,
    "sqrt": math.sqrt,
    "root": lambda x, degree: math.pow(x, 1 / degree),
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "abs": math.fabs,
}
