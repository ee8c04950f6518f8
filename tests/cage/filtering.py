"""Make every system call that a filter looks at, with each of its rules left out once.

In:   a level; whose filter it is.
Out:  by rule, the calls that then end in another way.
Touches: nothing that lasts: calls are made with arguments that no kernel accepts, by a
      process with names and IPC of its own that then ends.
"""

import ctypes
import errno
import json
import mmap
import os

from grader.run.inside.cage import calls, identity, seccomp, system
from grader.run.inside.cage.layers import LAYERS

NOBODY = 99_999_999
NONE = -1
SIGHAND = 0x800
X32_GETPID = 0x4000_0000 | 39
INT_80_GETPID = bytes.fromhex("b814000000cd80c3")
BIND_NAMES = {  # arguments that end in an error whoever calls
    "msgget": (NONE, 0),
    "shmget": (NONE, 0, 0),
    "semget": (NONE, 0, 0),
}
TABLES = (calls.NEVER, calls.UNKNOWN, calls.MEMFD, calls.SHARED_IPC, calls.METADATA)
Outcomes = dict[str, int]


class Rules:
    """The rules that `build` spells, and the one that it shall leave out."""

    def __init__(self, drop: str = "") -> None:
        self.drop, self.names = drop, []
        names = ("_prologue", "_answer", "_if_bits", "_if_one_of", "_unless")
        self.originals = {name: getattr(seccomp, name) for name in names}
        for name in self.originals:
            setattr(seccomp, name, getattr(self, name))

    def _left_out(self, name: str) -> bool:
        self.names.append(name)
        return name == self.drop

    def _prologue(self):
        found = self.originals["_prologue"]()
        end = found[4:]
        begin = found[:1] if self._left_out("another machine's calls") else found[:3]
        if end and self._left_out("numbers of x32"):
            end = []
        return [*begin, found[3], *end]

    def _answer(self, name, answer, table=None):
        program = self.originals["_answer"](name, answer, table)
        return [] if program and self._left_out(name) else program

    def _if_bits(self, name, argument, mask, number):
        for place in range(32):
            if mask >> place & 1 and self._left_out(f"{name} {1 << place:#x}"):
                mask &= ~(1 << place)
        return self.originals["_if_bits"](name, argument, mask, number)

    def _if_one_of(self, name, argument, values, number):
        left = tuple(v for v in values if not self._left_out(f"{name} {v:#x}"))
        return self.originals["_if_one_of"](name, argument, left, number)

    def _unless(self, name, argument, values, number, mask=0):
        if self._left_out(f"{name} unless {argument} in {tuple(map(int, values))}"):
            return []
        return self.originals["_unless"](name, argument, values, number, mask)

    def restore(self) -> None:
        """Let `build` be what it was."""
        for name, work in self.originals.items():
            setattr(seccomp, name, work)


def rules_of(level: str) -> list[str]:
    """Name every rule of a level's filter."""
    rules = Rules()
    seccomp.build(LAYERS[level])
    rules.restore()
    return list(dict.fromkeys(rules.names))


def noticed(level: str) -> dict[str, list[str]]:
    """Return, for each rule, the calls whose end its loss changes."""
    whole = outcomes(level, "")
    found = {}
    for rule in rules_of(level):
        other = outcomes(level, rule)
        found[rule] = [name for name in whole if whole[name] != other.get(name)]
    return found


def outcomes(level: str, drop: str) -> Outcomes:
    """Make all calls under one filter, in a process of their own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            rules = Rules(drop)
            program = seccomp.build(LAYERS[level])
            rules.restore()
            if os.geteuid():
                identity.allow_no_new_powers()
            else:
                system.unshare(system.NEWIPC | system.NEWUTS | system.NEWNS)
            seccomp.install(program)
            os.write(writer, json.dumps(ends()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else {}


def ends() -> Outcomes:
    """Make all calls; by name the errno, 0 for success, a signal's number and 1000."""
    found = {}
    for table in TABLES:
        for name in table:
            found[name] = call(name, *BIND_NAMES.get(name, (NONE,) * 6))
    found["another machine"] = _in_child(_other_machine)
    found["x32"] = _in_child(lambda: raw(X32_GETPID))
    for place in (17, 25, 26, 27, 28, 29, 30):
        found[f"clone {place}"] = call("clone", 1 << place | SIGHAND, 0, 0, 0, 0)
    for command in (0x5412, 0x541C, 0x8901, 0x8902):
        found[f"ioctl {command}"] = call("ioctl", NONE, command, 0)
    for command in (6, 7, 37, 38, 1024, 1026, 8, 10, 15):
        found[f"fcntl {command}"] = call("fcntl", NONE, command, 0)
    found["flock"] = call("flock", NONE, 2)
    found["watch"] = call("inotify_add_watch", NONE, NONE, NONE)
    found["cached"] = call("preadv2", NONE, 0, 0, 0, 0, 8)
    for name in calls.KILLING:
        found[name] = call(name, NOBODY, NOBODY, NOBODY, NONE)
    found["tgkill"] = call("tgkill", NOBODY, NOBODY, NOBODY)
    found["connect"] = call("connect", NONE, NONE, NONE)
    for family, kind in ((2, 1), (16, 3), (40, 1), (1, 2), (2, 2)):
        found[f"socket {family} {kind}"] = call("socket", family, kind, 0)
    found["socketpair"] = call("socketpair", 1, 2, 0, NONE)
    found["prlimit64"] = call("prlimit64", NOBODY, 0, 0, 0)
    found["nice group"] = call("setpriority", 1, 0, 0)
    found["nice other"] = call("setpriority", 0, NOBODY, 0)
    found["io group"] = call("ioprio_set", 2, 0, NONE)
    found["io other"] = call("ioprio_set", 1, NOBODY, 0)
    for name in seccomp.SCHEDULING:
        found[name] = call(name, NOBODY, 0, 0)
    return found


def call(name: str, *arguments: int) -> int:
    """Make one call of a table; its errno, 0 for success."""
    for table in (*TABLES, calls.KILLING, calls.LOOKED_AT):
        if name in table:
            number = table[name][system.machine()]
            return raw(number, *arguments) if number >= 0 else 0
    raise KeyError(name)


def raw(number: int, *arguments: int) -> int:
    """Make a call by its number."""
    wide = [ctypes.c_long(argument) for argument in arguments]
    result = system.libc().syscall(ctypes.c_long(number), *wide)
    return ctypes.get_errno() if result == -1 else 0


def _other_machine() -> int:
    """Ask for the process's number as a 32-bit program would."""
    if os.uname().machine != "x86_64":
        return 0
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(INT_80_GETPID)
    place = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(place)() < 0)


def _in_child(work) -> int:
    """Return how a child that does something forbidden ends."""
    pid = os.fork()
    if pid == 0:
        os._exit(min(work(), errno.EHWPOISON))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 1000 - status
