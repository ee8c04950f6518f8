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
LAST_PATIENCE_S = 60.0
ENDED = "ZX"


def parents() -> dict[int, int]:
    """Return every process's parent, also of one that has ended.

    The first thread of a process may have ended while others are on their way out; till
    then its children are still its own.
    """
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            state, parent = state_of(int(name))
            if state:
                found[int(name)] = parent
    return found


def state_of(pid: int) -> tuple[str, int]:
    """Return the state of a process and its parent; "" if it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
        return state, int(parent)
    return "", 0


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
    return [pid for pid in found if state_of(pid)[0] not in ("", *ENDED)]


def is_below(pid: int, root: int) -> bool:
    """Tell whether a living process descends from `root`."""
    while pid > 1:
        pid = state_of(pid)[1]
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


def kill_rest() -> None:
    """Kill all that is left below this process, until the kernel says that it has none.

    Looking through /proc is not one moment; having no child at all is.
    """
    end = time.monotonic() + LAST_PATIENCE_S
    while time.monotonic() < end:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in below(os.getpid()):
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
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
