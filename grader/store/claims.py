"""Let one worker at a time make a thing, be it of this process or another.

In:      the folder in which claims are kept, and what is claimed.
Out:     a context in which nobody else holds the same claim.
Touches: one empty file per claim. The system lets a claim go when its holder dies.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_held: set[int] = set()
"""Open files of this process; a fork holds none of its parent's claims."""


@contextmanager
def claim(folder: Path, what: str, wait: bool = True) -> Iterator[None]:
    """Hold the claim on something, after waiting for others.

    A disk that knows no locks gives every claim at once: work may then be done twice.

    Raises: BlockingIOError if another holds it and `wait` is false.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _held.add(descriptor)
    try:
        _lock(descriptor, wait)
        yield
    finally:
        _held.discard(descriptor)
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _lock(descriptor: int, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise
    except OSError:
        pass  # no locks on this disk


def _forget() -> None:
    """In a fork: close what the parent holds, which stays held by the parent."""
    for descriptor in tuple(_held):
        with suppress(OSError):
            os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget)
