"""Say how well this machine can confine notebooks, and what would let it do better.

In:   nothing; or an Isolation.
Out:  an Examination: plain data, and its text.
Touches: what `levels.best` touches. Nothing of the machine is changed; every remedy is a
      sentence with the command that its owner may run.
"""

import importlib.metadata
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.run.levels import Attempt, Isolation, Level, best

PACKAGES = (
    "grader",
    "numpy",
    "torch",
    "matplotlib",
    "pandas",
    "scipy",
    "ipykernel",
    "nbclient",
)
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
MOST = Path("/proc/sys/user/max_user_namespaces")
CLONE = Path("/proc/sys/kernel/unprivileged_userns_clone")
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
NAMES = {
    "fs_read": "reads no file it was not given",
    "fs_write": "writes nothing outside its folder",
    "net": "reaches no network and no socket",
    "signals": "signals no other process",
    "survivors": "leaves no process behind",
    "mem_total": "memory is limited",
    "procs": "processes are limited",
    "disk": "disk is limited",
    "cpu": "CPU is limited",
    "covert": "cannot talk to another box",
}
WORDS = {
    Level.L0: "no isolation: grades are not tamper-proof",
    Level.L1: "Landlock and a filter on system calls",
    Level.L2: "namespaces",
    Level.L3: "namespaces and a control group",
}
OK, REFUSED = 0, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What `grader doctor` found.

    Attributes:
        versions: (name, version) of what is installed here.
        isolation: see there.
        remedies: what would give a better level; may be empty.
    """

    versions: tuple[tuple[str, str], ...]
    isolation: Isolation
    remedies: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 if notebooks can be confined, 3 if not."""
        return OK if self.isolation.tamper_proof else REFUSED

    def as_data(self) -> dict[str, Any]:
        """Spell it as JSON-able data."""
        own = self.isolation
        return {
            "versions": dict(self.versions),
            "kernel": own.kernel,
            "landlock": own.landlock,
            "root": own.root,
            "level": str(own.level),
            "guarantees": {name: str(state) for name, state in own.vector.items()},
            "milliseconds": round(sum(a.seconds for a in own.attempts) * 1000),
            "attempts": [
                {
                    "level": str(attempt.level),
                    "holds": attempt.holds,
                    "reason": attempt.reason,
                    "findings": attempt.findings,
                    "seconds": round(attempt.seconds, 3),
                }
                for attempt in own.attempts
            ],
            "remedies": list(self.remedies),
        }

    def as_text(self) -> str:
        """Spell it for a person."""
        own = self.isolation
        lines = [f"{name:12} {version}" for name, version in self.versions]
        lines.append(f"{'kernel':12} {own.kernel}, Landlock {own.landlock or 'absent'}")
        lines += [f"{'user':12} {'root' if own.root else 'not root'}", ""]
        lines.append(f"isolation    {own.level}: {WORDS[own.level]}")
        lines.append(f"probed       {', '.join(map(_timed, own.attempts))}")
        lines += [f"  {NAMES[name]:34} {state}" for name, state in own.vector.items()]
        for attempt in own.attempts:
            if not attempt.holds:
                lines += ["", f"not {attempt.level}: {attempt.reason}"]
        if self.remedies:
            lines += ["", "What would give more:"]
            lines += [f"  - {remedy}" for remedy in self.remedies]
        return "\n".join(lines)


def _timed(attempt: Attempt) -> str:
    return f"{attempt.level} in {1000 * attempt.seconds:.0f} ms"


def examine(isolation: Isolation | None = None) -> Examination:
    """Look at everything once."""
    found = isolation or best()
    return Examination(versions=versions(), isolation=found, remedies=remedies(found))


def versions() -> tuple[tuple[str, str], ...]:
    """List what is installed beside this interpreter; nothing is imported."""
    found = [("python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "absent"))
    return tuple(found)


def remedies(isolation: Isolation) -> tuple[str, ...]:
    """Say what stands between this machine and the next levels."""
    if sys.platform != "linux":
        return ("Run it in a Linux virtual machine or container; WSL 2 is one.",)
    failed = {attempt.level: attempt for attempt in isolation.attempts if not attempt.holds}
    found = []
    if Level.L2 in failed:
        found += _for_namespaces(failed[Level.L2], isolation.root)
    elif Level.L3 in failed:
        found.append(_for_groups(isolation.root))
    if Level.L1 in failed and not isolation.landlock:
        found.append("Landlock is off: Linux 5.13 or later with `lsm=landlock,...` has it.")
    return tuple(found)


def _for_groups(root: bool) -> str:
    if root:
        return "Give this container a writable /sys/fs/cgroup with memory and pids."
    return (
        "L3 needs a delegated control group: systemd-run --user --scope -p Delegate=yes"
        " grader ..."
    )


def _for_namespaces(attempt: Attempt, root: bool) -> list[str]:
    """Find out who refuses namespaces; a remedy for each is known."""
    found = []
    if "closed to others" in attempt.error:
        found.append(
            "The interpreter lies below a folder that only its owner may enter. Put it"
            " elsewhere, or run this as its owner."
        )
    if _number(APPARMOR) == 1 and not root:
        found.append(_profile(os.path.realpath(sys.executable)))
    if _number(MOST) == 0:
        found.append("Namespaces are off: sudo sysctl user.max_user_namespaces=15000")
    if _number(CLONE) == 0 and not root:
        found.append(
            "User namespaces are off: sudo sysctl kernel.unprivileged_userns_clone=1"
        )
    if any(path.exists() for path in CONTAINERS):
        found.append(
            "This is a container. Start it with --security-opt seccomp=unconfined"
            " --security-opt apparmor=unconfined --security-opt systempaths=unconfined,"
            " as a user who is not root; or grade each submission in a container of its"
            " own with --network none --cap-drop ALL --read-only."
        )
    if os.environ.get("GITHUB_ACTIONS") == "true" and not root:
        found.append("On GitHub's runners: sudo -E env PATH=$PATH grader ...")
    return found or ["Namespaces are refused here; ask the machine's owner why."]


def _profile(python: str) -> str:
    """Write the AppArmor profile that Ubuntu 24.04 wants; the owner installs it."""
    text = (
        f'abi <abi/4.0>, include <tunables/global> profile grader "{python}"'
        " flags=(unconfined) { userns, }"
    )
    return (
        f"Ubuntu lets no program use namespaces without a profile. Once: echo '{text}' |"
        " sudo tee /etc/apparmor.d/grader && sudo apparmor_parser -r"
        " /etc/apparmor.d/grader. It then holds for every program run by this interpreter."
    )


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
