"""Criteria to decide by hand: what the finders would find is laid down, check by check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Hit
from grader.model.case import Case, Finder
from grader.model.criteria import Checked
from grader.model.digest import array_digest
from grader.model.evidence import (
    Candidate,
    CandidateKind,
    Cell,
    CellError,
    CellStatus,
    Document,
    Drawing,
    Evidence,
    Named,
)
from grader.model.finds import Find
from grader.model.network import Network, NetworkLayer
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef
from grader.model.verdict import Binding, Verdict

MOST_KEPT = 256
"""Points per axis that a recorder keeps of a field."""


def hit(
    value: Any, confidence: float = 0.95, cell: int = 0, how: str = "by hand"
) -> Hit[Any]:
    """One answer that was found."""
    return Hit(
        value=value, binding=Binding(cell=cell, what="it", how=how, confidence=confidence)
    )


def laid(found: Mapping[Any, Sequence[Any]]) -> Finder:
    """A finder of what is laid down, by a find's class or by its first name."""

    def find(what: Find, criterion: object, question: str) -> Found[Any]:
        names = getattr(what, "names", ())
        values = found.get(names[0] if names else type(what), found.get(type(what), ()))
        hits = tuple(v if isinstance(v, Hit) else hit(v) for v in values)
        return Found(
            hits=hits,
            looked_for="it",
            nearest=("this", "that"),
            unread=tuple(found.get("unread", ())),
        )

    return find


@dataclass
class Sheet:
    """A submission to decide: cells, documents, people, drawings, arrays, notes."""

    cells: list[Cell] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    documents: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    drawings: list[Hit[Drawing]] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def cell(
        self,
        source: str,
        kind: str = "code",
        status: CellStatus = CellStatus.OK,
        line: int | None = None,
    ) -> None:
        """Add a cell; with a line, one that ended with an error there."""
        error = CellError(name="NameError", message="x", line=line) if line else None
        status = CellStatus.ERROR if line else status
        index = len(self.cells)
        self.cells.append(
            Cell(index=index, kind=kind, source=source, status=status, error=error)
        )

    def name(self, name: str, value: Any) -> None:
        """Bind a name to an array, or to a list or dictionary of arrays."""
        self.names.append(Named(cell=0, name=name, type="t", value=self._kept(value)))

    def _kept(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._kept(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._kept(one) for one in value]
        return self.keep(value) if isinstance(value, np.ndarray) else value

    def keep(self, array: Array, whole: Any = (), step: Any = ()) -> ArrayRef:
        """Keep an array and refer to it."""
        digest = array_digest(array)
        self.arrays[digest] = array
        return ArrayRef(
            sha256=digest, dtype=array.dtype.name, shape=array.shape, whole=whole, step=step
        )

    def draw(self, z: Array, x: Any = None, y: Any = None, **more: Any) -> None:
        """Draw a field; large ones are decimated as a recorder does, x and y with them."""
        step = tuple(-(-n // MOST_KEPT) for n in z.shape)
        kept = z[tuple(slice(None, None, s) for s in step)]
        refs = {"z": self.keep(kept, whole=z.shape, step=step)}
        for name, data, axis in (("x", x, 1), ("y", y, 0)):
            if data is not None:
                own = [step[axis]] if data.ndim == 1 else step
                refs[name] = self.keep(data[tuple(slice(None, None, s) for s in own)])
        confidence = more.pop("confidence", 1.0)
        plain = {
            "cell": 0,
            "figure": 0,
            "panel": 0,
            "method": "contour" if x is not None else "imshow",
        }
        drawing = Drawing(**(plain | refs | more))  # type: ignore[arg-type]
        self.drawings.append(hit(drawing, confidence=confidence))

    def line(self, x: Array, y: Array) -> None:
        """Draw a line."""
        drawing = Drawing(
            cell=0, figure=0, panel=0, method="plot", x=self.keep(x), y=self.keep(y)
        )
        self.drawings.append(hit(drawing))

    def recorded(self) -> Recorded:
        """The submission's evidence."""
        evidence = Evidence(
            submission="ada",
            run=Run(status=RunStatus.OK, notes=self.notes),
            people=self.people,
            notebook="a.ipynb",
            documents=tuple(Document(path=p, sha256="d", size=1) for p in self.documents),
            cells=tuple(self.cells),
            names=tuple(self.names),
            drawings=tuple(found.value for found in self.drawings),
        )
        return Recorded(evidence=evidence, arrays=self.arrays)


def judge(
    options: Checked,
    got: Mapping[Any, Sequence[Any]] | None = None,
    want: Mapping[Any, Sequence[Any]] | None = None,
    sheet: Sheet | None = None,
    reference: Sheet | None = None,
    distribution: Mapping[str, Any] | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    criteria: Mapping[str, Checked] | None = None,
) -> Verdict:
    """Decide one criterion."""
    submitted = (sheet or Sheet()).recorded()
    case = Case(
        question="2b",
        criterion=options,
        got=submitted,
        want=(reference or Sheet()).recorded(),
        find=laid(got or {}),
        find_want=laid(want or {}),
        verdicts=verdicts or {},
        criteria=criteria or {},
        own_cells=submitted.evidence.cells,
        distribution=distribution or {},
    )
    return CHECKS[options.check](options, case)


def dense(
    *sizes: int, seed: int = 0, bias: bool = True, proven: bool = True, error: str = ""
) -> Network:
    """A network of linear layers of these sizes with ReLU between them."""
    rng = np.random.default_rng(seed)
    layers: list[NetworkLayer] = []
    for inputs, outputs in pairwise(sizes):
        if layers:
            layers.append(NetworkLayer(op="relu"))
        limit = 1 / np.sqrt(inputs)
        weight = rng.uniform(-limit, limit, size=(outputs, inputs))
        offset = rng.uniform(-limit, limit, size=outputs) if bias else None
        layers.append(NetworkLayer(op="linear", weight=weight, bias=offset))
    candidate = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0, names=("model",))
    return Network(candidate=candidate, layers=tuple(layers), proven=proven, error=error)


@pytest.fixture(scope="session")
def decide() -> Callable[..., Verdict]:
    """Decide one criterion."""
    return judge


@pytest.fixture
def sheet() -> Sheet:
    """An empty submission."""
    return Sheet()


@pytest.fixture(scope="session")
def new_sheet() -> type[Sheet]:
    """Make a submission."""
    return Sheet


@pytest.fixture(scope="session")
def place() -> Callable[..., Hit[Any]]:
    """Make a hit."""
    return hit


@pytest.fixture(scope="session")
def net() -> Callable[..., Network]:
    """Make a network from its sizes."""
    return dense
