"""Measure what one notebook costs: plainly with nbclient, and in boxes of a warm parent.

In:   copies of figures.ipynb, each with another seed and another bound in its source.
Out:  seconds and CPU seconds per notebook, peak memory, their ratios, and the floor:
      what the cells cost in one warm process that renders nothing.
Touches: processes, which it ends; nothing is written.

    python bench/throughput.py [--copies 24] [--rounds 4] [--jobs 3]

The ways take turns, so that a busy machine is busy for each of them; medians are shown.
"""

import argparse
import contextlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

NOTEBOOK = Path(__file__).with_name("figures.ipynb")
TICK = os.sysconf("SC_CLK_TCK")
OWN, START = (11, 13), 19
"""Where /proc/PID/stat has a process's own CPU time and its start, after its name."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SAMPLE_S = 0.05
FIGURES = 9
MIB = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one notebook cost, on average over a batch.

    Attributes:
        wall: s.
        cpu: s; every process that took part.
    """

    wall: float
    cpu: float


def copies(count: int, first: int = 0) -> list[list[str]]:
    """Return the code cells of so many notebooks, no two of them alike."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    return [
        [
            s.replace("SEED, BOUND = 0, 1.0", f"SEED, BOUND = {i}, {1 + i / 100}")
            for s in sources
        ]
        for i in range(first, first + count)
    ]


def plain(notebooks: list[list[str]]) -> None:
    """Run one after the other with nbclient, each in a kernel of its own."""
    import nbclient
    import nbformat

    for cells in notebooks:
        nb = nbformat.v4.new_notebook()
        nb.cells = [nbformat.v4.new_code_cell(source) for source in cells]
        nbclient.NotebookClient(nb, timeout=600).execute(stderr=subprocess.DEVNULL)
        shown = [o for c in nb.cells for o in c.outputs if "image/png" in o.get("data", {})]
        assert len(shown) == FIGURES, "nbclient did not show every figure"


def warm(notebooks: list[list[str]], jobs: int) -> str:
    """Run them in boxes, `jobs` at a time; return the level of the boxes."""
    from grader.model.run import Limits
    from grader.model.submission import SourceCell, Submission
    from grader.run import execute

    def one(cells: list[str]) -> str:
        found = tuple(SourceCell(kind="code", source=source) for source in cells)
        name = PurePosixPath("sheet.ipynb")
        seen = execute(
            Submission(id="bench", notebook=name, cells=found), Limits(), lambda _: ((), {})
        )
        shown = sum(len(cell.pictures) for cell in seen.cells)
        assert seen.run.status == "ok", seen.run
        assert shown == FIGURES, "a box did not show every figure"
        return seen.run.isolation

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, notebooks))[-1]


def floor(count: int) -> None:
    """Run the cells here, show nothing; print the cost of one notebook as JSON."""
    from matplotlib import pyplot as plt

    plt.show = lambda *args, **kwargs: plt.close("all")

    def run() -> None:
        for cells in copies(count):
            namespace: dict[str, object] = {}
            with contextlib.redirect_stdout(io.StringIO()):
                for source in cells:
                    exec(compile(source, "cell", "exec"), namespace)  # noqa: S102

    run()
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([part / count for part in spent]))


def floor_elsewhere(count: int) -> Cost:
    """Measure the floor in a fresh process, with one thread and no display."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "MPLBACKEND": "agg"}
    command = [sys.executable, __file__, "--floor", str(count)]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    wall, cpu = json.loads(done.stdout)
    return Cost(wall=wall, cpu=cpu)


class Meter:
    """Adds up the CPU time of boxes, which nobody may collect from outside.

    Every box is looked at when it is about to be ended; what it has used is kept by the
    numbers of its processes and the moments of their start.
    """

    def __init__(self) -> None:
        self.used: dict[tuple[int, int], float] = {}

    def attach(self) -> None:
        """Look before every end of a box."""
        from grader.run.warm import WarmBox

        end = WarmBox.kill

        def kill(box: WarmBox) -> None:
            self.look()
            end(box)

        WarmBox.kill = kill  # type: ignore[method-assign]

    def look(self) -> None:
        """Note what every living descendant has used."""
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                found = fields(pid)
                self.used[pid, found[START]] = sum(found[slice(*OWN)]) / TICK

    def total(self) -> float:
        """Return the CPU time of this process and of all that it has ever started, s."""
        self.look()
        kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
        own = sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))
        return own + sum(self.used.values())


