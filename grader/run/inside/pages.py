"""Have the warm parent's memory in huge pages, so that a fork copies short tables.

In:   nothing.
Out:  how many huge pages were made.
Touches: how this process's own memory is mapped, not what is in it.

A box is four forks, and each copies, and drops at its end, an entry for every page of
the parent: 80,000 small ones or 150 huge ones. What a box writes to is copied in small
pages as before, and its own new memory is not made of huge ones.
"""

import contextlib
import ctypes
from collections.abc import Iterator

HUGE = 1 << 21
"""Bytes of a huge page on the processors we know; elsewhere nothing is made."""
COLLAPSE = 25
"""MADV_COLLAPSE, of Linux 6.1 and later."""
OWN, FILE = "rw-p", "0"


def make_huge() -> int:
    """Gather this process's anonymous memory in huge pages, as far as Linux can."""
    with contextlib.suppress(OSError, AttributeError):
        advise = ctypes.CDLL(None).madvise
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        starts = (at for begin, end in anonymous() for at in range(begin, end, HUGE))
        return sum(advise(at, HUGE, COLLAPSE) == 0 for at in starts)
    return 0


def anonymous() -> Iterator[tuple[int, int]]:
    """Yield the writable memory that is of no file, in whole huge pages."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        lines = file.read().splitlines()
    for line in lines:
        place, mode, _, _, inode = line.split()[:5]
        if mode == OWN and inode == FILE:
            begin, end = (int(part, 16) for part in place.split("-"))
            yield -(-begin // HUGE) * HUGE, end // HUGE * HUGE
