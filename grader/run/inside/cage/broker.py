"""Do for a box without namespaces what a filter can only ask about: connect and kill.

In:   one question at a time from the kernel: who wants to make which call.
Out:  the call's result.
Touches: UNIX sockets inside the work folder, processes of the box. The keeper makes the
      call itself, on its own copy of the address: changing the memory after the look
      changes nothing.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import stat
import struct
import threading
from pathlib import Path

from . import calls, descent, system

RECEIVE, SEND, VALID, ADD = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
REPLACE = 1
QUESTION = struct.Struct("=QIIiIQ6Q")
ANSWER = struct.Struct("=QqiI")
INSERT = struct.Struct("=QIIII")
LONGEST_ADDRESS = 128
AT_ONCE = 32
BENEATH = 0x08 | 0x04 | 0x02
"""openat2: stay beneath, follow no symbolic and no magic link."""


class Broker:
    """Answers the questions of one box.

    Attributes:
        listener: where the questions come from.
        folder: sockets that lie in it may be connected to; no others.
    """

    def __init__(self, listener: int, folder: str) -> None:
        self.listener, self.folder = listener, os.path.realpath(folder)
        self.place = os.open(self.folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self.free = threading.BoundedSemaphore(AT_ONCE)
        column = system.machine()
        self.connect_number = calls.LOOKED_AT["connect"][column]
        self.kill_number = calls.LOOKED_AT["kill"][column]

    def serve(self) -> None:
        """Take one question; a connection is made in a thread, since it may wait.

        Raises: OSError when the box is gone.
        """
        message = bytearray(QUESTION.size)
        try:
            fcntl.ioctl(self.listener, RECEIVE, message)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):
                return
            raise
        id, pid, _, number, _, _, *arguments = QUESTION.unpack(message)
        if number != self.connect_number:
            self._answer(id, self._attempt(self._signal, number, pid, arguments))
        elif self.free.acquire(blocking=False):
            work = threading.Thread(
                target=self._connection, args=(id, pid, arguments), daemon=True
            )
            work.start()
        else:
            self._answer(id, errno.EAGAIN)

    def _answer(self, id: int, error: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.listener, SEND, ANSWER.pack(id, 0, -error, 0))

    def _attempt(self, work: object, *arguments: object) -> int:
        try:
            work(*arguments)  # type: ignore[operator]
        except OSError as error:
            return error.errno or errno.EPERM
        except Exception:
            return errno.EPERM
        return 0

    def _connection(self, id: int, pid: int, arguments: list[int]) -> None:
        try:
            self._answer(id, self._attempt(self._connect, id, pid, arguments))
        finally:
            self.free.release()

    def _connect(self, id: int, pid: int, arguments: list[int]) -> None:
        leader, number = _leader(pid), arguments[0] & 0x7FFFFFFF
        path = self._path(id, pid, arguments)
        target = self._opened(path)
        try:
            copy = self._copied(id, leader, number)
            if copy is None:
                self._replace(id, leader, number, target)
                return
            with socket.socket(fileno=copy) as theirs:
                theirs.connect(f"/proc/self/fd/{target}")
        finally:
            os.close(target)

    def _copied(self, id: int, leader: int, number: int) -> int | None:
        """Copy the caller's socket; None where a container forbids that to everybody."""
        process = os.pidfd_open(leader)
        try:
            self._still(id)
            return system.call("pidfd_getfd", process, number, 0)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOSYS):
                raise
            return None
        finally:
            os.close(process)

    def _replace(self, id: int, leader: int, number: int, target: int) -> None:
        """Connect a socket of our own and put it in the place of the caller's."""
        if not os.readlink(f"/proc/{leader}/fd/{number}").startswith("socket:"):
            raise OSError(errno.ENOTSOCK, "not a socket")
        text = Path(f"/proc/{leader}/fdinfo/{number}").read_text(encoding="ascii")
        flags = int(text.partition("flags:")[2].split()[0], 8)
        with _connected(f"/proc/self/fd/{target}") as own:
            own.setblocking(not flags & os.O_NONBLOCK)
            put = INSERT.pack(id, REPLACE, own.fileno(), number, flags & os.O_CLOEXEC)
            fcntl.ioctl(self.listener, ADD, put)

    def _path(self, id: int, pid: int, arguments: list[int]) -> str:
        """Read the address and return the path it names, from the work folder."""
        size = arguments[2] & 0xFFFFFFFF
        if not 2 < size <= LONGEST_ADDRESS:
            raise OSError(errno.EINVAL, "not an address")
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._still(id)
            data = os.pread(memory, size, arguments[1])
        finally:
            os.close(memory)
        family, name = int.from_bytes(data[:2], "little"), data[2:].split(b"\0")[0]
        if family != socket.AF_UNIX:
            raise OSError(errno.EAFNOSUPPORT, "only UNIX sockets")
        if not name:
            raise OSError(errno.EPERM, "abstract sockets are the host's")
        path = os.path.join(os.readlink(f"/proc/{pid}/cwd"), os.fsdecode(name))
        path = os.path.normpath(path)
        if not path.startswith(self.folder + "/"):
            raise OSError(errno.EACCES, "outside the work folder")
        return path[len(self.folder) + 1 :]

    def _opened(self, path: str) -> int:
        """Open a socket by name without ever leaving the work folder."""
        how = (ctypes.c_uint64 * 3)(os.O_PATH | os.O_CLOEXEC, 0, BENEATH)
        name = ctypes.c_char_p(os.fsencode(path))
        target = system.call("openat2", self.place, name, how, 24)
        if not stat.S_ISSOCK(os.fstat(target).st_mode):
            os.close(target)
            raise OSError(errno.ECONNREFUSED, "not a socket")
        return target

    def _still(self, id: int) -> None:
        """Make sure that the asking thread still waits, and its number is still its own."""
        fcntl.ioctl(self.listener, VALID, struct.pack("=Q", id))

    def _signal(self, number: int, pid: int, arguments: list[int]) -> None:
        """Send a signal to the box's own processes, never to others."""
        first, second, third = (ctypes.c_int32(a & 0xFFFFFFFF).value for a in arguments[:3])
        if number != self.kill_number:
            self._one_thread(pid, first, second, third)
        elif first > 0:
            self._one(first, second)
        else:
            self._group(pid, first, second)

    def _one(self, pid: int, number: int) -> None:
        process = os.pidfd_open(pid)
        try:
            if not descent.is_below(pid, os.getpid()):
                raise PermissionError(errno.EPERM, "not of this box")
            signal.pidfd_send_signal(process, number)
        finally:
            os.close(process)

    def _one_thread(self, asking: int, group: int, thread: int, number: int) -> None:
        if group != _leader(asking) and not descent.is_below(group, os.getpid()):
            raise PermissionError(errno.EPERM, "not of this box")
        system.checked("tgkill", int(system.libc().tgkill(group, thread, number)))

    def _group(self, asking: int, wanted: int, number: int) -> None:
        group = os.getpgid(asking) if wanted == 0 else -wanted
        found = False
        for pid in descent.below(os.getpid()):
            with contextlib.suppress(OSError):
                everybody = wanted == -1 and pid != _leader(asking)
                if everybody or (wanted != -1 and os.getpgid(pid) == group):
                    os.kill(pid, number)
                    found = True
        if not found:
            raise ProcessLookupError(errno.ESRCH, "no such group in this box")


def _connected(address: str) -> socket.socket:
    """Connect a socket of the kind that listens there."""
    own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        own.connect(address)
    except OSError as error:
        own.close()
        if error.errno != errno.EPROTOTYPE:
            raise
        own = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        own.connect(address)
    return own


def _leader(thread: int) -> int:
    """Return the process that a thread belongs to."""
    for line in Path(f"/proc/{thread}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("Tgid:"):
            return int(line.split()[1])
    raise ProcessLookupError(errno.ESRCH, "gone")
