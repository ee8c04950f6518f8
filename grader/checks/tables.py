"""Check a table of inputs and their labels, whatever the variables are called."""

from collections.abc import Iterator, Sequence

import numpy as np

from grader.checks.registry import check
from grader.model.case import Case
from grader.model.criteria_layers import FindTables, RowsMatch
from grader.model.evidence import Named
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, no_answer, passed, pending

Table = tuple[Named, Array]


@check("rows_match")
def rows_match(options: RowsMatch, case: Case) -> Verdict:
    """Ask whether a table of inputs has the rows it should have, each with its label.

    Rows may stand in any order, if the labels follow it; a table may lie on its side;
    inputs and labels may be one table.

    Pass:      some variable holds the rows, and some variable their labels.
    Partial:   the rows are there, and no labels that belong to them.
    Pending:   there is code, and no variable holds these rows.
    No answer: there is no code.
    Fooled by: labels that stand in another order than the rows they belong to, and
               happen to be right.
    """
    found = case.seek(FindTables(section="any"))
    tables = [(hit.value, hit.binding) for hit in found.hits]
    rows = np.array(options.rows, dtype=float)
    labels = np.array(options.labels, dtype=float)
    inputs: Binding | None = None
    for table, binding in tables:
        for order, extra in _orders(table, rows):
            inputs = inputs or binding
            if extra is not None and np.array_equal(extra, labels[order]):
                return passed("Inputs and labels are right.", binding=binding)
            for other, where in tables:
                flat = other.ravel()
                if flat.shape == labels.shape and np.array_equal(flat, labels[order]):
                    what = f"{binding.what} and {where.what}"
                    both = Binding(cell=binding.cell, what=what, how="by value")
                    return passed("Inputs and labels are right.", binding=both)
    if inputs is not None:
        return graded(
            options.inputs_credit,
            "The inputs are right; labels that belong to them were not found.",
            binding=inputs,
            hint=options.hint,
        )
    code = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not code:
        return no_answer("Looked for the inputs and found no code.", hint=options.hint)
    return pending(
        "No variable holds exactly these inputs; a person will look.", hint=options.hint
    )


def _orders(table: Array, rows: Array) -> Iterator[tuple[Sequence[int], Array | None]]:
    """In which order a table has the rows, and a last column behind them, if any."""
    for side in (table, table.T):
        if side.ndim != 2 or side.shape[0] != len(rows):
            continue
        for first in {0, side.shape[1] - rows.shape[1]}:
            if first not in (0, 1) or side.shape[1] - rows.shape[1] not in (0, 1):
                continue
            part = side[:, first : first + rows.shape[1]]
            order = [_index(row, rows) for row in part]
            if sorted(order) == list(range(len(rows))):
                rest = side[:, -1] if side.shape[1] > rows.shape[1] and not first else None
                yield order, rest


def _index(row: Array, rows: Array) -> int:
    found = np.flatnonzero((rows == row).all(axis=1))
    return int(found[0]) if found.size else -1
