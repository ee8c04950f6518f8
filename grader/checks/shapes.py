"""Check the shapes of drawn curves: bent, made of straight pieces, or one straight line.

A curve is cut into straight pieces, greedily, each within a small share of the curve's
range. Three random layers of five ReLU gave at most 25 pieces, of five tanh at least 30 in
99 % of the cases (200 points and more, weights of order 1); between two pieces a kink
that falls between two points makes a short piece of its own.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from grader.checks.constants import all_explained
from grader.checks.images import proven
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.slopes import chained, matrices_of, other_pair
from grader.checks.words import counted, not_found
from grader.checks.written_out import kept_arrays
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.curves import Shape, ShapesDrawn
from grader.model.evidence import Drawing
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, passed, pending

MOST_PIECES = 25
"""More straight pieces make a bent curve."""
FEWEST_POINTS = 40
"""With fewer points a kink cannot be told from a bend."""
JAGGED = 0.35
"""Share of its points at which a curve may turn; a function of one input turns seldom."""
ROUNDING = 1e-6
"""Of the largest value: float32, some additions."""
SLACK = 0.03
"""Of the range that a curve may miss at either end."""
OTHER_PAIR = 0.5
"""What is proposed where right shapes are of another output or input."""
MOST_CURVES, MOST_POINTS = 60, 2000
SAME = 1e-4


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn curve.

    Attributes:
        shape: "constant" or "jagged" besides the rubric's words; "few points" if it cannot
            be told.
        y: its values, sampled at the same places for all curves.
        slope: from its first point to its last.
    """

    hit: Hit[Drawing]
    shape: str
    y: Array
    slope: float


@check("shapes_drawn")
@unless_left_out
def shapes_drawn(options: ShapesDrawn, case: Case) -> Verdict:
    """Ask whether different curves of the wanted shapes are drawn over a range.

    What counts is what was drawn. A random network with ReLU may give a constant: that
    is a kinked curve without its kinks. Equal curves count once, unless constant.

    Pass:      as many different curves of every shape as asked for; if all the kinked
               ones are constant, different networks of the student's give them.
    Partial:   fewer; the credit is their share.
    Fail:      curves over another range only, or none of a wanted shape.
    No answer: no curve in the section, nor elsewhere any that would do.
    Pending:   the curves stand in another section; too few points to tell the shapes; all
               the kinked ones are constant, and no networks are found that explain it; or
               the straight ones rise as another output than the first does, or over another
               input, in the networks that are found; or
               a steep curve is called what its shape does not show; or curves are jagged,
               as they are where the other inputs are drawn anew at every point.
    Fooled by: right shapes of other networks than the sheet's.
    """
    got: Found[Drawing] = case.seek(options.find)
    here = [hit for hit in got.hits if hit.binding.confidence >= 0.6][:MOST_CURVES]
    curves = [c for c in (_curve(case, hit, options) for hit in here) if c is not None]
    if not curves and (verdict := _elsewhere(options, case, got)):
        return verdict
    if not here or (got.unread and not curves):
        return not_found(got, options.hint)
    binding = replace(here[0].binding, how="by what it shows", confidence=0.95)
    if not curves:
        low, high = options.range
        return graded(
            0.0, f"{counted(len(here), 'curve')} drawn, none from {low:g} to {high:g}.",
            binding=binding, hint=options.hint,
        )  # fmt: skip
    return _told(options, case, _different(curves), binding)


def _elsewhere(options: ShapesDrawn, case: Case, got: Found[Drawing]) -> Verdict | None:
    """A question to a person where such curves stand under another question."""
    read = [_curve(case, hit, options) for hit in got.hits[:MOST_CURVES]]
    curves = [curve for curve in read if curve is not None]
    if not curves:
        return None
    found = _told(options, case, _different(curves), curves[0].hit.binding)
    return pending(
        f"{found.reason} They are not where this question is answered; a person will look.",
        binding=curves[0].hit.binding,
        proposal=found.credit if found.credit is not None else found.proposal,
    )


def _told(
    options: ShapesDrawn, case: Case, curves: list[Curve], binding: Binding
) -> Verdict:
    found = Counter(curve.shape for curve in curves)
    flat = found["constant"] if "kinked" in options.shapes else 0
    have: dict[str, int] = {shape: found[shape] for shape in options.shapes}
    if flat:
        have["kinked"] += flat
    wanted = options.each * len(options.shapes)
    good = sum(min(have[shape], options.each) for shape in options.shapes)
    words = ", ".join(f"{min(have[s], options.each)} {s}" for s in options.shapes)
    told = f"Of {options.each} curves of each shape: {words}."
    detail = (("shapes", ", ".join(f"{n} {shape}" for shape, n in found.items())),)
    alone = bool(flat) and not found["kinked"]
    if good == wanted and (pair := _other_pair(options, case, curves)):
        return pending(
            f"{told} The straight ones rise as output {pair[0] + 1} over input "
            f"{pair[1] + 1} does; a person will look.",
            binding=binding, proposal=OTHER_PAIR, detail=detail, hint=options.hint,
        )  # fmt: skip
    if good == wanted and not (alone and not _explained(options, case, curves)):
        return passed(told, binding=binding, detail=detail)
    if good == wanted:
        return pending(
            f"{told} All of the kinked ones are constant; a person will look.",
            binding=binding, proposal=1.0, detail=detail,
        )  # fmt: skip
    if found["jagged"]:
        many = counted(found["jagged"], "other curve")
        return pending(
            f"{told} {many} jump from point to point: are the other inputs fixed? A person "
            "will look.",
            binding=binding, proposal=good / wanted, detail=detail, hint=options.hint,
        )  # fmt: skip
    if good + _unclear(options, curves, have) >= wanted:
        return pending(
            f"{told} The shape of others is not clear; a person will look.",
            binding=binding, proposal=good / wanted, detail=detail,
        )  # fmt: skip
    return graded(good / wanted, told, binding=binding, detail=detail, hint=options.hint)


