"""Prove networks that are written out by hand, from their weights and the curves drawn.

In:   a submission's kept arrays and drawings, and an architecture.
Out:  which architectures give a drawn curve, recomputed from kept weights.
Pure.

Nothing is said about which arrays are weights: all of a layer's shape are tried, in all
orders, each once. A curve has many more points than there are ways to choose, so that none
but the student's own way gives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product

import numpy as np

from grader.model.case import Case
from grader.model.evidence import Drawing
from grader.model.network import ACTIVATIONS
from grader.model.value import Array, ArrayRef

Layers = tuple[str, ...]
MOST_MATRICES, MOST_STATES, MOST_OTHERS = 18, 6000, 8
"""Of weight matrices; of choices of them; of vectors that the other inputs may be."""
MOST_CURVES, FEWEST_POINTS, POINTS = 60, 40, 32
MOST_GRIDS = 6
"""Sets of places over which curves are drawn; those of most curves first."""
CLOSE = 1e-4
"""Of a curve's range and of its largest value; float32 is off by 1e-6."""
FLAT = 1e-3
"""A range below this share of the largest value: any network may give such a curve."""
MOST = 1000
"""Values of one container that are looked at."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn curve at some places: its drawing's cell, x and y, shape (n,)."""

    cell: int
    x: Array
    y: Array


@dataclass(frozen=True, slots=True)
class Kept:
    """What may make up a network.

    Attributes:
        weights: (outputs, inputs), as they are kept. biases: of some ways to find them,
            one vector or none for each of the weights.
        others: values of the inputs but the first one.
    """

    weights: Sequence[Array]
    biases: Sequence[Sequence[Array | None]]
    others: Sequence[Array]


def shown(
    case: Case, families: Sequence[set[Layers]], more: Sequence[Array] = ()
) -> dict[int, int]:
    """Which of the architectures give a drawn curve: its index, and the drawing's cell.

    Each comes in all its spellings. A curve that two of them give proves neither.
    `more` are weights, each with its bias behind it, that no name holds as arrays.
    """
    curves = list(islice(_curves(case), MOST_CURVES))
    wanted = {size for family in families for layers in family for size in sizes(layers)}
    kept = _kept(case, wanted, more)
    given: dict[int, list[int]] = {}
    for i, family in enumerate(families):
        for k in {k for layers in family for k in _giving(layers, kept, curves)}:
            given.setdefault(k, []).append(i)
    alone = {k: found[0] for k, found in given.items() if len(found) == 1}
    return {i: curves[k].cell for k, i in alone.items()}


def sizes(layers: Layers) -> list[tuple[int, int]]:
    """Inputs and outputs of the layers with weights."""
    words = [word.split() for word in layers]
    return [(int(w[1]), int(w[2])) for w in words if w[0] == "linear"]


def _curves(case: Case) -> Iterator[Curve]:
    """Lines of enough points that are not flat."""
    for drawing in case.got.evidence.drawings:
        if (curve := _curve(case, drawing)) is not None:
            yield curve


def _curve(case: Case, drawing: Drawing) -> Curve | None:
    if drawing.x is None or len(drawing.x.shape) != 1 or drawing.x.shape[0] < FEWEST_POINTS:
        return None
    x, y = case.got.array(drawing.x), case.got.array(drawing.y)
    if x is None or y is None or x.ndim != 1 or x.shape != y.shape:
        return None
    if {x.dtype.kind, y.dtype.kind} - set("iuf"):
        return None
    at = np.linspace(0, len(x) - 1, POINTS).round().astype(int)
    x, y = x[at].astype(np.float64), y[at].astype(np.float64)
    if not np.isfinite([x, y]).all() or np.ptp(y) <= FLAT * np.abs(y).max():
        return None
    return Curve(drawing.cell, x, y)


def _kept(case: Case, wanted: set[tuple[int, int]], more: Sequence[Array]) -> Kept:
    """All that may be weights, biases and other inputs, equal ones once."""
    inputs = {size[0] for size in wanted}
    weights: dict[bytes, Array] = {}
    after: list[Array | None] = []
    vectors: list[Array] = []
    others: dict[bytes, tuple[bool, Array]] = {}
    last = b""
    for array in chain(kept_arrays(case), (part.astype(np.float64) for part in more)):
        plain = array.squeeze() if array.ndim <= 2 else array
        if array.ndim == 2 and {array.shape, array.shape[::-1]} & wanted:
            last = array.tobytes()
            if last not in weights:
                weights[last] = array
                after.append(None)
                continue
        elif plain.ndim == 1 and last and list(weights)[-1:] == [last]:
            after[-1] = plain if after[-1] is None else after[-1]
            vectors.append(plain)
        elif array.ndim == 2 and len(array) <= MOST_MATRICES:
            vectors += list(array)
        for likely, other in _others(array, inputs):
            others.setdefault(other.tobytes(), (likely, other))
    matrices = list(weights.values())[-MOST_MATRICES:]
    ways: list[Sequence[Array | None]] = [[None] * len(matrices)]
    if any(bias is not None for bias in after):
        ways.append(after[-MOST_MATRICES:])
    if len(vectors) >= len(matrices) > 0:
        ways.append(vectors[: len(matrices)])
    likeliest = sorted(others.values(), key=lambda found: not found[0])[:MOST_OTHERS]
    return Kept(matrices, ways, [other for _, other in likeliest])


