"""Right formulas that stand in a text under another name, or under none.

In:   what was read, and the answers of the reference.
Out:  a verdict for a person to confirm, if all that is asked for stands there.
Pure: no files, no kernels.
"""

from collections.abc import Iterator, Sequence

from grader.checks.equations import agrees
from grader.checks.formula_answers import as_asked
from grader.model.answers import IN_CODE, Equation, Found, Hit, Side
from grader.model.criteria_formulas import ClosedForm
from grader.model.verdict import Verdict, pending


def elsewhere(
    options: ClosedForm, got: Found[Equation], sets: Sequence[Sequence[Side]]
) -> Verdict | None:
    """The right formulas, not by their names; a letter alone is none of several.

    Of several, nothing is said where one is named, though it could not be read.
    """
    said = any(hit.value.about is not None and len(hit.value.sides) > 1 for hit in got.hits)
    if options.named or (said and len(options.find.quantities) > 1):
        return None
    for wanted in sets:
        found = [next(_right(options, got, want, len(wanted)), None) for want in wanted]
        hits = [hit for hit in found if hit is not None]
        if hits and len(hits) == len(wanted):
            return _uncertain(hits)
    return None


def _right(
    options: ClosedForm, got: Found[Equation], want: Side, asked: int
) -> Iterator[Hit[Side]]:
    tol, either = options.tolerance, options.transposed
    for hit in got.hits:
        for side in hit.value.sides:
            plain = side.closed and not side.named and as_asked(side, options)
            alone = asked > 1 and (side.bare or hit.binding.how == IN_CODE)
            if plain and not alone and agrees(side, want.values, tol, either):
                yield Hit(value=side, binding=hit.binding)


def _uncertain(hits: Sequence[Hit[Side]]) -> Verdict:
    texts = "; ".join(hit.value.text for hit in hits)
    several = len(hits) > 1
    has = "s {} have" if several else " {} has"
    answer = "they are the answer" if several else "it is the answer"
    return pending(
        f"The formula{has.format(texts)} the right values, but it is not certain that "
        f"{answer}; a person will look.",
        binding=hits[0].binding,
        proposal=1.0,
    )
