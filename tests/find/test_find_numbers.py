"""A number is found beside its label, below it, alone, or under its name."""

import math
from typing import Any

import pytest

from grader.model.finds import FindNumber

WHAT = FindNumber(near=("parameter", "params"), names=("n_params", "*anzahl*"))

BESIDE = [
    "parameters: 81",
    "Number of parameters = 81",
    "The model has 81 parameters.",
    "81 trainable parameters",
    "n_params 81",
    "Parameter: **81**",
    "Die Zahl der Parameter ist 81.",
    "PARAMETERS 81",
    "2*20 + 20 + 20 + 1 = 81 parameters",
    "parameters: 40 + 20 + 20 + 1 = 81",
    r"Parameters: $2\cdot 20 + 20 + 20\cdot 1 + 1 = 81$",
    r"$N_{\text{params}} = 20 \cdot 3 + 21 = 81$",
    "(2 pts) The number of parameters is 81",
    "3 (a) parameters: 81",
    "Number of parameters:\n81",
    "**Number of parameters:**\n$\\boxed{81}$",
    "The MLP with 2 inputs and 20 neurons has 81 parameters.",
]


@pytest.mark.parametrize("text", BESIDE)
def test_a_number_beside_its_label(hand: Any, text: str):
    """Before or after the label, behind a sum, or below a colon: the number is 81."""
    hand.text(text)

    hits = hand.find(WHAT).hits

    assert hits[0].value == 81
    assert all(hit.binding.confidence < hits[0].binding.confidence for hit in hits[1:])
    assert hits[0].binding.what == "the number 81 in the text"
    assert hits[0].binding.how == "by the words beside it"


AMONG = [
    "Number of parameters for 20 hidden neurons: 81",
    "The total number of parameters of the MLP with 2 inputs is 81.",
    "Parameters (2 inputs, 20 neurons, 1 output): 81",
    "Parameters in layer 1: 60, in layer 2: 21, in total: 81",
]


@pytest.mark.parametrize("text", AMONG)
def test_a_number_behind_other_numbers(hand: Any, text: str):
    """Sizes that stand between the label and the number do not hide it."""
    hand.text(text)

    assert 81 in [hit.value for hit in hand.find(WHAT).hits]


NOTHING = [
    "parameters (2 pts)",
    "There are 81 neurons.",
    "hyperparameters: 81",
    "3 (a) parameters",
    "parameters",
    "parameters:\nhidden 81",
    "x81 parameters",
    f"parameters {'.' * 90} 81",
]


@pytest.mark.parametrize("text", NOTHING)
def test_text_without_the_number(hand: Any, text: str):
    """Points, labels, parts of names, other words and far numbers are not it."""
    hand.text(text)

    assert not hand.find(WHAT)


LONG = f"Number of parameters: {'20 weights of the hidden layer, ' * 4}"


@pytest.mark.parametrize(
    ("end", "first"), [("In total **81**.", 81), ("81 in the end.", 20), ("Total: 81", 81)]
)
def test_a_total_far_from_the_label(hand: Any, end: str, first: float):
    """A total at the end of a long line is the number meant; its terms are not."""
    hand.text(LONG + end)

    assert hand.find(WHAT).hits[0].value == first


TERMS = r"Parameter: $W_0$: $20\cdot2=40$, $b_0$: $20$, $W_1$: $20$, $b_1$: $1$. "


@pytest.mark.parametrize(
    "end", ["Zusammen", "Together:", "In all", "Summe:", "Insgesamt sind es"]
)
def test_words_for_a_total(hand: Any, end: str):
    """The number behind one is meant, whatever stands nearer to the label."""
    hand.text(rf"{TERMS}{end} $\mathbf{{81}}$.")

    assert hand.find(WHAT).hits[0].value == 81


@pytest.mark.parametrize(
    "end", ["Zusammen mit 81 anderen", "Together with 81 others", "81"]
)
def test_a_number_far_from_the_label_is_less_likely(hand: Any, end: str):
    """It is found, so that nobody says it is missing, and is not the one meant."""
    hand.text(LONG + end)

    hits = hand.find(WHAT).hits

    (far,) = (hit for hit in hits if hit.value == 81)
    assert hits[0].value == 20
    assert 0.5 <= far.binding.confidence / hits[0].binding.confidence < 0.6


