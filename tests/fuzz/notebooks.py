"""Damage the example notebooks, and see that every file gets its row.

In:   minutes, a seed, the share that is also run and judged.
Out:  counts, the slowest, faults; what caused a fault is kept in results/fuzz.
Touches: a scratch folder; kernels.

    python -m tests.fuzz.notebooks [--minutes 10] [--seed 1] [--share 0.004]

Intake may not raise and gives each file a row with a text that can be stored. A batch
that is run gives each submission a row with every criterion, none of them a judge error,
and no run may end by a fault of ours.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader import pipeline
from grader.intake import listing, receive
from grader.model.run import Limits
from grader.model.verdict import Outcome, Result
from grader.pipeline import Assignment, Options
from tests.fuzz.damage import damaged

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "results" / "fuzz"
TOGETHER = 20
"""Notebooks that are graded in one batch."""
LIMITS = Limits(cell_seconds=60, total_seconds=180)
SLOW = 10.0
"""Seconds that reading one notebook of the examples may never take."""


@dataclass
class Count:
    """What happened so far."""

    read: Counter[str] = field(default_factory=Counter)
    status: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def fault(self, told: str, name: str, data: bytes) -> None:
        """Note a fault and keep what caused it."""
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / name).write_bytes(data)
        self.faults.append(f"{name}: {told}")

    def lines(self) -> Iterator[str]:
        """All counts, for a reader."""
        yield f"read {self.read.total()}: {dict(self.read)}, slowest {self.slowest:.2f} s"
        yield f"graded {self.status.total()}: {dict(self.status)}"
        yield f"verdicts {self.outcomes.total()}: {dict(self.outcomes)}"
        yield f"faults {len(self.faults)}"
        yield from self.faults


def sources(sheet: str) -> list[Path]:
    """The example notebooks of a sheet."""
    return sorted((ROOT / "submissions" / sheet).rglob("*.ipynb"))


def read_one(path: Path, count: Count) -> None:
    """Read one file as a batch of its own."""
    begin, data = time.monotonic(), path.read_bytes()
    try:
        arrival = receive([path])
        rows = listing(arrival.submissions, arrival.strays)
        "".join(f"{row.path}{row.reason}" for row in rows).encode()
        "".join(c.source for s in arrival.submissions for c in s.cells).encode()
        found = [row for row in rows if row.path.endswith(path.name)]
        if len(arrival.submissions) != 1 or len(found) != 1:
            count.fault(f"{len(arrival.submissions)} rows", path.name, data)
        count.read[arrival.submissions[0].status.value] += 1
    except Exception:  # noqa: BLE001  whatever it is, it is the fault looked for
        count.fault(traceback.format_exc(limit=-3), path.name, data)
    spent = time.monotonic() - begin
    count.slowest = max(count.slowest, spent)
    if spent > SLOW:
        count.fault(f"took {spent:.1f} s", path.name, data)


def grade(assignment: Assignment, folder: Path, scratch: Path, count: Count) -> None:
    """Grade a folder of damaged notebooks, and look at every row."""
    kept = {path.stem: path for path in folder.iterdir()}
    try:
        options = Options(jobs=2, limits=LIMITS, salt="fuzz")
        batch = pipeline.grade(assignment, [folder], scratch / "out", options)
    except Exception:  # noqa: BLE001  as above
        for path in kept.values():
            count.fault("in this batch", path.name, path.read_bytes())
        count.faults.append(traceback.format_exc(limit=-3))
        return
    results = {result.submission: result for result in batch.results}
    for name, path in kept.items():
        result = results.get(name)
        for told in ["no row"] if result is None else _wrong(assignment, result):
            count.fault(told, path.name, path.read_bytes())
        if result is not None:
            count.status[result.status] += 1
            count.outcomes.update(m.verdict.outcome.value for m in result.marks)


def _wrong(assignment: Assignment, result: Result) -> Iterator[str]:
    ids = [criterion.id for _, criterion in assignment.rubric.criteria()]
    if [mark.criterion for mark in result.marks] != ids:
        yield "its row lacks criteria"
    if result.status == "harness_failed":
        yield f"we failed: {result.reason}"
    for mark in result.marks:
        if mark.verdict.outcome is Outcome.JUDGE_ERROR:
            yield f"{mark.criterion}: {mark.verdict.reason} {mark.verdict.detail}"


def fuzz(seconds: float, seed: int, share: float, only: str = "") -> Count:
    """Damage and read notebooks of all sheets in turn until the time is over."""
    rng, count, end = random.Random(seed), Count(), time.monotonic() + seconds  # noqa: S311
    sheets = sorted(p.stem for p in (ROOT / "rubrics").glob("*.yaml") if only in p.stem)
    loaded = {sheet: pipeline.load(sheet, ROOT / "rubrics") for sheet in sheets}
    waiting: dict[str, list[tuple[str, bytes]]] = {sheet: [] for sheet in sheets}
    number = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        while time.monotonic() < end:
            sheet, number = sheets[number % len(sheets)], number + 1
            origin = rng.choice(sources(sheet))
            data, kind = damaged(origin.read_bytes(), rng)
            name = f"{sheet}-{seed}-{number}-{kind}.ipynb"
            path = Path(scratch) / name
            path.write_bytes(data)
            read_one(path, count)
            path.unlink()
            if rng.random() < share:
                waiting[sheet].append((name, data))
            if len(waiting[sheet]) == TOGETHER:
                _grade_waiting(loaded[sheet], waiting[sheet], Path(scratch) / sheet, count)
    return count


def _grade_waiting(
    assignment: Assignment, waiting: list[tuple[str, bytes]], place: Path, count: Count
) -> None:
    """Grade what has gathered; evidence of the reference is kept between batches."""
    with tempfile.TemporaryDirectory(prefix="batch-") as folder:
        for name, data in waiting:
            (Path(folder) / name).write_bytes(data)
        waiting.clear()
        grade(assignment, Path(folder), place, count)


def main() -> int:
    """See the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.notebooks")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.004)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    begin = time.monotonic()
    count = fuzz(given.minutes * 60, given.seed, given.share, given.only)
    print("\n".join(count.lines()))
    print(f"seed {given.seed}, {time.monotonic() - begin:.0f} s")
    return 1 if count.faults else 0


if __name__ == "__main__":
    sys.exit(main())
