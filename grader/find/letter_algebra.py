"""Exact numbers: quotients of polynomials in letters, exponentials and opaque functions.

In:   letters and whole numbers or decimals.
Out:  numbers that arrays of numpy can hold and calculate with.
Pure: every product of two terms costs work; numbers and generators are capped.

An exponential of a sum is a product of exponentials, one generator for each monomial of
the exponent. So e^{-x} e^x = 1, and tanh, being made of exponentials, is no letter of its
own. What is not understood (sqrt, abs, arctan of x) is a letter of its own: opaque.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Self

from grader.find.formula_tree import UndefinedError
from grader.find.letter_polynomials import (
    ONE,
    Monomial,
    Polynomial,
    added,
    common,
    constant,
    divided,
    generator,
    lead,
    longest,
    missing,
    monomials,
    multiplied,
    number,
    scaled,
    shared,
)

MAX_GENERATORS = 500
MAX_WORK = 40_000
MAX_BITS = 1_500
MAX_POWER = 12
PARTS = 12
"""An exponential's generator is e^{m/12}, so that halves and thirds are whole powers."""
DYADIC = 1024
OPAQUE = frozenset({"sqrt", "arctan", "arctanh", "sin", "cos", "erf"})


@dataclass
class Field:
    """What one comparison knows: its generators, and how much work is left.

    Attributes:
        letters: generators of letters' entries: ("x", 1, 0).
        exponentials: monomial -> generator.
        opaque: (function, argument, generator).
        positive: generators that are positive wherever they are drawn.
        signs: generators whose square is 1.
        free: False once a generator may depend on others; then what is not equal may
            still be the same.
    """

    letters: dict[tuple[str, int, int], int] = field(default_factory=dict)
    exponentials: dict[Monomial, int] = field(default_factory=dict)
    opaque: list[tuple[str, "Ratio", int]] = field(default_factory=list)
    positive: set[int] = field(default_factory=set)
    signs: set[int] = field(default_factory=set)
    free: bool = True
    work: int = MAX_WORK
    taken: int = 0

    def new(self) -> int:
        """A new generator."""
        if self.taken == MAX_GENERATORS:
            raise UndefinedError("too many letters")
        self.taken += 1
        return self.taken - 1

    def letter(self, name: str, row: int = 0, column: int = 0) -> "Ratio":
        """An entry of a letter."""
        key = (name, row, column)
        if key not in self.letters:
            self.letters[key] = self.new()
        return self.ratio(generator(self.letters[key]))

    def number(self, value: float) -> "Ratio":
        """A number as it was typed: 0.1 is a tenth."""
        return self.ratio(constant(Fraction(repr(float(value)))))

    def ratio(self, top: Polynomial) -> "Ratio":
        return Ratio(self, top, ONE)

    def spend(self, work: int) -> None:
        self.work -= work + 1
        if self.work < 0:
            raise UndefinedError("too much work")

    def times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """Multiply polynomials within what is left."""
        self.spend(len(left) * len(right))
        product = multiplied(left, right)
        if longest(product) > MAX_BITS:
            raise UndefinedError("numbers too long")
        return self.signed(product) if self.signs else product

    def signed(self, polynomial: Polynomial) -> Polynomial:
        """Put 1 for squares of signs."""
        found: Polynomial = {}
        for monomial, factor in polynomial.items():
            flat = {g: p % 2 if g in self.signs else p for g, p in monomial}
            found = added(found, {monomials(flat): factor})
        return found

    def exponential(self, monomial: Monomial) -> int:
        """The generator e^{m/12}."""
        if monomial not in self.exponentials:
            letters = set(self.letters.values()) - self.signs
            self.free = self.free and all(g in letters for g, _ in monomial)
            self.exponentials[monomial] = self.new()
            self.positive.add(self.exponentials[monomial])
        return self.exponentials[monomial]

    def unknown(self, function: str, argument: "Ratio") -> "Ratio":
        """A generator for a function of which nothing is known."""
        self.free = False
        for name, known, place in self.opaque:
            if name == function and known.same(argument):
                return self.ratio(generator(place))
        self.opaque.append((function, argument, self.new()))
        return self.ratio(generator(self.opaque[-1][2]))


