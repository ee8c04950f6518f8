"""Confine files, ports and signals without namespaces, with Landlock.

In:   paths that may be read, paths that may be written.
Out:  nothing; a failed step raises OSError.
Touches: this process and all that it will start, irrevocably.

It does not look at metadata (stat, chmod, utime), nor at connecting to a UNIX socket by
path: the filter and the broker do.
"""

import contextlib
import ctypes
import os
import struct

from . import system

EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
OF_A_FILE = EXECUTE | WRITE | READ | TRUNCATE | IOCTL
READING = EXECUTE | READ | LIST
DEVICE_NODES = (1 << 6) | (1 << 11)
TCP = 0b11
SCOPES = 0b11
"""Abstract UNIX sockets, signals: both only within the box. From ABI 6."""
SCOPE_ABI = 6

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/sys/devices/system/cpu")
SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def abi() -> int:
    """Return what this kernel offers; 0 for nothing."""
    try:
        return system.call("landlock_create_ruleset", 0, 0, 1)
    except OSError:
        return 0


def confine(readable: list[str], writable: list[str], scope: bool, limit: int = 99) -> None:
    """Allow reading the system and `readable`, writing `writable`; nothing else.

    `limit` caps the ABI, so that an older kernel can be tried on a newer one.

    Raises: OSError if Landlock is not there.
    """
    version = min(abi(), limit)
    if version < 1:
        raise OSError(95, "Landlock is not available")
    handled = _handled(version)
    ruleset = _ruleset(handled, version, scope)
    try:
        for path in (*SYSTEM, *SETTINGS, *readable):
            _allow(ruleset, path, READING & handled)
        for path in writable:
            _allow(ruleset, path, handled & ~DEVICE_NODES & ~EXECUTE)
        for path in DEVICES:
            _allow(ruleset, path, (READ | WRITE) & handled)
        system.call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _handled(version: int) -> int:
    handled = (1 << 13) - 1
    for since, access in ((2, REFER), (3, TRUNCATE), (5, IOCTL)):
        if version >= since:
            handled |= access
    return handled


def _ruleset(handled: int, version: int, scope: bool) -> int:
    net = TCP if version >= 4 else 0
    scoped = SCOPES if scope and version >= SCOPE_ABI else 0
    words = [handled, net, scoped][: 1 if version < 4 else 2 if version < 6 else 3]
    attributes = (ctypes.c_uint64 * len(words))(*words)
    return system.call("landlock_create_ruleset", attributes, 8 * len(words), 0)


def _allow(ruleset: int, path: str, access: int) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not os.path.isdir(path):
                access &= OF_A_FILE
            rule = ctypes.c_char_p(struct.pack("=Qi", access, descriptor))
            system.call("landlock_add_rule", ruleset, 1, rule, 0)
        finally:
            os.close(descriptor)
