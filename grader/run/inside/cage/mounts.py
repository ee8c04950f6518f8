"""The file system of a box: what it may read, read-only, and one sized private place.

In:   a plan; a mount namespace of its own.
Out:  nothing; afterwards `/` is the box's and the host's is unmounted.
Touches: mounts of this namespace, which end with its last process.

One tmpfs holds everything that can be written (work folder, /tmp, /dev/shm), so one
size bounds them all. Nothing of the host is followed by name after the root changed:
every source is resolved before.
"""

import contextlib
import os
import stat
from pathlib import Path

from . import system
from .identity import INSIDE_ID
from .layers import Plan

BASE = "/tmp"  # noqa: S108 -- any folder that exists everywhere; it is covered, not used
OLD = "/oldroot"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("/etc/alternatives", "/etc/fonts", "/etc/ssl/certs", "/etc/ssl/openssl.cnf")
SMALL = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/timezone")
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
"""Name -> minor number; the major one is 1."""
LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}
FILES = {
    "/etc/passwd": f"box:x:{INSIDE_ID}:{INSIDE_ID}:box:{{folder}}/home:/bin/sh\n",
    "/etc/group": f"box:x:{INSIDE_ID}:\n",
    "/etc/hosts": "127.0.0.1 localhost box\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
READ_ONLY = system.MS_RDONLY | system.MS_NOSUID | system.MS_NODEV
INODES_PER_BYTE = 1 / 4096
COPY_BYTES = 1 << 24


def build(plan: Plan, layers: frozenset[str], owner: tuple[int, int]) -> None:
    """Make the box's root and move into it.

    Raises: OSError if the kernel refuses a step; the box must not start then.
    """
    folder = plan["folder"]
    sources = _resolved(plan["readable"])
    stage = os.path.realpath(plan["stage"]) if plan.get("stage") else ""
    system.mount("", "/", flags=system.MS_REC | system.MS_SLAVE)
    _new_root(plan["limits"]["disk"] if "disk" in layers else 0)
    _folders(folder, owner)
    _system()
    for source, target in sources:
        _bind(source, target)
    _devices(owner)
    _proc("proc" in layers and "pid" in layers)
    if stage:
        _copy(OLD + stage, folder, owner)
    if "mount" in layers:
        system.unmount(OLD)
        os.rmdir(OLD)
    if "readonly" in layers:
        flags = system.MS_REMOUNT | system.MS_BIND | READ_ONLY
        system.mount("", "/", flags=flags)
    os.chdir(folder)


def _resolved(paths: list[str]) -> list[tuple[str, str]]:
    """Pair each path that exists with its place; parents come before children."""
    pairs = set()
    for path in paths:
        real = os.path.realpath(path)
        if os.path.exists(real):
            pairs |= {(real, real), (real, os.path.normpath(path))}
    return sorted(pairs, key=lambda pair: pair[1])


def _new_root(size: int) -> None:
    options = "mode=0755"
    if size:
        options += f",size={size},nr_inodes={max(1024, int(size * INODES_PER_BYTE))}"
    flags = system.MS_NOSUID | system.MS_NODEV
    system.mount("box", BASE, "tmpfs", flags, options)
    os.mkdir(BASE + OLD, 0o700)
    os.chdir(BASE)
    system.pivot(".", OLD.lstrip("/"))
    os.chdir("/")


def _folders(folder: str, owner: tuple[int, int]) -> None:
    """Make the places that can be written; each a mount, to survive the read-only root."""
    for path in (folder, "/tmp"):  # noqa: S108 -- the box's own
        os.makedirs(path, 0o755, exist_ok=True)
        os.chown(path, *owner)
        system.mount(path, path, flags=system.MS_BIND)
    for name in ("home", "tmp"):
        path = os.path.join(folder, name)
        os.mkdir(path)
        os.chown(path, *owner)
    os.mkdir("/etc")
    for path, text in FILES.items():
        Path(path).write_text(text.format(folder=folder), encoding="ascii")


def _system() -> None:
    """Show the system's programs and libraries, and the settings they need."""
    for path in SYSTEM:
        old = OLD + path
        if os.path.islink(old):
            os.symlink(os.readlink(old), path)
        elif os.path.isdir(old):
            _bind(path, path)
    for path in SETTINGS:
        with contextlib.suppress(OSError):
            _bind(path, path)
    for path in SMALL:
        with contextlib.suppress(OSError):
            Path(path).write_bytes(_contents(path))


def _contents(path: str) -> bytes:
    """Read a small file of the host; a link in it counts from the host's root."""
    old = OLD + path
    if os.path.islink(old):
        target = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(old)))
        old = OLD + target
    return Path(old).read_bytes()


