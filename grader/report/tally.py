"""Add marks up. Unscored is not zero: a sum of nothing scored is no number.

In:   marks. Out: what they come to, and what a person must still decide.
Pure: no files, no clock, no randomness.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.errors import HarnessError
from grader.model.verdict import Mark, Result
from grader.report.lines import AssignmentLines


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What some marks of one submission come to, in points.

    Attributes:
        points: the scored part so far, bonus included; None while nothing is scored.
        bonus: the part of `points` that is bonus.
        maximum: without bonus. on_top: what bonus is worth.
        pending_points: not scored yet. pending: criteria a person must look at.
    """

    points: float | None
    bonus: float
    maximum: float
    on_top: float
    pending_points: float
    pending: int


def tally(marks: Iterable[Mark]) -> Tally:
    """Add marks of one submission up."""
    kept = list(marks)
    worth = [mark for mark in kept if mark.maximum > 0]
    scored = [mark for mark in worth if mark.points is not None]
    return Tally(
        points=None if worth and not scored else _add(mark.points for mark in scored),
        bonus=_add(mark.points for mark in scored if mark.bonus),
        maximum=_add(mark.maximum for mark in worth if not mark.bonus),
        on_top=_add(mark.maximum for mark in worth if mark.bonus),
        pending_points=_add(mark.maximum for mark in worth if mark.points is None),
        pending=sum(mark.points is None for mark in kept),
    )


def mean(points: Sequence[float]) -> float | None:
    """Average; of nothing it is no number."""
    return math.fsum(points) / len(points) if points else None


def by_question(result: Result, lines: AssignmentLines) -> Mapping[str, Sequence[Mark]]:
    """Sort a submission's marks under its questions, in the rubric's order.

    Raises: HarnessError unless there is one mark per criterion.
    """
    marks = {mark.criterion: mark for mark in result.marks}
    if len(marks) != len(result.marks) or set(marks) != {c.id for c in lines.criteria}:
        raise HarnessError(f"the marks of {result.submission} are not one per criterion")
    return {
        question.id: [marks[line.id] for line in lines.of(question.id)]
        for question in lines.questions
    }


def in_order(results: Iterable[Result]) -> list[Result]:
    """Sort results by submission.

    Raises: HarnessError if a submission comes twice.
    """
    ordered = sorted(results, key=lambda result: result.submission)
    for before, result in pairwise(ordered):
        if before.submission == result.submission:
            raise HarnessError(f"submission {result.submission} is in the results twice")
    return ordered


def _add(points: Iterable[float | None]) -> float:
    return round(math.fsum(part for part in points if part is not None), 6) + 0.0
