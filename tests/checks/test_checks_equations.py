"""Closed forms and derivations are judged by the values of what was read."""

from dataclasses import replace

import numpy as np
import pytest

from grader.model.answers import IN_CODE, Equation, Hit, Passage, Side
from grader.model.criteria_formulas import ClosedForm, Derivation
from grader.model.finds import FindEquations, FindText
from grader.model.verdict import Binding, Outcome

EXACT = {"rtol": 1e-6, "atol": 1e-8, "because": "closed forms are exact"}
ROW, COLUMN = np.array([[1.0, 2.0]]), np.array([[1.0], [2.0]])


def side(text, value=None, relation="=", named=False, closed=True, **more):
    """One side; no value: it could not be read."""
    values = () if value is None else tuple(np.asarray(value) * k for k in (1.0, 2.0))
    return Side(
        text=text, relation=relation, values=values, closed=closed, named=named, **more
    )


class Says:
    """A formula of which algebra says what it was told to say."""

    def __init__(self, answer):
        self.answer = answer

    def equals(self, other, transposed=False):
        return self.answer


def chain(*sides, about=0, boxed=False, name="W'"):
    """An equation that begins with the quantity's name."""
    first = side(name, relation="", named=True, closed=False)
    return Equation(sides=(first, *sides), about=about, boxed=boxed)


def closed_form(**more):
    """A criterion that asks for one formula."""
    find = FindEquations(symbols="s", quantities=more.pop("quantities", (("W'",),)))
    plain = {"id": "2a.w", "states": "It is given.", "check": "closed_form"}
    return ClosedForm(**plain, find=find, tolerance=EXACT, **more)


def found(*equations, text=True):
    """What the finders find: equations, and text beside them."""
    return {
        FindEquations: equations,
        FindText: [Passage(cell=0, text="words")] if text else (),
    }


WANT = found(chain(side("2W", 2.0)))


def test_a_right_formula_is_proposed(decide):
    """Read, computed, equal: a person confirms it."""
    verdict = decide(closed_form(), found(chain(side("W+W", 2.0))), WANT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)
    assert verdict.reason == "Read W+W, with the right values. A person will confirm it."


def test_a_right_formula_passes_where_it_is_decisive(decide):
    """Unless another formula for the same thing stands there."""
    options = closed_form(decisive=True)
    alone = decide(options, found(chain(side("W+W", 2.0))), WANT)
    both = decide(options, found(chain(side("3W", 3.0)), chain(side("2W", 2.0))), WANT)

    assert alone.outcome is Outcome.PASS
    assert (both.outcome, both.proposal) == (Outcome.PENDING, 1.0)
    assert "Another formula also stands there: 3W." in both.reason


def test_a_wrong_formula_is_proposed_as_wrong(decide):
    """And fails where it is decisive."""
    wrong = found(chain(side("3W", 3.0)))
    proposed, decided = (
        decide(closed_form(decisive=d), wrong, WANT) for d in (False, True)
    )

    assert (proposed.outcome, proposed.proposal) == (Outcome.PENDING, 0.0)
    assert proposed.reason == "3W does not have the right values. A person will look."
    assert decided.outcome is Outcome.FAIL


def test_what_stands_last_is_meant_unless_another_is_boxed(decide):
    """Intermediate results come first, and boxes above all."""
    last = decide(
        closed_form(), found(chain(side("3W", 3.0)), chain(side("2W", 2.0))), WANT
    )
    boxed = decide(
        closed_form(),
        found(chain(side("3W", 3.0), boxed=True), chain(side("2W", 2.0))),
        WANT,
    )

    assert last.proposal == 1.0
    assert boxed.proposal == 0.0


def test_a_box_that_cannot_be_read_hides_what_stands_before(decide):
    """Nothing is proposed from what the student did not present as the answer."""
    got = found(chain(side("2W", 2.0)), chain(side("?"), boxed=True))
    options = closed_form(named=True)

    assert decide(options, got, WANT).proposal is None


