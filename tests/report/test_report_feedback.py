"""Feedback shows what its student may see, and says what is open."""

from collections.abc import Callable
from typing import Any

import pytest

from grader.model.evidence import Evidence
from grader.model.verdict import (
    Binding,
    Result,
    failed,
    graded,
    judge_error,
    no_answer,
    pending,
)
from grader.report import (
    AssignmentLines,
    feedback_html,
)
from grader.report.words import OUR_FAULT, UNSCORED

Make = Callable[..., Result]
Read = Callable[[str], Any]


def test_feedback_hides_what_is_for_staff(
    lines: AssignmentLines, make: Make, read: Read, evidence: Evidence
) -> None:
    """Detail, proposal, confidence, rubric lines and intake notes are for staff only."""
    binding = Binding(cell=2, what="function f", how="by name", confidence=0.42)
    verdicts = {
        "1a.value": failed("Off.", binding=binding, detail=(("expected", "SECRET81"),)),
        "1a.proof": pending("A proof.", proposal=0.37),
    }
    result = make("a", verdicts)
    seen = read(feedback_html(result, lines, evidence=evidence)).words
    staff = read(feedback_html(result, lines, evidence=evidence, staff=True)).words

    for secret in ("SECRET81", "0.37", "0.42", "names the chain rule", "Two notebooks."):
        assert secret not in seen
        assert secret in staff


def test_a_hidden_criterion_shows_its_outcome_only(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """Its statement, outcome and points are seen; reason, place and hint are not."""
    binding = Binding(cell=2, what="SECRETPLACE", how="by name")
    bad = failed("SECRETREASON", binding=binding, hint="SECRETHINT")
    result = make("a", {"1b.hidden": bad})
    seen = read(feedback_html(result, lines)).words

    assert "It holds for large inputs. 0 / 1 ✗ Not correct It runs." in seen
    assert "SECRET" not in seen
    assert "A hidden hint." not in seen
    assert "SECRETREASON" in read(feedback_html(result, lines, staff=True)).words


@pytest.mark.parametrize("name", ["1a.value", "1b.hidden"])
def test_our_fault_is_not_quoted(
    lines: AssignmentLines, make: Make, name: str, read: Read
) -> None:
    """A judge error's text can hold anything, so a student reads ours instead."""
    result = make("a", {name: judge_error("KeyError: reference 81")})
    seen = read(feedback_html(result, lines)).words

    assert "KeyError" not in seen
    assert OUR_FAULT in seen


def test_feedback_says_all_of_a_criterion(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """Statement, points, outcome in a word and a sign, reason, place, hint."""
    binding = Binding(cell=6, what="function f(x)", how="by name")
    result = make("a", {"1a.value": graded(0.5, "Half of it.", binding=binding)})
    seen = read(feedback_html(result, lines)).words

    assert (
        "The derivative is given. 0.5 / 1 ◐ Partly correct Half of it. "
        "Found: function f(x) in cell 7 (by name) Hint: Use the chain rule."
    ) in seen


def test_a_pass_needs_no_hint(lines: AssignmentLines, make: Make, read: Read) -> None:
    """The rubric's hint is for those who can use it; a verdict's own comes first."""
    own = no_answer("Nothing called f was found.", hint="Call it f.")

    assert "Hint:" not in read(feedback_html(make("a"), lines)).words
    assert (
        "Hint: Call it f." in read(feedback_html(make("a", {"1a.value": own}), lines)).words
    )


def test_pending_is_said_and_is_no_zero(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """A pending question has no number, and the page says that a person will look."""
    names = [line.id for line in lines.criteria]
    some = read(feedback_html(make("a", {"1a.proof": pending("A proof.")}), lines)).words
    all_ = read(feedback_html(make("a", {n: pending("?") for n in names}), lines)).words

    assert "5 of 4 points so far 3 of them are bonus." in some
    assert "A person will look at 1 criterion, worth 2 points." in some
    assert f"{UNSCORED} not scored yet, of 4 points" in all_
    assert "A person will look at 5 criteria, worth 7 points." in all_
    assert "0 of 4" not in all_


def test_a_failed_run_is_explained(
    lines: AssignmentLines, make: Make, read: Read, evidence: Evidence
) -> None:
    """Status, reasons and repairs, each once; failed cells with their error."""
    result = make("a", status="errors", reason="1 cell failed.")
    seen = read(feedback_html(result, lines, evidence=evidence)).words

    assert (
        "Your notebook: ran; some cells failed. 1 cell failed. input() gave ''. "
        "Cell 3: No pip."
    ) in seen
    assert "Cell 9, line 4 NameError: no lamb traceback Traceback: x" in seen


def test_pictures_stand_where_they_belong(
    lines: AssignmentLines, make: Make, evidence: Evidence, png: bytes
) -> None:
    """A placed picture is with its question and not again; the others are by cell."""
    html = feedback_html(
        make("a"),
        lines,
        evidence=evidence,
        pictures={"aa": png, "bb": png},
        placed={"1b": ["bb"]},
    )
    first = html.index("Cell 3, picture 2 of 2")

    assert html.count("data:image/png;base64,") == 2
    assert html.index('id="q-1b"') < first < html.index('id="q-2"')
    assert html.index("What your notebook drew") < html.index("Cell 3, picture 1 of 2")
