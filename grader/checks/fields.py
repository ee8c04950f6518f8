"""Check drawn fields (contours, images) against the reference's panels.

The reference is known on a fine grid, the student's drawing on a grid of its own. A
drawn value matches if it lies between the smallest and largest reference value within
half a pixel of both grids, widened by the tolerance; so a steep flank is not punished
for where a pixel's centre lies, and a flat region is judged strictly.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates, maximum_filter, minimum_filter
from scipy.optimize import linear_sum_assignment

from grader.checks.planes import TURNS, Points, Span, covers, exact, meant
from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import FieldsDrawn, Tolerance
from grader.model.evidence import Drawing
from grader.model.fields import Field, as_field
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, pending

FEWEST = 8  # a field with fewer points per axis shows no shape
PARTS = 6  # of either axis, in which there must be points
MOST_DRAWINGS = 100
"""Drawings of one submission that are compared; its own section's come first."""
FEW, HOPELESS = 150, 0.8
"""With so few points, and at most this share of them matching, no more are compared."""
Fields = list[tuple[Hit[Drawing], Field]]
CLOSEST = 0.97  # share of the points that tell how close a drawing is
POINTS = 64
"""At most about twice its square of points are compared."""


@check("fields_drawn")
def fields_drawn(options: FieldsDrawn, case: Case) -> Verdict:
    """Ask whether fields equal to the reference's panels were drawn.

    What counts is what was drawn, whatever the code was called: each panel of the
    reference needs a drawing of its own whose values match at (nearly) all points, up
    to exchanged axes and to rows drawn top down. All panels of the reference's section
    compete for the drawings, so that a maximum is no log-sum-exp for a large λ.

    Pass:      every panel has its drawing.
    Partial:   some have; the credit is their share.
    Fail:      none has.
    No answer: nothing of the kind was drawn for this question.
    Fooled by: a field that differs from the reference only on a few points.
    """
    want = _panels(options, case)
    got: Found[Drawing] = case.seek(options.find)
    drawn = [(hit, as_field(case.got, hit.value)) for hit in got.hits[:MOST_DRAWINGS]]
    fields = [(hit, f) for hit, f in drawn if f is not None and min(f.z.shape) >= FEWEST]
    if not fields:
        return nothing_readable(case, got, options.hint)
    panels = [_Panel(title, panel, options.tolerance) for title, panel in want.items()]
    here = [(hit, field) for hit, field in fields if hit in own(got)]
    verdict = _judged(options, panels, here) if here else None
    if verdict is not None and verdict.credit == 1:
        return verdict
    anywhere = _judged(options, panels, fields)
    if verdict is None and anywhere.credit == 0:
        return not_found(got, options.hint)
    return anywhere


def _judged(options: FieldsDrawn, panels: list["_Panel"], fields: Fields) -> Verdict:
    """Judge some of the drawings."""
    fits, chosen = _best_turn([field for _, field in fields], panels, options)
    titles = [panel.title for panel in panels]
    good = {title: chosen[i] for i, title in enumerate(titles) if i in chosen}
    rows = zip(titles, fits, strict=True)
    best = {title: max(fit.share for fit in row) for title, row in rows}
    return _told(options, good, best, fields)


def own(found: Found[Drawing]) -> list[Hit[Drawing]]:
    """Drawings of the criterion's own section; all, if the notebook has no such section."""
    return [hit for hit in found.hits if hit.binding.confidence >= 0.6]


def nothing_readable(case: Case, found: Found[Drawing], hint: str) -> Verdict:
    """No field to judge: nothing was drawn, or its numbers did not arrive."""
    unread = [hit for hit in own(found) if as_field(case.got, hit.value) is None]
    if not unread:
        return not_found(found, hint)
    return pending(
        "Something was drawn whose numbers cannot be read; a person will look.",
        binding=unread[0].binding,
    )


Fits = list[list["_Fit"]]


def _best_turn(
    fields: list[Field], panels: list["_Panel"], options: FieldsDrawn
) -> tuple[Fits, dict[int, int]]:
    """All panels are read the same way round; the way that matches most counts."""
    own_titles = {i for i, panel in enumerate(panels) if panel.title in options.panels}
    best: tuple[Fits, dict[int, int]] = [], {}
    rank = (-1, -1, 0.0)
    for turn in range(TURNS):
        samples = [_samples(field, options.range, turn) for field in fields]
        fits = [[_fit(sample, panel) for sample in samples] for panel in panels]
        chosen = _assigned(fits, options.share)
        this = len(chosen), len(own_titles & set(chosen)), -_off(fits, chosen)
        if this > rank:
            best, rank = (fits, chosen), this
    return best


