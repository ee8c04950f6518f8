"""Check that a function maps the real line into an interval."""

import math
from collections.abc import Iterator, Sequence

from grader.checks.registry import check
from grader.checks.words import number, reference_lacks, unwritten
from grader.model.answers import Formula, Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria_layers import MapsInto
from grader.model.finds import FindText
from grader.model.verdict import Verdict, passed, pending

SAME = 1e-6


@check("maps_into")
def maps_into(options: MapsInto, case: Case) -> Verdict:
    """Ask whether a function maps the real line into an interval.

    The function is evaluated at points far out and near 0: a function of the student's,
    or a formula typed in the text. Whether it is monotone or reaches the ends is not
    asked. Functions named by the rubric (the one to which an alternative is wanted) are
    no answer.

    Pass:      a function of theirs stays inside at every point, and is not constant.
    Pending:   a typed formula does, which a person confirms; or none does; or there is
               only text or code that cannot be evaluated; or what was found is constant.
    No answer: neither text nor code.
    Fooled by: a function that leaves the interval between the points.
    """
    inputs = options.arguments[0].values
    taken = list(_taken(options, case))
    functions: Found[Function] = case.seek(options.function)
    for hit in functions.hits:
        for values in hit.value.values.values():
            numbers = [float(v.reshape(())) for v in values if v.size == 1]
            if len(numbers) == len(inputs) and _inside(options, numbers, taken):
                told = f"{hit.binding.what} stays within the interval at every point."
                return passed(told, binding=hit.binding)
    return _typed(options, case, inputs, taken)


def _taken(options: MapsInto, case: Case) -> Iterator[list[float]]:
    """The values of the functions that are no answer, as the reference gives them."""
    found = 0
    for hit in case.expect(options.function).hits:
        if set(hit.value.candidate.names) & set(options.other_than):
            for values in hit.value.values.values():
                found += 1
                yield [float(v.reshape(())) for v in values if v.size == 1]
    if options.other_than and not found:
        raise reference_lacks(options.id, f"function {options.other_than[0]}")


def _inside(
    options: MapsInto, values: Sequence[float | None], taken: list[list[float]]
) -> bool:
    """Whether values stay inside, differ somewhere, and are not those of `taken`."""
    low, high = options.range[0] - options.slack, options.range[1] + options.slack
    plain = [v for v in values if v is not None and math.isfinite(v)]
    if len(plain) < len(values) or not all(low <= v <= high for v in plain):
        return False
    constant = max(plain) - min(plain) < SAME
    return not constant and not any(_same(plain, other) for other in taken)


def _same(values: Sequence[float], other: Sequence[float]) -> bool:
    pairs = zip(values, other, strict=False)
    return len(values) == len(other) and all(abs(a - b) < SAME for a, b in pairs)


def _typed(
    options: MapsInto, case: Case, inputs: Sequence[float], taken: list[list[float]]
) -> Verdict:
    typed: Found[Formula] = case.seek(options.find)
    values = [(hit, [hit.value.at(x) for x in inputs]) for hit in typed.hits]
    for hit, found in values:
        if _inside(options, found, taken):
            return pending(
                f"Read {hit.value.text}; it stays within the interval at every point. A "
                "person will confirm it.",
                binding=hit.binding,
                proposal=1.0,
            )
    finals = [
        (hit, found)
        for hit, found in values
        if hit.value.is_final and found != list(inputs)  # the bare variable
    ]
    for hit, found in finals:
        return _outside(options, hit, inputs, found, taken)
    text = case.seek(FindText())
    if not text:
        return unwritten(case, typed, options.hint)
    return pending(
        "No formula that can be evaluated was found; a person will read the text.",
        binding=text.hits[0].binding,
    )


def _outside(
    options: MapsInto,
    hit: Hit[Formula],
    inputs: Sequence[float],
    values: Sequence[float | None],
    taken: list[list[float]],
) -> Verdict:
    """What is wrong with a typed formula, for a person to confirm."""
    low, high = options.range[0] - options.slack, options.range[1] + options.slack
    told = "it is constant at the points that were tried"
    proposal: float | None = None
    plain = [v for v in values if v is not None]
    if any(v is None for v in values):
        told = "it has no value at some points"
    if len(plain) == len(values) and any(_same(plain, other) for other in taken):
        told, proposal = "it is the function to which an alternative is asked for", 0.0
    for x, value in zip(inputs, values, strict=True):
        if value is not None and not low <= value <= high:
            told, proposal = f"at {number(x)} it is {number(value)}", 0.0
            break
    return pending(
        f"Read {hit.value.text}; {told}. A person will confirm it.",
        binding=hit.binding,
        proposal=proposal,
        hint=options.hint,
    )
