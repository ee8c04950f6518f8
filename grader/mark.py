"""Turn verdicts into marks: points × credit.

In:   a rubric and the verdicts on one submission.
Out:  its result: one mark per criterion.
Pure. 0 <= mark <= points; unscored stays None and is never counted as zero.
"""

from collections.abc import Mapping

from grader.model.criteria import Manual
from grader.model.evidence import Evidence
from grader.model.rubric import Rubric
from grader.model.verdict import Mark, Result, Verdict

REPAIRED = "repaired"
"""The status of a run that failed as handed in, and was repeated with repairs."""


def marked(rubric: Rubric, evidence: Evidence, verdicts: Mapping[str, Verdict]) -> Result:
    """Mark one submission.

    Raises: KeyError if a criterion has no verdict; a hole must never look like a zero.
    """
    marks = tuple(
        Mark(
            submission=evidence.submission,
            question=question.id,
            criterion=criterion.id,
            maximum=criterion.points,
            verdict=verdicts[criterion.id],
            points=points(criterion.points, verdicts[criterion.id].credit),
            bonus=question.bonus,
            manual=isinstance(criterion, Manual),
        )
        for question, criterion in rubric.criteria()
    )
    status, reason = _status(evidence)
    return Result(
        submission=evidence.submission,
        people=evidence.people,
        status=status,
        reason=reason,
        marks=marks,
        ids=evidence.ids,
    )


def points(maximum: float, credit: float | None) -> float | None:
    """Points for a credit of 0..1; None when unscored. Sums are rounded, parts are not."""
    return None if credit is None else maximum * credit


def _status(evidence: Evidence) -> tuple[str, str]:
    if evidence.intake not in ("ready", ""):
        return evidence.intake, evidence.intake_reason
    if evidence.repairs:
        made = "; ".join(f"cell {r.cell + 1}: {r.what}" for r in evidence.repairs)
        return REPAIRED, f"It failed as handed in, and was run again with repairs ({made})"
    return evidence.run.status.value, evidence.run.reason
