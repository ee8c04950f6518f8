"""What the attacks of a preflight say about a level of isolation.

In:   findings: by attack "blocked", "possible" or "unknown".
Out:  the level's vector, and whether the level may be called by its name.
Pure: no processes, no files.
"""

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """How a notebook is confined; more is better."""

    L0 = "L0"
    """A session of its own and limits for each process; files and network are open."""
    L1 = "L1"
    """Landlock, a filter on system calls, a broker for sockets; no namespaces."""
    L2 = "L2"
    """Namespaces: no other files, processes or network exist."""
    L3 = "L3"
    """L2, and one control group for the memory, processes and CPU of the whole box."""


class Strength(StrEnum):
    """How far one guarantee goes."""

    ENFORCED = "enforced"
    PER_PROCESS = "per-process"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    """The same attack failed outside the box as well, so nothing was shown."""


Findings = Mapping[str, str]
GUARANTEES: dict[str, tuple[str, ...]] = {
    "fs_read": (
        *("read_secret", "list_outside", "variables", "environ_file", "inherited", "trace"),
    ),
    "fs_write": (
        *("write_outside", "change_outside", "spoil_outside", "remove_outside", "plant"),
        *("write_shared", "remount", "powers"),
    ),
    "net": ("tcp", "udp", "abstract", "pathname"),
    "signals": ("signal_outside", "session"),
    "survivors": ("outlive",),
    "mem_total": ("memory_of_many", "memory_of_files"),
    "procs": ("processes",),
    "disk": ("many_files", "many_names"),
    "cpu": ("cpu_of_many",),
    "covert": ("hold_locks", "watch", "cached", "segment", "numbers", "command_lines"),
}
"""Guarantee -> the attacks that must all fail."""
SINGLE = {"mem_total": "much_memory", "disk": "large_file", "cpu": "cpu_limit"}
"""Guarantee -> the attack by one process alone."""
OPTIONAL = frozenset({
    "be_root", "bounding", "cached", "core", "family", "host_name", "keys", "many_open",
    "memory_of_files", "nested", "outer_users", "powers", "remount", "room_for_nested",
    "segment", "session", "set_uid", "task_limit", "trace", "trace_inside", "watch",
    "command_lines", "writable_root", "device_call", "groups", "listen", "locked_memory",
    "loose_group", "loose_mount", "many_names", "much_shared", "parent_memory",
    "rename_host", "run_outside", "run_own", "secure_bits",
})  # fmt: skip
"""Attacks that some machines refuse to everybody; that is as good as a wall."""
COMFORT = ("cpu", "covert")
"""Guarantees whose doubt does not undo a level; the vector says "unknown"."""
OPEN: dict[Level, frozenset[str]] = {
    Level.L3: frozenset(),
    Level.L2: frozenset({"memory_of_many", "cpu_of_many"}),
    Level.L1: frozenset(
        {
            "memory_of_many",
            "cpu_of_many",
            "many_files",
            "many_names",
            "bounding",
            "device_call",
            "secure_bits",
            "host_name",
            "numbers",
        }
    ),
}
"""What a level does not promise to stop. Anything else that is possible undoes it."""


def strength(name: str, findings: Findings) -> Strength:
    """Judge one guarantee."""
    states = [findings.get(attack, "unknown") for attack in GUARANTEES[name]]
    needed = [a for a in GUARANTEES[name] if a not in OPTIONAL]
    if "possible" in states:
        single = findings.get(SINGLE.get(name, ""), "possible")
        return Strength.PER_PROCESS if single == "blocked" else Strength.ABSENT
    if any(findings.get(attack, "unknown") == "unknown" for attack in needed):
        return Strength.UNKNOWN
    return Strength.ENFORCED


def vector(findings: Findings) -> dict[str, Strength]:
    """Judge all guarantees."""
    return {name: strength(name, findings) for name in GUARANTEES}


def gaps(level: Level, findings: Findings) -> tuple[str, ...]:
    """List the attacks that keep these findings from being called `level`."""
    if level is Level.L0:
        return ()
    allowed = OPEN[level]
    pairs = GUARANTEES.items()
    required = {a for name, attacks in pairs if name not in COMFORT for a in attacks}
    required -= OPTIONAL | allowed
    bad = [name for name, state in findings.items() if state == "possible"]
    unknown = [name for name in required if findings.get(name, "unknown") == "unknown"]
    return tuple(sorted({*bad, *unknown} - allowed))
