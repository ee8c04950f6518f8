"""Exact numbers with their derivatives, by the rules for sums, products and chains.

In:   numbers of `letter_algebra`.
Out:  numbers that arrays of numpy can hold and calculate with; no derivative is taken of
      a derivative.
Pure.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self

from grader.find.formula_tree import UndefinedError
from grader.find.letter_algebra import Ratio


class Slope:
    """A number and its derivative, by the rules for sums, products and chains."""

    ndim, shape, size = 0, (), 1

    def __init__(self, at: Ratio, by: Ratio) -> None:
        self.at, self.by = at, by

    def item(self) -> Self:
        return self

    def pair(self, other: object) -> tuple[Ratio, Ratio]:
        if isinstance(other, Slope):
            return other.at, other.by
        return self.at.lifted(other), self.at.known.number(0.0)

    def __add__(self, other: object) -> "Slope":
        if not isinstance(other, Slope | Ratio | int | float):
            return NotImplemented
        at, by = self.pair(other)
        return Slope(self.at + at, self.by + by)

    def __mul__(self, other: object) -> "Slope":
        if not isinstance(other, Slope | Ratio | int | float):
            return NotImplemented
        at, by = self.pair(other)
        return Slope(self.at * at, self.by * at + self.at * by)

    def __truediv__(self, other: object) -> "Slope":
        if not isinstance(other, Slope | Ratio | int | float):
            return NotImplemented
        at, by = self.pair(other)
        return Slope(self.at / at, (self.by * at - self.at * by) / (at * at))

    def __rtruediv__(self, other: object) -> "Slope":
        return Slope(*self.pair(other)) / self

    def __neg__(self) -> "Slope":
        return Slope(-self.at, -self.by)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: object) -> "Slope":
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, other: object) -> "Slope":
        if isinstance(other, Slope):
            raise UndefinedError("a variable in the exponent")
        power = self.at.lifted(other)
        return Slope(self.at**power, power * self.at ** (power - 1.0) * self.by)

    def __getattr__(self, function: str) -> Callable[[], "Slope"]:
        """What numpy calls for np.exp and the like: the chain rule."""
        if function not in CHAINS:
            raise AttributeError(function)
        outer = getattr(self.at, function)()
        return lambda: Slope(outer, CHAINS[function](self.at) * self.by)


CHAINS: Mapping[str, Callable[[Ratio], Ratio]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: 1.0 / x,
    "tanh": lambda x: 1.0 - x.tanh() * x.tanh(),
    "sinh": lambda x: x.cosh(),
    "cosh": lambda x: x.sinh(),
    "sin": lambda x: x.cos(),
    "cos": lambda x: -x.sin(),
    "arctan": lambda x: 1.0 / (x * x + 1.0),
    "sqrt": lambda x: 0.5 / x.sqrt(),
}
