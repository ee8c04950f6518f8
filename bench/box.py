"""Measure what the box costs: to enter it, in memory, and to the host.

In:   notebooks that do almost nothing.
Out:  per level milliseconds from the order to the runner inside, CPU time included,
      and how much more that and a whole notebook take than without confinement; what
      a kernel has for itself before any student's code; how much the host grows over
      many submissions.
Touches: processes, which it ends, and temporary folders, which it removes.

    python bench/box.py [--rounds 30] [--submissions 100]

The levels take turns; medians are shown.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path, PurePosixPath

import ways
from measure import descendants, meter, private

from grader.model.run import Limits
from grader.model.submission import SourceCell, Submission
from grader.run import Launcher, Level, Observed, WarmLauncher, execute, warm
from grader.run.levels import preflight

STATUS = Path("/proc/self/status")


def run(cells: list[str], launcher: Launcher) -> Observed:
    """Run some cells in a box; they must succeed."""
    found = tuple(SourceCell(kind="code", source=source) for source in cells)
    name = PurePosixPath("sheet.ipynb")
    submission = Submission(id="bench", notebook=name, cells=found)
    seen = execute(submission, Limits(), lambda _: ((), {}), launcher)
    assert seen.run.status == "ok", seen.run
    return seen


def entering(launcher: WarmLauncher) -> float:
    """Return how long it takes until a runner is inside its box, ms."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        begin = time.perf_counter()
        box = launcher.start(Path(folder), Limits())
        spent = time.perf_counter() - begin
        box.kill()
        box.stdin.close()
        box.stdout.close()
    return spent * 1000


def whole(launcher: WarmLauncher) -> float:
    """Return what a whole notebook with figures takes, ms."""
    begin = time.perf_counter()
    run(ways.copies(1)[0], launcher)
    return (time.perf_counter() - begin) * 1000


def levels(rounds: int) -> None:
    """Print what each level costs over the one that confines nothing."""
    found = [level for level in Level if level is Level.L0 or preflight(level).holds]
    launchers = {level: WarmLauncher(level=level) for level in sorted(found)}
    wall: dict[Level, list[float]] = {level: [] for level in launchers}
    cpu: dict[Level, list[float]] = {level: [] for level in launchers}
    full: dict[Level, list[float]] = {level: [] for level in launchers}
    for launcher in launchers.values():
        whole(launcher)
    for number in range(rounds):
        for level, launcher in launchers.items():
            before = meter.seconds()
            wall[level].append(entering(launcher))
            cpu[level].append((meter.seconds() - before) * 1000)
            if number % 5 == 0:
                full[level].append(whole(launcher))
    show(wall, cpu, full)


def show(*columns: dict[Level, list[float]]) -> None:
    """Print a line per level; CPU time is counted in steps, so its mean is shown."""
    means = statistics.median, statistics.mean, statistics.median
    names = "ms to enter", "CPU ms", "ms a notebook"
    print(" " * 4, *(f"{name:>14}{'more':>8}" for name in names))
    for level in columns[0]:
        words = []
        for mean, column in zip(means, columns, strict=True):
            got, base = mean(column[level]), mean(column[Level.L0])
            words.append(f"{got:14.1f}{got - base:+8.1f}")
        print(f"{level:4}", *words)


def kernel_memory() -> float:
    """Return what a kernel has for itself before any student's code, MiB."""
    found: list[float] = []

    def look(seen: Observed) -> tuple[tuple[()], dict[str, object]]:
        parents = [parent.process.pid for parent in warm._parents.values()]
        below = [pid for parent in parents for pid in descendants(parent)]
        found.append(max(private(pid) for pid in below))
        return (), {}

    submission = Submission(
        id="bench",
        notebook=PurePosixPath("sheet.ipynb"),
        cells=(SourceCell(kind="code", source="pass"),),
    )
    execute(submission, Limits(), look, WarmLauncher())  # type: ignore[arg-type]
    return found[0]


def host_memory(name: str) -> float:
    """Return what this process has, by the kernel's name for it, MiB."""
    with suppress(OSError, ValueError):
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def growth(count: int) -> float:
    """Return how much this process grows over so many submissions, MiB.

    Each floods its output, shows figures and holds arrays; twenty come before.
    """
    cells = [
        "print('x' * 10_000_000)",
        "import numpy as np\na = np.random.rand(300, 300)",
        "from matplotlib import pyplot as plt\nplt.imshow(a)\nplt.show()",
    ]
    launcher = WarmLauncher()
    for _ in range(20):
        run(cells, launcher)
    before = host_memory("VmRSS")
    for _ in range(count):
        run(cells, launcher)
    return host_memory("VmRSS") - before


def main() -> None:
    """Read the arguments and print everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--submissions", type=int, default=100)
    given = parser.parse_args()
    meter.attach()
    levels(given.rounds)
    print(f"a kernel's own memory before student code: {kernel_memory():.0f} MiB")
    print(
        f"the host grew over {given.submissions} submissions:"
        f" {growth(given.submissions):.1f} MiB"
    )


if __name__ == "__main__":
    main()
