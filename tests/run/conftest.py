"""Notebooks made on the spot, and runs of them that several tests look at."""

import functools
from collections.abc import Callable
from pathlib import PurePosixPath

import numpy as np
import pytest

from grader.model.digest import array_digest
from grader.model.probe import Call, Probe, Trace
from grader.model.run import Limits
from grader.model.submission import SourceCell, Submission, SubmittedFile
from grader.model.value import Array, ArrayRef, Arrays
from grader.run import Launcher, Level, Observed, PlainLauncher, WarmLauncher, execute

Choose = Callable[[Observed, ArrayRef], list[Probe]]
X = np.random.default_rng(7).normal(size=(6, 2))


def reference(array: Array) -> ArrayRef:
    """Refer to an array in full."""
    sha256, name = array_digest(array), array.dtype.name
    return ArrayRef(sha256=sha256, dtype=name, shape=array.shape)


def notebook(*sources: str, files: dict[str, bytes] | None = None) -> Submission:
    """Build a submission of code cells."""
    return Submission(
        id="ada",
        notebook=PurePosixPath("sheet.ipynb"),
        cells=tuple(SourceCell(kind="code", source=source) for source in sources),
        files=tuple(
            SubmittedFile(path=PurePosixPath(name), data=data)
            for name, data in (files or {}).items()
        ),
    )


def run(
    *sources: str,
    choose: Choose | None = None,
    files: dict[str, bytes] | None = None,
    launcher: Launcher | None = None,
    **limits: float,
) -> Observed:
    """Run code cells, and then the probes that `choose` picks for the input X."""

    def ask(seen: Observed) -> tuple[tuple[Probe, ...], Arrays]:
        found = choose(seen, reference(X)) if choose else []
        return tuple(found), {array_digest(X): X}

    return execute(
        notebook(*sources, files=files),
        Limits(**limits),  # type: ignore[arg-type]
        ask,
        launcher,
    )


def call_all(seen: Observed, x: ArrayRef) -> list[Probe]:
    """Call every candidate on X, as an ndarray and as a tensor."""
    return [
        Call(
            probe=f"{kind}.{(*c.names, c.id)[0]}",
            candidate=c.id,
            form="(x)",
            args=(x,),
            arrays_as=kind,
            construct=c.kind == "class",
        )
        for c in seen.candidates
        for kind in ("ndarray", "tensor")
    ]


def trace_all(seen: Observed, x: ArrayRef) -> list[Probe]:
    """Trace every candidate on X."""
    return [Trace(probe=(*c.names, c.id)[0], candidate=c.id, x=x) for c in seen.candidates]


@pytest.fixture(scope="session")
def box() -> Callable[..., Observed]:
    """Run code cells in a box of their own."""
    return run


@pytest.fixture(params=["plain", "warm"])
def each_box(request) -> Callable[..., Observed]:
    """Run code cells in a box of their own, with one launcher and with the other."""
    launcher = {"plain": PlainLauncher, "warm": WarmLauncher}[request.param]()
    return functools.partial(run, launcher=launcher)


@pytest.fixture(params=["plain", "L1"])
def reachable(request) -> Launcher:
    """A launcher in whose boxes a notebook can signal the runner."""
    return {"plain": PlainLauncher(), "L1": WarmLauncher(level=Level.L1)}[request.param]


@pytest.fixture(scope="session")
def make() -> Callable[..., Submission]:
    """Build a submission of code cells."""
    return notebook


@pytest.fixture(scope="session")
def calls() -> Choose:
    """Call every candidate on X, both ways."""
    return call_all


@pytest.fixture(scope="session")
def traces() -> Choose:
    """Trace every candidate on X."""
    return trace_all


@pytest.fixture(scope="session")
def x() -> Array:
    """The input of every probe, shape (6, 2)."""
    return X
