"""Check given parameters of a small network by what the network does with them."""

from collections.abc import Iterator, Mapping

import numpy as np

from grader.checks.handmade import chosen
from grader.checks.registry import check
from grader.checks.words import number, unwritten
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import KnownValues, Layers, LayersClassify
from grader.model.finds import FindText
from grader.model.value import Array
from grader.model.verdict import (
    Verdict,
    graded,
    passed,
    pending,
)

LIKELY = 0.4
"""From this confidence on, parameters are likely to be meant for the question."""
SURE = 0.9
"""From this confidence on, wrong parameters are wrong; below, they may be misread."""
TURNED = 0.5
"""Proposed for typed parameters of which one has to be transposed."""
LOOK = " A person will look."
NAMED, NEAR = "by name", 0.7
"""Variables below this confidence lie in no labelled question, or in another one."""


@check("layers_classify")
def layers_classify(options: LayersClassify, case: Case) -> Verdict:
    """Ask whether a small network with the given parameters classifies given points.

    The parameters are read from variables or from typed matrices, and the network is
    evaluated here. A matrix in a variable may be meant transposed, as code shows; of one
    that was typed a person reads it. What counts is the class of every point, never the
    numbers of the reference.

    With `carried`, the parameters given for an earlier question count where none are
    given here; whether the text refers to them, a person reads. Of parameters that have
    what this question drops nothing is proposed: nobody stated them without it. A mistake
    that the earlier question has been charged for is not charged again.

    Pass:      a set of parameters puts every point into its class.
    Partial:   the outputs are those of a known mistake.
    Fail:      every set that stands in variables is wrong.
    Pending:   right parameters, of no round numbers, stand in variables elsewhere: they may
               be those of a training; or
               what was typed is wrong, or may have been misread; or nothing was found,
               and there is text to read, or code that may say it; or it is carried; or
               the sets that are wrong have a parameter that this question drops: they
               were made for another.
    No answer: nothing at all.
    Fooled by: right parameters that stand in the section for another purpose.
    """
    got: Found[Mapping[str, Array]] = case.seek(options.find)
    sure = [hit for hit in got.hits if hit.binding.confidence >= LIKELY]
    if sure:
        return _best([_judged(options, hit, case) for hit in sure])
    if options.carried is not None and (carried := _carried(options, case)):
        return carried
    if got:
        return _best([_judged(options, hit, case) for hit in got.hits])
    text = case.seek(FindText(section=options.find.section))
    if not text:
        return unwritten(case, got, options.hint)
    return pending(
        f"Looked for {got.looked_for}, which a person will have to read.",
        binding=text.hits[0].binding,
    )


def _best(verdicts: list[Verdict]) -> Verdict:
    """The best verdict; of equal ones a pass, and then the first."""
    return max(verdicts, key=lambda v: (_worth(v), v.credit == 1))


def _worth(verdict: Verdict) -> float:
    credit = verdict.credit if verdict.credit is not None else verdict.proposal
    return credit or 0.0


def outputs(
    layers: Layers, found: Mapping[str, Array], points: object
) -> Iterator[tuple[str, Array]]:
    """The outputs at the points, with the hidden weights as given and transposed."""
    x = np.array(points, dtype=float)
    bias, constant = found[layers.bias], found[layers.constant]
    weights = found[layers.hidden]
    with np.errstate(all="ignore"):
        for how, matrix in (("", weights), ("transposed", weights.T)):
            hidden = np.maximum(x @ matrix + bias, 0)
            yield how, hidden @ found[layers.output] + constant


def right(values: Array, classes: tuple[bool, ...]) -> bool:
    """Whether every output has the sign of its class; 0 counts as not negative."""
    sides = np.isfinite(values) & ((values >= 0) == np.array(classes))
    return bool(sides.all())


def _judged(
    options: LayersClassify,
    hit: Hit[Mapping[str, Array]],
    case: Case,
    carried: bool = False,
) -> Verdict:
    dropped = [name for name in options.zero if np.any(hit.value[name])]
    found = {
        name: np.zeros_like(array) if name in options.zero else array
        for name, array in hit.value.items()
    }
    typed = hit.binding.confidence < SURE
    known = None
    if carried and dropped:
        return _without(options, hit, dropped, found)
    for how, values in outputs(options.layers, found, options.inputs):
        told = f"{_gives(hit)} f = {_listed(values)}"
        if right(values, options.classes):
            if how and hit.binding.how == "typed":
                return _turned(options, hit, told)
            more = "; U was read as its transpose" if how else ""
            verdict = passed(f"{told}{more}: every point is right.", binding=hit.binding)
            return _perhaps(verdict) if _trained(hit, found) else verdict
        known = known or _known(options, values)
    first = next(outputs(options.layers, found, options.inputs))[1]
    told = f"{_gives(hit)} f = {_listed(first)}"
    if known is not None and (earlier := _charged(options, known, case)):
        return pending(
            f"{told}. {known.reason} This was charged in {earlier}.",
            binding=hit.binding,
            proposal=1.0,
        )
    if known is None and dropped:
        return _without(options, hit, dropped, found)
    credit = known.credit if known is not None else 0.0
    reason = known.reason if known is not None else "Some points are in the wrong class."
    verdict = graded(credit, f"{told}. {reason}", binding=hit.binding, hint=options.hint)
    return _for_a_person(verdict) if typed else verdict


