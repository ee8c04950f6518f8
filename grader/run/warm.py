"""Start boxes as forks of one warm parent per environment.

In:   a private folder and the limits, as for every launcher.
Out:  a box: two pipes and a way to end it.
Touches: one parent process per interpreter and host process, started when the first box
      is. It holds no secret and no submission, and it dies with this process.
"""

import atexit
import contextlib
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from grader.model.run import Limits
from grader.run.inside.cage import cgroups
from grader.run.launch import RUNNER, variables
from grader.run.levels import Level, best
from grader.run.plans import group_for, plan_for, private_folder
from grader.run.processes import end_living_in, is_stopped

START_S = 120.0
FORK_S = 30.0
END_S = 15.0
MESSAGE_BYTES = 1 << 17
PIPE_BYTES = 1 << 20
"""As much as Linux lets everybody have."""
READY = b'{"ready": true}'
GONE = b"gone"
MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}
"""Have the C library keep freed arrays; each box would ask for new pages each time."""


class Gone(OSError):
    """The warm parent has died."""


@dataclass(frozen=True)
class WarmBox:
    """A fork of the warm parent.

    Attributes:
        life: while it is open the box lives.
        group: the control group of all its processes, at L3.
        runner: the runner's number.
    """

    stdin: IO[bytes]
    stdout: IO[bytes]
    life: socket.socket
    stage: Path
    group: cgroups.Group | None = None
    runner: int = 0

    def stopped(self) -> bool:
        """Ask the operating system; in a PID namespace a runner cannot be stopped."""
        return is_stopped(self.runner)

    def out_of_memory(self) -> bool:
        """Ask the control group."""
        return self.group is not None and self.group.out_of_memory()

    def kill(self) -> None:
        """Have all of it ended, and wait until it is."""
        if self.life.fileno() < 0:
            return
        with contextlib.suppress(OSError):
            self.life.shutdown(socket.SHUT_WR)
        if not self._gone():
            end_living_in(self.stage)
        self.life.close()
        if self.group is not None:
            self.group.remove()

    def _gone(self) -> bool:
        """Wait for the parent's word, and until it has let go; False if it died itself."""
        told = False
        with contextlib.suppress(OSError):
            self.life.settimeout(END_S)
            while line := self.life.recv(MESSAGE_BYTES):
                told = told or line == GONE
        return told

    def wait_until_entered(self) -> int:
        """Return a number as in `runner` when the runner is inside.

        Raises: Gone or OSError if it never will be.
        """
        self.life.settimeout(FORK_S)
        told: dict[str, Any] = {}
        while line := self.life.recv(MESSAGE_BYTES):
            told |= json.loads(line)
            if "error" in told:
                raise OSError(f"the box could not be closed: {told['error']}")
            if "entered" in told and "inside" in told:
                return int(told["inside"])
        raise Gone("the warm parent ended")


@dataclass(frozen=True)
class WarmLauncher:
    """Starts runners by forking.

    Attributes:
        python: the interpreter that has ipykernel, nbclient and the course's libraries.
        level: how its boxes are confined; None for the best that this machine can.
    """

    python: str = sys.executable
    level: Level | None = None

    @property
    def isolation(self) -> str:
        """The level its boxes run at."""
        return str(self._level())

    def _level(self) -> Level:
        return best().level if self.level is None else self.level

    def start(self, stage: Path, limits: Limits) -> WarmBox:
        """Fork a runner; a parent that has died is replaced, once."""
        level = self._level()
        environment = variables(private_folder(level, stage))
        plan = plan_for(level, stage, limits, environment=environment, python=self.python)
        group = group_for(plan)
        try:
            try:
                box = parent_of(self.python).fork({"plan": plan}, stage)
            except Gone:
                box = parent_of(self.python).fork({"plan": plan}, stage)
        except OSError:
            if group is not None:
                group.remove()
            raise
        return replace(box, group=group)


class Parent:
    """The warm parent, as the host sees it."""

    def __init__(self, python: str) -> None:
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.lock = threading.Lock()
        with theirs, tempfile.TemporaryDirectory(prefix="warm-") as folder:
            self.process = subprocess.Popen(
                [python, "-I", str(RUNNER), "parent", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(Path(folder)),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self.orders.settimeout(START_S)
            answer = self.orders.recv(MESSAGE_BYTES)
        if answer != READY:
            self.end()
            raise OSError(
                f"the warm parent did not start: {answer.decode(errors='replace')}"
            )

    def fork(self, order: dict[str, Any], stage: Path) -> WarmBox:
        """Have a box forked, and wait until its runner is inside.

        Raises: Gone if the parent has died, OSError if the box could not be closed.
        """
        inner_in, stdin = os.pipe()
        stdout, inner_out = os.pipe()
        widen(stdout)
        life, inner_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        box = WarmBox(os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"), life, stage)
        inner = [inner_in, inner_out, inner_life.detach()]
        try:
            with self.lock:
                socket.send_fds(self.orders, [json.dumps(order).encode("ascii")], inner)
        except OSError as error:
            raise Gone(str(error)) from error
        finally:
            for descriptor in inner:
                os.close(descriptor)
        try:
            return replace(box, runner=box.wait_until_entered())
        except OSError:
            box.kill()
            box.stdin.close()
            box.stdout.close()
            raise

    def end(self) -> None:
        """Let the parent end; it kills the boxes that are left."""
        self.orders.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def widen(pipe: int) -> None:
    """Have a pipe hold more, so that reader and writer take turns less often."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _environment(folder: Path) -> dict[str, str]:
    """List the parent's variables; it reads no settings of anybody's."""
    settings = folder / "home" / "mpl"
    settings.mkdir(parents=True)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for path in (cache / "matplotlib").glob("fontlist-*.json"):
        shutil.copy(path, settings)
    return {**variables(folder), **MEMORY}


_parents: dict[tuple[str, int], Parent] = {}
_starting = threading.Lock()


def parent_of(python: str) -> Parent:
    """Return this process's warm parent; started if there is none, or it has died.

    Raises: OSError if it cannot be started.
    """
    with _starting:
        key = python, os.getpid()
        found = _parents.get(key)
        if found is not None and found.process.poll() is not None:
            found.end()
            found = None
        if found is None:
            found = _parents[key] = Parent(python)
        return found


@atexit.register
def end_parents() -> None:
    """End every warm parent of this process."""
    for (_, pid), found in list(_parents.items()):
        if pid == os.getpid():
            found.end()
    _parents.clear()
