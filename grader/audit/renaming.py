"""Grade accepted examples under random names: is everything still found?

In:      an assignment, its accepted example submissions, seeds.
Out:     for every example and seed what was missed, and what was said about it.
Touches: runs every example once as it is, and once per seed.

    python -m grader.audit.renaming ASSIGNMENT [--folder F] [--seeds 3] [--only NAME]

Missing something is no fault where the verdict says what was looked for: a name may be
all there was. A fail, a judge error, or a silent zero is one. Exit status: 1 then.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import pipeline
from grader.audit.renames import renamed
from grader.intake import collect
from grader.model.submission import Submission
from grader.model.verdict import Outcome, Result
from grader.pipeline import Assignment, Options
from grader.pipeline.grade import judge_for
from grader.pipeline.record import record

EARNING = (Outcome.PASS, Outcome.PARTIAL)
ASKING = (Outcome.NO_ANSWER, Outcome.PENDING)


@dataclass(frozen=True, slots=True)
class Missed:
    """One criterion that was found under the student's names and not under others.

    Attributes:
        example, seed, criterion: where. told: what the verdict said.
        excused: it said what was looked for, or left it to a person.
    """

    example: str
    seed: int
    criterion: str
    told: str
    excused: bool

    def __str__(self) -> str:
        mark = "missed" if self.excused else "WRONG "
        return f"{mark} {self.example} (seed {self.seed}) {self.criterion}: {self.told}"


def under_other_names(submission: Submission, seed: int) -> Submission:
    """The submission with every variable renamed."""
    code = [cell.source for cell in submission.cells if cell.kind == "code"]
    fresh = iter(renamed(code, seed))
    cells = tuple(
        replace(cell, source=next(fresh)) if cell.kind == "code" else cell
        for cell in submission.cells
    )
    return replace(submission, cells=cells)


def compare(example: str, seed: int, before: Result, after: Result) -> Iterator[Missed]:
    """What earned something before and earns less under other names."""
    now = {mark.criterion: mark.verdict for mark in after.marks}
    for mark in before.marks:
        verdict = now[mark.criterion]
        had, has = mark.verdict, verdict
        if had.outcome not in EARNING or (has.credit or 0.0) >= (had.credit or 0.0):
            continue
        told = has.reason
        excused = has.outcome in ASKING and bool(told)
        yield Missed(example, seed, mark.criterion, told, excused)


def try_renamed(
    assignment: Assignment,
    submissions: Sequence[Submission],
    seeds: Sequence[int],
    out: Path,
) -> Iterator[Missed]:
    """Grade every submission as it is and renamed; yield what was missed."""
    options = Options()
    judge = judge_for(assignment, options, out / "cache", out)
    for submission in submissions:
        before, _ = record(submission, assignment, options, out / "cache")
        first = pipeline.judged(judge, before)
        for seed in seeds:
            again = under_other_names(submission, seed)
            after, _ = record(again, assignment, options, out / "cache")
            yield from compare(submission.id, seed, first, pipeline.judged(judge, after))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if anything was taken without a word."""
    parser = argparse.ArgumentParser(prog="python -m grader.audit.renaming")
    parser.add_argument("assignment")
    parser.add_argument("--rubrics", type=Path, default=Path("rubrics"))
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="")
    given = parser.parse_args(arguments)
    loaded = pipeline.load(given.assignment, given.rubrics)
    folder = given.folder or Path("submissions") / loaded.rubric.assignment / "accepted"
    chosen = [s for s in collect([folder]) if given.only in s.id]
    missed: list[Missed] = []
    with tempfile.TemporaryDirectory(prefix="renaming-") as out:
        for one in try_renamed(loaded, chosen, range(1, given.seeds + 1), Path(out)):
            missed.append(one)
            sys.stdout.write(f"{one}\n")
    wrong = sum(not one.excused for one in missed)
    sys.stdout.write(
        f"{len(chosen)} examples, {given.seeds} renamings each: {len(missed)} missed, "
        f"of these {wrong} without saying so\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
