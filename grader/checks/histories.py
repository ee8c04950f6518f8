"""Check curves over the epochs: a loss, and parameters on their way."""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from grader.checks.outcomes import drawn_curve
from grader.checks.registry import check
from grader.checks.words import counted, not_found, number
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import CurvesNamed, LossDrawn, ParametersDrawn
from grader.model.evidence import Drawing
from grader.model.steps import Stepped, UpdateMatches
from grader.model.value import Array
from grader.model.verdict import (
    Outcome,
    Verdict,
    graded,
    no_answer,
    passed,
    pending,
)

Curve = tuple[Hit[Drawing], Array]
CLOSE = 1e-3
OWN = 0.6
"""Confidence of drawings that stand in the question's own section, or in none."""
NAMED = re.compile(r"(?<![^\W_])[UWVuwvb](?:_?\{?\d|_?\{?[a-z]\d|\s?\[\s?\d)")
ABOUT = re.compile(
    r"\b(?:curves?|lines?|plots?|plotted|figure|blue|orange|kurven?|linien?|abbildung|blaue?\w?)\b",
    re.I,
)
CHOICE = re.compile(
    r"\b(?:param\w+|weights?|gewichte?|chos\w+|picked|gewählt\w?|track\w*)\b", re.I
)
SENTENCE = re.compile(r"[.;!?]\s|\n")
"""A sentence about a figure that names a parameter (U_{11}, w1, W[0, 0]), or one about
parameters that names two."""
LOSS_WORDS = ("loss", "error", "mse", "cost", "verlust", "fehler", "objective")


@check("loss_drawn")
def loss_drawn(options: LossDrawn, case: Case) -> Verdict:
    """Ask whether a loss is drawn against the epochs, and falls.

    It need not fall at every epoch. Of several runs the most successful one counts.

    Pass:      a curve with enough points, never negative, ends below where it began, and
               as low as a successful run does; or the run is known to succeed.
    Pending:   it ends higher: the run may have succeeded for the student; or a curve is
               called a loss and does not look like one.
    No answer: no line is drawn that may be a loss against epochs.
    Fooled by: another curve that falls.
    """
    got: Found[Drawing] = case.seek(options.find)
    curves = list(_falling(options, case, got))
    if not curves:
        return _no_curve(options, case, got)
    hit, curve = min(curves, key=lambda c: (c[1][-1] >= options.below, -_rank(c)))
    told = f"The curve has {curve.size} points and ends at {number(float(curve[-1]))}."
    if curve[-1] < options.below:
        return passed(told, binding=hit.binding)
    outcome = case.verdicts.get(options.outcome)
    if outcome is not None and outcome.credit == 1:
        return passed(f"{told} The run succeeds.", binding=hit.binding)
    return pending(
        f"{told} No successful run was seen to end there; a person will look.",
        binding=hit.binding,
        hint=options.hint,
    )


def _falling(options: LossDrawn, case: Case, got: Found[Drawing]) -> Iterator[Curve]:
    """Lines that may be a loss: enough points, never negative, lower at the end."""
    own = _own(got)
    for hit in (h for h in got.hits if h in own or about_loss(h.value)):
        y = drawn_curve(case, hit)
        if y is None or y.size < options.fewest or (y < 0).any() or y[-1] >= y[0]:
            continue
        x = case.got.array(hit.value.x)
        if x is None or x.size != y.size or (np.diff(x.astype(float)) > 0).all():
            yield hit, y


def _no_curve(options: LossDrawn, case: Case, got: Found[Drawing]) -> Verdict:
    lines = [hit for hit in got.hits if hit.value.y is not None]
    named = [hit for hit in lines if about_loss(hit.value)]
    if named:
        return pending(
            "A curve called a loss is drawn, and it does not look like one; a person will "
            "look.",
            binding=named[0].binding,
            proposal=0.0,
            hint=options.hint,
        )
    return not_found(got, options.hint)


def _rank(curve: Curve) -> float:
    """Curves that are called a loss first, then those of the section."""
    return 2.0 * about_loss(curve[0].value) + curve[0].binding.confidence


def about_loss(drawing: Drawing) -> bool:
    """Whether the words at a drawing speak of a loss."""
    words = f"{drawing.title} {drawing.ylabel} {drawing.label}".lower()
    return any(word in words for word in LOSS_WORDS)


@check("parameters_drawn")
def parameters_drawn(options: ParametersDrawn, case: Case) -> Verdict:
    """Ask whether some of the trained parameters are drawn against the epochs.

    Curves of enough points that are not called a loss are taken for
    parameters; where final parameters are known, a curve that ends at one is certain.

    Pass:      enough different curves.
    Partial:   fewer; the credit is their share.
    No answer: no such line.
    Fooled by: curves of something else that changes with the epochs.
    """
    got: Found[Drawing] = case.seek(options.find)
    finals = _finals(options, case)
    curves = _no_loss(case, list(_different(_changing(options, case, got))), finals)
    if not curves:
        return not_found(got, options.hint)
    certain = [c for c in curves if np.isclose(finals, c[1][-1], CLOSE, CLOSE).any()]
    first = (certain or curves)[0][0].binding
    count = min(len(curves), options.count)
    told = f"{counted(count, 'parameter')} drawn against the epochs"
    if len(certain) >= options.count:
        told += ", with the values at which training ended"
    return graded(count / options.count, f"{told}.", binding=first, hint=options.hint)


