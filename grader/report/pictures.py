"""Pictures of a student's run as data URIs that cannot be anything but pictures.

In:   PNG files by the hash of their content, as far as they were kept.
Out:  data URIs, within one page's budget.
Pure: no files, no clock, no randomness.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_SIDE = 10_000
PAGE_BYTES = 6 * 2**20
"""PNG bytes on one page; a browser must open it on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, or why it is not shown.

    Attributes:
        uri: "data:image/png;base64,..." or "".
        label: what it is, e.g. "Picture 2 of cell 7".
        missing: one sentence when it is not shown.
    """

    uri: str
    label: str
    missing: str = ""


class Album:
    """Hands out one page's pictures, each once, until the budget is spent."""

    def __init__(self, pictures: Mapping[str, bytes], budget: int = PAGE_BYTES) -> None:
        self._pictures = pictures
        self._left = budget
        self._shown: set[str] = set()

    def take(self, named: Iterable[tuple[str, str]]) -> tuple[Picture, ...]:
        """Give the pictures, of (hash, label) pairs, that were not shown yet."""
        fresh = []
        for sha256, label in named:
            if sha256 not in self._shown:
                self._shown.add(sha256)
                fresh.append(self._picture(sha256, label))
        return tuple(fresh)

    def _picture(self, sha256: str, label: str) -> Picture:
        data = self._pictures.get(sha256)
        if data is None:
            return Picture(uri="", label=label, missing="It was not kept.")
        if not _is_png(data):
            return Picture(uri="", label=label, missing="It is not a PNG we can show.")
        if len(data) > self._left:
            return Picture(uri="", label=label, missing="The page would be too large.")
        self._left -= len(data)
        spelled = base64.b64encode(data).decode("ascii")
        return Picture(uri=f"data:image/png;base64,{spelled}", label=label)


def _is_png(data: bytes) -> bool:
    """Tell whether this is a PNG of a size that a browser can hold."""
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return False
    sides = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return all(0 < side <= LARGEST_SIDE for side in sides)