def test_every_quantity_counts_its_share(decide):
    """Two of three are right; all from one set of answers of the reference."""
    asked = closed_form(quantities=(("a",), ("b",), ("c",)))
    right = [
        chain(side(n, v), about=k)
        for k, (n, v) in enumerate(zip("abc", (1, 2, 3), strict=True))
    ]
    flipped = [
        chain(side(f"-{n}", -v), about=k, boxed=True)
        for k, (n, v) in enumerate(zip("abc", (1, 2, 3), strict=True))
    ]
    boxed = [Equation(sides=e.sides, about=e.about, boxed=True) for e in right]
    want = found(*boxed, *flipped)

    assert decide(asked, found(*right), want).proposal == 1.0
    assert decide(asked, found(*flipped), want).proposal == 1.0
    assert decide(
        asked, found(right[0], right[1], flipped[2]), want
    ).proposal == pytest.approx(2 / 3)


def test_a_false_step_halves_the_proposal(decide):
    """The result is right, and something before it does not equal it."""
    got = found(chain(side("3W", 3.0), side("2W", 2.0)))
    verdict = decide(closed_form(), got, WANT)

    assert verdict.proposal == 0.5
    assert "but 3W does not equal 2W" in verdict.reason


def test_the_transpose_counts_only_where_no_layout_is_asked(decide):
    """A row for a column."""
    want, got = found(chain(side("x", COLUMN))), found(chain(side("xT", ROW)))
    either, one = (decide(closed_form(transposed=t), got, want) for t in (True, False))

    assert either.proposal == 1.0
    assert one.proposal == 0.0


def test_the_transpose_is_no_false_step_where_no_layout_is_asked(decide):
    """A row that equals its name's column."""
    row = chain(side("2w^T", ROW))
    row = replace(
        row, sides=(replace(row.sides[0], values=(COLUMN, 2 * COLUMN)), row.sides[1])
    )
    want = found(chain(side("2w", COLUMN)))
    either = decide(closed_form(transposed=True), found(row), want)
    one = decide(closed_form(), found(row), want)

    assert (either.outcome, either.proposal) == (Outcome.PENDING, 1.0)
    assert (one.outcome, one.proposal) == (Outcome.PENDING, 0.0)


def test_a_typed_zero_is_a_vector_or_a_matrix_of_zeros(decide):
    """0 for the zero matrix; another number is none, and zeros are no other number."""
    zeros = found(chain(side("0", np.zeros((2, 2)))))
    right = decide(closed_form(), found(chain(side("0", 0.0))), zeros)
    wrong = decide(closed_form(), found(chain(side("1", 1.0))), zeros)
    nothing = decide(
        closed_form(), found(chain(side("0", 0.0))), found(chain(side("w", ROW)))
    )

    assert right.proposal == 1.0
    assert wrong.proposal == 0.0
    assert nothing.proposal == 0.0


def test_an_answer_may_have_the_values_that_its_name_states(decide):
    """∂f/∂w_1 = 2w_1 where w_i is asked for; and it may not have others."""
    right = replace(side("2w_1", 5.0), stated=(np.asarray(5.0), np.asarray(10.0)))
    wrong = replace(side("3w_1", 7.0), stated=(np.asarray(5.0), np.asarray(10.0)))

    assert decide(closed_form(), found(chain(right)), WANT).proposal == 1.0
    assert decide(closed_form(), found(chain(wrong)), WANT).proposal == 0.0


def test_what_is_set_to_zero_is_meant_and_not_the_zero(decide):
    """`∇f = 2W = 0` looks for the minimum; `∇f = 0` says that it is zero."""
    condition = found(chain(side("2W", 2.0), side("0", 0.0)))
    claim = found(chain(side("0", 0.0)))
    vanishes = found(chain(side("W-W", 0.0), side("0", 0.0)))

    assert decide(closed_form(), condition, WANT).proposal == 1.0
    assert decide(closed_form(), claim, WANT).proposal == 0.0
    assert decide(closed_form(), condition, found(chain(side("0", 0.0)))).proposal == 0.0
    assert decide(closed_form(), vanishes, found(chain(side("0", 0.0)))).proposal == 1.0


def test_a_vector_of_its_own_size_is_left_to_a_person(decide):
    """It may be right for its size; another value of the right size is wrong."""
    small = replace(side("(2w_1, 2w_2)", COLUMN), resized=True)
    verdict = decide(closed_form(), found(chain(small)), WANT)

    assert verdict.proposal is None
    assert verdict.reason == "(2w_1, 2w_2) has a size of its own. A person will look."


