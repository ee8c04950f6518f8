"""Paths, matrices and stated numbers: found by what variables hold and drawings show."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from grader.find.context import Context
from grader.find.matrices import LONG, find_matrices
from grader.find.paths import find_paths
from grader.find.stated import find_stated
from grader.model.digest import array_digest
from grader.model.evidence import Cell, Drawing, Evidence, Named
from grader.model.finds import FindMatrices, FindPaths, FindStated
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

WALK = np.array([[0.0, 0.0], [1.0, 0.5], [1.5, 1.0], [1.7, 1.1]])


class Notebook:
    """One code cell that bound names and drew."""

    def __init__(self, stdout: str = "") -> None:
        self.arrays: dict[str, Array] = {}
        self.names: list[Named] = []
        self.drawings: list[Drawing] = []
        self.stdout = stdout

    def keep(self, array: Array, whole: tuple[int, ...] = ()) -> ArrayRef:
        """Keep an array; `whole` is its shape before it was thinned."""
        digest = array_digest(array)
        self.arrays[digest] = array
        return ArrayRef(
            sha256=digest, dtype=array.dtype.name, shape=array.shape, whole=whole
        )

    def bind(self, name: str, value: Any) -> None:
        """Bind a name to a recorded value."""
        self.names.append(Named(cell=0, name=name, type="object", value=value))

    def draw(self, method: str, x: Any, y: Any, panel: int = 0) -> None:
        """Draw a line, points or arrows."""
        refs = (
            self.keep(np.asarray(x, dtype=float)),
            self.keep(np.asarray(y, dtype=float)),
        )
        self.drawings.append(
            Drawing(cell=0, figure=0, panel=panel, method=method, x=refs[0], y=refs[1])
        )

    def context(self) -> Context:
        """What the finders see."""
        cell = Cell(index=0, kind="code", source="x = 1", stdout=self.stdout)
        evidence = Evidence(
            submission="ada", run=Run(status=RunStatus.OK), cells=(cell,),
            names=tuple(self.names), drawings=tuple(self.drawings),
        )  # fmt: skip
        return Context(Recorded(evidence=evidence, arrays=self.arrays), ["2"])


def paths(notebook: Notebook, **more: Any) -> list[Array]:
    """The points of the paths that are found."""
    found = find_paths(notebook.context(), FindPaths(**more), "2")
    return [hit.value.points for hit in found.hits]


def holds(found: list[Array], wanted: Array) -> bool:
    """Whether a path is among them."""
    return any(p.shape == wanted.shape and np.allclose(p, wanted) for p in found)


SPELLED = {
    "array": lambda nb: nb.keep(WALK),
    "turned": lambda nb: nb.keep(np.ascontiguousarray(WALK.T)),
    "list of pairs": lambda nb: [tuple(map(float, p)) for p in WALK],
    "list of arrays": lambda nb: [nb.keep(p) for p in WALK],
    "in a dict": lambda nb: {(0.2, 0.5): nb.keep(WALK), "other": "text"},
    "with its value": lambda nb: nb.keep(np.column_stack([WALK, WALK.sum(axis=1)])),
    "run by run": lambda nb: nb.keep(np.stack([WALK, WALK + 1, WALK + 2])),
    "in step": lambda nb: nb.keep(np.stack([WALK, WALK + 1, WALK + 2], axis=1)),
}


@pytest.mark.parametrize("name", SPELLED)
def test_paths_in_variables(name: str):
    """However a student keeps the points of a run."""
    notebook = Notebook()
    notebook.bind("something", SPELLED[name](notebook))

    assert holds(paths(notebook), WALK)


def test_a_thinned_path_is_none():
    """Where points were left out, steps cannot be judged."""
    notebook = Notebook()
    notebook.bind("long", notebook.keep(WALK, whole=(40_000, 2)))

    assert paths(notebook) == []


def test_a_chain_of_arrows_is_a_path():
    """Arrows that begin where the one before ends; another panel begins anew."""
    notebook = Notebook()
    for panel in (0, 1):
        for tail, tip in pairwise(WALK):
            notebook.draw("arrow", [tail[0], tip[0]], [tail[1], tip[1]], panel)
    found = paths(notebook, sources=("drawn",))

    assert len(found) == 2
    assert holds(found, WALK)


@pytest.mark.parametrize(("count", "found"), [(4, 1), (3, 0)])
def test_arrows_that_do_not_meet_begin_at_the_points_of_a_path(count: int, found: int):
    """Tips that are not the next tails: the next point itself as (dx, dy), or a slope."""
    notebook = Notebook()
    for tail, tip in list(pairwise(np.vstack([WALK, [2.0, 1.2]])))[:count]:
        x, y = zip(tail, tail + tip + 0.1, strict=True)
        notebook.draw("arrow", x, y)

    loose = [
        hit.value.points
        for hit in find_paths(notebook.context(), FindPaths(sources=("drawn",)), "2").hits
        if hit.value.loose
    ]

    assert len(loose) == found
    assert holds(loose, WALK) is bool(found)


def test_drawn_lines_and_quivers():
    """A line through the points, and all arrows in one call."""
    notebook = Notebook()
    notebook.draw("plot", WALK[:, 0], WALK[:, 1])
    ends = np.stack([WALK[:-1], WALK[1:]], axis=1)
    notebook.draw("quiver", ends[:, :, 0], ends[:, :, 1], panel=1)

    found = paths(notebook, sources=("drawn",))

    assert [len(p) for p in found] == [4, 4]


def matrices(notebook: Notebook) -> list[Array]:
    """The matrices that are found."""
    what = FindMatrices(shape=(2, 2))
    return [hit.value for hit in find_matrices(notebook.context(), what, "2").hits]


def test_matrices_wherever_they_are():
    """In dicts, lists and larger arrays; equal ones once."""
    notebook = Notebook()
    one, two = np.eye(2), np.array([[2.0, 1.0], [1.0, 3.0]])
    notebook.bind("results", {(0.1, 0): notebook.keep(one), (0.1, 1): notebook.keep(two)})
    notebook.bind("all", notebook.keep(np.stack([[one, two], [two, 3 * one]])))
    notebook.bind("listed", [[1.0, 0.0], [0.0, 1.0]])

    assert len(matrices(notebook)) == 3


@pytest.mark.parametrize(("length", "count"), [(LONG, LONG), (LONG + 1, 2)])
def test_the_ends_of_a_history(length: int, count: int):
    """Of a long history only the first and the last matrix count."""
    notebook = Notebook()
    history = np.eye(2) * np.arange(1, length + 1)[:, None, None]
    notebook.bind("history", notebook.keep(history))

    assert len(matrices(notebook)) == count


def test_matrices_that_are_not_finite():
    """A result that diverged is no matrix to compare."""
    notebook = Notebook()
    notebook.bind("P", notebook.keep(np.array([[np.nan, 0], [0, 1.0]])))

    assert matrices(notebook) == []


def test_stated_numbers():
    """What a cell prints, and what a variable of a fitting name holds."""
    notebook = Notebook(stdout="start 1: 0.25\nstart 2: 1.5e-3")
    notebook.bind("errors", notebook.keep(np.array([0.5, 0.75])))
    notebook.bind("losses", notebook.keep(np.array([9.5])))
    what = FindStated(names=("*err*",))

    values = [hit.value for hit in find_stated(notebook.context(), what, "2").hits]

    assert {0.25, 1.5e-3, 0.5, 0.75} <= set(values)
    assert 9.5 not in values


def test_a_large_variable_states_nothing():
    """A history of errors is no table of results."""
    notebook = Notebook()
    notebook.bind("errors", notebook.keep(np.arange(101.0)))

    assert not find_stated(notebook.context(), FindStated(names=("err*",)), "2").hits


@pytest.mark.parametrize(
    ("printed", "want"),
    [
        ("1,595\n6,5692\n0,0372", [1.595, 6.5692, 0.0372]),
        ("-1,595 und 0,51", [-1.595, 0.51]),
        ("1,595 of 6.5692", [1595, 6.5692]),
        ("1,595", [1595]),
        ("1,234,567\n1,595", [1234567, 1595]),
        ("1.595\n0,0372", [1.595, 0.0372]),
        ("(1, 2)\n1,595", [1, 2, 1595]),
    ],
)
def test_a_comma_means_what_it_means_beside(printed: str, want: list[float]):
    """Of 1,595 there are two readings; what stands around it tells which."""
    notebook = Notebook(printed)

    got = find_stated(notebook.context(), FindStated(), "2").hits

    assert [hit.value for hit in got] == want
