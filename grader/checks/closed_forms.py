"""Check closed forms in declared letters by their values."""

import re
from collections.abc import Sequence

from grader.checks.equations import (
    HALF,
    SURE_OF_PLACE,
    agrees,
    all_proven,
    answer_of,
    false_steps,
    is_zero,
    proof,
    same,
    scalar_for,
    surer,
    unread,
)
from grader.checks.formula_answers import answer, as_asked, reference_sets, said
from grader.checks.formula_elsewhere import elsewhere
from grader.checks.formula_functions import by_function, wrong_function
from grader.checks.formula_steps import surely_wrong
from grader.checks.registry import check
from grader.model.answers import IN_CODE, Equation, Found, Hit, Side
from grader.model.case import Case
from grader.model.criteria_formulas import ClosedForm
from grader.model.verdict import Verdict, failed, passed, pending


@check("closed_form")
def closed_form(options: ClosedForm, case: Case) -> Verdict:
    """Ask whether typed closed forms have the reference's values.

    A formula counts if its letters are declared in the rubric or defined by the student;
    it is computed for several random values of them, vectors and matrices too. What is
    asked is found by its name on one side of an equals sign; boxed formulas come first,
    then what stands last. Where the reference boxes the answers twice, both are right,
    and one's answers are compared with one of these sets.

    Algebra is a second judge: a formula that it proves equal is read with more
    confidence, and where it contradicts the values nothing is proposed.

    Pass:      all formulas agree, and the rubric calls a typed formula decisive; or a
               function of the student's gives the reference's values, if these decide.
    Fail:      decisive, and a formula was read that does not agree.
    Pending:   a formula was read: its credit is proposed, the share of what is asked, or
               0.5 if a step towards it does not hold; or none could be read; or the right
               one stands there under another name.
    No answer: there is no text, no code and no formula.
    Fooled by: the right formula quoted as a wrong example.
    """
    got: Found[Equation] = case.seek(options.find)
    sets = reference_sets(options, case)
    read = [answer(options, got.hits, k) for k in range(len(options.find.quantities))]
    agree = [_agreeing(read, wanted, options) for wanted in sets]
    best = max(range(len(sets)), key=lambda place: sum(agree[place]))
    if all(agree[best]):
        return _stated(options, read, got, sets, best)
    unread_yet = all(answer is None for answer in read)
    counts = options.function_decides or unread_yet
    if counts and (verdict := by_function(options, case)):
        return verdict
    if not unread_yet:
        valued = zip(read, sets[best], strict=True)
        formed = all(hit is None or _same(hit.value, want, options) for hit, want in valued)
        return (
            (formed and elsewhere(options, case, got, sets))
            or _scalar(options, got, read, sets)
            or _wrong(options, read, sets[best], agree[best], got)
        )
    return (
        elsewhere(options, case, got, sets)
        or wrong_function(options, case)
        or unread(options, case, got)
    )


def _agreeing(
    read: Sequence[Hit[Side] | None], wanted: Sequence[Side], options: ClosedForm
) -> list[bool]:
    return [
        answer is not None
        and as_asked(answer.value, options)
        and _same(answer.value, want, options)
        for answer, want in zip(read, wanted, strict=True)
    ]


def _same(got: Side, want: Side, options: ClosedForm) -> bool:
    return agrees(got, want.values, options.tolerance, options.transposed)


