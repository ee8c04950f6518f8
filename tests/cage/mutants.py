"""Leave out every step of a box, one at a time, and print who notices.

    python tests/cage/mutants.py [L3 L2 L1] [--each-kind]

In:   levels; by default all that hold here.
Out:  a table; exit status 1 if somebody's loss goes unnoticed.
Touches: what a preflight touches, several hundred times: a minute or more.

A step whose loss the attacks do not see may be held by a second wall. Then each layer is
taken away in turn: a step that is noticed without it is "held twice".
"""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

import filtering  # noqa: E402

from grader.run.guarantees import Level  # noqa: E402
from grader.run.inside.cage.canaries import VARIABLE  # noqa: E402
from grader.run.inside.cage.layers import LAYERS  # noqa: E402
from grader.run.plans import INSIDE, next_slot, readable  # noqa: E402

EQUIVALENT = {
    r"right refer": "Landlock refuses moves between folders unless told otherwise",
    r"right make_(char|block)": "only the machine's root may make devices",
    r"mount .*: mode": "whoever could use a wider mode is not in the box",
    r"PR_SET_DUMPABLE 1": "gives a right to the keeper, and takes none from the box",
    r"PR_SET_DUMPABLE 0": "at L1 Landlock, its user and its powers hide the keeper as well",
    r"PR_SET_CHILD_SUBREAPER 1": "the process above adopts what the keeper does not",
    r"write /proc/self/(gid_map|setgroups)": "a group without a name has no rights",
    r"group cpu.cfs_period_us": "a box has the kernel's; only a preflight changes it",
    r"mount /dev: (size|nr_inodes)": "nothing there can be written",
}
"""Steps, as patterns, that hold nothing back that could be tried; and why."""
PARTNERS = (
    *(("sockets",), ("capabilities",), ("identity",), ("privileges",), ("calls",)),
    *(("landlock",), ("user",), ("pid",), ("traces",), ("session",)),
    ("identity", "landlock"),
)
"""Layers that may hold what a step holds."""
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Loss:
    """What came of leaving out one step."""

    level: str
    step: str
    by: str

    @property
    def noticed(self) -> bool:
        return bool(self.by)


def answer(level: str, drop: str = "", without: tuple[str, ...] = ()) -> dict:
    """Build, attack and look, once."""
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 -- the box's user has to get in
        request = {
            "level": level, "without": list(without), "slot": next_slot(), "drop": drop,
            "readable": readable(), "folder": folder,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(HERE / "mutating.py"), str(INSIDE), token],
            input=json.dumps(request) + "\n",
            capture_output=True, text=True, timeout=PATIENCE_S, cwd="/",
            env={VARIABLE: token, "PATH": os.defpath},
        )  # fmt: skip
    if done.returncode:
        return {"findings": {}, "error": done.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout)


def noticed(whole: dict, found: dict) -> str:
    """Say by what a loss is noticed; "" if it is not."""
    if found["error"]:
        return "no box starts"
    new = [
        attack
        for attack, state in found["findings"].items()
        if state == "possible" and whole["findings"].get(attack, "blocked") != "possible"
    ]
    return ", ".join(new[:3])


def kind_of(step: str) -> str:
    """Return what a step has in common with others of its kind."""
    return re.sub(r"/[^ :]*", "*", step)


def losses(level: str, each_kind: bool = False) -> Iterable[Loss]:
    """Leave out one step after the other."""
    wholes = {"": answer(level)}
    assert not wholes[""]["error"], wholes[""]["error"]
    steps = wholes[""]["steps"]
    if each_kind:
        steps = list({kind_of(step): step for step in reversed(steps)}.values())
    for step in steps:
        yield Loss(level, step, _by(level, step, wholes))


def _by(level: str, step: str, wholes: dict[str, dict]) -> str:
    by = noticed(wholes[""], answer(level, step))
    if by:
        return by
    for pattern, reason in EQUIVALENT.items():
        if re.fullmatch(pattern, step):
            return f"equivalent: {reason}"
    for layers in PARTNERS:
        if not LAYERS[Level(level)] >= set(layers):
            continue
        name = " and ".join(layers)
        if name not in wholes:
            wholes[name] = answer(level, without=layers)
        if not wholes[name]["error"]:
            by = noticed(wholes[name], answer(level, step, layers))
        if by:
            return f"held twice; without {name}: {by}"
    return ""


def main(arguments: list[str]) -> int:
    """Print the table."""
    each_kind = "--each-kind" in arguments
    levels = [word for word in arguments if word in LAYERS] or ["L3", "L2", "L1"]
    missed = 0
    for level in levels:
        for loss in losses(level, each_kind):
            print(f"{level}  {loss.step:45} {loss.by or 'MISSED'}", flush=True)
            missed += not loss.noticed
        for rule, changed in filtering.noticed(level).items():
            by = ", ".join(changed[:3])
            print(f"{level}  filter: {rule:37} {by or 'MISSED'}", flush=True)
            missed += not by
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
