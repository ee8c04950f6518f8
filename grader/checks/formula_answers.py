"""Which typed formula answers a question: a text's, and the reference's.

In:   equations that were read, and what is asked.
Out:  one side of one of them for each quantity; and what else is said of it.
Pure: no files, no kernels.
"""

from collections.abc import Sequence

from grader.checks.equations import answer_before, answer_of, written_answer
from grader.checks.words import reference_lacks
from grader.model.answers import IN_CODE, Equation, Hit, Side
from grader.model.case import Case
from grader.model.criteria_formulas import ClosedForm


def answer(
    options: ClosedForm, hits: Sequence[Hit[Equation]], place: int
) -> Hit[Side] | None:
    """What a text says of a quantity: what is boxed, else what stands last; else code.

    Where an answer is to be written with certain letters, what is so written comes first.
    """
    found = said(options, hits, place)
    return found[-1] if found else None


def said(options: ClosedForm, hits: Sequence[Hit[Equation]], place: int) -> list[Hit[Side]]:
    """All that a text says of a quantity, in its order; empty if nothing."""
    about = [hit for hit in hits if hit.value.about == place and len(hit.value.sides) > 1]
    about = [hit for hit in about if hit.binding.how != IN_CODE] or about
    about = [hit for hit in about if hit.value.boxed] or about
    ways = (written_answer, answer_of, answer_before)
    for way in ways if options.find.written_with else ways[1:]:
        found = [(hit, side) for hit in about if (side := way(hit.value))]
        if found:
            return [Hit(value=side, binding=hit.binding) for hit, side in found]
    return []


def as_asked(side: Side, options: ClosedForm) -> bool:
    """Whether it is written with the letters in which an answer is wanted."""
    return side.written or not options.find.written_with


def reference_sets(options: ClosedForm, case: Case) -> list[list[Side]]:
    """The answers of the reference, for each quantity; several sets if it boxes several."""
    hits = case.expect(options.find).hits
    stated: list[list[Side]] = []
    for place in range(len(options.find.quantities)):
        about = [hit for hit in hits if hit.value.about == place]
        about = [hit for hit in about if hit.value.boxed] or about[-1:]
        found = (answer(options, [hit], place) for hit in about)
        stated.append([hit.value for hit in found if hit])
        if not stated[-1]:
            name = options.find.quantities[place][0]
            raise reference_lacks(options.id, f"formula for {name} that can be read")
    return [list(chosen) for chosen in zip(*stated, strict=False)]
