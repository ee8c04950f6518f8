"""A control group for one box: memory, processes and CPU of everything in it together.

In:   limits.
Out:  a Group: folders for the plan, what it counted, and its end. None where this process
      may not make groups.
Touches: folders under /sys/fs/cgroup, next to or below this process's own group. Used by
      the host only; version 2 where its controllers are given to us, else version 1.
"""

import contextlib
import itertools
import os
import signal
import time
from pathlib import Path
from typing import Any

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
PREFIX = "grader-"
HOST = PREFIX + "host"
CONTROLLERS = ("memory", "pids", "cpu")
PERIOD_US = 100_000
PATIENCE_S = 5.0
WAITED = ("nr_throttled", "throttled_time", "throttled_usec")
SPARE_TASKS = 2
"""The runner, and one that is just being reaped."""

_numbers = itertools.count()


class Group:
    """One made group.

    Attributes:
        folders: one for version 2, one per controller for version 1.
        version: 1 or 2.
        settings: what was written into it. wanted: what should be in force.
    """

    def __init__(self, folders: list[str], version: int) -> None:
        self.folders, self.version = folders, version
        self.settings: dict[str, str] = {}
        self.wanted: dict[str, str] = {}

    def out_of_memory(self) -> bool:
        """Tell whether a process of the group was killed for its memory."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        for folder in self.folders:
            with contextlib.suppress(OSError):
                for line in Path(folder, name).read_text(encoding="ascii").splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1]) > 0
        return False

    def throttled(self) -> bool:
        """Tell whether the group ever had to wait for its share of the CPU."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                for line in (
                    Path(folder, "cpu.stat").read_text(encoding="ascii").splitlines()
                ):
                    name, value = line.split()
                    if name in WAITED and int(value) > 0:
                        return True
        return False

    def loose(self) -> bool:
        """Tell whether a limit is not in force that should be; CPU is tried, not read."""
        for folder in self.folders:
            for name, value in self.wanted.items():
                path = Path(folder, name)
                if name.startswith("cpu") or not path.exists():
                    continue
                if path.read_text(encoding="ascii").strip() != value:
                    return True
        return False

    def tighten(self, period: int, quota: int) -> None:
        """Allow only `quota` of every `period` of CPU, both in us; -1 is no bound."""
        for folder in self.folders:
            if self.version == 2 and "cpu.max" in self.settings:
                _write(Path(folder, "cpu.max"), f"{'max' if quota < 0 else quota} {period}")
            elif Path(folder, "cpu.cfs_quota_us").exists():
                _write(Path(folder, "cpu.cfs_quota_us"), "-1")
                _write(Path(folder, "cpu.cfs_period_us"), str(period))
                _write(Path(folder, "cpu.cfs_quota_us"), str(quota))

    def members(self) -> list[int]:
        """List the processes in the group."""
        found: set[int] = set()
        for folder in self.folders:
            with contextlib.suppress(OSError):
                text = Path(folder, "cgroup.procs").read_text(encoding="ascii")
                found |= {int(word) for word in text.split()}
        return sorted(found)

    def remove(self) -> None:
        """Kill all members, wait, and remove the group; can be called twice."""
        end = time.monotonic() + PATIENCE_S
        while (pids := self.members()) and time.monotonic() < end:
            with contextlib.suppress(OSError):
                _write(Path(self.folders[0], "cgroup.kill"), "1")
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.001)
        for folder in self.folders:
            _remove(folder)


def create(limits: dict[str, Any]) -> Group | None:
    """Make a group with these limits, or tell that this process may not."""
    for attempt in (_second_version, _first_version):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return attempt(limits)
    return None


def _makers() -> str:
    """Return how all groups begin whose maker this process can see, if it lives."""
    return f"{PREFIX}{os.stat('/proc/self/ns/pid').st_ino}-"


def _name() -> str:
    return f"{_makers()}{os.getpid()}-{next(_numbers)}"