def test_a_formula_that_stands_alone_is_shown_to_a_person(decide):
    """With the right values; with others, or beside a wrong answer, it earns nothing."""
    alone = Equation(sides=(side("2W", 2.0, relation=""),), about=None, boxed=False)
    other = Equation(sides=(side("3W", 3.0, relation=""),), about=None, boxed=False)
    named = chain(side("3W", 3.0))

    assert decide(closed_form(), found(alone), WANT).proposal == 1.0
    assert decide(closed_form(), found(other), WANT).proposal is None
    assert decide(closed_form(), found(alone, named), WANT).proposal == 0.0
    assert decide(closed_form(named=True), found(alone), WANT).proposal is None


def test_a_right_formula_under_another_name_is_shown_to_a_person(decide):
    """With a proposal, unless only the name counts."""
    other = Equation(
        sides=(side("f", relation=""), side("2W", 2.0)), about=None, boxed=False
    )
    free, named = (decide(closed_form(named=n), found(other), WANT) for n in (False, True))

    assert free.proposal == 1.0
    assert (named.outcome, named.proposal) == (Outcome.PENDING, None)


def test_nothing_at_all_is_no_answer(decide):
    """Text without a formula is for a person."""
    nothing, words = (decide(closed_form(), found(text=t), WANT) for t in (False, True))

    assert nothing.outcome is Outcome.NO_ANSWER
    assert (words.outcome, words.proposal) == (Outcome.PENDING, None)


def derivation(expressions=2):
    """A criterion on the way to a result."""
    return Derivation(
        id="1b.d", states="It is shown.", check="derivation", expressions=expressions,
        find=FindEquations(symbols="s", quantities=(("s'",),)), tolerance=EXACT,
    )  # fmt: skip


def test_enough_steps_that_hold_are_proposed(decide):
    """Two expressions are asked for: one and the result."""
    got = found(chain(side("a", 2.0), side("b", 2.0)))

    assert decide(derivation(2), got, WANT).proposal == 1.0
    assert decide(derivation(3), got, WANT).proposal is None


def test_the_result_alone_is_no_derivation(decide):
    """It stands on the sheet."""
    verdict = decide(derivation(), found(chain(side("b", 2.0))), WANT)

    assert verdict.proposal == 0.0
    assert verdict.reason == (
        "The result is stated, but no step that leads to it; a person will look."
    )


def test_a_step_that_does_not_hold_is_named(decide):
    """With half of the credit proposed."""
    verdict = decide(derivation(), found(chain(side("a", 3.0), side("b", 2.0))), WANT)

    assert verdict.proposal == 0.5
    assert verdict.reason == "a does not equal b. A person will look."


def test_steps_count_only_if_equations_connect_them(decide):
    """A definition beside the claim is no derivation."""
    apart = found(
        chain(side("a", 2.0)), Equation(sides=(side("b", 2.0, ""), side("c", 2.0)),
                                        about=None, boxed=False)
    )  # fmt: skip
    joined = found(
        chain(side("a", 2.0)), Equation(sides=(side("a", 2.0, ""), side("c", 2.0)),
                                        about=None, boxed=False)
    )  # fmt: skip

    assert decide(derivation(3), apart, WANT).proposal is None
    assert decide(derivation(2), joined, WANT).proposal == 1.0


def test_a_formula_that_stands_alone_is_no_step(decide):
    """The result in a sentence: nothing was read of the way."""
    alone = Equation(sides=(side("2W", 2.0, relation=""),), about=None, boxed=False)

    assert decide(derivation(), found(alone), WANT).proposal is None


def test_one_step_too_few_is_no_mere_claim(decide):
    """Two expressions of the right value, also apart: a person says what they are worth."""
    lone = Equation(sides=(side("a", 2.0, ""),), about=None, boxed=False)
    claim = chain(side("b", 2.0))
    named = chain(side("b", 2.0), side("f(x)", 2.0, named=True))

    assert decide(derivation(2), found(lone, claim), WANT).proposal is None
    assert decide(derivation(3), found(named), WANT).proposal == 0.0


def test_a_right_value_of_another_form_does_not_mend_a_wrong_formula(decide):
    """What stands beside the answer counts only where the answer's value is right."""
    beside = Equation(sides=(side("WV", 2.0, "", written=True),), about=None, boxed=False)
    wrong = found(chain(side("3WV", 3.0, written=True), boxed=True), beside)
    other = found(chain(side("U", 2.0)), beside)

    assert decide(written(), wrong, IN_LETTERS).proposal == 0.0
    assert decide(written(), other, IN_LETTERS).proposal == 1.0


