"""Boxes that are forked: as good as new, and gone when anything above them is."""

import contextlib
import functools
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.model.run import Limits, RunStatus
from grader.run import PlainLauncher, WarmLauncher, choose, warm
from grader.run.choose import VARIABLE, Choice
from grader.run.levels import Level, preflight

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can fork warm")

SPOIL = """
import builtins, os, random, signal, sys, warnings
import numpy as np, matplotlib, torch
from matplotlib import pyplot as plt
np.random.seed(0); random.seed(0); torch.manual_seed(0)
np.set_printoptions(precision=1)
np.seterr(all="raise")
np.sum = None
np.array([1.0]).sum()
torch.set_default_dtype(torch.float64)
torch.set_num_threads(2)
torch.nn.Module.spoiled = True
plt.rcParams["figure.figsize"] = (1, 1)
matplotlib.use("svg")
plt.figure()
builtins.spoiled = True
sys.modules["spoiled"] = sys
sys.path.insert(0, "/spoiled")
sys.argv.append("spoiled")
os.environ["SPOILED"] = "1"
os.umask(0)
warnings.simplefilter("error")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(os.path.expanduser("~/spoiled"), "w").close()
os.chdir("/")
"""
LOOK = """
import builtins, os, random, signal, sys, warnings
import numpy as np, torch
from matplotlib import pyplot as plt
umask = os.umask(0o22)
fresh = {
    "threads": torch.get_num_threads(),
    "dtype": str(torch.get_default_dtype()),
    "class": hasattr(torch.nn.Module, "spoiled"),
    "sum": callable(np.sum),
    "precision": np.get_printoptions()["precision"],
    "errors": np.geterr()["divide"],
    "size": list(plt.rcParams["figure.figsize"]),
    "backend": plt.get_backend(),
    "figures": plt.get_fignums(),
    "builtin": hasattr(builtins, "spoiled"),
    "module": "spoiled" in sys.modules,
    "path": "/spoiled" in sys.path,
    "argv": len(sys.argv),
    "variable": "SPOILED" in os.environ,
    "umask": umask,
    "errors_raised": any(f[0] == "error" and f[2] is Warning for f in warnings.filters),
    "handler": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
    "home": os.path.exists(os.path.expanduser("~/spoiled")),
    "folder": os.path.basename(os.getcwd()),
}
"""
DRAW = """
import multiprocessing, random, secrets, tempfile, uuid
import numpy as np, torch
drawn = [
    random.random(), np.random.rand(), torch.rand(1).item(), torch.initial_seed(),
    uuid.uuid4().hex, secrets.token_hex(), next(tempfile._get_candidate_names()),
    np.random.default_rng().random(),
    bytes(multiprocessing.current_process().authkey).hex(),
]
"""
SAME = {
    "fresh": LOOK,
    "values": """
import numpy as np, pandas as pd
a = np.arange(6.0)
print(a)
pd.Series(a).mean()
""",
    "network": """
import torch
from torch import nn
torch.manual_seed(3)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
    def forward(self, x):
        return torch.relu(self.a(x)).sum(-1)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net(torch.ones(4, 2)).mean().backward()
optimizer.step()
after = net(torch.ones(1, 2)).detach()
""",
    "figure": """
import matplotlib.pyplot as plt
fig, (left, right) = plt.subplots(1, 2)
left.plot(a, a ** 2, label="square")
left.legend()
right.imshow(a.reshape(2, 3), cmap="viridis")
right.set_title("$x^2$")
plt.show()
""",
    "saved": """
fig, ax = plt.subplots()
ax.plot(a)
plt.show()
fig.savefig("f.png")
from PIL import Image
seen = [fig.dpi, list(fig.get_size_inches()), list(Image.open("f.png").size)]
seen += [fig.canvas.get_width_height()]
""",
    "error": "def f(x):\n    return 1 / x\nf(0)",
    "warning": "import warnings\nwarnings.warn('careful')\nnp.log(np.array([0.0]))",
    "missing": "import no_such_package",
    "input": "name = input()\nimport sys\nsys.argv[1:2], sys.flags.isolated",
    "shell": "word = 'hi'\n!echo {word}; exit 3\n_exit_code",
    "unbound": "sorted(n for n in globals() if n in ('torch', 'sys', 'scipy', 'Recorder'))",
}


def value(seen, name):
    """Return what a name held last."""
    return [named.value for named in seen.names if named.name == name][-1]


@pytest.fixture(scope="module")
def warm_box(box):
    return functools.partial(box, launcher=WarmLauncher())