def _explained(options: ShapesDrawn, case: Case, curves: list[Curve]) -> bool:
    """Whether the student's own networks give as many of the constants as asked for."""
    if options.network is None:
        return False
    flat = [float(curve.y.mean()) for curve in curves if curve.shape == "constant"]
    networks = [hit.value for hit in proven(case.seek(options.network))]
    return all_explained(flat[: options.each], networks, options.range)


def _other_pair(
    options: ShapesDrawn, case: Case, curves: list[Curve]
) -> tuple[int, int] | None:
    """Which output over which input is drawn, if not the first over the first."""
    slopes = [curve.slope for curve in curves if curve.shape == "straight"]
    if options.network is None or not slopes:
        return None
    networks = [hit.value for hit in proven(case.seek(options.network))]
    by_hand = chained(list(kept_arrays(case)), options.network.inputs, options.each)
    return other_pair(slopes, [matrices_of(networks), *by_hand], options.each)


CALLED: dict[str, Shape] = {"tanh": "curved", "sigmoid": "curved", "relu": "kinked"}
"""What a title may promise where a shape cannot be told."""


def _unclear(options: ShapesDrawn, curves: list[Curve], have: dict[str, int]) -> int:
    """How many curves might be of a shape that is missing."""
    count = 0
    for curve in curves:
        title = f"{curve.hit.value.title} {curve.hit.value.label}".casefold()
        called = {shape for word, shape in CALLED.items() if word in title}
        missing = {s for s in called if have.get(s, options.each) < options.each}
        steep = curve.shape == "kinked" and "curved" in missing
        count += curve.shape == "few points" or (steep and have["kinked"] > options.each)
    return count


def _curve(case: Case, hit: Hit[Drawing], options: ShapesDrawn) -> Curve | None:
    """A line as a curve over the range; None if it does not reach over it."""
    x, y = case.got.array(hit.value.x), case.got.array(hit.value.y)
    if x is None or y is None or x.ndim != 1 or x.shape != y.shape or x.size < 2:
        return None
    if x.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
        return None
    x, y = x.astype(np.float64), y.astype(np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    x, order = np.unique(x, return_index=True)
    every = -(-len(x) // MOST_POINTS)
    x, y = x[::every], y[order][::every]
    low, high = options.range
    slack = SLACK * (high - low)
    if abs(x[0] - low) > slack or abs(x[-1] - high) > slack:
        return None
    places = np.linspace(x[0], x[-1], 200)
    shape, slope = shape_of(x, y, options.tolerance.rtol), (y[-1] - y[0]) / (x[-1] - x[0])
    return Curve(hit, shape, np.interp(places, x, y), float(slope))


def shape_of(x: Array, y: Array, share: float) -> str:
    """The shape of a sampled curve: constant, straight, kinked, curved, jagged, few points.

    Shapes: x and y are (n,), x increasing. share: of the curve's range that a straight
    piece may be off.
    """
    spread, size = float(np.ptp(y)), float(np.abs(y).max())
    if spread <= ROUNDING * max(size, ROUNDING):
        return "constant"
    if len(x) < FEWEST_POINTS:
        return "few points"
    off = share * spread + ROUNDING * size
    if turns(y, off) > JAGGED * len(y):
        return "jagged"
    count = pieces(x, y, off)
    if count == 1:
        return "straight"
    return "kinked" if count <= MOST_PIECES else "curved"


def turns(y: Array, off: float) -> int:
    """How often a curve turns from rising to falling or back, by more than `off`."""
    steps = np.diff(y)
    up = np.sign(steps[np.abs(steps) > off])
    return int((up[1:] != up[:-1]).sum())


def pieces(x: Array, y: Array, off: float) -> int:
    """Into how many straight pieces a curve is cut that are at most `off` away from it.

    Each piece begins at the end of the one before, and is a chord of the curve.
    """
    first, count = 0, 0
    while first < len(x) - 1:
        low, high, end = -np.inf, np.inf, first + 1
        for at in range(first + 1, len(x)):
            run = x[at] - x[first]
            rise = (y[at] - y[first]) / run
            low, high = max(low, rise - off / run), min(high, rise + off / run)
            if not low <= rise <= high:
                break
            end = at
        first, count = end, count + 1
    return count


def _different(curves: list[Curve]) -> list[Curve]:
    """Without curves that repeat another one; constants may repeat."""
    kept: list[Curve] = []
    for curve in curves:
        scale = SAME * max(float(np.ptp(curve.y)), 1e-12)
        same = [k for k in kept if np.abs(k.y - curve.y).max() <= scale]
        if curve.shape == "constant" or not same:
            kept.append(curve)
    return kept
