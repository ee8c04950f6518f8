"""Keep one call from using up the memory of the box.

In:   how much more memory a call may have.
Out:  a context in which what asks for more gets a MemoryError.
Touches: this process's soft limit of data, which is put back.

A candidate that is not the one meant may make arrays of gigabytes from our inputs. Where
that fails, the next candidate is called; where the box runs out of memory, its kernel is
killed, and with it the answers of all that would have been called later.
"""

import contextlib
import resource
from collections.abc import Iterator

PROBE_BYTES = 2 * 2**30
"""Inputs are megabytes; what an answer needs on its way is far below this."""
STATUS, FIELD = "/proc/self/status", "VmData:"


@contextlib.contextmanager
def within(more: int) -> Iterator[None]:
    """Allow so many bytes more than are in use; no change where that cannot be told."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    limited = False
    with contextlib.suppress(OSError, ValueError):
        wanted = used() + more
        free = before[0] == resource.RLIM_INFINITY or before[0] > wanted
        if free:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, before[1]))
            limited = True
    try:
        yield
    finally:
        if limited:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_DATA, before)


def used() -> int:
    """How much data this process has, bytes. Raises: OSError, ValueError if not told."""
    with open(STATUS, encoding="ascii") as lines:
        for line in lines:
            if line.startswith(FIELD):
                return int(line.split()[1]) * 1024
    raise ValueError(f"{STATUS} has no {FIELD}")
