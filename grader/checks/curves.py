"""Check drawn curves against the reference's curves."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import partial

import numpy as np

from grader.checks.closeness import matches
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.words import (
    counted,
    not_found,
    reference_lacks,
    unless_unread,
    unwritten,
)
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_formulas import CurvesDrawn
from grader.model.evidence import Drawing
from grader.model.finds import FindText
from grader.model.recorded import Recorded
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, pending

FEW = 5
"""Curves with fewer points in the range are taken as straight pieces between them."""
HERE = 0.6
"""Confidence of what lies in the section, or in a notebook that has no such section."""
PICTURE = re.compile(r"!\[|<img|attachment:")
Curve = tuple[Array, Array]
Line = tuple[Hit[Drawing], Curve]
Wanted = Callable[[Curve], bool]
Place = tuple[int, int, int]
"""Cell, figure and panel."""


@check("curves_drawn")
@unless_left_out
def curves_drawn(options: CurvesDrawn, case: Case) -> Verdict:
    """Ask whether curves are drawn that agree with the reference's, whatever their look.

    A curve is compared where the student's points are, NaN left out; it must cover the
    range. Lines across a panel (axhline, hlines, axline) count as curves. With `ranges`,
    half a line may do: a curve has to cover its own range, and to agree wherever it is
    drawn. Curves of several panels count together within the section, or where the
    notebook has none; elsewhere those of one panel do, and of one that also shows what
    another criterion of the question asks for.

    Pass:      every wanted curve is drawn.
    Partial:   some are; the credit is their share.
    Fail:      curves are drawn in the section, and none is a wanted one.
    Pending:   nothing is drawn by code, and there is a picture; or more curves come
               together in panels of other sections; or the rubric says that it may be
               stated in words, and there is text or code that may say it.
    No answer: nothing is drawn, and there is no picture.
    Fooled by: a right curve drawn among wrong ones.
    """
    got: Found[Drawing] = case.seek(options.find)
    wanted, lines = _wanted(options, case), _lines(case, got)
    near = [_right(wanted, some) for some in _near(lines, _companions(options, case))]
    right = max(near, key=len, default=[])
    apart = next((r for r in _by_panel(wanted, lines) if len(r) == len(wanted)), [])
    if apart and len(right) < len(wanted):
        right = apart
    together = _right(wanted, lines)
    if len(right) < len(together):
        return _scattered(options, right, together)
    if right:
        return unless_unread(_told(options, right, len(wanted)), got)
    return _nothing(options, case, got, lines)


def _nothing(
    options: CurvesDrawn, case: Case, got: Found[Drawing], lines: Sequence[Line]
) -> Verdict:
    """None of the wanted curves: what stands there instead."""
    here = [hit for hit, _ in lines if hit.binding.confidence >= 1]
    if options.may_be_text and (case.seek(FindText()) or here):
        return pending("It is not drawn; a person will look whether it is stated.")
    if here:
        told = f"{counted(len(here), 'curve')} drawn, and none is what was asked for."
        binding = here[0].binding
        return unless_unread(graded(0.0, told, binding=binding, hint=options.hint), got)
    if any(PICTURE.search(c.source) for c in case.own_cells if c.kind == "markdown"):
        return pending("Nothing is drawn by code; a person will look at the pictures.")
    if options.may_be_text:
        return unwritten(case, got, options.hint)
    return not_found(got, options.hint)


def _wanted(options: CurvesDrawn, case: Case) -> list[Wanted]:
    """The reference's curves, each with the test for a drawn one."""
    curves = [_reference(options, case, label) for label in options.labels]
    spans = options.ranges or (options.range,) * len(curves)
    return [
        partial(_agrees, want=curve, options=options, span=span)
        for curve, span in zip(curves, spans, strict=True)
    ]


def _lines(case: Case, got: Found[Drawing]) -> list[Line]:
    return [(hit, c) for hit in got.hits if (c := _curve(case.got, hit.value))]


def _right(wanted: Sequence[Wanted], lines: Iterable[Line]) -> list[Hit[Drawing]]:
    """The first line that is each of the wanted curves; none for those that are missing."""
    some = list(lines)
    found = [next((hit for hit, curve in some if is_it(curve)), None) for is_it in wanted]
    return [hit for hit in found if hit is not None]


def _panels(lines: Iterable[Line]) -> dict[Place, list[Line]]:
    found: dict[Place, list[Line]] = {}
    for line in lines:
        drawing = line[0].value
        place = drawing.cell, drawing.figure, drawing.panel
        found.setdefault(place, []).append(line)
    return found


