"""Polynomials with rational coefficients in numbered letters, kept sparse.

In:   generators by number, and fractions.
Out:  polynomials as dictionaries: monomial -> coefficient, none of them 0.
Pure. Work is counted by the caller: a product costs the product of the lengths.

sympy's polynomials do the same with one exponent for every generator there is; here a
formula with matrices has a hundred, of which a term holds four (see DECISIONS.md).
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""(generator, power) with powers above 0, sorted by generator."""
Polynomial: TypeAlias = Mapping[Monomial, Fraction]
ONE: Polynomial = {(): Fraction(1)}


def constant(number: Fraction) -> Polynomial:
    """A number as a polynomial."""
    return {(): number} if number else {}


def generator(number: int, power: int = 1) -> Polynomial:
    """One letter, or a power of it."""
    return {((number, power),): Fraction(1)}


def monomials(powers: Mapping[int, int]) -> Monomial:
    """A monomial from its powers; those that are 0 are left out."""
    return tuple(sorted((g, power) for g, power in powers.items() if power))


def added(left: Polynomial, right: Polynomial) -> Polynomial:
    """The sum."""
    found = dict(left)
    for monomial, number in right.items():
        total = found.get(monomial, 0) + number
        if total:
            found[monomial] = Fraction(total)
        else:
            del found[monomial]
    return found


def multiplied(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    if len(left) == 1 and () in left:
        return scaled(right, left[()])
    if len(right) == 1 and () in right:
        return scaled(left, right[()])
    found: dict[Monomial, Fraction] = {}
    for one, factor in left.items():
        for other, number in right.items():
            monomial = _times(one, other)
            total = found.get(monomial)
            found[monomial] = factor * number + total if total else factor * number
    return {monomial: number for monomial, number in found.items() if number}


def scaled(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    """Every coefficient times a number."""
    if factor == 1:
        return polynomial
    return {m: number * factor for m, number in polynomial.items()} if factor else {}


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for g, power in right:
        powers[g] = powers.get(g, 0) + power
    return monomials(powers)


def shared(polynomial: Polynomial) -> dict[int, int]:
    """The largest monomial that divides every term."""
    terms = iter(polynomial)
    found = dict(next(terms, ()))
    for monomial in terms:
        if not found:
            break
        powers = dict(monomial)
        found = {g: min(power, powers[g]) for g, power in found.items() if g in powers}
    return found


def divided(polynomial: Polynomial, by: Mapping[int, int]) -> Polynomial:
    """The quotient by a monomial that divides it."""
    if not by:
        return polynomial
    return {
        tuple((g, p - by.get(g, 0)) for g, p in monomial if p > by.get(g, 0)): number
        for monomial, number in polynomial.items()
    }


def lead(polynomial: Polynomial) -> Fraction:
    """The coefficient of one term, the same one for equal polynomials."""
    return polynomial[max(polynomial)]


def number(polynomial: Polynomial) -> Fraction | None:
    """The constant that it is, or None."""
    if not polynomial:
        return Fraction(0)
    return polynomial[()] if len(polynomial) == 1 and () in polynomial else None


def longest(polynomial: Polynomial) -> int:
    """Bits of its largest numerator or denominator."""
    sizes = (max(abs(n.numerator), n.denominator) for n in polynomial.values())
    return max(sizes, default=0).bit_length()


def common(top: Polynomial, bottom: Polynomial) -> dict[int, int]:
    """What may be cancelled: the monomial that divides all terms of both."""
    under = shared(bottom)
    if not under or not top:
        return under
    over = shared(top)
    return {g: min(power, over[g]) for g, power in under.items() if g in over}


def missing(left: Polynomial, right: Polynomial) -> Iterator[Polynomial]:
    """What two monomials lack of their least common multiple."""
    (one,), (other,) = (map(dict, polynomial) for polynomial in (left, right))
    for mine, yours in ((one, other), (other, one)):
        lacks = {g: max(power - mine.get(g, 0), 0) for g, power in yours.items()}
        yield {monomials(lacks): Fraction(1)}
