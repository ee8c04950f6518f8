"""Build one box, attack it as a preflight does, but leave out one step on the way in.

In:   argv: the folder of the cage's package, a secret. stdin: a preflight's request, with
      `drop`: the name of the step, "" for none.
Out:  stdout: what the preflight says, and the `steps` that were taken.
Touches: what a preflight touches.

A step is one flag of a namespace or a mount, one option, one limit, one property of the
process, one right. They are found by watching what `enter` does, not listed.
"""

import contextlib
import json
import mmap
import os
import re
import resource
import select
import signal
import sys
import time

sys.path.insert(0, sys.argv[1])

from cage import (  # type: ignore[import-not-found]
    cgroups,
    descent,
    entering,
    identity,
    landlock,
    preflight,
    surroundings,
    system,
)

MS_PRIVATE, MS_SHARED = 1 << 18, 1 << 20
REGION, REGIONS = 1 << 15, 64
NAMESPACES = ("NEWUTS", "NEWIPC", "NEWUSER", "NEWPID", "NEWNET")
"""NEWNS is the layer `mount`: without it the box would take this process's root along."""
MOUNTS = ("MS_RDONLY", "MS_NOSUID", "MS_NODEV", "MS_NOEXEC", "MS_SLAVE")
RIGHTS = (
    *("execute", "write_file", "read_file", "read_dir", "remove_dir", "remove_file"),
    *("make_char", "make_dir", "make_reg", "make_sock", "make_fifo", "make_block"),
    *("make_sym", "refer", "truncate", "ioctl_dev"),
)
RULES = ((1, "tcp bind"), (1, "tcp connect"), (2, "abstract sockets"), (2, "signals"))
"""Word of Landlock's attributes, and what its next bit bounds."""
PROPERTIES = {value: name for name, value in vars(system).items() if name.startswith("PR_")}
ONCE = (system.PR_CAPBSET_DROP,)
"""Properties that are set for one number after the other; a step is all of them."""


class Steps:
    """Which steps were taken, by whichever process of the box; and which is left out."""

    def __init__(self, drop: str) -> None:
        self.drop, self.active = drop, False
        self.memory = mmap.mmap(-1, REGION * REGIONS)

    def skip(self, name: str) -> bool:
        """Note a step and tell whether it is the one."""
        if not self.active:
            return False
        start = REGION * (os.getpid() % REGIONS)
        end = self.memory.find(b"\0", start, start + REGION)
        data = name.encode() + b"\n"
        if 0 <= end < start + REGION - len(data):
            self.memory[end : end + len(data)] = data
        return name == self.drop

    def without(self, name: str, flags: int, names: tuple[str, ...]) -> int:
        """Return flags without the one that is left out."""
        for one in names:
            bit = getattr(system, one)
            if flags & bit and self.skip(f"{name}: {one.removeprefix('MS_')}"):
                flags &= ~bit
        return flags

    def taken(self) -> list[str]:
        """List them, in no order."""
        lines = re.sub(b"\0+", b"", self.memory[:]).decode().splitlines()
        return sorted(set(lines))


def watch(steps: Steps) -> None:
    """Put a step between the cage and each thing that it does."""
    enter = entering.enter

    def entered(plan):
        steps.active = True
        enter(plan)
        steps.active = False

    entering.enter = entered
    _mounts(steps)
    _kernel(steps)
    for owner, name in (
        (system, "drop_capabilities"),
        (system, "set_hostname"),
        (surroundings, "close_others"),
        (surroundings, "set_environment"),
        (surroundings, "wipe_traces"),
        (os, "setsid"),
        (os, "setgroups"),
        (os, "setresgid"),
        (os, "setresuid"),
    ):
        _whole(steps, owner, name, lambda *_, name=name: name)
    limits = {getattr(resource, n): n for n in dir(resource) if n.startswith("RLIMIT_")}
    _whole(steps, surroundings, "_limit", lambda which, _: f"limit {limits[which]}")
    _whole(steps, identity, "_write", lambda path, _: f"write {path}")
    write = cgroups._write

    def grouped(path, text):
        steps.active, before = True, steps.active
        known = path.name.startswith(("memory", "pids", "cpu"))
        left = known and steps.skip(f"group {path.name}")
        steps.active = before
        if not left:
            write(path, text)

    cgroups._write = grouped


