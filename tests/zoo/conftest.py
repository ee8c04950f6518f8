"""A reference and null answers to a rubric, made by hand from what the rubric says.

Whatever a criterion looks for is laid down: in the reference as something that is no
null answer (random numbers, smooth random fields), in a submission as the null answer.
So a new rubric is covered as soon as its file is there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from grader.find.forms import forms
from grader.find.plan import ROWS
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
from grader.model.finds import FindArray, FindFunction, FindNetwork, FindNumber
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

METHODS = ("imshow", "contour")
TRACED = 96


def plain_name(pattern: str) -> str:
    """A name that a pattern fits."""
    return pattern.replace("*", "").replace("?", "x").replace("[_0-9]", "") or "answer"


@dataclass
class Notebook:
    """Evidence under construction: one heading and one code cell per question."""

    rubric: Rubric
    texts: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""
    names: list[Named] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    networks: list[NetworkReply] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)

    def cell(self, question: str) -> int:
        """The code cell of a question."""
        ids = [q.id for q in self.rubric.questions]
        return 2 * ids.index(question) + 1

    def keep(self, array: Array, whole: Any = (), step: Any = ()) -> ArrayRef:
        """Keep an array and refer to it."""
        digest, name = array_digest(array), array.dtype.name
        self.arrays[digest] = array
        return ArrayRef(
            sha256=digest, dtype=name, shape=array.shape, whole=whole, step=step
        )

    def value(self, value: Any) -> Any:
        """A value as evidence spells it."""
        if isinstance(value, np.ndarray):
            return self.keep(value)
        return value

    def recorded(self) -> Recorded:
        """All of it."""
        cells = []
        for question in self.rubric.questions:
            heading = f"## {question.id}\n{self.words}"
            out = "\n".join(self.texts.get(question.id, ()))
            for kind, source, text in (("markdown", heading, ""), ("code", "f()", out)):
                status = CellStatus.OK if kind == "code" else CellStatus.NOT_RUN
                cell = Cell(
                    index=len(cells), kind=kind, source=source, status=status, stdout=text
                )
                cells.append(cell)
        evidence = Evidence(
            submission="nobody",
            run=Run(status=RunStatus.OK, versions=(("torch", "2"),)),
            notebook="a.ipynb",
            cells=tuple(cells),
            names=tuple(self.names),
            candidates=tuple(self.candidates),
            replies=tuple(self.replies),
            networks=tuple(self.networks),
            drawings=tuple(self.drawings),
        )
        return Recorded(evidence=evidence, arrays=self.arrays)


def finds(criterion: Any, kind: type) -> Iterator[Any]:
    """What a criterion looks for, of one kind."""
    for name in type(criterion).model_fields:
        value = getattr(criterion, name)
        if isinstance(value, kind):
            yield value


def answer_function(
    book: Notebook,
    question: str,
    criterion: Any,
    make: Callable[[int, tuple[int, ...]], Any],
) -> None:
    """Bind a function of a fitting name, and answer all probes of the criterion with it."""
    (what,) = finds(criterion, FindFunction)
    key = f"f{len(book.candidates)}"
    names = [a.name for a in criterion.arguments if not a.optional]
    candidate = Candidate(
        id=key,
        kind=CandidateKind.FUNCTION,
        cell=book.cell(question),
        names=(plain_name(what.names[0]),),
        parameters=tuple(Parameter(name=name, required=True) for name in names),
    )
    book.candidates.append(candidate)
    drawn = [a for a in criterion.arguments if a.input]
    shapes = [book.rubric.inputs[a.input].shape for a in drawn]
    tried = max((a.values for a in criterion.arguments), key=len)
    form = str(forms(candidate, criterion.arguments)[0])
    form += " with ndarrays" if drawn else ""
    for k in range(max(len(tried), 1)):
        whole = book.value(make(k, shapes[0] if shapes else ()))
        put = {f"{criterion.id}#{k}": (form, whole)}
        single = f"{form}, one vector at a time"
        rows = range(ROWS) if shapes and len(shapes[0]) == 2 else ()
        put |= {f"{criterion.id}#{k}/{row}": (single, whole) for row in rows}
        for probe, (words, value) in put.items():
            book.replies.append(Reply(probe=probe, candidate=key, form=words, value=value))


def answer_name(
    book: Notebook, question: str, what: FindNumber | FindArray, v: Any
) -> None:
    """Bind a value to the first fitting name, and print it beside the first label."""
    for pattern in what.names[:2]:
        name = plain_name(pattern)
        book.names.append(
            Named(cell=book.cell(question), name=name, type="t", value=book.value(v))
        )
    for label in getattr(what, "near", ())[:2]:
        book.texts.setdefault(question, []).append(f"{label}: {v}")


def draw(book: Notebook, question: str, z: Array, method: str, **more: Any) -> None:
    """Draw a field; `x` and `y` may be arrays."""
    place = {name: book.keep(more.pop(name)) for name in ("x", "y") if name in more}
    number = len(book.drawings)
    drawing = Drawing(
        cell=book.cell(question),
        figure=number % 5000,
        panel=0,
        method=method,
        z=book.keep(z, more.pop("whole", ()), more.pop("step", ())),
        **place,
        **more,
    )
    book.drawings.append(drawing)


def answer_network(book: Notebook, what: FindNetwork, question: str, number: float) -> None:
    """Make a network of a fitting name whose one linear layer holds a number only."""
    key = f"n{len(book.candidates)}"
    name = plain_name((what.names or ("net",))[0])
    book.candidates.append(
        Candidate(
            id=key,
            kind=CandidateKind.NETWORK,
            cell=book.cell(question),
            names=(name,),
            type=f"__main__.{name}",
        )
    )
    rng = np.random.default_rng(3)
    x = rng.normal(size=(TRACED, what.inputs)).astype("float32")
    weight = np.full((what.outputs, what.inputs), number, dtype="float32")
    with np.errstate(invalid="ignore"):
        y = (x @ weight.T).astype("float32")
    layer = Layer(op="linear", weight=book.keep(weight), bias=None)
    book.networks.append(
        NetworkReply(
            probe=f"network:{what.inputs}",
            candidate=key,
            layers=(layer,),
            x=book.keep(x),
            y=book.keep(y),
        )
    )


def made_reference(rubric: Rubric) -> Recorded:
    """A reference whose answers are no null answers: random, but always the same."""
    rng = np.random.default_rng(20)
    book = Notebook(rubric)
    ticks = np.linspace(0, 1, 61)
    for question, criterion in rubric.criteria():
        for what in finds(criterion, FindNumber):
            answer_name(book, question.id, what, 1000 + float(rng.uniform()))
        for what in finds(criterion, FindArray):
            answer_name(book, question.id, what, rng.normal(size=what.shape))
        for _ in finds(criterion, FindFunction):
            answer_function(
                book,
                question.id,
                criterion,
                lambda k, shape: rng.normal(size=shape[:-1]) * 50 + 700 + k,
            )
        for title in getattr(criterion, "panels", ()):
            low, high = criterion.range
            axis = low + (high - low) * ticks
            x, y = np.meshgrid(axis, axis)
            a, b, c = rng.normal(size=3)
            z = np.sin(3 * a * x + y) + np.cos(2 * b * y - c * x) + a * x * y
            draw(book, question.id, z, "contourf", x=axis, y=axis, title=title)
    return book.recorded()


@pytest.fixture(scope="session")
def tools() -> Any:
    """The functions of this module, for the tests beside it."""
    import types

    return types.SimpleNamespace(**globals())