@pytest.fixture(scope="module")
def both(box, warm_box):
    """One notebook, in a new process and in a fork made after a spoiled one."""
    spoiled = warm_box(SPOIL)
    assert spoiled.run.status is RunStatus.OK, spoiled.cells[0].error
    return box(*SAME.values(), launcher=PlainLauncher()), warm_box(*SAME.values())


def test_a_spoiled_box_spoils_no_other(both):
    """What a notebook does to libraries, interpreter and process is new in the next."""
    plain, forked = (value(seen, "fresh") for seen in both)

    assert forked == plain
    assert (forked["dtype"], forked["sum"], forked["size"]) == (
        "torch.float32",
        True,
        [6.4, 4.8],
    )


def test_no_two_boxes_draw_the_same(warm_box):
    """Random states, keys and names of two forks of one parent have nothing in common."""
    first, second = (value(warm_box(DRAW), "drawn") for _ in range(2))

    assert not set(first) & set(second)


def test_both_launchers_see_the_same(both):
    """The evidence of a forked box is that of a new process, pictures included."""
    plain, forked = both

    for name, left, right in zip(SAME, plain.cells, forked.cells, strict=True):
        assert (name, facts(left)) == (name, facts(right))
    assert plain.names == forked.names
    assert plain.candidates == forked.candidates
    assert plain.drawings == forked.drawings
    assert plain.arrays.keys() == forked.arrays.keys()
    assert plain.pictures == forked.pictures
    assert (plain.run.status, plain.run.notes) == (forked.run.status, forked.run.notes)
    assert plain.run.versions == forked.run.versions
    assert value(forked, "seen") == [100.0, [6.4, 4.8], [640, 480], (640, 480)]
    assert forked.cells[-1].result == "['sys', 'torch']\n"


def facts(cell):
    """Return what is seen of a cell, without the number of its process."""
    error = cell.error and (cell.error.name, cell.error.message, cell.error.line)
    stderr = [line for line in cell.stderr.splitlines() if "ipykernel_" not in line]
    return cell.status, cell.stdout, stderr, cell.result, error, cell.pictures, cell.notes


def test_the_runners_libraries_are_not_the_students(warm_box):
    """A kernel shows what it needs itself, and nothing of what drives it."""
    seen = warm_box(
        "import sys\nfound = [n for n in sys.modules"
        " if n.split('.')[0] in ('nbclient', 'nbformat') or n.startswith('_box.runner')]"
    )

    assert value(seen, "found") == []


@pytest.mark.parametrize("level", list(Level))
def test_every_level_runs_a_notebook(box, level):
    """A forked box computes, trains and draws at every level that holds here."""
    if level is not Level.L0 and not preflight(level).holds:
        pytest.skip(f"{level} does not hold on this machine")

    seen = box(*list(SAME.values())[:5], launcher=WarmLauncher(level=level))

    assert (seen.run.status, seen.run.isolation) == (RunStatus.OK, str(level))
    assert len(seen.pictures) == 2


def test_nothing_is_left_of_a_box(warm_box):
    """After a run the parent has no child, living or dead, and no more descriptors."""
    warm_box("import os\nif os.fork() == 0: os.execvp('sleep', ['sleep', '100'])")
    (parent,) = warm._parents.values()
    before = descriptors(parent.process.pid)

    warm_box("a = 1")

    assert children(parent.process.pid) == []
    assert descriptors(parent.process.pid) == before


def test_a_dead_parent_is_replaced(warm_box):
    """Its boxes end with the parent; the next box has a new one."""
    parent = warm.parent_of(sys.executable)
    os.kill(parent.process.pid, signal.SIGKILL)
    parent.process.wait()

    seen = warm_box("a = 1")

    assert seen.run.status is RunStatus.OK
    assert warm._parents[sys.executable, os.getpid()] is not parent


HOST = """
import sys
sys.path.insert(0, {path!r})
from pathlib import PurePosixPath
from grader.model.run import Limits
from grader.model.submission import SourceCell, Submission
from grader.run import WarmLauncher, execute
cells = (SourceCell(kind="code", source="import os; os.system('sleep {mark}')"),)
nb = Submission(id="a", notebook=PurePosixPath("a.ipynb"), cells=cells)
execute(nb, Limits(), lambda _: ((), {{}}), WarmLauncher())
"""