def _whole(steps, owner, name, label):
    original = getattr(owner, name)

    def tried(*arguments):
        if not steps.skip(label(*arguments)):
            return original(*arguments)
        return None

    setattr(owner, name, tried)


def _mounts(steps):
    mount, restrict = system.mount, system.restrict_mount
    unshare, clone = system.unshare, system.clone

    def mounted(source, target, kind="", flags=0, data=""):
        name = f"mount {target}" + (" again" if flags & system.MS_REMOUNT else "")
        options = [
            option
            for option in filter(None, data.split(","))
            if not steps.skip(f"{name}: {option.split('=')[0]}")
        ]
        mount(source, target, kind, steps.without(name, flags, MOUNTS), ",".join(options))

    def restricted(target, flags):
        restrict(target, steps.without(f"restrict {target}", flags, MOUNTS))

    def unshared(flags):
        flags = steps.without("unshare", flags, NAMESPACES)
        if flags:
            unshare(flags)

    def cloned(flags):
        return clone(steps.without("clone", flags, NAMESPACES))

    system.mount, system.restrict_mount = mounted, restricted
    system.unshare, system.clone = unshared, cloned


def _kernel(steps):
    prctl, call = system.prctl, system.call

    def property_set(option, second=0, third=0):
        value = "" if option in ONCE else f" {second}"
        if steps.skip(f"{PROPERTIES.get(option, option)}{value}"):
            return 0
        return prctl(option, second, third)

    def called(name, *arguments):
        if name == "landlock_create_ruleset" and arguments[1]:
            for place, (word, rule) in enumerate(RULES):
                bit = 1 << place % 2
                handled = len(arguments[0]) > word and arguments[0][word] & bit
                if handled and steps.skip(f"bound {rule}"):
                    arguments[0][word] &= ~bit
        if name in ("landlock_restrict_self", "seccomp") and steps.skip(name):
            return 0
        return call(name, *arguments)

    handled = landlock._handled

    def rights(version):
        found = handled(version)
        for place, one in enumerate(RIGHTS):
            if found >> place & 1 and steps.skip(f"right {one}"):
                found &= ~(1 << place)
        return found

    system.prctl, system.call, landlock._handled = property_set, called, rights


def orphaned(request, steps) -> bool:
    """Tell whether a box goes on after its keeper was killed."""
    alive, hold = os.pipe()
    folder = os.path.join(request["folder"], "second")
    os.mkdir(folder)
    private = request["level"] in ("L2", "L3")
    plan = {
        "level": request["level"], "without": request.get("without", []), "slot": 1,
        "keep": [0, 1, 2, hold], "env": {"PATH": os.defpath}, "limits": preflight.LIMITS,
        "folder": "/box" if private else folder, "stage": folder,
        "readable": request["readable"], "abi": request.get("abi", 99),
    }  # fmt: skip
    if request["level"] == "L3":
        plan["level"] = "L2"
    keeper = os.fork()
    if keeper == 0:
        with contextlib.suppress(BaseException):
            entering.enter(plan)
            os.write(hold, b"!")
            while True:
                time.sleep(60)
        os._exit(1)
    os.close(hold)
    started = os.read(alive, 1) == b"!"
    os.kill(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)
    ended = bool(select.select([alive], [], [], 1.0)[0])
    for stray in [] if ended else descent.children(os.getpid()):
        for pid in (stray, *descent.below(stray)):
            os.kill(pid, signal.SIGKILL)
    os.close(alive)
    return started and not ended


def keep_to_itself() -> None:
    """Have groups, mounts, names and IPC that a box with a wall missing may keep or spoil.

    The mounts are shared among whoever comes from here, as systemd does it: a box that
    forgets to leave that group is noticed.
    """
    os.setgroups([1, 2])
    system.unshare(system.NEWNS | system.NEWUTS | system.NEWIPC)
    for flag in (MS_PRIVATE, MS_SHARED):
        system.mount("", "/", flags=system.MS_REC | flag)


def main() -> None:
    """Serve one request."""
    request = json.loads(sys.stdin.readline())
    if os.geteuid() == 0:
        keep_to_itself()
    steps = Steps(request["drop"])
    watch(steps)
    found = preflight.run(request)
    if request["drop"] in ("", "PR_SET_PDEATHSIG 9") and not found["error"]:
        found["findings"]["orphaned"] = (
            "possible" if orphaned(request, steps) else "blocked"
        )
    json.dump({**found, "steps": steps.taken()}, sys.stdout)


if __name__ == "__main__":
    main()
