"""Write every reference anew in ways no marker would notice, and compare its marks.

In:   slugs, seeds.
Out:  a table: sheets, notebooks, criteria compared, marks that moved; each that did.
Touches: a scratch folder; kernels.

    python -m tests.find.properties [SLUG...] [--seeds 2] [--only WAY]

Exit status: 1 if a mark moved.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat

from grader import pipeline
from grader.model.verdict import Mark, Result
from grader.pipeline import Assignment, Options
from tests.find.ways import WAYS, Cells

ROOT = Path(__file__).parents[2]
PLAIN = "plain"
HEAD = f"{'sheet':<16}{'notebooks':>11}{'criteria':>11}{'moved':>11}\n"


def written(cells: Cells, path: Path) -> None:
    """Write a notebook of these cells."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    nb = nbformat.v4.new_notebook(cells=[make[kind](source) for kind, source in cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(nb), encoding="utf-8")


def notebooks(loaded: Assignment, seeds: int, only: str) -> Iterator[tuple[str, Cells]]:
    """The reference as it is, and in every way with every seed."""
    cells = [(cell.kind, cell.source) for cell in loaded.reference.cells]
    yield PLAIN, cells
    for way in WAYS:
        for seed in range(1, seeds + 1):
            if only in way.__name__:
                rng = random.Random(seed)  # noqa: S311
                yield f"{way.__name__}-{seed}", way(list(cells), rng)


def told(mark: Mark) -> tuple[str, float | None, float | None]:
    """What a student gets for a criterion."""
    verdict = mark.verdict
    return verdict.outcome.value, verdict.credit, verdict.proposal


def moved(plain: Result, other: Result) -> Iterator[str]:
    """Every criterion that is worth something else, with both reasons."""
    for one, two in zip(plain.marks, other.marks, strict=True):
        if told(one) != told(two):
            yield (
                f"{one.criterion}: {told(one)} became {told(two)}: "
                f"{one.verdict.reason} | {two.verdict.reason}"
            )


def tried(loaded: Assignment, seeds: int, only: str, scratch: Path) -> str:
    """Grade all notebooks of one sheet; a line of the table, each move before it."""
    names = {}
    for number, (name, cells) in enumerate(notebooks(loaded, seeds, only)):
        names[f"nb{number:02d}"] = name  # what folders are called may tell who handed in
        written(cells, scratch / "class" / f"nb{number:02d}" / "solution.ipynb")
    options = Options(jobs=2, salt="properties")
    batch = pipeline.grade(loaded, [scratch / "class"], scratch / "out", options)
    (plain,) = [r for r in batch.results if names[r.submission] == PLAIN]
    moves = [
        f"{names[r.submission]} {line}" for r in batch.results for line in moved(plain, r)
    ]
    sys.stdout.write("".join(f"MOVED  {line}\n" for line in moves))
    compared = len(plain.marks) * (len(batch.results) - 1)
    counts = (len(batch.results), compared, len(moves))
    return f"{loaded.rubric.assignment:<16}" + "".join(f"{n:>11}" for n in counts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.find.properties")
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", default="")
    given = parser.parse_args(arguments)
    folder = ROOT / "rubrics"
    slugs = given.assignments or sorted(path.stem for path in folder.glob("*.yaml"))
    rows = [HEAD]
    for slug in slugs:
        with tempfile.TemporaryDirectory(prefix="properties-") as scratch:
            loaded = pipeline.load(slug, folder)
            rows.append(tried(loaded, given.seeds, given.only, Path(scratch)))
            sys.stdout.write(rows[-1])
            sys.stdout.flush()
    sys.stdout.write("\n" + "".join(rows))
    return 1 if any(row.split()[-1] not in ("0", "moved") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
