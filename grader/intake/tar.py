"""Unpack a tar archive in memory, as suspicious as of a zip.

In:   the bytes of a .tar, .tar.gz or .tar.bz2, a basket, the folder its entries go to.
Out:  the archives among its entries; all else lands in the basket.
Pure: nothing is written under a name that an archive gives.
"""

import bz2
import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.intake.basket import SMALLER, Basket
from grader.intake.content import unpacked
from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits, in_words

_DAMAGE = (
    tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError,
    IndexError, KeyError, AttributeError, RecursionError,
)  # fmt: skip
_BLOCK = tarfile.BLOCKSIZE
_LONGEST_HEADER = 16 * 1024
_LONGEST_NUMBER = 64
_CHUNK = 64 * 1024
_AGAIN = "pack it as .zip and hand it in again"

Inner = tuple[list[str], bytes]


def unpack_tar(
    data: bytes, name: Sequence[str], into: Sequence[str], basket: Basket
) -> list[Inner]:
    """Add the entries of an archive to the basket; return the archives among them."""
    plain = _unpressed(data, basket.limits)
    what = plain if isinstance(plain, str) else _refused(plain, basket)
    if what:
        basket.refuse(name, what)
        return []
    assert isinstance(plain, bytes)
    inner: list[Inner] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for member in archive:
                if not member.isdir():
                    inner += _unpack_entry(archive, member, into, basket)
    except _DAMAGE:
        basket.refuse(name, f"the archive is damaged; {_AGAIN}")
    return inner


def _unpack_entry(
    archive: tarfile.TarFile, member: tarfile.TarInfo, into: Sequence[str], basket: Basket
) -> Iterator[Inner]:
    basket.entries_left -= 1
    steps = [step for step in re.split(r"[/\\\0]", member.name) if step not in ("", ".")]
    parts = [*into, *steps]
    what = _unsafe(member, basket.limits)
    if what:
        basket.refuse(parts, what)
        return
    kind = kind_of(PurePosixPath(*steps))
    if kind is Kind.IGNORED:
        basket.ignore(parts)
        return
    what = basket.too_large(member.size)
    stream = None if what else archive.extractfile(member)
    data = stream.read() if stream else b""
    if what or len(data) != member.size:
        basket.refuse(parts, what or f"it is damaged inside the archive; {_AGAIN}")
    elif kind in (Kind.ARCHIVE, Kind.TAR):
        yield parts, data
    else:
        basket.add(parts, unpacked(data))


def _unsafe(member: tarfile.TarInfo, limits: Limits) -> str:
    """Say what `tarfile.data_filter` would refuse or mend, and more."""
    steps = member.name.split("/")
    if member.name.startswith("/") or re.match(r"[A-Za-z]:", member.name):
        return f"the archive gives it an absolute path; {_AGAIN}"
    if ".." in steps:
        return f"the archive places it outside its folder; {_AGAIN}"
    if "\\" in member.name:
        return f"its name in the archive holds a backslash or a zero; {_AGAIN}"
    if len(steps) > limits.folder_depth:
        return f"it lies more than {limits.folder_depth} folders deep; {_AGAIN}"
    if member.issym():
        return "it is a symbolic link, which is not followed; hand in the file itself"
    if member.islnk():
        return "it is a link to another entry, which is not followed; hand in the file"
    if not member.isreg() or member.sparse is not None:
        return "it is not an ordinary file; hand in ordinary files only"
    return ""


def _unpressed(data: bytes, limits: Limits) -> bytes | str:
    """Take the compression off, up to the cap; or say why not."""
    if data.startswith(b"\x1f\x8b"):
        return _inflated(gzip.GzipFile(fileobj=io.BytesIO(data)), len(data), limits)
    if data.startswith(b"BZh"):
        return _inflated(bz2.BZ2File(io.BytesIO(data)), len(data), limits)
    return data


def _inflated(
    stream: gzip.GzipFile | bz2.BZ2File, packed: int, limits: Limits
) -> bytes | str:
    most = limits.file_bytes
    plain = bytearray()
    try:
        while piece := stream.read(_CHUNK):
            plain += piece
            if len(plain) > most:
                return f"it unpacks to more than {in_words(most)}; {SMALLER}"
            if len(plain) > limits.ratio_floor and len(plain) > limits.ratio * packed:
                return f"it unpacks to more than {limits.ratio} times its size; {SMALLER}"
    except _DAMAGE:
        return f"the archive is damaged; {_AGAIN}"
    return bytes(plain)


def _refused(plain: bytes, basket: Basket) -> str:
    """Walk over the headers before tarfile does: it believes the sizes in them."""
    count, at = 0, 0
    while at + _BLOCK <= len(plain):
        block = plain[at : at + _BLOCK]
        if block == bytes(_BLOCK):
            return "" if count else f"the archive is empty; {_AGAIN}"
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except _DAMAGE:
            return f"the archive is damaged or not a tar; {_AGAIN}"
        if member.size < 0:
            return f"the archive is damaged; {_AGAIN}"
        header = plain[at + _BLOCK : at + _BLOCK + member.size]
        if member.type not in tarfile.REGULAR_TYPES and _is_odd(header):
            return f"the archive is of an unusual kind; {_AGAIN}"
        count += 1
        if count > 2 * basket.entries_left:  # long names bring a header of their own
            return (
                f"there are more than {basket.limits.entries} files; hand in only your own"
            )
        at += _BLOCK + -(-member.size // _BLOCK) * _BLOCK
    return "" if count else f"the archive is damaged or not a tar; {_AGAIN}"


def _is_odd(header: bytes) -> bool:
    """Tell whether an extended header is large, moves what follows, or stalls a regex."""
    if len(header) > _LONGEST_HEADER or b"size=" in header or b"GNU.sparse" in header:
        return True
    return any(len(digits) > _LONGEST_NUMBER for digits in re.findall(rb"[0-9]+", header))
