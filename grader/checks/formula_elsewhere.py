"""Right formulas that stand in a text under another name, or under none.

In:   what was read, and the answers of the reference.
Out:  a verdict for a person to confirm, if all that is asked for stands there.
Pure: no files, no kernels.
"""

from collections.abc import Iterator, Sequence

from grader.checks.equations import SURE_OF_PLACE, agrees
from grader.checks.formula_answers import as_asked
from grader.model.answers import IN_CODE, Equation, Found, Hit, Side
from grader.model.case import Case
from grader.model.criteria_formulas import ClosedForm
from grader.model.finds import FindEquations
from grader.model.verdict import Binding, Verdict, pending


def elsewhere(
    options: ClosedForm, case: Case, got: Found[Equation], sets: Sequence[Sequence[Side]]
) -> Verdict | None:
    """The right formulas, not by their names; a letter alone is none of several.

    Of several, nothing is said where one is named, though it could not be read. Nothing
    is proposed for formulas that stand there once, and answer another question.
    """
    said = any(hit.value.about is not None and len(hit.value.sides) > 1 for hit in got.hits)
    if options.named or (said and len(options.find.quantities) > 1):
        return None
    for wanted in sets:
        found = [[*_right(options, got, want, len(wanted))] for want in wanted]
        if found and all(found):
            hits = [right[0] for right in found]
            return _uncertain(hits, any(_taken(case, options, right) for right in found))
    return None


def _taken(case: Case, options: ClosedForm, right: Sequence[Hit[Side]]) -> bool:
    """Whether another question has the one place where a formula stands.

    What code computes is no second place: it may be a check of the first.
    """
    if any(hit.binding.confidence >= SURE_OF_PLACE for hit in right):
        return False
    typed = [hit for hit in right if hit.binding.how != IN_CODE]
    return len(typed) <= 1 and _answers_another(case, options, right[0])


def _answers_another(case: Case, options: ClosedForm, hit: Hit[Side]) -> bool:
    """Whether it is what another question was judged by, or stands in its section."""
    place = _place(hit.binding)
    for id, other in case.criteria.items():
        question, find = id.rpartition(".")[0], getattr(other, "find", None)
        if question == case.question:
            continue
        verdict = case.verdicts.get(id)
        if verdict and verdict.binding and _place(verdict.binding) == place:
            return True
        if isinstance(find, FindEquations) and find.symbols == options.find.symbols:
            theirs = case.find(find, other, question).hits
            sure = [h for h in theirs if h.binding.confidence >= SURE_OF_PLACE]
            if any(_place(h.binding) == place for h in sure):
                return True
    return False


def _place(binding: Binding) -> tuple[int | None, str]:
    return binding.cell, binding.what


def _right(
    options: ClosedForm, got: Found[Equation], want: Side, asked: int
) -> Iterator[Hit[Side]]:
    """The first right side of every equation that has one."""
    tol, either = options.tolerance, options.transposed
    for hit in got.hits:
        for side in hit.value.sides:
            plain = side.closed and not side.named and as_asked(side, options)
            alone = asked > 1 and (side.bare or hit.binding.how == IN_CODE)
            if plain and not alone and agrees(side, want.values, tol, either):
                yield Hit(value=side, binding=hit.binding)
                break


def _uncertain(hits: Sequence[Hit[Side]], taken: bool) -> Verdict:
    texts = "; ".join(hit.value.text for hit in hits)
    several = len(hits) > 1
    has = "s {} have" if several else " {} has"
    answer = "they are the answer" if several else "it is the answer"
    other = ", as another question is answered there" if taken else ""
    return pending(
        f"The formula{has.format(texts)} the right values, but it is not certain that "
        f"{answer}{other}; a person will look.",
        binding=hits[0].binding,
        proposal=None if taken else 1.0,
    )
