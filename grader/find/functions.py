"""Find a function and what it answered: by name, else by behaviour."""

from collections.abc import Iterable
from itertools import count

import numpy as np

from grader.find.arrays import as_array
from grader.find.context import Context
from grader.find.patterns import any_match, in_words
from grader.find.plan import ROWS, askable
from grader.model.answers import Found, Function, Hit
from grader.model.evidence import Candidate, Reply
from grader.model.finds import FindFunction
from grader.model.value import Array
from grader.model.verdict import Binding

SINGLE = ", one vector at a time"


def find_functions(
    context: Context, what: FindFunction, criterion: str, arguments: int, section: str
) -> Found[Function]:
    """The functions that were asked, with their replies; named ones first."""
    hits = []
    own = {candidate.id for candidate in context.candidates}
    replies: dict[str, list[Reply]] = {}
    for reply in context.recorded.evidence.replies:
        if reply.probe.partition("#")[0] == criterion:
            replies.setdefault(reply.candidate, []).append(reply)
    for candidate in askable(context.recorded.evidence, what, arguments):
        if candidate.id not in own:
            continue
        function = _answered(context, candidate, replies.get(candidate.id, []))
        hits.append(
            Hit(value=function, binding=_binding(context, candidate, what, section))
        )
    hits.sort(key=lambda hit: (-hit.binding.confidence, -(hit.binding.cell or 0)))
    return Found(
        hits=tuple(hits),
        looked_for=f"a function {in_words(what.names)}",
        nearest=_nearest(context),
    )


def _nearest(context: Context) -> tuple[str, ...]:
    functions = [c for c in context.candidates if c.names and c.id[0] == "f"]
    return tuple(f"{signature(c)} in cell {c.cell + 1}" for c in functions[:3])


def signature(candidate: Candidate) -> str:
    """A function as a reader would write it: lse(x, lam)."""
    name = candidate.names[-1] if candidate.names else candidate.type
    return f"{name}({', '.join(p.name for p in candidate.parameters)})"


def _binding(context: Context, c: Candidate, what: FindFunction, section: str) -> Binding:
    named = any(any_match(name, what.names) for name in c.names)
    return Binding(
        cell=c.cell,
        what=f"function {signature(c)}",
        how="by name" if named else "by behaviour",
        confidence=0.95 if named else 0.75,
    )


def _answered(context: Context, candidate: Candidate, replies: Iterable[Reply]) -> Function:
    """Sort the replies of one function by calling convention, in the order of probing."""
    by_form: dict[str, dict[str, Reply]] = {}
    for reply in replies:
        by_form.setdefault(reply.form, {}).setdefault(reply.probe.partition("#")[2], reply)
    values: dict[str, tuple[Array, ...]] = {}
    errors: dict[str, str] = {}
    for form, answers in by_form.items():
        arrays = _values(context, answers, single=form.endswith(SINGLE))
        if arrays:
            values[form] = arrays
        else:
            errors[form] = next(
                (r.error for r in answers.values() if r.error), "no number came back"
            )
    return Function(candidate=candidate, values=values, errors=errors)


def _values(context: Context, answers: dict[str, Reply], single: bool) -> tuple[Array, ...]:
    """One array per tried value; empty unless every call gave numbers."""
    found: list[Array] = []
    for k in count():
        keys = [f"{k}/{row}" for row in range(ROWS)] if single else [str(k)]
        if keys[0] not in answers:
            return tuple(found)
        parts = [_numbers(context, answers.get(key)) for key in keys]
        if any(p is None or p.shape != parts[0].shape for p in parts):  # type: ignore[union-attr]
            return ()
        arrays = [part for part in parts if part is not None]
        found.append(np.stack(arrays) if single else arrays[0])
    return ()


def _numbers(context: Context, reply: Reply | None) -> Array | None:
    if reply is None or reply.error:
        return None
    array = as_array(context.recorded, reply.value)
    return array if array is not None and array.dtype.kind in "biuf" else None
