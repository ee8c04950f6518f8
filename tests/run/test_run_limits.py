"""What ends a cell or a run, and what is kept of it."""

import contextlib
import os
import secrets
import time
from pathlib import Path

import pytest

from grader.model.evidence import CellStatus
from grader.model.run import Limits, RunStatus
from grader.model.submission import IntakeStatus, Submission
from grader.run import PlainLauncher, execute

OK, ERROR, TIMEOUT = CellStatus.OK, CellStatus.ERROR, CellStatus.TIMEOUT


def sleeping(mark: str) -> bool:
    """Tell whether a process was told to sleep for so long; a zombie has no arguments."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                return True
    return False


def test_a_killed_kernel_is_noticed_at_once(each_box):
    """A kernel that ends is noticed long before the cell's limit; evidence stays."""
    begin = time.monotonic()

    seen = each_box(
        "a = 1", "import os; os.kill(os.getpid(), 9)", "b = 2", cell_seconds=300
    )

    assert time.monotonic() - begin < 150
    assert seen.run.status is RunStatus.KERNEL_DIED
    assert [cell.status for cell in seen.cells] == [OK, ERROR, CellStatus.NOT_RUN]
    assert [(named.name, named.value) for named in seen.names] == [("a", 1)]


def test_loops_prints_and_deep_sleep_have_limits(each_box):
    """An endless loop is interrupted, a flood is cut, and the next cell still runs."""
    seen = each_box(
        "while True: pass",
        "a = 1",
        "print('x' * 50_000_000)",
        "import os; os.system('yes | head -c 3000000')",
        "b = 2",
        cell_seconds=2,
        output_bytes=1000,
    )

    assert [cell.status for cell in seen.cells] == [TIMEOUT, OK, OK, OK, OK]
    assert seen.run.status is RunStatus.CELL_TIMEOUT
    assert [len(seen.cells[i].stdout) for i in (2, 3)] == [1000, 1000]
    assert "cut off" in seen.cells[2].notes[-1]
    assert {named.name for named in seen.names} >= {"a", "b"}


def test_a_cell_that_ignores_interrupts_ends_the_kernel(box):
    """What swallows the interrupt is killed two seconds later; later cells are not run."""
    stubborn = "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass"

    seen = box(stubborn, "a = 1", cell_seconds=1)

    assert [cell.status for cell in seen.cells] == [TIMEOUT, CellStatus.NOT_RUN]
    assert seen.run.status is RunStatus.KERNEL_DIED


def test_the_whole_run_has_a_limit(box):
    """When the total is used up, later cells are not run and the evidence stays."""
    seen = box("a = 1", "import time; time.sleep(60)", "b = 2", total_seconds=2)

    assert seen.run.status is RunStatus.TIMEOUT
    assert [cell.status for cell in seen.cells] == [OK, TIMEOUT, CellStatus.NOT_RUN]
    assert [named.name for named in seen.names] == ["a"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="survivors are found in /proc")
@pytest.mark.parametrize("end", ["", "os.kill(os.getppid(), 9)"])
def test_nothing_survives(each_box, end):
    """A double-forked process in a session of its own is gone afterwards."""
    mark = str(10**9 + secrets.randbelow(10**9))
    detach = f"""
import os, subprocess
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    child = subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
    os.write(write, str(child.pid).encode())
    os._exit(0)
survivor = int(os.read(read, 20))
"""
    seen = each_box(detach, end)

    assert "survivor" in {named.name for named in seen.names}
    assert not sleeping(mark)


def test_a_dead_runner_is_a_status(box, reachable):
    """Where a student can kill the runner, that ends the own run, and only that."""
    seen = box("a = 1", "import os; os.kill(os.getppid(), 9)", launcher=reachable)

    assert seen.run.status is RunStatus.KERNEL_DIED
    assert seen.cells[0].status is OK


def test_too_much_evidence_is_a_status(box):
    """Past the run's budget nothing more is kept, and the status says so."""
    many = "import numpy\na{0} = numpy.random.rand(5_000)"

    seen = box(*[many.format(i) for i in range(4)], evidence_bytes=300_000)

    assert seen.cells[3].status is OK
    assert 0 < sum(array.nbytes for array in seen.arrays.values()) < 300_000
    assert any("more data than is kept" in note for note in seen.run.notes)


def test_a_runner_that_cannot_start_is_our_failure(make):
    """Without an interpreter the status is ours, and nothing is raised."""
    missing = PlainLauncher(python=os.devnull)

    seen = execute(make("a = 1"), Limits(), lambda _: ((), {}), missing)

    assert seen.run.status is RunStatus.HARNESS_FAILED
    assert seen.run.reason.startswith("the runner could not be started")


def test_without_a_notebook_nothing_runs():
    """A submission that cannot be run keeps intake's reason."""
    empty = Submission(id="x", status=IntakeStatus.NO_NOTEBOOK, reason="Only a PDF.")

    seen = execute(empty, Limits(), lambda _: ((), {}))

    assert (seen.run.status, seen.run.reason) == (RunStatus.NOT_RUN, "Only a PDF.")


def test_forged_messages_harm_only_their_author(box):
    """Messages and reports that a student forges neither stop nor fail the run."""
    seen = box(
        """
kernel = get_ipython().kernel
for parent in ({}, {"header": []}, {"header": {"msg_id": []}}, kernel.get_parent()):
    for content in ({}, {"text": 3}, {"data": []}, {"execution_state": []}):
        for kind in ("stream", "error", "status", "display_data", "clear_output"):
            kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
print("still here")
""",
        """
report = [({"kind": "said", "notes": 5, "line": [], "error": {}}, [])]
report += [({"kind": "named", "name": "n", "type": "t", "value": float("nan")}, [b"x"])]
kernel.agent.after_cell = lambda content: report
""",
        "1 / 0",
        "kernel.agent.after_cell = lambda content: [({'kind': []}, 7), None]",
        "done = 1",
    )

    assert "still here" in seen.cells[0].stdout
    assert [cell.status for cell in seen.cells] == [OK, OK, ERROR, OK, OK]
    assert seen.cells[2].error.name == "ZeroDivisionError"
    assert seen.run.status is RunStatus.ERRORS
