"""End a box's processes from outside, whatever they did to detach themselves.

In:   the process that leads the box, and the folder that all of the box live in.
Out:  nothing.
Touches: processes of this machine: descendants of the leader, and processes whose
      environment names the folder. The latter need /proc.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from grader.run.inside.reap import descendants

PATIENCE_S = 3.0
PROC = Path("/proc")


def kill_box(leader: int, folder: Path) -> None:
    """Kill everything below `leader`, then `leader`, then what had left its tree.

    The leader adopts orphans as long as it lives, so it is stopped first and dies last.
    """
    _signal(leader, signal.SIGSTOP)
    _kill_until_none(lambda: descendants(leader))
    with contextlib.suppress(OSError):
        os.killpg(leader, signal.SIGKILL)
    _signal(leader, signal.SIGKILL)
    end_living_in(folder)


def end_living_in(folder: Path) -> None:
    """Kill every process that was started with the folder as its home."""
    _kill_until_none(lambda: living_in(folder))


def _kill_until_none(find: Callable[[], list[int]]) -> None:
    end = time.monotonic() + PATIENCE_S
    while (pids := find()) and time.monotonic() < end:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                _signal(pid, number)
        time.sleep(0.002)


def living_in(folder: Path) -> list[int]:
    """List the living processes whose environment names the folder as their home."""
    mark = b"HOME=" + os.fsencode(folder)
    found = []
    for pid in _all():
        with contextlib.suppress(OSError):
            words = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
            if any(word.startswith(mark) for word in words) and _parent(pid):
                found.append(pid)
    return found


def is_stopped(pid: int) -> bool:
    """Tell whether a process was stopped and waits to be continued; needs /proc."""
    with contextlib.suppress(OSError, IndexError):
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        return text.rpartition(")")[2].split()[0] in "Tt"
    return False


def _all() -> list[int]:
    if not PROC.is_dir():
        return []
    own = os.getpid()
    return [int(n) for n in os.listdir(PROC) if n.isdigit() and int(n) != own]


def _parent(pid: int) -> int:
    """Return a living process's parent; 0 for a zombie or one that is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        state, parent = text.rpartition(")")[2].split()[:2]
        return 0 if state in "ZX" else int(parent)
    return 0


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, number)
