"""Measure how often criteria on chance err, against what the rubric states.

In:      a judge, its assignment, what its reference's simulation or distribution draws.
Out:     for each criterion that states rates: what was drawn and what came out; sentences
         about every rate that is worse than stated.
Touches: runs the author's simulate.py on the host. The same draws every time.

Each hand-in goes through finders, check and judge as a real one does, without a kernel.
A rate is worse than stated if the stated one lies below its exact 95 % interval.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from scipy.stats import binomtest

from grader.audit.redrawn import redrawn
from grader.audit.simulated import Draw, recorded, simulations
from grader.checks.kept import kept
from grader.checks.laws import WRONG as MISTAKES
from grader.checks.laws import Ask, prepare
from grader.find import Context, finder
from grader.judge import Judge
from grader.model.case import Case
from grader.model.criteria import Checked
from grader.model.recorded import Recorded
from grader.model.rubric import Question
from grader.model.stochastic import Process, Rates, StochasticMatches
from grader.model.verdict import Outcome, Verdict

AT_ONCE = 50
SURE = 0.95
RIGHT = "{} of {} right hand-ins ({}) are not accepted, false_reject"
WRONG = "{} of {} wrong hand-ins ({}) are accepted, false_accept"


@dataclass(frozen=True, slots=True)
class Tally:
    """What came out for hand-ins of one sort, all right or all wrong."""

    right: bool
    sort: str
    drawn: int = 0
    accepted: int = 0
    failed: int = 0

    def and_also(self, verdict: Verdict) -> "Tally":
        """With one more."""
        accepted = self.accepted + (verdict.outcome is Outcome.PASS)
        failed = self.failed + (verdict.credit == 0)
        return Tally(self.right, self.sort, self.drawn + 1, accepted, failed)

    @property
    def erred(self) -> int:
        """Right ones that are not accepted, or wrong ones that are."""
        return self.drawn - self.accepted if self.right else self.accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of one criterion: a tally for each sort."""

    id: str
    stated: Rates
    tallies: tuple[Tally, ...]

    def told(self, right: bool) -> tuple[Tally, ...]:
        """The sorts that the criterion says it can tell."""
        known = (t for t in self.tallies if t.sort not in self.stated.except_for)
        return tuple(t for t in known if t.right is right)

    def rate(self, right: bool) -> float:
        """What is stated of right hand-ins, or of wrong ones."""
        return self.stated.false_reject if right else self.stated.false_accept


def measure(judge: Judge, reference: Path, count: int) -> tuple[Measured, ...]:
    """Measure every criterion that states rates, on at most `count` right hand-ins.

    Raises: InputError if the reference's simulation cannot be run.
    """
    asked = [(q, c) for q, c in judge.rubric.criteria() if hasattr(c, "rates")]
    draw = simulations(reference) if asked else {}
    return tuple(
        _measured(judge, question, criterion, source, count)
        for question, criterion in asked
        if (source := draw.get(criterion.id) or redrawn(judge, question, criterion))
    )


def _measured(
    judge: Judge, question: Question, criterion: Checked, draw: Draw, count: int
) -> Measured:
    stated: Rates = getattr(criterion, "rates")  # noqa: B009  asked for above
    here = replace(judge, only=(question.id,))
    tallies: dict[tuple[bool, str], Tally] = {}
    drawn = draw(min(count, stated.trials))
    hand_ins = ((right, sort, recorded(cells)) for right, sort, cells in drawn)
    while batch := list(islice(hand_ins, AT_ONCE)):
        asks = (
            a for ok, _, one in batch for a in _asks(here, question, criterion, one, ok)
        )
        prepare(asks)
        for right, sort, one in batch:
            so_far = tallies.get((right, sort), Tally(right, sort))
            tallies[right, sort] = so_far.and_also(here.verdicts(one)[criterion.id])
    return Measured(id=criterion.id, stated=stated, tallies=tuple(tallies.values()))


