"""Things outside a box that nothing inside may reach; a preflight looks whether it did.

In:   a private folder.
Out:  a description, as plain data, of where each canary is; what was heard or touched.
Touches: files in the folder, sockets on loopback and in it, one process, one segment of
      shared memory; all are gone after `close`.
"""

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import socket
import time
from pathlib import Path
from typing import Any

from . import system

VARIABLE = "GRADER_CANARY"
PROGRAM = "#!/bin/sh\nexit 0\n"
SHM_BYTES = 4096
SHM_CREATE, SHM_REMOVE = 0o1666, 0
DEAF_S = 5.0
THEIRS, OURS = signal.SIGWINCH, signal.SIGIO
"""Python runs handlers in the order of their numbers: ours after theirs."""


class Canaries:
    """All of them, with one secret in each."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder, self.secret, self.host = folder, secret, os.uname().nodename
        self.shared, self.open = folder / "shared", folder / "open"
        for path in (self.shared, self.open):
            path.mkdir()
            path.chmod(0o777)
        self.files = {
            "secret": (folder / "secret", 0o644),
            "private": (self.shared / "private", 0o600),
            "common": (self.shared / "common", 0o666),
            "mine": (self.open / "mine", 0o666),
            "doomed": (self.open / "doomed", 0o666),
            "program": (self.open / "program", 0o755),
        }
        self.folders = {"doomed_folder": self.open / "doomed-folder"}
        self.whole = self._restored()
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.abstract = _listening("\0" + os.urandom(8).hex())
        self.pathname = _listening(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        self.memory = int(system.libc().shmget(0, SHM_BYTES, SHM_CREATE))
        self.inherited, self._writer = os.pipe()
        os.set_inheritable(self.inherited, True)
        self.heard, self.victim = _victim()

    def _restored(self) -> list[str]:
        """Put everything in its place again; return what now lies in the open folder."""
        for path in self.folders.values():
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        for name, (path, mode) in self.files.items():
            text = PROGRAM if name == "program" else self.secret
            path.write_text(text, encoding="ascii")
            path.chmod(mode)
        return sorted(os.listdir(self.open))

    def described(self) -> dict[str, Any]:
        """Tell an attacker where everything is."""
        return {
            **{name: str(path) for name, (path, _) in self.files.items()},
            **{name: str(path) for name, path in self.folders.items()},
            "token": self.secret,
            "open": str(self.open),
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "abstract": self.abstract.getsockname().decode("ascii"),
            "pathname": self.pathname.getsockname(),
            "memory": self.memory,
            "inherited": self.inherited,
            "victim": self.victim,
            "group": os.getpgid(self.victim),
            "session": os.getsid(0),
            "host": self.host,
            "users": _text("/proc/self/uid_map"),
            "gid": os.getgid(),
        }

    def touched(self) -> dict[str, bool]:
        """Tell what an attack reached, as the outside sees it; and forget it again."""
        mine, mode = self.files["mine"]
        there = set(os.listdir(self.open))
        more = there - set(self.whole)
        found = {
            "write_outside": "planted" in more,
            "plant": bool(more - {"planted"}),
            "remove_outside": not there >= set(self.whole),
            "change_outside": (mine.stat().st_mode & 0o777) != mode,
            "rename_host": os.uname().nodename != self.host,
            "spoil_outside": mine.read_text(encoding="ascii") != self.secret,
            "udp": _received(self.udp),
            "signal_outside": self._signalled(),
        }
        for name in more:
            path = self.open / name
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        if any(found.values()):
            self._restored()
        return found

    def _signalled(self) -> bool:
        """Tell whether the victim had a signal, once it has had a later one of ours."""
        os.kill(self.victim, OURS)
        data, end = b"", time.monotonic() + DEAF_S
        while b"e" not in data and time.monotonic() < end:
            if select.select([self.heard], [], [], DEAF_S)[0]:
                data += os.read(self.heard, 64)
        return b"!" in data or b"e" not in data

    def locked(self) -> bool:
        """Tell whether somebody holds a lock of either kind on the shared file."""
        with self.files["common"][0].open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def close(self) -> None:
        """Remove everything."""
        os.kill(self.victim, signal.SIGKILL)
        os.waitpid(self.victim, 0)
        for found in (self.tcp, self.udp, self.abstract, self.pathname):
            found.close()
        for descriptor in (self.inherited, self._writer, self.heard):
            os.close(descriptor)
        if self.memory >= 0:
            system.libc().shmctl(self.memory, SHM_REMOVE, ctypes.c_void_p(None))


def _listening(address: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.bind(address.encode() if address.startswith("\0") else address)
    found.listen(8)
    return found


def _victim() -> tuple[int, int]:
    """Start a process that says when it gets a harmless signal."""
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setpgid(0, 0)
        signal.signal(THEIRS, lambda *_: os.write(said, b"!"))
        signal.signal(OURS, lambda *_: os.write(said, b"e"))
        os.write(said, b"r")
        while True:
            time.sleep(60)
    os.close(said)
    os.read(heard, 1)
    return heard, pid


def _received(source: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        return bool(source.recv(4096, socket.MSG_DONTWAIT))
    return False


def _text(path: str) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text(encoding="utf-8")
    return ""
