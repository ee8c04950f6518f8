"""Tell which drawn lines show something over the epochs of a training.

In:   recorded drawings, and what was judged before.
Out:  lines with their heights, sorted by how surely they are curves over epochs.
Pure: no files, no kernels.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.checks.handmade import rounded
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import ParametersDrawn
from grader.model.evidence import Drawing
from grader.model.steps import Stepped, UpdateMatches
from grader.model.value import Array

Curve = tuple[Hit[Drawing], Array]
CLOSE = 1e-3
OWN = 0.6
"""Confidence of drawings that stand in the question's own section, or in none."""
HERE = 0.9
"""Confidence of drawings that stand in the question's own section."""
GONE, OVERFLOWN = 1e-3, 1e100
"""Share of its largest height below which a curve has come down to 0; heights of a training
that diverged."""
LOSS_WORDS = ("loss", "error", "mse", "cost", "verlust", "fehler", "objective")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Lines that may show parameters over the epochs.

    Attributes:
        sure: those that count: over epochs, and as a training or its loss has them.
        others: other lines that may be meant; a person looks.
        ends: those of `sure` that end at a final parameter.
    """

    sure: tuple[Curve, ...]
    others: tuple[Curve, ...]
    ends: tuple[Curve, ...]


def about_loss(drawing: Drawing) -> bool:
    """Whether the words at a drawing speak of a loss."""
    words = f"{drawing.title} {drawing.ylabel} {drawing.label}".lower()
    return any(word in words for word in LOSS_WORDS)


def own_drawings(got: Found[Drawing]) -> list[Hit[Drawing]]:
    """Drawings of the own section; all, if it has none."""
    own = [hit for hit in got.hits if hit.binding.confidence >= OWN]
    return own or list(got.hits)


def drawn_curve(case: Case, hit: Hit[Drawing]) -> Array | None:
    """The heights of a drawn line, all finite; None if there are none."""
    y = case.got.array(hit.value.y)
    if y is None or y.ndim != 1 or y.dtype.kind not in "iuf" or y.size < 2:
        return None
    y = y.astype(float)
    return y if np.isfinite(y).all() else None


def parameter_curves(options: ParametersDrawn, case: Case, got: Found[Drawing]) -> Curves:
    """The lines that may show parameters, without any that is a loss; what may be one is
    not sure.

    A line over whole-numbered epochs counts if it ends at a final parameter, stands in
    the question's section, or goes as far as the loss; any such line does where no loss
    was found. So does a line that is drawn over the very numbers the loss is drawn over.
    Where every such line that moves comes down to 0, and no parameter does, they may be
    gradients;
    beside others, one that does may well be a parameter that is 0 in the end.
    """
    finals = _finals(options, case)
    losses = _judged_losses(case)
    known = [
        axis
        for hit in got.hits
        if (hit.binding.cell, hit.binding.what) in losses
        and (axis := _axis(case, hit)) is not None
    ]
    curves = list(_different(_changing(options, case, got)))
    sure, ends, others = [], [], []
    told = _losses_alone(curves, _judged_losses(case, bool), finals)
    perhaps = _losses_alone(curves, _judged_losses(case, _unsure), finals)
    gone: list[Curve] = []
    for i, (hit, y) in enumerate(curves):
        if i in told:
            continue
        curve = hit, y
        axis = _axis(case, hit)
        same = axis is not None and any(np.array_equal(axis, other) for other in known)
        counts = same or (axis is not None and counts_epochs(axis))
        final = bool(np.isclose(finals, y[-1], CLOSE, CLOSE).any())
        if counts and final:
            ends.append(curve)
        placed = hit.binding.confidence >= HERE or not known
        counts = counts and i not in perhaps
        if not (counts and (final or same or placed or _as_far(axis, known))):
            others.append(curve)
            continue
        sure.append(curve)
        if not final and _vanishes(y, finals):
            gone.append(curve)
    if len(gone) == sum(np.ptp(y) > 0 for _, y in sure):
        sure = [curve for curve in sure if not any(curve is one for one in gone)]
        others += gone
    return Curves(sure=tuple(sure), others=tuple(others), ends=tuple(ends))


def _vanishes(y: Array, finals: Array) -> bool:
    """Whether a curve comes down to 0, as gradients do, and no known parameter does."""
    largest = float(np.abs(y).max())
    sound = finals.size > 0 and largest < OVERFLOWN
    return bool(sound and np.abs(y[-1]) < GONE * largest)


def _axis(case: Case, hit: Hit[Drawing]) -> Array | None:
    """Where the points of a line lie; 0, 1, 2, ... if nothing was given."""
    y, x = case.got.array(hit.value.y), case.got.array(hit.value.x)
    if y is None:
        return None
    if x is None:
        return np.arange(y.size, dtype=float)
    fits = x.size == y.size and x.dtype.kind in "iuf"
    return np.ravel(x).astype(float) if fits else None


def counts_epochs(axis: Array) -> bool:
    """Whether numbers count epochs: 0, 1, 2, ... or 10, 20, 30, ..., and then the last."""
    if axis.size < 2 or not np.isfinite(axis).all() or (axis != np.round(axis)).any():
        return False
    steps = np.diff(axis)
    even = bool((steps[:-1] == steps[0]).all())
    return even and bool(0 < steps[-1] <= steps[0] and 0 <= axis[0] <= steps[0])


def _as_far(axis: Array | None, known: list[Array]) -> bool:
    """Whether an axis is as long as that of a loss, or ends there, up to one step."""
    return axis is not None and any(
        abs(axis.size - loss.size) <= 1
        or abs(axis[-1] - loss[-1]) <= max(axis[1] - axis[0], loss[1] - loss[0])
        for loss in known
    )


def _judged_losses(
    case: Case, worth: Callable[[float | None], bool] = lambda credit: True
) -> list[tuple[int | None, str]]:
    """The panels of what was judged as a loss, with a credit of the wanted kind."""
    return [
        (verdict.binding.cell, verdict.binding.what)
        for id, verdict in case.verdicts.items()
        if verdict.binding
        and worth(verdict.credit)
        and getattr(case.criteria.get(id), "check", "") == "loss_drawn"
    ]


def _unsure(credit: float | None) -> bool:
    return credit is None


def _changing(options: ParametersDrawn, case: Case, got: Found[Drawing]) -> Iterator[Curve]:
    """Lines with enough points that are called no loss; a dead unit's stand still."""
    for hit in own_drawings(got):
        y = case.got.array(hit.value.y)
        if y is None or y.ndim != 1 or y.dtype.kind not in "iuf" or about_loss(hit.value):
            continue
        if y.size < options.fewest:
            continue
        yield hit, y


