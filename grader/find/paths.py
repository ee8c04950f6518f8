"""Find paths in space: sequences of points, kept in variables or drawn.

A variable may hold one path or many, in lists and dicts; a drawing shows a path as a
line, as points, or as a chain of arrows in one panel. Arrows that do not meet show the
points where they begin.
"""

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from grader.find.context import Context
from grader.find.drawings import KINDS, placed
from grader.find.within import Part, parts
from grader.model.answers import Found, Hit, PointPath
from grader.model.evidence import Drawing
from grader.model.finds import FindPaths
from grader.model.recorded import Recorded
from grader.model.value import Array
from grader.model.verdict import Binding

MOST = 400
"""Paths of one submission that are given."""
MANY = 64
"""Paths that one array may hold."""
FEWEST_LOOSE = 4
"""Arrows that do not meet and may still show a path."""
Drawn = tuple[Drawing, Array, bool]
"""The first drawing of a path, its points, and whether these are tails of loose arrows."""


def find_paths(context: Context, what: FindPaths, section: str) -> Found[PointPath]:
    """Paths of points of the wanted dimension, shape (n, d), n >= 2.

    Those in variables come first, as they are complete; then those that were drawn.
    """
    hits = [*_kept(context, what, section)] if "kept" in what.sources else []
    if "drawn" in what.sources:
        hits += _drawn(context, what, section)
    words = f"the points of a run, as an array of shape (n, {what.dimension}) or drawn"
    return Found(hits=tuple(hits[:MOST]), looked_for=words)


def _kept(context: Context, what: FindPaths, section: str) -> Iterator[Hit[PointPath]]:
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds:
            continue
        for part in parts(context.recorded, named.value):
            for path in _paths(part, what.dimension):
                yield Hit(
                    value=PointPath(points=path),
                    binding=Binding(
                        cell=named.cell,
                        what=f"the points in {named.name}",
                        how="by what it holds",
                        confidence=0.6 + 0.3 * context.rank(named.cell, section),
                    ),
                )


def _paths(part: Part, dimension: int) -> list[Array]:
    """An array as paths: (n, d), (d, n), (k, n, d), (n, k, d); a value may follow d."""
    array = part.array
    if not part.whole or array.ndim not in (2, 3) or min(array.shape) == 0:
        return []
    if array.ndim == 3:
        turned = (array, np.swapaxes(array, 0, 1))  # run by run, or all runs in step
        many = [one for way in turned if len(way) <= MANY for one in way]
        return [p for one in many for p in _paths(Part(array=one), dimension)]
    found = []
    if array.shape[1] in (dimension, dimension + 1) and len(array) > 1:
        found.append(array[:, :dimension].astype(np.float64))
    if array.shape[0] == dimension and array.shape[1] > 1:
        found.append(array.T.astype(np.float64))
    return found


def _drawn(context: Context, what: FindPaths, section: str) -> list[Hit[PointPath]]:
    if what.dimension != 2:
        return []
    hits = []
    for drawing, path, loose in drawn_paths(context.recorded):
        if drawing.cell in context.kinds:
            binding = Binding(
                cell=drawing.cell,
                what=placed(drawing).partition(" in cell")[0],
                how="recorded when it was drawn",
                confidence=0.6 + 0.3 * context.rank(drawing.cell, section),
            )
            place = drawing.cell, drawing.figure, drawing.panel
            value = PointPath(points=path, place=place, loose=loose)
            hits.append(Hit(value=value, binding=binding))
    return hits


def drawn_paths(recorded: Recorded) -> list[Drawn]:
    """Lines, sets of points, chains of arrows, and the tails of arrows that do not meet."""
    drawings = recorded.evidence.drawings
    found: list[Drawn] = []
    for drawing in drawings:
        if drawing.method in KINDS["line"] | KINDS["points"]:
            path = _points(recorded, drawing)
            if path is not None and len(path) > 1:
                found.append((drawing, path, False))
    arrows = [d for d in drawings if d.method in KINDS["arrows"]]
    for _, group in groupby(arrows, key=lambda d: (d.cell, d.figure, d.panel)):
        chains = _chains(recorded, list(group))
        found += [(drawing, path, False) for drawing, path in chains]
        found += _tails(chains)
    return found


def _points(recorded: Recorded, drawing: Drawing) -> Array | None:
    x, y = recorded.array(drawing.x), recorded.array(drawing.y)
    if x is None or y is None or x.ndim != 1 or x.shape != y.shape:
        return None
    if x.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
        return None
    return np.stack([x, y], axis=1).astype(np.float64)


def _chains(recorded: Recorded, arrows: list[Drawing]) -> list[tuple[Drawing, Array]]:
    """Arrows of one panel; where the tail of one is the tip of the one before, a path."""
    found: list[tuple[Drawing, list[Array]]] = []
    for drawing in arrows:
        for tail, tip in _arrows(recorded, drawing):
            scale = 1e-6 * (1.0 + float(np.abs(tail).max()))
            if found and np.allclose(found[-1][1][-1], tail, rtol=0, atol=scale):
                found[-1][1].append(tip)
            else:
                found.append((drawing, [tail, tip]))
    return [(drawing, np.array(points)) for drawing, points in found]


def _tails(chains: list[tuple[Drawing, Array]]) -> Iterator[Drawn]:
    """Single arrows in a row as the path of the points where they begin."""
    for single, group in groupby(chains, key=lambda chain: len(chain[1]) == 2):
        row = list(group)
        if single and len(row) >= FEWEST_LOOSE:
            yield row[0][0], np.array([points[0] for _, points in row]), True


def _arrows(recorded: Recorded, drawing: Drawing) -> list[tuple[Array, Array]]:
    """Tails and tips: of one arrow, shape (2,), or of many, shape (n, 2)."""
    x, y = recorded.array(drawing.x), recorded.array(drawing.y)
    if x is None or y is None or x.shape != y.shape or x.shape[-1:] != (2,):
        return []
    x, y = (np.asarray(a, dtype=np.float64).reshape(-1, 2) for a in (x, y))
    pairs = zip(x, y, strict=True)
    return [(np.array([a[0], b[0]]), np.array([a[1], b[1]])) for a, b in pairs]
