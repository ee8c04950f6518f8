"""Tell from its name what a file is to us.

In:   a name or path inside a submission.
Out:  a kind.
Pure: names only; contents are never looked at.
"""

from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """What a file can be for."""

    NOTEBOOK = "notebook"
    SCRIPT = "script"
    ARCHIVE = "archive"
    TAR = "tar archive"
    FOREIGN_ARCHIVE = "foreign archive"
    """Packed in a format that we do not open."""
    DOCUMENT = "document"
    """Only a person can read it."""
    TEXT = "text"
    """Data beside a notebook, a document where there is none."""
    DATA = "data"
    """Goes along into the run folder."""
    IGNORED = "ignored"


_SUFFIXES = {
    Kind.NOTEBOOK: ".ipynb",
    Kind.SCRIPT: ".py",
    Kind.ARCHIVE: ".zip",
    Kind.TAR: ".tar .tgz .tbz .tbz2",
    Kind.FOREIGN_ARCHIVE: ".rar .7z .gz .bz2 .xz .zst .lz .txz .ace .arj",
    Kind.DOCUMENT: (
        ".pdf .png .jpg .jpeg .gif .webp .bmp .tif .tiff .svg .heic .heif"
        " .doc .docx .odt .rtf .pages .ppt .pptx .odp .tex .md .html .htm"
    ),
    Kind.TEXT: ".txt",
}
_BY_SUFFIX = {suffix: kind for kind, text in _SUFFIXES.items() for suffix in text.split()}
_COMPRESSED_DATA = (".npy.gz", ".csv.gz", ".idx1-ubyte.gz", ".idx3-ubyte.gz", "-ubyte.gz")
_PACKED_TAR = (".tar.gz", ".tar.bz2")
# Browsers add a suffix of their own to what a server calls text.
_DOWNLOADED = (".ipynb.txt", ".ipynb.json", ".ipynb.download", ".py.txt")
_SYSTEM_NAMES = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})


def kind_of(path: PurePosixPath) -> Kind:
    """Classify a file by the last part of its name; hidden parents make it ignored."""
    if any(is_ignored(part) for part in path.parts):
        return Kind.IGNORED
    name = path.name.lower()
    if name.endswith(_COMPRESSED_DATA):
        return Kind.DATA
    if name.endswith(_PACKED_TAR):
        return Kind.TAR
    if name.endswith(_DOWNLOADED):
        return Kind.SCRIPT if ".py." in name else Kind.NOTEBOOK
    return _BY_SUFFIX.get(path.suffix.lower(), Kind.DATA)


def is_ignored(part: str) -> bool:
    """Tell whether a name is one that systems leave behind and no student means."""
    return part.startswith((".", "~$")) or part.lower() in _SYSTEM_NAMES
