"""Ask a person where an answer may be among drawings that were not recorded.

In:   a check that looks at drawings, or a submission.
Out:  that check, which then takes nothing away; or whether anything was left out.
Pure.

Drawings of characters, which code prints, are none that is recorded.
"""

from dataclasses import replace
from functools import wraps
from typing import Any

from grader.checks.characters import drawn_in_text
from grader.checks.registry import Check
from grader.model.case import Case
from grader.model.recorded import Recorded
from grader.model.verdict import Outcome, Verdict

LOST = (
    "drawing calls of this cell were not recorded",
    "A part of this cell could not be recorded",
    "more facts than are kept",
)
"""What the notes of a run say if more was drawn than is kept."""
PRINTED = "What a cell printed may be a drawing of characters; a person will look."
TOLD = "Not all that was drawn could be recorded; a person will look."


PENDING: dict[str, Any] = {
    "outcome": Outcome.PENDING,
    "credit": None,
    "proposal": None,
    "reason": PRINTED,
}


def left_out(got: Recorded) -> bool:
    """Whether more was drawn than is kept; a run and its cells have notes."""
    evidence = got.evidence
    notes = (*evidence.run.notes, *(n for cell in evidence.cells for n in cell.notes))
    return any(lost in note for note in notes for lost in LOST)


def unless_left_out(function: Check) -> Check:
    """The check; what it finds missing may be among what was not recorded."""

    @wraps(function)
    def guarded(options: Any, case: Case) -> Verdict:
        verdict = doubted(function(options, case), case)
        missing = verdict.outcome is Outcome.NO_ANSWER
        return replace(verdict, **PENDING) if missing and _printed(case) else verdict

    return guarded


def _printed(case: Case) -> bool:
    return any(drawn_in_text(cell.stdout) for cell in case.own_cells)


def doubted(verdict: Verdict, case: Case) -> Verdict:
    """The verdict; where something is missing and drawings were left out, a person's.

    Nothing is proposed then: the share counted is of what happened to be kept.
    """
    worth = verdict.proposal if verdict.credit is None else verdict.credit
    whole = worth is None or worth >= 1
    if verdict.outcome is Outcome.JUDGE_ERROR or whole or not left_out(case.got):
        return verdict
    reason = verdict.reason.replace("; a person will look.", ".")
    return replace(
        verdict,
        outcome=Outcome.PENDING,
        credit=None,
        proposal=None,
        reason=f"{reason.removesuffix(' A person will look.')} {TOLD}",
    )
