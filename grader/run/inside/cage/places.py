"""What a notebook would try on files that are not its own, and on how they are mounted.

In:   where the canaries are.
Out:  by name, whether the attempt succeeded; see `attacks`. What several ways lead to is
      one attempt: the outside looks whether any of them did.
Touches: the canaries, if nothing stops it.
"""

import contextlib
import errno
import fcntl
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from . import system
from .attacks import Where, in_child

WINDOW_SIZE = 0x5413
PR_GET_SECUREBITS = 27
INODES_PER_BYTE = 1 / 2048
WRITABLE = ("/tmp", "/dev/shm")  # noqa: S108 -- the box's own
ALWAYS = {"nosuid"}
KINDS = {"/dev": {"noexec"}, "/proc": {"nodev", "noexec"}}
"""What must stand among a mount's options there; elsewhere nodev."""


def _all_tried(*works: Callable[[], object]) -> bool:
    """Try all, whatever becomes of each; the outside looks."""
    for work in works:
        with contextlib.suppress(OSError):
            work()
    return False


def plant(where: Where) -> bool:
    """Make a folder, a pipe, a link, a socket and devices outside."""
    place = Path(where["open"])
    return _all_tried(
        lambda: os.mkdir(place / "a-folder"),
        lambda: os.mkfifo(place / "a-pipe"),
        lambda: os.symlink("/", place / "a-link"),
        lambda: _bind(str(place / "a-socket")),
        lambda: os.mknod(place / "a-device", stat.S_IFCHR | 0o666, os.makedev(1, 3)),
        lambda: os.mknod(place / "a-disk", stat.S_IFBLK | 0o600, os.makedev(7, 0)),
    )


def _bind(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(path)


def remove_outside(where: Where) -> bool:
    """Remove a file and a folder."""
    return _all_tried(
        lambda: os.unlink(where["doomed"]), lambda: os.rmdir(where["doomed_folder"])
    )


def spoil_outside(where: Where) -> bool:
    """Change what stands in a file, and cut it off."""
    return _all_tried(
        lambda: Path(where["mine"]).open("r+b").write(b"!"),
        lambda: os.truncate(where["mine"], 1),
    )


def list_outside(where: Where) -> bool:
    """See which files there are."""
    return bool(os.listdir(where["open"]))


def run_outside(where: Where) -> bool:
    """Run a program that was not given."""
    return in_child(lambda: os.execv(where["program"], ["x"]))  # noqa: S606


def run_own(where: Where) -> bool:
    """Run a program written here; where only Landlock guards, none may."""
    descriptor = os.open("own-program", os.O_WRONLY | os.O_CREAT, 0o755)
    os.write(descriptor, b"#!/bin/sh\nexit 0\n")
    os.close(descriptor)
    try:
        return in_child(lambda: os.execv("./own-program", ["x"]))  # noqa: S606
    finally:
        os.unlink("own-program")


def device_call(where: Where) -> bool:
    """Command a device; this one knows no commands, and says so if it is asked."""
    with open(os.devnull, "rb") as file:
        try:
            fcntl.ioctl(file, WINDOW_SIZE, b"\0" * 8)
        except OSError as error:
            return error.errno != errno.EACCES
    return True


def loose_mount(where: Where) -> bool:
    """Find a mount with more freedom than its place needs."""
    free = (os.getcwd(), *WRITABLE)
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        words = line.split()
        place, options = words[4], set(words[5].split(","))
        top = "/" + place.split("/")[1]
        wanted = {"nodev"} if place in free else KINDS.get(top, {"nodev"})
        if not options >= ALWAYS | wanted:
            return True
        if "ro" not in options and place not in free and top != "/proc":
            return True
    return False


def many_names(where: Where) -> bool:
    """Have room for many more files than fit their data."""
    return bool(os.statvfs(".").f_files > where["limits"]["disk"] * INODES_PER_BYTE)


def parent_memory(where: Where) -> bool:
    """Look into the process above: the box's init, or its keeper."""
    return bool(Path(f"/proc/{os.getppid()}/maps").read_bytes())


def groups(where: Where) -> bool:
    """Belong to groups of the machine, or to whoever started this."""
    return bool(os.getgroups()) or os.getgid() == int(where["gid"])


def secure_bits(where: Where) -> bool:
    """Find that a root of some kind would have powers again."""
    return system.prctl(PR_GET_SECUREBITS) == 0


SEEN = (plant, remove_outside, spoil_outside)
ATTACKS = (
    list_outside,
    run_outside,
    run_own,
    device_call,
    loose_mount,
    many_names,
    parent_memory,
    groups,
    secure_bits,
)
