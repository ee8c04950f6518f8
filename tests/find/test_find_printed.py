"""What code prints under a question: words, formulas, and the labels it prints."""

from typing import Any

import pytest

from grader.model.criteria_layers import FindMap
from grader.model.finds import FindFormula, FindText
from grader.model.rubric import Rubric

PRINTED = FindText(printed=True)


def test_printed_words_are_found_where_they_are_asked_for(hand: Any):
    """They are no text of the student's otherwise."""
    hand.code("# 2a\nprint(...)", stdout="-> first two are the same")

    (hit,) = hand.find(PRINTED, "2a").hits

    assert (hit.value.text, hit.binding.how) == ("-> first two are the same", "printed")
    assert not hand.find(FindText(), "2a")


@pytest.mark.parametrize("source", ["x = 1", "# 2b\nx = 1", "# 2a\nx = 1\n# 2b\ny = 2"])
def test_of_cells_of_one_question_only(hand: Any, source: str):
    """What another question prints, or a cell of two, is not read."""
    hand.text("# 2a")
    hand.text("# 2c")
    hand.code(source, stdout="first two are the same")

    assert not hand.find(PRINTED, "2a")


def test_numbers_are_no_words(hand: Any):
    """A printed array says nothing."""
    hand.code("# 2a\nprint(p)", stdout="[0.09 0.24 0.67]")

    assert not hand.find(PRINTED, "2a")


@pytest.mark.parametrize("what", [FindFormula(variable="n"), FindMap(variable="n")])
def test_printed_formulas(hand: Any, what: Any):
    """They are read where the text has none, for a person; what was typed is sure."""
    hand.code("# 4\nprint(...)", stdout="n(n+1)/2 + 1")
    (hit,) = hand.find(what, "4").hits
    assert hit.binding.how == "printed"
    assert hit.binding.confidence < Rubric.model_fields["sure_enough"].default

    hand.text("# 4\n$n^2$")
    (hit,) = hand.find(what, "4").hits
    assert hit.binding.how == "typed in the text"
    assert hit.binding.confidence > Rubric.model_fields["sure_enough"].default


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("print('2c) " + "a long answer " * 8 + "')", True),
        ("print('2c) ' + text)", False),
    ],
)
def test_a_long_sentence_may_begin_with_a_label(hand: Any, source: str, inside: bool):
    """Only where all of the line is that sentence."""
    hand.text("# 2a")
    hand.code(source)

    known = "2c" in hand.context().sections.known

    assert known is inside