def _asks(
    judge: Judge, question: Question, criterion: Checked, one: Recorded, right: bool
) -> Iterator[Ask]:
    """The mean courses that the check will ask for, so that many are computed at once."""
    process: Process | None = getattr(criterion, "process", None)
    if process is None:
        return
    titles, symbols = judge.rubric.titles, judge.rubric.symbols
    find = finder(Context(one, list(titles), symbols=symbols, titles=titles))
    case = Case(
        question=question.id, criterion=criterion, got=one, want=judge.reference,
        find=find, find_want=find, verdicts={},
    )  # fmt: skip
    own = kept(process, case)
    if len(own.starts) < process.starts:
        return
    for sample in own.samples:
        for factor in process.factors:
            rates = tuple(factor * step for step in process.steps)
            yield Ask(own.starts, sample, rates, process.iterations)
            if not right and isinstance(criterion, StochasticMatches):
                least = (factor * min(process.steps),)
                for name in MISTAKES:
                    yield Ask(own.starts, sample, least, process.iterations, name)


def worse(measured: Iterable[Measured]) -> list[str]:
    """A sentence for every rate that is worse than stated, beyond chance."""
    return [sentence for one in measured for sentence in _worse(one)]


def _worse(one: Measured) -> Iterator[str]:
    for right in (True, False):
        words = RIGHT if right else WRONG
        for tally in one.told(right):
            if exceeds(tally.erred, tally.drawn, one.rate(right)):
                told = words.format(tally.erred, tally.drawn, tally.sort)
                yield f"{one.id}: {told} is stated as {one.rate(right):g}"
    for name in one.stated.except_for:
        if name not in {t.sort for t in one.tallies}:
            yield f"{one.id}: except_for names {name!r}, and no such hand-in is drawn"


def exceeds(count: int, drawn: int, stated: float) -> bool:
    """Whether a share is larger than stated, with 95 % confidence (Clopper-Pearson)."""
    return bool(drawn) and interval(count, drawn)[0] > stated


def interval(count: int, drawn: int) -> tuple[float, float]:
    """The exact 95 % interval of a share."""
    found = binomtest(count, drawn).proportion_ci(SURE, method="exact")
    return float(found.low), float(found.high)


def lines(measured: Sequence[Measured]) -> list[str]:
    """Measured against stated, a line for each rate."""
    return [line for one in measured for line in _lines(one)]


def _lines(one: Measured) -> Iterator[str]:
    for right in (True, False):
        told = one.told(right)
        if not told:
            continue
        worst = max(told, key=lambda t: t.erred / t.drawn)
        erred, drawn = sum(t.erred for t in told), sum(t.drawn for t in told)
        text = f"{one.id}: false {'reject' if right else 'accept'} {_share(erred, drawn)}"
        if len(told) > 1:
            at_worst = _share(worst.erred, worst.drawn)
            text += f" in {len(told)} sorts, at worst {at_worst} ({worst.sort})"
        failed = f"; failed {sum(t.failed for t in told)}" if right else ""
        yield f"{text}, stated {one.rate(right):g}{failed}"
    for other in (t for t in one.tallies if t.sort in one.stated.except_for):
        what = "not accepted" if other.right else "accepted"
        yield f"{one.id}: excepted ({other.sort}), {what} {_share(*_pair(other))}"


def _pair(tally: Tally) -> tuple[int, int]:
    return tally.erred, tally.drawn


def _share(count: int, drawn: int) -> str:
    if not drawn:
        return "of none"
    low, high = interval(count, drawn)
    return f"{count} of {drawn} ({low:.2%} to {high:.2%})"


def as_data(measured: Sequence[Measured]) -> Mapping[str, object]:
    """Every count, for a file."""
    return {
        one.id: {
            side: {
                t.sort: {"drawn": t.drawn, "accepted": t.accepted, "failed": t.failed}
                for t in one.tallies
                if t.right is (side == "right")
            }
            for side in ("right", "wrong")
        }
        for one in measured
    }
