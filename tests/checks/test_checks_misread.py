"""Nothing is proposed against what may have been misread."""

import numpy as np

from grader.checks import CHECKS
from grader.model.answers import IN_CODE, Equation, Found, Passage
from grader.model.case import Case
from grader.model.finds import FindEquations, FindText
from grader.model.verdict import pending
from tests.checks.conftest import hit
from tests.checks.test_checks_equations import (
    COLUMN,
    WANT,
    chain,
    closed_form,
    derivation,
    found,
    side,
)


def wrong(left, right, *more, name="W'"):
    """A chain with a step that does not hold, beside two that do."""
    steps = Equation(sides=(left, right, *more), about=None, boxed=False)
    return found(chain(side("a", 2.0), side("b", 2.0), name=name), steps)


def test_some_entries_by_number_may_hold_for_another_length(decide):
    """z_1 + z_2 where z has four entries; where it has two, the step is wrong."""
    sides = side("z_1 + z_2", 3.0, listed=True), side("b", 2.0)
    every = side("z_1 + z_2", 3.0), side("b", 2.0)

    assert decide(derivation(), wrong(*sides), WANT).proposal is None
    assert decide(derivation(), wrong(*every), WANT).proposal == 0.5


def test_a_letter_may_be_set_to_something(decide):
    """Where s = 1, there is no step; s = 3u may be one; s(x) = 3u is one."""
    number = np.asarray(3.0)
    one = side("1", relation="=")
    one = type(one)(
        text="1", relation="=", values=(number, number), closed=True, named=False
    )
    letter, call = side("s", 2.0, "", bare=True), side("s(x)", 2.0, "")

    assert decide(derivation(), wrong(letter, one), WANT).proposal == 1.0
    assert decide(derivation(), wrong(letter, side("3u", 3.0)), WANT).proposal is None
    assert decide(derivation(), wrong(call, side("3u", 3.0)), WANT).proposal == 0.5


def test_a_number_that_equals_a_vector_was_misread(decide):
    """x2 for the second layer is no entry of x."""
    verdict = decide(derivation(), wrong(side("x2", COLUMN, ""), side("x2", 2.0)), WANT)

    assert verdict.proposal is None
    assert verdict.reason == (
        "x2 does not equal x2, as far as it could be read. A person will look."
    )


def test_a_wrong_step_somewhere_else_costs_nothing(decide):
    """In a notebook whose questions are not labelled."""
    steps = chain(side("a", 3.0), side("b", 2.0))
    lost = found(hit(steps, confidence=0.4))

    assert decide(derivation(), lost, WANT).proposal is None
    assert decide(derivation(), found(hit(steps)), WANT).proposal == 0.5


def test_the_way_may_be_told_in_words(decide):
    """Beside a formula of their own; few words tell no way, a lost place says nothing."""
    claim, known = chain(side("b", 2.0)), chain(side("2W", 2.0))
    words = {FindText: [Passage(cell=0, text="because this holds " * 20)]}

    assert decide(derivation(), found(claim) | words, WANT).proposal is None
    assert decide(derivation(), found(known) | words, WANT).proposal == 0.0
    assert decide(derivation(), found(claim), WANT).proposal == 0.0
    assert decide(derivation(), found(hit(claim, confidence=0.4)), WANT).proposal is None


def test_the_way_may_be_told_in_comments(decide, sheet, new_sheet):
    """Of the cell that states the result; other cells and few words tell no way."""
    claim = found(hit(chain(side("b", 2.0)), how=IN_CODE))
    sheet.cell("# " + "because this holds " * 20)
    elsewhere, few = new_sheet(), new_sheet()
    elsewhere.cell("b = 2")
    elsewhere.cell("# " + "because this holds " * 20)
    few.cell("# because this holds")

    assert decide(derivation(), claim, WANT, sheet=sheet).proposal is None
    assert decide(derivation(), claim, WANT, sheet=elsewhere).proposal == 0.0
    assert decide(derivation(), claim, WANT, sheet=few).proposal == 0.0


