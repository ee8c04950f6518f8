"""Find every array of numbers that variables of fitting names held."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from grader.find.arrays import as_array
from grader.find.context import Context
from grader.find.patterns import any_match, in_words
from grader.find.within import Part, parts
from grader.model.answers import Found, Hit
from grader.model.criteria_layers import FindTables
from grader.model.value import Array
from grader.model.verdict import Binding

MOST, MOST_PARTS = 2000, 30
"""Arrays in all, and of one variable."""


def find_tables(context: Context, what: FindTables, section: str) -> Found[Array]:
    """Arrays, and lists of numbers, that were ever bound; later bindings come first."""
    hits = sorted(_held(context, what, section), key=_trust)
    return Found(hits=tuple(hits[:MOST]), looked_for=f"a variable {in_words(what.names)}")


def _trust(hit: Hit[Array]) -> tuple[float, int]:
    return -hit.binding.confidence, -(hit.binding.cell or 0)


def _rows(context: Context, value: object) -> Array | None:
    """Rows whose entries are in lists of their own, laid flat: ((0, 1), 1) is 0, 1, 1."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        return None
    rows = []
    for item in value:
        if not isinstance(item, list | tuple):
            return None
        found = [as_array(context.recorded, part) for part in item]
        if not found or any(a is None or a.dtype.kind not in "biuf" for a in found):
            return None
        rows.append(np.concatenate([np.ravel(a) for a in found if a is not None]))
    return np.array(rows) if len({len(row) for row in rows}) == 1 else None


def _held(context: Context, what: FindTables, section: str) -> Iterator[Hit[Array]]:
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds or not any_match(named.name, what.names):
            continue
        held = list(islice(parts(context.recorded, named.value), MOST_PARTS))
        laid = _rows(context, named.value)
        if laid is not None and len(held) > 1:
            held.append(Part(array=laid))
        for part in held:
            if part.whole and part.array.size:
                binding = Binding(
                    cell=named.cell,
                    what=f"the variable {named.name}",
                    how="by what it holds",
                    confidence=0.6 + 0.3 * context.rank(named.cell, section),
                )
                yield Hit(value=part.array, binding=binding)
