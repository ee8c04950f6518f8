"""Become another kind of user of another kind of machine, then call one function.

In:   argv: a kind, a file, a function of it, its arguments as JSON. A kind is words joined
      by "-": `root`; `open`, with Python where everybody can reach it; `plain`, that and
      an ordinary user; `closed`, with namespaces refused, as by Ubuntu 24.04 or inside
      Docker.
Out:  one line of JSON: what the function returned.
Touches: this process only: what an ordinary user could not reach on the way to the
      interpreter is shown to it in a mount namespace of its own.
"""

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

from grader.run.inside.cage import calls, identity, seccomp, system  # noqa: E402
from grader.run.plans import readable  # noqa: E402

PLAIN_ID = 0x6FFF0001


def open_the_way(paths: list[str]) -> None:
    """Show folders that lie below a closed one, to everybody, in this process only.

    Also a true /dev/null, should somebody have overwritten the machine's.
    """
    system.unshare(system.NEWNS)
    system.mount("", "/", flags=system.MS_REC | system.MS_SLAVE)
    hidden = {os.path.realpath(path): closed(os.path.realpath(path)) for path in paths}
    hidden = {path: above for path, above in hidden.items() if above}
    aside = tempfile.mkdtemp(prefix="world-")
    system.mount("aside", aside, "tmpfs")
    for number, path in enumerate(hidden):
        os.mkdir(f"{aside}/{number}")
        system.mount(path, f"{aside}/{number}", flags=system.MS_BIND | system.MS_REC)
    for above in set(hidden.values()):
        system.mount("way", above, "tmpfs", data="mode=0755")
    for number, path in enumerate(hidden):
        os.makedirs(path, exist_ok=True)
        system.mount(f"{aside}/{number}", path, flags=system.MS_BIND | system.MS_REC)
        if os.stat(path).st_mode & 0o005 != 0o005:
            raise SystemExit(f"{path} itself is closed")
    os.mknod(f"{aside}/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.chmod(f"{aside}/null", 0o666)  # noqa: S103 -- as it ought to be
    system.mount(f"{aside}/null", os.devnull, flags=system.MS_BIND)
    system.unmount(aside)
    os.rmdir(aside)


def closed(path: str) -> str:
    """Return the first folder on the way that others may not pass."""
    for above in reversed(Path(path).parents):
        if not os.stat(above).st_mode & 0o001:
            return str(above)
    return ""


def refuse_namespaces() -> None:
    """Fail every new namespace with EPERM; nothing else."""
    unshare = calls.NEVER["unshare"][system.machine()]
    refused = [
        *seccomp._prologue(),
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


def become(kind: set[str]) -> None:
    """Change this process for good."""
    if kind & {"open", "plain"} and os.geteuid() == 0:
        open_the_way([*readable(), str(ROOT / "grader"), str(HERE)])
    if "plain" in kind and os.geteuid() == 0:
        identity.become(PLAIN_ID)
        identity.show(True)
    os.environ["HOME"] = "/nonexistent"
    if "closed" in kind:
        refuse_namespaces()


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
