"""A network read from evidence: layers with weights, and its forward pass in numpy.

The layers are a claim of the student's process until the pass recomputed here agrees
with the outputs that came back for inputs chosen after the student's code had ended.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.model.evidence import Candidate
from grader.model.value import Array

ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "relu": lambda a: np.maximum(a, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda a: 0.5 * (1.0 + np.tanh(0.5 * a)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLayer:
    """One step of a forward pass.

    Attributes:
        op: "linear", or the name of an activation.
        weight: shape (outputs, inputs), for linear. bias: shape (outputs,) or None.
    """

    op: str
    weight: Array | None = None
    bias: Array | None = None

    def __str__(self) -> str:
        if self.weight is None:
            return self.op
        outputs, inputs = self.weight.shape
        return f"{self.op} {inputs} {outputs}" + (
            "" if self.bias is not None else " without bias"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network that was found in a submission.

    Attributes:
        candidate: what was traced.
        layers: in the order of the forward pass.
        proven: the recomputed pass agrees with the outputs that came back.
        error: why it could not be traced or recomputed; "" if it could.
    """

    candidate: Candidate
    layers: tuple[NetworkLayer, ...] = ()
    proven: bool = False
    error: str = ""

    @property
    def linears(self) -> tuple[NetworkLayer, ...]:
        """The layers that carry weights."""
        return tuple(layer for layer in self.layers if layer.weight is not None)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of neurons from input to output: (2, 20, 1); empty if unknown."""
        weights = [layer.weight for layer in self.linears if layer.weight is not None]
        if not weights:
            return ()
        return (weights[0].shape[1], *(weight.shape[0] for weight in weights))

    @property
    def hidden(self) -> int:
        """Number of hidden layers."""
        return max(len(self.sizes) - 2, 0)

    @property
    def count(self) -> int:
        """Number of parameters: entries of all weights and biases."""
        return sum(map(_entries, self.linears))

    @property
    def distinct(self) -> int:
        """The same, if layers with the same weights are one layer used several times."""
        once = {_weights(one): _entries(one) for one in self.linears if _drawn(one)}
        return sum(once.values()) + sum(
            _entries(one) for one in self.linears if not _drawn(one)
        )

    @property
    def shared(self) -> int:
        """How many layers have the very weights and biases of an earlier one.

        Weights that are all the same number were set, and tell nothing.
        """
        drawn = [one for one in self.linears if _drawn(one)]
        return len(drawn) - len({_weights(one) for one in drawn})

    def forward(self, x: Array) -> Array:
        """Recompute the output in float64.

        Shapes: x is (n, inputs), the result (n, outputs).
        Raises: ValueError for an operation or shapes that cannot be recomputed.
        """
        return forward(self.layers, x)

    def __str__(self) -> str:
        return ", ".join(map(str, self.layers)) or "nothing that could be traced"


def _entries(layer: NetworkLayer) -> int:
    return sum(part.size for part in (layer.weight, layer.bias) if part is not None)


def _drawn(layer: NetworkLayer) -> bool:
    return layer.weight is not None and bool(np.ptp(layer.weight) > 0)


def _weights(layer: NetworkLayer) -> tuple[bytes, ...]:
    parts = (part for part in (layer.weight, layer.bias) if part is not None)
    return tuple(part.tobytes() + str(part.shape).encode() for part in parts)


def forward(layers: tuple[NetworkLayer, ...], x: Array) -> Array:
    """Recompute a forward pass in float64; see `Network.forward`."""
    out = np.asarray(x, dtype=np.float64)
    for layer in layers:
        if layer.weight is None:
            if layer.op not in ACTIVATIONS:
                raise ValueError(f"no numpy form of {layer.op!r}")
            out = ACTIVATIONS[layer.op](out)
        else:
            out = out @ layer.weight.T.astype(np.float64)
            if layer.bias is not None:
                out = out + layer.bias.astype(np.float64)
    return out
