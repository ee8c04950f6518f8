"""Build one small box, attack it from inside, and say what held.

In:   stdin: one line of JSON: level, without, abi, slot, readable; folder, which is empty
      and which others may enter.
Out:  stdout: one line of JSON: findings, by name "blocked", "possible" or "unknown";
      error, where the box could not be entered; milliseconds.
Touches: that folder, a few processes, a control group; all are gone at the end.

Every attack is also made by a process outside the box. "unknown" is one that fails there
too: it proves nothing about the box.
"""

import json
import os
import select
import sys
import time
from pathlib import Path
from typing import Any

from . import attacks, canaries, cgroups, channels, floods, landlock, places, system
from .sides import PATIENCE_S, Side

LIMITS = {
    "memory": 12 << 20,
    "processes": 8,
    "disk": 4 << 20,
    "file": 1 << 20,
    "cpu": 60,
    "open": 256,
    "cores": 1,
}
TIGHT_US, LOOSE_US = (10_000, 1_000), (10_000, -1)
LOOK_S = 0.002
NAMESPACED_ONLY = ("writable_root", "outer_users", "room_for_nested", "loose_mount")
SHARED_ONLY = ("device_call", "listen", "run_own")
ROOT_ONLY = ("be_root", "groups")
PARTS = (
    attacks.ATTACKS,
    channels.ATTACKS,
    places.SEEN,
    places.ATTACKS,
    floods.FIRST,
)
FIRST = {work.__name__: work for part in PARTS for work in part}
SEEN_OUTSIDE = (
    "write_outside",
    "change_outside",
    "udp",
    "signal_outside",
    "hold_locks",
    *(work.__name__ for work in places.SEEN),
)
"""Attacks whose success the outside has to look for."""
SECOND = {floods.cpu_of_many.__name__: floods.cpu_of_many}
THIRD = {floods.outlive.__name__: floods.outlive}
Request = dict[str, Any]


class Trial:
    """The same attacks outside a box and inside one."""

    def __init__(self, request: Request, found: canaries.Canaries) -> None:
        self.request, self.found = request, found
        self.where = found.described() | {"limits": LIMITS}
        left_out = ROOT_ONLY if os.geteuid() else ()
        if request["level"] in ("L0", "L1"):
            left_out = (*left_out, *NAMESPACED_ONLY)
        else:
            left_out = (*left_out, *SHARED_ONLY)
        wanted = {name: work for name, work in FIRST.items() if name not in left_out}
        self.seen = {name: wanted[name] for name in SEEN_OUTSIDE}
        self.rest = {name: wanted[name] for name in wanted if name not in self.seen}
        self.outer = Side(self.where, self.rest, SECOND, THIRD)
        self.together = request["level"] in ("L2", "L3")
        self.finished = False
        self.control: dict[str, Any] = {}

    def run(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Make them all; the outer ones meanwhile, where the two do not disturb."""
        self.control = self._seen_outside()
        self.outer.start(None)
        for _ in (SECOND, THIRD):
            self.outer.proceed()
        if not self.together:
            self._finish_outside(set())
        boxed = self._inside()
        if not self.finished:
            self._finish_outside(set())
        return self.control, boxed

    def _seen_outside(self) -> dict[str, Any]:
        side = Side(self.where, self.seen)
        side.start(None)
        results = side.line() | self._looked()
        side.end()
        return results

    def _finish_outside(self, ours: set[int]) -> None:
        """Hear how the outside fared, and end it; `ours` are other children."""
        side, self.finished = self.outer, True
        results = side.line() | side.line() | side.line()
        if self.request["level"] == "L3":
            results["loose_group"] = True
        side.end()
        results["outlive"] = side.survivors({self.found.victim, *ours}, 0)
        self.control |= results

    def _looked(self) -> dict[str, bool]:
        return self.found.touched() | {"hold_locks": self.found.locked()}

    def _inside(self) -> dict[str, Any]:
        grouped = self.request["level"] == "L3"
        group = cgroups.create(LIMITS) if grouped else None
        if grouped and group is None:
            return {"error": "no control group can be made here"}
        try:
            side = Side(self.where, self.seen | self.rest, SECOND, THIRD)
            leash, held = os.pipe()
            side.start(_plan(self.request, side, leash, self.found, group))
            os.close(leash)
            results = self._conversation(side, group)
            if group is not None:
                results["loose_group"] = group.loose()
            os.close(held)
            side.end(kill=self.request["level"] == "L0")
            return results | {
                "outlive": side.survivors({self.found.victim, self.outer.pid})
            }
        finally:
            if group is not None:
                group.remove()

    def _conversation(self, side: Side, group: cgroups.Group | None) -> dict[str, Any]:
        results = side.line()
        if "error" in results:
            return results
        results |= self._looked()
        if group is not None:
            group.tighten(*TIGHT_US)
        side.proceed()
        if self.together:
            self._finish_outside({side.pid})
        bounded = {} if group is None else self._throttled(side, group)
        side.proceed()
        return results | side.line() | bounded | side.line()

    def _throttled(self, side: Side, group: cgroups.Group) -> dict[str, bool]:
        """Wait until it had to wait for CPU; only the kernel is believed."""
        end = time.monotonic() + PATIENCE_S
        while not group.throttled() and time.monotonic() < end:
            if select.select([side.results], [], [], LOOK_S)[0]:
                break
        group.tighten(*LOOSE_US)
        return {"cpu_of_many": not group.throttled()}


def _plan(
    request: Request,
    side: Side,
    leash: int,
    found: canaries.Canaries,
    group: cgroups.Group | None,
) -> dict[str, Any]:
    folder = found.folder / "box"
    folder.mkdir()
    private = request["level"] in ("L2", "L3")
    return {
        "level": request["level"],
        "without": request.get("without", []),
        "abi": request.get("abi", 99),
        "slot": request.get("slot", 0),
        "keep": [0, 1, 2, *side.inner()],
        "env": {"PATH": os.defpath},
        "folder": "/box" if private else str(folder),
        "stage": str(folder),
        "readable": [*request["readable"], str(found.shared)],
        "limits": LIMITS,
        "cgroup": [] if group is None else group.folders,
        "leash": leash,
        "report": side.say,
    }


def judged(
    control: dict[str, bool], boxed: dict[str, bool], grouped: bool
) -> dict[str, str]:
    """Compare both sides, attack by attack.

    Without a group nothing bounds the CPU of many: then it only looked slow.
    """
    boxed = boxed if grouped else boxed | {"cpu_of_many": True}
    found = {}
    for name, worked in control.items():
        if boxed.get(name, False):
            found[name] = "possible"
        else:
            found[name] = "blocked" if worked else "unknown"
    return found


def run(request: Request) -> dict[str, Any]:
    """Do all of it once."""
    start = time.monotonic()
    system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)
    folder = Path(request["folder"])
    (folder / "outside").mkdir()
    os.chdir(folder / "outside")
    found = canaries.Canaries(folder, os.environ.get(canaries.VARIABLE, ""))
    try:
        control, boxed = Trial(request, found).run()
    finally:
        found.close()
        os.chdir("/")
    error = boxed.pop("error", "")
    return {
        "findings": {} if error else judged(control, boxed, request["level"] == "L3"),
        "error": error,
        "landlock": landlock.abi(),
        "milliseconds": round(1000 * (time.monotonic() - start), 1),
    }


def main() -> int:
    """Serve one request."""
    json.dump(run(json.loads(sys.stdin.readline())), sys.stdout)
    return 0
