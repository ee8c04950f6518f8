"""Grade many light notebooks at a terminal: is every core busy, and does it say how long?

In:   nothing; so many notebooks that do almost nothing are written.
Out:  notebooks per second, how busy each core was, and what stood on the terminal.
Touches: processes, which it ends, a pseudo terminal, a temporary folder.

    python bench/light.py [--notebooks 200] [--jobs 0]

A core is busy with whatever this machine does; so measure when it does nothing else. The
start, until the first notebook is graded, and the end, when sheets are written, are told
apart: there one process works alone.
"""

import argparse
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

import ways

ROOT = Path(__file__).parents[1]
COLUMNS = 100
SHOWN = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
COUNT = re.compile(r"(\d+)/(\d+)")
STAT = Path("/proc/stat")


@dataclass
class Watched:
    """What was seen while the command ran.

    Attributes:
        frames: when (s) and what stood on the terminal's last line.
        cores: when (s), and per core its busy and its idle time so far, ticks.
    """

    frames: list[tuple[float, str]] = field(default_factory=list)
    cores: list[tuple[float, list[tuple[int, int]]]] = field(default_factory=list)

    def when(self, count: int) -> float:
        """Return the moment at which so many notebooks were graded."""
        for moment, frame in self.frames:
            found = COUNT.search(frame)
            if found and int(found[1]) >= count:
                return moment
        raise ValueError(f"{count} graded notebooks were never shown")

    def busy(self, begin: float, end: float) -> list[float]:
        """Return the share of time in which each core was busy between two moments."""
        inside = [seen for moment, seen in self.cores if begin <= moment <= end]
        pairs = zip(inside[0], inside[-1], strict=True)
        spent = [(b[0] - a[0], b[1] - a[1]) for a, b in pairs]
        return [work / max(1, work + idle) for work, idle in spent]


def look() -> list[tuple[int, int]]:
    """Return the busy and the idle ticks of each core this process may use."""
    found = []
    for line in STAT.read_text(encoding="ascii").splitlines():
        name, *words = line.split()
        if re.fullmatch(r"cpu\d+", name) and int(name[3:]) in os.sched_getaffinity(0):
            ticks = [int(word) for word in words[:8]]
            idle = ticks[3] + ticks[4]
            found.append((sum(ticks) - idle, idle))
    return found


def write_class(folder: Path, count: int) -> None:
    """Write so many notebooks, each a submission of its own."""
    for number, cells in enumerate(ways.light(count)):
        path = folder / f"student{number:03}.ipynb"
        path.write_text(ways.file_of(cells), encoding="utf-8")


def graded(folder: Path, out: Path, jobs: int) -> tuple[Watched, float]:
    """Run the command at a terminal; return what was seen, and when it had ended, s."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(folder),
        "--assignment",
        "bench",
    ]
    command += ["--rubrics", str(ROOT / "bench"), "--out", str(out), "--jobs", str(jobs)]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    begin, watched = time.monotonic(), Watched()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    text = b""
    while part := _read(ours):
        text = (text + part)[-4 * COLUMNS :]
        moment = time.monotonic() - begin
        line = re.split(rb"[\r\n]+", SHOWN.sub(b"", text).rstrip())[-1]
        watched.frames.append((moment, line.decode(errors="replace").strip()))
        watched.cores.append((moment, look()))
    assert process.wait() == 0, text.decode(errors="replace")
    return watched, time.monotonic() - begin


def _read(terminal: int) -> bytes:
    """Read what is shown; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def main() -> None:
    """Read the arguments, grade, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=0, help="as in grader grade")
    given = parser.parse_args()
    count = given.notebooks
    with tempfile.TemporaryDirectory(prefix="light-") as name:
        folder = Path(name, "class")
        folder.mkdir()
        write_class(folder, count)
        watched, end = graded(folder, Path(name, "out", "run"), given.jobs)
        level = json.loads(Path(name, "out", "run", "run.json").read_bytes())["isolation"]
    first, last = watched.when(1), watched.when(count)
    between = [frame for moment, frame in watched.frames if first < moment < last]
    shares = ", ".join(f"{share:.1%}" for share in watched.busy(first, last))
    print(
        f"{count} light notebooks at {level}: {(count - 1) / (last - first):.2f} a second"
    )
    print(f"cores busy from the first to the last: {shares}")
    print(
        f"{first:.1f} s to the first, {last - first:.1f} s to the last, {end:.1f} s in all"
    )
    for place in (len(between) // 4, len(between) // 2, -1):
        print(f"  {between[place]}")


if __name__ == "__main__":
    main()
