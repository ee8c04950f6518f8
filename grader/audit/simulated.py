"""Hand-ins that a reference's simulation has drawn, as evidence to judge.

In:      simulate.py beside a reference: the author's own code, as trusted as the rubric.
Out:     for a criterion, hand-ins: right or wrong, of what sort, and their evidence.
Touches: imports that file and runs it, on the host; no kernel is started.

`DRAW` of simulate.py has, for a criterion's id, a function of how many right ones are
wanted; it yields (right, sort, cells): whether it is right, what sort of hand-in it is, and
its cells. A cell is a mapping with its `question` and what it leaves behind: `variables` by
name, printed `text`, `lines` as (figure, values).
"""

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import InputError, Problem
from grader.model.digest import array_digest
from grader.model.evidence import Cell, CellStatus, Drawing, Evidence, Named
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

Cells = Sequence[Mapping[str, Any]]
Draw = Callable[[int], Iterable[tuple[bool, str, Cells]]]
NAME = "simulate.py"


def simulations(reference: Path) -> dict[str, Draw]:
    """What the simulation beside a reference can draw, by criterion; {} without one.

    Raises: InputError if the file cannot be run.
    """
    path = reference.with_name(NAME)
    if not path.is_file():
        return {}
    spec = importlib.util.spec_from_file_location(f"simulate_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the author's code may raise anything
        raise InputError(Problem(str(path), f"it cannot be run: {error!r}")) from error
    return dict(getattr(module, "DRAW", {}))


def recorded(cells: Cells) -> Recorded:
    """The evidence of one drawn hand-in."""
    making = _Making()
    for cell in cells:
        making.add(cell)
    evidence = Evidence(
        submission="drawn",
        run=Run(status=RunStatus.OK),
        notebook="drawn.ipynb",
        cells=tuple(making.cells),
        names=tuple(making.names),
        drawings=tuple(making.drawings),
    )
    return Recorded(evidence=evidence, arrays=making.arrays)


@dataclass
class _Making:
    """Evidence under construction: a heading and a code cell for each drawn cell."""

    cells: list[Cell] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)

    def add(self, drawn: Mapping[str, Any]) -> None:
        """Add what one cell left behind."""
        at = len(self.cells) + 1
        heading = f"## {drawn['question']}"
        self.cells.append(Cell(index=at - 1, kind="markdown", source=heading))
        self.cells.append(
            Cell(
                index=at, kind="code", source="...", status=CellStatus.OK,
                stdout=str(drawn.get("text", "")),
            )
        )  # fmt: skip
        for name, value in drawn.get("variables", {}).items():
            kept = self.kept(np.asarray(value))
            named = Named(cell=at, name=name, type="numpy.ndarray", value=kept)
            self.names.append(named)
        self.drawings += self.lines(at, drawn.get("lines", ()))

    def lines(self, cell: int, lines: Iterable[tuple[int, Any]]) -> Iterator[Drawing]:
        """Curves against their own count, each in the one panel of its figure."""
        for figure, values in lines:
            y = np.asarray(values, dtype=np.float64)
            x = self.kept(np.arange(len(y), dtype=np.float64))
            yield Drawing(
                cell=cell, figure=figure, panel=0, method="plot", x=x, y=self.kept(y)
            )  # fmt: skip

    def kept(self, array: Array) -> ArrayRef:
        """Keep an array, and refer to it."""
        digest = array_digest(array)
        self.arrays[digest] = array
        return ArrayRef(sha256=digest, dtype=array.dtype.name, shape=array.shape)
