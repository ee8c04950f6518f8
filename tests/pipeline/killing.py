"""Kill `grader grade` at random moments, resume it, and compare with an undisturbed run.

    python -m tests.pipeline.killing [KILLS] [--notebooks N] [--seed S]

Each kill is a SIGKILL of the process alone; a batch is resumed until it ends, then the
next begins, until so many kills were made. What is compared are the bytes of every sheet
and page; evidence that was complete before a kill must be the same file after it.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import RIGHT, RUBRIC, write_notebook

SHEETS = ("scores.csv", "verdicts.csv", "files.csv")
SALT = "killing"


@dataclass
class Tally:
    """What the kills did.

    Attributes:
        kills: made. batches: ended. different: files unlike those of the undisturbed run.
        again: submissions whose complete evidence was made a second time.
        left: evidence folders of the batch that are incomplete after its end.
    """

    kills: int = 0
    batches: int = 0
    different: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Course:
    """A small assignment and a class of light notebooks, no two alike."""

    def __init__(self, root: Path, notebooks: int) -> None:
        self.root = root
        (root / "rubrics").mkdir(parents=True)
        (root / "reference" / "small").mkdir(parents=True)
        (root / "rubrics" / "small.yaml").write_text(RUBRIC, encoding="utf-8")
        text = "\n\n".join(
            source if kind == "markdown" else f"```python\n{source}\n```"
            for kind, source in RIGHT
        )
        (root / "reference" / "small" / "solution.md").write_text(text, encoding="utf-8")
        for number in range(notebooks):
            cells = [*RIGHT, ("code", f"mine = {number}")]
            if number % 5 == 0:
                cells = [(k, s.replace("12 * 11 // 2", f"{number}")) for k, s in cells]
            name = f"student-{number:02}"
            write_notebook(root / "class" / name / "solution.ipynb", cells)

    def start(self, out: Path) -> subprocess.Popen[bytes]:
        """Start the command."""
        command = [sys.executable, "-m", "grader", "grade", "class", "--assignment"]
        command += ["small", "--out", str(out), "--jobs", "2", "--i-trust-these-notebooks"]
        return subprocess.Popen(
            command,
            cwd=self.root,
            env={**os.environ, "GRADER_SALT": SALT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def grade(self, out: Path) -> float:
        """Grade undisturbed; return how long that took, in s."""
        begin = time.monotonic()
        status = self.start(out).wait()
        assert status == 0, f"grade ended with {status}"
        return time.monotonic() - begin


def written(out: Path) -> dict[str, bytes]:
    """Every sheet and every page of a run."""
    found = {name: (out / name).read_bytes() for name in SHEETS}
    pages = {p.name: p.read_bytes() for p in sorted((out / "feedback").iterdir())}
    return {**found, **pages}


def complete(out: Path) -> dict[str, tuple[int, int]]:
    """Evidence that is there as a whole: by its place, which file it is and of when."""
    found = {}
    for path in sorted((out.parent / ".evidence").glob("*/*/evidence.json")):
        seen = path.stat()
        found[str(path.parent)] = seen.st_ino, seen.st_mtime_ns
    return found


def kill_once(course: Course, out: Path, after: float) -> bool:
    """Start or resume, kill after so many s; False if it had ended by itself before."""
    process = course.start(out)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def run(kills: int, notebooks: int, seed: int, folder: Path) -> Tally:
    """Make so many kills; see the module's first lines."""
    course, tally, moments = Course(folder, notebooks), Tally(), random.Random(seed)  # noqa: S311
    whole = folder / "whole" / "run"
    seconds = course.grade(whole)
    wanted = written(whole)
    print(f"undisturbed, {notebooks} took {seconds:.0f} s", file=sys.stderr)
    while tally.kills < kills:
        out = folder / f"batch-{tally.batches}" / "run"
        before: dict[str, tuple[int, int]] = {}
        ended = False
        while tally.kills < kills and not ended:
            after = moments.uniform(0, seconds)
            ended = not kill_once(course, out, after)
            tally.kills += not ended
            tally.again += changed(before, complete(out))
            before = complete(out)
            what = "ended" if ended else f"kill {tally.kills} after {after:.1f} s"
            told = f"{len(before)} of {notebooks + 1} complete, the reference among them"
            print(f"batch {tally.batches + 1}: {what}, {told}", file=sys.stderr)
        if not ended:
            course.grade(out)
        tally.again += changed(before, complete(out))
        tally.batches += 1
        got = written(out)
        names = sorted(wanted.keys() | got.keys())
        tally.different += [name for name in names if wanted.get(name) != got.get(name)]
        kept = {p.name for p in (out / "evidence").iterdir()}
        tally.left += sorted({f"student-{n:02}" for n in range(notebooks)} ^ kept)
    return tally


def changed(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> list[str]:
    """Complete evidence that is gone or was made again."""
    return [place for place, seen in before.items() if after.get(place) != seen]


def main() -> int:
    """Run from the command line; 1 if anything was lost, changed or done twice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kills", type=int, nargs="?", default=50)
    parser.add_argument("--notebooks", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="killing-") as folder:
        tally = run(given.kills, given.notebooks, given.seed, Path(folder))
    print(
        f"{tally.kills} kills in {tally.batches} batches of {given.notebooks}: "
        f"{len(tally.different)} files differ, {len(tally.again)} runs done twice, "
        f"{len(tally.left)} submissions lost"
    )
    return 1 if tally.different or tally.again or tally.left else 0


if __name__ == "__main__":
    sys.exit(main())
