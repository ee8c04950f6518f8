"""Check curves over the epochs: a loss, and parameters on their way."""

from collections.abc import Iterator

import numpy as np

from grader.checks.epochs import (
    Curve,
    about_loss,
    drawn_curve,
    own_drawings,
    parameter_curves,
)
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.words import counted, not_found, number
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.criteria_layers import LossDrawn, ParametersDrawn
from grader.model.evidence import Drawing
from grader.model.value import ArrayRef
from grader.model.verdict import Verdict, graded, passed, pending

MOST_LISTS = 50
"""Entries of a list that are looked into."""


@check("loss_drawn")
@unless_left_out
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
    own = own_drawings(got)
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


@check("parameters_drawn")
@unless_left_out
def parameters_drawn(options: ParametersDrawn, case: Case) -> Verdict:
    """Ask whether some of the trained parameters are drawn against the epochs.

    Curves of enough points that are not called a loss are taken for parameters, if they
    lie over whole-numbered epochs: 0, 1, 2, ..., or every tenth. Outside of the question's
    own section they must go as far as the loss does, where a loss is drawn, or lie over
    the same numbers; or end where a parameter did.

    Pass:      enough different curves.
    Partial:   fewer; the credit is their share.
    Pending:   fewer, and other lines are drawn that may be meant; or none of them changes,
               and a list holds one array again and again.
    No answer: no such line.
    Fooled by: curves of something else that changes with the epochs.
    """
    got: Found[Drawing] = case.seek(options.find)
    curves = parameter_curves(options, case, got)
    if not (curves.sure or curves.others):
        return not_found(got, options.hint)
    if not curves.sure:
        return pending(
            "Lines are drawn, but none of them certainly against the epochs of the "
            "training; a person will look.",
            binding=curves.others[0][0].binding,
            hint=options.hint,
        )
    first = (curves.ends or curves.sure)[0][0].binding
    if not any(np.ptp(y) for _, y in curves.sure) and _one_kept_many_times(options, case):
        return pending(
            "Lines are drawn against the epochs, and none of them changes: was one array "
            "kept many times? A person will look.",
            binding=first,
            proposal=0.5,
            hint=options.hint,
        )
    count = min(len(curves.sure), options.count)
    told = f"{counted(count, 'parameter')} drawn against the epochs"
    if count < options.count and curves.others:
        return pending(
            f"{told}. Other lines may show more; a person will look.",
            binding=first,
            proposal=count / options.count,
            hint=options.hint,
        )
    if len(curves.ends) >= options.count:
        told += ", with the values at which training ended"
    return graded(count / options.count, f"{told}.", binding=first, hint=options.hint)


def _one_kept_many_times(options: ParametersDrawn, case: Case) -> bool:
    """Whether some list holds equal arrays only: each entry is the array that changes.

    Where a unit stands still, other entries of what was kept do not.
    """
    for named in case.got.evidence.names:
        for refs in _lists_of_arrays(named.value):
            if len(refs) >= options.fewest and len({ref.sha256 for ref in refs}) == 1:
                return True
    return False


def _lists_of_arrays(value: object, depth: int = 3) -> Iterator[list[ArrayRef]]:
    """The arrays in a list, by their place where its entries are records of some."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inner, list | tuple) or not inner or not depth:
        return
    if all(isinstance(one, ArrayRef) for one in inner):
        yield list(inner)
        return
    records = [list(one.values()) if isinstance(one, dict) else one for one in inner]
    if all(isinstance(one, list | tuple) for one in records):
        for place in zip(*records, strict=False):
            yield from _lists_of_arrays(list(place), depth - 1)
    for one in inner[:MOST_LISTS]:
        yield from _lists_of_arrays(one, depth - 1)
