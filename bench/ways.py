"""The ways to run one batch: plain nbclient, the grader, nbgrader, and the floor.

In:   notebooks, as lists of code cells.
Out:  nothing; each way asserts that it has done all of its work.
Touches: processes, and temporary folders that are gone at the end.
"""

import contextlib
import copy
import dataclasses
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import Cost

HERE = Path(__file__).parent
NOTEBOOK = HERE / "figures.ipynb"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FIGURES = 9
POINTS = 1.0
TEST = "assert len(losses) == 30"
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"


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


def light(count: int) -> list[list[str]]:
    """Return notebooks that do almost nothing, no two of them alike."""
    return [
        ["import numpy as np", f"a = np.arange({i})", "lamb = 10\nprint(lamb)"]
        for i in range(count)
    ]


def file_of(cells: list[str], **metadata: object) -> str:
    """Spell a notebook."""
    found = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell{i}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for i, source in enumerate(cells)
    ]
    nb = {"cells": found, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(nb)


def plain(notebooks: list[list[str]]) -> None:
    """Run one after the other with nbclient, each in a kernel of its own."""
    import nbclient
    import nbformat

    for cells in notebooks:
        nb = nbformat.reads(file_of(cells), 4)
        nbclient.NotebookClient(nb, timeout=600).execute(stderr=subprocess.DEVNULL)
        shown = [o for c in nb.cells for o in c.outputs if "image/png" in o.get("data", {})]
        assert len(shown) == FIGURES, "nbclient did not show every figure"


class Grader:
    """What `grader grade` does, in this process, under a rubric of one criterion."""

    def __init__(self, folder: Path, jobs: int) -> None:
        """Load the rubric; the first batch runs the reference and warms the parent."""
        from grader import pipeline
        from grader.cli.shared import cores

        self.folder, self.pipeline = folder, pipeline
        self.options = pipeline.Options(jobs=cores(jobs))
        self.loaded = pipeline.load(str(HERE / "bench.yaml"), HERE)
        self.batches = 0

    def drawing(self) -> "Grader":
        """Give one that draws every figure, in boxes of the same warm parent."""
        found = copy.copy(self)
        found.folder = self.folder / "drawn"
        found.folder.mkdir()
        limits = dataclasses.replace(self.loaded.limits, pictures=40)
        found.options = dataclasses.replace(self.options, limits=limits)
        return found

    def __call__(self, notebooks: list[list[str]]) -> str:
        """Grade a batch; return the level of its boxes."""
        pictures = FIGURES if self.options.limits else 0
        self.batches += 1
        handed_in = self.folder / f"in{self.batches}"
        handed_in.mkdir()
        for i, cells in enumerate(notebooks):
            (handed_in / f"student{i}.ipynb").write_text(file_of(cells), encoding="utf-8")
        out = self.folder / f"out{self.batches}"
        batch = self.pipeline.grade(self.loaded, [handed_in], out, self.options)
        assert len(batch.results) == len(notebooks)
        for result in batch.results:
            assert sum(mark.points or 0.0 for mark in result.marks) == POINTS, result
            shown = list((out / "evidence" / result.submission).glob("pictures/*"))
            assert len(shown) == pictures, "a box showed more or fewer figures"
        return str(json.loads((out / "run.json").read_bytes())["isolation"])


@contextlib.contextmanager
def grader(jobs: int) -> Iterator[Grader]:
    """Give a grader that has graded one notebook; its parent ends with it."""
    from grader.run import warm

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = Grader(Path(folder), jobs)
        found(copies(1, 10_000))
        try:
            yield found
        finally:
            warm.end_parents()


class Nbgrader:
    """`nbgrader autograde` from an environment of its own, on this one's kernel."""

    def __init__(self, folder: Path, command: Path) -> None:
        """Make a course, whose assignment has one test."""
        self.command, self.batches = command, 0
        self.course = folder / "course"
        kernel = folder / "jupyter" / "kernels" / "bench"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "bench", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        home = folder / "home"
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(command.parent), os.environ["PATH"]]),
            "JUPYTER_PATH": str(folder / "jupyter"),
            "HOME": str(home),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }
        fonts = Path.home() / ".cache" / "matplotlib"
        if fonts.is_dir():
            shutil.copytree(fonts, home / ".cache" / "matplotlib")
        self._write("source", "", copies(1)[0])
        (self.course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        self._call("generate_assignment", "sheet")

    def _write(self, step: str, student: str, cells: list[str]) -> None:
        nb = json.loads(
            file_of([*cells, TEST], kernelspec={"name": "bench", "display_name": "bench"})
        )
        nb["cells"][-1]["metadata"]["nbgrader"] = {
            "grade": True,
            "grade_id": "test",
            "locked": True,
            "points": POINTS,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        path = self.course / step / student / "sheet" / "figures.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(nb), encoding="utf-8")

    def _call(self, *arguments: str) -> None:
        done = subprocess.run(
            [self.command, *arguments],
            cwd=self.course,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]

    def __call__(self, notebooks: list[list[str]]) -> None:
        """Grade a batch."""
        self.batches += 1
        for step in ("submitted", "autograded"):
            shutil.rmtree(self.course / step, ignore_errors=True)
        names = [f"student{self.batches}-{i}" for i in range(len(notebooks))]
        for name, cells in zip(names, notebooks, strict=True):
            self._write("submitted", name, cells)
        self._call("autograde", "sheet", "--create")
        for name in names:
            done = self.course / "autograded" / name / "sheet" / "figures.ipynb"
            text = done.read_text(encoding="utf-8")
            assert text.count("image/png") == FIGURES, "nbgrader did not show every figure"


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


def floor_elsewhere(count: int, at_once: int = 1) -> Cost:
    """Measure the floor in so many fresh processes at once, with one thread and no display.

    Returns: the mean of them; s per notebook, as if one of them ran all.
    """
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "MPLBACKEND": "agg"}
    command = [sys.executable, str(HERE / "throughput.py"), "--floor", str(count)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        for _ in range(at_once)
    ]
    texts = [process.communicate()[0] for process in started]
    assert not any(process.returncode for process in started), "the floor failed"
    wall, cpu = map(statistics.fmean, zip(*map(json.loads, texts), strict=True))
    return Cost(wall=wall, cpu=cpu)
