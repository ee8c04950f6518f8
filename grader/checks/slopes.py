"""Tell which output over which input straight curves show.

In:   slopes of straight curves, and what a student's networks do to a vector.
Out:  an output and an input, counted from 0.
Pure: no files, no clock, no randomness.

What a network without activations gives is M x + c, so the slope over an input is an
entry of M, whatever values the other inputs are fixed to.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

import numpy as np

from grader.model.network import Network
from grader.model.value import Array

Pair = tuple[int, int]
FIRST: Pair = (0, 0)
WIDEST, MOST_MATRICES, MOST_LAYERS = 100, 60, 5
"""Inputs or outputs of a network; matrices that are tried as weights; layers of one."""
SAME = 1e-4
"""Of a slope: float32, a few products."""


def other_pair(
    slopes: Sequence[float], several: Iterable[Sequence[Array]], least: int
) -> Pair | None:
    """The output and input that at least `least` slopes are of, if the first two are not.

    `several` are guesses at all of the student's networks, each a matrix (outputs,
    inputs). None too if no guess has as many different ones.
    """
    found = {pair_of(slopes, matrices, least) for matrices in several} - {None}
    return None if FIRST in found else next(iter(sorted(filter(None, found))), None)


def pair_of(slopes: Sequence[float], matrices: Sequence[Array], least: int) -> Pair | None:
    """The output and input whose entries most slopes are, at least `least`."""
    shapes = {m.shape for m in matrices}
    if len(shapes) != 1 or len({m.tobytes() for m in matrices}) < least:
        return None
    entries = np.stack(matrices)[None]
    off = np.abs(np.array(slopes)[:, None, None, None] - entries)
    near = off <= SAME * np.maximum(np.abs(entries), SAME)
    counts = near.any(axis=1).sum(axis=0)
    if counts[FIRST] >= least:
        return FIRST
    output, given = np.unravel_index(int(counts.argmax()), counts.shape)
    return (int(output), int(given)) if counts[output, given] >= least else None


def matrices_of(networks: Iterable[Network]) -> list[Array]:
    """What networks without activations do, those with one left out."""
    found = []
    for network in networks:
        weights = [layer.weight for layer in network.layers]
        known = [weight.astype(np.float64) for weight in weights if weight is not None]
        if known and len(known) == len(weights) and _narrow(known):
            found.append(reduce(lambda product, weight: weight @ product, known))
    return found


def chained(weights: Sequence[Array], size: int, least: int) -> Iterator[list[Array]]:
    """What networks do whose square weights lie one behind the other, first layer first.

    Each number of layers is tried that leaves at least `least` networks, for weights that
    stand before a column and for such that stand behind a row.
    """
    unique = {w.tobytes(): w.astype(np.float64) for w in weights if w.shape == (size, size)}
    square = list(unique.values())[-MOST_MATRICES:]
    for layers in range(2, MOST_LAYERS + 1):
        if len(square) % layers or len(square) // layers < least:
            continue
        groups = [square[at : at + layers] for at in range(0, len(square), layers)]
        yield [reduce(lambda product, weight: weight @ product, group) for group in groups]
        yield [
            reduce(lambda product, weight: product @ weight, group).T for group in groups
        ]


def _narrow(weights: Sequence[Array]) -> bool:
    return all(max(weight.shape) <= WIDEST for weight in weights)
