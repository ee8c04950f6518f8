"""Two boxes at the same time, one of which has something to tell (B11)."""

import ctypes
import fcntl
import json
import os
import signal
import socket
from pathlib import Path

import pytest
from conftest import IS_ROOT, run_in

LEVELS = ["L1", "L2", *(["L3"] if IS_ROOT else [])]
NAME = "covert-words"
SHARED = os.__file__
KEY, PORT = 0x7C0FFEE1, 47813
CREATE, REMOVE = 0o1666, 0
kept: list[object] = []


def tell() -> list[str]:
    """Leave a sign in every place that another box might see."""
    works = {
        "lock": lambda: fcntl.flock(_kept(os.open(SHARED, os.O_RDONLY)), fcntl.LOCK_EX),
        "shared memory": lambda: Path(f"/dev/shm/{NAME}").touch(),
        "temporary file": lambda: Path(f"/tmp/{NAME}").touch(),
        "abstract": lambda: _listen(socket.AF_UNIX, f"\0{NAME}"),
        "tcp": lambda: _listen(socket.AF_INET, ("127.0.0.1", PORT)),
        "segment": lambda: ctypes.CDLL(None).shmget(KEY, 4096, CREATE),
        "name": lambda: ctypes.CDLL(None).prctl(15, NAME.encode(), 0, 0, 0),
    }
    return sorted(name for name, work in works.items() if _works(work))


def hear() -> list[str]:
    """Look for those signs."""
    works = {
        "lock": lambda: not _works(_lock),
        "shared memory": lambda: Path(f"/dev/shm/{NAME}").exists(),
        "temporary file": lambda: Path(f"/tmp/{NAME}").exists(),
        "abstract": lambda: _connect(socket.AF_UNIX, f"\0{NAME}"),
        "tcp": lambda: _connect(socket.AF_INET, ("127.0.0.1", PORT)),
        "segment": lambda: ctypes.CDLL(None).shmget(KEY, 0, 0) >= 0,
        "name": _named,
    }
    return sorted(name for name, work in works.items() if _heard(work))


def _kept(found):
    kept.append(found)
    return found


def _works(work):
    try:
        return work() != -1
    except OSError:
        return False


def _heard(work):
    try:
        return work()
    except OSError:
        return False


def _lock():
    fcntl.flock(_kept(os.open(SHARED, os.O_RDONLY)), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _listen(family, address):
    own = _kept(socket.socket(family))
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.bind(address)
    own.listen()


def _connect(family, address):
    with socket.socket(family) as own:
        own.connect(address)
    return True


def _named():
    mark = NAME.encode()
    return any(
        (path / "comm").read_bytes().strip() == mark
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and int(path.name) != os.getpid()
    )


def talk_between_boxes(level):
    from boxes import answer, ask, boxed, stays

    with boxed(level, stays(tell)) as sender:
        return answer(sender), ask(level, hear)


def talk_outside():
    told, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(say, json.dumps(tell()).encode())
        signal.pause()
    said = json.loads(os.read(told, 4096))
    try:
        return said, hear()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for path in (f"/dev/shm/{NAME}", f"/tmp/{NAME}"):
            os.unlink(path)
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(KEY, 0, 0), REMOVE, None)


@pytest.mark.xdist_group("covert")
@pytest.mark.parametrize("level", LEVELS)
def test_no_box_hears_another(level):
    """A lock on a file that both can read, memory, files, sockets, names: all private."""
    said, heard = run_in("open", talk_between_boxes, level)

    assert "lock" in said
    assert heard == []


@pytest.mark.xdist_group("covert")
def test_every_sign_is_heard_outside():
    """Negative control: between two processes without a box each of the ways works."""
    said, heard = run_in("root", talk_outside)

    assert len(said) == 7
    assert heard == said
