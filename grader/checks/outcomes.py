"""Check what training ended with: recomputed here, from parameters, outputs or the loss."""

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np

from grader.checks.layers import outputs, right
from grader.checks.registry import check
from grader.checks.words import number
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import FindTables, TrainingOutcome
from grader.model.evidence import Drawing
from grader.model.steps import Stepped, UpdateMatches
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, no_answer, passed, pending

NEAR = 0.02
"""How far a final loss may be from a plateau to be called so."""


@check("training_outcome")
def training_outcome(options: TrainingOutcome, case: Case) -> Verdict:
    """Ask whether a run of training classifies all points.

    One successful run is enough, however many failed: its final parameters are
    evaluated here, or its outputs or predicted labels compared with the labels here, or
    its final loss is so small that all points must be right.

    Pass:      any of these.
    Pending:   none of these in our run. Training depends on chance, and a start that
               succeeded for the student may fail here, so this is never a fail; a loss
               that ends at a known plateau is named.
    No answer: there is no code.
    Fooled by: right parameters or outputs that no training made.
    """
    code = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not code:
        return no_answer("Looked for a run of training and found no code.")
    classes = tuple(label > 0 for label in options.labels)
    for found, binding in (*_parameters(options, case), *_natural(options, case)):
        if _solves(options, found, classes):
            told = f"The parameters in {binding.what} classify every point."
            return passed(told, binding=binding)
    labels = np.array(options.labels)
    for values, binding in _predictions(options, case):
        if right(values, classes) or np.array_equal(values, (labels > 0).astype(float)):
            return passed(f"{binding.what} is right at every point.", binding=binding)
    ends = list(_losses(options, case))
    for curve, binding in ends:
        if curve[-1] < options.proves:
            told = f"The loss ends at {number(curve[-1])}, so every point is right."
            return passed(told, binding=binding)
    return _stuck(options, case, [(float(curve[-1]), b) for curve, b in ends])


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
        if any(right(v, classes) for v in values):
            return True
    return False


def _predictions(options: TrainingOutcome, case: Case) -> Iterator[tuple[Array, Binding]]:
    found = case.seek(FindTables(section="any", names=options.predictions))
    for hit in found.hits if options.predictions else ():
        if hit.value.size == len(options.labels):
            yield hit.value.ravel().astype(float), hit.binding


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


def drawn_curve(case: Case, hit: Hit[Drawing]) -> Array | None:
    """The heights of a drawn line, all finite; None if there are none."""
    y = case.got.array(hit.value.y)
    if y is None or y.ndim != 1 or y.dtype.kind not in "iuf" or y.size < 2:
        return None
    y = y.astype(float)
    return y if np.isfinite(y).all() else None


def _stuck(
    options: TrainingOutcome, case: Case, ends: list[tuple[float, Binding]]
) -> Verdict:
    saved = [c for c in case.own_cells if c.kind == "code" and c.saved.strip()]
    seen = " The saved outputs may show a run that succeeded." if saved else ""
    proposal = None if saved else 0.0
    for end, binding in ends[::-1]:
        for plateau in options.plateaus:
            if abs(end - plateau.at) <= NEAR * max(plateau.at, 0.1):
                return pending(
                    f"In our run the loss ends at {number(end)}: {plateau.words}{seen} A "
                    "person will look.",
                    binding=binding,
                    proposal=proposal,
                    hint=options.hint,
                )
    told = f"the loss ends at {number(ends[-1][0])}" if ends else "no final state was found"
    return pending(
        f"No run was found that classifies every point; {told}.{seen} A person will look.",
        binding=ends[-1][1] if ends else None,
        proposal=proposal if ends else None,
        hint=options.hint,
    )
