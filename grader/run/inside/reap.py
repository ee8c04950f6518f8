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
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 2.0


def adopt_orphans() -> None:
    """Make orphans of this process's tree its own children; only Linux can."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants() -> None:
    """Kill until none is left; a fork storm is stopped first, then killed."""
    end = time.monotonic() + PATIENCE_S
    while (pids := descendants(os.getpid())) and time.monotonic() < end:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
        _collect()
        time.sleep(0.005)


def _collect() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def descendants(root: int) -> list[int]:
    """List the living processes below `root`."""
    parents = _parents()
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
