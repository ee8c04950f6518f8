"""Check in which colours drawings are, and that they show what they are meant to show.

In prism everything looks like a picture, noise as well. Where a rubric names a network, a
drawing counts if it shows the network's output, or if it has one value in each of the
network's linear regions: its gradient has, in each component, and so has whatever is
computed from the gradient alone.
"""

from collections.abc import Iterator

import numpy as np

from grader.checks.fields import MOST_DRAWINGS, own
from grader.checks.images import equal, proven, shown_by, typed_ranges
from grader.checks.left_out import unless_left_out
from grader.checks.panels import FEWEST
from grader.checks.planes import Points, Span, assumed, thinned, told, turned
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import DrawnWith
from grader.model.evidence import Drawing
from grader.model.fields import Field, as_field
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded, pending

MOST_IN_COLOUR = 12
"""Drawings that are compared with networks; who draws more has a person look."""
MOST_COMPARED = 6
"""Networks they are compared with, the most likely first."""
QUICK, FULL, HOPELESS = 32, 96, 0.9
"""Points per axis at first and then; no more are compared if so few of them match."""
FEWEST_OF_A_REGION = 6
"""Points; of smaller regions, a value of its own says nothing."""
COVERED = 0.5
"""Share of the points that must lie in larger regions."""


@check("drawn_with")
@unless_left_out
def drawn_with(options: DrawnWith, case: Case) -> Verdict:
    """Ask whether drawings use a colormap.

    With a network in the rubric, only those count that show its output or something that
    its gradient decides.

    Pass:      at least `count` drawings do.
    Partial:   fewer do; the credit is their share.
    Fail:      none does.
    Pending:   those that do have one value everywhere, or none that is finite; or too few
               of them can be tied to a network.
    Fooled by: without a network, drawings of something else in the right colours; with
               one, two areas of one value each whose border follows the network's.
    """
    got: Found[Drawing] = case.seek(options.find)
    fitting = [h for h in got.hits if h.value.cmap.removesuffix("_r") == options.cmap]
    used = [h for h in fitting[:MOST_DRAWINGS] if not _blank(case, h.value)]
    if not used and (got.unread or not own(got)):
        return not_found(got, options.hint)
    if not used and fitting:
        return pending(
            f"{counted(len(fitting), 'drawing')} with the colormap {options.cmap} "
            f"{'shows' if len(fitting) == 1 else 'show'} nothing; a person will look.",
            binding=fitting[0].binding,
            proposal=0.0,
        )
    if not used:
        return _others(options, own(got))
    return _counted(options, used, [h for h in used if _is_meant(options, case, used, h)])


def _others(options: DrawnWith, drawn: list[Hit[Drawing]]) -> Verdict:
    maps = sorted({hit.value.cmap for hit in drawn if hit.value.cmap})
    return failed(
        f"No drawing uses the colormap {options.cmap}; found {', '.join(maps) or 'none'}.",
        binding=drawn[0].binding,
        hint=options.hint,
    )


def _counted(
    options: DrawnWith, used: list[Hit[Drawing]], meant: list[Hit[Drawing]]
) -> Verdict:
    words = f"{counted(len(used), 'drawing')} with the colormap {options.cmap}"
    if len(meant) < min(len(used), options.count):
        return pending(
            f"{words}, of which {len(meant)} can be tied to a network or its gradient; "
            "a person will look.",
            binding=used[0].binding,
        )
    credit = min(len(meant) / options.count, 1.0)
    return graded(credit, f"{words}.", binding=shown_by(meant[0]))


def _blank(case: Case, drawing: Drawing) -> bool:
    """Whether numbers were drawn that show nothing, in whichever colours."""
    field = as_field(case.got, drawing)
    if field is None:  # without numbers of its own it is no field; else it has no plane
        return drawing.z is not None
    finite = field.z[np.isfinite(field.z)]
    return min(field.z.shape) < FEWEST or finite.size == 0 or np.ptp(finite) == 0


def _is_meant(
    options: DrawnWith, case: Case, used: list[Hit[Drawing]], hit: Hit[Drawing]
) -> bool:
    """Whether it shows a network, or what its gradient decides; any does without one."""
    if options.network is None or options.range is None or options.tolerance is None:
        return True
    field = as_field(case.got, hit.value)
    if field is None or len(used) > MOST_IN_COLOUR or not np.isfinite(field.z).all():
        return False
    networks = proven(case.seek(options.network))[:MOST_COMPARED]
    return any(
        _shows(field, x, y, network.value, options.share, options.tolerance)
        for network in networks
        for x, y in _coordinates(field, options.range, case)
    )


def _coordinates(field: Field, span: Span, case: Case) -> Iterator[Points]:
    given = told(field)
    ways = [given] if given else []
    spans = [span, *([] if given else typed_ranges(case, span[1]))]
    for x, y in (*ways, *(assumed(field, one) for one in spans)):
        yield from turned(x, y)


def _shows(
    field: Field, x: Array, y: Array, network: Network, share: float, tol: Tolerance
) -> bool:
    return equal(field.z, x, y, network, tol) or all(
        _one_value_each(field, x, y, network, least, tol, most)
        for most, least in ((QUICK, HOPELESS), (FULL, share))
    )


def _one_value_each(
    field: Field,
    x: Array,
    y: Array,
    network: Network,
    share: float,
    tol: Tolerance,
    most: int,
) -> bool:
    """Whether an image has one value in each linear region, at nearly all of its points.

    Points within a pixel of a border are left out, since differences reach across it. A
    network that has no regions, or one over the whole image, decides nothing.
    """
    z, x, y = (thinned(part, most).ravel() for part in (field.z, x, y))
    regions, inside = _regions(network, x, y, float(np.ptp(x)) / max(*field.whole, 2))
    sizes = np.bincount(regions[inside], minlength=int(regions.max()) + 1)
    large = inside & (sizes[regions] >= FEWEST_OF_A_REGION)
    if large.mean() < COVERED:
        return False
    middle = {n: float(np.median(z[large & (regions == n)])) for n in set(regions[large])}
    close = tol.atol + tol.rtol * float(np.ptp(z))
    if np.ptp(list(middle.values())) <= close:
        return False
    off = np.abs(z[large] - np.array([middle[n] for n in regions[large]]))
    return bool((off <= close).mean() >= share)


def _regions(network: Network, x: Array, y: Array, pixel: float) -> tuple[Array, Array]:
    """The region of each point, and whether those of its four neighbours are the same."""
    steps = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
    moved = [np.stack([x + i * pixel, y + j * pixel], axis=1) for i, j in steps]
    found = regions_of(network, np.concatenate(moved)).reshape(len(steps), -1)
    return found[0], (found == found[0]).all(axis=0)


def regions_of(network: Network, points: Array) -> Array:
    """Number the linear regions that points lie in, shape (n,), from 0.

    A region is where every ReLU is on or off; other activations have none, and count as
    one that is different at every point.
    """
    signs, values = [np.zeros((len(points), 1), bool)], points
    for layer in network.layers:
        if layer.weight is not None:
            values = values @ layer.weight.T + (0.0 if layer.bias is None else layer.bias)
        elif layer.op == "relu":
            signs.append(values > 0)
            values = np.maximum(values, 0.0)
        else:
            return np.arange(len(points))
    packed = np.packbits(np.concatenate(signs, axis=1), axis=1)
    return np.unique(packed, axis=0, return_inverse=True)[1].ravel()
