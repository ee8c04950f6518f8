"""Judging in several processes: the same results, whatever happens to a process."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks judges")

REGRADE = """
import sys
from pathlib import Path
from grader import pipeline
rubric, run, *outs = map(Path, sys.argv[1:])
loaded = pipeline.load(str(rubric), rubric.parent)
for jobs, out in enumerate(outs, 1):
    pipeline.regrade(loaded, run, out, jobs=jobs)
"""
KILLED = """
import os, signal, sys, threading
from pathlib import Path
from grader import pipeline, store
from grader.judge import Judge
from grader.pipeline.judges import judges
rubric, run = map(Path, sys.argv[1:])
loaded = pipeline.load(str(rubric), rubric.parent)
judge = Judge(loaded.rubric, store.read(run / "reference"), loaded.handed_out)
folders = sorted((run / "evidence").iterdir())
alone = [pipeline.judged(judge, store.read(folder)) for folder in folders]
with judges(judge, 2) as several:
    assert several.workers is not None
    assert several.results(folders) == alone
    assert several.result(folders[0]) == alone[0]
    for pid in list(several.workers._processes):
        os.kill(pid, signal.SIGKILL)
    assert several.results(folders) == alone
    assert several.result(folders[0]) == alone[0]
sleeper = threading.Thread(target=threading.Event().wait, args=[60], daemon=True)
sleeper.start()
with judges(judge, 2) as several:
    assert several.workers is None
with judges(judge, 1) as several:
    assert several.workers is None
"""


def ran(script: str, *arguments: Path) -> str:
    """Run a script in a process of one thread; return what it complained about."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True).stderr


@pytest.fixture(scope="module")
def batch(graded, right):
    """Three submissions, graded."""
    return graded({"a": right, "b": right[:3], "c": right[3:]})


def test_as_many_judges_as_one_likes(assignment, batch, tmp_path):
    """Regrading writes the same bytes with one process and with two."""
    outs = tmp_path / "one", tmp_path / "two"

    assert ran(REGRADE, assignment.path, batch.out, *outs) == ""

    one, two = (
        {
            path.relative_to(out): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file()
        }
        for out in outs
    )
    assert one == two
    assert Path("scores.csv") in one


def test_a_killed_judge_costs_nobody_anything(assignment, batch):
    """What a dead worker would have judged is judged; threads and one job get no worker."""
    assert ran(KILLED, assignment.path, batch.out) == ""
