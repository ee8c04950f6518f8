"""Grade attacks that we wrote ourselves, and see that none of them gains anything.

In:      submissions/hostile, what is expected of it, and an assignment to attack.
Out:     one outcome per case, and by how much this process has grown.
Touches: runs every case through the whole pipeline, beside canaries; see `canaries`.

    python -m grader.audit.hostile [--jobs N] [--only WORD] [--level L2] [--json FILE]

How a run was confined is read from its own evidence. GRADER_LAUNCHER chooses a launcher
here as it does for `grader grade`, and --level is its --isolation.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader import pipeline
from grader.audit.attacks import (
    LIMITS,
    Case,
    Outcome,
    as_json,
    failures,
    read_cases,
    table,
)
from grader.audit.canaries import (
    Canaries,
    end,
    listing_of,
    marked,
    secret_in_environment,
    strangers,
)
from grader.audit.memory import GROWTH_MIB, Growth, Watch, read
from grader.audit.shown import plain, told
from grader.pipeline import Assignment, Batch, Options
from grader.run import decide
from grader.run.isolation import AUTO

CORPUS = Path("submissions/hostile")
ASSIGNMENT = Path("tests/hostile/assignment/hostile.yaml")
LARGEST = (
    "Z02-own-seeds.ipynb",
    "E03-wide-layer.ipynb",
    "E05-display-flood.ipynb",
    "E05-many-drawings.ipynb",
    "E05-many-functions.ipynb",
)
"""An honest case, and those for which the most memory is taken and given back."""
SLOWEST = "ECIDABHGFZ"
"""Families in the order in which they are tried: at the end nobody waits for a long one."""


@dataclass(frozen=True)
class Bench:
    """Where cases are graded.

    Attributes:
        assignment: what they attack. corpus: the folder of cases. root: a private folder.
        options: limits and salt of all runs. jobs: cases at once.
    """

    assignment: Assignment
    corpus: Path
    root: Path
    options: Options
    jobs: int = 1

    def warm_up(self) -> None:
        """Grade an honest case, then that and the largest ones at once.

        Libraries are loaded, and keep the buffers that they need once.
        """
        for name in LARGEST:
            copied(self.corpus / name, self.root / "warm" / name, {})
        self._graded(self.root / "warm" / LARGEST[0], "warm")
        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(lambda n: self._graded(self.root / "warm" / n, n), LARGEST))
        shutil.rmtree(self.root / "out")

    def _graded(self, path: Path, name: str) -> Batch:
        return pipeline.grade(
            self.assignment, [path], self.root / "out" / name, self.options
        )

    def try_case(self, case: Case, canaries: Canaries) -> Outcome:
        """Grade one case and look at everything it may have touched."""
        number = f"{zlib.crc32(case.name.encode()):08x}"
        path = self.root / "cases" / number / case.name
        copied(self.corpus / case.name, path, canaries.words(number))
        before, begin = Watch().before if self.jobs == 1 else None, time.monotonic()
        points, level, raised = 0.0, "", ""
        said: list[str] = []
        try:
            batch = self._graded(path, number)
            points = sum(m.points or 0.0 for r in batch.results for m in r.marks)
            level, said = told(batch.out, canaries.secret)
        except Exception as error:  # noqa: BLE001  whatever it is, it is the finding
            raised = f"{type(error).__name__}: {error}"[:300]
        seconds = time.monotonic() - begin
        survivors = canaries.survivors(number)
        end(survivors)
        shutil.rmtree(self.root / "out" / number, ignore_errors=True)
        return Outcome(
            case=case,
            points=points,
            level=level,
            breaches=(*said, *canaries.touched()),
            survivors=len(survivors),
            seconds=seconds,
            memory=None if before is None else max(0.0, read("VmHWM") - before),
            raised=raised,
        )


def copied(source: Path, target: Path, words: Mapping[str, str]) -> None:
    """Copy a case, and tell the attacker in it where everything is."""
    files = [source] if source.is_file() else [p for p in source.rglob("*") if p.is_file()]
    for file in files:
        place = target / file.relative_to(source) if source.is_dir() else target
        place.parent.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes()
        if file.suffix != ".zip":
            for word, value in words.items():
                data = data.replace(f"@@{word}@@".encode(), value.encode())
        place.write_bytes(data)


@contextmanager
def _boxes_below(root: Path) -> Iterator[None]:
    """Let the folders of all boxes lie below `root`, so that their processes are known."""
    before, tempfile.tempdir = tempfile.tempdir, str(root)
    try:
        yield
    finally:
        tempfile.tempdir = before


@dataclass(frozen=True)
class Tried:
    """What became of a corpus: its outcomes, this process's memory, and the time, s."""

    outcomes: list[Outcome]
    growth: Growth
    seconds: float


