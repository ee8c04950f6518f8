"""Unpack a zip archive in memory without trusting anything it says.

In:   the bytes of an archive, a basket, the folder its entries go to.
Out:  nothing; entries land in the basket, refused ones with a reason.
Pure: no files are written under a name that an archive gives.
"""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.intake.basket import SMALLER, Basket
from grader.intake.content import unpacked
from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits
from grader.intake.signature import disguise
from grader.intake.tar import unpack_tar

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError, IndexError,
)  # fmt: skip
_ENTRY_MARK = b"PK\x01\x02"
_CHUNK = 64 * 1024
AGAIN = "pack it again and hand it in again"


def unpack(data: bytes, name: Sequence[str], into: Sequence[str], basket: Basket) -> None:
    """Add the entries of an archive to the basket, archives within it included.

    `name` is the archive's own path, used when it is refused as a whole; `into` is the
    folder its entries go to.
    """
    _unpack(data, name, into, basket, depth=1)


def folder_for(parts: Sequence[str]) -> list[str]:
    """The folder that an archive becomes: its name without the suffix."""
    stem = re.sub(r"(?i)\.(?:zip|tar|tgz|tbz2?|tar\.(?:gz|bz2))$", "", parts[-1])
    return [*parts[:-1], stem or parts[-1]]


def unsafe(entry: zipfile.ZipInfo, limits: Limits) -> str:
    """Say why an entry is refused whatever its size; "" if it is not."""
    name = entry.orig_filename
    steps = name.split("/")
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return f"the archive gives it an absolute path; {AGAIN}"
    if ".." in steps:
        return f"the archive places it outside its folder; {AGAIN}"
    if "\\" in name or "\0" in name:
        return f"its name in the archive holds a backslash or a zero; {AGAIN}"
    if len(steps) > limits.folder_depth:
        return f"it lies more than {limits.folder_depth} folders deep; {AGAIN}"
    if mode == stat.S_IFLNK:
        return "it is a symbolic link, which is not followed; hand in the file itself"
    if mode not in (0, stat.S_IFREG):
        return "it is not an ordinary file; hand in ordinary files only"
    if entry.flag_bits & 0x1:
        return "it is encrypted; hand it in without a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile bounds what one read unpacks only for these two.
        return f"it is packed by an unusual method; {AGAIN}"
    return ""


def steps_of(entry: zipfile.ZipInfo) -> list[str]:
    """The parts of an entry's path, whichever signs divide them."""
    return re.split(r"[/\\\0]", entry.orig_filename)


def is_plain_folder(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry only says that there is a folder."""
    return entry.filename.endswith("/") and entry.file_size == 0


def bytes_of(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, basket: Basket
) -> bytes | str:
    """Read one entry, or say why the basket cannot take it."""
    what = _too_large(entry, basket)
    if what:
        return what
    data = _content(archive, entry)
    return f"it is damaged inside the archive; {AGAIN}" if data is None else data


def _unpack(
    data: bytes, name: Sequence[str], into: Sequence[str], basket: Basket, depth: int
) -> None:
    if depth > basket.limits.archive_depth:
        most = basket.limits.archive_depth
        basket.refuse(name, f"archives lie more than {most} deep in one another; {AGAIN}")
        return
    if not data:
        basket.refuse(name, f"the archive is empty; {AGAIN}")
        return
    if kind_of(PurePosixPath(name[-1])) is Kind.TAR:
        for parts, inner in unpack_tar(data, name, into, basket):
            _unpack(inner, parts, folder_for(parts), basket, depth + 1)
        return
    # Counted in the bytes: opening a million entries costs a gigabyte.
    if data.count(_ENTRY_MARK) > basket.entries_left:
        most = basket.limits.entries
        basket.refuse(name, f"there are more than {most} files; hand in only your own")
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        basket.refuse(name, f"{_what_else(data)}; {AGAIN}")
        return
    for entry in archive.infolist():
        if not is_plain_folder(entry):
            basket.entries_left -= 1
            _unpack_entry(archive, entry, into, basket, depth)


def _what_else(data: bytes) -> str:
    """Say what a broken zip is: students rename .rar to .zip."""
    what = disguise(data)
    if what and "zip" not in what.split():
        return f"this is {what}, not a zip"
    return "the archive is damaged or not a zip"


def _unpack_entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    into: Sequence[str],
    basket: Basket,
    depth: int,
) -> None:
    parts = [*into, *steps_of(entry)]
    what = unsafe(entry, basket.limits)
    if what:
        basket.refuse(parts, what)
        return
    kind = kind_of(PurePosixPath(*parts[len(into) :]))
    if kind is Kind.IGNORED:
        basket.ignore(parts)
        return
    data = bytes_of(archive, entry, basket)
    if isinstance(data, str):
        basket.refuse(parts, data)
    elif kind in (Kind.ARCHIVE, Kind.TAR):
        _unpack(data, parts, folder_for(parts), basket, depth + 1)
    else:
        basket.add(parts, unpacked(data))


def _too_large(entry: zipfile.ZipInfo, basket: Basket) -> str:
    limits = basket.limits
    packed = max(entry.compress_size, 1)
    if entry.file_size > limits.ratio_floor and entry.file_size > limits.ratio * packed:
        return f"it unpacks to more than {limits.ratio} times its size; {SMALLER}"
    return basket.too_large(entry.file_size)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Read one entry piece by piece; None if it is damaged or longer than it says."""
    data = bytearray()
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                data += piece
                if len(data) > entry.file_size:
                    return None
    except DAMAGE:
        return None
    return bytes(data)
