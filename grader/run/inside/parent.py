"""The warm parent: everything is imported once, and every box is a fork of it.

In:   orders on a socket, each with three descriptors: the box's stdin and stdout, and
      a socket that stands for the box's life.
Out:  on that socket "gone", when no process of the box is left.
Touches: the boxes' processes. No student code, no file and no answer ever gets here.

The host's end of a box's socket closes, also because the host died: the box is ended,
by its keeper at L1, else from here. The host's end of the orders' socket closes:
all boxes are killed and the parent ends.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import threading
import time
from dataclasses import dataclass

from . import forked, load, pages, preload, reap  # type: ignore[attr-defined]

ORDER_BYTES = 1 << 17
DESCRIPTORS = 3
LOOK_MS = 1000
KEEPER_S = 5.0
"""How long a keeper may take to end its box."""
GONE = b"gone"


@dataclass
class Box:
    """One box, until the host has let go of it.

    Attributes:
        leader: the fork: the keeper of a box at L1, else the runner.
        handle: can be read when the leader has ended.
        kept: whether all of the box has ended when the leader has.
        first: whether the leader is the first process of a PID namespace.
        dead: whether the leader has ended and was collected.
        until: when to stop waiting for the keeper; None while the host holds on.
    """

    leader: int
    handle: int
    life: socket.socket
    kept: bool
    first: bool
    dead: bool = False
    until: float | None = None


class Parent:
    """Forks boxes and ends them; it does nothing else."""

    def __init__(self, orders: socket.socket, hidden: frozenset[str]) -> None:
        self.orders, self.hidden = orders, hidden
        self.host = os.getppid()
        self.boxes: dict[int, Box] = {}
        self.poll = select.poll()
        self.poll.register(orders, select.POLLIN)

    def serve(self) -> None:
        """Serve until the host is gone."""
        while os.getppid() == self.host:
            for descriptor, _ in self.poll.poll(LOOK_MS):
                if descriptor == self.orders.fileno():
                    if not self._take():
                        return
                elif descriptor in self.boxes:
                    self._look(self.boxes[descriptor], descriptor)
            for box in self._living():
                if box.until is not None and box.until < time.monotonic():
                    self._end(box)

    def _living(self) -> list[Box]:
        return list({box.leader: box for box in self.boxes.values()}.values())

    def _take(self) -> bool:
        """Take one order; False at the end of the orders."""
        text, descriptors, _, _ = socket.recv_fds(self.orders, ORDER_BYTES, DESCRIPTORS)
        if not text:
            return False
        order = json.loads(text)
        level, cage = order["plan"]["level"], load("cage")
        first = level in cage.NAMESPACED
        pid = cage.fork(order["plan"]) if first else os.fork()
        if pid == 0:
            forked.become_box(order, descriptors, self.hidden)
        for descriptor in descriptors[:2]:
            os.close(descriptor)
        life, handle = socket.socket(fileno=descriptors[2]), os.pidfd_open(pid)
        if first:
            forked.tell(life.fileno(), inside=pid)
        box = Box(pid, handle, life, level != "L0", first)
        self.boxes[life.fileno()] = self.boxes[handle] = box
        for descriptor in (handle, life.fileno()):
            self.poll.register(descriptor, select.POLLIN)
        return True

    def _look(self, box: Box, descriptor: int) -> None:
        """Act on what can be read: the leader has ended, or the host has let go."""
        if descriptor == box.handle:
            os.waitpid(box.leader, 0)
            box.dead = True
            self.poll.unregister(descriptor)
            if box.until is not None:
                self._end(box)
            return
        self.poll.unregister(descriptor)
        box.until = time.monotonic() + KEEPER_S
        if box.first and not box.dead:
            os.kill(box.leader, signal.SIGKILL)
        if box.dead or not box.kept:
            self._end(box)

    def _end(self, box: Box) -> None:
        """Kill what is left of a box, and only then say so."""
        others = {other.leader for other in self._living() if not other.dead} - {box.leader}
        if not (box.kept and box.dead):
            reap.kill_trees(set() if box.dead else {box.leader}, others)
        for descriptor in (box.handle, box.life.fileno()):
            with contextlib.suppress(KeyError):
                self.poll.unregister(descriptor)
            del self.boxes[descriptor]
        os.close(box.handle)
        with contextlib.suppress(OSError):
            box.life.send(GONE)
        box.life.close()

    def end_all(self) -> None:
        """Kill every box."""
        for box in self._living():
            self._end(box)


def main(arguments: list[str]) -> int:
    """Import everything, say so, serve the orders on the given DESCRIPTOR."""
    orders = socket.socket(fileno=int(arguments[0]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reap.adopt_orphans()
    hidden = preload.everything()
    load("provisioner").register()
    load("cage").get_ready()
    if threading.active_count() != 1 or len(os.listdir("/proc/self/task")) != 1:
        orders.send(b'{"broken": "a library started a thread"}')
        return 1
    if left := preload.open_files():
        orders.send(f'{{"broken": "a library left files open: {len(left)}"}}'.encode())
        return 1
    gc.disable()
    gc.freeze()
    pages.make_huge()
    pages.make_room()
    orders.send(b'{"ready": true}')
    parent = Parent(orders, hidden)
    try:
        parent.serve()
    finally:
        parent.end_all()
    return 0
