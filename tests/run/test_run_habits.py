"""Habits of notebooks, cell by cell: what runs, what is passed over, and what is said."""

import pytest

from grader.model.evidence import CellStatus

OFFLINE = "there is no network while grading. Hand the files in with the notebook."
BESIDE = "only files handed in or supplied are here."
QUIET = [
    ("%time t = sum(range(10))", {"t": 45}),
    ("%%time\nu = 2", {"u": 2}),
    ("%%timeit -n 2 -r 1\nsum(range(10))", {}),
    ("%timeit -n 2 -r 1 sum(range(10))", {}),
    ("%matplotlib inline\nimport matplotlib.pyplot as plt", {}),
    ("%load_ext autoreload\n%autoreload 2", {}),
    ("%%bash\necho hi", {}),
    ("%%sh\nls", {}),
    ("%%python\nprint(1)", {}),
    ("%%writefile helper.py\ndef g(): return 3", {}),
    ("from helper import g\ngg = g()", {"gg": 3}),
    ("%run helper.py", {}),
    ("%%file note.txt\nhello", {}),
    ("!ls", {}),
    ("listed = !ls *.csv\nmany = len(listed)", {"many": 1}),
    ("%%capture\nprint('quiet'); cap = 1", {"cap": 1}),
    ("%env FOO=1", {}),
    ("%%javascript\nalert(1)", {}),
    ("%%html\n<b>hi</b>", {}),
    ("%%latex\n$x$", {}),
    ("?len", {}),
    ("len??", {}),
    ("%pinfo len", {}),
    ("%config InlineBackend.figure_format = 'retina'", {}),
    ("%precision 3", {}),
    ("%xmode Verbose", {}),
    ("pwd", {}),
    ("plt.plot([1, 2])\nplt.show(block=True)", {}),
    ("plt.ion()\nplt.pause(0.01)", {}),
    ("mng = plt.get_current_fig_manager()\nmng.full_screen_toggle()", {}),
    ("%cd nowhere", {}),
    ("!unzip -q data.zip", {}),
]
"""Cells that run as their author meant, or harmlessly, and need no word."""
SAID = [
    ("%matplotlib notebook",
     "%matplotlib notebook was replaced by %matplotlib inline.", {}),
    ("%matplotlib tk", "%matplotlib tk was replaced by %matplotlib inline.", {}),
    ("%matplotlib foo\nv = 1", "%matplotlib foo is not known here; figures are inline.",
     {"v": 1}),
    ("%load_ext nb_black\nw = 1",
     "%load_ext nb_black was ignored: No module named 'nb_black'.", {"w": 1}),
    ("%tensorboard --logdir runs", "%tensorboard was ignored: it is not known here.", {}),
    ("%%cython\ndef f(): pass", "%%cython was ignored: it is not known here.", {}),
    ("%debug", "%debug was ignored: nobody is there to answer.", {}),
    ("%pip install numpy",
     "'pip install numpy' was not run: nothing is installed while grading.", {}),
    ("!pip3 install -q torch",
     "'pip3 install -q torch' was not run: nothing is installed while grading.", {}),
    ("!{sys.executable} -m pip install q",
     "'{sys.executable} -m pip install q' was not run: nothing is installed while grading.",
     {}),
    ("!/usr/bin/python3 -m pip install q",
     "'/usr/bin/python3 -m pip install q' was not run: nothing is installed while grading.",
     {}),
    ("!sudo apt-get install -y x",
     "'sudo apt-get install -y x' was not run: nothing is installed while grading.", {}),
    ("!git clone file:///nowhere/x",
     f"'git clone file:///nowhere/x' failed: {OFFLINE}", {}),
    ("name = input('Name? ')", 'input() was answered with an empty text "".', {"name": ""}),
    ("exit()", "exit() was ignored, so that the later cells could run.", {}),
    ("quit", "exit() was ignored, so that the later cells could run.", {}),
    ("import sys; sys.exit()", "sys.exit() ended this cell only; the later cells were run.",
     {}),
    ("breakpoint(); a = 1", "breakpoint() was passed over: nobody is there to answer.",
     {"a": 1}),
    ("import pdb; pdb.set_trace(); b = 1",
     "pdb.set_trace() was passed over: nobody is there to answer.", {"b": 1}),
    ("from google.colab import drive\ndrive.mount('/content/drive')",
     "google.colab is not available here; its calls do nothing.", {}),
    ("from google.colab import files\nup = files.upload()\nfirst = list(up)[0]",
     "files.upload() was answered with data.csv, note.txt.", {"first": "data.csv"}),
    ("import os; os.chdir('/content/drive/MyDrive'); c = 1",
     "The folder /content/drive/MyDrive does not exist here; the notebook stayed.",
     {"c": 1}),
    ("%cd /home/me/course",
     "The folder /home/me/course does not exist here; the notebook stayed.", {}),
    ("import matplotlib; matplotlib.use('TkAgg')",
     "matplotlib.use('TkAgg') was ignored; figures are inline.", {}),
    ("plt.switch_backend('TkAgg')",
     "plt.switch_backend('TkAgg') was ignored; figures are inline.", {}),
    ("points = plt.ginput(1)",
     "ginput() was answered with no point: nobody is there to answer.", {"points": []}),
    ("plt.waitforbuttonpress()",
     "waitforbuttonpress() was passed over: nobody is there to answer.", {}),
    ("import sklearn_is_missing\nd = 1",
     "This import failed and the rest of the cell was run without it: "
     "ModuleNotFoundError: No module named 'sklearn_is_missing'", {"d": 1}),
    ("get_ipython().magic('matplotlib widget')",
     "%matplotlib widget was replaced by %matplotlib inline.", {}),
]  # fmt: skip
"""Cells that go on, with a sentence for their author."""
FAILING = [
    ("open('/content/data.csv')", f"/content/data.csv was not found: {BESIDE}"),
    ("np_missing = __import__('numpy').loadtxt('gone.csv')",
     f"A file was not found: {BESIDE}"),
    ("import urllib.request as r\nr.urlopen('http://localhost:9')",
     f"A download failed: {OFFLINE}"),
    ("n = int(input())", 'input() was answered with an empty text "".'),
    ("%run missing.ipynb", ""),
    ("print 'two'", ""),
    ("plt.get_current_fig_manager().window.state('zoomed')", ""),
]  # fmt: skip
"""Cells that fail, as they should; the later ones run."""
ABSENT = {
    "tqdm": """\
from tqdm.notebook import tqdm, trange
total = sum(x for x in tqdm([1, 2, 3], desc='epoch'))
with trange(4) as bar:
    for k in bar:
        bar.set_postfix(loss=k)
length, seen = len(bar), bar.n
tqdm.write('hello')""",
    "ipywidgets": """\
import ipywidgets as widgets
from ipywidgets import interact, interact_manual
calls = []
@interact(n=(0, 10), m=(0.0, 1.0, 0.1), which=['a', 'b'], on=True)
def show(n, m, which, on): calls.append((n, m, which, on))
interact(lambda s: calls.append(s), s=widgets.IntSlider(value=7, min=0, max=9))
interact_manual(lambda s: calls.append(s), s=1)""",
    "seaborn": """\
import seaborn as sns
sns.set_theme(style='dark')
styled = 1
sns.heatmap([[1]])""",
}
"""Packages that only decorate. A finder in front hides them where they are installed."""
HIDE = """\
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        last = sys.meta_path[-1]
        part = name.partition('.')[0] in ('tqdm', 'ipywidgets', 'seaborn')
        return last.find_spec(name, path, target) if part else None
sys.meta_path.insert(0, Hide())"""


