"""Private folders for boxes, and the end of those whose maker was killed.

In:   nothing.
Out:  an empty folder, named after this process.
Touches: the system's folder for temporary files; there only folders that processes of
      this user made that are gone.
"""

import atexit
import contextlib
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.run.inside.cage.identity import FIRST_ID

START = 19
"""Where /proc/PID/stat has the moment of a process's start, after its name."""
NAME = re.compile(r"nb-([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)-")


Stage = tuple[Path, os.stat_result]
"""A folder, and what the system said of it when it was made."""
_untouched: dict[tuple[str, int], list[Stage]] = {}
"""Folders that are free again, by the folder they are in and the process they are of."""


@contextlib.contextmanager
def stage() -> Iterator[Path]:
    """Give a folder for one box, and take it back.

    A box with a file system of its own leaves it as it was, and another may have it: on
    some disks (ext4) each folder that is removed makes all that are made soon after dearer.
    """
    home = tempfile.gettempdir(), os.getpid()
    sweep_once(*home)
    folder, before = _free(home) or _new()
    try:
        yield folder
    finally:
        if _is_untouched(folder, before):
            _untouched.setdefault(home, []).append((folder, before))
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _new() -> Stage:
    prefix = f"nb-{_processes():x}.{os.getpid():x}.{_started(os.getpid()):x}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    return folder, folder.stat()


def _free(home: tuple[str, int]) -> Stage | None:
    """A folder that is as it was made; what somebody has touched since is removed."""
    with contextlib.suppress(KeyError, IndexError):
        while True:
            folder, before = _untouched[home].pop()
            if _is_untouched(folder, before):
                return folder, before
            shutil.rmtree(folder, ignore_errors=True)
    return None


def _is_untouched(folder: Path, before: os.stat_result) -> bool:
    """Tell whether nobody has made, removed or changed anything in it since."""
    with contextlib.suppress(OSError):
        now = folder.lstat()
        same = now.st_ino == before.st_ino and now.st_ctime_ns == before.st_ctime_ns
        return same and not any(folder.iterdir())
    return False


@atexit.register
def remove_untouched() -> None:
    """Remove this process's folders; those of others it may have been forked with."""
    for (_, pid), folders in _untouched.items():
        while pid == os.getpid() and folders:
            shutil.rmtree(folders.pop()[0], ignore_errors=True)


@functools.lru_cache(maxsize=8)
def sweep_once(folder: str, pid: int) -> None:
    """Sweep a folder the first time that this process uses it."""
    sweep(Path(folder))


def sweep(folder: Path) -> None:
    """Remove the folders of boxes whose maker we could see, and which is gone."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _stale(path):
                shutil.rmtree(path, ignore_errors=True)


def _stale(path: Path) -> bool:
    found = NAME.match(path.name)
    if found is None or not Path("/proc/self/stat").exists():
        return False
    processes, pid, start = (int(word, 16) for word in found.groups())
    return processes == _processes() and _started(pid) != start and _ours(path)


def _ours(path: Path) -> bool:
    """Tell whether it is a folder of this user; root gives folders to users of boxes."""
    with contextlib.suppress(OSError):
        status = path.lstat()
        own = status.st_uid == os.geteuid()
        given = os.geteuid() == 0 and status.st_uid >= FIRST_ID
        return path.is_dir() and not path.is_symlink() and (own or given)
    return False


@functools.cache
def _processes() -> int:
    """Name the set of processes that this one can see; 0 where there is only one."""
    with contextlib.suppress(OSError):
        return os.stat("/proc/self/ns/pid").st_ino
    return 0


def _started(pid: int) -> int:
    """Return when a process was started, in the kernel's own count; 0 if it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(text.rpartition(")")[2].split()[START])
    return 0