def _off(fits: Fits, chosen: dict[int, int]) -> float:
    return sum(fits[panel][drawing].off for panel, drawing in chosen.items())


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a drawing fits a panel.

    Attributes:
        share: of the points that match.
        off: mean distance from the panel's values, the few worst points left out; it
            tells which of two panels is meant where both match.
    """

    share: float
    off: float


def _panels(options: FieldsDrawn, case: Case) -> dict[str, Field]:
    """The reference's panels of the section, the criterion's own among them."""
    found: dict[str, Field] = {}
    for hit in case.expect(options.find).hits:
        field = as_field(case.want, hit.value)
        if hit.binding.confidence >= 1 and field is not None and field.x is not None:
            found.setdefault(hit.value.title, field)
    for title in options.panels:
        if title not in found:
            raise reference_lacks(options.id, f"panel called {title!r}")
    return found


def _assigned(fits: list[list[_Fit]], share: float) -> dict[int, int]:
    """Panel -> drawing: as many matches as possible, and of these the closest."""
    matched = np.array([[fit.share >= share for fit in row] for row in fits])
    off = np.array([[min(fit.off, 1.0) for fit in row] for row in fits])
    cost = np.where(matched, off / (1 + off.size), 1.0)
    rows, columns = linear_sum_assignment(cost)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {r: c for r, c in pairs if matched[r, c]}


def _told(
    options: FieldsDrawn,
    good: dict[str, int],
    best: dict[str, float],
    fields: Fields,
) -> Verdict:
    shares = "; ".join(f"{title}: {best[title]:.1%}" for title in options.panels)
    detail = (("best share of matching points", shares),)
    found = [title for title in options.panels if title in good]
    judged = [fields[good[title]][0] for title in found] or [hit for hit, _ in fields]
    first = judged[0].binding
    more = f" and {len(judged) - 1} more" if len(judged) > 1 else ""
    binding = Binding(cell=first.cell, what=first.what + more, how="by what it shows")
    if len(found) == len(options.panels):
        many = "The panel is" if len(found) == 1 else f"All {len(found)} panels are"
        return graded(1.0, f"{many} drawn.", binding=binding, detail=detail)
    missing = "; ".join(title for title in options.panels if title not in good)
    words = f"{len(found)} of {counted(len(options.panels), 'panel')} drawn; not found: "
    return graded(
        len(found) / len(options.panels),
        f"{words}{missing}.{_diagnosis([f for _, f in fields])}",
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


class _Panel:
    """A panel of the reference, with its envelopes."""

    def __init__(self, title: str, field: Field, tol: Tolerance) -> None:
        assert field.x is not None
        assert field.y is not None
        self.title = title
        self.columns, self.rows, self.z = field.x[0], field.y[:, 0], field.z
        self.pitch = float(abs(self.columns[1] - self.columns[0])) or 1.0
        self.widen = tol.atol + tol.rtol * np.abs(field.z)
        self.envelopes: dict[int, Points] = {}

    def envelope(self, reach: float) -> Points:
        """Smallest and largest admissible values, `reach` around every point."""
        size = 2 * int(np.ceil((reach + self.pitch / 2) / self.pitch)) + 1
        if size not in self.envelopes:
            low = minimum_filter(self.z - self.widen, size)
            self.envelopes[size] = low, maximum_filter(self.z + self.widen, size)
        return self.envelopes[size]

    def places(self, x: Array, y: Array) -> Array:
        """Fractional row and column of points in the plane, shape (2, n)."""
        return np.stack([_along(self.rows, y), _along(self.columns, x)])


@dataclass(frozen=True, slots=True)
class _Sample:
    """Points of a drawing under one way to read it: coordinates, values, half a pixel."""

    x: Array
    y: Array
    value: Array
    reach: float

    def coarse(self) -> "_Sample":
        """A few of the points."""
        every = max(self.value.size // FEW, 1)
        return _Sample(self.x[::every], self.y[::every], self.value[::every], self.reach)


def _samples(field: Field, span: Span, turn: int) -> list[_Sample]:
    """Points in the range under one turn; none if the drawing does not reach over it.

    An image's numbers may belong to the centres of its pixels or reach from border to
    border; both are samples.
    """
    found = []
    for x, y in meant(field, span, turn):
        within = _between(x, span) & _between(y, span)
        count = int(within.sum())
        if covers(x, y, span) and _everywhere(x[within], y[within], span):
            every = max(count // POINTS**2, 1)
            at, to, value = (part[within][::every] for part in (x, y, field.z))
            found.append(_Sample(at, to, value, 0.0 if exact(field) else _reach(field, x)))
    return found


def _everywhere(x: Array, y: Array, span: Span) -> bool:
    """Whether points lie in every part of the range, not only in its corners."""
    if x.size < FEWEST**2:
        return False
    counts, _, _ = np.histogram2d(x, y, bins=PARTS, range=[span, span])
    return bool((counts > 0).all())


def _fit(samples: list[_Sample], panel: _Panel) -> _Fit:
    """The best fit over the samples; hopeless ones are told from a few of their points."""
    fits = [
        _compared(sample, panel)
        for sample in samples
        if _compared(sample.coarse(), panel).share > HOPELESS
    ]
    return max(fits, key=lambda fit: (fit.share, -fit.off), default=_Fit(0.0, np.inf))


def _compared(sample: _Sample, panel: _Panel) -> _Fit:
    places = panel.places(sample.x, sample.y)
    rows, columns = np.rint(places).astype(np.intp)
    low, high = panel.envelope(sample.reach)
    with np.errstate(invalid="ignore"):
        ok = (sample.value >= low[rows, columns]) & (sample.value <= high[rows, columns])
        off = np.abs(
            sample.value - map_coordinates(panel.z, places, order=1, mode="nearest")
        )
    off = np.sort(np.nan_to_num(off, nan=1e9, posinf=1e9))
    return _Fit(float(ok.mean()), float(off[: int(CLOSEST * off.size)].mean()))


def _reach(field: Field, x: Array) -> float:
    """Half a pixel of the drawing, in data units."""
    return float(np.ptp(x) / max(min(field.z.shape) - 1, 1) / min(field.step) / 2.0)


def _between(x: Array, span: Span) -> npt.NDArray[np.bool_]:
    margin = 1e-9 * (span[1] - span[0])
    return np.asarray((x >= span[0] - margin) & (x <= span[1] + margin))


def _along(axis: Array, x: Array) -> Array:
    """Where points lie on an equally spaced axis, in steps from its first point."""
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    return np.asarray(np.clip((x - axis[0]) / step, 0, len(axis) - 1))
