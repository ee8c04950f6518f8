"""A process that attacks, in a box or outside it, and the pipes to it.

In:   where the canaries are; the attacks, in steps; a plan, or none.
Out:  the results of each step.
Touches: one process and what it starts.
"""

import contextlib
import errno
import json
import os
import select
import signal
import socket
import stat
import time
from typing import Any, NoReturn

from . import descent, entering

PATIENCE_S = 10.0
END_S = 2.0
GRACE_S = 0.03
"""The keeper ended, so nothing is left; a pipe needs a moment to close."""
Where = dict[str, Any]


class Side:
    """A process that attacks, in the box or outside it, and the lines to it."""

    def __init__(self, where: Where, *steps: dict[str, Any]) -> None:
        self.results, self.say = os.pipe()
        self.wait, self.go = os.pipe()
        self.alive, self.hold = os.pipe()
        self.where = {**where, "alive": self.hold}
        self.steps = steps
        self.pid = 0
        self.buffer = b""

    def inner(self) -> list[int]:
        """List the ends that the attacker needs."""
        return [self.say, self.wait, self.hold]

    def start(self, plan: dict[str, Any] | None) -> None:
        """Fork it, into a box if there is a plan; there the next step may end one."""
        self.where["enough"] = [] if plan is None else [self.wait]
        self.pid = os.fork()
        if self.pid == 0:
            self._attack(plan)
        for descriptor in self.inner():
            os.close(descriptor)

    def _attack(self, plan: dict[str, Any] | None) -> NoReturn:
        try:
            if plan is not None:
                entering.enter(plan)
                _make_sure_of_python(plan["readable"])
                _make_sure_of_sockets()
            for wanted in self.steps:
                found = {n: _tried(work, self.where) for n, work in wanted.items()}
                os.write(self.say, json.dumps(found).encode("ascii") + b"\n")
                os.read(self.wait, 1)
        except BaseException as error:
            line = json.dumps({"error": f"{type(error).__name__}: {error}"})
            os.write(self.say, line.encode("ascii") + b"\n")
        finally:
            os._exit(1)

    def line(self) -> dict[str, Any]:
        """Read the next results; an error if there are none."""
        end = time.monotonic() + PATIENCE_S
        while True:
            text, newline, rest = self.buffer.partition(b"\n")
            if newline:
                self.buffer = rest
                found: dict[str, Any] = json.loads(text)
                if "inside" not in found:
                    return found
                continue
            ready = select.select([self.results], [], [], max(0, end - time.monotonic()))
            part = os.read(self.results, 65536) if ready[0] else b""
            if not part:
                return {"error": "the box ended without an answer"}
            self.buffer += part

    def more(self) -> dict[str, Any]:
        """Let it take the next step, and read its results."""
        self.proceed()
        return self.line()

    def proceed(self) -> None:
        """Let it take the next step."""
        with contextlib.suppress(OSError):
            os.write(self.go, b"g")

    def survivors(self, ours: set[int], grace: float = GRACE_S) -> bool:
        """Tell whether somebody still holds the pipe, and kill whoever does.

        Orphans were adopted by this process; `ours` are its other children.
        """
        if select.select([self.alive], [], [], grace)[0]:
            return False
        for stray in set(descent.children(os.getpid())) - ours:
            for pid in (stray, *descent.below(stray)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        select.select([self.alive], [], [], PATIENCE_S)
        return True

    def end(self, kill: bool = True) -> None:
        """Wait for its end, or bring it about; a keeper that does not end is told to."""
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        process = os.pidfd_open(self.pid)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not select.select([process], [], [], END_S)[0]:
                os.kill(self.pid, number)
        os.close(process)
        os.waitpid(self.pid, 0)


def _make_sure_of_python(paths: list[str]) -> None:
    """Read what the box must be able to read, and throw something away.

    Raises: OSError with what is wrong with the machine.
    """
    for path in paths:
        try:
            os.listdir(path)
        except PermissionError as error:
            text = "the box's user cannot read it; is a folder above closed to others?"
            raise PermissionError(error.errno, text, path) from error
    with open(os.devnull, "r+b", buffering=0) as file:
        if not stat.S_ISCHR(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.ENODEV, "/dev/null of this machine is not a device")


def _make_sure_of_sockets() -> None:
    """Connect to a socket in the box's own folder, as its runner does to its kernel.

    Raises: OSError with what is wrong with the machine.
    """
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as own:
        server.bind("own-socket")
        server.listen()
        try:
            own.connect("own-socket")
            own.sendall(b"!")
        except OSError as error:
            text = "processes of one box cannot talk to each other here"
            raise OSError(error.errno, text) from error
    os.unlink("own-socket")


def _tried(work: Any, where: Where) -> bool:
    try:
        return bool(work(where))
    except BaseException:
        return False
