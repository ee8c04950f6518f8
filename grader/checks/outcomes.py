"""Check what training ended with: recomputed here, from parameters, outputs or the loss."""

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np

from grader.checks.epochs import drawn_curve
from grader.checks.handmade import rounded, typed_out
from grader.checks.layers import SURE, outputs, right
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.words import number
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.criteria_layers import FindTables, LayersClassify, TrainingOutcome
from grader.model.evidence import Drawing
from grader.model.steps import Stepped, UpdateMatches
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, no_answer, passed, pending

NEAR = 0.02
"""How far a final loss may be from a plateau to be called so."""
BOUNDARY = 1e-9
"""Outputs this small are on the boundary between the classes."""
VARIABLE = "the variable "
Set = tuple[Mapping[str, Array], Binding]


@check("training_outcome")
@unless_left_out
def training_outcome(options: TrainingOutcome, case: Case) -> Verdict:
    """Ask whether a run of training classifies all points.

    One successful run is enough, however many failed: its final parameters are
    evaluated here, or its outputs or predicted labels compared with the labels here, or
    its final loss is so small that all points must be right. What was made by hand is no
    outcome: parameters that are all round numbers, and outputs that follow from those,
    that belong to a question which asks for such parameters, or that are typed.

    Pass:      any of these.
    Pending:   none of these in our run, or only what may be made by hand, or with a point
               that lies on the boundary itself. Training depends on chance, and a start
               that succeeded for the student may fail here, so this is never a fail; a
               loss that ends at a known plateau is named.
    No answer: there is no code.
    Fooled by: right parameters, not round, that no training made.
    """
    code = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not code:
        return no_answer("Looked for a run of training and found no code.")
    classes = tuple(label > 0 for label in options.labels)
    by_hand: list[Set] = []
    for found, binding in (*_parameters(options, case), *_natural(options, case)):
        if not _solves(options, found, classes):
            continue
        if not rounded(found):
            told = f"The parameters in {binding.what} classify every point."
            return passed(told, binding=binding)
        by_hand.append((found, binding))
    for binding in _trained(options, case, classes, by_hand):
        return passed(f"{binding.what} is right at every point.", binding=binding)
    ends = list(_losses(options, case))
    for curve, binding in ends:
        if curve[-1] < options.proves:
            told = f"The loss ends at {number(curve[-1])}, so every point is right."
            return passed(told, binding=binding)
    last = [(float(curve[-1]), b) for curve, b in ends]
    return _stuck(options, case, last, [b for _, b in by_hand])


def _parameters(
    options: TrainingOutcome, case: Case
) -> Iterator[tuple[Mapping[str, Array], Binding]]:
    got: Found[Mapping[str, Array]] = case.seek(options.find)
    for hit in got.hits:
        if hit.binding.how != "typed":
            yield hit.value, hit.binding


def _natural(
    options: TrainingOutcome, case: Case
) -> Iterator[tuple[Mapping[str, Array], Binding]]:
    """Where the notebook left the parameters that its training step changes."""
    step = case.criteria.get(options.step)
    if isinstance(step, UpdateMatches):
        got: Found[Stepped] = case.find(step.find, step, case.question)
        for hit in got.hits:
            if set(hit.value.natural) == set(hit.value.places):
                yield hit.value.natural, hit.binding


def _solves(
    options: TrainingOutcome, found: Mapping[str, Array], classes: tuple[bool, ...]
) -> bool:
    """Whether they do, under any exchange of parameters of one shape."""
    names = list(found)
    for order in permutations(names):
        if any(found[a].shape != found[b].shape for a, b in zip(names, order, strict=True)):
            continue
        meant = {a: found[b] for a, b in zip(names, order, strict=True)}
        values = [v for _, v in outputs(options.layers, meant, options.inputs)]
        if any(right(v, classes) and _off_zero(v) for v in values):
            return True
    return False


def _off_zero(values: Array) -> bool:
    """Whether no point lies on the boundary, where a dead unit leaves it by luck."""
    return bool((np.abs(values) > BOUNDARY).all())


def _predictions(options: TrainingOutcome, case: Case) -> Iterator[tuple[Array, Binding]]:
    found = case.seek(FindTables(section="any", names=options.predictions))
    for hit in found.hits if options.predictions else ():
        if hit.value.size == len(options.labels):
            yield hit.value.ravel().astype(float), hit.binding


