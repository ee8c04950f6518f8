"""Choose the probes: which recorded things are asked what.

In:   a rubric, a salt, and what was recorded while the notebook ran.
Out:  probes and the arrays they carry; never an expected value.
Pure: no kernels. The same rubric, salt and evidence give the same probes.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader.find.forms import Form, forms
from grader.find.patterns import any_match
from grader.find.updates import step_probe
from grader.model.bindings import Bound
from grader.model.criteria import Argument, FormulaEquals, FunctionMatches
from grader.model.criteria_formulas import ClosedForm, FunctionRange
from grader.model.criteria_layers import MapsInto
from grader.model.digest import array_digest
from grader.model.evidence import Candidate, CandidateKind, Evidence
from grader.model.finds import FindFunction, FindNetwork
from grader.model.inputs import Input
from grader.model.probe import Call, Probe, Trace
from grader.model.rubric import Rubric
from grader.model.steps import UpdateMatches
from grader.model.strict import Strict
from grader.model.value import Array, ArrayRef

PLANNING = 6
"""Counts the ways in which probes were planned; another one, other evidence."""
DECIDE = ("find", "function", "arguments", "parameters", "rate", "jitter", "instead")
"""Keys of a criterion that decide what is asked."""
MOST_NAMED = 12
MOST_OTHERS = 16
MOST_TRACED = 60
ROWS = 6
TRACE_POINTS = 96
TRACE_SPREAD = 4.0


@dataclass
class Plan:
    """Probes under construction, with the arrays they point to."""

    probes: list[Probe] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)

    def refer(self, array: Array) -> ArrayRef:
        """Add an array and return the reference that stands for it."""
        digest = array_digest(array)
        self.arrays[digest] = array
        return ArrayRef(sha256=digest, dtype=array.dtype.name, shape=array.shape)


def probes(
    rubric: Rubric, evidence: Evidence, salt: str, bound: Sequence[Bound] = ()
) -> Plan:
    """Every probe this rubric asks of this submission; of what was bound as well."""
    plan = Plan()
    for inputs in sorted({what.inputs for what in _finds(rubric, FindNetwork)}):
        _trace(plan, evidence, inputs, salt)
    torch = any(name == "torch" for name, _ in evidence.run.versions)
    for _, criterion in rubric.criteria():
        if isinstance(criterion, FunctionMatches):
            _call(
                plan,
                criterion.id,
                _named_also(criterion.find, criterion.id, bound),
                criterion.arguments,
                rubric,
                evidence,
                salt,
                torch,
            )
        if isinstance(criterion, FormulaEquals | MapsInto):
            _call(
                plan,
                criterion.id,
                _named_also(criterion.function, criterion.id, bound),
                criterion.arguments,
                rubric,
                evidence,
                salt,
                False,
            )
        if isinstance(criterion, ClosedForm | FunctionRange) and criterion.function:
            what = _named_also(criterion.function, criterion.id, bound)
            given = (criterion.id, what, criterion.arguments, rubric, evidence, salt, torch)
            _call(plan, *given)
        if isinstance(criterion, UpdateMatches):
            plan.probes.append(step_probe(criterion, evidence, salt))
    return plan


def _named_also(what: FindFunction, id: str, bound: Sequence[Bound]) -> FindFunction:
    """The same search, and for the names that a person bound to the criterion."""
    names = [name for b in bound if b.target == id for name in b.names]
    return what.model_copy(update={"names": (*names, *what.names)}) if names else what


def recipe(rubric: Rubric) -> str:
    """All of a rubric that decides what is probed; part of the evidence's key."""
    asked = [
        [c.id, c.model_dump(mode="json", include=set(DECIDE))]
        for _, c in rubric.criteria()
        if isinstance(c, FunctionMatches | FormulaEquals | MapsInto | UpdateMatches)
        or (isinstance(c, ClosedForm | FunctionRange) and c.function)
    ]
    sizes = sorted({what.inputs for what in _finds(rubric, FindNetwork)})
    inputs = {name: given.model_dump(mode="json") for name, given in rubric.inputs.items()}
    return json.dumps([PLANNING, asked, sizes, inputs], sort_keys=True)


def _finds(rubric: Rubric, kind: type[FindNetwork]) -> Iterator[FindNetwork]:
    for _, criterion in rubric.criteria():
        for name in type(criterion).model_fields:
            value = getattr(criterion, name)
            if isinstance(value, kind):
                yield value


def _trace(plan: Plan, evidence: Evidence, inputs: int, salt: str) -> None:
    source = Input(shape=(TRACE_POINTS, inputs), normal=(0.0, TRACE_SPREAD))
    x = plan.refer(source.draw(f"network:{inputs}", salt).astype("float32"))
    for candidate in _traceable(evidence)[:MOST_TRACED]:
        plan.probes.append(Trace(probe=f"network:{inputs}", candidate=candidate.id, x=x))


