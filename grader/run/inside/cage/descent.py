"""Find and kill the descendants of a process, where no PID namespace ends them at once.

In:   the process above them, which adopts their orphans.
Out:  lists of process numbers.
Touches: those processes: a fork storm is stopped first, killed then.
"""

import contextlib
import os
import signal
import time

PATIENCE_S = 5.0


def parents() -> dict[int, int]:
    """Return every living process's parent."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            parent = parent_of(int(name))
            if parent:
                found[int(name)] = parent
    return found


def parent_of(pid: int) -> int:
    """Return the parent of a process; 0 for a zombie, and one that is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
        return 0 if state in "ZX" else int(parent)
    return 0


def below(root: int) -> list[int]:
    """List the living descendants of `root`."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        children.setdefault(parent, []).append(pid)
    found, queue = [], [root]
    while queue:
        own = children.get(queue.pop(), [])
        found += own
        queue += own
    return found


def is_below(pid: int, root: int) -> bool:
    """Tell whether a living process descends from `root`."""
    while pid > 1:
        pid = parent_of(pid)
        if pid == root:
            return True
    return False


def kill_below(root: int, keep: int) -> None:
    """Kill all below `root`; `keep` is another's to reap, for its status."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        pids = [pid for pid in below(root) if pid != keep]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
        reap(root, keep)
        if not pids:
            return
        time.sleep(0.001)


def reap(root: int, keep: int) -> None:
    """Collect the dead children of this process, `root`, but never `keep`."""
    for pid in children(root):
        if pid != keep:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def children(root: int) -> list[int]:
    """List the children of a process, dead ones included."""
    found = []
    with contextlib.suppress(OSError):
        path = f"/proc/{root}/task/{root}/children"
        with open(path, encoding="ascii") as file:
            found = [int(word) for word in file.read().split()]
    return found
