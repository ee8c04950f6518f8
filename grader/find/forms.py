"""The ways a student's function may want to be called.

In:   a recorded signature, and a criterion's arguments.
Out:  calling conventions, the most likely first; each is tried, and which one worked
      is evidence.
Pure: no kernels.

A convention decides where every argument goes: by the parameter's name, or by position
in the rubric's order (in both orders, where two names say nothing). Arrays are handed
over as numpy arrays or torch tensors, whole or one vector at a time, or as lists and
single numbers, one vector at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.find.patterns import folded
from grader.model.criteria import Argument
from grader.model.evidence import Candidate, Parameter


@dataclass(frozen=True, slots=True)
class Form:
    """One calling convention.

    Attributes:
        positional: arguments handed over by position, in order.
        keywords: (parameter name, argument).
        split: the drawn argument is handed over as its components, one parameter each.
    """

    positional: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...] = ()
    split: bool = False

    def __str__(self) -> str:
        parts = [
            f"components of {a.name}" if self.split and a.input else a.name
            for a in self.positional
        ]
        parts += [f"{name}={a.name}" for name, a in self.keywords]
        return f"({', '.join(parts)})"


def forms(
    candidate: Candidate, arguments: Sequence[Argument], components: int = 0
) -> tuple[Form, ...]:
    """Calling conventions that fit the signature; empty if none can.

    `components` is the length of the vectors of the drawn argument, if they may be
    handed over one component a parameter: f(s1, s2, lam).
    """
    found: dict[str, Form] = {}
    for form in _forms(candidate.parameters, tuple(arguments)):
        found.setdefault(str(form), form)
    required = tuple(a for a in arguments if not a.optional)
    drawn = sum(bool(a.input) for a in required)
    count = len(required) - 1 + components
    if drawn == 1 and components > 1 and _takes(candidate.parameters, count):
        split = Form(required, split=True)
        found.setdefault(str(split), split)
    return tuple(found.values())


def _forms(
    parameters: Sequence[Parameter], arguments: tuple[Argument, ...]
) -> Iterator[Form]:
    if not parameters:
        yield Form(arguments)
        return
    if named := _by_name(parameters, arguments):
        yield named
    required = tuple(a for a in arguments if not a.optional)
    for chosen in (arguments, required):
        if _takes(parameters, len(chosen)):
            yield Form(chosen)
    if len(required) == 2 and _takes(parameters, 2) and not _known(parameters, required):
        yield Form(required[::-1])


def _known(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> bool:
    """Whether the name of a parameter says which argument it is for."""
    names = {folded(name) for a in arguments for name in (a.name, *a.also)}
    return any(folded(p.name) in names for p in parameters)


def _takes(parameters: Sequence[Parameter], count: int) -> bool:
    """Whether `count` positional arguments satisfy the signature."""
    places = [p for p in parameters if p.kind == "positional"]
    needed = sum(p.required for p in parameters if p.kind in ("positional", "keyword"))
    more = any(p.kind == "args" for p in parameters)
    return needed <= count and (more or count <= len(places))


def _by_name(
    parameters: Sequence[Parameter], arguments: tuple[Argument, ...]
) -> Form | None:
    """Names decide where they are known; what is left goes to what is left, in order."""
    free = [p for p in parameters if p.kind in ("positional", "keyword")]
    placed: dict[str, Argument] = {}
    left = list(arguments)
    for argument in arguments:
        names = {folded(name) for name in (argument.name, *argument.also)}
        match = next((p for p in free if folded(p.name) in names), None)
        if match:
            free.remove(match)
            left.remove(argument)
            placed[match.name] = argument
    unfilled = [p for p in free if p.required]
    remaining = [a for a in left if not a.optional]
    if len(unfilled) != len(remaining):
        return None
    placed |= {p.name: a for p, a in zip(unfilled, remaining, strict=True)}
    return _arranged(parameters, placed)


def _arranged(parameters: Sequence[Parameter], placed: dict[str, Argument]) -> Form:
    """By position as long as there is no gap, then by keyword."""
    positional: list[Argument] = []
    keywords: list[tuple[str, Argument]] = []
    gap = False
    for parameter in parameters:
        argument = placed.get(parameter.name)
        if argument is None or parameter.kind != "positional" or gap:
            gap = True
            if argument is not None:
                keywords.append((parameter.name, argument))
        else:
            positional.append(argument)
    return Form(tuple(positional), tuple(keywords))
