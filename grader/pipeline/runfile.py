"""What a run keeps about itself, in run.json; and how its files are written.

Touches: the folder of the run.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader import __version__
from grader.errors import EvidenceError, Problem, UsageError
from grader.model.run import Limits, Run, RunStatus
from grader.model.verdict import Result
from grader.pipeline.assignment import Assignment
from grader.pipeline.record import Options
from grader.report import RunFacts

RUN_FILE = "run.json"


def read_run(run: Path) -> dict[str, Any]:
    """What a run kept.

    Raises: UsageError if the folder holds no run; EvidenceError if it is damaged.
    """
    if not (run / RUN_FILE).is_file():
        hint = "give the folder that `grader grade` wrote to"
        raise UsageError(Problem(str(run), f"this is no run: there is no {RUN_FILE}", hint))
    try:
        facts: dict[str, Any] = json.loads((run / RUN_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(f"{run / RUN_FILE} cannot be read: {error}") from error
    return facts


def assignment_of(run: Path) -> str:
    """The slug of the assignment that a run graded."""
    return str(read_run(run)["assignment"])


def put(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(text.encode("utf-8", "replace"))
    os.replace(fresh, path)


def run_facts(runs: Sequence[Run]) -> RunFacts:
    """Facts about a batch, its reference first; it was as confined as its weakest run."""
    versions = (("grader", __version__), *runs[0].versions)
    levels = [run.isolation for run in runs if run.status is not RunStatus.NOT_RUN]
    return RunFacts(isolation=min(levels, default=""), versions=versions)


def run_json(
    assignment: Assignment,
    results: tuple[Result, ...],
    options: Options,
    facts: RunFacts,
    limits: Limits,
) -> dict[str, Any]:
    """What a run keeps, as plain data."""
    return {
        "schema": 1,
        "assignment": assignment.rubric.assignment,
        "rubric_sha256": assignment.sha256,
        "recipe": assignment.recipe,
        "salt": options.salt,
        "only": list(options.only),
        "versions": dict(facts.versions),
        "isolation": facts.isolation,
        "limits": {
            "cell_seconds": limits.cell_seconds,
            "total_seconds": limits.total_seconds,
            "probe_seconds": limits.probe_seconds,
            "memory_bytes": limits.memory_bytes,
            "processes": limits.processes,
            "disk_bytes": limits.disk_bytes,
            "output_bytes": limits.output_bytes,
        },
        "submissions": [r.submission for r in results],
    }


def spelled(plain: dict[str, Any]) -> str:
    """The text of run.json."""
    return json.dumps(plain, indent=2, sort_keys=True) + "\n"