def _bind(source: str, target: str) -> None:
    """Show a file or folder of the host, with all that is mounted below it, read-only."""
    if _shown(target):
        return
    if os.path.isdir(OLD + source):
        os.makedirs(target, 0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
        Path(target).touch()
    system.mount(OLD + source, target, flags=system.MS_BIND | system.MS_REC)
    restrict(target, READ_ONLY)


def _shown(target: str) -> bool:
    """Tell whether a folder above is a part of the host already."""
    own = os.stat("/").st_dev
    while not os.path.lexists(target):
        target = os.path.dirname(target)
    return os.stat(target).st_dev != own


def restrict(target: str, flags: int) -> None:
    """Restrict a mount and its submounts; one by one on kernels before 5.12."""
    try:
        system.restrict_mount(target, flags)
    except OSError:
        for path in reversed(_below(target)):
            kept = os.statvfs(path).f_flag & 0xFFF & ~system.MS_REMOUNT
            again = system.MS_REMOUNT | system.MS_BIND
            system.mount("", path, flags=again | kept | flags)


def _below(target: str) -> list[str]:
    text = Path("/oldroot/proc/self/mountinfo").read_text(encoding="utf-8")
    paths = [
        line.split()[4].encode().decode("unicode_escape") for line in text.splitlines()
    ]
    return [path for path in paths if path == target or path.startswith(target + "/")]


def _devices(owner: tuple[int, int]) -> None:
    """Make five devices, no terminal, and room for shared memory."""
    flags = system.MS_NOSUID | system.MS_NOEXEC
    os.mkdir("/dev")
    os.mkdir("/shm", 0o755)
    os.chown("/shm", *owner)
    system.mount("dev", "/dev", "tmpfs", data="mode=0755,size=64k,nr_inodes=64")
    for name, minor in DEVICES.items():
        _device(name, minor)
    for link, target in LINKS.items():
        os.symlink(target, link)
    os.mkdir("/dev/shm")  # noqa: S108
    system.mount("/shm", "/dev/shm", flags=system.MS_BIND)  # noqa: S108
    system.mount(
        "", "/dev", flags=system.MS_REMOUNT | system.MS_BIND | system.MS_RDONLY | flags
    )


def _device(name: str, minor: int) -> None:
    """Make a device, or show the machine's where only the machine's root may make one.

    Raises: OSError if the machine's is none: whoever is root here has overwritten it.
    """
    path = f"/dev/{name}"
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        os.chmod(path, 0o666)  # noqa: S103 -- everybody may throw away
    except PermissionError:
        if not stat.S_ISCHR(os.stat(OLD + path).st_mode):
            raise OSError(19, f"{path} of this machine is not a device") from None
        Path(path).touch()
        system.mount(OLD + path, path, flags=system.MS_BIND)
        restrict(path, system.MS_RDONLY | system.MS_NOSUID | system.MS_NOEXEC)


def _proc(fresh: bool) -> None:
    """Mount a /proc of this PID namespace; where that is refused there is none.

    A container hides parts of its own /proc, and the kernel then gives out no whole one.
    """
    os.mkdir("/proc")
    if not fresh:
        system.mount(OLD + "/proc", "/proc", flags=system.MS_BIND | system.MS_REC)
        return
    flags = system.MS_NOSUID | system.MS_NODEV | system.MS_NOEXEC
    with contextlib.suppress(PermissionError):
        system.mount("proc", "/proc", "proc", flags)


def _copy(source: str, target: str, owner: tuple[int, int]) -> None:
    """Copy what the host staged; links and special files are left out."""
    for entry in os.scandir(source):
        path = os.path.join(target, entry.name)
        if entry.is_dir(follow_symlinks=False):
            os.makedirs(path, exist_ok=True)
            _copy(entry.path, path, owner)
        elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            _copy_file(entry.path, path)
        else:
            continue
        os.chown(path, *owner)


def _copy_file(source: str, target: str) -> None:
    """Copy the contents; the kernel does it, without a buffer here."""
    reader = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        while os.sendfile(writer, reader, None, COPY_BYTES):
            pass
    finally:
        os.close(reader)
        os.close(writer)
