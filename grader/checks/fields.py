"""Check drawn fields (contours, images) against the reference's panels.

The reference is known on a fine grid, the student's drawing on a grid of its own. A
drawn value matches if it lies between the smallest and largest reference value within
half a pixel of both grids, widened by the tolerance; so a steep flank is not punished
for where a pixel's centre lies, and a flat region is judged strictly.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.optimize import linear_sum_assignment

from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import FieldsDrawn, Tolerance
from grader.model.evidence import Drawing
from grader.model.fields import Field, as_field
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, pending

Points = tuple[Array, Array]
FEWEST = 8
"""A field with fewer points per axis shows no shape."""


@check("fields_drawn")
def fields_drawn(options: FieldsDrawn, case: Case) -> Verdict:
    """Ask whether fields equal to the reference's panels were drawn.

    What counts is what was drawn, whatever the code was called: each panel of the
    reference needs a drawing of its own whose values match at (nearly) all points, up
    to a transpose and to rows drawn top down.

    Pass:      every panel has its drawing.
    Partial:   some have; the credit is their share.
    Fail:      none has.
    Fooled by: a field that differs from the reference only on a few points.
    """
    want = _panels(options, case)
    got: Found[Drawing] = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    drawn = [(hit, as_field(case.got, hit.value)) for hit in got.hits]
    fields = [(hit, field) for hit, field in drawn if field is not None]
    shares = np.array([[_share(f, w, options) for _, f in fields] for w in want.values()])
    if not fields:
        return pending("The drawing's numbers did not arrive; a person will look.")
    rows, columns = linear_sum_assignment(
        -(shares >= options.share).astype(float) - shares / 1e3
    )
    chosen = {int(r): int(c) for r, c in zip(rows, columns, strict=True)}
    good = [r for r, c in chosen.items() if shares[r, c] >= options.share]
    return _told(options, list(want), shares, good, chosen, fields)


def _panels(options: FieldsDrawn, case: Case) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for hit in case.expect(options.find).hits:
        field = as_field(case.want, hit.value)
        if hit.value.title in options.panels and field is not None and field.x is not None:
            found.setdefault(hit.value.title, field)
    for title in options.panels:
        if title not in found:
            raise reference_lacks(options.id, f"panel called {title!r}")
    return {title: found[title] for title in options.panels}


def _told(
    options: FieldsDrawn,
    titles: list[str],
    shares: Array,
    good: list[int],
    chosen: dict[int, int],
    fields: list[tuple[Hit[Drawing], Field]],
) -> Verdict:
    share = [f"{title}: {shares[i].max():.1%}" for i, title in enumerate(titles)]
    detail = (("best share of matching points", "; ".join(share)),)
    judged = [fields[chosen[i]][0] for i in good] or [hit for hit, _ in fields]
    first = judged[0].binding
    more = f" and {len(judged) - 1} more" if len(judged) > 1 else ""
    binding = Binding(cell=first.cell, what=first.what + more, how="by what it shows")
    missing = [title for i, title in enumerate(titles) if i not in good]
    if not missing:
        many = "The panel is" if len(titles) == 1 else f"All {len(titles)} panels are"
        return graded(1.0, f"{many} drawn.", binding=binding, detail=detail)
    words = f"{len(good)} of {counted(len(titles), 'panel')} drawn; not found: "
    return graded(
        len(good) / len(titles),
        f"{words}{'; '.join(missing)}.{_diagnosis([f for _, f in fields])}",
        binding=binding,
        detail=detail,
        hint=options.hint,
    )


def _diagnosis(fields: list[Field]) -> str:
    """What is conspicuous about the drawings: not finite, or all the same."""
    broken = sum(not np.isfinite(f.z).all() for f in fields)
    flat = sum(np.isfinite(f.z).all() and np.ptp(f.z) == 0 for f in fields)
    words = ""
    if broken:
        words += (
            f" {counted(broken, 'drawing')} held NaN or infinite values (an overflow?)."
        )
    if flat:
        words += f" {counted(flat, 'drawing')} had one value everywhere."
    return words


def _share(field: Field, want: Field, options: FieldsDrawn) -> float:
    """The largest share of matching points over the readings of the drawing's axes."""
    if min(field.z.shape) < FEWEST or not np.isfinite(field.z).any():
        return 0.0
    reach = _reach(field, options.range)
    low, high = _envelope(want, reach, options.tolerance)
    return max(
        _inside(field.z, x, y, want, low, high, options.range)
        for x, y in readings(field, options.range)
    )


def readings(field: Field, span: tuple[float, float]) -> list[Points]:
    """Coordinates the drawing may have meant: as given, transposed, rows top down.

    Drawings without coordinates are read over `span`, from border to border.
    """
    given = [(field.x, field.y)] if field.x is not None and field.y is not None else []
    every = [*given, assumed(field, span)]
    low, high = span
    explicit = field.drawing.method.startswith(("contour", "tricontour")) and bool(given)
    found: list[Points] = []
    for x, y in every:
        found += [(x, y), (y, x)]
        if not explicit:
            middle = low + high
            found += [(x, middle - y), (middle - y, x)]
    return found


def assumed(field: Field, span: tuple[float, float]) -> Points:
    """Coordinates of a drawing that tells none: equally spaced over `span`."""
    axes = [
        np.linspace(*span, field.whole[axis])[:: field.step[axis]][: field.z.shape[axis]]
        for axis in (1, 0)
    ]
    x, y = np.meshgrid(*axes)
    return x, y


def _reach(field: Field, span: tuple[float, float]) -> float:
    """Half a pixel of the student's grid, in data units."""
    return (span[1] - span[0]) / max(min(field.whole) - 1, 1) / 2.0


def _envelope(want: Field, reach: float, tol: Tolerance) -> Points:
    """The smallest and largest admissible value at every point of the reference."""
    assert want.x is not None
    pitch = float(abs(want.x[0, 1] - want.x[0, 0])) or 1.0
    size = 2 * int(np.ceil((reach + pitch / 2) / pitch)) + 1
    widen = tol.atol + tol.rtol * np.abs(want.z)
    return minimum_filter(want.z - widen, size), maximum_filter(want.z + widen, size)


def _inside(
    z: Array,
    x: Array,
    y: Array,
    want: Field,
    low: Array,
    high: Array,
    span: tuple[float, float],
) -> float:
    """Share of the drawn points in the range whose value lies in the envelope.

    0 if the drawing does not reach over the range.
    """
    assert want.x is not None
    assert want.y is not None
    width = span[1] - span[0]
    lowest, highest = min(x.min(), y.min()), max(x.max(), y.max())
    pixel = width / max(min(z.shape) - 1, 1)
    if lowest > span[0] + pixel or highest < span[1] - pixel:
        return 0.0
    within = _between(x, span) & _between(y, span)
    if not within.any():
        return 0.0
    columns, rows = _nearest(want.x[0], x[within]), _nearest(want.y[:, 0], y[within])
    value = z[within]
    ok = (value >= low[rows, columns]) & (value <= high[rows, columns])
    return float(ok.mean())


def _between(x: Array, span: tuple[float, float]) -> npt.NDArray[np.bool_]:
    margin = 1e-9 * (span[1] - span[0])
    return np.asarray((x >= span[0] - margin) & (x <= span[1] + margin))


def _nearest(axis: Array, x: Array) -> npt.NDArray[np.intp]:
    """Index of the nearest point of an equally spaced axis, either direction."""
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    index = np.clip(np.rint((x - axis[0]) / step), 0, len(axis) - 1)
    return np.asarray(index.astype(np.intp))
