"""Find the pictures pasted into the text cells of a notebook.

In:   cells as parsed; nothing in them can be trusted.
Out:  names and bytes, at most so many.
Pure: a picture is decoded from base64 and never opened.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

_SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
    "image/svg+xml": ".svg", "image/bmp": ".bmp", "image/tiff": ".tif",
    "application/pdf": ".pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture within a cell.

    Attributes:
        cell: number of the cell, from 1.
        name: as the student's editor named it, with the suffix of its type.
        data: its bytes; empty if they are damaged.
    """

    cell: int
    name: str
    data: bytes


def attachments(
    cells: list[object], most: int, full: Callable[[object], object]
) -> list[Attachment]:
    """Decode what is attached to the cells, first cells first, at most `most`.

    `full` gives a shortened value whole.
    """
    found: list[Attachment] = []
    for number, cell in enumerate(cells, start=1):
        held = cell.get("attachments") if isinstance(cell, dict) else None
        for name, kind, text in _pictures(held):
            if len(found) == most:
                return found
            found.append(Attachment(number, _named(name, kind), _decoded(full(text))))
    return found


def _pictures(held: object) -> Iterator[tuple[str, str, object]]:
    for name, forms in held.items() if isinstance(held, dict) else ():
        for kind, text in forms.items() if isinstance(forms, dict) else ():
            if kind in _SUFFIXES:
                yield str(name), kind, text
                break


def _named(name: str, kind: str) -> str:
    stem = PurePosixPath(name.replace("\\", "/")).stem[:80] or "picture"
    return stem + _SUFFIXES[kind]


def _decoded(text: object) -> bytes:
    whole = (
        "".join(t for t in text if isinstance(t, str)) if isinstance(text, list) else text
    )
    try:
        return base64.b64decode(whole, validate=False) if isinstance(whole, str) else b""
    except (binascii.Error, ValueError):
        return b""
