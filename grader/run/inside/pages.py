"""Have the warm parent's memory in huge pages, and what its forks will write to.

In:   nothing.
Out:  how many huge pages were made of what is there.
Touches: how this process's own memory is mapped, not what is in it.

A fork copies, and drops at its end, an entry for every page of the parent: 80,000 small
ones or 150 huge ones. What of those a box writes to is copied in small pages as before. Its
large arrays come to lie behind them, and ask for memory 512 times less often.
"""

import contextlib
import ctypes
from collections.abc import Iterator

HUGE = 1 << 21
"""Bytes of a huge page on the processors we know; elsewhere nothing is made."""
COLLAPSE = 25
"""MADV_COLLAPSE, of Linux 6.1 and later."""
SWITCH = "/sys/kernel/mm/transparent_hugepage/enabled"
WANTED = 14
"""MADV_HUGEPAGE."""
TOP_PAD, USUAL_PAD = -2, 1 << 17
"""M_TOP_PAD of malloc.h, by how much more than is asked for the heap grows."""
ROOM, CHUNK, CHUNKS = 128 << 20, 1 << 20, 64
"""How far the heap is to grow, bytes; what makes it grow, when no gap is left for it."""
OWN, FILE = "rw-p", "0"


def make_huge() -> int:
    """Gather this process's anonymous memory in huge pages, as far as Linux can."""
    with contextlib.suppress(OSError, AttributeError):
        advise = ctypes.CDLL(None).madvise
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        starts = (at for begin, end in anonymous() for at in range(begin, end, HUGE))
        return sum(advise(at, HUGE, COLLAPSE) == 0 for at in starts)
    return 0


def make_room() -> None:
    """Have the heap's next ROOM bytes come in huge pages to whoever writes there first.

    Nobody has yet, so a fork copies nothing of them. What is freed stays in the heap, as
    the warm parent's environment says.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.malloc.restype = ctypes.c_void_p
        library.malloc_trim(0)
        before = after = heap_end()
        library.mallopt(TOP_PAD, ROOM)
        chunks: list[int | None] = []
        while wanted() and before == after and len(chunks) < CHUNKS:
            chunks.append(library.malloc(CHUNK))
            after = heap_end()
        library.mallopt(TOP_PAD, USUAL_PAD)
        for chunk in chunks:
            library.free(ctypes.c_void_p(chunk))
        begin, end = -(-before // HUGE) * HUGE, after // HUGE * HUGE
        if begin < end:
            size = ctypes.c_size_t(end - begin)
            library.madvise(ctypes.c_void_p(begin), size, WANTED)


def wanted() -> bool:
    """Tell whether Linux gives huge pages to who asks for them."""
    with contextlib.suppress(OSError), open(SWITCH, encoding="ascii") as file:
        return "[never]" not in file.read()
    return False


def heap_end() -> int:
    """Return the address at which the heap ends; 0 without one."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        lines = file.read().splitlines()
    ends = [line.split()[0].partition("-")[2] for line in lines if line.endswith("[heap]")]
    return max((int(end, 16) for end in ends), default=0)


def anonymous() -> Iterator[tuple[int, int]]:
    """Yield the writable memory that is of no file, in whole huge pages."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        lines = file.read().splitlines()
    for line in lines:
        place, mode, _, _, inode = line.split()[:5]
        if mode == OWN and inode == FILE:
            begin, end = (int(part, 16) for part in place.split("-"))
            yield -(-begin // HUGE) * HUGE, end // HUGE * HUGE