def test_what_is_equated_with_the_name_is_connected_by_it(decide):
    """The result, then the same once more in another form."""
    got = found(chain(side("a", 2.0)), chain(side("b", 2.0)))

    assert decide(derivation(2), got, WANT).proposal == 1.0


def test_other_equations_that_hold_may_be_the_way(decide):
    """W' + 1 = a + 1 = b + 1, so W' = b: nothing is proposed against it."""
    claim = chain(side("b", 2.0))
    step = Equation(
        sides=(side("a+1", 3.0, ""), side("c+1", 3.0), side("b+1", 3.0)),
        about=None,
        boxed=False,
    )
    one_step = Equation(sides=step.sides[1:], about=None, boxed=False)

    assert decide(derivation(2), found(step, claim), WANT).proposal is None
    assert decide(derivation(2), found(one_step, claim), WANT).proposal == 0.0


@pytest.mark.parametrize(("count", "proposal"), [(8, 0.0), (9, None)])
def test_one_equation_that_holds_with_words_beside_it_may_be_the_way(
    decide, count, proposal
):
    """C + 1 = b + 1, "which depends on the difference only": a person reads it."""
    step = Equation(sides=(side("c+1", 3.0, ""), side("b+1", 3.0)), about=None, boxed=False)
    got = found(step, chain(side("b", 2.0)))
    got[FindText] = [Passage(cell=0, text="word " * count)]

    assert decide(derivation(2), got, WANT).proposal == proposal


def test_steps_that_cannot_be_read_propose_nothing(decide):
    """A person reads them."""
    verdict = decide(derivation(3), found(chain(side("?"), side("b", 2.0))), WANT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)


def claimed(answer, value=2.0, **more):
    """A typed formula, with what algebra says of it, beside a right reference."""
    got = found(chain(side("W+W", value, formula=Says(answer), **more)))
    return got, found(chain(side("2W", 2.0, formula=Says(answer), **more)))


def test_a_proof_makes_a_right_formula_surer(decide):
    """It says so, and half of the doubt about reading it is gone."""
    proven, open_ = (decide(closed_form(), *claimed(a)) for a in (True, None))

    assert proven.proposal == open_.proposal == 1.0
    assert proven.reason == (
        "Read W+W, with the right values, and equal by algebra. A person will confirm it."
    )
    assert proven.binding.confidence == pytest.approx((1 + open_.binding.confidence) / 2)
    assert "equal by algebra, too" in str(proven.binding)
    assert open_.reason == "Read W+W, with the right values. A person will confirm it."


def test_a_proof_does_not_make_a_place_surer(decide):
    """Where it stands is as doubtful as before."""
    got, want = claimed(True)
    (equation,) = got[FindEquations]
    binding = Binding(cell=0, what="it", how="by hand", confidence=0.3)
    got[FindEquations] = [Hit(value=equation, binding=binding)]

    assert decide(closed_form(), got, want).binding.confidence == 0.3


@pytest.mark.parametrize("decisive", [False, True])
def test_algebra_against_right_values_leaves_it_to_a_person(decide, decisive):
    """A difference below the tolerance is one, and nothing is proposed."""
    verdict = decide(closed_form(decisive=decisive), *claimed(False))

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "Read W+W, with the right values where it was computed, but algebra finds a "
        "difference. A person will look."
    )


@pytest.mark.parametrize("decisive", [False, True])
def test_algebra_against_wrong_values_leaves_it_to_a_person(decide, decisive):
    """Rounding may be at fault; without a proof the values decide."""
    doubtful = decide(closed_form(decisive=decisive), *claimed(True, 3.0))
    wrong = decide(closed_form(decisive=decisive), *claimed(None, 3.0))

    assert (doubtful.outcome, doubtful.proposal) == (Outcome.PENDING, None)
    assert doubtful.reason == (
        "W+W does not have the right values, but algebra finds them equal. A person will "
        "look."
    )
    assert wrong.outcome is (Outcome.FAIL if decisive else Outcome.PENDING)


