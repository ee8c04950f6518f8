"""What is recorded while a notebook runs: cells, names, candidates, notes."""

import pytest

from grader.model.evidence import CandidateKind, CellStatus
from grader.model.run import RunStatus
from grader.model.value import ArrayRef, Frame, Opaque

CELLS = {
    "simple": "a = 2\nprint('hello')\na * 21",
    "arrays": """
import numpy as np, pandas as pd
small = np.arange(6.).reshape(2, 3)
large = np.zeros((1000, 3, 1000))
count = np.int64(7)
nested = {"x": [1, (2.5, None)], 3: {4}, "inf": float("inf"), "a": small}
table = pd.DataFrame({"p": [1.0, 2.0], "q": ["u", "v"]})
column = table["p"]
objects = [1, object()]
""",
    "error": "b = 1\nraise ValueError('no\\n' + chr(27) + '[31mred')\nc = 1",
    "after": "small[0, 0] = 9.0\na = 2\nb = b + 1",
    "imports": "import missing_one\nimport math\nfrom missing_two import z\nm = math.pi\nm",
    "builtins": """
import builtins
range, list, type, len, isinstance, print = 20, 3, None, None, None, None
builtins.min = builtins.max = builtins.sum = None
kept = [1, 2]
""",
    "lies": """
class Liar:
    def __repr__(self): raise ValueError("no")
    def __eq__(self, other): return True
    def __hash__(self): return 1
    def __len__(self): raise RuntimeError
    def __iter__(self): raise RuntimeError
    def __getattr__(self, name): raise RuntimeError(name)
    def __array__(self, *args, **kwargs): raise RuntimeError
    def __float__(self): return 42.0
    __class__ = property(lambda self: int)
class Answer(float):
    def __eq__(self, other): return True
liar, answer = Liar(), Answer(3)
class Meta(Answer.__class__):
    __name__ = property(lambda cls: 1 / 0)
class Strange(metaclass=Meta): pass
strange = Strange()
def honest(x): return x
honest.__signature__ = 3
class Broken(Exception):
    def __str__(self): raise ValueError
""",
    "raises a lie": "raise Broken()",
    "habits": """
name = input("Your name: ")
!pip install torch
%pip install torch
%matplotlib widget
%tensorflow_version 2.x
%pdb on
from google.colab import drive
drive.mount("/content/drive")
""",
    "exit": "exit()",
    "quit": "import sys\nsys.exit('done')",
    "syntax": "d = 1\nd = (",
    "helper": """
import helper, sheet.data as data
h = helper.twice(data.VALUE)
open("in.txt").read()
""",
    "functions": """
from functools import partial
import numpy as np
def f(x, y=1, *args, key, **rest): return x
g = lambda x: x
first_f = f
def f(x): return 2 * x
half = partial(f, 3)
vector = np.vectorize(g)
class Model:
    def __init__(self, size=3): pass
    def __call__(self, x): return x
model = Model()
sine = np.sin
from helper import twice
""",
    "networks": """
import torch
from torch import nn
class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(2, width)
        self.rest = [nn.Linear(width, 1)]
    def forward(self, x):
        return self.rest[0](torch.relu(self.first(x)))
net = MLP(4)
losses = [nn.MSELoss()(net(torch.zeros(1, 2)), torch.zeros(1, 1)).item()]
""",
    "again": "net = MLP(8)\nt = torch.ones(2, 3, dtype=torch.bfloat16, requires_grad=True)",
    "unbound": "MLP(16)(torch.zeros(1, 2)).shape",
    "last": "done = True",
}
FILES = {
    "helper.py": b"def twice(x): return 2 * x\n",
    "sheet/data.py": b"VALUE = 21\n",
    "in.txt": b"text",
    "drawing.py": b"MINE = 1\n",
}
INDEX = {name: i for i, name in enumerate(CELLS)}


@pytest.fixture(scope="module")
def seen(box):
    return box(*CELLS.values(), files=FILES)


@pytest.fixture(scope="module")
def cell(seen):
    return lambda name: seen.cells[INDEX[name]]