def _stated(
    options: ClosedForm,
    read: Sequence[Hit[Side] | None],
    got: Found[Equation],
    sets: Sequence[Sequence[Side]],
    best: int,
) -> Verdict:
    """Everything asked for stands there and is right."""
    hits = [hit for hit in read if hit is not None]
    texts = "; ".join(hit.value.text for hit in hits)[:200]
    proven = _proven(options, [hit.value for hit in hits], sets[best])
    binding = surer(hits[-1].binding) if proven else hits[-1].binding
    turned = _turned([hit.value for hit in hits], sets[best], options)
    words = f"Read {texts}, with the right values" + turned + _by_algebra(proven)
    if proven is False:
        return pending(f"{words}. A person will look.", binding=binding)
    chosen = {id(hit.value) for hit in hits}
    about = [h for h in got.hits if h.value.about is not None and _placed(h, chosen)]
    tol, either = options.tolerance, options.transposed
    steps = ((hit, *w) for hit in about for w in false_steps(hit.value, tol, either))
    wrong = [one for one in steps if _is_step(one[1], one[2], sets[best], options)]
    if wrong:
        sure = [one for one in wrong if surely_wrong(*one)]
        _, left, right = (sure or wrong)[0]
        return pending(
            f"{words}; but {left.text[:100]} does not equal {right.text[:100]}. A person "
            "will look.",
            binding=binding,
            proposal=HALF if sure else None,
        )
    others = _contradictions(options, got, sets)
    if options.decisive and not others:
        return passed(f"{words}.", binding=binding)
    also = f" Another formula also stands there: {others[0][:120]}." if others else ""
    return pending(
        f"{words}.{also} A person will confirm it.", binding=binding, proposal=1.0
    )


def _is_step(left: Side, right: Side, wanted: Sequence[Side], options: ClosedForm) -> bool:
    """Whether two sides are a step; "= 0" states a condition, and a name is no formula.

    What a derivative's own value is compared with may be right where the definition of what
    is derived was misread.
    """
    by_rule = left.named and not left.closed
    right_there = by_rule and any(_same(right, want, options) for want in wanted)
    return not (is_zero(right.values) or right_there)


def _placed(hit: Hit[Equation], chosen: set[int]) -> bool:
    """Whether an equation surely belongs here, or an answer was read from it."""
    sure = hit.binding.confidence >= SURE_OF_PLACE
    return sure or any(id(side) in chosen for side in hit.value.sides)


def _proven(
    options: ClosedForm, read: Sequence[Side], wanted: Sequence[Side]
) -> bool | None:
    """What algebra says; of what is right by its own name, for another index, nothing."""
    pairs = [*zip(read, wanted, strict=True)]
    tol, either = options.tolerance, options.transposed
    if not all(same(got.values, want.values, tol, either) for got, want in pairs):
        return None
    return all_proven(pairs, either)


def _turned(read: Sequence[Side], wanted: Sequence[Side], options: ClosedForm) -> str:
    tol, pairs = options.tolerance, zip(read, wanted, strict=True)
    turned = options.transposed and not all(agrees(g, w.values, tol) for g, w in pairs)
    return ", as the transpose of what is asked for" if turned else ""


def _by_algebra(proven: bool | None) -> str:
    if proven:
        return ", and equal by algebra"
    return (
        "" if proven is None else " where it was computed, but algebra finds a difference"
    )


def _contradictions(
    options: ClosedForm, got: Found[Equation], sets: Sequence[Sequence[Side]]
) -> list[str]:
    """Formulas for what is asked that have other values."""
    found = []
    for hit in got.hits:
        place, side = hit.value.about, answer_of(hit.value)
        if place is None or side is None or hit.binding.how == IN_CODE:
            continue
        if not any(_same(side, chosen[place], options) for chosen in sets):
            found.append(side.text)
    return found


