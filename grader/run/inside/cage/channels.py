"""What a notebook would try in order to talk to another box, or to be noticed as itself.

In:   where the canaries are.
Out:  by name, whether the attempt succeeded; see `attacks`.
Touches: the canaries, if nothing stops it.
"""

import ctypes
import fcntl
import os
import resource

from . import system
from .attacks import Where, raw_call

NOWAIT = 8
MANY_OPEN = 400


def session(where: Where) -> bool:
    """Share the session, and with it a terminal."""
    return os.getsid(0) == where["session"] or os.getsid(0) == 0


def host_name(where: Where) -> bool:
    """Learn the machine's name."""
    return os.uname().nodename == str(where["host"])


def segment(where: Where) -> bool:
    """Attach shared memory that somebody else made."""
    libc = system.libc()
    libc.shmat.restype = ctypes.c_void_p
    place = libc.shmat(where["memory"], None, 0)
    return bool(place not in (None, ctypes.c_void_p(-1).value))


def numbers(where: Where) -> bool:
    """See that a foreign process exists."""
    return os.getpgid(where["victim"]) == int(where["group"])


def keys(where: Where) -> bool:
    """Use the kernel's keyrings."""
    return raw_call("keyctl", 0, -1, 1) > 0


def watch(where: Where) -> bool:
    """Watch who opens a file that other boxes can read as well."""
    libc = system.libc()
    descriptor = libc.inotify_init1(0)  # left open: closing one takes 20 ms
    return bool(libc.inotify_add_watch(descriptor, where["common"].encode(), 0x20) > 0)


def cached(where: Where) -> bool:
    """Ask whether a page that other boxes can read is in memory."""
    with open(where["common"], "rb") as file:
        return os.preadv(file.fileno(), [bytearray(1)], 0, NOWAIT) >= 0


def hold_locks(where: Where) -> bool:
    """Lock a shared file in both ways; the outside looks whether it is locked."""
    descriptor = os.open(where["common"], os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return False


def core(where: Where) -> bool:
    """Be allowed to leave a core file."""
    return resource.getrlimit(resource.RLIMIT_CORE)[1] != 0


def many_open(where: Where) -> bool:
    """Open more files than are allowed."""
    found: list[int] = []
    try:
        while len(found) < MANY_OPEN:
            found.append(os.dup(0))
    finally:
        for descriptor in found:
            os.close(descriptor)
    return True


ATTACKS = (
    session,
    host_name,
    segment,
    numbers,
    keys,
    watch,
    cached,
    hold_locks,
    core,
    many_open,
)