@pytest.fixture(scope="module")
def held(seen):
    """Every name's value at its last change."""
    return {named.name: named.value for named in seen.names}


def test_every_cell_is_reported(seen, cell):
    """Cells come back in order with status, output and result; errors do not stop them."""
    bad = {"error", "raises a lie", "syntax"}

    assert [c.index for c in seen.cells] == list(range(len(CELLS)))
    assert {n for n in CELLS if cell(n).status is CellStatus.ERROR} == bad
    assert seen.run.status is RunStatus.ERRORS
    assert (cell("simple").stdout, cell("simple").result) == ("hello\n", "42\n")


def test_an_error_says_where_and_what(cell):
    """An error has a name, a message without control codes, a line and a plain trace."""
    error = cell("error").error

    assert (error.name, error.line) == ("ValueError", 2)
    assert error.message == "no\nred"
    assert "\x1b" not in error.trace
    assert cell("syntax").error.name == "SyntaxError"
    assert cell("syntax").error.line == 2
    assert cell("raises a lie").error.name == "Broken"


def test_values_are_recorded_as_they_are(held, seen):
    """Numbers, containers, arrays, series and frames are kept in full."""
    array = held["nested"]["a"]

    assert held["a"] == 2
    assert (held["count"], type(held["count"])) == (7, int)
    assert held["nested"] | {"a": 0} == {
        "x": [1, (2.5, None)],
        3: frozenset({4}),
        "inf": float("inf"),
        "a": 0,
    }
    assert isinstance(array, ArrayRef)
    assert seen.arrays[array.sha256].tolist() == [[9, 1, 2], [3, 4, 5]]
    assert isinstance(held["table"], Frame)
    assert held["table"].columns == ("p", "q")
    assert held["table"].data[1] == ["u", "v"]
    assert held["column"].kind == "series"
    assert held["objects"] == [1, Opaque(type="builtins.object")]


def test_a_large_array_is_thinned_by_whole_steps(held, seen):
    """An array past the cap keeps every n-th element, and says so."""
    large = held["large"]

    assert large.whole == (1000, 3, 1000)
    assert large.shape == seen.arrays[large.sha256].shape == (63, 3, 125)
    assert large.step == (16, 1, 8)


def test_only_changes_are_recorded(seen):
    """A name is recorded when new or changed, also when changed in place; else not."""
    after = [n.name for n in seen.names if n.cell == INDEX["after"]]

    assert sorted(after) == ["b", "nested", "small"]
    assert [n.name for n in seen.names if n.cell == INDEX["last"]] == ["done"]


def test_what_python_calls_equal_may_have_changed(box):
    """1, 1.0 and True are three values, 0.0 and -0.0 two; NaN is one."""
    seen = box(
        "import numpy as np\na, b, c, d = [1], [0.0], [2], [np.nan]\ne = np.full(2, d)",
        "a, b, c[0] = [True], [-0.0], 2.0",
        "a, b = [1.0], [0.0]\nf = 0",
    )

    names = [[n.name for n in seen.names if n.cell == i] for i in range(3)]

    assert list(map(sorted, names)) == [list("abcde"), list("abc"), list("abf")]


def test_changes_of_what_is_too_much_are_seen(box):
    """An array that is not kept is still reported once, and again when it has changed."""
    seen = box(
        "import numpy as np\na = np.zeros(20_000)\nb = np.zeros(20_000)",
        "c = 1",
        "b[7] = 1",
        evidence_bytes=700_000,
    )

    assert [(n.name, n.cell, type(n.value)) for n in seen.names] == [
        ("a", 0, ArrayRef),
        ("b", 0, Opaque),
        ("c", 1, int),
        ("b", 2, Opaque),
    ]


def test_nothing_of_ours_is_recorded(held):
    """Neither IPython's names nor modules nor the student's private ones appear."""
    assert not {"In", "Out", "get_ipython", "exit", "quit", "np", "_"} & set(held)


