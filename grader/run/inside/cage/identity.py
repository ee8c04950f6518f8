"""Who a box is: a user of its own, in a user namespace of its own, with no powers.

In:   the slot of the box.
Out:  nothing; a failed step raises OSError.
Touches: the credentials of this process.
"""

import contextlib
import os
from pathlib import Path

from . import system

INSIDE_ID = 1000
TRACING = 19
FIRST_ID = 0x70000000
"""Systemd leaves 0x70000000 to 0x7ffffffe unused; each slot is one user."""
LOCKED_SECUREBITS = 0b11101111
"""noroot, no_setuid_fixup and keep_caps off for good, no ambient raise; each locked."""
LAST_CAPABILITY = Path("/proc/sys/kernel/cap_last_cap")


def own_id(slot: int) -> int:
    """Return the user of a slot, one that this user namespace can name.

    Two boxes with one user would share process limits, and see each other's kills.
    """
    with contextlib.suppress(OSError, ValueError):
        lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
        ranges = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
        if not any(start <= FIRST_ID + slot < start + count for start, count in ranges):
            start, count = max(ranges, key=lambda pair: pair[1])
            return start + count - 2 - slot % max(1, count // 2)
    return FIRST_ID + slot


def become(number: int) -> None:
    """Stop being root: no groups, one user and group in all three places."""
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)


def may_look_into_others() -> bool:
    """Tell whether this process holds CAP_SYS_PTRACE; a container's root does not."""
    return bool(system.effective_capabilities() >> TRACING & 1)


def show(visible: bool) -> None:
    """Let others of this user look into this process, or not."""
    system.prctl(system.PR_SET_DUMPABLE, int(visible))


def map_self(user: int, group: int) -> None:
    """Give this process's user and group a name in its new user namespace."""
    show(True)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{INSIDE_ID} {user} 1")
    _write("/proc/self/gid_map", f"{INSIDE_ID} {group} 1")


def forbid_nesting() -> None:
    """Allow no user namespace below this one; the filter forbids it a second time."""
    with contextlib.suppress(OSError):
        _write("/proc/sys/user/max_user_namespaces", "0")


def drop_powers() -> None:
    """Give up every capability, also those that a program on disk could bring."""
    drop_bounding()
    with contextlib.suppress(PermissionError):
        system.prctl(system.PR_SET_SECUREBITS, LOCKED_SECUREBITS)
    system.drop_capabilities()


def drop_bounding() -> None:
    """Empty the set that bounds what programs on disk bring; only the powerful can."""
    with contextlib.suppress(PermissionError):
        for number in range(_last_capability() + 1):
            system.prctl(system.PR_CAPBSET_DROP, number)


def _last_capability() -> int:
    try:
        return int(LAST_CAPABILITY.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 40


def allow_no_new_powers() -> None:
    """Make set-uid programs ordinary ones, for good."""
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)


def volunteer() -> None:
    """Be the first to be killed when the box runs out of memory, before its runner is."""
    with contextlib.suppress(OSError):
        _write("/proc/self/oom_score_adj", "1000")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)
