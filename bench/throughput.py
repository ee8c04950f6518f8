"""Measure what one notebook costs: plainly with nbclient, and with the grader.

In:   copies of figures.ipynb, each with another seed and another bound in its source.
Out:  seconds and CPU seconds per notebook, peak memory, their ratios, and the floor:
      what the cells cost in one warm process that renders nothing, alone on the machine
      and with one such process per core, as a core gives less to a second of CPU time
      while its neighbour works (shared units, caches and memory).
Touches: processes, which it ends, and temporary folders, which it removes.

    python bench/throughput.py [--copies 24] [--rounds 3] [--jobs 0] [--peers COMMAND]

The grader is the whole pipeline with boxes at the best level: intake, run, judging,
sheets and feedback. Its rubric asks for a number, so no figure is drawn; the way "drawn"
is the same with a picture of every figure. They are measured when their warm parent is
up; what that costs, once for a batch, is printed too. The ways take turns, each with all
copies, so that a busy machine is busy for each of them; medians are shown. `--peers`
names an nbgrader to be measured likewise.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import ways
from measure import Cost, measured, median, meter, peak

Way = Callable[[list[list[str]]], object]
OURS = ("grader", "drawn")
FLOORS = ("floor", "floors")


def compare(count: int, rounds: int, jobs: int, peers: Path | None) -> None:
    """Warm up, take turns, print."""
    meter.attach()
    with ExitStack() as stack:
        begin = time.perf_counter()
        grade = stack.enter_context(ways.grader(jobs))
        print(f"warm parent, reference and a first notebook: {_since(begin)}")
        drawn = grade.drawing()
        found: dict[str, Way] = {"nbclient": ways.plain, "grader": grade, "drawn": drawn}
        if peers:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="peers-"))
            found["nbgrader"] = ways.Nbgrader(Path(folder), peers.absolute())
        ways.plain(ways.copies(1))
        level = grade(ways.copies(4))
        costs = take_turns(found, rounds, count)
        memory = {name: memory_of(way, min(count, 8)) for name, way in found.items()}
        jobs = grade.options.jobs
        title = f"{rounds} rounds of {count} notebooks, {jobs} at a time, level {level}"
    show(costs, memory, title)


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:.1f} s"


def take_turns(found: dict[str, Way], rounds: int, each: int) -> dict[str, list[Cost]]:
    """Run every way on the same notebooks, round after round."""
    costs: dict[str, list[Cost]] = {name: [] for name in (*found, *FLOORS)}
    cores = len(os.sched_getaffinity(0))
    for number in range(rounds):
        batch = ways.copies(each, number * each)
        for name, way in found.items():
            costs[name].append(measured(lambda w=way, b=batch: w(b), each))  # type: ignore[misc]
        for name, at_once in zip(FLOORS, (1, cores), strict=True):
            costs[name].append(ways.floor_elsewhere(max(2, each // 2), at_once))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return costs


def memory_of(way: Way, each: int) -> float:
    """Return the highest memory of a way's processes, this one not counted, MiB."""
    with peak() as before:
        time.sleep(0.2)
    with peak() as highest:
        way(ways.copies(each, 1000))
    return highest[0] - (0.0 if isinstance(way, ways.Grader) else before[0])


def show(costs: dict[str, list[Cost]], memory: dict[str, float], title: str) -> None:
    """Print one line per way, and the ratios."""
    print(title)
    print(f"{'':10}{'s per notebook':>16}{'CPU s':>8}{'peak MiB':>10}")
    for name, cost in ((name, median(rounds)) for name, rounds in costs.items()):
        size = f"{memory[name]:.0f}" if name in memory else ""
        print(f"{name:10}{cost.wall:16.3f}{cost.cpu:8.3f}{size:>10}")
    for ours in OURS:
        for name in (name for name in costs if name not in (*OURS, *FLOORS)):
            pairs = zip(costs[name], costs[ours], strict=True)
            faster = ratio([a.wall / b.wall for a, b in pairs])
            print(f"{ours}: throughput {faster} of {name}")
        for name, where in zip(FLOORS, ("alone", "on every core"), strict=True):
            pairs = zip(costs[ours], costs[name], strict=True)
            dearer = ratio([a.cpu / b.cpu for a, b in pairs])
            print(f"{ours}: CPU {dearer} of the floor, {where}")


def ratio(found: list[float]) -> str:
    """Spell the median of some ratios and where they lie."""
    low, high = min(found), max(found)
    return f"{statistics.median(found):.1f} x ({low:.1f} to {high:.1f})"


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--copies", type=int, default=24, help="notebooks in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=0, help="as in grader grade")
    parser.add_argument("--peers", type=Path, help="the command nbgrader")
    parser.add_argument("--floor", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.floor:
        ways.floor(given.floor)
    else:
        compare(given.copies, given.rounds, given.jobs, given.peers)


if __name__ == "__main__":
    main()
