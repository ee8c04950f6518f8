"""Show folders that lie below a closed one to the user that root's box becomes.

In:   the paths that the box must reach.
Out:  nothing.
Touches: mounts of a mount namespace of this process's own; only where a folder on the way
      is closed to others, and only if root may have one. Otherwise nothing happens, and
      the preflight finds that the box cannot read its interpreter.

It widens nothing: what may be read below is for Landlock, which is put on afterwards.
"""

import os
from pathlib import Path

from . import system

SEARCH = 0o001


def open_to_others(paths: list[str]) -> None:
    """Cover each closed folder by one that only holds the way to these paths.

    Raises: OSError if a mount is refused to a root who may have namespaces.
    """
    hidden = {path: above for path in _tops(paths) if (above := closed(path))}
    if not hidden:
        return
    try:
        system.unshare(system.NEWNS)
    except OSError:
        return
    system.mount("", "/", flags=system.MS_REC | system.MS_SLAVE)
    held = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in hidden}
    for above in set(hidden.values()):
        system.mount("way", above, "tmpfs", data="mode=0755")
    for path, descriptor in held.items():
        os.makedirs(path, 0o755, exist_ok=True)
        source = f"/proc/self/fd/{descriptor}"
        system.mount(source, path, flags=system.MS_BIND | system.MS_REC)
        os.close(descriptor)


def closed(path: str) -> str:
    """Return the first folder on the way that others may not pass; "" for none."""
    for above in reversed(Path(path).parents):
        if not os.stat(above).st_mode & SEARCH:
            return str(above)
    return ""


def _tops(paths: list[str]) -> list[str]:
    """Resolve the folders that exist, without those that lie below another."""
    found: list[str] = []
    for path in sorted({os.path.realpath(path) for path in paths if os.path.isdir(path)}):
        if not any(path.startswith(top + "/") for top in found):
            found.append(path)
    return found