def _trained(
    options: TrainingOutcome, case: Case, classes: tuple[bool, ...], by_hand: list[Set]
) -> Iterator[Binding]:
    """Right predictions, without those that may follow from parameters made by hand."""
    found = [
        (values, binding)
        for values, binding in _predictions(options, case)
        if (right(values, classes) and _off_zero(values))
        or np.array_equal(values, np.array(classes, float))
    ]
    own, asked = _ranks(options, case) if found else ({}, {})
    sources = {cell.index: cell.source for cell in case.own_cells}
    for values, binding in found:
        cell = binding.cell if binding.cell is not None else -1
        name = binding.what.removeprefix(VARIABLE)
        here, there = own.get(cell, 0.0), asked.get(cell, 0.0)
        if there > here or typed_out(sources.get(cell, ""), name, values):
            continue
        if any(b.cell == cell and b.confidence >= SURE for _, b in by_hand):
            continue
        before = [made for made, b in by_hand if (b.cell or 0) < cell]
        if here > there or not _follow(options, values, before):
            yield binding


def _ranks(
    options: TrainingOutcome, case: Case
) -> tuple[dict[int | None, float], dict[int | None, float]]:
    """How well cells fit this question, and how well one that asks for parameters."""
    what = FindTables(names=options.predictions or ("*",))
    own = {hit.binding.cell: hit.binding.confidence for hit in case.seek(what).hits}
    asked: dict[int | None, float] = {}
    for id, other in case.criteria.items():
        if isinstance(other, LayersClassify):
            for hit in case.find(what, other, id.rpartition(".")[0]).hits:
                cell, sure = hit.binding.cell, hit.binding.confidence
                asked[cell] = max(sure, asked.get(cell, 0.0))
    return own, asked


def _follow(
    options: TrainingOutcome, values: Array, by_hand: list[Mapping[str, Array]]
) -> bool:
    """Whether values are what these parameters give: their outputs, or classes."""
    if not by_hand:
        return False
    labels = np.array(options.labels)
    known = [labels, labels > 0]
    for found in by_hand:
        known += [v for _, v in outputs(options.layers, found, options.inputs)]
    return any(np.array_equal(values, k) for k in known)


def _losses(options: TrainingOutcome, case: Case) -> Iterator[tuple[Array, Binding]]:
    """Curves of the loss: in variables, and drawn."""
    found = case.seek(FindTables(section="any", names=options.losses))
    for hit in found.hits if options.losses else ():
        curve = np.atleast_2d(np.squeeze(hit.value.astype(float)))
        for row in curve if curve.shape[1] >= 10 else ():
            if np.isfinite(row).all() and (row >= 0).all():
                yield row, hit.binding
    drawn: Found[Drawing] = case.seek(options.drawn)
    for hit in drawn.hits:
        row = drawn_curve(case, hit)
        if row is not None and row.size >= 10 and (row >= 0).all() and row[-1] < row[0]:
            yield row, hit.binding


def _stuck(
    options: TrainingOutcome,
    case: Case,
    ends: list[tuple[float, Binding]],
    by_hand: list[Binding],
) -> Verdict:
    aside = _aside(by_hand)
    saved = [c for c in case.own_cells if c.kind == "code" and c.saved.strip()]
    seen = " The saved outputs may show a run that succeeded." if saved else ""
    proposal = None if saved else 0.0
    for end, binding in ends[::-1]:
        for plateau in options.plateaus:
            if abs(end - plateau.at) <= NEAR * max(plateau.at, 0.1):
                return pending(
                    f"In our run the loss ends at {number(end)}: {plateau.words}{seen}"
                    f"{aside} A person will look.",
                    binding=binding,
                    proposal=proposal,
                    hint=options.hint,
                )
    told = f"the loss ends at {number(ends[-1][0])}" if ends else "no final state was found"
    return pending(
        f"No run was found that classifies every point; {told}.{seen}{aside} A "
        "person will look.",
        binding=ends[-1][1] if ends else None,
        proposal=proposal if ends else None,
        hint=options.hint,
    )


def _aside(by_hand: list[Binding]) -> str:
    """What is said of parameters that are right, and that no training made."""
    if not by_hand:
        return ""
    first = by_hand[0]
    place = "" if first.cell is None else f" in cell {first.cell + 1}"
    return (
        f" {first.what[:1].upper()}{first.what[1:]}{place} classify every point, but are "
        "round numbers, as one sets them by hand."
    )
