"""Attempts to use more than is allowed: memory, processes, disk, CPU, and to outlive all.

In:   where the canaries are, and the limits that were set, both small.
Out:  by name, whether the attempt succeeded.
Touches: memory and a few files in the work folder, for some milliseconds.
"""

import _thread
import contextlib
import mmap
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Any

from . import identity
from .surroundings import ADDRESS_ROOM

Where = dict[str, Any]
SHARES = 3
FAR_OVER = 8
BUSY, BUSY_S, BUSY_MOST_S = 2, 0.012, 4.0
"""So many processes use so much CPU each, which is three ticks of a slow clock; a busy
machine lets them wait for it, but not as long as the last."""
BLOCK = 1 << 18
UNLIMITED_TASKS = 4096
NORESERVE = 0x4000
STACK = 1 << 16


def much_memory(where: Where) -> bool:
    """Get far more memory in one process than is allowed; it is not even touched."""
    size = where["limits"]["memory"] * FAR_OVER
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    with contextlib.closing(mmap.mmap(-1, size, flags=flags)):
        return True


def much_shared(where: Where) -> bool:
    """Get far more address space than is allowed, shared and not reserved."""
    size = where["limits"]["memory"] * FAR_OVER + ADDRESS_ROOM
    flags = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | NORESERVE
    with contextlib.closing(mmap.mmap(-1, size, flags=flags)):
        return True


def locked_memory(where: Where) -> bool:
    """Be allowed to keep memory from being swapped out."""
    return resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] != 0


def memory_of_many(where: Where) -> bool:
    """Use more than is allowed by several processes, each of which stays below."""
    share = where["limits"]["memory"] * 3 // 2 // SHARES
    return _all_succeed([lambda: _touch(share)] * SHARES)


def memory_of_files(where: Where) -> bool:
    """Use more than is allowed in files that have no name and no process."""
    total = where["limits"]["memory"] * 3 // 2
    return _all_succeed([lambda: _nameless(total)])


def _touch(size: int) -> mmap.mmap:
    """Write to every page; huge ones, where there are any, take a tenth of the time."""
    identity.volunteer()
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError, AttributeError):
        block.madvise(mmap.MADV_HUGEPAGE)
    block[:: mmap.PAGESIZE] = bytes(-(-size // mmap.PAGESIZE))
    return block


def _nameless(total: int) -> None:
    identity.volunteer()
    data, kept = b"x" * BLOCK, []
    while total > 0:
        kept.append(os.memfd_create("x"))
        total -= sum(os.write(kept[-1], data) for _ in range(4))


def _all_succeed(works: list[Callable[[], object]]) -> bool:
    """Run all at once, each in a child that holds what it has until all are done.

    Each says so twice: one that was killed for the next one's sake had succeeded too.
    """
    (done, say), (hold, release), (alive, live) = os.pipe(), os.pipe(), os.pipe()
    pids = []
    for work in works:
        pid = os.fork()
        if pid == 0:
            for descriptor in (done, release, alive):
                os.close(descriptor)
            with contextlib.suppress(BaseException):
                _say_twice(work, say, hold, live)
            os._exit(0)
        pids.append(pid)
    for descriptor in (say, hold, live):
        os.close(descriptor)
    first = _heard(done, len(works))
    os.close(release)
    count = _heard(alive, len(works)) if first == len(works) else 0
    os.close(done)
    os.close(alive)
    for pid in pids:
        os.waitpid(pid, 0)
    return count == len(works)


def _say_twice(work: Callable[[], object], say: int, hold: int, live: int) -> None:
    held = work()
    os.write(say, b"1")
    os.close(say)
    os.read(hold, 1)
    os.write(live, b"2")
    del held


def _heard(source: int, most: int) -> int:
    """Count the words on a pipe until there are `most`, or no more can come."""
    count = 0
    while count < most and (part := os.read(source, 64)):
        count += len(part)
    return count


def processes(where: Where) -> bool:
    """Start more threads than are allowed; they count as processes, and cost less."""
    gate, size = _thread.allocate_lock(), _thread.stack_size(STACK)
    gate.acquire()
    started = 0
    try:
        while started < where["limits"]["processes"] + 6:
            _thread.start_new_thread(_pass, (gate,))
            started += 1
        return True
    except RuntimeError:
        return False
    finally:
        _thread.stack_size(size)
        gate.release()
        while _thread._count() > 0:
            time.sleep(0)


def _pass(gate: Any) -> None:
    """Wait for the gate, and hold it open for the next."""
    with gate:
        pass


def task_limit(where: Where) -> bool:
    """Have no limit of one's own on processes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    return min(soft, hard) == resource.RLIM_INFINITY or hard > UNLIMITED_TASKS


def large_file(where: Where) -> bool:
    """Write a file larger than is allowed."""
    return _written(where, 1, where["limits"]["file"] + BLOCK)


def many_files(where: Where) -> bool:
    """Write more than is allowed in files that are each small enough."""
    file = where["limits"]["file"]
    return _written(where, where["limits"]["disk"] // file + 2, file)


def _written(where: Where, count: int, size: int) -> bool:
    names = [f"flood-{number}" for number in range(count)]
    block = b"x" * BLOCK
    try:
        for name in names:
            with open(name, "wb", buffering=0) as file:
                left = size
                while left > 0:
                    left -= file.write(block[:left])
        return True
    finally:
        for name in names:
            with contextlib.suppress(OSError):
                os.unlink(name)


def cpu_limit(where: Where) -> bool:
    """Have no limit on CPU time."""
    return resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY


def cpu_of_many(where: Where) -> bool:
    """Use some CPU, by several processes at once.

    A bound only makes this wait; whether it did, the outside knows from the kernel, and
    says when it has seen enough.
    """
    return _all_succeed([lambda: _busy(where["enough"])] * BUSY)


def _busy(enough: list[int]) -> None:
    end = time.monotonic() + BUSY_MOST_S
    while time.process_time() < BUSY_S and not select.select(enough, [], [], 0)[0]:
        if time.monotonic() > end:
            raise TimeoutError


def outlive(where: Where, count: int = 2) -> bool:
    """Leave processes behind that belong to nobody.

    They hold a pipe open, by which the outside knows.
    """
    for _ in range(count):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                while True:
                    time.sleep(60)
            os._exit(0)
        os.wait()
    return False


FIRST = (
    much_memory,
    much_shared,
    locked_memory,
    memory_of_many,
    memory_of_files,
    processes,
    task_limit,
    large_file,
    many_files,
    cpu_limit,
)
