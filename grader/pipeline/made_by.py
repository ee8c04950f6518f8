"""Name the state of our own code, as evidence of older code is not that of this.

In:      the files of this package.
Out:     one digest of those that decide what evidence looks like.
Touches: reads our own files, once.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grader

PACKAGE = Path(grader.__file__).parent
RECORDING = (
    *("run", "evidence", "store", "repair", "pipeline/record.py"),
    *("pipeline/repairing.py", "find/plan.py", "find/forms.py", "model/evidence.py"),
    *("model/inputs.py", "model/network.py", "model/probe.py", "model/recorded.py"),
    *("model/run.py", "model/value.py"),
)
"""What of this package decides what evidence looks like."""


@cache
def recording_code() -> str:
    """A digest of the code that records, in hex."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(PACKAGE)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in RECORDING:
        path = PACKAGE / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]
