"""Tell which constant curves a student's own networks of ReLU units give.

In:   the values of constant curves, and recomputed networks.
Out:  whether every one of them is explained by a network of its own.
Pure: what is drawn here has a fixed seed.

With a ReLU behind its last layer a random network is often off over a whole range. The
inputs that a curve held fixed are not known: a network explains a constant if it gives
it for a good share of random ones, as first output over its first input.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.model.network import Network
from grader.model.value import Array

DRAWS, PLACES = 40, 41
LEAST = 0.05
"""Share of the draws of one kind that must give the constant."""
WIDEST = 1000
"""Neurons of a layer; wider networks are left to a person."""
SAME = 1e-5


def all_explained(
    values: Sequence[float], networks: Iterable[Network], span: tuple[float, float]
) -> bool:
    """Whether there are as many different networks as constants, one for each.

    `span` is the range of the first input over which the curves are constant.
    """
    gives = [
        [_gives(kinds, value) for value in values]
        for kinds in (_constants(network, span) for network in _different(networks))
    ]
    if len(gives) < len(values):
        return False
    table = np.array(gives, dtype=np.intp).reshape(len(gives), len(values))
    rows, columns = linear_sum_assignment(table, maximize=True)
    return bool(table[rows, columns].sum() == len(values))


def _different(networks: Iterable[Network]) -> list[Network]:
    """Those of ReLU units, each set of weights once."""
    kept: dict[tuple[bytes, ...], Network] = {}
    for network in networks:
        only = {layer.op for layer in network.layers if layer.weight is None} == {"relu"}
        if only and max(network.sizes) <= WIDEST:
            kept.setdefault(_weights(network), network)
    return list(kept.values())


def _weights(network: Network) -> tuple[bytes, ...]:
    return tuple(
        part.astype(np.float64).tobytes()
        for layer in network.linears
        for part in (layer.weight, layer.bias)
        if part is not None
    )


def _gives(kinds: Sequence[Array], value: float) -> bool:
    near = SAME * max(abs(value), SAME)
    return any(float((np.abs(found - value) <= near).mean()) >= LEAST for found in kinds)


def _constants(network: Network, span: tuple[float, float]) -> list[Array]:
    """For each kind of fixed inputs, what is given for each draw; NaN if no constant.

    Shapes: each is (DRAWS,).
    """
    inputs = network.sizes[0]
    rng = np.random.default_rng(0)
    shape = (DRAWS, 1, inputs)
    kinds = (
        rng.normal(size=shape), rng.uniform(0, 1, shape), rng.uniform(*span, shape),
        np.zeros(shape),
    )  # fmt: skip
    return [_over(network, span, fixed) for fixed in kinds]


def _over(network: Network, span: tuple[float, float], fixed: Array) -> Array:
    points = np.repeat(fixed, PLACES, axis=1)
    points[:, :, 0] = np.linspace(*span, PLACES)
    first = network.forward(points.reshape(-1, points.shape[2]))[:, 0]
    curves = first.reshape(len(fixed), PLACES)
    level = curves.mean(axis=1)
    even = np.ptp(curves, axis=1) <= SAME * np.maximum(np.abs(level), SAME)
    return np.where(even, level, np.nan)
