"""What a hostile notebook would try, each attempt tiny: the questions of a preflight.

In:   where the canaries are.
Out:  by name, whether the attempt succeeded. The same attempts are made outside the box,
      where they have to succeed: one that fails there shows nothing inside.
Touches: the canaries, if nothing stops it.
"""

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import calls, system

Where = dict[str, Any]
Attack = Callable[[Where], bool]
FAMILIES = (38, 40, 17, 15, 31, 30)
"""ALG, VSOCK, PACKET, KEY, BLUETOOTH, TIPC: whichever this kernel has."""
PR_CAPBSET_READ = 23
ATTACH, DETACH = 16, 17
CONNECT_S = 0.2


def read_secret(where: Where) -> bool:
    """Read a file that everybody may read, at a path that was not given."""
    return where["token"] in Path(where["secret"]).read_text(encoding="ascii")


def be_root(where: Where) -> bool:
    """Read a file of root's, in a folder that is shown: being root by any other name."""
    return where["token"] in Path(where["private"]).read_text(encoding="ascii")


def variables(where: Where) -> bool:
    """Find a variable of whoever started this."""
    return str(where["token"]) in "".join(os.environ.values())


def environ_file(where: Where) -> bool:
    """Find that variable in /proc: of this process, of PID 1, of a foreign process."""
    found = b""
    for pid in ("self", "1", str(where["victim"])):
        try:
            found += Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
    return where["token"].encode() in found


def command_lines(where: Where) -> bool:
    """Find a foreign process by its command line."""
    mark, found = where["token"].encode(), b""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            found += Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
    return mark in found


def inherited(where: Where) -> bool:
    """Use a descriptor that was left open."""
    os.fstat(where["inherited"])
    return True


def trace(where: Where) -> bool:
    """Stop a foreign process and look into it."""
    return _traced(where["victim"])


def trace_inside(where: Where) -> bool:
    """Stop one's own child: the same call could freeze the box's PID 1."""
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        return _traced(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _traced(pid: int) -> bool:
    trace = raw_call("ptrace", ATTACH, pid, 0, 0)
    if trace == 0:
        os.waitpid(pid, 0x40000000)
        raw_call("ptrace", DETACH, pid, 0, 0)
    return trace == 0


def write_outside(where: Where) -> bool:
    """Plant a file."""
    Path(where["open"], "planted").write_text("!", encoding="ascii")
    return True


def change_outside(where: Where) -> bool:
    """Change a file's mode; the outside looks whether it did."""
    os.chmod(where["mine"], 0o600)
    return False


def write_shared(where: Where) -> bool:
    """Write a file that is shown for reading."""
    with open(where["common"], "a", encoding="ascii") as file:
        return file.write("") == 0


def writable_root(where: Where) -> bool:
    """Find `/` mounted for writing."""
    return not os.statvfs("/").f_flag & os.ST_RDONLY


def remount(where: Where) -> bool:
    """Mount something; in a mount namespace of one's own if that can be had."""
    return in_child(_mount)


def _mount() -> None:
    with contextlib.suppress(OSError):
        system.unshare(system.NEWNS)
        system.mount("", "/", flags=system.MS_REC | system.MS_SLAVE)
    os.mkdir("mountpoint")
    try:
        system.mount("x", "mountpoint", "tmpfs")
        system.unmount("mountpoint")
    finally:
        os.rmdir("mountpoint")


def powers(where: Where) -> bool:
    """Hold a capability."""
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    system.libc().capget(header, data)
    return any(int(data[index]) for index in (0, 1, 3, 4))


def bounding(where: Where) -> bool:
    """Find a capability that a program on disk could bring."""
    return any(
        system.libc().prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1 for number in range(64)
    )


def set_uid(where: Where) -> bool:
    """Find that set-uid programs would work."""
    return system.prctl(system.PR_GET_NO_NEW_PRIVS) == 0


def nested(where: Where) -> bool:
    """Make a user namespace, and with it be root somewhere."""
    return in_child(lambda: system.unshare(system.NEWUSER))


def room_for_nested(where: Where) -> bool:
    """Find that a user namespace could be made if the filter let it."""
    text = Path("/proc/sys/user/max_user_namespaces").read_text(encoding="ascii")
    return int(text) > 0


def outer_users(where: Where) -> bool:
    """See the users of the machine, not a user namespace's."""
    return Path("/proc/self/uid_map").read_text(encoding="utf-8") == str(where["users"])


def tcp(where: Where) -> bool:
    """Connect to a listener on this machine."""
    return _connected(("127.0.0.1", where["tcp"]), socket.AF_INET)


def listen(where: Where) -> bool:
    """Wait for connections from this machine; one's own network is no harm."""
    socket.create_server(("127.0.0.1", 0)).close()
    return True


def udp(where: Where) -> bool:
    """Send a datagram; the outside looks whether it came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.sendto(b"!", ("127.0.0.1", where["udp"]))
    return False


def abstract(where: Where) -> bool:
    """Connect to an abstract UNIX socket."""
    return _connected(where["abstract"].encode("ascii"))


def pathname(where: Where) -> bool:
    """Connect to a UNIX socket by its path: a container engine's, a key agent's."""
    return _connected(where["pathname"])


def _connected(address: Any, family: int = socket.AF_UNIX) -> bool:
    with socket.socket(family) as own:
        own.settimeout(CONNECT_S)
        own.connect(address)
    return True


def family(where: Where) -> bool:
    """Open a socket of a rare family."""
    for number in FAMILIES:
        try:
            socket.socket(number, socket.SOCK_DGRAM).close()
        except OSError:
            try:
                socket.socket(number, socket.SOCK_SEQPACKET).close()
            except OSError:
                continue
        return True
    return False


def signal_outside(where: Where) -> bool:
    """Send a foreign process a harmless signal; the outside looks whether it came."""
    os.kill(where["victim"], signal.SIGWINCH)
    return False


def raw_call(name: str, *arguments: int) -> int:
    """Make a system call that boxes are denied."""
    number = calls.NEVER[name][system.machine()]
    wide = [ctypes.c_long(argument) for argument in arguments]
    return int(system.libc().syscall(ctypes.c_long(number), *wide))


def in_child(work: Callable[[], object]) -> bool:
    """Try something irrevocable in a child."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


ATTACKS = (
    read_secret,
    be_root,
    variables,
    environ_file,
    command_lines,
    inherited,
    trace,
    trace_inside,
    write_outside,
    change_outside,
    write_shared,
    writable_root,
    remount,
    powers,
    bounding,
    set_uid,
    nested,
    room_for_nested,
    outer_users,
    tcp,
    listen,
    udp,
    abstract,
    pathname,
    family,
    signal_outside,
)