class Ratio:
    """A quotient of two polynomials; numpy's arrays hold it as an object.

    Raises: UndefinedError where it has no value or becomes too large; ZeroDivisionError;
            TypeError where an order or a plain number is asked for.
    """

    ndim, shape, size = 0, (), 1  # as numpy's own numbers have them

    def __init__(self, known: Field, top: Polynomial, bottom: Polynomial) -> None:
        if not bottom:
            raise ZeroDivisionError
        self.known = known
        cancelled = common(top, bottom)
        first = lead(bottom)
        self.top = scaled(divided(top, cancelled), 1 / first)
        self.bottom = scaled(divided(bottom, cancelled), 1 / first)

    def item(self) -> Self:
        return self

    def lifted(self, other: object) -> "Ratio":
        if isinstance(other, Ratio):
            return other
        if not isinstance(other, int | float):
            raise TypeError(f"not a number: {other}")
        if not float(other * DYADIC).is_integer():
            raise UndefinedError("a rounded number")
        return self.known.number(float(other))

    def same(self, other: "Ratio") -> bool:
        """Whether both are one rational function."""
        times = self.known.times
        return bool(times(self.top, other.bottom) == times(other.top, self.bottom))

    def __add__(self, other: object) -> "Ratio":
        if not isinstance(other, Ratio | int | float):
            return NotImplemented
        other = self.lifted(other)
        times = self.known.times
        self.known.spend(len(self.top) + len(other.top))
        if self.bottom == other.bottom:
            return Ratio(self.known, added(self.top, other.top), self.bottom)
        if len(self.bottom) == len(other.bottom) == 1:
            mine, yours = missing(self.bottom, other.bottom)
        else:
            mine, yours = other.bottom, self.bottom
        top = added(times(self.top, mine), times(other.top, yours))
        return Ratio(self.known, top, times(self.bottom, mine))

    def __mul__(self, other: object) -> "Ratio":
        if not isinstance(other, Ratio | int | float):
            return NotImplemented
        other, times = self.lifted(other), self.known.times
        top, bottom = times(self.top, other.top), times(self.bottom, other.bottom)
        if any(g in self.known.signs for monomial in bottom for g, _ in monomial):
            raise UndefinedError("division by a sign")
        return Ratio(self.known, top, bottom)

    def __truediv__(self, other: object) -> "Ratio":
        if not isinstance(other, Ratio | int | float):
            return NotImplemented
        other = self.lifted(other)
        return self * Ratio(self.known, other.bottom, other.top)

    def __neg__(self) -> "Ratio":
        return Ratio(self.known, scaled(self.top, Fraction(-1)), self.bottom)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: object) -> "Ratio":
        return -self + other

    def __rtruediv__(self, other: object) -> "Ratio":
        return self.lifted(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, other: object) -> "Ratio":
        power = self.lifted(other).fraction()
        if power.denominator == 2:
            return self.known.unknown("sqrt", self) ** int(2 * power)
        if power.denominator != 1 or abs(power) > MAX_POWER:
            raise UndefinedError("a power that is not taken")
        found = self.known.number(1.0)
        for _ in range(abs(power.numerator)):
            found = found * self
        return found if power >= 0 else 1.0 / found

    def fraction(self) -> Fraction:
        """Raises: TypeError if it is no constant."""
        top, bottom = number(self.top), number(self.bottom)
        if top is None or bottom is None:
            raise TypeError("not a constant")
        return top / bottom

    def __float__(self) -> float:
        return float(self.fraction())

    def exp(self) -> "Ratio":
        """A product of generators; opaque if the exponent is no polynomial."""
        powers = {m: factor * PARTS for m, factor in self.top.items()}
        if self.bottom != ONE or any(p.denominator != 1 for p in powers.values()):
            return self.known.unknown("exp", self)
        made = [(self.known.exponential(m), int(p)) for m, p in powers.items()]
        over = monomials({g: max(power, 0) for g, power in made})
        under = monomials({g: max(-power, 0) for g, power in made})
        return Ratio(self.known, {over: Fraction(1)}, {under: Fraction(1)})

    def log(self) -> "Ratio":
        """The logarithm; that of a quotient of positive sums is taken apart."""
        if not (self._positive(self.top) and self._positive(self.bottom)):
            return self.known.unknown("log", self)
        return self._log_of(self.top) + -self._log_of(self.bottom)

    def _positive(self, polynomial: Polynomial) -> bool:
        known = self.known.positive
        return bool(polynomial) and all(
            factor > 0 and all(g in known for g, _ in monomial)
            for monomial, factor in polynomial.items()
        )

    def _log_of(self, polynomial: Polynomial) -> "Ratio":
        powers = shared(polynomial)
        rest = divided(polynomial, powers)
        found = self.known.number(0.0)
        meant = {g: monomial for monomial, g in self.known.exponentials.items()}
        for g, power in powers.items():
            if g in meant:
                exponent = {meant[g]: Fraction(power, PARTS)}
                found = found + self.known.ratio(exponent)
            else:
                letter = self.known.ratio(generator(g))
                found = found + self.known.unknown("log", letter) * power
        for factor in (constant(lead(rest)), scaled(rest, 1 / lead(rest))):
            if factor != ONE:
                found = found + self.known.unknown("log", self.known.ratio(factor))
        return found

    def relu(self) -> "Ratio":
        """The positive part; positive factors are taken out."""
        if not self.top:
            return self
        over, under = ({self._kept(one): Fraction(1)} for one in (self.top, self.bottom))
        out = Ratio(self.known, scaled(over, abs(lead(self.top))), under)
        return out * self.known.unknown("relu", self / out)

    def _kept(self, polynomial: Polynomial) -> Monomial:
        known = self.known.positive
        return monomials({g: p for g, p in shared(polynomial).items() if g in known})

    def __abs__(self) -> "Ratio":
        negative = bool(self.top) and lead(self.top) < 0
        return self.known.unknown("abs", -self if negative else self)

    def __getattr__(self, function: str) -> Callable[[], "Ratio"]:
        """What numpy calls for np.sqrt and the like: functions that stay opaque."""
        if function not in OPAQUE:
            raise AttributeError(function)
        return lambda: self.known.unknown(function, self)

    def tanh(self) -> "Ratio":
        return self.sinh() / self.cosh()

    def sinh(self) -> "Ratio":
        return (self.exp() + -(-self).exp()) / 2

    def cosh(self) -> "Ratio":
        return (self.exp() + (-self).exp()) / 2
