"""Look into the archive that a learning platform made, as if it were a folder.

In:      a zip archive on disk with the submissions of many people.
Out:     places; entries that are unsafe are places that cannot be read, with a reason.
Touches: opens the archive for reading; nothing is written beside it.
"""

import io
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from grader.intake.archive import DAMAGE, bytes_of, is_plain_folder, steps_of, unsafe
from grader.intake.basket import Basket
from grader.intake.content import Content, unpacked
from grader.intake.limits import Limits
from grader.intake.naming import shown
from grader.intake.place import OnDisk, Place

_LONGEST = 255
"""Characters in one name, as on a disk; an archive could bring names of 64 kB."""


@dataclass(eq=False, slots=True)
class Packed:
    """A file or folder in such an archive; see `Place` for the attributes."""

    archive: zipfile.ZipFile
    name: str
    origin: str
    where: str
    home: str
    entry: zipfile.ZipInfo | None = None
    refused: str = ""
    is_link: bool = False
    inside: "dict[str, Packed]" = field(default_factory=dict)
    again: "list[Packed]" = field(default_factory=list)

    @property
    def is_folder(self) -> bool:
        return self.entry is None

    def below(self) -> list[Place]:
        """What lies in it; a name that comes twice is listed twice."""
        every = [*self.inside.values(), *self.again]
        return sorted(every, key=lambda one: one.name)

    def read(self, basket: Basket) -> Content | str:
        assert self.entry is not None
        if self.refused:
            return self.refused
        data = bytes_of(self.archive, self.entry, basket)
        return data if isinstance(data, str) else unpacked(data)


def look_into(place: OnDisk, limits: Limits) -> Packed | None:
    """Open an archive as a folder; None if it is damaged or has too many entries."""
    try:
        # Kept open: its places read from it as long as any of them lives.
        archive = zipfile.ZipFile(_Guarded(place.path, limits.directory_bytes))
    except DAMAGE:
        return None
    top = Packed(archive, place.name, place.origin, place.where, place.home)
    for entry in archive.infolist():
        if not is_plain_folder(entry):
            _insert(top, entry, limits)
    return top


def _insert(top: Packed, entry: zipfile.ZipInfo, limits: Limits) -> None:
    refused = unsafe(entry, limits)
    steps = [s[:_LONGEST] for s in steps_of(entry) if s not in ("", ".", "..")]
    steps = steps or ["unnamed"]
    if refused:
        steps = steps[-1:]  # where it wants to lie is not to be trusted
    folder = top
    for step in steps[:-1]:
        if step not in folder.inside:
            folder.inside[step] = _child(folder, step)
        elif not folder.inside[step].is_folder:
            folder.again.append(folder.inside[step])
            folder.inside[step] = _child(folder, step)
        folder = folder.inside[step]
    leaf = _child(folder, steps[-1], entry, refused)
    if steps[-1] in folder.inside:
        folder.again.append(leaf)
    else:
        folder.inside[steps[-1]] = leaf


def _child(
    folder: Packed, name: str, entry: zipfile.ZipInfo | None = None, refused: str = ""
) -> Packed:
    return Packed(
        archive=folder.archive,
        name=name,
        origin=f"{folder.origin}/{shown(name)}",
        where=f"{folder.where}/{name}",
        home=folder.where,
        entry=entry,
        refused=refused,
    )


class _Guarded(io.FileIO):
    """A file that refuses large reads: a directory may claim any size."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path, "rb")
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(os.fstat(self.fileno()).st_size - self.tell(), 0)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self._most:
            raise OSError("the archive's directory is too large")
        return super().read(wanted)