def _traceable(evidence: Evidence) -> list[Candidate]:
    """Networks first, then classes without an instance, then functions of one argument."""
    networks = [c for c in evidence.candidates if c.kind is CandidateKind.NETWORK]
    made = {c.type for c in networks}
    classes = [
        c
        for c in evidence.candidates
        if c.kind is CandidateKind.CLASS and c.type not in made
    ]
    functions = [
        c
        for c in evidence.candidates
        if c.kind is CandidateKind.FUNCTION and sum(p.required for p in c.parameters) == 1
    ]
    return [*networks, *classes, *functions]


def askable(evidence: Evidence, what: FindFunction, most_required: int) -> list[Candidate]:
    """Functions worth asking: those of a fitting name, then others of a fitting size."""
    functions = [c for c in evidence.candidates if c.kind is CandidateKind.FUNCTION]
    named = [c for c in functions if any(any_match(n, what.names) for n in c.names)]
    known = {c.id for c in named}
    others = [
        c
        for c in functions
        if what.by_behaviour
        and c.id not in known
        and 1 <= sum(p.required for p in c.parameters) <= most_required
    ]
    return [*named[-MOST_NAMED:], *others[:MOST_OTHERS]]


def _call(
    plan: Plan,
    name: str,
    what: FindFunction,
    arguments: tuple[Argument, ...],
    rubric: Strict,
    evidence: Evidence,
    salt: str,
    torch: bool,
) -> None:
    assert isinstance(rubric, Rubric)
    drawn = {
        a.name: rubric.inputs[a.input].draw(a.input, salt) for a in arguments if a.input
    }
    components = max((a.shape[1] for a in drawn.values() if a.ndim == 2), default=0)
    tried = max((a.values for a in arguments if a.values), default=(), key=len)
    for candidate in askable(evidence, what, len(arguments)):
        for form in forms(candidate, arguments, components):
            for kind in ("ndarray", "tensor") if torch and drawn else ("ndarray",):
                for k in range(max(len(tried), 1)):
                    _put(plan, f"{name}#{k}", candidate, form, kind, drawn, k)


def _put(
    plan: Plan,
    name: str,
    candidate: Candidate,
    form: Form,
    kind: str,
    drawn: dict[str, Array],
    k: int,
) -> None:
    """One call with whole arrays, and one call a row for the first rows."""
    words = f"{form} with {kind}s" if drawn else str(form)
    plan.probes.append(_made(plan, name, candidate, form, words, kind, drawn, k))
    if kind == "ndarray" and any(array.ndim == 2 for array in drawn.values()):
        _put_plainly(plan, name, candidate, form, drawn, k)
    lengths = [len(array) for array in drawn.values() if array.ndim == 2]
    if not form.split and lengths and min(lengths) >= ROWS:  # fewer rows: a matrix
        for row in range(ROWS):
            rows = {key: array[row] for key, array in drawn.items() if array.ndim == 2}
            single = f"{words}, one vector at a time"
            plan.probes.append(
                _made(plan, f"{name}/{row}", candidate, form, single, kind, drawn | rows, k)
            )


def _put_plainly(
    plan: Plan,
    name: str,
    candidate: Candidate,
    form: Form,
    drawn: dict[str, Array],
    k: int,
) -> None:
    """One call a row with lists of numbers, or with the numbers themselves."""
    if min(len(array) for array in drawn.values() if array.ndim == 2) < ROWS:
        return
    words = f"{form} with {'numbers' if form.split else 'lists'}, one vector at a time"
    for row in range(ROWS):
        rows = {key: array[row] for key, array in drawn.items() if array.ndim == 2}
        call = _made(plan, f"{name}/{row}", candidate, form, words, "list", drawn | rows, k)
        plan.probes.append(call)


def _made(
    plan: Plan,
    name: str,
    candidate: Candidate,
    form: Form,
    words: str,
    kind: str,
    drawn: dict[str, Array],
    k: int,
) -> Call:
    def value(argument: Argument) -> object:
        if argument.input and kind == "list":
            return drawn[argument.name].tolist()
        if argument.input:
            return plan.refer(drawn[argument.name])
        if argument.constant is not None:
            return argument.constant
        number = argument.values[min(k, len(argument.values) - 1)]
        return int(number) if float(number).is_integer() else number

    def parts(argument: Argument) -> list[object]:
        if not (form.split and argument.input):
            return [value(argument)]
        columns = drawn[argument.name].T
        if kind == "list":
            return list(columns.tolist())
        return [plan.refer(np.ascontiguousarray(column)) for column in columns]

    return Call(
        probe=name,
        candidate=candidate.id,
        form=words,
        args=tuple(part for a in form.positional for part in parts(a)),
        kwargs=tuple((keyword, value(a)) for keyword, a in form.keywords),
        arrays_as="tensor" if kind == "tensor" else "ndarray",
    )