def _by_panel(
    wanted: Sequence[Wanted], lines: Iterable[Line]
) -> Iterator[list[Hit[Drawing]]]:
    return (_right(wanted, some) for some in _panels(lines).values())


def _near(lines: Sequence[Line], companions: Set[Place]) -> Iterator[list[Line]]:
    """Lines that count together: of panels with a companion, then those of the section."""
    panels = _panels(lines)
    here = [line for line in lines if line[0].binding.confidence >= HERE]
    yield from (panels[place] for place in panels if place in companions)
    yield from _panels(here).values()
    yield here


def _companions(options: CurvesDrawn, case: Case) -> set[Place]:
    """The panels that show what other criteria of the question ask for."""
    question = options.id.rpartition(".")[0]
    found: set[Place] = set()
    for other in case.criteria.values():
        if not isinstance(other, CurvesDrawn) or other.id == options.id:
            continue
        if other.id.rpartition(".")[0] == question:
            lines = _lines(case, case.find(other.find, other, case.question))
            wanted = _wanted(other, case)
            found |= {p for p, own in _panels(lines).items() if _right(wanted, own)}
    return found


def _shows(hit: Hit[Drawing]) -> Binding:
    return replace(hit.binding, how="by what it shows", confidence=0.95)


def _scattered(
    options: CurvesDrawn, right: list[Hit[Drawing]], together: list[Hit[Drawing]]
) -> Verdict:
    """More of the curves are drawn, in other sections; they may be there for those."""
    many = len(options.labels)
    stated = ", or it may be stated" if options.may_be_text else ""
    return pending(
        f"{len(right)} of {counted(many, 'curve')} drawn here, and {len(together)} if "
        f"figures of other questions are meant, too{stated}; a person will look.",
        binding=_shows((right or together)[0]),
        proposal=len(right) / many,
        hint=options.hint,
    )


def _told(options: CurvesDrawn, right: list[Hit[Drawing]], wanted: int) -> Verdict:
    binding = _shows(right[0])
    credit = len(right) / wanted
    if credit < 1 and options.may_be_text:
        return pending(
            f"{len(right)} of {counted(wanted, 'curve')} drawn; a person will look whether "
            "the rest is stated.",
            binding=binding,
            proposal=credit,
        )
    hint = "" if credit == 1 else options.hint
    told = f"{len(right)} of {counted(wanted, 'curve')} drawn."
    return graded(credit, told, binding=binding, hint=hint)


def _reference(options: CurvesDrawn, case: Case, label: str) -> Curve:
    for hit in case.expect(options.find).hits:
        curve = _curve(case.want, hit.value)
        if label in hit.value.label and curve is not None:
            return curve
    raise reference_lacks(options.id, f"curve labelled {label!r}")


def _curve(recorded: Recorded, drawing: Drawing) -> Curve | None:
    """The points of a curve, from left to right; a line across has none of its own."""
    x, y = recorded.array(drawing.x), recorded.array(drawing.y)
    if y is not None and y.size and drawing.method == "axhline":
        level = float(y.ravel()[0])
        return np.array([-np.inf, np.inf]), np.array([level, level])
    if x is None or y is None or x.shape != y.shape or x.ndim != 1 or x.size < 2:
        return None
    if x.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
        return None
    shown = ~(np.isnan(x) | np.isnan(y))  # nobody sees the others
    x, y = x[shown].astype(float), y[shown].astype(float)
    order = np.argsort(x, kind="stable")
    return (x[order], y[order]) if x.size > 1 else None


def _agrees(
    got: Curve, want: Curve, options: CurvesDrawn, span: tuple[float, float]
) -> bool:
    """Whether a curve covers the range and has the reference's values there."""
    low, high = span
    (x, y), (at, values) = got, want
    if x[0] > low or x[-1] < high:
        return False
    if options.ranges:  # where both are drawn
        low, high = max(x[0], at[0]), min(x[-1], at[-1])
    inside = (x >= max(at[0], low)) & (x <= min(at[-1], high))
    if inside.sum() >= FEW:
        x, y = x[inside], y[inside]
    else:  # a straight line from edge to edge
        between = np.linspace(low, high, 21)
        y = np.full(21, y[0]) if np.isinf(x[0]) else np.interp(between, x, y)
        x = between
    return bool(matches(y, np.interp(x, at, values), options.tolerance).all())