def test_steps_are_proven_too(decide):
    """All of them, or it is not said."""
    two, three = side("a", 2.0, formula=Says(True)), side("b", 2.0, formula=Says(True))
    unknown = side("c", 2.0, formula=Says(None))
    proven = decide(derivation(2), found(chain(two, three)), WANT)
    partly = decide(derivation(2), found(chain(two, three, unknown, two)), WANT)

    assert proven.proposal == partly.proposal == 1.0
    assert proven.reason == (
        "Every step that could be read holds, by algebra too, over 2 expressions. A person "
        "will confirm it."
    )
    assert "algebra" not in partly.reason
    assert proven.binding.confidence > partly.binding.confidence


def test_a_step_that_algebra_denies_proposes_nothing(decide):
    """Although the values are equal; and the other way round."""
    denied = side("a", 2.0, formula=Says(False)), side("b", 2.0, formula=Says(False))
    claims = side("a", 3.0, formula=Says(True)), side("b", 2.0, formula=Says(True))
    first, second = (
        decide(derivation(2), found(chain(*s)), WANT) for s in (denied, claims)
    )

    assert (first.outcome, first.proposal) == (Outcome.PENDING, None)
    assert "algebra finds a difference" in first.reason
    assert (second.outcome, second.proposal) == (Outcome.PENDING, None)
    assert second.reason == (
        "a does not equal b where it was computed, but by algebra. A person will look."
    )


def written(**more):
    """A criterion that asks for a formula in certain letters."""
    find = FindEquations(symbols="s", quantities=(("W'",),), written_with=("W", "V"))
    plain = {"id": "2a.w", "states": "It is given.", "check": "closed_form"}
    return ClosedForm(**plain, find=find, tolerance=EXACT, **more)


IN_LETTERS = found(chain(side("2W", 2.0, written=True)))


def test_an_answer_is_written_with_the_letters_that_are_asked_for(decide):
    """Right values in another form are told apart from wrong ones."""
    right = decide(written(), found(chain(side("WV", 2.0, written=True))), IN_LETTERS)
    other = decide(written(), found(chain(side("U", 2.0))), IN_LETTERS)
    wrong = decide(written(), found(chain(side("3WV", 3.0, written=True))), IN_LETTERS)

    assert right.proposal == 1.0
    assert (other.outcome, other.proposal) == (Outcome.PENDING, 0.0)
    assert other.reason == (
        "U has the right values, but is not written with W and V. A person will look."
    )
    assert wrong.reason == "3WV does not have the right values. A person will look."


def test_what_is_written_as_asked_counts_wherever_it_stands(decide):
    """In the middle of a chain, before its name, and above a definition."""
    middle = found(chain(side("WV", 2.0, written=True), side("U", 2.0)))
    before = found(
        Equation(
            sides=(
                side("WV", 2.0, "", written=True),
                side("U", 2.0),
                side("W'", named=True),
            ),
            about=0,
            boxed=False,
        )
    )
    above = found(chain(side("WV", 2.0, written=True)), chain(side("U", 2.0)))

    for got in (middle, before, above):
        assert decide(written(), got, IN_LETTERS).proposal == 1.0


def test_another_name_does_not_make_another_form_right(decide):
    """Only what is written as asked is shown to a person."""
    apart = [
        Equation(sides=(side("f", relation=""), side("2W", 2.0, written=w)), about=None,
                 boxed=False)
        for w in (True, False)
    ]  # fmt: skip

    assert decide(written(), found(apart[0]), IN_LETTERS).proposal == 1.0
    assert decide(written(), found(apart[1]), IN_LETTERS).proposal is None


@pytest.mark.parametrize(
    ("how", "outcome"),
    [("typed in the text", Outcome.PENDING), (IN_CODE, Outcome.NO_ANSWER)],
)
def test_a_formula_without_the_name_asked_for_is_a_persons_if_typed(decide, how, outcome):
    """Nothing but `1/2 = 0.5` may be the answer in other words; a line of code is not."""
    unnamed = Equation(
        sides=(side("1/2", 0.5, ""), side("0.5", 0.5)), about=None, boxed=False
    )
    binding = Binding(cell=0, what="1/2", how=how, confidence=0.9)
    got = Hit(value=unnamed, binding=binding)

    verdict = decide(closed_form(), found(got, text=False), WANT)

    assert verdict.outcome is outcome
