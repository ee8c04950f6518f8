"""A seccomp filter, put together by hand: which system calls a box may not make.

In:   the layers of the box; see `layers`.
Out:  a program; `install` puts it on this process and all that it will start.
Touches: this process, irrevocably. The filter only looks at numbers; what lies in memory
      (a path, an address) is for namespaces, Landlock or the broker.
"""

import ctypes
import errno
import socket
import struct

from . import calls, system

Instructions = list[tuple[int, int, int, int]]

LOAD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, FAIL, ASK = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
NUMBER, ARCH, ARGUMENTS = 0, 4, 16
ARCHES = (0xC000003E, 0xC00000B7)
X32 = 0x40000000

FILTER_MODE, WITH_LISTENER = 1, 8
NAMESPACES = (
    system.NEWNS
    | system.NEWUTS
    | system.NEWIPC
    | system.NEWUSER
    | system.NEWPID
    | system.NEWNET
    | system.NEWCGROUP
)
TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
NETLINK = 16
SEQPACKET_OR_STREAM = (socket.SOCK_STREAM, socket.SOCK_SEQPACKET)
TYPE_MASK = 0xF
LOCKING = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
LEASING = (1024, 1026)  # F_SETLEASE, F_NOTIFY
OWNING = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
NOWAIT = 8
ABOUT_ITSELF = (
    ("prlimit64", 0, 0),
    ("setpriority", 0, 0),
    ("setpriority", 1, 0),
    ("ioprio_set", 0, 1),
    ("ioprio_set", 1, 0),
)
"""Call, argument, value: a process may change its own limits and priority only."""
SCHEDULING = ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
"""Pretended for any thread but the caller: libzmq names its own, and aborts on EPERM."""


def build(layers: frozenset[str]) -> bytes:
    """Spell the program for these layers."""
    program = _prologue()
    if "calls" in layers:
        program += _all(calls.NEVER, errno.EPERM) + _all(calls.UNKNOWN, errno.ENOSYS)
        program += _if_bits("clone", 0, NAMESPACES, errno.EPERM)
        program += _if_one_of("ioctl", 1, (TIOCSTI, TIOCLINUX), errno.EPERM)
    if "locks" in layers:
        program += _locks()
    if "memfd" in layers:
        program += _all(calls.MEMFD, errno.ENOSYS)
    if "landlock" in layers:
        program += _shared_machine(layers)
    if "sockets" in layers:
        program += _sockets("landlock" in layers)
    return _spelled([*program, (RET, 0, 0, ALLOW)])


def _locks() -> Instructions:
    """Close the channels that run over files which several boxes can read.

    Taking a lock succeeds and does nothing; nobody else in the box's own folder is
    disturbed by that, and a library that insists on a lock goes on.
    """
    program = _all({"flock": calls.LOOKED_AT["flock"]}, 0)
    program += _if_one_of("fcntl", 1, LOCKING, 0)
    program += _if_one_of("fcntl", 1, LEASING, errno.EINVAL)
    watch = {"inotify_add_watch": calls.LOOKED_AT["inotify_add_watch"]}
    program += _all(watch, errno.ENOSPC)
    return program + _if_bits("preadv2", 5, NOWAIT, errno.EOPNOTSUPP)


def _shared_machine(layers: frozenset[str]) -> Instructions:
    """What only a box without namespaces needs: it shares users, signals and IPC."""
    program = _all(calls.SHARED_IPC, errno.ENOSYS)
    if "metadata" in layers:
        program += _all(calls.METADATA, 0)
    if "kills" in layers:
        kind = ASK if "broker" in layers else FAIL | errno.EPERM
        program += _all(calls.KILLING, errno.EPERM, but="kill")
        program += _answer("kill", kind) + _answer("tgkill", kind)
        program += _if_one_of("fcntl", 1, OWNING, errno.EPERM)
        program += _if_one_of("ioctl", 1, (FIOSETOWN, SIOCSPGRP), errno.EPERM)
    for name, argument, value in ABOUT_ITSELF:
        program += _unless(name, argument, (value,), errno.EPERM)
    for name in SCHEDULING:
        program += _unless(name, 0, (0,), 0)
    return program


def _sockets(shared: bool) -> Instructions:
    """Allow few families. libzmq aborts on EPERM here, but lives with EOPNOTSUPP."""
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, NETLINK)
    if not shared:
        return _unless("socket", 0, families, errno.EAFNOSUPPORT)
    program = _if_one_of("socket", 0, (NETLINK,), errno.EOPNOTSUPP)
    program += _unless("socket", 0, (socket.AF_UNIX,), errno.EAFNOSUPPORT)
    # A datagram names its receiver in memory; a stream has to connect first.
    for name in ("socket", "socketpair"):
        program += _unless(name, 1, SEQPACKET_OR_STREAM, errno.EPROTOTYPE, TYPE_MASK)
    return program + _answer("connect", ASK)


def install(program: bytes, listen: bool = False) -> int:
    """Put the filter on; return the descriptor that hears of ASK, or 0."""
    buffer = ctypes.create_string_buffer(program, len(program))
    pointer = ctypes.addressof(buffer)
    header = struct.pack("HxxxxxxP", len(program) // 8, pointer)
    flags = WITH_LISTENER if listen else 0
    return system.call("seccomp", FILTER_MODE, flags, ctypes.c_char_p(header))


def _prologue() -> Instructions:
    column = system.machine()
    program = [(LOAD, 0, 0, ARCH), (JEQ, 1, 0, ARCHES[column]), (RET, 0, 0, KILL)]
    program.append((LOAD, 0, 0, NUMBER))
    if column == 0:
        program += [(JGE, 0, 1, X32), (RET, 0, 0, KILL)]
    return program


def _all(table: calls.Table, number: int, but: str = "") -> Instructions:
    program: Instructions = []
    for name in table:
        if name != but:
            program += _answer(name, FAIL | number, table)
    return program


def _answer(name: str, answer: int, table: calls.Table | None = None) -> Instructions:
    number = (calls.LOOKED_AT if table is None else table)[name][system.machine()]
    return [] if number < 0 else [(JEQ, 0, 1, number), (RET, 0, 0, answer)]


def _when(name: str, argument: int, body: Instructions) -> Instructions:
    """Run `body` on the lower half of an argument of one call."""
    number = calls.LOOKED_AT[name][system.machine()]
    inner = [(LOAD, 0, 0, ARGUMENTS + 8 * argument), *body, (LOAD, 0, 0, NUMBER)]
    return [(JEQ, 0, len(inner), number), *inner]


def _if_bits(name: str, argument: int, mask: int, number: int) -> Instructions:
    return _when(name, argument, [(JSET, 0, 1, mask), (RET, 0, 0, FAIL | number)])


def _if_one_of(
    name: str, argument: int, values: tuple[int, ...], number: int
) -> Instructions:
    body: Instructions = []
    for value in values:
        body += [(JEQ, 0, 1, value), (RET, 0, 0, FAIL | number)]
    return _when(name, argument, body)


def _unless(
    name: str, argument: int, values: tuple[int, ...], number: int, mask: int = 0
) -> Instructions:
    body: Instructions = [(0x54, 0, 0, mask)] if mask else []
    for left, value in zip(range(len(values), 0, -1), values, strict=True):
        body.append((JEQ, left, 0, int(value)))
    return _when(name, argument, [*body, (RET, 0, 0, FAIL | number)])


def _spelled(program: Instructions) -> bytes:
    return b"".join(struct.pack("HBBI", *one) for one in program)
