"""Of several answers the rubric says which counts."""

from typing import Any

import pytest

from grader.find import Context, finder
from grader.model.bindings import Bound
from grader.model.criteria import Checked
from grader.model.finds import FindArray, FindNumber
from grader.model.recorded import Recorded

ANY = Checked(id="3a.x", states="It is so.", check="none")


def numbers(which: str) -> FindNumber:
    """Numbers near a label, of which these count."""
    return FindNumber.model_validate({"near": ("parameters",), "which": which})


@pytest.fixture
def three(hand: Any) -> Any:
    """81 in the first cell of 3a, 60 in its last, 4 in another question."""
    hand.code("# 3a", stdout="parameters: 81")
    hand.code("n", stdout="parameters: 60")
    hand.code("# 3b", stdout="parameters: 4")
    return hand


@pytest.mark.parametrize(
    ("which", "want"),
    [("usual", [81, 60, 4]), ("best", [81, 60, 4]), ("first", [81]), ("last", [60])],
)
def test_which_of_several_counts(three: Any, which: str, want: list[float]):
    """The first or the last of the section; the others are kept for a reader."""
    found = three.find(numbers(which), "3a")

    assert [hit.value for hit in found.hits] == want
    assert len(found.hits) + len(found.passed_over) == 3


def test_where_the_section_is_unknown_all_cells_count(hand: Any):
    """Without headings the last is the last of the notebook."""
    hand.code("a", stdout="parameters: 81")
    hand.code("b", stdout="parameters: 60")

    assert [h.value for h in hand.find(numbers("last"), "3a").hits] == [60]
    assert [h.value for h in hand.find(numbers("first"), "3a").hits] == [81]


def test_what_is_far_less_likely_is_not_one_of_several(hand: Any):
    """A comment that stands last does not replace a sentence."""
    hand.code("# 3a", stdout="parameters: 81")
    hand.code("# 60 parameters")

    assert [h.value for h in hand.find(numbers("last"), "3a").hits] == [81]


def test_arrays_of_one_name(hand: Any):
    """The first vector of the section counts where the rubric says so."""
    for value in ([1, 1], [2, 2]):
        hand.code("# 1c")
        hand.name("w", value)
    what = FindArray(names=("w",), shape=(2,), which="first")

    assert [h.value[0] for h in hand.find(what, "1c").hits] == [1]


def test_a_persons_word_stands_above_it(three: Any):
    """Bound to the first cell, it is that one, though the last would count."""
    bound = (Bound(target="3a.x", cells=(0,), by="the TA's bindings"),)
    recorded = Recorded(evidence=three.evidence(), arrays=three.arrays)
    find = finder(Context(recorded, ("3a", "3b"), bound=bound))

    (hit,) = find(numbers("last"), ANY, "3a").hits

    assert (hit.value, hit.binding.confidence) == (81, 1.0)


def test_the_factors_of_a_confidence_are_kept(three: Any):
    """Beside its label 0.95, in the section 1, outside of it 0.3."""
    found = three.find(numbers("usual"), "3a")

    assert found.hits[0].binding.factors == (
        ("by the words beside it", 0.95),
        ("in question 3a", 1.0),
    )
    assert found.hits[-1].binding.factors[1] == ("outside question 3a", 0.3)
    assert found.hits[-1].binding.confidence == pytest.approx(0.285)


def test_an_array_of_another_name_is_for_a_person(hand: Any):
    """Only in the section, only of the shape, and never sure enough to be scored."""
    hand.code("# 1c")
    hand.name("v", [1, -1])
    hand.name("points", [[1, 1], [2, 2]])
    hand.code("# 2a")
    hand.name("u", [3, 3])
    what = FindArray(names=("w",), shape=(2,))

    (hit,) = hand.find(what, "1c").hits

    assert hit.value.tolist() == [1, -1]
    assert hit.binding.confidence == 0.4
    assert str(hit.binding) == "the variable v in cell 1 (by its shape; in question 1c)"
    assert not hand.find(FindArray(names=("w",), shape=(3,)), "1c")


def test_a_fitting_name_leaves_the_shapes_alone(hand: Any):
    """What is called as it should be is the only answer."""
    hand.code("# 1c")
    hand.name("v", [1, -1])
    hand.name("w", [2, -2])

    found = hand.find(FindArray(names=("w",), shape=(2,)), "1c")

    assert [hit.binding.names for hit in found.hits] == [("w",)]
