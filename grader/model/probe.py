"""Questions put to the kernel after the student's code ran.

A probe names candidates by the id under which the agent recorded them; it carries
inputs and never an expected value.
"""

from dataclasses import dataclass

from grader.model.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Call one candidate once, on fresh copies of the arguments.

    Attributes:
        probe: the name under which the reply is filed, e.g. "2b.lse".
        candidate: the id of a recorded function, class or network.
        form: the calling convention in words, e.g. "(x, lamb)"; evidence of what worked.
        args, kwargs: values; an ArrayRef points into the arrays sent along.
        arrays_as: how arrays are handed over: "ndarray" or "tensor" (of float32).
        construct: a class is instantiated without arguments before it is called.
    """

    probe: str
    candidate: str
    form: str
    args: tuple[Value, ...] = ()
    kwargs: tuple[tuple[str, Value], ...] = ()
    arrays_as: str = "ndarray"
    construct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Ask for a network's operations, weights and outputs on a fresh input.

    Attributes:
        probe: the name under which the reply is filed, e.g. "network".
        candidate: the id of a recorded network, class or function.
        x: the input, shape (n, d); an ArrayRef into the arrays sent along.
    """

    probe: str
    candidate: str
    x: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRole:
    """One parameter of a training step, and the numbers it starts from.

    Attributes:
        name: in the rubric's words. names: patterns of what students call it.
        shape: without axes of length 1.
        points: one flat list of numbers per start, in C order.
    """

    name: str
    names: tuple[str, ...]
    shape: tuple[int, ...]
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Run one turn of the student's own training loop from parameters of ours.

    Attributes:
        probe: the name under which the reply is filed.
        sources: cell and text of the notebook's code, in which loops are looked for.
        names: patterns of functions to look into first.
        roles: the parameters. rate: patterns of names of the step size.
        instead: numbers of the student's, and what stands in their place during the step.
        small: a step size at which several small steps are as good as one.
        seconds: how long to look.
        candidate, form: as in other probes; empty.
    """

    probe: str
    sources: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    roles: tuple[StepRole, ...]
    rate: tuple[str, ...] = ()
    instead: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = ()
    small: float = 1e-4
    seconds: float = 6.0
    candidate: str = ""
    form: str = ""


Probe = Call | Trace | Step
