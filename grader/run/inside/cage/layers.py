"""The layers a box is made of, by level, and how to leave one out.

In:   a plan's `level` and `without`.
Out:  the names of the layers to apply.
Pure: no side effects. Leaving a layer out is for tests: each must notice its loss.

A plan is JSON-able; `grader.run.levels.plan_for` writes it:
  level      "L0" ... "L3"
  without    names of layers to leave out
  slot       a small number, different for boxes that live at the same time
  keep       descriptors that stay open; none may be a directory
  env        the whole environment
  folder     the work folder as the box sees it; HOME and TMPDIR lie below it
  stage      a folder of the host: copied into `folder` (L2, L3), or `folder` itself
  readable   what of the host may be read besides the system: Python, libraries, runner
  limits     memory, processes, disk, file, cpu, open: bytes, counts, seconds; cores
  cgroup     folders made by the host that the box must enter, may be empty
  leash      a descriptor; the box ends when its other side is closed, may be null
  report     a descriptor for one line of JSON on how it went, may be null
  abi        tests only: the newest Landlock to use
"""

from typing import Any

Plan = dict[str, Any]

PLAIN = (
    "session",
    "fds",
    "environment",
    "traces",
    "memory",
    "processes",
    "file",
    "cpu",
    "core",
    "open",
)
CONFINED = ("identity", "capabilities", "privileges", "calls", "locks", "sockets", "memfd")
NAMESPACED = (
    "user",
    "mount",
    "pid",
    "ipc",
    "net",
    "uts",
    "proc",
    "readonly",
    "disk",
    "nested",
)
SHARED = ("landlock", "scope", "metadata", "kills", "broker")
GROUPED = ("cgroup",)

LAYERS = {
    "L0": frozenset(PLAIN),
    "L1": frozenset(PLAIN + CONFINED + SHARED),
    "L2": frozenset(PLAIN + CONFINED + NAMESPACED),
    "L3": frozenset(PLAIN + CONFINED + NAMESPACED + GROUPED) - {"memfd"},
}


def layers_of(plan: Plan) -> frozenset[str]:
    """Return the layers of a plan."""
    return LAYERS[plan["level"]] - frozenset(plan.get("without", ()))
