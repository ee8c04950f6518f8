"""Functions are found by name, else because they were asked; replies are sorted by form."""

from typing import Any

import numpy as np
import pytest

from grader.model.criteria import Argument, FunctionMatches, Tolerance
from grader.model.finds import FindFunction

TOL = Tolerance(rtol=0, atol=0, because="exact")
LSE = FunctionMatches(
    id="2b.lse",
    states="It is lse.",
    check="function_matches",
    find=FindFunction(names=("lse", "*logsumexp*")),
    arguments=(
        Argument(name="x", input="pairs"),
        Argument(name="lamb", values=(1, 10)),
    ),
    tolerance=TOL,
)
FORM, SINGLE = "(x, lamb) with ndarrays", "(x, lamb) with ndarrays, one vector at a time"


def found(hand: Any, what: FindFunction | None = None) -> Any:
    """Look for the function."""
    return hand.find(what or LSE.find, "2b", criterion=LSE)


def test_named_functions_come_first(hand: Any):
    """A fitting name beats another one; the words tell the signature."""
    hand.code("# 2b")
    hand.candidate("f", "helper", takes="x lam")
    hand.candidate("f", "MyLogSumExp", takes="x lam=")

    named, other = found(hand).hits

    assert str(named.binding) == (
        "function MyLogSumExp(x, lam) in cell 1 (by name; in question 2b)"
    )
    assert (named.binding.confidence, other.binding.confidence) == (0.95, 0.75)
    assert other.binding.how == "by behaviour"


def test_any_name_it_ever_had(hand: Any):
    """A function that was bound to a fitting name once counts as named."""
    hand.code("...")
    hand.candidate("f", "lse", "other", takes="x lam")

    assert found(hand).hits[0].binding.how == "by name"


def test_only_by_name(hand: Any):
    """Without by_behaviour other functions do not count."""
    hand.code("...")
    hand.candidate("f", "helper", takes="x lam")

    assert not found(hand, FindFunction(names=("lse",), by_behaviour=False))


@pytest.mark.parametrize(
    ("takes", "asked"), [("", 0), ("x", 1), ("x lam", 1), ("x lam q", 0), ("x=", 0)]
)
def test_functions_of_a_fitting_size(hand: Any, takes: str, asked: int):
    """Others are asked if they require one argument at least and two at most."""
    hand.code("...")
    hand.candidate("f", "helper", takes=takes)

    assert len(found(hand).hits) == asked


def test_classes_and_networks_are_no_functions(hand: Any):
    """Only functions are called."""
    hand.code("...")
    hand.candidate("c", "lse")
    hand.candidate("n", "lse")

    assert not found(hand)


def test_replies_of_whole_arrays(hand: Any):
    """One array per tried value, in their order, filed under the convention."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    hand.reply("2b.lse#1", key, FORM, np.array([3.0, 4.0]))
    hand.reply("2b.lse#0", key, FORM, np.array([1.0, 2.0]))

    values = found(hand).hits[0].value.values

    assert [array.tolist() for array in values[FORM]] == [[1, 2], [3, 4]]


def test_replies_of_single_vectors(hand: Any):
    """Six rows make one array; a missing row makes none."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    for row in range(6):
        hand.reply(f"2b.lse#0/{row}", key, SINGLE, float(row))
    for row in range(5):
        hand.reply(f"2b.lse#0/{row}", key, "short" + SINGLE, float(row))

    function = found(hand).hits[0].value

    assert function.values[SINGLE][0].tolist() == [0, 1, 2, 3, 4, 5]
    assert function.errors == {"short" + SINGLE: "no number came back"}


def test_replies_that_are_errors(hand: Any):
    """What went wrong is kept in words; a convention that raised has no values."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    hand.reply("2b.lse#0", key, FORM, None, error="TypeError: no")

    function = found(hand).hits[0].value

    assert (function.values, function.errors) == ({}, {FORM: "TypeError: no"})


@pytest.mark.parametrize(
    "value", [None, "", "1.0", {}, [], np.array([1j]), ["x", ""], [1, 2, "x", 4]]
)
def test_replies_that_are_no_numbers(hand: Any, value: object):
    """None, text, empty lists and complex numbers are no values."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    hand.reply("2b.lse#0", key, FORM, value)

    function = found(hand).hits[0].value

    assert (function.values, function.errors) == ({}, {FORM: "no number came back"})


def test_replies_of_other_criteria_and_candidates(hand: Any):
    """A reply counts for the criterion and the function it was given for."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    other = hand.candidate("f", "other", takes="x lam")
    hand.reply("2c.softmax#0", key, FORM, 1.0)
    hand.reply("2b.lsex#0", key, FORM, 1.0)
    hand.reply("2b.lse#0", other, FORM, 1.0)

    named, helper = found(hand).hits

    assert (named.value.values, named.value.errors) == ({}, {})
    assert list(helper.value.values) == [FORM]


def test_a_second_reply_does_not_count(hand: Any):
    """The first reply to a probe is the reply."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    hand.reply("2b.lse#0", key, FORM, 1.0)
    hand.reply("2b.lse#0", key, FORM, 2.0)

    assert found(hand).hits[0].value.values[FORM][0].tolist() == 1


def test_handed_out_functions(hand: Any):
    """A function of the skeleton is not the student's, whatever it answers."""
    hand.code("def lse(x, lam): ...")
    key = hand.candidate("f", "lse", takes="x lam")
    hand.reply("2b.lse#0", key, FORM, 1.0)

    got = hand.find(LSE.find, "2b", handed_out=["def lse(x, lam): ..."], criterion=LSE)

    assert (got.hits, got.nearest) == ((), ())


def test_nothing_found(hand: Any):
    """The words name what was looked for, and the functions that are there."""
    hand.code("...")
    hand.candidate("f", "plot_all", takes="a b c d")

    got = found(hand)

    assert got.looked_for == "a function `lse` or `*logsumexp*`"
    assert got.nearest == (
        "plot_all(a, b, c, d) in cell 1 (it needs 4 arguments; 2 are given; name it lse)",
    )
