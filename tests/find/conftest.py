"""One submission built by hand, observation by observation, and the finder over it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from grader.find import Context, finder
from grader.model.answers import Found
from grader.model.criteria import Checked
from grader.model.digest import array_digest
from grader.model.evidence import (
    Candidate,
    CandidateKind,
    Cell,
    CellStatus,
    Drawing,
    Evidence,
    Layer,
    Named,
    NetworkReply,
    Parameter,
    Reply,
)
from grader.model.finds import Find
from grader.model.network import NetworkLayer, forward
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

QUESTIONS = ("1c", "2a", "2b", "2c", "2d", "2e", "3a", "3b", "3c", "3d", "4")
KINDS = {"f": CandidateKind.FUNCTION, "c": CandidateKind.CLASS, "n": CandidateKind.NETWORK}


@dataclass
class Hand:
    """A submission under construction; every method adds one observation."""

    cells: list[Cell] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    networks: list[NetworkReply] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)

    def text(self, source: str) -> int:
        """Add a text cell; return its index."""
        self.cells.append(Cell(index=len(self.cells), kind="markdown", source=source))
        return len(self.cells) - 1

    def code(self, source: str, stdout: str = "", result: str = "") -> int:
        """Add a code cell that ran; return its index."""
        index = len(self.cells)
        self.cells.append(
            Cell(
                index=index,
                kind="code",
                source=source,
                status=CellStatus.OK,
                stdout=stdout,
                result=result,
            )
        )
        return index

    def keep(self, array: Array) -> ArrayRef:
        """Keep an array beside the evidence and refer to it."""
        digest = array_digest(array)
        self.arrays[digest] = array
        return ArrayRef(sha256=digest, dtype=array.dtype.name, shape=array.shape)

    def name(self, name: str, value: Any) -> None:
        """Bind a name in the last cell."""
        kept = self.keep(value) if isinstance(value, np.ndarray) else value
        kind = type(value).__name__
        self.names.append(Named(cell=self.last, name=name, type=kind, value=kept))

    def candidate(self, kind: str, *names: str, takes: str = "", type: str = "") -> str:
        """Record a function (f), class (c) or network (n) in the last cell."""
        key = f"{kind}{len(self.candidates)}"
        self.candidates.append(
            Candidate(
                id=key,
                kind=KINDS[kind],
                cell=self.last,
                names=names,
                type=type,
                parameters=parameters(takes),
            )
        )
        return key

    def reply(
        self, probe: str, candidate: str, form: str, value: Any, error: str = ""
    ) -> None:
        """Answer a call."""
        kept = self.keep(value) if isinstance(value, np.ndarray) else value
        self.replies.append(
            Reply(probe=probe, candidate=candidate, form=form, value=kept, error=error)
        )

    def trace(
        self,
        layers: Sequence[NetworkLayer],
        *names: str,
        y: Array | None = None,
        **more: Any,
    ) -> str:
        """Record a network and its trace; `y` is what came back if not what is right."""
        key = self.candidate("n", *names, type=more.get("type", ""))
        x = more.get("x", np.random.default_rng(1).normal(size=(9, 2)).astype("float32"))
        right = forward(tuple(layers), x).astype("float32") if y is None else y
        spelled = tuple(
            Layer(
                op=layer.op,
                weight=None if layer.weight is None else self.keep(layer.weight),
                bias=None if layer.bias is None else self.keep(layer.bias),
            )
            for layer in layers
        )
        self.networks.append(
            NetworkReply(
                probe="network:2",
                candidate=key,
                layers=spelled,
                x=self.keep(x),
                y=self.keep(right),
                error=more.get("error", ""),
            )
        )
        return key

    @property
    def last(self) -> int:
        """Index of the last cell."""
        return max(len(self.cells) - 1, 0)

    def evidence(self) -> Evidence:
        """All observations."""
        return Evidence(
            submission="ada",
            run=Run(status=RunStatus.OK),
            cells=tuple(self.cells),
            names=tuple(self.names),
            candidates=tuple(self.candidates),
            drawings=tuple(self.drawings),
            replies=tuple(self.replies),
            networks=tuple(self.networks),
        )

    def context(self, handed_out: Sequence[str] = ()) -> Context:
        """What the finders know about it."""
        recorded = Recorded(evidence=self.evidence(), arrays=self.arrays)
        return Context(recorded, QUESTIONS, frozenset(handed_out))

    def find(
        self, what: Find, question: str = "3a", handed_out: Sequence[str] = (), **more: Any
    ) -> Found[Any]:
        """Look for an answer to `question`."""
        criterion = more.get("criterion") or Checked(
            id=f"{question}.x", states="It is so.", check="none"
        )
        return finder(self.context(handed_out))(what, criterion, question)


def parameters(spec: str) -> tuple[Parameter, ...]:
    """Read a signature: "x lam=" has a default, "*args", "*" begins keyword-only."""
    found, kind = [], "positional"
    for word in spec.split():
        if word.startswith("**"):
            found.append(Parameter(name=word[2:], required=False, kind="kwargs"))
        elif word == "*":
            kind = "keyword"
        elif word.startswith("*"):
            found.append(Parameter(name=word[1:], required=False, kind="args"))
            kind = "keyword"
        else:
            name = word.removesuffix("=")
            found.append(Parameter(name=name, required=name == word, kind=kind))
    return tuple(found)


def dense(*sizes: int, seed: int = 0) -> tuple[NetworkLayer, ...]:
    """Linear layers of these sizes with ReLU between them."""
    rng = np.random.default_rng(seed)
    layers: list[NetworkLayer] = []
    for inputs, outputs in pairwise(sizes):
        if layers:
            layers.append(NetworkLayer(op="relu"))
        weight = rng.normal(size=(outputs, inputs)).astype("float32")
        bias = rng.normal(size=outputs).astype("float32")
        layers.append(NetworkLayer(op="linear", weight=weight, bias=bias))
    return tuple(layers)


@pytest.fixture
def hand() -> Hand:
    """An empty submission."""
    return Hand()


@pytest.fixture(scope="session")
def net() -> Callable[..., tuple[NetworkLayer, ...]]:
    """Build the layers of a network from its sizes."""
    return dense


@pytest.fixture(scope="session")
def takes() -> Callable[[str], tuple[Parameter, ...]]:
    """Read a signature."""
    return parameters
