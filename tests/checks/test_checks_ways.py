"""Derivations: what was typed and could not be read, and which chain is named."""

import pytest

from grader.model.answers import IN_CODE, Hit, Passage
from grader.model.finds import FindText
from grader.model.verdict import Binding, Outcome
from tests.checks.test_checks_equations import (
    COLUMN,
    ROW,
    WANT,
    chain,
    closed_form,
    derivation,
    found,
    side,
)

TYPED = [
    (IN_CODE, "Put in: f(λW¹x) = λf(W¹x).", None),
    (IN_CODE, "It can be seen below.", 0.0),
    ("typed in the text", "Put in: f(λW¹x) = λf(W¹x).", 0.0),
]


@pytest.mark.parametrize(("how", "text", "proposal"), TYPED)
def test_code_does_not_stand_for_what_was_typed(decide, how, text, proposal):
    """A way that was typed and not read is no zero because a line of code was read."""
    binding = Binding(cell=1, what="s' = b", how=how, confidence=0.9)
    got = found(Hit(value=chain(side("b", 2.0)), binding=binding))
    got[FindText] = [Passage(cell=0, text=text)]

    verdict = decide(derivation(), got, WANT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)


def test_the_chain_with_the_most_right_sides_is_named(decide):
    """Not the last one that speaks of the quantity; of equals, the last."""
    places = [
        Hit(value=value, binding=Binding(cell=k, what="w", how="typed", confidence=0.9))
        for k, value in enumerate(
            [
                chain(side("a", 2.0), side("b", 2.0)),
                chain(side("b", 2.0), side("a", 2.0)),
                chain(side("b", 2.0)),
            ]
        )
    ]

    verdict = decide(derivation(), found(*places), WANT)

    assert verdict.proposal == 1.0
    assert verdict.binding.cell == 1


def test_where_nothing_was_equated_algebra_has_proven_nothing(decide):
    """A result alone is named as surely as it was read, and no surer."""
    alone = decide(derivation(), found(chain(side("b", 2.0))), WANT)

    assert "algebra" not in str(alone.binding)


def test_a_transpose_is_called_one(decide):
    """A person sees that only the transpose has the right values."""
    want = found(chain(side("x", COLUMN)))
    either = closed_form(transposed=True)
    turned = decide(either, found(chain(side("xT", ROW))), want)
    plain = decide(either, found(chain(side("x", COLUMN))), want)

    assert turned.proposal == plain.proposal == 1.0
    assert "right values, as the transpose of what is asked for" in turned.reason
    assert "transpose" not in plain.reason
