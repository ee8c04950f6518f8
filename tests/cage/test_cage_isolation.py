"""Which level a batch gets, who may go without, and what is written about it."""

import json
import sys
from pathlib import Path

import pytest
from conftest import IS_ROOT, run_in

from grader.errors import UsageError
from grader.model.run import GB, Limits
from grader.run.choose import VARIABLE
from grader.run.guarantees import GUARANTEES, Level
from grader.run.isolation import decide
from grader.run.plans import Resources, plan_for

ROOT = Path(__file__).parents[2]
HONEST = ROOT / "submissions" / "hostile" / "Z02-own-seeds.ipynb"
RUBRICS = ROOT / "tests" / "hostile" / "assignment"
BEST = "L3" if IS_ROOT else "L2"


def test_strangers_are_not_run_in_the_open():
    """Below L1 somebody has to vouch for the notebooks; the message says how, and why."""
    with pytest.raises(UsageError) as caught:
        decide("L0")

    assert str(caught.value) == (
        "isolation: L0 would let a notebook read and change all that you can\n"
        "  hint: `grader doctor` says what this machine needs; if you trust whoever wrote"
        " these notebooks, add --i-trust-these-notebooks"
    )
    assert decide("l0", trusted=True).level is Level.L0


def test_an_unknown_level_is_refused():
    """The words are listed."""
    with pytest.raises(UsageError) as caught:
        decide("L9")

    assert str(caught.value) == (
        "--isolation: there is no level 'L9'\n  hint: use auto, L3, L2, L1 or L0"
    )


def decided(word):
    try:
        found = decide(word)
    except UsageError as error:
        return str(error)
    return str(found.level), {name: str(state) for name, state in found.vector.items()}


def test_a_level_that_does_not_hold_is_refused():
    """Asking for more than there is never gives less in silence."""
    assert run_in("plain-closed", decided, "L2") == (
        "--isolation: L2 does not hold on this machine: PermissionError: [Errno 1] clone:"
        " Operation not permitted\n"
        "  hint: `grader doctor` says which levels do, and what would give more"
    )


@pytest.mark.parametrize(("kind", "level"), [("plain", "L2"), ("plain-closed", "L1")])
def test_auto_is_the_best_that_holds(kind, level):
    """With its guarantees, as they were tried."""
    found, vector = run_in(kind, decided, "auto")

    assert found == level
    assert set(vector) == set(GUARANTEES)
    assert vector["fs_read"] == "enforced"


def test_less_can_be_asked_for():
    """L1 where L2 would do."""
    assert run_in("plain", decided, "L1")[0] == "L1"


def grade(*options):
    import csv
    import shutil
    import tempfile

    from grader.cli import main

    folder = Path(tempfile.mkdtemp())
    sys.argv = [
        *("grader", "grade", str(HONEST), "--rubrics", str(RUBRICS), "-a", "hostile"),
        *("--out", str(folder / "out"), *options),
    ]
    try:
        main()
    except SystemExit as stop:
        status = stop.code
    try:
        run = json.loads((folder / "out" / "run.json").read_bytes())
        with (folder / "out" / "scores.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        run, rows = {}, []
    shutil.rmtree(folder)
    return status, run, rows


CASES = [
    ("root", "auto", BEST),
    ("plain", "auto", "L2"),
    ("plain-closed", "auto", "L1"),
    ("open-docker", "auto", "L1"),
    ("plain", "L1", "L1"),
]


@pytest.mark.parametrize(("kind", "word", "level"), CASES)
def test_a_batch_is_graded_at_its_level(kind, word, level):
    """As root and as nobody in particular: the same points, the level and its vector."""
    status, run, rows = run_in(kind, grade, "--isolation", word)

    assert status == 0
    assert run["isolation"] == level
    assert set(run["guarantees"]) == set(GUARANTEES)
    assert run["guarantees"]["fs_read"] == "enforced"
    assert [float(row["score"]) for row in rows] == [9.5]


def test_a_batch_in_the_open_is_refused_with_status_2():
    """Nothing runs and nothing is written."""
    assert run_in("plain", grade, "--isolation", "L0") == [2, {}, []]


def test_whoever_vouches_is_obeyed():
    """The level on the sheet is L0, and nothing is said to be enforced that is not."""
    options = ("--isolation", "L0", "--i-trust-these-notebooks")
    status, run, _ = run_in("plain", grade, *options)

    assert status == 0
    assert run["isolation"] == "L0"
    assert run["guarantees"]["fs_read"] == "absent"


def test_limits_are_changed_by_options():
    """The run's file says which were in force; what is not named stays the rubric's."""
    options = ("--timeout", "30", "--memory", "1.5", "--disk", "0.25", "--processes", "64")
    status, run, _ = run_in("root", grade, *options, "--i-trust-these-notebooks")

    assert status == 0
    assert run["limits"] == {
        "cell_seconds": 30.0,
        "total_seconds": 30.0,
        "probe_seconds": 3.0,
        "memory_bytes": 3 * GB // 2,
        "disk_bytes": GB // 4,
        "processes": 64,
        "output_bytes": 100_000,
    }


def test_the_plain_launcher_is_no_isolation(monkeypatch):
    """Whoever asks for it gets L0, and is asked to vouch."""
    monkeypatch.setenv(VARIABLE, "plain")

    with pytest.raises(UsageError, match="L0 would let a notebook"):
        decide()


def test_the_budget_is_the_plan(tmp_path):
    """What a rubric or a flag allows is what the box gets."""
    limits = Limits(memory_bytes=GB, processes=32, disk_bytes=GB // 2, total_seconds=10)

    plan = plan_for(Level.L2, tmp_path, limits)

    assert plan["limits"] == {
        "memory": GB,
        "processes": 32,
        "disk": GB // 2,
        "file": GB // 2,
        "open": 1024,
        "cores": 2.0,
        "cpu": 20.0,
    }


@pytest.mark.parametrize("name", ["memory_bytes", "processes", "disk_bytes"])
def test_no_limit_is_zero(name):
    """One is the least, zero is refused."""
    Limits(**{name: 1})

    with pytest.raises(ValueError, match="larger than 0"):
        Limits(**{name: 0})


def test_the_defaults_are_the_documented_ones():
    """6 GB, 120 s a cell, 600 s in all."""
    limits = Limits()

    assert (limits.cell_seconds, limits.total_seconds) == (120, 600)
    assert Resources.of(limits).memory == 6 * GB
