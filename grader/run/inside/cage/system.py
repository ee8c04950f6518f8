"""The system calls that Python 3.11 does not offer, on x86_64 and aarch64.

In:   plain numbers and paths.
Out:  plain numbers; a failed call raises OSError with its name.
Touches: whatever the call touches; nothing happens on import.
"""

import ctypes
import os
import signal
import threading
from typing import Any

NEWNS = 0x00020000
NEWUTS = 0x04000000
NEWIPC = 0x08000000
NEWUSER = 0x10000000
NEWPID = 0x20000000
NEWNET = 0x40000000
NEWCGROUP = 0x02000000
CHILD_SETTID, CHILD_CLEARTID = 0x01000000, 0x00200000
THREAD_BYTES = 1024
"""Of the C library's record of a thread; its number stands near the beginning."""

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 32, 4096, 16384, 1 << 19
MNT_DETACH = 2
AT_FDCWD = -100
AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG = 1
PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39

NUMBERS: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "pivot_root": (155, 41),
    "capset": (126, 91),
    "seccomp": (317, 277),
    "mount_setattr": (442, 442),
    "pidfd_getfd": (438, 438),
    "openat2": (437, 437),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}
MACHINES = ("x86_64", "aarch64")

_libc: Any = None


def libc() -> Any:
    """Return the C library, opened once; it is what the process runs on already."""
    global _libc
    if _libc is None:
        _libc = ctypes.CDLL(None, use_errno=True)
        _libc.syscall.restype = ctypes.c_long
    return _libc


def machine() -> int:
    """Return the column of this machine in tables of numbers.

    Raises: OSError on an architecture whose numbers are not known here.
    """
    name = os.uname().machine
    if name not in MACHINES or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise OSError(38, f"no table of system calls for {name}")
    return MACHINES.index(name)


def checked(name: str, result: int) -> int:
    """Return a call's result, or raise what it left in errno."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def call(name: str, *arguments: Any) -> int:
    """Make one system call of NUMBERS; integers are passed as 64 bits."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    number = ctypes.c_long(NUMBERS[name][machine()])
    return checked(name, int(libc().syscall(number, *wide)))


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones."""
    checked("unshare", libc().unshare(flags))


def clone(flags: int) -> int:
    """Fork, as os.fork does, but let the child begin in new namespaces.

    Only there can a child be the first process of a PID namespace without another fork.
    What Python and the C library do around a fork is done here as well; handlers of
    libraries (pthread_atfork) are not called, so this process must have one thread.

    Raises: OSError.
    """
    python, place = ctypes.pythonapi, _number_of_thread()
    told = CHILD_SETTID | CHILD_CLEARTID if place else 0
    last = (place, 0) if machine() == 0 else (0, place)
    words = [NUMBERS["clone"][machine()], flags | told | signal.SIGCHLD, 0, 0, *last]
    syscall = ctypes.PyDLL(None, use_errno=True).syscall
    syscall.restype, arguments = ctypes.c_long, [ctypes.c_long(word) for word in words]
    python.PyOS_BeforeFork()
    pid = int(syscall(*arguments))
    if pid == 0:
        python.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, f"clone: {os.strerror(number)}")
    return pid


def _number_of_thread() -> int:
    """Return where the C library keeps this thread's number, to be renewed; 0 if unsure."""
    itself = ctypes.PyDLL(None).pthread_self
    itself.restype = ctypes.c_void_p
    start, own = itself(), threading.get_native_id()
    places = range(start, start + THREAD_BYTES, 4)
    found = [place for place in places if ctypes.c_int.from_address(place).value == own]
    return found[0] if len(found) == 1 else 0


def prctl(option: int, second: int = 0, third: int = 0) -> int:
    """Change or read one property of this process."""
    zero = ctypes.c_ulong(0)
    arguments = ctypes.c_ulong(second), ctypes.c_ulong(third), zero, zero
    return checked(f"prctl {option}", int(libc().prctl(option, *arguments)))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount; empty texts stand for NULL."""
    words = [text.encode() or None for text in (source, target, kind)]
    result = libc().mount(*words, ctypes.c_ulong(flags), data.encode() or None)
    checked(f"mount {target}", result)


def unmount(target: str) -> None:
    """Unmount a tree as soon as nobody uses it."""
    checked(f"umount {target}", libc().umount2(target.encode(), MNT_DETACH))


def pivot(new: str, old: str) -> None:
    """Make `new` the root; the former root appears at `old`."""
    call("pivot_root", ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode()))


def restrict_mount(target: str, flags: int) -> None:
    """Add MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC to a mount and all below it.

    Raises: OSError (ENOSYS before Linux 5.12).
    """
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    path = ctypes.c_char_p(target.encode())
    call("mount_setattr", AT_FDCWD, path, AT_RECURSIVE, attributes, 32)


def effective_capabilities() -> int:
    """Return the effective set, one bit for each capability."""
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    checked("capget", libc().capget(header, data))
    return int(data[0]) | int(data[3]) << 32


def drop_capabilities() -> None:
    """Empty the permitted, effective and inheritable sets."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())


def set_hostname(name: str) -> None:
    """Name the machine, as this UTS namespace sees it."""
    data = name.encode()
    checked("sethostname", libc().sethostname(data, ctypes.c_size_t(len(data))))
