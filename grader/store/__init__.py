"""Keep evidence in folders, so that it can be judged again without a kernel.

In:      recorded evidence and a folder.
Out:     the same, read back; arrays are read when they are asked for.
Touches: files below the given folder only. A write is complete or absent: it goes to
         a neighbouring folder first and is renamed.

    evidence.json   arrays/<sha256>.npy   pictures/<sha256>.png   documents/<sha256>
    straight/       the same of the run without repairs, if there was one with them

A folder that would be empty is not made, and none is made to be removed: on some disks
(ext4) each removal makes all that is made soon after dearer.
"""

import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from grader.errors import EvidenceError
from grader.evidence import from_json, to_json
from grader.model.digest import array_digest
from grader.model.recorded import Recorded
from grader.model.value import Array

EVIDENCE = "evidence.json"
ARRAYS, PICTURES, DOCUMENTS, STRAIGHT = "arrays", "pictures", "documents", "straight"
RECENT = 64


def write(folder: Path, recorded: Recorded) -> None:
    """Store evidence; an older one in the same place is replaced as a whole."""
    with _scratch(folder) as fresh:
        _fill(fresh, recorded)
        _swap(fresh, folder)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Name a place beside a folder; what is still there at the end is removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.parent / f".new-{secrets.token_hex(8)}"
    try:
        yield fresh
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    """Put a folder in another's place; the other comes back if that fails."""
    old = fresh.with_name(f".old{fresh.name}")
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(fresh, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    if old.exists():
        shutil.rmtree(old)


def _fill(folder: Path, recorded: Recorded) -> None:
    folder.mkdir()
    if recorded.arrays:
        (folder / ARRAYS).mkdir()
    for sha256, array in recorded.arrays.items():
        with (folder / ARRAYS / f"{sha256}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
    _fill_with(folder / PICTURES, recorded.pictures, ".png")
    _fill_with(folder / DOCUMENTS, recorded.documents, "")
    if recorded.straight is not None:
        _fill(folder / STRAIGHT, recorded.straight)
    (folder / EVIDENCE).write_bytes(to_json(recorded.evidence))


def _fill_with(folder: Path, found: Mapping[str, bytes], ending: str) -> None:
    if found:
        folder.mkdir()
    for sha256, data in found.items():
        (folder / f"{sha256}{ending}").write_bytes(data)


def exists(folder: Path) -> bool:
    """Whether evidence is stored there, complete."""
    return (folder / EVIDENCE).is_file()


def read(folder: Path) -> Recorded:
    """Read evidence back; arrays, pictures and documents follow when asked for.

    Raises: EvidenceError if there is none, or it is damaged.
    """
    try:
        data = (folder / EVIDENCE).read_bytes()
    except OSError as error:
        raise EvidenceError(f"no evidence in {folder}: {error.strerror}") from error
    return Recorded(
        evidence=from_json(data),
        arrays=_StoredArrays(folder / ARRAYS),
        pictures=_StoredBytes(folder / PICTURES, ".png"),
        documents=_StoredBytes(folder / DOCUMENTS, ""),
        straight=read(folder / STRAIGHT) if exists(folder / STRAIGHT) else None,
    )


def link(source: Path, target: Path) -> None:
    """Put a stored folder in a second place, sharing files where the disk can."""
    with _scratch(target) as fresh:
        try:
            shutil.copytree(source, fresh, copy_function=os.link)
        except (OSError, shutil.Error):
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(source, fresh)
        _swap(fresh, target)


class _Stored:
    """The names of the files in one folder."""

    def __init__(self, folder: Path, ending: str) -> None:
        self.folder, self.ending = folder, ending

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names without their ending, sorted."""
        if not self.folder.is_dir():
            return ()
        return tuple(
            sorted(path.name.removesuffix(self.ending) for path in self.folder.iterdir())
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def path(self, name: str) -> Path:
        """The file of that name. Raises: KeyError if there is none."""
        if name not in self.names:
            raise KeyError(name)
        return self.folder / f"{name}{self.ending}"


class _StoredArrays(_Stored, Mapping[str, Array]):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ".npy")
        self.recent: dict[str, Array] = {}

    def __getitem__(self, sha256: str) -> Array:
        """Read an array; the ones read last are kept, as checks ask for them again."""
        if sha256 not in self.recent:
            if len(self.recent) >= RECENT:
                self.recent.pop(next(iter(self.recent)))
            self.recent[sha256] = self._read(sha256)
        return self.recent[sha256]

    def _read(self, sha256: str) -> Array:
        path = self.path(sha256)
        try:
            array = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise EvidenceError(f"{path} is damaged: {error}") from error
        if not isinstance(array, np.ndarray) or array_digest(array) != sha256:
            raise EvidenceError(f"{path} is damaged: it is not the array of that name")
        array.setflags(write=False)
        return array


class _StoredBytes(_Stored, Mapping[str, bytes]):
    def __getitem__(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()