@pytest.mark.parametrize("victim", ["host", "parent"])
def test_nothing_outlives_what_is_above_it(victim, tmp_path):
    """A killed host takes the parent and the box along; so does a killed parent."""
    mark = str(10**9 + secrets.randbelow(10**9))
    path = str(Path(warm.__file__).parents[2])
    host = subprocess.Popen(
        [sys.executable, "-c", HOST.format(path=path, mark=mark)],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        assert until(lambda: sleeping(mark), 60)
        (parent,) = children(host.pid)
        os.kill(host.pid if victim == "host" else parent, signal.SIGKILL)

        assert until(lambda: not sleeping(mark), 10)
        assert until(lambda: parent not in children(host.pid) and not lives(parent), 10)
    finally:
        host.kill()
        host.wait()


def until(happened, seconds):
    """Wait until something has happened; tell whether it has."""
    end = time.monotonic() + seconds
    while not (found := happened()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def sleeping(mark):
    """Tell whether a process was told to sleep for so long."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "cmdline").read_bytes() == b"sleep\0" + mark.encode() + b"\0":
                return True
    return False


def children(pid):
    """List the children of a process, dead ones included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            if int(text.rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return found


def lives(pid):
    """Tell whether a process exists and is no zombie."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return text.rpartition(")")[2].split()[0] not in "ZX"
    return False


def descriptors(pid):
    """Count the open files of a process."""
    return len(os.listdir(f"/proc/{pid}/fd"))


class Failing:
    isolation = "L3"

    def start(self, stage, limits):
        raise OSError("no fork")


def test_what_cannot_be_forked_is_started_anew(tmp_path):
    """If the first launcher cannot start a box the other one does, and a note says so."""
    plain = PlainLauncher()

    box, used, note = Choice(Failing(), plain).start(tmp_path, Limits())
    box.kill()

    assert used is plain
    assert note == "The warm launcher could not be used (no fork); a new process was."


def test_without_another_launcher_the_failure_is_told(tmp_path):
    """A launcher that was asked for by name is not replaced in silence."""
    with pytest.raises(OSError, match="no fork"):
        Choice(Failing()).start(tmp_path, Limits())


def test_the_variable_chooses(monkeypatch):
    """GRADER_LAUNCHER names a launcher; unset, Linux forks and can fall back at L0 only."""
    expected = {
        ("", None): Choice(WarmLauncher()),
        ("", Level.L1): Choice(WarmLauncher(level=Level.L1)),
        ("", Level.L0): Choice(WarmLauncher(level=Level.L0), PlainLauncher()),
        ("warm", Level.L0): Choice(WarmLauncher(level=Level.L0)),
        ("plain", None): Choice(PlainLauncher()),
        ("plain", Level.L0): Choice(PlainLauncher()),
    }
    found = {}
    for word, level in expected:
        monkeypatch.setenv(VARIABLE, word)
        found[word, level] = choose(level)

    assert found == expected


def test_the_plain_launcher_confines_nothing(monkeypatch):
    """What shall be confined is never run in the open instead."""
    monkeypatch.setenv(VARIABLE, "plain")

    with pytest.raises(UsageError, match="cannot confine notebooks at L1"):
        choose(Level.L1)


def test_another_word_is_refused(monkeypatch):
    """A word that names no launcher is the caller's mistake."""
    monkeypatch.setenv(VARIABLE, "hot")

    with pytest.raises(UsageError) as caught:
        choose()

    assert str(caught.value) == (
        "GRADER_LAUNCHER: GRADER_LAUNCHER is 'hot'\n"
        "  hint: use 'warm', 'plain' or leave it unset"
    )


def test_the_parent_holds_no_file_that_a_box_would_read_from(warm_box):
    """A font reads its signs from an open file, whose number a fork gives to others.

    Signs that no earlier figure had must not be read from the kernel's own descriptors.
    """
    figure = (
        "import matplotlib.pyplot as plt\n"
        "plt.title(r'$\\Xi \\sum_{k=1}^K \\mathcal{N}(\\mu, \\Sigma)$ Ж Ω')\n"
        "plt.yscale('log'); plt.plot([1, 2], label=r'$\\alpha v$, ﬁ Ť ẞ')\n"
        "plt.legend(); plt.show()"
    )

    seen = warm_box(figure)
    parent = warm.parent_of(sys.executable).process.pid
    held = [Path(f"/proc/{parent}/fd/{n}") for n in os.listdir(f"/proc/{parent}/fd")]

    assert seen.run.status is RunStatus.OK
    assert len(seen.pictures) == 1
    assert [str(path.readlink()) for path in held if path.is_file()] == []
