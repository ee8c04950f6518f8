"""Damage what was typed, in evidence that is stored, and judge it: no kernel is needed.

In:   minutes, a seed.
Out:  counts, the slowest, faults; the cells that caused a fault are kept in results/fuzz.
Touches: kernels, once for each sheet's reference, and a scratch folder.

    python -m tests.fuzz.typed [--minutes 5] [--seed 1] [--only SHEET]

The cells of a reference get what stands in cells of the examples, damaged line by line:
formulas, tables, labels, code. No verdict may be a judge error, and none may take long.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import pipeline
from grader.intake import receive
from grader.judge import Judge
from grader.model.evidence import Cell, Evidence
from grader.model.recorded import Recorded
from grader.model.submission import SourceCell
from grader.model.verdict import Outcome
from grader.pipeline import Options, judged
from grader.pipeline.grade import judge_for
from tests.fuzz.notebooks import KEPT, ROOT, sources

TOKENS = r"""
{ } ( ) [ ] $ $$ \ _ ^ & = ≠ ≤ | ‖ , ; : . .. 0.5 1e5 1e999 - − ' '' " ` ** \frac \frac12
\sqrt \sum_{i=1}^n \sum_i \prod \partial \nabla \begin{cases} \end{cases} \\ \left( \right.
\text{if} \hat \mathbf{ ^T ^\top ^{-1} _{ij} _{0.5} _i_j _{x} ^{^2} ! !! ∑ √ ² ᵀ ᵢ ½ ∂ ∇ ∞
\infty nan 1/0 0/0 9^{9^{9^9}} x_x f(f(f(x))) \exp \log \max( def if <b> ß 1a) 2. a) (i)
print( [:,0] @ **2 np. j 1j True None … \dots \cdots
"""
PIECES = (
    *TOKENS.split(),
    " ",
    "\t",
    "\n",
    "\u202e",
    "\x00",
    "\ufeff",
    "# ",
    "lambda x: ",
    "| - |",
)


SLOW = 60.0
"""Seconds that judging one may never take; a reference takes three."""


@dataclass
class Count:
    """What happened so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def fault(self, told: str, name: str, cells: tuple[Cell, ...]) -> None:
        """Note a fault and keep what caused it."""
        KEPT.mkdir(parents=True, exist_ok=True)
        text = json.dumps([[cell.kind, cell.source] for cell in cells])
        (KEPT / f"{name}.json").write_text(text, encoding="utf-8")
        self.faults.append(f"{name}: {told}")

    def lines(self) -> Iterator[str]:
        """All counts, for a reader."""
        yield f"judged {self.judged}, slowest {self.slowest:.2f} s: {dict(self.outcomes)}"
        yield f"faults {len(self.faults)}"
        yield from self.faults


def damaged(text: str, others: list[str], rng: random.Random) -> str:
    """Damage a text in some places: cut, doubled, swapped, with pieces put in."""
    for _ in range(rng.randint(1, 6)):
        at, long = rng.randrange(len(text) + 1), rng.randrange(12)
        part = text[at : at + long]
        match rng.randrange(6):
            case 0:
                text = text[:at] + text[at + long :]
            case 1:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 2:
                text = text[:at] + rng.choice(PIECES) + text[at + long :]
            case 3:
                text = text[:at] + part * rng.randint(2, 4) + text[at + long :]
            case 4:
                text = text[:at] + part[::-1] + text[at + long :]
            case _:
                other = rng.choice(others)
                begin = rng.randrange(len(other) + 1)
                text = text[:at] + other[begin : begin + rng.randrange(80)] + text[at:]
    return text


def typed(sheet: str) -> dict[str, list[str]]:
    """What the cells of a sheet's examples hold, by kind."""
    found: dict[str, list[str]] = {"markdown": [], "code": []}
    for submission in receive(sources(sheet)).submissions:
        for cell in submission.cells:
            _keep(found, cell)
    return found


def _keep(found: dict[str, list[str]], cell: SourceCell) -> None:
    if cell.source.strip() and len(cell.source) < 5000:
        found.setdefault(cell.kind, []).append(cell.source)


def changed(
    evidence: Evidence, texts: dict[str, list[str]], rng: random.Random
) -> Evidence:
    """Put damaged texts in the place of some cells."""
    cells = []
    for cell in evidence.cells:
        others, source = texts[cell.kind], cell.source
        if others and rng.random() < 0.6:
            source = source if rng.random() < 0.4 else rng.choice(others)
            source = damaged(source, others, rng)
        cells.append(replace(cell, source=source))
    return replace(evidence, cells=tuple(cells))


def judge_one(judge: Judge, recorded: Recorded, name: str, count: Count) -> None:
    """Judge one, and look at every verdict."""
    begin, cells = time.monotonic(), recorded.evidence.cells
    try:
        result = judged(judge, recorded)
    except Exception:  # noqa: BLE001  whatever it is, it is the fault looked for
        count.fault(traceback.format_exc(limit=-3), name, cells)
        return
    spent = time.monotonic() - begin
    count.judged, count.slowest = count.judged + 1, max(count.slowest, spent)
    for mark in result.marks:
        count.outcomes[mark.verdict.outcome.value] += 1
        if mark.verdict.outcome is Outcome.JUDGE_ERROR:
            count.fault(f"{mark.criterion}: {mark.verdict.detail}", name, cells)
    if spent > SLOW:
        count.fault(f"took {spent:.1f} s", name, cells)


def fuzz(seconds: float, seed: int, only: str = "") -> Count:
    """Damage and judge, all sheets in turn, until the time is over."""
    rng, count, number = random.Random(seed), Count(), 0  # noqa: S311
    sheets = sorted(p.stem for p in (ROOT / "rubrics").glob("*.yaml") if only in p.stem)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        judges = {}
        for sheet in sheets:
            assignment, place = pipeline.load(sheet, ROOT / "rubrics"), Path(folder) / sheet
            judges[sheet] = judge_for(assignment, Options(salt="fuzz"), place, place)
        texts, end = {sheet: typed(sheet) for sheet in sheets}, time.monotonic() + seconds
        while time.monotonic() < end:
            sheet, number = sheets[number % len(sheets)], number + 1
            judge = judges[sheet]
            evidence = changed(judge.reference.evidence, texts[sheet], rng)
            recorded = replace(judge.reference, evidence=evidence)
            judge_one(judge, recorded, f"{sheet}-{seed}-{number}", count)
    return count


def main() -> int:
    """See the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.typed")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    count = fuzz(given.minutes * 60, given.seed, given.only)
    print("\n".join(count.lines()))
    return 1 if count.faults else 0


if __name__ == "__main__":
    sys.exit(main())
