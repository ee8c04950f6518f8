"""End every process that descends from this one, however it detached itself.

In:   nothing.
Out:  nothing.
Touches: this process becomes the reaper of its orphans (Linux), and kills them.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 2.0


def adopt_orphans() -> None:
    """Make orphans of this process's tree its own children; only Linux can."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Be killed when the parent dies; only Linux can."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def kill_trees(leaders: set[int], others: set[int]) -> None:
    """End children of this process and all that descends from them, and collect them.

    So are children that are neither leaders nor of the `others`: orphans of a tree
    whose leader was killed from inside.
    """
    _kill(leaders, signal.SIGSTOP)
    end, own = time.monotonic() + PATIENCE_S, os.getpid()
    killed: set[int] = set()
    while time.monotonic() < end:
        parents = _parents()
        roots = {p for p, parent in parents.items() if parent == own and p not in others}
        found = {pid for root in roots for pid in [root, *_below(root, parents)]} - leaders
        if not found:
            break
        _kill(found, signal.SIGSTOP, signal.SIGKILL)
        killed |= found
    _kill(leaders, signal.SIGKILL)
    _wait_for(set(leaders), end)
    _wait_for(killed, end)


def _wait_for(pids: set[int], end: float) -> None:
    """Collect children; a dead one can be when the last of its threads is gone."""
    while pids and time.monotonic() < end:
        for pid in tuple(pids):
            try:
                gone = os.waitpid(pid, os.WNOHANG)[0]
            except ChildProcessError:
                gone = pid
            if gone:
                pids.discard(pid)
        time.sleep(0.001 if pids else 0)


def _kill(pids: Iterable[int], *numbers: int) -> None:
    for number in numbers:
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, number)


def kill_descendants() -> None:
    """Kill until none is left; a fork storm is stopped first, then killed."""
    end = time.monotonic() + PATIENCE_S
    while (pids := descendants(os.getpid())) and time.monotonic() < end:
        _kill(pids, signal.SIGSTOP, signal.SIGKILL)
        collect()
        time.sleep(0.005)


def collect() -> list[int]:
    """Collect every dead child of this process; return their numbers."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            found.append(pid)
    return found


def descendants(root: int) -> list[int]:
    """List the living processes below `root`."""
    return _below(root, _parents())


def _below(root: int, parents: dict[int, int]) -> list[int]:
    found, queue = [], [root]
    while queue:
        above = queue.pop()
        below = [pid for pid, parent in parents.items() if parent == above]
        found += below
        queue += below
    return found


def _parents() -> dict[int, int]:
    if not Path("/proc/self/stat").exists():
        return _parents_by_ps()
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = Path(f"/proc/{name}/stat").read_text(encoding="utf-8", errors="replace")
            state, parent = text.rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(name)] = int(parent)
    return found


def _parents_by_ps() -> dict[int, int]:
    command = ["ps", "-A", "-o", "pid=,ppid="]
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        listing = subprocess.run(command, capture_output=True, timeout=2, text=True)
        pairs = (line.split()[:2] for line in listing.stdout.splitlines())
        return {int(pid): int(parent) for pid, parent in pairs}
    return {}
