"""Check drawn objectives of a random iteration against the student's own runs."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from grader.checks.kept import Kept, kept
from grader.checks.laws import Sample, courses
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.evidence import Drawing
from grader.model.stochastic import ObjectiveDrawn, Process
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, passed, pending

FEWEST_POINTS = 50
"""Points of a curve over the iterations; every hundredth may be drawn."""
EARLY = 0.01
"""Share of the curves' range that the first step may change."""
WHOLE = 0.9
"""Share of the iterations that a curve must reach over."""
MOST_CURVES = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn curve: where, its first and last value, how far its iterations count."""

    hit: Hit[Drawing]
    first: float
    last: float
    reach: float

    @property
    def place(self) -> tuple[int, int, int]:
        """The panel it is in."""
        return self.hit.value.cell, self.hit.value.figure, self.hit.value.panel

    @property
    def ends(self) -> tuple[float, float]:
        """Two runs do not share these: a curve drawn again is no other one."""
        return self.first, self.last


@check("objective_drawn")
@unless_left_out
def objective_drawn(options: ObjectiveDrawn, case: Case) -> Verdict:
    """Ask whether curves show the objective of the student's own runs.

    A curve must begin with the objective of a start that was kept and end with that of a
    result, kept or recomputed, for the student's whole data. The constant, the sign and
    usual factors (1/N, 2) of the objective are free.

    Pass:      a curve for every step size and start, those of one step size in a panel;
               a curve that is drawn again is no other one.
    Partial:   some are; the credit is their share.
    No answer: no curves over iterations in the section.
    Pending:   curves end in NaN; the starts or the data were not kept; the curves are
               none of these objectives; or not in one panel for each step size; or as
               many stand outside the section.
    Fooled by: a curve through other values between the right ends.
    """
    got: Found[Drawing] = case.seek(options.find)
    here = [hit for hit in got.hits if hit.binding.confidence >= 0.6][:MOST_CURVES]
    curves = [c for c in (_curve(case, hit) for hit in here) if c is not None]
    if not curves:
        return _elsewhere(options, case, got)
    process, own = options.process, kept(options.process, case)
    binding = _shows(curves[0])
    wanted = process.starts * len(process.steps)
    if len(own.starts) < process.starts or not own.samples:
        return pending(
            f"{counted(len(curves), 'curve')} drawn, but the starts or the data were not "
            "kept, so that they cannot be recomputed; a person will look.",
            binding=binding, proposal=1.0
            if _plausible(curves, wanted, process.iterations)
            else None,
        )  # fmt: skip
    good = max((_shown(options, own, s, curves) for s in own.samples), key=_different)
    return _told(options, good, curves, _shows((good or curves)[0]))


def _shows(curve: Curve) -> Binding:
    return replace(curve.hit.binding, how="by what it shows", confidence=0.95)


def _elsewhere(options: ObjectiveDrawn, case: Case, got: Found[Drawing]) -> Verdict:
    """Nothing in the section: as many whole runs under another label may be meant."""
    found = (_curve(case, hit) for hit in got.hits)  # a limit could hide them
    curves = [curve for curve in found if curve is not None]
    process = options.process
    whole = [c for c in curves if c.reach >= WHOLE * process.iterations]
    if len(whole) < process.starts * len(process.steps):
        return not_found(replace(got, looked_for="curves over iterations"), options.hint)
    return pending(
        f"{counted(len(whole), 'curve')} over all iterations drawn under other labels; a "
        "person will look.",
        binding=whole[0].hit.binding,
        hint=options.hint,
    )


def _different(curves: list[Curve]) -> int:
    return len({curve.ends for curve in curves})


def _told(
    options: ObjectiveDrawn, good: list[Curve], curves: list[Curve], binding: Binding
) -> Verdict:
    process, different = options.process, _different(good)
    wanted = process.starts * len(process.steps)
    panels = Counter(place for place, _ in {(c.place, c.ends) for c in good})
    full = sum(count >= process.starts for count in panels.values())
    words = f"{min(different, wanted)} of {wanted} curves show the objective of your runs"
    if different >= wanted and full >= len(process.steps):
        return passed(f"{words}.", binding=binding)
    if different >= wanted:
        return pending(
            f"{words}, but not in one panel for each step size; a person will look.",
            binding=binding, proposal=1.0,
        )  # fmt: skip
    broken = sum(not np.isfinite(curve.last) for curve in curves)
    if good and broken and different + broken >= wanted:
        return pending(
            f"{words}; {counted(broken, 'curve')} end in NaN; a person will look.",
            binding=binding, proposal=1.0, hint=options.hint,
        )  # fmt: skip
    if not good or len(curves) >= wanted:
        return pending(
            f"{words}; a person will look at the others.",
            binding=binding, proposal=different / wanted, hint=options.hint,
        )  # fmt: skip
    credit = different / wanted
    return graded(credit, f"{words}.", binding=binding, hint=options.hint)


def _curve(case: Case, hit: Hit[Drawing]) -> Curve | None:
    x, y = case.got.array(hit.value.x), case.got.array(hit.value.y)
    if y is None or y.ndim != 1 or y.size < FEWEST_POINTS or y.dtype.kind not in "iuf":
        return None
    counted_from = 0.0 if x is None or not x.size else float(np.nanmin(x))
    if counted_from < 0 or not np.isfinite(y[0]):
        return None  # iterations are not negative
    reach = y.size - 1.0 if x is None or not x.size else float(np.nanmax(x))
    return Curve(hit, float(y[0]), float(y[-1]), reach)


def _plausible(curves: list[Curve], wanted: int, iterations: int) -> bool:
    """As many curves as asked for, over all iterations, all rising, or all falling."""
    whole = [curve for curve in curves if curve.reach >= WHOLE * iterations]
    rises = [curve.last > curve.first for curve in whole]
    return len(whole) >= wanted and (all(rises) or not any(rises))


def _shown(
    options: ObjectiveDrawn, own: Kept, sample: Sample, curves: list[Curve]
) -> list[Curve]:
    """The curves that show the objective, under the reading that explains most."""
    starts = own.starts
    ends = _ends(options.process, own, sample)
    begin, kept_values = sample.objective(starts), sample.objective(own.matrices)
    ends_drawn = [v for c in curves for v in (c.first, c.last) if np.isfinite(v)]
    reach = max(ends_drawn) - min(ends_drawn)
    best: list[Curve] = []
    for scale, shift in _readings(sample):
        good: list[Curve] = []
        for curve in curves:
            at = np.abs(scale * begin + shift - curve.first) <= EARLY * reach
            late = (
                np.abs(scale * np.asarray(ends)[np.flatnonzero(at)] + shift - curve.last)
                <= options.share * reach
            )
            own_end = np.abs(scale * kept_values + shift - curve.last) <= EARLY * reach
            moved = abs(curve.last - curve.first) > 0
            if at.any() and moved and (late.any() or own_end.any()):
                good.append(curve)
        best = max(best, good, key=_different)
    return best


def _ends(process: Process, own: Kept, sample: Sample) -> Array:
    """The objective where the mean course leads; shape (starts, factors * steps)."""
    rates = [tuple(factor * step for step in process.steps) for factor in process.factors]
    each = [courses(own.starts, sample, rate, process.iterations) for rate in rates]
    ends = np.concatenate(each, axis=1)
    finite = np.asarray(np.isfinite(ends).all(axis=(2, 3)))
    safe = np.where(finite[..., None, None], ends, -np.eye(ends.shape[-1]))
    return sample.objective(safe)


def _readings(sample: Sample) -> list[tuple[float, float]]:
    """Factors and constants with which a log-likelihood may be drawn."""
    dimension = len(sample.second)
    constant = -sample.count * dimension / 2 * np.log(2 * np.pi)
    factors = [1.0, 2.0, 1.0 / sample.count, 2.0 / sample.count]
    return [
        (sign * factor, sign * factor * added)
        for sign in (1, -1)
        for factor in factors
        for added in (0.0, constant)
    ]