def _second_version(limits: dict[str, Any]) -> Group:
    """Make a group below our own, which must have been delegated to us.

    A group that gives controllers on may hold no process itself, so we move aside.
    """
    mount = ROOT if (ROOT / "cgroup.controllers").exists() else ROOT / "unified"
    base = mount / _own()[""].lstrip("/")
    if base.name == HOST:
        base = base.parent
    offered = (base / "cgroup.controllers").read_text(encoding="ascii").split()
    if not {"memory", "pids"} <= set(offered):
        raise OSError(95, "memory and pids are not given to this group")
    given = (base / "cgroup.subtree_control").read_text(encoding="ascii").split()
    wanted = [name for name in CONTROLLERS if name in offered and name not in given]
    if wanted:
        if base != mount:
            _move_aside(base)
        _write(base / "cgroup.subtree_control", " ".join("+" + name for name in wanted))
    folder = base / _made(base)
    settings = {
        "memory.max": str(int(limits["memory"])),
        "memory.swap.max": "0",
        "pids.max": str(int(limits["processes"]) + SPARE_TASKS),
    }
    if "cpu" in offered:
        quota = int(limits.get("cores", 1) * PERIOD_US)
        settings["cpu.max"] = f"{quota} {PERIOD_US}"
    return _filled(Group([str(folder)], 2), [(folder, settings)])


def _move_aside(base: Path) -> None:
    aside = base / HOST
    aside.mkdir(exist_ok=True)
    for pid in (base / "cgroup.procs").read_text(encoding="ascii").split():
        with contextlib.suppress(OSError):
            _write(aside / "cgroup.procs", pid)


def _first_version(limits: dict[str, Any]) -> Group:
    """Make a group in each of the old hierarchies, below our own in each."""
    own, name = _own(), _name()
    memory, quota = str(int(limits["memory"])), limits.get("cores", 1) * PERIOD_US
    wanted = {
        "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        "pids": {"pids.max": str(int(limits["processes"]) + SPARE_TASKS)},
        "cpu": {"cpu.cfs_quota_us": str(int(quota))},
    }
    pairs = []
    for controller, settings in wanted.items():
        place = own.get(controller)
        if place is None:
            if controller == "cpu":
                continue
            raise OSError(95, f"no hierarchy for {controller}")
        base = ROOT / controller / place.lstrip("/")
        pairs.append((base / _made(base, name), settings))
    folders = list(dict.fromkeys(str(folder) for folder, _ in pairs))
    return _filled(Group(folders, 1), pairs)


def _filled(group: Group, pairs: list[tuple[Path, dict[str, str]]]) -> Group:
    """Set every limit; leave nothing behind where one is refused."""
    optional = ("memory.memsw.limit_in_bytes", "memory.swap.max")
    try:
        for folder, settings in pairs:
            for name, value in settings.items():
                group.wanted[name] = value
                if name in optional and not (folder / name).exists():
                    continue
                _write(folder / name, value)
                group.settings[name] = value
    except OSError:
        group.remove()
        raise
    return group


def _made(base: Path, name: str = "") -> str:
    """Make a group's folder; sweep away those whose maker was killed."""
    for stale in base.glob(_makers() + "*-*"):
        maker = stale.name.removeprefix(_makers()).split("-")[0]
        if maker.isdigit() and not Path("/proc", maker).exists():
            Group([str(stale)], 1).remove()
    name = name or _name()
    (base / name).mkdir(exist_ok=True)
    return name


def _own() -> dict[str, str]:
    """Return the path of our own group by controller; "" is version 2."""
    found = {}
    for line in OWN.read_text(encoding="utf-8").splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            found[name] = path
    return found


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def _remove(folder: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while os.path.isdir(folder) and time.monotonic() < end:
        try:
            os.rmdir(folder)
        except OSError:
            time.sleep(0.001)
