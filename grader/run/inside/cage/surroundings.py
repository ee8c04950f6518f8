"""What a process inherits: session, descriptors, environment, limits; all made plain.

In:   a plan.
Out:  nothing.
Touches: this process only. Also the memory that /proc shows as its environment and
      command line: a forked process shows those of the program it was forked from.
"""

import contextlib
import ctypes
import fcntl
import os
import resource
import socket
import stat
import struct
from pathlib import Path

from . import system
from .layers import Plan

LAST = 2**31 - 2
STAT_FIELDS_BEFORE = 2
PLACES = (47, 48, 49, 50)
"""Where /proc/self/stat has arg_start, arg_end, env_start, env_end; from 0."""
ADDRESS_ROOM = 2 * 2**30
"""Address space over the memory limit: thread stacks and arenas that stay unused."""
SLACK_S = 5
SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41


def close_others(keep: list[int]) -> None:
    """Close every descriptor that is not listed.

    Raises: OSError if a listed one is a folder: ".." leads out of any root from there.
    """
    start = 0
    for descriptor in sorted(set(keep)):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(20, f"descriptor {descriptor} is a folder and would lead out")
        if descriptor > start:
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, LAST)


def fill_standard() -> None:
    """Open nothing as 0, 1, 2 where they are closed, so that no file becomes them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)


def set_environment(wanted: dict[str, str]) -> None:
    """Replace the whole environment."""
    os.environ.clear()
    system.libc().clearenv()
    os.environ.update(wanted)


def wipe_traces(environment: bool) -> None:
    """Overwrite what /proc/self/cmdline and, if asked, /proc/self/environ show."""
    text = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    fields = text.rpartition(")")[2].split()
    places = [int(fields[number - STAT_FIELDS_BEFORE]) for number in PLACES]
    ranges = [places[:2], places[2:]] if environment else [places[:2]]
    for start, end in ranges:
        if 0 < start < end:
            ctypes.memset(start, 0, end - start)
    if places[1] - places[0] > 4:
        ctypes.memmove(places[0], b"box", 3)


def set_limits(plan: Plan, layers: frozenset[str]) -> None:
    """Set the limits of each single process, soft and hard alike.

    What the process maps already is not counted against it: it was forked warm.
    """
    limits = plan["limits"]
    if "memory" in layers:
        mapped, data = _sizes()
        memory = int(limits["memory"])
        _limit(resource.RLIMIT_DATA, data + memory)
        _limit(resource.RLIMIT_AS, mapped + memory + ADDRESS_ROOM)
    if "processes" in layers:
        counted = 0 if "user" in layers else own_tasks()
        _limit(resource.RLIMIT_NPROC, counted + int(limits["processes"]))
    if "file" in layers:
        _limit(resource.RLIMIT_FSIZE, int(limits["file"]))
    if "cpu" in layers:
        used = sum(os.times()[:2])
        _limit(resource.RLIMIT_CPU, int(used + limits["cpu"]) + SLACK_S)
    if "open" in layers:
        _limit(resource.RLIMIT_NOFILE, int(limits["open"]))
    if "core" in layers:
        _limit(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError, ValueError):
        _limit(resource.RLIMIT_MEMLOCK, 0)


def raise_loopback() -> None:
    """Let the box's processes talk to each other over 127.0.0.1, which is theirs alone.

    With it down, ipykernel's forked children lose what they print, and wait 6 s each.
    """
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own,
    ):
        fcntl.ioctl(own, SET_FLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))


def own_tasks() -> int:
    """Count the threads of this user, which share one limit outside a user namespace."""
    count, user = 0, os.geteuid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == user:
                count += len(os.listdir(f"/proc/{name}/task"))
    return count


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _sizes() -> tuple[int, int]:
    """Return the address space and the private data of this process, in bytes."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        words = Path("/proc/self/statm").read_text(encoding="ascii").split()
        page = resource.getpagesize()
        return int(words[0]) * page, int(words[5]) * page
    return 0, 0