def _wrong(
    options: ClosedForm,
    read: Sequence[Hit[Side] | None],
    wanted: Sequence[Side],
    agree: Sequence[bool],
    got: Found[Equation],
) -> Verdict:
    """Something was read, and not all of it agrees.

    A vector of a length that no letter has may be right for that length; and where the
    right formula stands before the last one, that may hold under a condition.
    """
    credit = sum(agree) / len(agree)
    judged = zip(read, wanted, agree, strict=True)
    bad = [(hit, want) for hit, want, good in judged if hit is not None and not good]
    missing = [
        names[0]
        for names, hit in zip(options.find.quantities, read, strict=True)
        if hit is None
    ]
    open_yet = any(hit.value.resized or _open(hit.value, want) for hit, want in bad)
    told = [_what_is_wrong(hit.value, want, options) for hit, want in bad]
    told += [f"no formula for {name} could be read or computed" for name in missing]
    words = "; ".join(told)
    some = next(hit for hit in read if hit is not None)
    binding = (bad[0][0] if bad else some).binding
    doubtful = any(proof(hit.value, want, options.transposed) for hit, want in bad
                   if not _same(hit.value, want, options))  # fmt: skip
    too = _right_before(options, got, wanted, agree)
    if options.decisive and not missing and credit == 0 and not (doubtful or too):
        return failed(f"{words}.", binding=binding, hint=options.hint)
    lost = binding.confidence < SURE_OF_PLACE
    words += ", but algebra finds them equal" if doubtful else ""
    words += ". Nothing says that it is the answer meant" if lost and bad else ""
    words += f". {too[:120]} stands there, too" if too else ""
    if too and lost and len(read) == 1:
        return pending(
            f"{too[:120]} has the right values, but nothing says that it is the answer; "
            f"{words[:200]}. A person will look.",
            binding=binding, proposal=1.0,
        )  # fmt: skip
    clear = not (doubtful or open_yet or lost or too) and (bad or not missing)
    return pending(
        f"{words}. A person will look.",
        binding=binding, proposal=credit if clear else None, hint=options.hint,
    )  # fmt: skip


def _right_before(
    options: ClosedForm, got: Found[Equation], wanted: Sequence[Side], agree: Sequence[bool]
) -> str:
    """A right formula said of a quantity whose last one is wrong; "" if there is none.

    What is boxed is the answer, whatever stands before it.
    """
    boxed = {hit.value.about for hit in got.hits if hit.value.boxed}
    for place, (want, good) in enumerate(zip(wanted, agree, strict=True)):
        for hit in said(options, got.hits, place) if not good | (place in boxed) else ():
            if as_asked(hit.value, options) and _same(hit.value, want, options):
                return hit.value.text
    return ""


def _what_is_wrong(got: Side, want: Side, options: ClosedForm) -> str:
    if got.resized:
        return f"{got.text[:120]} has a size of its own"
    if names := ", ".join(sorted(_open(got, want))):
        return f"{got.text[:120]} holds {names}, and could not be compared"
    if not _same(got, want, options):
        return f"{got.text[:120]} does not have the right values"
    letters = " and ".join(options.find.written_with)
    return f"{got.text[:120]} has the right values, but is not written with {letters}"


def _open(got: Side, want: Side) -> frozenset[str]:
    """Indices that could be any: a class c of which the sheet says nothing."""
    return got.loose - want.loose


ENTRY = re.compile(r"_\s?\{\s?\w\s?,?\s?\w\s?\}|_\w_\w|\[\w,\s?\w\]")
"""Two indices behind a name: one entry of a matrix."""


def _scalar(
    options: ClosedForm,
    got: Found[Equation],
    read: Sequence[Hit[Side] | None],
    sets: Sequence[Sequence[Side]],
) -> Verdict | None:
    """A number where a multiple of the identity matrix is meant."""
    hit = read[0]
    if options.scalar_for_matrix is None or len(read) > 1 or hit is None:
        return None
    beside = [
        side.text
        for one in got.hits
        if any(side is hit.value for side in one.value.sides)
        for side in one.value.sides
        if side.named
    ]
    wanted = [chosen[0].values for chosen in sets]
    meant = any(scalar_for(hit.value, want, options.tolerance) for want in wanted)
    if not meant or any(ENTRY.search(text) for text in beside):
        return None
    return pending(
        f"{hit.value.text[:100]} is a number; what is asked for is a matrix, this number "
        "times the identity. A person will look.",
        binding=hit.binding, proposal=options.scalar_for_matrix, hint=options.hint,
    )  # fmt: skip
