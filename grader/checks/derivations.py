"""Check the steps of a derivation by the values of their sides."""

import re
from collections.abc import Sequence

from grader.checks.equations import (
    HALF,
    MOST_PROVEN,
    SURE_OF_PLACE,
    Values,
    all_proven,
    answer_before,
    answer_of,
    false_steps,
    proof,
    same,
    surer,
    true_steps,
    unread,
)
from grader.checks.formula_steps import surely_wrong
from grader.checks.registry import check
from grader.checks.words import reference_lacks
from grader.model.answers import IN_CODE, Equation, Found, Hit, Passage, Side
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.criteria_formulas import Derivation
from grader.model.finds import FindText
from grader.model.verdict import Binding, Verdict, pending

LOOSE = re.compile(r"[\s\\{}_]")
ARGUMENT = re.compile(r"^([A-Za-zσφ]{1,10}\d?)\([a-z]\)$")
WORD = re.compile(r"(?<![\\A-Za-zäöüß])[A-Za-zäöüß]{3,}")
NAME = re.compile(r"[A-Za-zσφ]{1,14}\d?(?:\([^()]*\))?[a-z\d]?'?")
GIVEN = re.compile(r"\(([^()]*)\)")
INSERTED = re.compile(r"sum|[Σ∑]|\be\s?\^|exp|\blog|\bln|\\(?:log|ln)")
COMMENT = re.compile(r"#[^\n]{0,400}")
SOME_WORDS, MOST_WORDS = 8, 40
"""In more of them, the way may be told: beside a step that holds, and at all."""
LETTERS = frozenset("abcdfghopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
NAMED = ""
"""Stands for the name of the quantity among expressions."""


@check("derivation")
def derivation(options: Derivation, case: Case) -> Verdict:
    """Ask whether a chain of equations leads to the result, step by step.

    For "show that": the result stands on the sheet, so that only the way to it counts.
    Sides of equations are computed for several random values of their letters.

    Pending:   with a proposal of 1 if enough different expressions of the right value
               are equated and every step that was read holds; of 0.5 if a step surely
               does not hold; of 0 if only the result is repeated, in few words; none if
               too little was read, if a step that does not hold may have been misread,
               or if other equations stand there that hold.
    No answer: there is no text, no code and no formula.
    Fooled by: a chain that holds and gives no reason; the order of its steps.
    """
    wanted = _derived(options, case)
    got: Found[Equation] = case.seek(options.find)
    relevant = [hit for hit in got.hits if _relevant(hit.value, wanted, options.tolerance)]
    if not relevant:
        return unread(options, case, got)
    binding = _most(relevant, wanted, options.tolerance).binding
    if verdict := _wrong_step(options, relevant, binding):
        return verdict
    proven = all_proven(
        p for hit in relevant for p in true_steps(hit.value, options.tolerance)
    )
    if proven is False:
        return pending(
            "The steps hold where they were computed, but algebra finds a difference. A "
            "person will look.",
            binding=binding,
        )
    binding = surer(binding) if proven else binding
    also = ", by algebra too" if proven else ""
    distinct = _expressions(relevant, wanted, options.tolerance)
    if len(distinct) >= options.expressions:
        return pending(
            f"Every step that could be read holds{also}, over {len(distinct)} expressions. "
            "A person will confirm it.",
            binding=binding,
            proposal=1.0,
        )
    steps = len(_steps(options, got, wanted))
    some = steps >= options.expressions or (not _defined(relevant) and steps > 1)
    words = len(WORD.findall("\n".join(_said(options, case, relevant))))
    some = some or _unclear(relevant)
    some = some or _others(got, relevant, options.tolerance, words)
    if some or _long(relevant) or _may_be_said(options, case, relevant):
        return pending(
            "The way to the result could not be read; a person will look.", binding=binding
        )
    return pending(
        "The result is stated, but no step that leads to it; a person will look.",
        binding=binding,
        proposal=0.0,
    )


def _wrong_step(
    options: Derivation, relevant: Sequence[Hit[Equation]], binding: Binding
) -> Verdict | None:
    """A step that does not hold; nothing is proposed if it may have been misread."""
    tol = options.tolerance
    wrong = [(hit, *pair) for hit in relevant for pair in false_steps(hit.value, tol)]
    if not wrong:
        return None
    sure = [one for one in wrong if surely_wrong(*one)]
    _, left, right = (sure or wrong)[0]
    doubtful = all(proof(a, b) for _, a, b in wrong[:MOST_PROVEN])
    also = " where it was computed, but by algebra" if doubtful else ""
    also += "" if sure else ", as far as it could be read"
    return pending(
        f"{left.text[:100]} does not equal {right.text[:100]}{also}. A person will look.",
        binding=binding,
        proposal=None if doubtful or not sure else HALF,
    )


def _most(
    relevant: Sequence[Hit[Equation]], wanted: Sequence[Values], tol: Tolerance
) -> Hit[Equation]:
    """The chain with the most sides of the right value; of several, the last."""

    def right(hit: Hit[Equation]) -> int:
        return sum(any(same(s.values, w, tol) for w in wanted) for s in hit.value.sides)

    return max(reversed(relevant), key=right)


def _plain(text: str) -> str:
    """An expression without what its spelling leaves open: s1, s_1 and s_1(x)."""
    return ARGUMENT.sub(r"\1", LOOSE.sub("", text))


def _may_be_said(
    options: Derivation, case: Case, relevant: Sequence[Hit[Equation]]
) -> bool:
    """Whether the way may stand in words, also in comments, or in one formula, or the
    place is not known.

    What repeats the reference's own formulas is the result, whatever stands beside it.
    """
    if all(hit.binding.confidence < SURE_OF_PLACE for hit in relevant):
        return True
    text: Found[Passage] = case.seek(FindText(section=options.find.section))
    coded = all(hit.binding.how == IN_CODE for hit in relevant)
    if coded and any("=" in hit.value.text for hit in text.hits):
        return True  # what was typed could not be read
    ours = [hit.value for hit in case.expect(options.find).hits]
    known = {_plain(side.text) for one in ours for side in one.sides}
    ends = [side for one in ours if (side := answer_of(one) or answer_before(one))]
    if any(_on_the_way(hit, end) for hit in relevant for end in ends):
        return True
    said = {_plain(s.text) for hit in relevant for s in hit.value.sides if not s.named}
    words = sum(len(WORD.findall(one)) for one in _said(options, case, relevant))
    return words > MOST_WORDS and not said <= known


def _said(options: Derivation, case: Case, relevant: Sequence[Hit[Equation]]) -> list[str]:
    """Texts of the section, and the comments of code that has a relevant formula."""
    text: Found[Passage] = case.seek(FindText(section=options.find.section))
    cells = {hit.binding.cell for hit in relevant if hit.binding.how == IN_CODE}
    coded = (c.source for c in case.own_cells if c.index in cells)
    return [
        *(h.value.text for h in text.hits),
        *("\n".join(COMMENT.findall(c)) for c in coded),
    ]


def _on_the_way(hit: Hit[Equation], end: Side) -> bool:
    """Whether a typed side has a letter of the name's argument that the result has not."""
    if hit.binding.how == IN_CODE:
        return False
    names = " ".join(side.text for side in hit.value.sides if side.named)
    named = _letters(" ".join(GIVEN.findall(names)))
    wanted = _letters(end.text)
    sides = (_letters(side.text) for side in hit.value.sides if not side.named)
    return any(wanted and wanted <= one and one & named - wanted for one in sides)


def _letters(text: str) -> set[str]:
    """The letters of a formula; those of indices, and e, stand for no quantity."""
    return {*re.sub(r"\\[A-Za-z]+|[A-Za-z]{3,}", " ", text)} & LETTERS


def _long(hits: Sequence[Hit[Equation]]) -> bool:
    """Whether a chain has something between its ends: that may be the way.

    Both ends may be the name, of x + c and of x; the name twice is one of them.
    """
    return any(_ends(hit.value.sides) + 1 < len(hit.value.sides) for hit in hits)


def _ends(sides: Sequence[Side]) -> int:
    """How many sides are no more than the name, repeated.

    The derivative of a sum that was put in for lse is a step, and no name.
    """
    names = [s for s in sides if s.named and not INSERTED.search(s.text)]
    of = {_plain(side.text) for side in names if "(" in side.text}
    return 1 if len(of) > 1 else len(names)


def _unclear(hits: Sequence[Hit[Equation]]) -> bool:
    """Whether some side of what was typed could not be read; code shows no way."""
    typed = (hit for hit in hits if hit.binding.how != IN_CODE)
    return any(not (side.values or side.named) for hit in typed for side in hit.value.sides)


def _defined(hits: Sequence[Hit[Equation]]) -> bool:
    """Whether the quantity's name is a formula itself: then a definition is no step."""
    return any(s.named and s.closed for hit in hits for s in hit.value.sides)


def _steps(options: Derivation, got: Found[Equation], wanted: Sequence[Values]) -> set[str]:
    """Expressions of the right value wherever they stand, the quantity's name apart."""
    sides = [side for hit in got.hits for side in hit.value.sides if side.closed]
    right = (s for s in sides if any(same(s.values, w, options.tolerance) for w in wanted))
    named = {_plain(side.text) for side in sides if side.named}
    return {_plain(side.text) for side in right} - named


def _others(
    got: Found[Equation], relevant: Sequence[Hit[Equation]], tol: Tolerance, words: int
) -> bool:
    """Whether steps of other values were typed that hold: they may lead there, too.

    One of them may, where words stand beside it.
    A definition, Z(x) = Σ e^{x_j}, is none.
    """
    known = {id(hit) for hit in relevant}
    rest = [h.value for h in got.hits if id(h) not in known and h.binding.how != IN_CODE]
    steps = [pair for one in rest for pair in true_steps(one, tol)]
    found = sum(not any(NAME.fullmatch(_plain(s.text)) for s in pair) for pair in steps)
    return found > 1 or (found == 1 and words > SOME_WORDS)


def _derived(options: Derivation, case: Case) -> list[Values]:
    about = [hit.value for hit in case.expect(options.find).hits if _about(hit.value)]
    about = [equation for equation in about if equation.boxed] or about
    found = [
        side.values
        for equation in about
        if (side := answer_of(equation) or answer_before(equation))
    ]
    if not found:
        raise reference_lacks(options.id, "derivation that can be read")
    return found


def _about(equation: Equation) -> bool:
    return equation.about is not None


def _relevant(equation: Equation, wanted: Sequence[Values], tol: Tolerance) -> bool:
    """Whether a chain speaks of what is derived, or has its value on some side.

    A formula that stands alone says nothing of the way.
    """
    if equation.about is not None or len(equation.sides) < 2:
        return len(equation.sides) > 1
    return any(same(s.values, w, tol) for s in equation.sides for w in wanted)


def _expressions(
    hits: Sequence[Hit[Equation]], wanted: Sequence[Values], tol: Tolerance
) -> frozenset[str]:
    """The largest set of expressions of the right value that equations connect.

    What is equated with the quantity's name is connected by it, if that is no formula
    itself: a definition of tanh beside a claim about tanh is no derivation.
    """
    sets: list[frozenset[str]] = []
    for hit in hits:
        found = frozenset(
            _plain(side.text)
            for side in hit.value.sides
            if side.closed and any(same(side.values, w, tol) for w in wanted)
        )
        if hit.value.about is not None and any(
            side.named and not side.closed for side in hit.value.sides
        ):
            found |= {NAMED}
        joined = [one for one in sets if one & found]
        sets = [one for one in sets if not one & found]
        sets.append(found.union(*joined))
    return max((one - {NAMED} for one in sets), key=len, default=frozenset())