def _turned(options: LayersClassify, hit: Hit[Mapping[str, Array]], told: str) -> Verdict:
    """What was typed is right only if the model is meant with the transpose of it."""
    name = options.layers.hidden
    return pending(
        f"{told}, with {name} read as its transpose: every point is right. As the sheet "
        f"uses {name}, it is not; a person will read what the text means.",
        binding=hit.binding, proposal=TURNED, hint=options.hint,
    )  # fmt: skip


def _without(
    options: LayersClassify,
    hit: Hit[Mapping[str, Array]],
    dropped: list[str],
    found: Mapping[str, Array],
) -> Verdict:
    """For a person: `found` is what is left of parameters made for another question."""
    values = next(outputs(options.layers, found, options.inputs))[1]
    return pending(
        f"{hit.binding.what} have a {' and a '.join(dropped)} that is not 0, which this "
        f"question leaves out; without it they give f = {_listed(values)}.{LOOK}",
        binding=hit.binding,
        hint=options.hint,
    )


def _trained(hit: Hit[Mapping[str, Array]], found: Mapping[str, Array]) -> bool:
    """Whether a training may have left these variables, in no labelled question."""
    elsewhere = hit.binding.how == NAMED and hit.binding.confidence < NEAR
    return elsewhere and not chosen(found)


def _gives(hit: Hit[Mapping[str, Array]]) -> str:
    """The beginning of a sentence: the variables U and b1 give, the variable p gives."""
    what = hit.binding.what
    return f"{what} {'gives' if what.startswith('the variable ') else 'give'}"


def _listed(values: Array) -> str:
    return ", ".join(number(float(v)) for v in values)


def _known(options: LayersClassify, values: Array) -> KnownValues | None:
    for known in options.known_wrong:
        if len(known.values) == len(values) and np.allclose(values, known.values):
            return known
    return None


def _earlier(options: LayersClassify) -> str:
    """The id of the earlier criterion; "" if there is none."""
    return next(iter(options.carried.from_.values())) if options.carried else ""


def _charged(options: LayersClassify, known: KnownValues, case: Case) -> str:
    """The earlier criterion, if it lost its credit for the same mistake."""
    id = _earlier(options)
    earlier = case.verdicts.get(id)
    return id if earlier is not None and known.reason in earlier.reason else ""


def _perhaps(verdict: Verdict) -> Verdict:
    return pending(
        f"{verdict.reason} They may be those of a training; a person will look.",
        binding=verdict.binding,
        proposal=verdict.credit,
    )


def _for_a_person(verdict: Verdict) -> Verdict:
    return pending(
        f"{verdict.reason} A person will confirm what was read.",
        binding=verdict.binding,
        proposal=verdict.credit,
        hint=verdict.hint,
    )


def _carried(options: LayersClassify, case: Case) -> Verdict | None:
    """Judge what was answered to the earlier question; None if there was nothing."""
    id = _earlier(options)
    earlier = case.criteria.get(id)
    if not isinstance(earlier, LayersClassify):
        return None
    question = id.rpartition(".")[0]
    got: Found[Mapping[str, Array]] = case.find(earlier.find, earlier, question)
    text = case.seek(FindText(section=options.find.section))
    given = [hit for hit in got.hits if not _trained(hit, hit.value)]
    given = [hit for hit in given if hit.binding.confidence >= LIKELY] or given
    if not given or not text:
        return None
    verdicts = [_judged(options, hit, case, carried=True) for hit in given]
    best = _best(verdicts)
    unsure = [v for v in verdicts if v.credit is None and v.proposal is None]
    if unsure and not _worth(best):
        best = unsure[0]
    return pending(
        f"From {question}: {best.reason.removesuffix(LOOK)} A person will read whether the "
        "text refers to it.",
        binding=best.binding,
        proposal=best.credit if best.credit is not None else best.proposal,
    )
