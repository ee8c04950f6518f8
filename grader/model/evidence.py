"""All observations about one submission, as plain data.

Everything here may have been claimed by a student's process: texts are capped, arrays
lie beside it under the hash of their content, and nothing is ever executed.
The JSON form is validated by pydantic (`grader.evidence`); SCHEMA counts its versions.
"""

from dataclasses import dataclass
from enum import StrEnum

from grader.model.bindings import Bound
from grader.model.repair import Repair
from grader.model.run import Run
from grader.model.value import ArrayRef, Real, Value

SCHEMA = 1


class CellStatus(StrEnum):
    """What became of one cell."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    NOT_RUN = "not_run"
    """The kernel had died, or the run's time was used up, or it is no code cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellError:
    """The exception that ended a cell.

    Attributes:
        name: its class, e.g. "NameError".
        message: str() of it, capped.
        line: 1-based line in the cell, if known.
        trace: the traceback as plain text, colours removed, capped.
    """

    name: str
    message: str
    line: int | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the notebook and what happened when it ran.

    Attributes:
        index: position in the notebook, from 0, all kinds counted.
        kind: "code", "markdown" or "raw".
        source: as handed in.
        tags: cell tags.
        status, error: what became of it.
        stdout, stderr: text, capped.
        result: text/plain of the cell's results and displays, one per line block.
        pictures: sha256 of PNG files beside the evidence, in the order shown.
        saved: text of the outputs saved in the file; never evidence of execution.
        notes: what was neutralised or repaired in this cell.
    """

    index: int
    kind: str
    source: str
    tags: tuple[str, ...] = ()
    status: CellStatus = CellStatus.NOT_RUN
    error: CellError | None = None
    stdout: str = ""
    stderr: str = ""
    result: str = ""
    pictures: tuple[str, ...] = ()
    saved: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that was new or changed after a cell.

    Attributes:
        cell: index of that cell.
        name: as the student wrote it.
        type: e.g. "builtins.float", "numpy.ndarray".
        value: in full when small, an ArrayRef for arrays, Opaque otherwise.
    """

    cell: int
    name: str
    type: str
    value: Value


class CandidateKind(StrEnum):
    """What kind of thing a probe may be put to."""

    FUNCTION = "function"
    CLASS = "class"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a signature.

    Attributes:
        name: as written.
        required: it has no default.
        kind: "positional", "keyword", "args" or "kwargs".
    """

    name: str
    required: bool
    kind: str = "positional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A function, class or network that was ever bound or instantiated.

    Attributes:
        id: stable within a run: "f3", "c1", "n2".
        kind: see CandidateKind.
        cell: index of the cell that bound or made it.
        names: every name it was ever bound to, first first; may be empty.
        type: its own qualified name, or its class's for a network.
        parameters: of the call; empty if the signature cannot be read.
        parameter_count: torch parameters it reports, for networks; a claim.
    """

    id: str
    kind: CandidateKind
    cell: int
    names: tuple[str, ...] = ()
    type: str = ""
    parameters: tuple[Parameter, ...] = ()
    parameter_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing call, recorded when it happened.

    Attributes:
        cell: index of the cell that drew.
        figure, panel: numbers from 0 within the cell and within the figure.
        rows, columns: the layout of the figure's panels, if it is a grid.
        method: "plot", "scatter", "contour", "contourf", "imshow", "pcolormesh",
            "arrow", "quiver", "hist", "bar", "axhline", "axvline", ...
        x, y, z: the arrays; z is the field of contours and images; None if absent.
        extent: (left, right, bottom, top) of an image if it was given, data units.
        origin: "upper" or "lower" for images.
        cmap: the colormap's name, or "" if it does not apply.
        vmin, vmax: the colour limits in force at the end of the cell, if any.
        label: of the artist. title, xlabel, ylabel: of its panel, at the end of the cell.
        figure_title: suptitle at the end of the cell.
    """

    cell: int
    figure: int
    panel: int
    method: str
    rows: int = 1
    columns: int = 1
    x: ArrayRef | None = None
    y: ArrayRef | None = None
    z: ArrayRef | None = None
    extent: tuple[Real, Real, Real, Real] | None = None
    origin: str = ""
    cmap: str = ""
    vmin: Real | None = None
    vmax: Real | None = None
    label: str = ""
    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    figure_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the kernel answered to one probe.

    Attributes:
        probe, candidate, form: those of the probe.
        value: what came back; None when it raised.
        error: "" or what went wrong in words ("TypeError: ...", "timeout", "lost").
    """

    probe: str
    candidate: str
    form: str = ""
    value: Value = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One traced operation of a forward pass.

    Attributes:
        op: "linear", "relu", "tanh", "sigmoid", ... or the torch name of it.
        weight: shape (outputs, inputs) for linear. bias: shape (outputs,).
    """

    op: str
    weight: ArrayRef | None = None
    bias: ArrayRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReply:
    """What the kernel answered when a network was traced.

    Attributes:
        probe, candidate: those of the probe.
        layers: in the order the forward pass used them; a claim until recomputed.
        x, y: input (n, d) and output (n, o) or (n,) of that forward pass.
        error: "" or what went wrong in words.
    """

    probe: str
    candidate: str
    layers: tuple[Layer, ...] = ()
    x: ArrayRef | None = None
    y: ArrayRef | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that a person may have to open.

    Attributes:
        path: within the submission.
        sha256: of its bytes. size: in bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All observations about one submission.

    Attributes:
        submission: its id. people, ids, attempt, origin, notes: from intake.
        intake, intake_reason: the intake status and why.
        notebook: the path that was run; "" if none.
        key: names what went in (notebook, rubric's probes, environment, limits).
        run: how the execution ended.
        repairs: what was changed before it; empty for a straight run.
        bindings: where the student says that answers are.
    """

    submission: str
    run: Run
    people: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    attempt: int = 1
    origin: str = ""
    intake: str = "ready"
    intake_reason: str = ""
    notebook: str = ""
    notes: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    cells: tuple[Cell, ...] = ()
    names: tuple[Named, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    replies: tuple[Reply, ...] = ()
    networks: tuple[NetworkReply, ...] = ()
    bindings: tuple[Bound, ...] = ()
    repairs: tuple[Repair, ...] = ()
    key: str = ""
    schema: int = SCHEMA
