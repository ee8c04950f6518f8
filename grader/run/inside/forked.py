"""Turn a fresh fork of the warm parent into one box, as if it had just been started.

In:   a plan of confinement; the two pipes' ends, and a socket that is the box's life.
Out:  nothing returns: the process becomes the runner, and its child the kernel.
Touches: every state of the process that a fork shares: descriptors, environment, folder,
      signals, random states, caches of paths and keys.
"""

import contextlib
import fcntl
import gc
import json
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any, NoReturn

from . import load, reap  # type: ignore[attr-defined]

LIFE, ABOVE = 3, 4
"""The descriptors of the box's life and, of a namespaced box, of the warm parent; both are
closed as soon as the box is entered."""


def become_box(
    order: dict[str, Any], descriptors: list[int], hidden: frozenset[str]
) -> NoReturn:
    """Confine this process, fork the kernel from it, and be its runner."""
    leave(lambda: _box(order["plan"], descriptors, hidden))


def leave(work: Callable[[], object]) -> NoReturn:
    """Do the work and end; the parent's own code is never returned to."""
    try:
        work()
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}"[:500]
        tell(LIFE, error=reason)
        tell(1, kind="broken", reason=reason)
    finally:
        os._exit(1)


def tell(descriptor: int, **line: object) -> None:
    """Tell the host something; one end of it may be closed already."""
    with contextlib.suppress(OSError):
        os.write(descriptor, json.dumps(line).encode("ascii") + b"\n")


def _box(plan: dict[str, Any], descriptors: list[int], hidden: frozenset[str]) -> None:
    reap.die_with_parent()
    os.setsid()
    signal.set_wakeup_fd(-1)
    above = plan.get("above")
    keep_only(descriptors if above is None else [*descriptors, above])
    plan |= {"keep": [0, 1, 2, LIFE], "leash": LIFE, "report": LIFE}
    if above is None:
        load("cage").enter(plan)
    else:
        load("cage").enter_first({**plan, "above": ABOVE})
    adopt(plan["env"])
    os.chdir(plan["folder"])
    errors = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    os.dup2(errors, 2)
    os.close(errors)
    tell(LIFE, entered=True, **own_number(plan["level"]))
    os.close(LIFE)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        leave(lambda: _kernel(theirs, hidden))
    theirs.close()
    provisioner = load("provisioner")
    provisioner.waiting.append(provisioner.Waiting(pid, ours))
    gc.enable()
    load("runner").main([plan["folder"]])


def own_number(level: str) -> dict[str, int]:
    """Name this process to the host, where no keeper above it has done so."""
    return {"inside": os.getpid()} if level == "L0" else {}


def keep_only(descriptors: list[int]) -> None:
    """Put the pipes at 0 and 1, the rest from 3; close all else that was open."""
    stdin, *more = (fcntl.fcntl(fd, fcntl.F_DUPFD, ABOVE + 1) for fd in descriptors)
    found = (stdin, more[0], stdin, *more[1:])
    for number, fd in enumerate(found):
        os.dup2(fd, number)
    os.closerange(len(found), os.sysconf("SC_OPEN_MAX"))


def adopt(environment: dict[str, str]) -> None:
    """Have exactly these variables, and the folders they name."""
    os.environ.clear()
    os.environ.update(environment)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.makedirs(environment[name], mode=0o700, exist_ok=True)
    os.umask(0o022)


def _kernel(line: socket.socket, hidden: frozenset[str]) -> None:
    """Wait for the order, forget the parent, be the kernel."""
    reap.die_with_parent()
    os.setsid()
    load("runner").be_quiet()
    text = line.recv(1 << 16)
    line.close()
    if not text:
        return
    order = json.loads(text)
    os.chdir(order["cwd"])
    arguments = order["arguments"]
    refresh()
    for name in hidden:
        sys.modules.pop(name, None)
    gc.enable()
    load("kernel").main(arguments)


def refresh() -> None:
    """Renew what a new process would have drawn or found out for itself."""
    random.seed()
    tempfile.tempdir = None
    tempfile._name_sequence = None  # type: ignore[attr-defined]
    for name, work in FRESH.items():
        module = sys.modules.get(name)
        if module is not None:
            work(module)


def _matplotlib(module: Any) -> None:
    """Look for the folders of settings again; their first answer was kept."""
    for find in (module.get_configdir, module.get_cachedir):
        names = find.__code__.co_freevars
        if "called" in names:
            find.__closure__[names.index("called")].cell_contents = False


def _torch(module: Any) -> None:
    module.default_generator.seed()
    module.set_num_threads(1)


def _multiprocessing(module: Any) -> None:
    module.current_process().authkey = os.urandom(32)


FRESH: dict[str, Callable[[Any], None]] = {
    "numpy": lambda module: module.random.seed(),
    "torch": _torch,
    "matplotlib": _matplotlib,
    "multiprocessing.process": _multiprocessing,
}
