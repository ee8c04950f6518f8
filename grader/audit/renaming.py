"""Check accepted examples under random names: is everything still found?

In:      assignments, their accepted example submissions, seeds.
Out:     for every example and seed what was missed, and what was said about it; a table.
Touches: checks every example once as it is, and once per seed, as `grader check` does.

    python -m grader.audit.renaming [ASSIGNMENT...] [--folder F] [--seeds 3] [--only NAME]

Missing something is no fault where the verdict says what was looked for: a name may be
all there was. A fail, a judge error, or a silent zero is one. Exit status: 1 then.
"""

import argparse
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import pipeline
from grader.audit.renames import renamed
from grader.intake import collect
from grader.model.submission import Submission
from grader.model.verdict import Outcome, Result, Verdict
from grader.pipeline import Assignment, Options

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


@dataclass(frozen=True, slots=True)
class Tried:
    """One example under one set of names.

    Attributes:
        earned: criteria that were worth something, given or proposed, as handed in.
        missed: those of them that are worth less now.
    """

    earned: int
    missed: tuple[Missed, ...]


def write_renamed(submission: Submission, source: Path, target: Path, seed: int) -> Path:
    """Write a submission with every variable renamed, packed as it was; its path.

    Raises: ValueError for one without a notebook.
    """
    if submission.notebook is None:
        raise ValueError(f"{submission.id} has no notebook")
    name = str(submission.notebook.with_suffix(".ipynb"))
    files = {str(f.path): f.data for f in submission.files
             if f.path != submission.notebook}  # fmt: skip
    files[name] = _notebook(submission, seed)
    packed = [*source.glob("*.zip")] if source.is_dir() else []
    if len(packed) == 1:
        files = {packed[0].name: _zipped(files)}
    folder = target / (source.name if source.is_dir() else source.stem)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def _notebook(submission: Submission, seed: int) -> bytes:
    """The cells as a notebook of format 4.4, under other names."""
    code = [cell.source for cell in submission.cells if cell.kind == "code"]
    fresh = iter(renamed(code, seed))
    cells: list[dict[str, object]] = [
        {
            "cell_type": cell.kind,
            "metadata": {"tags": list(cell.tags)},
            "source": next(fresh) if cell.kind == "code" else cell.source,
            **({"outputs": [], "execution_count": None} if cell.kind == "code" else {}),
        }
        for cell in submission.cells
    ]
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(nb).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in sorted(files.items()):
            archive.writestr(path, data)
    return buffer.getvalue()


def worth(verdict: Verdict) -> float:
    """The credit that was given or is proposed."""
    given = verdict.credit if verdict.credit is not None else verdict.proposal
    return given or 0.0


def compare(example: str, seed: int, before: Result, after: Result) -> Iterator[Missed]:
    """What was worth something before and is worth less under other names."""
    now = {mark.criterion: mark.verdict for mark in after.marks}
    for mark in before.marks:
        verdict = now[mark.criterion]
        had, has = mark.verdict, verdict
        if worth(has) >= worth(had):
            continue
        told = has.reason
        excused = has.outcome in ASKING and bool(told)
        yield Missed(example, seed, mark.criterion, told, excused)


def try_renamed(
    assignment: Assignment, examples: Sequence[Path], seeds: Sequence[int], scratch: Path
) -> Iterator[Tried]:
    """Check every example as it is and renamed; one result per example and seed."""
    options = Options(salt="renaming")
    for example in examples:
        (submission,) = collect([example], whole=True)
        (before,) = pipeline.check(assignment, example, scratch, options)
        earned = sum(worth(mark.verdict) > 0 for mark in before.marks)
        for seed in seeds:
            again = write_renamed(submission, example, scratch / f"seed-{seed}", seed)
            (after,) = pipeline.check(assignment, again, scratch, options)
            found = tuple(compare(submission.id, seed, before, after))
            yield Tried(earned, found)


HEAD = ("sheet", "examples", "renamings", "earning", "found", "missed", "unsaid")


def row(sheet: str, examples: int, tried: Sequence[Tried]) -> str:
    """One line of the table, as wide as its head."""
    earned = sum(one.earned for one in tried)
    missed = [m for one in tried for m in one.missed]
    wrong = sum(not one.excused for one in missed)
    cells = (examples, len(tried), earned, earned - len(missed), len(missed), wrong)
    return f"{sheet:<16}" + "".join(f"{n:>11}" for n in cells)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if anything was taken without a word."""
    parser = argparse.ArgumentParser(prog="python -m grader.audit.renaming")
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--rubrics", type=Path, default=Path("rubrics"))
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="")
    given = parser.parse_args(arguments)
    names = given.assignments or sorted(p.stem for p in given.rubrics.glob("*.yaml"))
    rows, wrong = [f"{HEAD[0]:<16}" + "".join(f"{h:>11}" for h in HEAD[1:])], 0
    for name in names:
        loaded = pipeline.load(name, given.rubrics)
        folder = given.folder or Path("submissions") / loaded.rubric.assignment / "accepted"
        examples = sorted(p for p in folder.iterdir() if given.only in p.name)
        tried = []
        with tempfile.TemporaryDirectory(prefix="renaming-") as scratch:
            for one in try_renamed(
                loaded, examples, range(1, given.seeds + 1), Path(scratch)
            ):
                tried.append(one)
                sys.stdout.write("".join(f"{missed}\n" for missed in one.missed))
                sys.stdout.flush()
        wrong += sum(not missed.excused for one in tried for missed in one.missed)
        rows.append(row(loaded.rubric.assignment, len(examples), tried))
    sys.stdout.write("\n".join(["", *rows, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
