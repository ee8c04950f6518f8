"""Check images of the gradient of a student's own network."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grader.checks.fields import Points
from grader.checks.images import Fields, drawn_fields, proven, shown_by, typed_ranges
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import GradientDrawn, Tolerance
from grader.model.evidence import Drawing
from grader.model.fields import Field
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded, no_answer, pending

MOST_POINTS = 2_500_000
COMPONENTS = ("first", "second")


@check("gradient_drawn")
def gradient_drawn(options: GradientDrawn, case: Case) -> Verdict:
    """Ask whether images show both components of the gradient of the student's network.

    The gradient is recomputed by finite differences on the image's own grid; images may
    be scaled by a constant (a spacing that was left out), transposed or top down.

    Pass:      each component has an image of its own.
    Partial:   one component has: half the credit.
    Fail:      all images have one value everywhere.
    Pending:   images were drawn, yet none can be tied to a network's gradient.
    Fooled by: a gradient of the right network computed in another way, which is right.
    """
    got: Found[Drawing] = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    fields = drawn_fields(case, got)
    networks = proven(case.seek(options.network))
    best = max(
        (_matched(fields, n.value, options, case) for n in networks), key=len, default={}
    )
    if best:
        first = next(iter(best.values()))
        return graded(
            len(best) / 2,
            f"{counted(len(best), 'component')} of the gradient drawn.",
            binding=shown_by(first),
            hint="" if len(best) == 2 else options.hint,
        )
    return _unexplained(options, fields, networks)


def _unexplained(
    options: GradientDrawn, fields: Fields, networks: list[Hit[Network]]
) -> Verdict:
    varied = [(h, f) for h, f in fields if np.isfinite(f.z).any() and np.ptp(f.z) > 0]
    if fields and not varied:
        return failed(
            f"{counted(len(fields), 'image')} drawn, with one value everywhere.",
            binding=fields[0][0].binding, hint=options.hint,
        )  # fmt: skip
    own = [(h, f) for h, f in varied if h.binding.confidence >= 0.6]
    if not own:
        return no_answer(
            "Looked for two images of the gradient's components and found none.",
            hint=options.hint,
        )
    return pending(
        f"{counted(len(own), 'image')} drawn, but none could be tied to the gradient of a "
        f"network{'' if networks else ', since no network was found'}; a person will look.",
        binding=own[0][0].binding,
    )


def _matched(
    fields: Fields, network: Network, options: GradientDrawn, case: Case
) -> dict[int, Hit[Drawing]]:
    """Component -> the drawing that shows it; a drawing counts for one component."""
    found: dict[int, Hit[Drawing]] = {}
    for hit, field in fields:
        for component in _shown(field, network, options, case):
            if component not in found:
                found[component] = hit
                break
    return found


def _shown(
    field: Field, network: Network, options: GradientDrawn, case: Case
) -> Iterator[int]:
    if field.whole[0] * field.whole[1] > MOST_POINTS or np.ptp(field.z) == 0:
        return
    told = field.x is not None and field.y is not None
    spans = [_told_span(field)] if told else []
    spans += [options.range, *([] if told else typed_ranges(case, options.range[1]))]
    for span in dict.fromkeys(spans):
        components = _gradient(network, span, field.whole)
        for component, image in enumerate(components):
            if any(_proportional(field.z, kept, options) for kept in _kept(image, field)):
                yield component


def _told_span(field: Field) -> tuple[float, float]:
    """The range of the drawing's coordinates, from border to border of the pixels."""
    assert field.x is not None
    if field.drawing.extent is not None:
        left, right = field.drawing.extent[:2]
        return float(left), float(right)
    return float(field.x.min()), float(field.x.max())


@dataclass(frozen=True)
class _Grid:
    """A network's output over a square grid; the same weights, the same grid."""

    weights: tuple[tuple[str, bytes, bytes], ...]
    span: tuple[float, float]
    whole: tuple[int, int]
    network: Network = dataclass_field(compare=False)


def _gradient(
    network: Network, span: tuple[float, float], whole: tuple[int, int]
) -> Points:
    """Differences of the network's output across and down a grid over `span`."""
    weights = tuple((x.op, _bytes(x.weight), _bytes(x.bias)) for x in network.layers)
    return _differences(_Grid(weights, span, whole, network))


@lru_cache(maxsize=32)
def _differences(grid: _Grid) -> Points:
    rows, columns = grid.whole
    x, y = np.meshgrid(np.linspace(*grid.span, columns), np.linspace(*grid.span, rows))
    out = grid.network.forward(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(grid.whole)
    down, across = np.gradient(out)
    return across, down


def _bytes(array: Array | None) -> bytes:
    return b"" if array is None else array.tobytes()


def _kept(image: Array, field: Field) -> list[Array]:
    """The points that were kept of the image, in the four ways it may be turned."""
    ways = [image, image[::-1], image.T, image.T[::-1]]
    kept = [way[:: field.step[0], :: field.step[1]] for way in ways]
    return [k for k in kept if k.shape == field.z.shape]


def _proportional(z: Array, want: Array, options: GradientDrawn) -> bool:
    """Whether z is a multiple of `want` at nearly all points."""
    ok = np.isfinite(z)
    if not ok.any() or float(np.abs(want).max()) == 0:
        return False
    scale = _scale(z[ok], want[ok])
    if scale == 0:
        return False
    close = _near(np.where(ok, z, np.inf), scale * want, options.tolerance)
    return bool(close.mean() >= options.share)


def _scale(z: Array, want: Array) -> float:
    """The factor that explains most points: the median of ratios where both are large."""
    large = np.abs(want) > 0.1 * np.abs(want).max()
    return float(np.median(z[large] / want[large])) if large.any() else 0.0


def _near(z: Array, want: Array, tol: Tolerance) -> npt.NDArray[np.bool_]:
    spread = float(np.ptp(want)) or float(np.abs(want).max())
    return np.asarray(np.abs(z - want) <= tol.atol + tol.rtol * spread)
