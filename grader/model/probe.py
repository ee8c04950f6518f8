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


Probe = Call | Trace