def _changing(options: ParametersDrawn, case: Case, got: Found[Drawing]) -> Iterator[Curve]:
    """Lines with enough points that are called no loss; a dead unit's stand still."""
    for hit in _own(got):
        y = case.got.array(hit.value.y)
        if y is None or y.ndim != 1 or y.dtype.kind not in "iuf" or about_loss(hit.value):
            continue
        if y.size < options.fewest:
            continue
        yield hit, y


def _no_loss(case: Case, curves: list[Curve], finals: Array) -> list[Curve]:
    """Without the one line of a panel that was judged as the loss already.

    A curve that ends at a final parameter is kept, whatever was judged.
    """
    losses = [
        (verdict.binding.cell, verdict.binding.what)
        for id, verdict in case.verdicts.items()
        if verdict.credit
        and verdict.binding
        and getattr(case.criteria.get(id), "check", "") == "loss_drawn"
    ]
    panels = [(hit.binding.cell, hit.binding.what) for hit, _ in curves]
    return [
        (hit, y)
        for (hit, y), panel in zip(curves, panels, strict=True)
        if panel not in losses
        or panels.count(panel) > 1
        or np.isclose(finals, y[-1], CLOSE, CLOSE).any()
    ]


def _own(got: Found[Drawing]) -> list[Hit[Drawing]]:
    """Drawings of the own section; all, if it has none."""
    own = [hit for hit in got.hits if hit.binding.confidence >= OWN]
    return own or list(got.hits)


def _different(curves: Iterator[Curve]) -> Iterator[Curve]:
    seen: list[Array] = []
    for hit, y in curves:
        if not any(np.array_equal(y, other) for other in seen):
            seen.append(y)
            yield hit, np.nan_to_num(y.astype(float))


def _finals(options: ParametersDrawn, case: Case) -> Array:
    """Every number among the final parameters that are known."""
    found: list[Array] = []
    if options.parameters is not None:
        sets: Found[Mapping[str, Array]] = case.seek(options.parameters)
        found += [np.ravel(a) for hit in sets.hits for a in hit.value.values()]
    step = case.criteria.get(options.step)
    if isinstance(step, UpdateMatches):
        steps: Found[Stepped] = case.find(step.find, step, case.question)
        found += [np.ravel(a) for hit in steps.hits for a in hit.value.natural.values()]
    return np.concatenate(found) if found else np.zeros(0)


@check("curves_named")
def curves_named(options: CurvesNamed, case: Case) -> Verdict:
    """Ask whether axes, or curves, say what they are.

    Pass:      axes: both axes of the curve's panel have a name (a title may stand for
               the vertical one); curves: enough of them have a label, a title or a
               named axis of their own.
    Partial:   some; the credit is their share.
    Fail:      none.
    No answer: the curves themselves were not found.
    Pending:   too few curves are named in the figure, and the text beside it names
               parameters.
    Fooled by: a name that says something else.
    """
    found = case.verdicts.get(options.of)
    got: Found[Drawing] = case.seek(options.find)
    own = _own(got)
    if found is None or not own or found.outcome is Outcome.NO_ANSWER:
        return no_answer("The curves themselves were not found.", hint=options.hint)
    if options.what == "axes":
        return _axes(options, own, found)
    lines = [h for h in own if not about_loss(h.value)] or own
    named = {_called(h.value) for h in lines} - {""}
    count = min(len(named), options.count)
    told = f"{count} of {counted(options.count, 'curve')} named."
    nameless = any(not _called(hit.value) for hit in lines)
    if count < options.count and nameless and _told_beside(case, lines):
        return pending(
            f"In the figure {told} The text beside it may name them; a person will look.",
            binding=lines[0].binding, proposal=1.0, hint=options.hint,
        )  # fmt: skip
    return graded(count / options.count, told, binding=lines[0].binding, hint=options.hint)


def _told_beside(case: Case, lines: list[Hit[Drawing]]) -> bool:
    """Whether a text right before or behind the figure's cell names parameters."""
    cells = {hit.value.cell for hit in lines}
    beside = {place + off for place in cells for off in (-1, 1)}
    return any(
        _names(sentence)
        for cell in case.own_cells
        if cell.kind == "markdown" and cell.index in beside
        for sentence in SENTENCE.split(cell.source)
    )


def _names(sentence: str) -> bool:
    named = set(NAMED.findall(sentence))
    return bool(
        (named and ABOUT.search(sentence)) or (len(named) > 1 and CHOICE.search(sentence))
    )


def _axes(options: CurvesNamed, own: list[Hit[Drawing]], found: Verdict) -> Verdict:
    here = [h for h in own if h.binding == found.binding] or own
    drawing = here[0].value
    parts = [bool(drawing.xlabel), bool(drawing.ylabel or drawing.title)]
    told = f"{sum(parts)} of 2 axes have a name."
    return graded(sum(parts) / 2, told, binding=here[0].binding, hint=options.hint)


def _called(drawing: Drawing) -> str:
    """What a curve is called; names of panels count once for each panel."""
    label = "" if drawing.label.startswith("_") else drawing.label
    if label:
        return label
    own = drawing.title or drawing.ylabel
    return f"{own} ({drawing.figure}.{drawing.panel})" if own else ""