def test_a_missing_import_takes_nothing_with_it(cell, held):
    """The rest of a cell of imports runs, and the note names what is missing."""
    assert cell("imports").status is CellStatus.OK
    assert held["m"] == pytest.approx(3.14159, abs=1e-5)
    assert [note.rpartition(": ")[2] for note in cell("imports").notes] == [
        "No module named 'missing_one'",
        "No module named 'missing_two'",
    ]


def test_rebound_builtins_do_not_break_the_record(held):
    """Names like range, list and type are recorded as what they hold now."""
    assert (held["range"], held["list"], held["type"]) == (20, 3, None)
    assert held["kept"] == [1, 2]


def test_lying_objects_are_opaque(held, seen):
    """An object that raises or pretends is named by its type and nothing else."""
    assert held["liar"] == Opaque(type="__main__.Liar")
    assert held["answer"] == Opaque(type="__main__.Answer")
    assert "honest" in {name for c in seen.candidates for name in c.names}


def test_habits_are_neutralised_with_a_note(cell, held):
    """input(), installs, interactive backends, Colab and exit() end no run."""
    assert held["name"] == ""
    assert cell("habits").notes == (
        'input() was answered with an empty text "".',
        "'pip install torch' was not run: nothing is installed while grading.",
        "%matplotlib widget was replaced by %matplotlib inline.",
        "%tensorflow_version was ignored: it is not known here.",
        "%pdb was ignored: nobody is there to answer.",
        "google.colab is not available here; its calls do nothing.",
    )
    assert cell("exit").notes == ("exit() was ignored, so that the later cells could run.",)
    assert cell("quit").status is CellStatus.OK
    assert "sys.exit()" in cell("quit").notes[0]


def test_files_beside_the_notebook_can_be_used(cell, held):
    """Handed-in modules are importable and files can be opened by their names."""
    assert held["h"] == 42
    assert cell("helper").result == "'text'\n"


def test_functions_and_classes_are_kept(seen):
    """Every function and class of the student's is a candidate, with its parameters."""
    found = {c.names: c for c in seen.candidates if c.cell == INDEX["functions"]}

    assert set(found) == {
        ("f",),
        ("g",),
        ("first_f",),
        ("half",),
        ("vector",),
        ("Model",),
        ("model",),
        ("twice",),
    }
    first = found["first_f",]
    assert [(p.name, p.required, p.kind) for p in first.parameters] == [
        ("x", True, "positional"),
        ("y", False, "positional"),
        ("args", False, "args"),
        ("key", True, "keyword"),
        ("rest", False, "kwargs"),
    ]
    assert found["Model",].kind is CandidateKind.CLASS
    assert found["model",].kind is CandidateKind.FUNCTION


def test_every_network_is_kept(seen):
    """A reused name keeps both networks; one that was never bound is found."""
    nets = [c for c in seen.candidates if c.kind is CandidateKind.NETWORK]

    assert [(c.id, c.names, c.cell) for c in nets] == [
        ("n0", ("net",), INDEX["networks"]),
        ("n1", ("net",), INDEX["again"]),
        ("n2", (), INDEX["unbound"]),
    ]
    assert [c.parameter_count for c in nets] == [12, 24, 48]
    assert nets[0].type == "__main__.MLP"


def test_tensors_come_without_their_graph(held, seen):
    """A tensor is recorded detached, in a dtype numpy knows."""
    assert (held["t"].kind, held["t"].dtype) == ("tensor", "float32")
    assert seen.arrays[held["t"].sha256].sum() == 6


def test_the_versions_of_the_kernel_are_known(seen):
    """The run says which libraries the kernel had."""
    assert {"python", "numpy", "torch"} <= {name for name, _ in seen.run.versions}


def test_layers_in_a_list_of_modules_are_kept(box):
    """A list of modules cannot be called, so that its layers are networks themselves."""
    seen = box(
        """
import torch
layers = torch.nn.ModuleList([torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)])
whole = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh())
"""
    )

    kinds = [c.type.rpartition(".")[2] for c in seen.candidates]

    assert sorted(kinds) == ["Linear", "Linear", "ModuleList", "Sequential"]