def kept_arrays(case: Case) -> Iterator[Array]:
    """Every kept array of numbers, stacks of matrices one by one, and lists as arrays."""
    for named in case.got.evidence.names:
        for value in parts(named.value):
            array = case.got.array(value) if isinstance(value, ArrayRef) else value
            if array is None or array.dtype.kind not in "iuf" or array.size > 10**6:
                continue
            if array.ndim > 2:
                yield from array.reshape(-1, *array.shape[-2:])[:MOST]
            else:
                yield array.astype(np.float64)


def parts(value: object, depth: int = 4) -> Iterator[ArrayRef | Array]:
    """The arrays in nested lists and dictionaries; a list of numbers is one, too."""
    if isinstance(value, ArrayRef):
        yield value
    elif isinstance(value, list | tuple | dict) and depth:
        inner = list(value.values()) if isinstance(value, dict) else list(value)
        if 0 < len(inner) <= MOST and all(type(x) in (int, float) for x in inner):
            yield np.array(inner, dtype=np.float64)
            return
        for part in inner[:MOST]:
            yield from parts(part, depth - 1)


def _others(array: Array, inputs: set[int]) -> Iterator[tuple[bool, Array]]:
    """Values of all inputs but the first: alone, behind a first one, or many times.

    Behind a first one, and once only, they may as well be a bias, and come last.
    """
    rows = array.reshape(1, -1) if array.ndim == 1 else array
    if rows.ndim != 2 or not rows.size:
        return
    for points in (rows, rows.T):
        width = points.shape[1]
        if width + 1 in inputs and len(points) == 1:
            yield True, points[0].astype(np.float64)
        if width in inputs and (points[:, 1:] == points[0, 1:]).all():
            yield len(points) > 1, points[0, 1:].astype(np.float64)


def _giving(layers: Layers, kept: Kept, curves: Sequence[Curve]) -> set[int]:
    """The curves that some choice of weights gives."""
    found: set[int] = set()
    grids: dict[bytes, list[int]] = {}
    for k, curve in enumerate(curves):
        grids.setdefault(curve.x.tobytes(), []).append(k)
    for others, turned, biases in product(kept.others, (False, True), kept.biases):
        if len(others) + 1 != sizes(layers)[0][0]:
            continue
        for same in sorted(grids.values(), key=len, reverse=True)[:MOST_GRIDS]:
            x = curves[same[0]].x
            rows = np.column_stack([x, np.tile(others, (len(x), 1))])
            outs = _outputs(layers, kept.weights, biases, turned, rows)
            found |= {k for k in same if _among(curves[k].y, outs)}
    return found


def _among(y: Array, outs: Array) -> bool:
    """Whether a curve is one of many, shape (ways, n)."""
    if not len(outs):
        return False
    with np.errstate(invalid="ignore"):
        off = np.abs(outs - y).max(axis=1)
    return bool((off <= CLOSE * np.ptp(y)).any())


def _outputs(
    layers: Layers, weights: Sequence[Array], biases: Sequence[Array | None],
    turned: bool, rows: Array,
) -> Array:  # fmt: skip
    """The first output for every choice of weights; shape (choices, points)."""
    outs, used = rows[None], [frozenset[int]()]
    for word in layers:
        name, *size = word.split()
        if name != "linear":
            outs = ACTIVATIONS[name](outs)
            continue
        shape = (int(size[1]), int(size[0]))
        own: Mapping[int, Array] = {
            i: one
            for i, w in enumerate(weights)
            if (one := w.T if turned else w).shape == shape
        }
        ways = [(s, i) for s, seen in enumerate(used) for i in own if i not in seen]
        if not 0 < len(ways) <= MOST_STATES:
            return np.empty((0, len(rows)))
        outs = np.stack([_layer(outs[s], own[i], biases[i]) for s, i in ways])
        used = [used[s] | {i} for s, i in ways]
    return outs[..., 0]


def _layer(rows: Array, weight: Array, bias: Array | None) -> Array:
    fits = bias is not None and bias.size == len(weight)
    return np.asarray(rows @ weight.T + (bias if fits and bias is not None else 0.0))
