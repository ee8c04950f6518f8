"""Become another kind of user of another kind of machine, then call one function.

In:   argv: a kind, a file, a function of it, its arguments as JSON. A kind is words joined
      by "-": `root`; `open`, with Python where everybody can reach it; `plain`, that and
      an ordinary user; `closed`, with namespaces refused, as by Ubuntu 24.04; `docker`,
      root with the powers and the filter that a container has by default.
Out:  one line of JSON: what the function returned.
Touches: this process only: what an ordinary user could not reach on the way to the
      interpreter is shown to it in a mount namespace of its own.
"""

import ctypes
import errno
import importlib.util
import json
import os
import stat
import struct
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from grader.run.inside.cage import calls, identity, seccomp, system, way  # noqa: E402
from grader.run.plans import readable  # noqa: E402

PLAIN_ID = 0x6FFF0001
DOCKERS_POWERS = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
"""CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW
SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP."""
DOCKERS_FILTER = (
    "pidfd_getfd", "kcmp", "process_vm_readv", "process_vm_writev", "process_madvise",
    "mount", "umount2", "pivot_root", "setns", "bpf", "perf_event_open", "keyctl",
    "add_key", "request_key", "userfaultfd", "io_uring_setup", "open_by_handle_at",
    "move_mount", "fsopen", "fsmount", "open_tree", "mount_setattr", "quotactl", "acct",
)  # fmt: skip


def open_the_way(paths: list[str]) -> None:
    """Show folders that lie below a closed one, to everybody, in this process only.

    Also a true /dev/null, should somebody have overwritten the machine's.
    """
    system.unshare(system.NEWNS)
    system.mount("", "/", flags=system.MS_REC | system.MS_SLAVE)
    way.open_to_others(paths)
    aside = tempfile.mkdtemp(prefix="world-")
    system.mount("aside", aside, "tmpfs")
    os.mknod(f"{aside}/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.chmod(f"{aside}/null", 0o666)  # noqa: S103 -- as it ought to be
    system.mount(f"{aside}/null", os.devnull, flags=system.MS_BIND)
    system.unmount(aside)
    os.rmdir(aside)


def refuse_namespaces(*names: str) -> None:
    """Fail every new namespace with EPERM, and the calls of these names; nothing else."""
    unshare = calls.NEVER["unshare"][system.machine()]
    refused = [
        *seccomp._prologue(),
        *seccomp._all({name: calls.NEVER[name] for name in names}, errno.EPERM),
        (seccomp.JEQ, 0, 4, unshare),
        (seccomp.LOAD, 0, 0, seccomp.ARGUMENTS),
        (seccomp.JSET, 0, 1, seccomp.NAMESPACES),
        (seccomp.RET, 0, 0, seccomp.FAIL | errno.EPERM),
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        *seccomp._if_bits("clone", 0, seccomp.NAMESPACES, errno.EPERM),
        (seccomp.RET, 0, 0, seccomp.ALLOW),
    ]
    if os.geteuid():
        identity.allow_no_new_powers()
    seccomp.install(b"".join(struct.pack("HBBI", *one) for one in refused))


def be_in_a_container() -> None:
    """Keep the powers that Docker leaves to root, and have its filter."""
    if os.geteuid() == 0:
        for number in set(range(41)) - DOCKERS_POWERS:
            system.prctl(system.PR_CAPBSET_DROP, number)
        kept = sum(1 << number for number in DOCKERS_POWERS)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        data = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
        system.call("capset", header, data)
        identity.allow_no_new_powers()
    refuse_namespaces(*DOCKERS_FILTER)


def become(kind: set[str]) -> None:
    """Change this process for good."""
    if kind & {"open", "plain"} and os.geteuid() == 0:
        open_the_way([*readable(), str(ROOT)])
    if "plain" in kind and os.geteuid() == 0:
        identity.become(PLAIN_ID)
        identity.show(True)
    os.environ["HOME"] = "/nonexistent"
    if "closed" in kind:
        refuse_namespaces()
    if "docker" in kind:
        be_in_a_container()


def main() -> None:
    """Change, then call the function."""
    kind, file, name, arguments = sys.argv[1:]
    become(set(kind.split("-")))
    spec = importlib.util.spec_from_file_location("called", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answer = getattr(module, name)(*json.loads(arguments))
    print("\n" + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
