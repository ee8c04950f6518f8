"""Judge a later answer by what follows from the student's own earlier one.

In:   a verdict, and the case it was decided in.
Out:  that verdict; or a better one, if the answer follows from an earlier wrong one.
Pure: the check itself decides again, with another expected answer.

The earlier answer was found and charged by its own criterion. What follows from it is
computed here, on the host, by the rubric's formula; nothing of the student's is run.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks.equations import answer_of
from grader.checks.registry import CHECKS
from grader.model.answers import Equation, Found, Function, Hit, Side
from grader.model.carried import REF, Carried
from grader.model.case import Case
from grader.model.criteria import Checked
from grader.model.finds import Find, FindFunction
from grader.model.strict import Strict
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict, graded, pending

Values = tuple[Array, ...]
UNTOUCHED = frozenset({Outcome.NO_ANSWER, Outcome.JUDGE_ERROR})
SLACK = 1e-9


def carry(criterion: Checked, case: Case, verdict: Verdict) -> Verdict:
    """The verdict, or a better one by what follows from earlier answers."""
    rule = criterion.carried
    if rule is None or not rule.gives:  # without a formula the check looks by itself
        return verdict
    if verdict.outcome in UNTOUCHED or worth(verdict) >= 1:
        return verdict
    earlier = [case.verdicts[id] for id in rule.from_.values() if id in case.verdicts]
    if not any(charged(one) for one in earlier):
        return verdict
    given = {letter: answer(case, id) for letter, id in rule.from_.items()}
    if not all(given.values()):
        return verdict
    again = _decided(criterion, rule, case, given)
    if again is None or worth(again) <= worth(verdict) + SLACK:
        return verdict
    return followed(again, list(rule.from_.values()), earlier)


def worth(verdict: Verdict) -> float:
    """Credit given, or proposed; nothing proposed is 0."""
    return verdict.credit if verdict.credit is not None else verdict.proposal or 0.0


def charged(verdict: Verdict) -> bool:
    """Whether an answer was found that lost something, or is proposed to lose it."""
    known = verdict.credit is not None or verdict.proposal is not None
    return known and verdict.outcome not in UNTOUCHED and worth(verdict) < 1


def followed(again: Verdict, ids: list[str], earlier: list[Verdict]) -> Verdict:
    """What follows from earlier answers: decided if those were; otherwise for a person."""
    words = f"This follows from your own answer to {' and '.join(ids)}, where the mistake "
    words += f"was charged. {again.reason}"
    if again.credit is not None and all(one.credit is not None for one in earlier):
        return graded(again.credit, words, binding=again.binding, detail=again.detail)
    return pending(
        words, binding=again.binding, detail=again.detail, proposal=worth(again)
    )  # fmt: skip


class _NothingError(Exception):
    """Nothing follows that could be expected."""


def _decided(
    later: Checked, rule: Carried, case: Case, given: Mapping[str, Values]
) -> Verdict | None:
    """Decide again; None where nothing follows, or only zeros."""
    find = getattr(later, "find", None)
    symbols = getattr(find, "symbols", "")

    def follows(ref: Values) -> Values:
        values = case.follows(rule.gives, {**given, REF: ref}, symbols)
        finite = bool(values) and all(np.isfinite(v).all() for v in values)
        if not finite or not any(np.any(v) for v in values):
            raise _NothingError
        return _like(ref, values)

    def expected(what: Find, criterion: Strict, question: str) -> Found[Any]:
        found = case.find_want(what, criterion, question)
        if what != find:
            return found
        return replace(found, hits=tuple(_hit(hit, follows) for hit in found.hits))

    def sought(what: Find, criterion: Strict, question: str) -> Found[Any]:
        found = case.find(what, criterion, question)
        return replace(found, hits=tuple(_unnamed(hit) for hit in found.hits))

    options = later.model_copy(update={"carried": None})
    try:
        again = replace(case, find=sought, find_want=expected)
        return CHECKS[later.check](options, again)
    except _NothingError:
        return None


def _hit(hit: Hit[Any], follows: Callable[[Values], Values]) -> Hit[Any]:
    """What the reference answers, with what follows from earlier answers in its place."""
    value = hit.value
    if isinstance(value, Equation):
        return replace(hit, value=_equation(value, follows))
    if isinstance(value, Function):
        kept = {form: follows(v) for form, v in value.values.items() if v}
        return replace(hit, value=replace(value, values=kept))
    (followed,) = follows((np.asarray(value, dtype=np.float64),))
    return replace(
        hit, value=followed if isinstance(value, np.ndarray) else float(followed)
    )


def _unnamed(hit: Hit[Any]) -> Hit[Any]:
    """A formula as typed; what its name is worth says that it is wrong, and is left out."""
    if not isinstance(hit.value, Equation):
        return hit
    sides = (replace(s, values=()) if s.named else s for s in hit.value.sides)
    return replace(hit, value=replace(hit.value, sides=tuple(sides)))


def _equation(equation: Equation, follows: Callable[[Values], Values]) -> Equation:
    """The same statement about the quantity, with other values."""
    side = answer_of(equation)
    if equation.about is None or side is None:
        return equation
    name = next(s for s in equation.sides if s.named)
    body = Side(
        text="", relation="=", values=follows(side.values), closed=True, named=False
    )
    return Equation(sides=(name, body), about=equation.about, boxed=equation.boxed)


def _like(ref: Values, got: Values) -> Values:
    """In the reference's shapes. Raises: _NothingError if they are others."""
    if len(ref) != len(got) or any(r.size != g.size for r, g in zip(ref, got, strict=True)):
        raise _NothingError
    return tuple(np.asarray(g).reshape(r.shape) for r, g in zip(ref, got, strict=True))


def answer(case: Case, id: str) -> Values:
    """The student's answer to an earlier criterion, in every world; () if unknown."""
    earlier = case.criteria.get(id)
    find = getattr(earlier, "find", None)
    if earlier is None or find is None or isinstance(find, FindFunction):
        return ()
    found: Found[Any] = case.find(find, earlier, id.rpartition(".")[0])
    return _values(_judged(found, case.verdicts.get(id)))


def _judged(found: Found[Any], verdict: Verdict | None) -> Any:
    """What the earlier verdict is about: the place it names, else what is likeliest."""
    hits = list(found.hits)
    if any(isinstance(hit.value, Equation) for hit in hits):
        about = [hit for hit in hits if hit.value.about == 0 and answer_of(hit.value)]
        about = [hit for hit in about if hit.value.boxed] or about
        return about[-1].value if about else None
    binding = verdict.binding if verdict is not None else None
    named = [hit for hit in hits if hit.binding == binding]
    return (named or hits)[0].value if hits else None


def _values(value: Any) -> Values:
    if isinstance(value, Equation):
        side = answer_of(value)
        return side.values if side is not None else ()
    if getattr(value, "proven", None) is not None:  # a network: its parameters
        return (np.asarray(float(value.count)),) if value.proven else ()
    known = np.asarray(value) if value is not None else np.empty(0)
    if known.dtype.kind not in "iuf" or not known.size or known.ndim > 2:
        return ()
    return (known.astype(np.float64),) if np.isfinite(known).all() else ()