def try_all(
    assignment: Path,
    corpus: Path,
    cases: Sequence[Case],
    jobs: int = 1,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    level: str = AUTO,
) -> Tried:
    """Grade every case, `jobs` at a time, each beside canaries of its worker.

    Raises: JudgeError if the reference does not run; UsageError for a level that does
            not hold here.
    """
    begin, confined = time.monotonic(), decide(level, trusted=True)
    loaded = pipeline.load(str(assignment), assignment.parent)
    home, strays = listing_of(Path.home()), strangers()
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gh-")))
        stack.enter_context(_boxes_below(root))
        salt = secrets.token_hex(16)
        options = Options(limits=LIMITS, salt=salt, isolation=confined)
        bench = Bench(loaded, corpus, root, options, jobs)
        secret = stack.enter_context(secret_in_environment())
        bench.warm_up()
        watch, mine = Watch(), threading.local()

        def work(case: Case) -> Outcome:
            if not hasattr(mine, "canaries"):
                folder = Path(tempfile.mkdtemp(prefix="c"))
                mine.canaries = stack.enter_context(
                    Canaries(folder, secret, assignment.parent)
                )
            outcome = bench.try_case(case, mine.canaries)
            progress(outcome)
            return outcome

        with ThreadPoolExecutor(jobs) as pool:
            slow_first = sorted(cases, key=lambda case: SLOWEST.index(case.family))
            outcomes = list(pool.map(work, slow_first))
        growth = watch.growth()
        outcomes += list(_left_over(root, home, strays))
    return Tried(outcomes, growth, time.monotonic() - begin)


def _left_over(
    root: Path, home: Mapping[str, int], strays: frozenset[str]
) -> Iterator[Outcome]:
    """What is left at the end, of whichever case: processes of boxes, files outside."""
    case = Case(name="the whole corpus", family="I", trick="Leaves something.", legit=0)
    survivors = marked(b"HOME=" + str(root).encode() + b"/nb-")
    end(survivors)
    changed = sorted(set(listing_of(Path.home()).items()) ^ set(home.items()))
    names = [*(name for name, _ in changed), *sorted(strangers() - strays)]
    breaches = tuple(f"files: {name}" for name in dict.fromkeys(names))
    if survivors or breaches:
        yield Outcome(case=case, survivors=len(survivors), breaches=breaches)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the corpus and print what happened; 0 if nothing did that must not."""
    parser = argparse.ArgumentParser(prog="python -m grader.audit.hostile")
    parser.add_argument("--jobs", type=int, default=1, help="cases at once")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--level", default="", help="how every run is confined")
    parser.add_argument("--json", type=Path, help="write the outcomes there")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--assignment", type=Path, default=ASSIGNMENT)
    given = parser.parse_args(arguments)
    return run(
        given.assignment, given.corpus, given.jobs, given.only, given.level, given.json
    )


def run(
    assignment: Path = ASSIGNMENT,
    corpus: Path = CORPUS,
    jobs: int = 1,
    only: str = "",
    level: str = "",
    json: Path | None = None,
) -> int:
    """What `main` does; `grader audit --hostile` may call it."""
    return report(attempt(assignment, corpus, jobs, only, level), level, json)


def attempt(
    assignment: Path = ASSIGNMENT,
    corpus: Path = CORPUS,
    jobs: int = 1,
    only: str = "",
    level: str = "",
) -> Tried:
    """Try the cases whose name holds `only`, and tell each as it ends."""
    cases = [c for c in read_cases(corpus.with_suffix(".yaml")) if only in c.name]
    return try_all(assignment, corpus, cases, jobs, _say, level or AUTO)


def report(tried: Tried, level: str = "", json: Path | None = None) -> int:
    """Print the table and all that must not have happened; 0 if nothing."""
    outcomes = tried.outcomes
    found = failures(outcomes)
    if level:
        wrong = {o.level for o in outcomes if o.level} - {level}
        found += [f"runs were confined at {other}, not at {level}" for other in wrong]
    found += [tried.growth.fault()] if tried.growth.fault() else []
    if json:
        json.write_text(as_json(outcomes), encoding="utf-8")
    _print(table(outcomes))
    _print(f"{tried.seconds:.0f} s; {tried.growth}, may grow by {GROWTH_MIB:g}")
    for outcome in outcomes:
        for fault in outcome.faults() if outcome.case.open else ():
            _print(f"open: {outcome.case.name}: {fault}: {outcome.case.open}")
        for breach in outcome.breaches if not outcome.promised else ():
            _print(f"not promised at {outcome.level}: {outcome.case.name}: {breach}")
        if outcome.survivors and not outcome.promised:
            _print(f"not promised at {outcome.level}: {outcome.case.name}: survivors")
    for sentence in found:
        _print(f"FAILED {sentence}")
    return 1 if found else 0


def _say(outcome: Outcome) -> None:
    _print(
        f"{outcome.case.name}: {outcome.points:g} points, {outcome.seconds:.1f} s"
        + "".join(f"; {fault}" for fault in outcome.faults())
    )


def _print(text: str) -> None:
    sys.stdout.write(plain(text) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
