"""Marks add up the same in the report as on the score sheet."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import sheet
from grader.errors import HarnessError
from grader.model.verdict import Outcome, Result, Verdict, failed, graded, pending
from grader.report import AssignmentLines
from grader.report.plain import plain, to_ascii
from grader.report.plots import histogram, outcome_bar
from grader.report.tally import by_question, in_order, tally
from grader.report.words import OUR_FAULT, count, number, status_words

Make = Callable[..., Result]
_VERDICT = st.one_of(
    st.floats(0, 1).map(lambda credit: graded(credit, ".")), st.just(pending("Look."))
)


@given(chosen=st.lists(_VERDICT, min_size=5, max_size=5))
def test_report_and_sheet_agree(
    lines: AssignmentLines, make: Make, chosen: list[Verdict]
) -> None:
    """Two ways to add up, one in pandas and one not, give the same numbers."""
    names = [line.id for line in lines.criteria]
    result = make("a", dict(zip(names, chosen, strict=True)))
    row = sheet.scores([result], lines).iloc[0]
    whole = tally(result.marks)
    parts = {q: tally(m).points for q, m in by_question(result, lines).items()}

    assert (row["maximum"], row["pending"]) == (whole.maximum, whole.pending)
    assert row["pending_points"] == whole.pending_points
    for got, want in [
        (row["score"], whole.points),
        *((row[q], p) for q, p in parts.items()),
    ]:
        assert math.isnan(got) if want is None else got == want


def test_a_question_of_pending_is_no_number(lines: AssignmentLines, make: Make) -> None:
    """All pending is None; all wrong is 0."""
    names = ("1a.value", "1a.proof")
    open_ = make("a", {name: pending("Look.") for name in names})
    wrong = make("b", {name: failed("Wrong.") for name in names})

    assert tally(by_question(open_, lines)["1a"]).points is None
    assert tally(by_question(wrong, lines)["1a"]).points == 0.0


def test_a_missing_mark_is_our_fault(lines: AssignmentLines, make: Make) -> None:
    """A criterion without a mark is refused rather than shown as nothing."""
    result = make("a")
    with pytest.raises(HarnessError) as caught:
        by_question(replace(result, marks=result.marks[1:]), lines)

    assert str(caught.value) == "the marks of a are not one per criterion"


def test_a_submission_twice_is_our_fault(make: Make) -> None:
    """The same submission twice would be counted twice; that is refused."""
    with pytest.raises(HarnessError) as caught:
        in_order([make("a"), make("a")])

    assert str(caught.value) == "submission a is in the results twice"


def test_lines_must_belong_to_a_question(lines: AssignmentLines) -> None:
    """A criterion of no question, or listed twice, cannot be built."""
    with pytest.raises(ValueError, match=r"^1a\.value belongs to no question: 1a$"):
        replace(lines, questions=lines.questions[1:])
    with pytest.raises(ValueError, match=r"^2\.bonus is listed 2 times$"):
        replace(lines, criteria=(*lines.criteria, lines.criteria[-1]))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "\u2013"), (0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (1 / 3, "0.33"), (20, "20")],
)
def test_numbers_are_short(value: float | None, text: str) -> None:
    """Two decimals at most, no trailing zeros, a dash for what is unscored."""
    assert number(value) == text


def test_words() -> None:
    """Counts agree with their nouns; an unknown status says itself."""
    assert (count(1, "cell"), count(2, "cell")) == ("1 cell", "2 cells")
    assert status_words("kernel_died") == "the kernel died"
    assert status_words("some_new_one") == "some new one"
    assert OUR_FAULT.startswith("Something went wrong on our side.")


def test_plain_text() -> None:
    """What cannot be seen is shown; lines, tabs and letters stay."""
    assert plain("a\x1b[1m\tb\r\nc\u202e\ud800") == "a\ufffd[1m\tb\nc\ufffd\ufffd"
    assert to_ascii("Erdős, Gauß") == "Erdos, Gau?"


def test_a_histogram_boundary_goes_up() -> None:
    """A score on a boundary is in the upper bin; the maximum in the last."""
    bins = histogram([(0.0, True), (0.99, True), (1.0, True), (4.0, False)], 4.0)
    unit = histogram([(19.99, True), (20.0, True)], 20.0)

    assert [each.many for each in bins][:5] == [1, 0, 0, 1, 1]
    assert (bins[-1].high, bins[-1].provisional) == (4.0, 1)
    assert (unit[-1].low, unit[-1].many) == (19.0, 2)


def test_a_histogram_reaches_beyond_the_maximum() -> None:
    """A score with bonus is inside; nothing to show gives no bins."""
    bins = histogram([(25.0, True)], 20.0)

    assert bins[-1].high >= 25.0
    assert sum(each.many for each in bins) == 1
    assert histogram([], 20.0) == ()
    assert histogram([(0.0, True)], 0.0) == ()


def test_an_outcome_bar_fills_its_width() -> None:
    """The parts stand side by side over 100, and one for nothing is left out."""
    bar = outcome_bar({Outcome.PASS: 3, Outcome.FAIL: 1, Outcome.PENDING: 0})

    assert [(part.word.name, part.x, part.width) for part in bar] == [
        ("pass", 0.0, 75.0),
        ("fail", 75.0, 25.0),
    ]
    assert outcome_bar({}) == ()