meter = Meter()


def measured(work: Callable[[], object], count: int) -> Cost:
    """Return what the work cost per notebook."""
    wall, cpu = time.perf_counter(), meter.total()
    work()
    wall, cpu = time.perf_counter() - wall, meter.total() - cpu
    return Cost(wall=wall / count, cpu=cpu / count)


def fields(pid: int) -> list[int]:
    """Return what /proc says of a process after its name; the state is left out as 0."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return [int(word) if word.lstrip("-").isdigit() else 0 for word in _after(text)]


def _after(text: str) -> list[str]:
    return text.rpartition(")")[2].split()


def descendants(root: int) -> list[int]:
    """List the living processes below one."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            children.setdefault(fields(int(name))[1], []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


@contextlib.contextmanager
def peak() -> Iterator[list[float]]:
    """Watch the memory of this process's descendants, shared pages divided; MiB."""
    highest, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_S):
            highest[0] = max(highest[0], sum(map(pss, descendants(os.getpid()))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        over.set()
        thread.join()


def pss(pid: int) -> float:
    """Return a process's proportional share of memory, MiB; 0 if it is gone."""
    with contextlib.suppress(OSError):
        for line in (
            Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        ):
            if line.startswith("Pss:"):
                return int(line.split()[1]) / MIB
    return 0.0


def median(costs: list[Cost]) -> Cost:
    """Return the medians of wall and CPU time."""
    return Cost(
        wall=statistics.median(cost.wall for cost in costs),
        cpu=statistics.median(cost.cpu for cost in costs),
    )


def compare(count: int, rounds: int, jobs: int) -> None:
    """Warm up, take turns, print."""
    each = max(1, count // rounds)
    meter.attach()
    plain(copies(1))
    level = warm(copies(jobs), jobs)
    costs: dict[str, list[Cost]] = {"plain": [], "warm": [], "floor": []}
    for number in range(rounds):
        batch = copies(each, number * each)
        costs["plain"].append(measured(lambda b=batch: plain(b), each))  # type: ignore[misc]
        costs["warm"].append(measured(lambda b=batch: warm(b, jobs), each))  # type: ignore[misc]
        costs["floor"].append(floor_elsewhere(max(2, each // 2)))
    with peak() as plain_memory:
        plain(copies(1))
    with peak() as warm_memory:
        warm(copies(2 * jobs), jobs)
    memory = {
        "plain": plain_memory[0] - parent_memory(),
        "warm": warm_memory[0],
        "floor": 0.0,
    }
    show(costs, memory, f"{each * rounds} notebooks, {jobs} at a time, level {level}")


def parent_memory() -> float:
    """Return what the warm parent takes up while plain kernels are measured, MiB."""
    return sum(map(pss, descendants(os.getpid())))


def show(costs: dict[str, list[Cost]], memory: dict[str, float], title: str) -> None:
    """Print one line per way, and the ratios."""
    found = {name: median(list_) for name, list_ in costs.items()}
    print(title)
    print(f"{'':8}{'s per notebook':>16}{'CPU s':>8}{'peak MiB':>10}")
    for name, cost in found.items():
        size = f"{memory[name]:.0f}" if memory[name] else ""
        print(f"{name:8}{cost.wall:16.3f}{cost.cpu:8.3f}{size:>10}")
    faster = [p.wall / w.wall for p, w in zip(costs["plain"], costs["warm"], strict=True)]
    above = [w.cpu / f.cpu for w, f in zip(costs["warm"], costs["floor"], strict=True)]
    print(
        f"throughput: {statistics.median(faster):.1f} x plain",
        *(f"{r:.1f}" for r in faster),
    )
    print(
        f"CPU:        {statistics.median(above):.2f} x floor", *(f"{r:.2f}" for r in above)
    )


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--copies", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--floor", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.floor:
        floor(given.floor)
    else:
        compare(given.copies, given.rounds, given.jobs)


if __name__ == "__main__":
    main()
