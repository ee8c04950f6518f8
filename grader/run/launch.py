"""Start the process that runs one notebook: the seam for every kind of box.

In:   a private folder and the limits.
Out:  a box: two pipes and a way to end it.
Touches: processes. The plain launcher isolates nothing (level L0).
"""

import functools
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from grader.model.run import Limits
from grader.run.processes import is_stopped, kill_box

RUNNER = Path(__file__).parent / "inside" / "start.py"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Box(Protocol):
    """A started runner."""

    @property
    def stdin(self) -> IO[bytes]: ...

    @property
    def stdout(self) -> IO[bytes]: ...

    def stopped(self) -> bool:
        """Tell whether the runner was stopped, so that it will not go on by itself."""

    def out_of_memory(self) -> bool:
        """Tell whether a process of the box was killed for its memory, if that is known."""

    def kill(self) -> None:
        """End every process of the box; can be called twice; returns when done."""


class Launcher(Protocol):
    """Starts boxes."""

    @property
    def isolation(self) -> str:
        """The level its boxes run at, "L0" to "L3"."""

    def start(self, stage: Path, limits: Limits) -> Box:
        """Start a runner whose files all lie in `stage`, an empty private folder.

        Raises: OSError if it cannot be started.
        """


@dataclass(frozen=True)
class PlainBox:
    """A process of its own session, and everything below it."""

    process: subprocess.Popen[bytes]
    stage: Path

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def stopped(self) -> bool:
        """Ask the operating system."""
        return is_stopped(self.process.pid)

    def out_of_memory(self) -> bool:
        """Nobody counts that for single processes."""
        return False

    def kill(self) -> None:
        """End the whole tree, also what was double-forked."""
        if self.process.returncode is None:
            kill_box(self.process.pid, self.stage)
            self.process.wait()


@dataclass(frozen=True)
class PlainLauncher:
    """Starts the runner as an ordinary process.

    Attributes:
        python: the interpreter that has ipykernel, nbclient and the course's libraries.
    """

    python: str = sys.executable
    isolation: str = "L0"

    def start(self, stage: Path, limits: Limits) -> PlainBox:
        """Start a runner with a clean environment."""
        with (stage / "log").open("wb") as log:
            process = subprocess.Popen(
                [self.python, "-I", str(RUNNER), "runner", str(stage)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=stage,
                env=environment(stage, self.python),
                start_new_session=True,
            )
        return PlainBox(process, stage)


@functools.cache
def fonts(python: str) -> tuple[tuple[str, bytes], ...]:
    """Return matplotlib's font list, which takes a second to make, by file name.

    A trusted process makes it; a box only gets a copy. Empty without matplotlib.
    """
    code = "import matplotlib.font_manager as f, matplotlib as m; print(m.get_cachedir())"
    try:
        found = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, timeout=120, text=True
        )
        paths = Path(found.stdout.strip() or os.devnull).glob("fontlist-*.json")
        return tuple((path.name, path.read_bytes()) for path in paths)
    except (OSError, subprocess.SubprocessError):
        return ()


def environment(stage: Path, python: str) -> dict[str, str]:
    """Make the folders of a plain box and list every variable it gets."""
    found = variables(stage)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        Path(found[name]).mkdir()
    for name, data in fonts(python):
        (Path(found["MPLCONFIGDIR"]) / name).write_bytes(data)
    return found


def variables(stage: Path) -> dict[str, str]:
    """List every variable a box gets; nothing else of ours is inherited."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(stage / "home"),
        "TMPDIR": str(stage / "tmp"),
        "MPLCONFIGDIR": str(stage / "home" / "mpl"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **dict.fromkeys(THREADS, "1"),
    }