def rows(table):
    """The sources of a table."""
    return [row[0] for row in table]


@pytest.fixture(scope="module")
def seen(box):
    """One run of all cells, in the order of the tables."""
    sources = [*rows(QUIET), *rows(SAID), *rows(FAILING), HIDE, *ABSENT.values()]
    return box(*sources, files={"data.csv": b"1,2\n", "own.py": b""})


@pytest.fixture(scope="module")
def cells(seen):
    """Cells by their source."""
    return {cell.source: cell for cell in seen.cells}


@pytest.fixture(scope="module")
def bound(seen):
    """For every cell's index the names it bound."""
    found: dict[int, dict[str, object]] = {}
    for name in seen.names:
        found.setdefault(name.cell, {})[name.name] = name.value
    return found


@pytest.mark.parametrize(("source", "names"), QUIET, ids=rows(QUIET))
def test_what_needs_no_word(cells, bound, source, names):
    """The cell runs, and its names are there."""
    cell = cells[source]

    assert (cell.status, cell.error, cell.notes) == (CellStatus.OK, None, ())
    assert {name: bound[cell.index][name] for name in names} == names


@pytest.mark.parametrize(("source", "note", "names"), SAID, ids=rows(SAID))
def test_what_is_passed_over_and_said(cells, bound, source, note, names):
    """The rest of the cell runs, and one sentence says what was left out."""
    cell = cells[source]

    assert cell.status is CellStatus.OK
    assert cell.notes == (note,)
    assert {name: bound[cell.index][name] for name in names} == names


@pytest.mark.parametrize(("source", "note"), FAILING, ids=rows(FAILING))
def test_what_fails_and_is_explained(cells, source, note):
    """Nothing is invented: the cell fails, and the next one runs."""
    cell = cells[source]

    assert cell.status is CellStatus.ERROR
    assert cell.notes == ((note,) if note else ())


def test_packages_that_only_decorate(cells, bound):
    """Bars count, sliders call once with their first values, styles do nothing."""
    tqdm, sliders, styles = (cells[source] for source in ABSENT.values())

    counted = {name: bound[tqdm.index][name] for name in ("total", "length", "seen")}
    assert counted == {"total": 6, "length": 4, "seen": 4}
    assert tqdm.stdout == "hello\n"
    assert tqdm.notes == ("tqdm is not installed here; its progress bars were left out.",)
    assert bound[sliders.index]["calls"] == [(5, 0.5, "a", True), 7]
    assert sliders.notes == (
        "ipywidgets is not installed here; interact() called its function once, with the "
        "first values.",
    )
    assert bound[styles.index]["styled"] == 1
    assert styles.notes == ("seaborn is not installed here; its styles were left out.",)


def test_a_missing_package_that_draws_is_no_silent_blank(cells):
    """What a stand-in cannot draw fails and says why."""
    error = cells[ABSENT["seaborn"]].error

    assert error is not None
    assert error.message == "seaborn is not installed here: there is no seaborn.heatmap"


@pytest.mark.parametrize(
    ("file", "library"),
    [
        ("/env/lib/python3.11/site-packages/torch/hub.py", True),
        ("/usr/lib/python3/dist-packages/torch/hub.py", True),
        ("/tmp/ipykernel_1/2.py", False),
        ("/usr/lib/python3.11/importlib/__init__.py", False),
    ],
)
def test_a_library_goes_without(file, library):
    """What a package looks for on its own is not stood in for."""
    from grader.run.inside import standins

    names = {"ask": standins.asked_by_library}
    exec(compile("answer = ask()", file, "exec"), names)  # noqa: S102 -- our own line

    assert names["answer"] is library