def test_a_letter_that_cancels_is_on_the_way(decide):
    """e^c in softmax(x + c); another spelling, or an own letter, is the result."""
    end = chain(side(r"\frac{e^{x_i}}{\sum_j e^{x_j}}", 2.0))

    def said(text):
        return found(chain(side(text, 2.0), name="softmax(x+c)_i"))

    want = found(end)
    way = said("e^{x_i} e^c / Σ_j e^{x_j} e^c")
    assert decide(derivation(), way, want).proposal is None
    assert decide(derivation(), said("exp(x_k)/sum(exp(x_l))"), want).proposal == 0.0
    assert decide(derivation(), said(r"\frac{e^{x_i}}{Z(x)}"), want).proposal == 0.0
    special = found(chain(side("0", 2.0), name="tanh(0)"))  # has no letters at all
    assert decide(derivation(), said("2 σ(2x) - 1"), special).proposal == 0.0


def test_one_expression_between_two_ends_may_be_the_way(decide):
    """As f(x + c) = a/b = f(x), where the brackets are not compared."""
    way = chain(side("a/b", 2.0), side("f(x)_k", named=True, closed=False), name="f(x+c)_k")
    twice = chain(side("b", 2.0), side("f(x)", named=True, closed=False), name="f(x)")

    inserted = r"\partial_k \log\sum_j e^{x_j}"
    put = chain(side(inserted, named=True, closed=False), side("b", 2.0), name="d_k lse")

    assert decide(derivation(3), found(way), WANT).proposal is None
    assert decide(derivation(3), found(twice), WANT).proposal == 0.0
    assert decide(derivation(3), found(put), WANT).proposal is None


def test_two_spellings_of_one_formula_are_one(decide):
    """All of s1, s_1 and s_1(x) are one expression; s_1(2x) is another."""
    same = found(chain(side("s_1(x)", 2.0)), chain(side("s1", 2.0)))
    other = found(chain(side("s_1(2x)", 2.0)), chain(side("s1", 2.0)))

    assert decide(derivation(2), same, WANT).proposal == 0.0
    assert decide(derivation(2), other, WANT).proposal == 1.0


def test_an_index_that_is_not_known_is_not_compared(decide):
    """A θ_c with c for the true class; an index of the reference's own is known."""
    loose = side("t_c", 3.0, loose=frozenset("c"))
    verdict = decide(closed_form(), found(chain(loose)), WANT)
    known = found(chain(side("2t_c", 2.0, loose=frozenset("c"))))

    assert verdict.proposal is None
    assert verdict.reason == "t_c holds c, and could not be compared. A person will look."
    assert decide(closed_form(), found(chain(loose)), known).proposal == 0.0


def test_a_name_that_was_misread_is_no_step(decide):
    """Its own value follows from definitions; a wrong step behind it is one."""
    first = side("dL/dW", 3.0, "", named=True, closed=False)
    right = Equation(sides=(first, side("2W", 2.0)), about=0, boxed=False)
    later = Equation(sides=(first, side("5W", 5.0), side("2W", 2.0)), about=0, boxed=False)

    product = side("w^T x", 3.0, "", named=True)
    closed = Equation(sides=(product, side("2W", 2.0)), about=0, boxed=False)

    assert decide(closed_form(), found(right), WANT).proposal == 1.0
    assert decide(closed_form(), found(later), WANT).proposal == 0.5
    assert decide(closed_form(), found(closed), WANT).proposal == 0.5


def test_a_right_answer_counts_where_no_question_is_labelled(decide):
    """H = 2I of one question, H = 0 of the next; wrong alone, nothing is proposed."""
    right, other = chain(side("2W", 2.0)), chain(side("0", 0.0))
    lost = [hit(one, confidence=0.4) for one in (right, other)]
    verdict = decide(closed_form(), found(*lost), WANT)

    assert verdict.proposal == 1.0
    assert verdict.reason == (
        "2W has the right values, but nothing says that it is the answer; 0 does not have "
        "the right values. Nothing says that it is the answer meant. 2W stands there, too. "
        "A person will look."
    )
    assert decide(closed_form(), found(lost[1]), WANT).proposal is None
    assert decide(closed_form(), found(right, other), WANT).proposal is None


