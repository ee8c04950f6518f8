"""Check a closed formula in one whole number, typed or programmed."""

import numpy as np

from grader.checks.closeness import matches
from grader.checks.functions import SINGLE
from grader.checks.registry import check
from grader.checks.words import reference_lacks, unwritten
from grader.model.answers import Formula, Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria import FormulaEquals
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, passed, pending


@check("formula_equals")
def formula_equals(options: FormulaEquals, case: Case) -> Verdict:
    """Ask whether a formula has the reference's values.

    A function of the student's that answers the same way counts; so does a formula typed
    in the text where an answer stands.

    Pass:      the typed answer, or a function of a fitting name, agrees at every value.
    Fail:      it does not.
    Pending:   the formula agrees, but the rubric wants a person to confirm what was
               read; or a right formula stands there beside others, or not where an
               answer stands; or there is none, and code that may say it.
    No answer: no formula, and no code.
    Fooled by: the right formula quoted as a wrong example.
    """
    want = _expected(options, case)
    typed: Found[Formula] = case.seek(options.find)
    finals = [hit for hit in typed.hits if hit.value.is_final]
    if finals and all(_agrees(hit.value, options, want) for hit in finals):
        return _right(options, finals[-1])
    if function := _function(options, case, want):
        return function
    if not typed:
        return unwritten(case, typed, options.hint)
    return _otherwise(options, typed, finals, want)


def _expected(options: FormulaEquals, case: Case) -> Array:
    for hit in case.expect(options.function).hits:
        for form, values in hit.value.values.items():
            if len(values) == len(options.arguments[0].values) and not form.endswith(
                SINGLE
            ):
                return np.array([float(v) for v in values])
    raise reference_lacks(options.id, "function that answers the probe")


def _agrees(formula: Formula, options: FormulaEquals, want: Array) -> bool:
    values = [formula.at(n) for n in options.arguments[0].values]
    if any(value is None for value in values):
        return False
    got = np.array([float(value) for value in values if value is not None])
    return bool(matches(got, want, options.tolerance).all())


def _right(options: FormulaEquals, hit: Hit[Formula]) -> Verdict:
    words = f"Read the formula {hit.value.text}; it has the right values"
    if options.decisive:
        return passed(f"{words}.", binding=hit.binding)
    return pending(f"{words}. A person will confirm it.", binding=hit.binding, proposal=1.0)


def _function(options: FormulaEquals, case: Case, want: Array) -> Verdict | None:
    """A function of the student's that has the right values at every probed number."""
    found: Found[Function] = case.seek(options.function)
    for hit in found.hits:
        for values in hit.value.values.values():
            if len(values) != want.size or any(v.size != 1 for v in values):
                continue
            got = np.array([float(v.reshape(())) for v in values])
            if matches(got, want, options.tolerance).all():
                return passed(
                    "A function with the right values was found.", binding=hit.binding
                )
    return None


def _otherwise(
    options: FormulaEquals,
    typed: Found[Formula],
    finals: list[Hit[Formula]],
    want: Array,
) -> Verdict:
    for hit in typed.hits:
        if _agrees(hit.value, options, want):
            return pending(
                f"The formula {hit.value.text} has the right values, but it is not "
                "the only answer, or not where an answer stands; a person will look.",
                binding=hit.binding,
                proposal=1.0,
            )
    last = finals[-1] if finals else typed.hits[-1]
    wrong = f"Read the formula {last.value.text}; it does not have the right values"
    if options.decisive and finals:
        return failed(f"{wrong}.", binding=last.binding, hint=options.hint)
    return pending(
        f"{wrong}. A person will confirm it.", binding=last.binding, proposal=0.0
    )
