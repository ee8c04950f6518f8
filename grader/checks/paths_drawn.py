"""Check drawn paths of an optimisation: over contours, and their objective."""

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.carried import charged, followed, worth
from grader.checks.left_out import unless_left_out
from grader.checks.paths import begins, near, runs, shown, wanted_ends
from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Hit, PointPath
from grader.model.case import Case
from grader.model.evidence import Drawing
from grader.model.paths import PathsDrawn, ProgressDrawn
from grader.model.recorded import Recorded
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, passed, pending

BARE, TOGETHER, LOOSE = 0.5, 2 / 3, 0.5
"""Credit of a path without contours; proposals for all paths in one panel, and for arrows
that begin at a run's points and do not meet."""
UNLABELLED = 0.6
"""Confidence of drawings in a notebook that has no such section."""
Place = tuple[int, int, int]


@check("paths_drawn")
@unless_left_out
def paths_drawn(options: PathsDrawn, case: Case) -> Verdict:
    """Ask whether a path from each start to its end is drawn over contours.

    A path is a chain of arrows, a line or points; each start needs a panel of its own.

    Pass:      every start has its path, over contours, ending where the reference's does.
    Partial:   some have; a path without contours earns half of its share.
    Fail:      drawn paths begin at the starts, and none ends where it should.
    No answer: no path from a start is drawn.
    Pending:   all paths are in one panel; or arrows begin at the points of a run, and
               their tips are elsewhere; or more was drawn than could be recorded.
    Carried:   paths of the student's own runs count, where their ends were charged.
    Fooled by: a path drawn by hand through the right points.
    """
    ends = wanted_ends(case, options.id, options.find, options.starts)
    what = options.find.model_copy(update={"sources": ("drawn",)})
    got: Found[PointPath] = case.seek(what)
    over = {_place(hit.value) for hit in case.seek(options.over).hits}
    begun = [
        hit
        for hit in runs(got, options.starts)
        if any(begins(hit.value, s) for s in options.starts)
    ]
    if not begun:
        return not_found(replace(got, looked_for="a path drawn from a start"), options.hint)
    radius = options.tolerance.atol

    def decided(*groups: list[Array]) -> Verdict:
        found: list[dict[Place, float]] = []
        firm: list[dict[Place, float]] = []
        arrived: list[Hit[PointPath]] = []
        for start, aims in zip(options.starts, zip(*groups, strict=True), strict=True):
            right = [
                hit
                for hit in begun
                if begins(hit.value, start)
                if any(near(hit.value.points[-1], aim, radius) for aim in aims)
            ]
            found.append(_credits(right, over))
            firm.append(_credits([hit for hit in right if not hit.value.loose], over))
            arrived += right
        binding = (arrived or begun)[0].binding
        return _unless_loose(
            _told(options, firm, binding), _told(options, found, binding), binding
        )

    verdict = decided(ends)
    ids = [] if options.carried is None else list(options.carried.from_.values())
    earlier = [case.verdicts[id] for id in ids if id in case.verdicts]
    own = _own_ends(options, case, ends) if any(map(charged, earlier)) else ends
    again = decided(ends, own)
    return followed(again, ids, earlier) if worth(again) > worth(verdict) else verdict


def _credits(right: list[Hit[PointPath]], over: set[Place]) -> dict[Place, float]:
    places = [hit.value.place for hit in right]
    return {p: 1.0 if p in over else BARE for p in places if p is not None}


def _unless_loose(firm: Verdict, verdict: Verdict, binding: Binding) -> Verdict:
    """What firm paths are worth, unless those of loose arrows would be worth more."""
    known = worth(firm)
    if worth(verdict) <= known:
        return firm
    return pending(
        "Arrows begin at the points of a run, and do not lead from one to the next; a "
        "person will look.",
        binding=binding, proposal=known + LOOSE * (worth(verdict) - known),
    )  # fmt: skip


def _own_ends(options: PathsDrawn, case: Case, ends: list[Array]) -> list[Array]:
    """Where the longest run that the student kept from each start ends."""
    kept = case.seek(
        options.find.model_copy(update={"sources": ("kept",), "section": "any"})
    )
    found = []
    for start, end in zip(options.starts, ends, strict=True):
        own = [
            hit.value.points
            for hit in runs(kept, options.starts)
            if hit.value.place is None and begins(hit.value, start)
        ]
        found.append(max(own, key=len)[-1] if own else end)
    return found


def _place(drawing: Drawing) -> Place:
    return drawing.cell, drawing.figure, drawing.panel


def _told(
    options: PathsDrawn, right: list[dict[Place, float]], binding: Binding
) -> Verdict:
    """The best way to give each start a panel of its own."""
    many, places = len(right), sorted({place for found in right for place in found})
    table = np.array([[found.get(place, 0.0) for place in places] for found in right])
    credit = float(table[linear_sum_assignment(-table)].sum()) / many if places else 0.0
    if credit == 1:
        return passed(f"All {many} paths are drawn over contours.", binding=binding)
    full = sum(map(bool, right))
    missing = [
        shown(s) for s, found in zip(options.starts, right, strict=True) if not found
    ]
    words = f"{full} of {counted(many, 'path')} drawn"
    words += f"; not right from {', '.join(missing)}." if missing else "."
    if full == many and len(places) == 1:
        return pending(
            f"{words} All are in one panel; a person will look.",
            binding=binding, proposal=TOGETHER * min(table.max(), 1.0),
        )  # fmt: skip
    if not missing and credit < 1:
        words += " Some are not over contours in a panel of their own."
    return graded(credit, words, binding=binding, hint=options.hint)