def test_several_formulas_may_stand_there_without_their_names(decide):
    """All of them; a letter alone may be anything."""
    options = closed_form(quantities=(("W'",), ("b'",)))
    want = found(chain(side("2W", 2.0)), chain(side("V", 5.0), about=1))
    alone = [
        Equation(sides=(side(text, value, "", **more),), about=None, boxed=False)
        for text, value, more in (
            ("2W", 2.0, {}), ("Vu", 5.0, {}), ("V", 5.0, {"bare": True}), ("3W", 3.0, {}),
        )
    ]  # fmt: skip
    both = decide(options, found(alone[0], alone[1]), want)

    assert both.proposal == 1.0
    assert both.reason == (
        "The formulas 2W; Vu have the right values, but it is not certain that they are "
        "the answer; a person will look."
    )
    unread = chain(side("Wu"), about=0)
    assert decide(options, found(alone[0], alone[1], unread), want).proposal is None
    assert decide(options, found(alone[0], alone[2]), want).proposal is None
    assert decide(options, found(alone[3], alone[1]), want).proposal is None


def test_what_answers_another_question_is_proposed_only_if_it_stands_there_twice(decide):
    """The place is unsure, and the formula is the answer to the question before."""
    other = closed_form().model_copy(update={"id": "1a.before"})
    formula = side("2W", 2.0, "")
    once = Equation(sides=(formula, formula), about=None, boxed=False)
    lost, there = hit(once, confidence=0.4), hit(once, confidence=0.4, cell=3)
    in_code = hit(once, confidence=0.4, cell=3, how=IN_CODE)
    sure = hit(once, confidence=0.9)
    earlier = pending("Read 2W.", binding=lost.binding, proposal=1.0)

    def judged(*hits, binding=lost.binding):
        before = pending("Read 2W.", binding=binding, proposal=1.0)
        return decide(
            closed_form(), found(*hits), WANT,
            criteria={"1a.before": other}, verdicts={"1a.before": before},
        )  # fmt: skip

    assert judged(lost).proposal is None
    assert judged(lost).reason == (
        "The formula 2W has the right values, but it is not certain that it is the answer, "
        "as another question is answered there; a person will look."
    )
    assert judged(lost, in_code).proposal is None  # a check of the first
    assert judged(lost, there).proposal == 1.0
    assert judged(lost, lost).proposal == 1.0
    assert judged(lost, binding=there.binding).proposal == 1.0
    assert judged(sure).proposal == 1.0
    own = {"verdicts": {"2b.before": earlier}, "criteria": {"2b.before": other}}
    assert decide(closed_form(), found(lost), WANT, **own).proposal == 1.0


def test_what_stands_in_the_section_of_another_question_answers_that(decide, new_sheet):
    """Where the place is sure for that one, and here it is not."""
    formula = Equation(sides=(side("2W", 2.0, ""),), about=None, boxed=False)
    empty = new_sheet().recorded()
    options = closed_form()
    proposals = []
    for theirs in (0.9, 0.4):
        sure = {"1a": theirs, "2b": 0.4}
        case = Case(
            question="2b", criterion=options, got=empty, want=empty, verdicts={},
            find=lambda what, criterion, question, sure=sure: Found(
                hits=(hit(formula, confidence=sure[question]),)
            ),
            find_want=lambda what, criterion, question: Found(
                hits=tuple(map(hit, WANT[FindEquations]))
            ),
            criteria={"1a.a": options.model_copy(update={"id": "1a.a"})},
        )  # fmt: skip
        proposals.append(CHECKS["closed_form"](options, case).proposal)

    assert proposals == [None, 1.0]
