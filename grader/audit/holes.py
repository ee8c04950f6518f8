"""What an audit proves, criterion by criterion, and what it leaves unproved.

In:   a rubric, trials, disagreements.
Out:  what was tried, criterion by criterion; holes, each in a sentence.
Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.audit.losses import kills, pairs
from grader.audit.trials import Trial
from grader.audit.variants import Kind
from grader.model.criteria import Checked, Manual
from grader.model.rubric import Question, Rubric
from grader.model.verdict import SCORED

FEWEST_EQUIVALENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was tried on one criterion.

    Attributes:
        id: of the criterion. points: its worth.
        killed: mutants that lose credit. doubted: mutants that a person must look at.
        kept: equivalents that were judged on it.
    """

    id: str
    points: float
    killed: tuple[str, ...]
    doubted: tuple[str, ...]
    kept: tuple[str, ...]


def is_machine_decided(criterion: Checked) -> bool:
    """Whether a machine decides or proposes; flags without points are not asked for."""
    return not isinstance(criterion, Manual) and criterion.points > 0


def lines(rubric: Rubric, trials: Sequence[Trial]) -> tuple[Line, ...]:
    """One per criterion that is not decided by a person, in the rubric's order."""
    return tuple(
        _line(criterion, trials)
        for _, criterion in rubric.criteria()
        if not isinstance(criterion, Manual)
    )


def _line(criterion: Checked, trials: Sequence[Trial]) -> Line:
    killed: dict[str, bool] = {}
    kept: dict[str, None] = {}
    for trial in trials:
        if criterion.id in kills(trial):
            scored = _scored(trial, criterion.id)
            killed[trial.variant.id] = killed.get(trial.variant.id, True) and scored
        elif trial.variant.kind is Kind.EQUIVALENT and _judged(trial, criterion.id):
            kept[trial.variant.id] = None
    return Line(
        id=criterion.id,
        points=criterion.points,
        killed=tuple(id for id, scored in killed.items() if scored),
        doubted=tuple(id for id, scored in killed.items() if not scored),
        kept=tuple(kept),
    )


def _scored(trial: Trial, id: str) -> bool:
    """Whether a machine took the credit away, or proposed to; else a person must look."""
    verdict = next(got for got, _ in pairs(trial) if got.criterion == id).verdict
    return verdict.outcome in SCORED or verdict.proposal is not None


def _judged(trial: Trial, id: str) -> bool:
    return any(got.criterion == id for got, _ in pairs(trial))


def holes(rubric: Rubric, found: Sequence[Line]) -> list[str]:
    """What is not proved: no mutant for a criterion, too few equivalents for code."""
    by_id = {line.id: line for line in found}
    sentences = []
    for question, criterion in rubric.criteria():
        if is_machine_decided(criterion):
            line = by_id[criterion.id]
            if not line.killed and not line.doubted:
                sentences.append(f"{line.id}: no mutant loses it")
            few = _few_equivalents(question, criterion, line)
            sentences += [few] if few else []
    return sentences


def _few_equivalents(question: Question, criterion: Checked, line: Line) -> str:
    if question.written or len(line.kept) >= FEWEST_EQUIVALENTS:
        return ""
    return (
        f"{criterion.id}: {len(line.kept)} equivalents keep it, needs {FEWEST_EQUIVALENTS}"
    )
