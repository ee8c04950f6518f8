"""What was decided about one criterion, and what it is worth."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Outcome(StrEnum):
    """How a criterion was decided."""

    PASS = "pass"  # noqa: S105
    PARTIAL = "partial"
    FAIL = "fail"
    NO_ANSWER = "no_answer"
    """Nothing was found that could be judged; worth 0, and the reason says what
    was looked for."""
    PENDING = "pending"
    """Only a person can decide; unscored, never counted as zero."""
    JUDGE_ERROR = "judge_error"
    """We failed; unscored, a person looks."""


SCORED = frozenset({Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL, Outcome.NO_ANSWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The place an answer was found.

    Attributes:
        cell: index from 0, or None when it is in no cell (a file, the folder's name).
        what: in words, e.g. "function lse(x, lam)" or "image in panel 2 of figure 1".
        how: which finder found it, e.g. "by name", "by behaviour", "bound".
        confidence: 0..1; below the rubric's threshold the verdict becomes pending.
        reasons: what made it more or less likely, in words: "in question 3a".
        factors: for staff: what the confidence is the product of, each with its share.
        names: what it is bound to in the notebook, if to names.
    """

    cell: int | None
    what: str
    how: str
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    factors: tuple[tuple[str, float], ...] = ()
    names: tuple[str, ...] = ()

    def times(self, told: str, share: float) -> "Binding":
        """The same place, with one more thing that makes it more or less likely."""
        known = self.factors or ((self.how, self.confidence),)
        factors = (*known, (told, share)) if told else known
        return replace(self, confidence=self.confidence * share, factors=factors)

    def __str__(self) -> str:
        place = "" if self.cell is None else f" in cell {self.cell + 1}"
        return f"{self.what}{place} ({'; '.join((self.how, *self.reasons))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one criterion was decided.

    Attributes:
        outcome: see Outcome.
        credit: 0..1, None when unscored.
        reason: one sentence for the student; never gives a hidden expectation away.
        binding: what was judged, if anything was found.
        detail: for staff only: (label, text), e.g. ("expected", "81").
        proposal: credit a machine would give to something pending, 0..1, if any.
        hint: what the student can do next; may be empty.
    """

    outcome: Outcome
    credit: float | None
    reason: str
    binding: Binding | None = None
    detail: tuple[tuple[str, str], ...] = ()
    proposal: float | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        if (self.outcome in SCORED) != (self.credit is not None):
            raise ValueError(f"{self.outcome} with credit {self.credit}")
        if self.credit is not None and not 0 <= self.credit <= 1:
            raise ValueError(f"credit {self.credit} is outside 0..1")
        if self.proposal is not None and not 0 <= self.proposal <= 1:
            raise ValueError(f"proposal {self.proposal} is outside 0..1")
        if self.outcome is Outcome.PASS and self.credit != 1:
            raise ValueError("a pass has credit 1")
        if self.outcome in (Outcome.FAIL, Outcome.NO_ANSWER) and self.credit != 0:
            raise ValueError(f"{self.outcome} has credit 0")


def passed(reason: str, **more: object) -> Verdict:
    """The criterion is met."""
    return Verdict(outcome=Outcome.PASS, credit=1.0, reason=reason, **more)  # type: ignore[arg-type]


def failed(reason: str, **more: object) -> Verdict:
    """An answer was found, and it is wrong."""
    return Verdict(outcome=Outcome.FAIL, credit=0.0, reason=reason, **more)  # type: ignore[arg-type]


def graded(credit: float, reason: str, **more: object) -> Verdict:
    """Pass, partial or fail, as the credit says."""
    if credit >= 1:
        return passed(reason, **more)
    if credit <= 0:
        return failed(reason, **more)
    return Verdict(outcome=Outcome.PARTIAL, credit=credit, reason=reason, **more)  # type: ignore[arg-type]


def no_answer(reason: str, **more: object) -> Verdict:
    """Nothing was found; the reason says what was looked for."""
    return Verdict(outcome=Outcome.NO_ANSWER, credit=0.0, reason=reason, **more)  # type: ignore[arg-type]


def pending(reason: str, **more: object) -> Verdict:
    """Only a person can decide."""
    return Verdict(outcome=Outcome.PENDING, credit=None, reason=reason, **more)  # type: ignore[arg-type]


def judge_error(reason: str, **more: object) -> Verdict:
    """We failed; a person looks, and no mark is lost meanwhile."""
    return Verdict(outcome=Outcome.JUDGE_ERROR, credit=None, reason=reason, **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One submission's verdict on one criterion, in points.

    Attributes:
        submission, question, criterion: ids.
        maximum: points the criterion is worth; 0 for a flag.
        verdict: what was decided.
        points: maximum × credit; None when unscored.
        bonus: the points come on top and are not part of the sheet's maximum.
        manual: the criterion is decided by a person from rubric lines.
    """

    submission: str
    question: str
    criterion: str
    maximum: float
    verdict: Verdict
    points: float | None
    bonus: bool = False
    manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything marked about one submission.

    Attributes:
        submission: its id. people: who handed it in.
        status: the run's status, or the intake's when nothing could be run.
        reason: one sentence behind the status; may be empty.
        marks: in the rubric's order; every criterion exactly once.
        ids: (platform, id) pairs that a platform gave.
    """

    submission: str
    people: tuple[str, ...]
    status: str
    reason: str
    marks: tuple[Mark, ...]
    ids: tuple[tuple[str, str], ...] = ()