def _losses_alone(
    curves: list[Curve], losses: list[tuple[int | None, str]], finals: Array
) -> set[int]:
    """The lines that are alone in a panel of a loss, and end at no final parameter."""
    panels = [(hit.binding.cell, hit.binding.what) for hit, _ in curves]
    return {
        i
        for i, ((_, y), panel) in enumerate(zip(curves, panels, strict=True))
        if panel in losses
        and panels.count(panel) == 1
        and not np.isclose(finals, y[-1], CLOSE, CLOSE).any()
    }


def _different(curves: Iterator[Curve]) -> Iterator[Curve]:
    seen: list[Array] = []
    for hit, y in curves:
        if not any(np.array_equal(y, other) for other in seen):
            seen.append(y)
            yield hit, np.nan_to_num(y.astype(float))


def _finals(options: ParametersDrawn, case: Case) -> Array:
    """Every number among the final parameters that are known; none that is made by hand."""
    found: list[Mapping[str, Array]] = []
    if options.parameters is not None:
        sets: Found[Mapping[str, Array]] = case.seek(options.parameters)
        found += [hit.value for hit in sets.hits if hit.binding.how != "typed"]
    step = case.criteria.get(options.step)
    if isinstance(step, UpdateMatches):
        steps: Found[Stepped] = case.find(step.find, step, case.question)
        found += [hit.value.natural for hit in steps.hits]
    flat = [np.ravel(a) for one in found if not rounded(one) for a in one.values()]
    return np.concatenate(flat) if flat else np.zeros(0)
