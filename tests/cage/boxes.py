"""Boxes for tests: a forked process that runs a function inside, or the real runner.

In:   a level; a function, or a submission.
Out:  what the function returned, as text; how the box ended; a launcher.
Touches: processes, a temporary folder.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from grader.model.run import Limits
from grader.run.guarantees import Level
from grader.run.inside.cage import cgroups, enter
from grader.run.launch import RUNNER
from grader.run.plans import Resources, group_for, plan_for, private_folder

LIMITS = Limits(cell_seconds=60, total_seconds=120)


@dataclass
class Boxed:
    """A started box.

    Attributes:
        keeper: the process that ends when nothing of the box is left.
        output: what the function printed into its pipe.
        leash: closing it ends the box.
    """

    keeper: int
    output: IO[str]
    leash: IO[bytes]
    status: int | None = None

    def end(self) -> int:
        """Let go of the leash, wait, and return the exit status."""
        self.leash.close()
        return self.wait()

    def wait(self) -> int:
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.keeper, 0)[1])
        return self.status


@contextlib.contextmanager
def boxed(
    level: str,
    work: Callable[[], object],
    *,
    without: tuple[str, ...] = (),
    abi: int = 99,
    **more: Any,
) -> Iterator[Boxed]:
    """Run `work` in a box; what it returns comes out as one line of JSON."""
    resources = Resources(**{"memory": 1 << 30, "processes": 64, **more})
    with tempfile.TemporaryDirectory(prefix="stage-") as stage:
        os.chmod(stage, 0o755)  # noqa: S103 -- the box's user has to get in
        Path(stage, "hello.txt").write_text("hello", encoding="ascii")
        output, said = os.pipe()
        leash, held = os.pipe()
        keep = (0, 1, 2, said)
        plan = plan_for(
            Level(level),
            Path(stage),
            LIMITS,
            resources=resources,
            without=without,
            keep=keep,
        )
        plan |= {"leash": leash, "report": said, "abi": abi}
        group = group_for(plan)
        sys.stdout.flush()
        keeper = os.fork()
        if keeper == 0:
            _inside(plan, work, said)
        os.close(said)
        os.close(leash)
        box = Boxed(keeper, os.fdopen(output), os.fdopen(held, "wb"))
        try:
            yield box
        finally:
            box.end()
            box.output.close()
            if group is not None:
                group.remove()


def stays(work: Callable[[], object]) -> Callable[[], object]:
    """Have the box live on after it has answered."""
    work.__dict__["stays"] = True
    return work


def _inside(plan: dict[str, Any], work: Callable[[], object], said: int) -> None:
    try:
        enter(plan)
        os.write(said, json.dumps(work()).encode() + b"\n")
        if work.__dict__.get("stays"):
            time.sleep(600)
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 -- it is told
        os.write(said, json.dumps({"error": repr(error)}).encode() + b"\n")
    finally:
        os._exit(9)


def answer(box: Boxed) -> Any:
    """Read what the function returned; the box's report is skipped."""
    for line in box.output:
        found = json.loads(line)
        if not (isinstance(found, dict) and "inside" in found):
            return found
    return {"error": "nothing was said"}


def ask(level: str, work: Callable[[], object], **more: Any) -> Any:
    """Run `work` in a box, return its answer, end the box."""
    with boxed(level, work, **more) as box:
        return answer(box)


@dataclass
class RunnerBox:
    """The real runner in a box."""

    process: subprocess.Popen[bytes]
    held: int
    group: cgroups.Group | None

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def stopped(self) -> bool:
        return False

    def out_of_memory(self) -> bool:
        return self.group is not None and self.group.out_of_memory()

    def kill(self) -> None:
        if self.process.returncode is None:
            os.close(self.held)
            self.process.wait()
            self.ran_out = self.group is not None and self.group.out_of_memory()
            if self.group is not None:
                self.group.remove()


@dataclass
class CagedLauncher:
    """Starts the real runner, cold, in a box of a level."""

    isolation: str
    resources: Resources

    def start(self, stage: Path, limits: Limits) -> RunnerBox:
        os.chmod(stage, 0o755)  # noqa: S103 -- the box's user has to get in
        level = Level(self.isolation)
        folder = private_folder(level, stage)
        plan = plan_for(level, stage, limits, resources=self.resources)
        plan["env"] |= {
            "MPLCONFIGDIR": str(folder / "tmp"),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "OMP_NUM_THREADS": "1",
        }
        group = group_for(plan)
        plan["leash"], held = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-I", str(RUNNER), "runner", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=lambda: enter(plan),  # the keeper stays behind
        )
        os.close(plan["leash"])
        return RunnerBox(process, held, group)
