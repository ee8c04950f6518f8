"""Write the plan of one box: what it may see, what it may use.

In:   a level, a private folder, limits.
Out:  a JSON-able plan for the cage; for L3 also a control group.
Touches: the control group's folders; otherwise nothing.
"""

import functools
import itertools
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.model.run import GB, Limits
from grader.run.guarantees import Level
from grader.run.inside.cage import cgroups

INSIDE = Path(__file__).parent / "inside"
PRIVATE = "/box"
SLOTS_PER_PROCESS = 1 << 10
SLOTS = 1 << 24
PATHS = (
    "import json, sys, sysconfig as s; print(json.dumps([sys.base_prefix, sys.prefix,"
    " *map(s.get_path, ('stdlib', 'platstdlib', 'purelib', 'platlib'))]))"
)
QUERY_S = 60.0

_slots = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What one box may use.

    Attributes:
        memory: of all its processes (L3), or of each; bytes; > 0.
        processes: threads included; > 0.
        disk: everything it writes; bytes; > 0.
        file: one file; bytes; > 0.
        open: open files of one process; > 0.
        cores: processors; > 0.
    """

    memory: int = 6 * GB
    processes: int = 256
    disk: int = GB
    file: int = GB
    open: int = 1024
    cores: float = 2.0

    def __post_init__(self) -> None:
        every = self.memory, self.processes, self.disk, self.file, self.open, self.cores
        if min(every) <= 0:
            raise ValueError("a resource is larger than 0")

    @classmethod
    def of(cls, limits: Limits) -> "Resources":
        """Return what a run with this budget may use."""
        return cls(
            memory=limits.memory_bytes,
            processes=limits.processes,
            disk=limits.disk_bytes,
            file=limits.disk_bytes,
        )


def private_folder(level: Level, stage: Path) -> Path:
    """Return the box's work folder as the box itself sees it."""
    return Path(PRIVATE) if level in (Level.L2, Level.L3) else stage


def plan_for(
    level: Level,
    stage: Path,
    limits: Limits,
    *,
    resources: Resources | None = None,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    without: tuple[str, ...] = (),
    keep: tuple[int, ...] = (0, 1, 2),
) -> dict[str, Any]:
    """Write the plan; `stage` is what the box starts with and, below L2, works in.

    `without` leaves layers out, for tests of what then is noticed.
    """
    own = resources or Resources.of(limits)
    folder = private_folder(level, stage)
    return {
        "level": str(level),
        "without": list(without),
        "slot": next_slot(),
        "keep": list(keep),
        "env": dict(environment) if environment is not None else variables(folder),
        "folder": str(folder),
        "stage": str(stage),
        "readable": list(readable(python)),
        "limits": {
            "memory": own.memory,
            "processes": own.processes,
            "disk": own.disk,
            "file": own.file,
            "open": own.open,
            "cores": own.cores,
            "cpu": limits.total_seconds * max(1.0, own.cores),
        },
        "cgroup": [],
        "leash": None,
        "report": None,
    }


def variables(folder: Path) -> dict[str, str]:
    """List the least that programs expect; nothing of ours is inherited."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
    }


def group_for(plan: dict[str, Any]) -> cgroups.Group | None:
    """Make the control group of a plan at L3 and enter it there; None below L3.

    Raises: OSError if it cannot be made, though the preflight could.
    """
    if plan["level"] != Level.L3:
        return None
    group = cgroups.create(plan["limits"])
    if group is None:
        raise OSError("the control group of a box could not be made")
    plan["cgroup"] = group.folders
    return group


def next_slot() -> int:
    """Return a number that no box has that lives at the same time as this one."""
    base = os.getpid() * SLOTS_PER_PROCESS
    return (base + next(_slots) % SLOTS_PER_PROCESS) % SLOTS


@functools.cache
def readable(python: str = sys.executable) -> tuple[str, ...]:
    """List the folders of an interpreter and of the code that runs in the box.

    Raises: OSError if the interpreter cannot be asked.
    """
    if python == sys.executable:
        names = ("stdlib", "platstdlib", "purelib", "platlib")
        found = [sys.base_prefix, sys.prefix, *map(sysconfig.get_path, names)]
    else:
        try:
            answer = subprocess.run(
                [python, "-I", "-c", PATHS],
                capture_output=True,
                check=True,
                timeout=QUERY_S,
            )
            found = json.loads(answer.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            raise OSError(f"{python} does not say where its libraries are") from error
    refused = {"/", str(Path.home()), str(Path.home().parent)}
    paths = dict.fromkeys(os.path.normpath(path) for path in (*found, str(INSIDE)))
    return tuple(path for path in paths if path not in refused)
