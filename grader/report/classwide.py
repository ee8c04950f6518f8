"""What a class did, criterion by criterion, and what waits for a person.

In:   results sorted by submission, lines of the rubric.
Out:  counts, the reasons and margins that occurred, and a queue; for staff.
Pure: no files, no clock, no randomness.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from grader.model.verdict import Mark, Outcome, Result
from grader.report.lines import AssignmentLines, CriterionLine
from grader.report.plots import Part, outcome_bar
from grader.report.tally import mean
from grader.report.words import WORDS, Word

MOST_REASONS = 8
MARGINS = ("margin", "error", "relative error", "absolute error")
"""Labels of details whose spread over the class says whether a tolerance fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason that occurred, how often, and with which outcome."""

    word: Word
    text: str
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """The spread of one number that verdicts tell, over `many` submissions."""

    label: str
    lowest: str
    median: str
    highest: str
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How one criterion went.

    Attributes:
        line: of the rubric. bar: its outcomes, stacked.
        mean: credit averaged over what is scored, 0..1; None if nothing is.
        reasons: most frequent first, at most MOST_REASONS. more: how many others.
        margins: the spread of numbers its verdicts tell.
    """

    line: CriterionLine
    bar: tuple[Part, ...]
    mean: float | None
    reasons: tuple[Reason, ...]
    more: int
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One criterion on which a person must look at something.

    Attributes:
        line: of the rubric. many: how many submissions wait.
        groups: (word, reason, submissions), most submissions first.
    """

    line: CriterionLine
    many: int
    groups: tuple[tuple[Word, str, tuple[str, ...]], ...]


def _by_criterion(
    results: Iterable[Result], lines: AssignmentLines
) -> list[tuple[CriterionLine, list[Mark]]]:
    marks: dict[str, list[Mark]] = {line.id: [] for line in lines.criteria}
    for result in results:
        for mark in result.marks:
            marks[mark.criterion].append(mark)
    return [(line, marks[line.id]) for line in lines.criteria]


def spreads(results: Sequence[Result], lines: AssignmentLines) -> list[Spread]:
    """Say how each criterion went, in the rubric's order."""
    return [_spread(line, marks) for line, marks in _by_criterion(results, lines)]


def _spread(line: CriterionLine, marks: Sequence[Mark]) -> Spread:
    credits_ = [m.verdict.credit for m in marks if m.verdict.credit is not None]
    pairs = Counter((mark.verdict.outcome, mark.verdict.reason) for mark in marks)
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    reasons = [Reason(word=WORDS[o], text=text, many=n) for (o, text), n in ranked if text]
    return Spread(
        line=line,
        bar=outcome_bar(Counter(mark.verdict.outcome for mark in marks)),
        mean=mean(credits_),
        reasons=tuple(reasons[:MOST_REASONS]),
        more=len(reasons[MOST_REASONS:]),
        margins=_margins(marks),
    )


def _margins(marks: Sequence[Mark]) -> tuple[Margin, ...]:
    found: dict[str, list[float]] = {}
    for mark in marks:
        for label, text in mark.verdict.detail:
            value = _float(text)
            if label.lower() in MARGINS and value is not None:
                found.setdefault(label.lower(), []).append(value)
    return tuple(_margin(label, sorted(found[label])) for label in sorted(found))


def _margin(label: str, values: Sequence[float]) -> Margin:
    return Margin(
        label=label,
        lowest=f"{values[0]:.3g}",
        median=f"{median(values):.3g}",
        highest=f"{values[-1]:.3g}",
        many=len(values),
    )


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def waiting(results: Sequence[Result], lines: AssignmentLines) -> list[Waiting]:
    """List what a person must look at: by criterion, then by reason."""
    queue = []
    for line, marks in _by_criterion(results, lines):
        groups: dict[tuple[Outcome, str], list[str]] = {}
        for mark in marks:
            if mark.points is None:
                key = mark.verdict.outcome, mark.verdict.reason
                groups.setdefault(key, []).append(mark.submission)
        ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        if ranked:
            shown = tuple((WORDS[o], text, tuple(ids)) for (o, text), ids in ranked)
            many = sum(len(ids) for _, ids in groups.items())
            queue.append(Waiting(line=line, many=many, groups=shown))
    return queue
