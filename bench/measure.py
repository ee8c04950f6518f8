"""Measure what work costs: wall time, the CPU time of all its processes, their memory.

In:   something to call.
Out:  seconds, MiB.
Touches: nothing; it reads /proc.
"""

import contextlib
import os
import resource
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PARENT, SPENT = 1, slice(11, 15)
"""Where /proc/PID/stat has, after the name, a process's parent, and its CPU time with
that of the dead processes it has collected."""
SAMPLE_S = 0.05
MIB = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one notebook cost, on average over a batch.

    Attributes:
        wall: s.
        cpu: s; every process that took part.
    """

    wall: float
    cpu: float


def measured(work: Callable[[], object], count: int) -> Cost:
    """Return what the work cost per notebook; it did `count` of them."""
    wall, cpu = time.perf_counter(), meter.seconds()
    work()
    wall, cpu = time.perf_counter() - wall, meter.seconds() - cpu
    return Cost(wall=wall / count, cpu=cpu / count)


def median(costs: list[Cost]) -> Cost:
    """Return the medians of wall and CPU time."""
    return Cost(
        wall=statistics.median(cost.wall for cost in costs),
        cpu=statistics.median(cost.cpu for cost in costs),
    )


class Meter:
    """Adds up the CPU time of this process and of all that it has ever started.

    Who dies is collected by its parent, which then has its time; but a box at L3 ends
    with its init, and nobody collects what dies with that. So its processes are stopped
    and looked at before. Below L3 what a box uses at its very end can be missing.
    """

    def __init__(self) -> None:
        self.gone = 0.0

    def attach(self) -> None:
        """Look before every end of a box."""
        from grader.run.warm import WarmBox

        end = WarmBox.kill

        def kill(box: WarmBox) -> None:
            if box.life.fileno() >= 0 and box.group is not None:
                self.look(set(box.group.members()))
            end(box)

        WarmBox.kill = kill  # type: ignore[method-assign]

    def look(self, members: set[int]) -> None:
        """Note what the processes of a box have used, its init left out.

        The init is stopped too, or it could collect one of them after it was counted.
        """
        inner = [pid for pid in members if parent_of(pid) in members]
        for pid in members:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGSTOP)
        self.gone += sum(map(spent, inner))

    def seconds(self) -> float:
        """Return the time of all of them, s."""
        kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
        own = sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))
        return own + self.gone + sum(map(spent, descendants(os.getpid())))


meter = Meter()


def spent(pid: int) -> float:
    """Return the CPU time of a process and of those it has collected, s; 0 if gone."""
    with contextlib.suppress(OSError):
        return sum(fields(pid)[SPENT]) / TICK
    return 0.0


def parent_of(pid: int) -> int:
    """Return a process's parent; 0 if it is gone."""
    with contextlib.suppress(OSError):
        return fields(pid)[PARENT]
    return 0


def fields(pid: int) -> list[int]:
    """Return what /proc says of a process after its name; the state is left out as 0."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    words = text.rpartition(")")[2].split()
    return [int(word) if word.lstrip("-").isdigit() else 0 for word in words]


def descendants(root: int) -> list[int]:
    """List the living processes below one."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            children.setdefault(fields(int(name))[PARENT], []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


@contextlib.contextmanager
def peak() -> Iterator[list[float]]:
    """Watch the memory of this process's descendants, shared pages divided; MiB."""
    highest, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_S):
            highest[0] = max(highest[0], sum(map(pss, descendants(os.getpid()))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        over.set()
        thread.join()


def pss(pid: int) -> float:
    """Return a process's proportional share of memory, MiB; 0 if it is gone."""
    return memory(pid, ("Pss",))


def private(pid: int) -> float:
    """Return the memory that a process shares with nobody, MiB; 0 if it is gone."""
    return memory(pid, ("Private_Clean", "Private_Dirty"))


def memory(pid: int, names: tuple[str, ...]) -> float:
    """Add up some of what the kernel counts for a process, MiB."""
    found = 0.0
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        for line in text.splitlines():
            name, _, rest = line.partition(":")
            found += int(rest.split()[0]) / MIB if name in names else 0.0
    return found