def test_a_number_in_the_output(hand: Any):
    """What a cell printed counts like text."""
    hand.code("count()", stdout="parameters: 81\n")

    assert hand.find(WHAT).hits[0].binding.what == "the number 81 in the output"


def test_a_number_in_the_result(hand: Any):
    """What a cell returned counts like text."""
    hand.code("count()", result="'parameters: 81'")

    assert hand.find(WHAT).hits[0].binding.what == "the number 81 in the result"


def test_a_bare_number_of_a_cell_about_it(hand: Any):
    """A cell whose code speaks of parameters and shows a lone 81 states it."""
    hand.code("sum(p.numel() for p in model.parameters())", result="81")

    (hit,) = hand.find(WHAT).hits

    assert (hit.value, hit.binding.how) == (81, "alone in the output of a cell about it")


def test_a_bare_number_of_another_cell(hand: Any):
    """A lone number below code that does not speak of the label is nothing."""
    hand.code("4 * 20 + 1", result="81")

    assert not hand.find(WHAT)


def test_a_number_among_others_in_a_cell_about_it(hand: Any):
    """A line with more than the number is not a bare number."""
    hand.code("print(model.parameters)", stdout="81 82\nloss 81")

    assert not hand.find(WHAT)


def test_names(hand: Any):
    """Variables of a fitting name count, whole or not, whatever their case."""
    hand.code("...")
    hand.name("N_Params", 81)
    hand.name("Anzahl_P", 81.5)
    hand.name("n_other", 7)

    assert sorted(hit.value for hit in hand.find(WHAT).hits) == [81, 81.5]


@pytest.mark.parametrize("value", [True, "81", None, [81], (81,), {}])
def test_values_that_are_no_number(hand: Any, value: object):
    """True is not 1, "81" is not 81, and a list of one number is not a number."""
    hand.code("...")
    hand.name("n_params", value)

    assert not hand.find(WHAT)


def test_an_integer_beyond_floats_is_no_number(hand: Any):
    """10**400 under the right name is passed over; it must not stop the finder."""
    hand.code("...")
    hand.name("n_params", 10**400)
    hand.name("n_params", 81)

    assert 81 in [hit.value for hit in hand.find(WHAT).hits]


def test_nan_is_found_and_matches_nothing(hand: Any):
    """A NaN under the right name is a number; what it is worth, the check says."""
    hand.code("...")
    hand.name("n_params", math.nan)

    assert math.isnan(hand.find(WHAT).hits[0].value)


def test_the_right_section_comes_first(hand: Any):
    """A number of 3d loses against one of 3a, although it comes later."""
    hand.text("# 3a\nparameters: 81")
    hand.text("# 3d\nparameters: 111")

    first, second = hand.find(WHAT, "3a").hits

    assert (first.value, second.value) == (81, 111)
    assert second.binding.confidence < 0.5 <= first.binding.confidence


def test_no_sections_at_all(hand: Any):
    """Without headings a labelled number is sure enough, but less sure."""
    hand.text("parameters: 81")

    assert hand.find(WHAT).hits[0].binding.confidence == pytest.approx(0.95 * 0.65)


def test_any_section(hand: Any):
    """`section: any` prefers no section."""
    hand.text("# 3a\nparameters: 81")
    hand.text("# 3d\nparameters: 111")

    hits = hand.find(FindNumber(near=("parameter",), section="any"), "3a").hits

    assert {hit.binding.confidence for hit in hits} == {0.95}


def test_handed_out_text_does_not_count(hand: Any):
    """The skeleton's sentence is not the student's statement."""
    hand.text("The model has 81 parameters.")

    assert not hand.find(WHAT, handed_out=["The model has 81 parameters."])


def test_a_handed_out_cells_output_does_not_count(hand: Any):
    """What a handed-out cell prints is not the student's statement, labelled or bare."""
    hand.code("print(parameters)", stdout="81\n")
    hand.code("print(1)", stdout="parameters: 81\n")

    assert not hand.find(WHAT, handed_out=["print(parameters)", "print(1)"])


def test_what_was_looked_for_and_what_came_near(hand: Any):
    """Without a hit the words say what was looked for, and numbers of the section."""
    hand.text("# 3a\nIt has 81 of them.")

    found = hand.find(WHAT)

    assert found.looked_for == (
        "a number beside `parameter` or `params` or a variable `n_params` or `*anzahl*`"
    )
    assert found.nearest == ("81 in the text of cell 1",)
