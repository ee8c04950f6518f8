"""A real notebook, run by the real runner, at every level."""

import pytest
from conftest import IS_ROOT, run_in

CELLS = [
    "import numpy as np, torch, matplotlib.pyplot as plt\n"
    "x = torch.arange(6.).reshape(2, 3)\nprint((x @ x.T).numpy().sum())",
    "plt.plot(np.sin(np.linspace(0, 3, 50))); plt.show()",
    "import pandas as pd\nopen('out.csv', 'w').write('a,b\\n1,2\\n')\n"
    "print(pd.read_csv('out.csv').shape)",
    "import sqlite3\nc = sqlite3.connect('a.db'); c.execute('create table t(x)')\n"
    "c.execute('insert into t values (1)'); c.commit()\n"
    "print(c.execute('select count(*) from t').fetchall())",
    "import multiprocessing as mp, time\nbegin = time.time()\n"
    "p = mp.Process(target=time.sleep, args=(0,)); p.start(); p.join()\n"
    "print(p.exitcode, time.time() - begin < 3)",
    "import time\ntime.sleep(60)",
    "print('after')",
]


def run_cells(level, cells, memory=2 << 30):
    from pathlib import PurePosixPath

    from boxes import CagedLauncher

    from grader.model.run import Limits
    from grader.model.submission import SourceCell, Submission
    from grader.run.execute import execute
    from grader.run.plans import Resources

    submission = Submission(
        id="ada",
        notebook=PurePosixPath("sheet.ipynb"),
        cells=tuple(SourceCell(kind="code", source=cell) for cell in cells),
        files=(),
    )
    launcher = CagedLauncher(level, Resources(memory=memory))
    limits = Limits(cell_seconds=20, total_seconds=120)
    seen = execute(submission, limits, lambda _: ((), {}), launcher)
    texts = [cell.stdout for cell in seen.cells]
    errors = [cell.error.name if cell.error else "" for cell in seen.cells]
    return str(seen.run.status), texts, errors


CASES = [
    *([("root", "L3")] if IS_ROOT else []),
    ("root", "L2"),
    ("open", "L1"),
    ("plain", "L2"),
    ("plain-closed", "L1"),
    ("open-docker", "L1"),
    ("root", "L0"),
]


@pytest.mark.parametrize(("kind", "level"), CASES)
def test_a_notebook_runs_as_if_there_were_no_box(kind, level):
    """numpy, torch, figures, files, sqlite, processes and an interrupt all work."""
    status, texts, errors = run_in(kind, run_cells, level, CELLS)

    assert texts[:5] == ["83.0\n", "", "(1, 2)\n", "[(1,)]\n", "0 True\n"]
    assert errors == ["", "", "", "", "", "KeyboardInterrupt", ""]
    assert texts[6] == "after\n"
    assert status == "cell_timeout"


@pytest.mark.parametrize(("kind", "level"), [("root", "L2"), ("plain-closed", "L1")])
def test_too_much_memory_is_an_error_a_student_knows(kind, level):
    """Without a control group the limit of the process raises MemoryError."""
    cells = ["import numpy as np\nx = np.ones((60_000, 60_000))", "print('after')"]
    _, texts, errors = run_in(kind, run_cells, level, cells)

    assert errors[0] in ("_ArrayMemoryError", "MemoryError")
    assert texts[1] == "after\n"
