"""Tell by how much this process has grown, and how much it has had at most.

In:      nothing.
Out:     MiB; None where the system does not say.
Touches: reads /proc/self; has the kernel forget the highest memory so far, and the C
         library give back what is free.
"""

import ctypes
import gc
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
GROWTH_MIB = 16.0
"""This process may be so much larger after the whole corpus than before it."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The memory of this process over some work, MiB.

    Attributes:
        before, after: what it had, nothing free counted. most: the highest in between;
            0 if the system does not tell.
    """

    before: float
    after: float
    most: float

    def __str__(self) -> str:
        grown = f"{self.after - self.before:+.1f}"
        return (
            f"host memory {self.before:.0f} MiB before, {self.after:.0f} after ({grown}), "
            f"{self.most:.0f} at most ({self.most - self.before:+.0f})"
        )

    def fault(self) -> str:
        """What must not have happened; empty if it did not."""
        if self.after - self.before <= GROWTH_MIB:
            return ""
        return f"this process grew by {self.after - self.before:.0f} MiB over the corpus"


class Watch:
    """Watches this process from now on."""

    def __init__(self) -> None:
        self.before = _kept()
        with suppress(OSError):
            FORGET.write_text("5", encoding="ascii")

    def growth(self) -> Growth:
        """What happened since."""
        most = read("VmHWM")
        return Growth(self.before, _kept(), most)


def _kept() -> float:
    """What this process has and needs, MiB."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    return read("VmRSS")


def read(name: str) -> float:
    """One of the sizes that the kernel tells of this process, MiB; 0 if it does not."""
    with suppress(OSError):
        found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0
