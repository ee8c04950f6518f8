"""Judge functions that students wrote instead of a formula.

In:   a criterion on a closed form, and a case.
Out:  a verdict, if a function says something.
Pure: no files, no kernels.
"""

from collections.abc import Sequence

from grader.checks.equations import Values, same
from grader.checks.words import reference_lacks
from grader.model.case import Case
from grader.model.criteria_formulas import ClosedForm
from grader.model.verdict import Verdict, passed, pending


def by_function(options: ClosedForm, case: Case) -> Verdict | None:
    """A function of theirs gives the values of the formula that is asked for."""
    if options.function is None:
        return None
    wanted = _function_values(options, case)
    tol, either = options.tolerance, options.transposed
    words = "A function with the right values was found"
    for hit in case.seek(options.function).hits:
        for values in hit.value.values.values():
            if any(same(tuple(values), want, tol, either) for want in wanted):
                if options.function_decides:
                    return passed(f"{words}.", binding=hit.binding)
                return pending(
                    f"{words}. A person will confirm that it computes the formula.",
                    binding=hit.binding, proposal=1.0,
                )  # fmt: skip
    return None


def _function_values(options: ClosedForm, case: Case) -> list[Values]:
    """What the reference's functions answer; of several forms of one, the first."""
    assert options.function is not None
    answers = [
        tuple(next(iter(hit.value.values.values())))
        for hit in case.expect(options.function).hits
        if hit.value.values and _reading(hit.value.candidate.names, options)
    ]
    if not answers:
        raise reference_lacks(options.id, "function that answers the probe")
    return answers if options.readings else answers[:1]


def _reading(names: Sequence[str], options: ClosedForm) -> bool:
    return not options.readings or bool({*names} & {*options.readings})


def wrong_function(options: ClosedForm, case: Case) -> Verdict | None:
    """A function of a fitting name answers, and its values are not the reference's."""
    if options.function is None:
        return None
    for hit in case.seek(options.function).hits:
        if hit.binding.how == "by name" and hit.value.values:
            return pending(
                f"{hit.binding.what} was asked, and its values are not right. A person "
                "will look.",
                binding=hit.binding,
                proposal=0.0,
                hint=options.hint,
            )
    return None
