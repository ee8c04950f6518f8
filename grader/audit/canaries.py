"""Things that an attack would touch if it got out of its box, and who notices it.

In:      a private folder.
Out:     the words an attacker is told; afterwards, which boundaries were broken.
Touches: the folder, one variable of the environment, four sockets, one process; all are
         gone at the end.
"""

import hashlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from grader.run.inside.cage.identity import FIRST_ID
from grader.run.plans import SLOTS

VARIABLE = "GRADER_HOSTILE_SECRET"
MARK = "GRADER_HOSTILE_CANARY"
BYSTANDER = """\
import signal, sys
for number in range(1, 65):
    try:
        signal.signal(number, lambda *_: (sys.stdout.write("x"), sys.stdout.flush()))
    except (OSError, ValueError):
        continue
print("ready", flush=True)
while True:
    signal.pause()
"""
FILES = (
    "secret.txt",
    "home/.ssh/id_canary",
    "home/.netrc",
    "submissions/other.ipynb",
    "results/scores.csv",
)
PROC = Path("/proc")
LISTEN_MS = 100
OPEN_PLACES = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 -- they are looked at only


@contextmanager
def secret_in_environment() -> Iterator[str]:
    """Draw a secret, and hold it in this process's environment: no box may inherit it."""
    secret = f"canary-{secrets.token_hex(12)}"
    os.environ[VARIABLE] = secret
    try:
        yield secret
    finally:
        del os.environ[VARIABLE]


class Canaries:
    """One set of canaries; use it as a context.

    Attributes:
        secret: stands in every file and in the bystander's environment; whoever shows it
            read it.
        folder: the canary of a home; nothing in it may change.
    """

    def __init__(self, root: Path, secret: str, assignment: Path = Path()) -> None:
        self.secret = secret
        self.root, self.folder = root, root / "canary"
        self.assignment = assignment.resolve()
        self.calls: list[str] = []
        self.sockets: list[socket.socket] = []
        self.stop = threading.Event()
        self.before: dict[str, str] = {}

    def __enter__(self) -> "Canaries":
        for name in FILES:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.secret, encoding="utf-8")
            path.chmod(0o600)
        self.opened = (self.folder / "secret.txt").open("rb")
        self.bystander = subprocess.Popen(
            [sys.executable, "-c", BYSTANDER, "GRADER_HOSTILE_KERNEL"],
            stdout=subprocess.PIPE,
            env={**os.environ, VARIABLE: self.secret},
        )
        assert self.bystander.stdout is not None
        self.bystander.stdout.readline()
        os.set_blocking(self.bystander.stdout.fileno(), False)
        self._listen()
        self.before = state_of(self.folder)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop.set()
        self.thread.join()
        for found in self.sockets:
            found.close()
        self.bystander.kill()
        self.bystander.communicate()
        self.opened.close()

    def _listen(self) -> None:
        self.path = str(self.root / "socket")
        self.abstract = f"grader-{secrets.token_hex(8)}"
        places = (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, self.path),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}"),
        )
        for family, kind, address in places:
            found = socket.socket(family, kind)
            found.bind(address)
            if kind == socket.SOCK_STREAM:
                found.listen(64)
            found.setblocking(False)
            self.sockets.append(found)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        poll = select.poll()
        known = {found.fileno(): found for found in self.sockets}
        for number in known:
            poll.register(number, select.POLLIN)
        while not self.stop.is_set():
            for number, _ in poll.poll(LISTEN_MS):
                self._answer(known[number])

    def _answer(self, found: socket.socket) -> None:
        try:
            if found.type == socket.SOCK_STREAM:
                found.accept()[0].close()
            else:
                found.recv(100)
        except OSError:
            return
        self.calls.append("a socket")

    def words(self, case: str) -> dict[str, str]:
        """What an attacker is told: every place, as it is on the host."""
        tcp, udp = (found.getsockname()[1] for found in self.sockets[:2])
        return {
            "CANARY": str(self.folder),
            "SECRET_FILE": str(self.folder / "secret.txt"),
            "OPEN_FILE": str((self.folder / "secret.txt").resolve()),
            "BYSTANDER": str(self.bystander.pid),
            "GRADER": str(os.getpid()),
            "TCP": str(tcp),
            "UDP": str(udp),
            "UNIX": self.path,
            "ABSTRACT": self.abstract,
            "ASSIGNMENT": str(self.assignment),
            "CASE": f"{case}-{self.secret[-8:]}",
        }

    def touched(self) -> list[str]:
        """Which boundaries were broken since the last call: files, net, signal."""
        found = [f"net: {call}" for call in self.calls]
        self.calls.clear()
        assert self.bystander.stdout is not None
        if self.bystander.stdout.read() or self.bystander.poll() is not None:
            found.append("signal: a bystander got one")
        now = state_of(self.folder)
        changed = sorted(set(now.items()) ^ set(self.before.items()))
        found += [f"files: {name}" for name in dict.fromkeys(name for name, _ in changed)]
        self.before = now
        return found

    def survivors(self, case: str) -> list[int]:
        """Processes that carry the canary of a case."""
        return marked(f"{MARK}={self.words(case)['CASE']}".encode())


def marked(mark: bytes) -> list[int]:
    """Living processes whose environment or command line holds a mark, but for this one."""
    found = []
    names = os.listdir(PROC) if PROC.is_dir() else []
    for name in names:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            text = (PROC / name / "environ").read_bytes()
            text += (PROC / name / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in text:
            found.append(int(name))
    return found


def end(pids: list[int]) -> None:
    """Kill what survived, so that an audit leaves nothing behind."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue


def state_of(folder: Path) -> dict[str, str]:
    """Names, kinds, modes, owners, times and contents of everything below a folder."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        plain = [facts.st_mode, facts.st_uid, facts.st_gid]
        if path.is_file() and not path.is_symlink():
            plain += [facts.st_size, facts.st_mtime_ns]
            data = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            data = ""
        found[str(path.relative_to(folder))] = f"{plain} {data}"
    return found


def listing_of(home: Path) -> dict[str, int]:
    """The entries of a home and of its settings, by their time of change."""
    places = [
        home,
        *(home / name for name in (".ipython", ".jupyter", ".config", ".local")),
    ]
    entries = [entry for place in places if place.is_dir() for entry in place.iterdir()]
    return {str(entry): entry.lstat().st_mtime_ns for entry in entries}


def strangers() -> frozenset[str]:
    """What lies where anybody may write and belongs to a user that only boxes are."""
    found = set()
    for place in map(Path, OPEN_PLACES):
        for entry in place.iterdir() if place.is_dir() else ():
            try:
                owner = entry.lstat().st_uid
            except OSError:
                continue
            found |= {str(entry)} if 0 <= owner - FIRST_ID < SLOTS else set()
    return frozenset(found)
