"""The process above a runner: the keeper, outside of the box.

In:   the keeper's child; the leash.
Out:  it does not return: it ends with the runner's exit status.
Touches: the processes of one box. When the keeper is gone, nothing of the box is left;
      a keeper that is killed itself takes a namespaced box with it.
"""

import contextlib
import json
import os
import select
import signal
from collections.abc import Callable
from typing import NoReturn

from . import descent, system

FAILED = 71
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
Service = Callable[[], None]


def status_of(code: int) -> int:
    """Turn a wait status into an exit status, 128 + n for signal n."""
    code = os.waitstatus_to_exitcode(code)
    return code if code >= 0 else 128 - code


def tell(report: int | None, **line: object) -> None:
    """Write one line about the box to its host, if it wants to know."""
    if report is not None:
        with contextlib.suppress(OSError):
            os.write(report, json.dumps(line).encode("ascii") + b"\n")


def hold_signals() -> None:
    """Let no signal end a keeper that does not listen yet; called before the fork."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [*ENDING, signal.SIGCHLD])


def release_signals() -> None:
    """Undo that; called in the box."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [*ENDING, signal.SIGCHLD])


def keep(
    child: int,
    leash: int | None,
    end_box: Service,
    services: dict[int, Service] | None = None,
) -> NoReturn:
    """Wait for the box's first process; end the box when told to, or let go of.

    `services` are called when their descriptor can be read; one that has ended raises
    OSError and is not called again.
    """
    told = _signals()
    process = os.pidfd_open(child)
    watched = dict(services or {})
    poll = select.poll()
    for descriptor in (told, process, *watched):
        poll.register(descriptor, select.POLLIN)
    if leash is not None:
        poll.register(leash, select.POLLIN)
    while process not in (ready := [number for number, _ in poll.poll()]):
        if leash in ready or (told in ready and _must_end(told, child)):
            end_box()
            break
        for number in set(ready) & set(watched):
            try:
                watched[number]()
            except OSError:
                poll.unregister(number)
                del watched[number]
    end_box()
    _, code = os.waitpid(child, 0)
    descent.kill_rest()
    os._exit(status_of(code))


def _signals() -> int:
    """Return a descriptor that can be read when a signal came."""
    wake, poke = os.pipe()
    os.set_blocking(poke, False)
    signal.set_wakeup_fd(poke)
    for number in (*ENDING, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    release_signals()
    return wake


def _must_end(told: int, child: int) -> bool:
    """Tell whether a signal asks for the end; collect orphans on the others."""
    numbers = set(os.read(told, 4096))
    descent.reap(os.getpid(), child)
    return bool(numbers & set(ENDING))


def kill_first(first: int) -> None:
    """Kill PID 1 of a box: the kernel ends everything else, then it is reaped."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)


def kill_tree(child: int) -> None:
    """Kill everything below this process, the subreaper of a box without namespaces."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGSTOP)
    descent.kill_below(os.getpid(), keep=child)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def is_gone(process: int) -> bool:
    """Tell whether a process has ended, by its descriptor, which is closed.

    The death signal misses a parent that died before it was asked for.
    """
    poll = select.poll()
    poll.register(process, select.POLLIN)
    gone = bool(poll.poll(0))
    os.close(process)
    return gone


def die_with_parent() -> None:
    """Be killed when the process that started this one ends."""
    system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
