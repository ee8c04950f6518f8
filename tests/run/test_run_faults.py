"""What goes wrong around a run: no memory, a stopped runner, folders left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.model.evidence import CellStatus
from grader.model.run import RunStatus
from grader.run import WarmLauncher, channel, stages
from grader.run.channel import Channel, Ended, Silent, Stopped
from grader.run.levels import Level, preflight

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
FILL = "with open('f', 'wb') as f:\n    for _ in range(200): f.write(bytes(2**22))"
HARM = "import os\nfor n in (19, 20, 15, 9): os.kill(os.getppid(), n)"
STOP = "import os, signal, time\nos.kill(os.getppid(), signal.SIGSTOP)\ntime.sleep(100)"


@LINUX
def test_memory_that_is_used_up_is_a_status(box):
    """A kernel that is killed for its box's memory says so; what came before is kept.

    Files in the box are memory too; what a cell alone asks for ends as MemoryError.
    """
    if not preflight(Level.L3).holds:
        pytest.skip("no control groups on this machine")

    seen = box(
        "a = 1",
        FILL,
        "c = 2",
        launcher=WarmLauncher(level=Level.L3),
        memory_bytes=2**28,
    )

    assert seen.run.status is RunStatus.OUT_OF_MEMORY
    assert seen.run.reason == "The notebook used up its memory, 0.25 GB."
    assert [cell.status for cell in seen.cells] == [
        CellStatus.OK,
        CellStatus.ERROR,
        CellStatus.NOT_RUN,
    ]
    assert [named.name for named in seen.names] == ["a"]


@LINUX
def test_a_stopped_runner_holds_nobody(box, reachable, monkeypatch):
    """Who stops the runner ends the run in seconds, not at the limit of the cell."""
    monkeypatch.setattr(channel, "LOOK_S", 0.5)
    begin = time.monotonic()

    seen = box("a = 1", STOP, launcher=reachable, cell_seconds=300, total_seconds=300)

    assert time.monotonic() - begin < 120
    assert (seen.run.status, seen.run.reason) == (
        RunStatus.KERNEL_DIED,
        "The run was stopped from inside.",
    )
    assert [named.name for named in seen.names] == ["a"]


@LINUX
def test_the_first_process_of_a_namespace_is_out_of_reach(box):
    """The runner of a namespaced box can be neither stopped nor killed from inside."""
    if not preflight(Level.L2).holds:
        pytest.skip("no namespaces on this machine")

    seen = box("a = 1", HARM, "b = 2", launcher=WarmLauncher(level=Level.L2))

    assert seen.run.status is RunStatus.OK
    assert [named.name for named in seen.names if named.name in "ab"] == ["a", "b"]


@pytest.fixture
def pipe():
    """Two ends of a pipe."""
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


def waited(pipe, looks, monkeypatch):
    """Wait half a second for a line that never comes, looking so many times."""
    monkeypatch.setattr(channel, "LOOK_S", 0.01)
    reader, writer = pipe
    answers = iter(looks)
    quiet = Channel(reader, writer, 1000, lambda: next(answers, False))
    try:
        quiet.line(100, time.monotonic() + 0.5)
    finally:
        writer.close()
        quiet.close()


def test_only_twice_in_a_row_is_stopped(pipe, monkeypatch):
    """A runner that stands still at two looks will not go on."""
    with pytest.raises(Stopped):
        waited(pipe, [False, True, True], monkeypatch)


def test_a_moment_is_not_stopped(pipe, monkeypatch):
    """A runner that went on between two looks is given its time."""
    with pytest.raises(Silent):
        waited(pipe, [True, False, True, False], monkeypatch)


def test_a_closed_pipe_is_an_end(pipe):
    """An end is told at once, whoever stands still."""
    reader, writer = pipe
    writer.close()

    with pytest.raises(Ended):
        Channel(reader, writer, 1000, lambda: True).line(100, time.monotonic() + 60)


KILLED = """
import os, signal, sys
sys.path.insert(0, {path!r})
from grader.run import stages
with stages.stage() as folder:
    (folder / "file").write_text("x", encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@LINUX
def test_what_a_killed_host_left_is_removed(tmp_path):
    """The folder of a killed process is swept, also when its number is another's now."""
    path = str(Path(stages.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(path=path)],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    (left,) = tmp_path.iterdir()
    own, start = f"{os.getpid():x}", left.name.split(".")[2]
    again = tmp_path / f"nb-{left.name.split('.')[0][3:]}.{own}.{start}"
    again.mkdir()

    stages.sweep(tmp_path)

    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


@LINUX
def test_what_lives_or_is_not_ours_stays(tmp_path, monkeypatch):
    """Folders in use, of other names, of other process spaces, and links all stay."""
    monkeypatch.setattr(stages.tempfile, "tempdir", str(tmp_path))
    dead = f"{stages._processes():x}.7fffffff.1-"
    target = tmp_path / "mine"
    target.mkdir()
    (tmp_path / f"nb-{dead}link").symlink_to(target)
    for name in ("nb-old", "nb-1.7fffffff.1-elsewhere", f"xnb-{dead}a"):
        (tmp_path / name).mkdir()
    before = {path.name for path in tmp_path.iterdir()}

    with stages.stage() as folder:
        stages.sweep(tmp_path)

        assert {path.name for path in tmp_path.iterdir()} == before | {folder.name}
    stages.remove_untouched()
    assert {path.name for path in tmp_path.iterdir()} == before


STAGED = {
    "a file": lambda folder: (folder / "file").touch(),
    "a file that is gone": lambda folder: ((folder / "f").touch(), (folder / "f").unlink()),
    "another mode": lambda folder: folder.chmod(0o777),
    "another folder": lambda folder: (folder.rmdir(), folder.mkdir()),
    "no folder": lambda folder: folder.rmdir(),
}


@pytest.mark.parametrize("what", STAGED)
def test_a_stage_that_was_touched_is_removed(tmp_path, monkeypatch, what):
    """Nobody gets a folder that another box has changed, even back."""
    monkeypatch.setattr(stages.tempfile, "tempdir", str(tmp_path))
    with stages.stage() as folder:
        STAGED[what](folder)

    assert list(tmp_path.iterdir()) == []


def test_an_untouched_stage_serves_again(tmp_path, monkeypatch):
    """One at a time: two boxes at once have two; none is left when the process ends."""
    monkeypatch.setattr(stages.tempfile, "tempdir", str(tmp_path))
    with stages.stage() as first, stages.stage() as second:
        assert first != second
        assert list(first.iterdir()) == []
    with stages.stage() as third, stages.stage() as fourth:
        assert {third, fourth} == {first, second}

    stages.remove_untouched()

    assert list(tmp_path.iterdir()) == []


TAMPERED = {
    "gone": lambda folder: folder.rmdir(),
    "filled": lambda folder: (folder / "numpy.py").touch(),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_free_stage_that_was_touched_is_given_to_nobody(tmp_path, monkeypatch, how):
    """Between two boxes nobody can put anything into the second one's folder."""
    monkeypatch.setattr(stages.tempfile, "tempdir", str(tmp_path))
    with stages.stage() as first:
        pass
    TAMPERED[how](first)

    with stages.stage() as second:
        assert second != first
        assert list(tmp_path.iterdir()) == [second]
        assert list(second.iterdir()) == []
    stages.remove_untouched()