@check("progress_drawn")
@unless_left_out
def progress_drawn(options: ProgressDrawn, case: Case) -> Verdict:
    """Ask whether curves of the objective start and end as the reference's do.

    The reference's curves tell the objective at each start and at the end reached from
    it; the number of iterations between is free. A curve may begin one iteration late,
    if the student's own run tells its first value, and may show the negative objective.

    Pass:      every start has its curve.
    Partial:   some have; the credit is their share.
    Fail:      none has.
    No answer: no curve in the section.
    Pending:   curves that end rightly, but whose beginnings cannot be explained; or
               curves that begin at the starts and end elsewhere, in a notebook without
               such a section, or where the ends of the runs were charged before.
    Fooled by: a curve through other values between the right ends.
    """
    want = [_curve(case.want, hit) for hit in _inside(case.expect(options.find))]
    ends = _ends(options, [curve for curve in want if curve is not None])
    got: Found[Drawing] = case.seek(options.find)
    inside = _inside(got)
    hits = inside or list(got.hits)
    seen = [(hit, y) for hit in hits if (y := _curve(case.got, hit)) is not None]
    if not seen:
        return not_found(got, options.hint)
    curves, late = [y for _, y in seen], _late(options, case)
    best = max((_matched(curves, ends, late, sign, options) for sign in (1, -1)), key=len)
    good, loose = len(best), _arriving(curves, ends, options)
    if not inside and not good and not loose:
        unlabelled = [(h, y) for h, y in seen if h.binding.confidence >= UNLABELLED]
        other = _elsewhere(options, case, unlabelled, ends)
        return other or not_found(got, options.hint)
    shows = seen[(best or [0])[0]][0]
    binding = replace(shows.binding, how="by what it shows", confidence=0.95)
    if good == len(ends):
        return passed(f"All {good} curves are drawn.", binding=binding)
    words = f"{good} of {counted(len(ends), 'curve')} drawn"
    if loose >= len(ends):
        return pending(
            f"{words}; others end rightly but begin elsewhere; a person will look.",
            binding=binding, proposal=good / len(ends),
        )  # fmt: skip
    if _charged(options, case) and (other := _elsewhere(options, case, seen, ends)):
        return other
    return graded(good / len(ends), f"{words}.", binding=binding, hint=options.hint)


def _charged(options: ProgressDrawn, case: Case) -> bool:
    """Whether it was charged before where the runs end."""
    ids = [] if options.carried is None else options.carried.from_.values()
    return any(charged(case.verdicts[id]) for id in ids if id in case.verdicts)


def _elsewhere(
    options: ProgressDrawn,
    case: Case,
    hits: list[tuple[Hit[Drawing], Array]],
    ends: list[tuple[float, float]],
) -> Verdict | None:
    """Curves that begin as the runs do, and do not end as these should."""
    tol = options.tolerance.atol
    begun: list[Hit[Drawing]] = []
    for first, _ in ends:
        near_it = [
            h
            for h, y in hits
            if h not in begun and abs(abs(float(y[0])) - abs(first)) <= tol
        ]
        begun += near_it[:1]
    if len(begun) < len(ends):
        return None
    before = _charged(options, case)
    more = ", which was charged before" if before else ""
    return pending(
        f"{counted(len(begun), 'curve')} begin where the runs do and end elsewhere{more}; "
        "a person will look.",
        binding=begun[0].binding, proposal=None if before else 0.0, hint=options.hint,
    )  # fmt: skip


def _inside(found: Found[Drawing]) -> list[Hit[Drawing]]:
    return [hit for hit in found.hits if hit.binding.confidence >= 1]


def _curve(recorded: Recorded, hit: Hit[Drawing]) -> Array | None:
    y = recorded.array(hit.value.y)
    if y is None or y.ndim != 1 or y.size < 3 or y.dtype.kind not in "iuf":
        return None
    return y.astype(np.float64) if np.isfinite(y).all() else None


def _ends(options: ProgressDrawn, curves: list[Array]) -> list[tuple[float, float]]:
    """First and last value of the reference's first curves, one for each start."""
    if len(curves) < len(options.starts):
        raise reference_lacks(options.id, f"{len(options.starts)} curves in its section")
    return [(float(c[0]), float(c[-1])) for c in curves[: len(options.starts)]]


def _late(options: ProgressDrawn, case: Case) -> list[int]:
    """Lengths of the student's own runs from each start, to tell late beginnings by."""
    hits = case.seek(options.paths).hits
    return [
        len(hit.value.points)
        for hit in hits
        if any(begins(hit.value, start) for start in options.starts)
    ]


def _matched(
    curves: list[Array],
    ends: list[tuple[float, float]],
    late: list[int],
    sign: int,
    options: ProgressDrawn,
) -> list[int]:
    """The curves that have a pair of ends each, one of its own for every pair."""
    tol = options.tolerance.atol
    table = np.zeros((len(ends), len(curves)))
    for i, (first, last) in enumerate(ends):
        for j, curve in enumerate(curves):
            y = sign * curve
            begins_late = len(y) + 1 in late and first < y[0] <= last + tol
            begins_well = abs(y[0] - first) <= tol or begins_late
            table[i, j] = begins_well and abs(y[-1] - last) <= tol and y[-1] > y[0]
            table[i, j] *= 1.0 - 0.1 * min(abs(y[0] - first), 1.0)
    rows, columns = linear_sum_assignment(-table)
    return [int(c) for r, c in zip(rows, columns, strict=True) if table[r, c] > 0]


def _arriving(
    curves: list[Array], ends: list[tuple[float, float]], options: ProgressDrawn
) -> int:
    """How many curves end at the right value, whatever they begin with."""
    tol, last = options.tolerance.atol, ends[0][1]
    return sum(abs(abs(curve[-1]) - last) <= tol for curve in curves)
