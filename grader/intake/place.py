"""Places where submissions lie: on disk, or inside the archive a platform made.

In:      a path.
Out:     places that can be listed and read, bounded.
Touches: lists and opens for reading; never a link, a pipe or a device.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.intake.basket import Basket
from grader.intake.content import Content, on_disk
from grader.intake.naming import shown

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
LINK = "it is a symbolic link, which is not followed; hand in the file itself"
ODD = "it is not an ordinary file; hand in ordinary files only"


class Place(Protocol):
    """A file or folder that may belong to a submission, not opened yet.

    Attributes:
        name: its own name.
        origin: its path as the TA typed it, safe to print.
        where: the same for one place however it was typed.
        home: `where` of the folder it lies in.
        is_folder, is_link: a link is neither file nor folder, and is never followed.
    """

    @property
    def name(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def home(self) -> str: ...
    @property
    def is_folder(self) -> bool: ...
    @property
    def is_link(self) -> bool: ...

    def below(self) -> "list[Place]":
        """What lies in a folder, by name. Raises: OSError."""

    def read(self, basket: Basket) -> Content | str:
        """The bytes, or why the basket cannot take them. Raises: OSError."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A place in the file system."""

    path: Path
    is_folder: bool = field(default=False, compare=False)
    is_link: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        return self.path.name or Path(os.path.abspath(self.path)).name

    @property
    def origin(self) -> str:
        return shown(str(self.path))

    @property
    def where(self) -> str:
        return os.path.abspath(self.path)

    @property
    def home(self) -> str:
        return os.path.dirname(self.where)

    def below(self) -> list[Place]:
        if self.is_link:
            raise LinkError
        with os.scandir(self.path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        return [_entry(entry) for entry in entries]

    def read(self, basket: Basket) -> Content | str:
        if self.is_link:
            raise LinkError
        descriptor = os.open(self.path, _FLAGS)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return ODD
            # The size is looked at first, so that a sparse giant costs nothing.
            too_large = basket.too_large(status.st_size)
            if too_large:
                return too_large
            data = file.read(status.st_size + 1)
        return basket.too_large(len(data)) or on_disk(data, self.path)


def given(path: Path) -> OnDisk:
    """The place a TA named."""
    is_link = path.is_symlink()
    return OnDisk(path, not is_link and path.is_dir(), is_link)


def suffix_of(name: str) -> str:
    """The suffix of a name, in lower case."""
    return PurePosixPath(name).suffix.lower()


def why_not(error: OSError) -> str:
    """Say why a place could not be listed or read."""
    if isinstance(error, LinkError):
        return LINK
    if isinstance(error, PermissionError):
        return "it may not be read; change its permissions and grade again"
    return f"it cannot be read ({error.strerror or type(error).__name__}); grade again"


class LinkError(OSError):
    """Raised instead of opening a link, also where O_NOFOLLOW does not exist."""


def _entry(entry: "os.DirEntry[str]") -> OnDisk:
    folder, link = entry.is_dir(follow_symlinks=False), entry.is_symlink()
    return OnDisk(Path(entry.path), folder, link)
