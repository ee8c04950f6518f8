"""A notebook full of dear formulas costs no more than a bound, the same each time."""

import pytest

from grader.find.equation_reader import Reader
from grader.find.formula_tree import UndefinedError
from grader.find.letter_budget import allowed, bounded, spend
from grader.find.letter_worlds import language
from grader.model.symbols import Symbols

LETTERS = Symbols.model_validate({"letters": {"x": {}, "y": {}}})
DEAR = r"$x + y = \sum_{i=1}^{20} \sum_{j=1}^{20} x^i y^j$"


def read(times: int) -> list[bool]:
    """For each of so many equal formulas, whether its right side has a value."""
    reader = Reader(language(LETTERS), (("Q",),))
    equations = [one for _ in range(times) for one in reader.read(DEAR)]
    return [bool(one.sides[1].values) for one in equations]


def test_steps_are_shared():
    """The first formulas have values; when the steps are spent the others have none."""
    with bounded(20_000):
        some = read(12)
    with bounded(20_000):
        again = read(12)

    assert some == again
    assert some == sorted(some, reverse=True)
    assert 0 < sum(some) < 12


def test_without_a_bound_each_has_its_own():
    """Outside of a search nothing is shared, also after one."""
    with bounded(1):
        assert not any(read(2))

    assert all(read(12))


def test_counting():
    """As many as were asked for, as long as there are; never less than none."""
    assert allowed(50) == 50
    with bounded(70):
        spend(30)
        assert allowed(50) == 40
        spend(100)
        assert allowed(50) == 0
    assert allowed(50) == 50


def test_a_failed_search_gives_back():
    """An exception ends the bound, too."""
    with pytest.raises(UndefinedError), bounded(0):
        raise UndefinedError("no value")

    assert allowed(9) == 9
