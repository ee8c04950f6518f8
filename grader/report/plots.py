"""The geometry of a report's plots; the templates draw it.

In:   scores and outcomes. Out: bins and bars, in numbers that are drawn as they are.
Pure: no files, no clock, no randomness.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model.verdict import Outcome
from grader.report.words import WORDS, Word, number

STEPS = (0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0)
MOST_BINS = 24
WIDTH, HEIGHT = 720.0, 168.0
"""Of the histogram's field, in its own units; labels stand outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of the histogram: scores from `low` (included) to `high` (excluded,
    but for the last bin), and where it stands.

    Attributes:
        complete, provisional: submissions fully scored, and with something pending.
        x, width: of the bar. solid, pale: heights of its two parts, solid below.
    """

    low: float
    high: float
    complete: int
    provisional: int
    x: float
    width: float
    solid: float
    pale: float

    @property
    def many(self) -> int:
        """Submissions in this bin."""
        return self.complete + self.provisional

    @property
    def says(self) -> str:
        """The bar in words."""
        return f"{number(self.low)} to {number(self.high)} points: {self.many}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One outcome's part of a bar that is 100 wide."""

    word: Word
    many: int
    x: float
    width: float


def histogram(scores: Sequence[tuple[float, bool]], maximum: float) -> tuple[Bin, ...]:
    """Count (score so far, fully scored) pairs in bins of one readable width."""
    top = max([maximum, *(score for score, _ in scores)])
    if top <= 0 or not scores:
        return ()
    step = next((s for s in STEPS if top / s <= MOST_BINS), top / MOST_BINS)
    many = math.ceil(top / step)
    counts = [[0, 0] for _ in range(many)]
    for score, complete in scores:
        counts[min(max(int(score / step), 0), many - 1)][0 if complete else 1] += 1
    highest = max(map(sum, counts))
    slot = WIDTH / many
    return tuple(
        Bin(
            low=index * step,
            high=(index + 1) * step,
            complete=complete,
            provisional=provisional,
            x=round(index * slot + 0.06 * slot, 2),
            width=round(0.88 * slot, 2),
            solid=round(HEIGHT * complete / highest, 2),
            pale=round(HEIGHT * provisional / highest, 2),
        )
        for index, (complete, provisional) in enumerate(counts)
    )


def outcome_bar(counts: Mapping[Outcome, int]) -> tuple[Part, ...]:
    """Stack the outcomes that occurred, best first, over a width of 100."""
    whole = sum(counts.values())
    parts, x = [], 0.0
    for outcome in Outcome:
        many = counts.get(outcome, 0)
        if many:
            width = 100 * many / whole
            word = WORDS[outcome]
            parts.append(Part(word=word, many=many, x=round(x, 3), width=round(width, 3)))
            x += width
    return tuple(parts)
