"""What each level guarantees, by attack, as root, as a plain user, without namespaces."""

import functools

import pytest
from conftest import IS_ROOT, run_in

ALL = ("fs_read", "fs_write", "net", "signals", "survivors", "procs")
L3 = dict.fromkeys((*ALL, "mem_total", "disk", "cpu", "covert"), "enforced")
L2 = {**L3, "mem_total": "per-process", "cpu": "per-process"}
L1 = {**L2, "disk": "per-process", "covert": "absent"}
needs_root = pytest.mark.skipif(
    not IS_ROOT, reason="only root can make control groups here"
)


def attempt(level, without=(), abi=99):
    from grader.run import levels

    found = levels.preflight(levels.Level(level), without=tuple(without), abi=abi)
    return {
        "holds": found.holds,
        "reason": found.reason,
        "findings": found.findings,
        "vector": {
            name: str(state) for name, state in levels.vector(found.findings).items()
        },
    }


@functools.cache
def tried(kind, level, without=(), abi=99):
    return run_in(kind, attempt, level, list(without), abi)


CASES = [
    pytest.param("root", "L3", L3, marks=needs_root),
    ("root", "L2", L2),
    ("open", "L1", L1),
    ("open-closed", "L1", L1),
    ("open-docker", "L1", L1),
    ("plain-docker", "L1", L1),
    ("plain", "L2", L2),
    ("plain", "L1", L1),
    ("plain-closed", "L1", L1),
]


@pytest.mark.parametrize(("kind", "level", "vector"), CASES)
def test_each_level_keeps_its_promises(kind, level, vector):
    """Every attack that a level promises to stop is stopped, and works outside the box."""
    found = tried(kind, level)

    assert found["reason"] == ""
    assert found["vector"] == vector


@pytest.mark.parametrize("kind", ["plain", "plain-closed", "open-closed", "open-docker"])
def test_a_level_that_cannot_be_had_says_why(kind):
    """A machine without namespaces or control groups is not said to have them."""
    level = "L3" if kind == "plain" else "L2"
    found = tried(kind, level)

    assert not found["holds"]
    assert found["reason"] in (
        "no control group can be made here",
        "PermissionError: [Errno 1] clone: Operation not permitted",
    )


def test_no_isolation_is_reported_as_none():
    """L0 has limits for single processes, and nothing else."""
    found = tried("open", "L0")["vector"]

    assert {found[name] for name in ("fs_read", "fs_write", "net", "signals")} == {"absent"}
    assert found["survivors"] == "absent"
    assert found["mem_total"] == "per-process"


def test_an_old_landlock_is_not_a_smaller_promise():
    """Without signal scopes (ABI 4) the broker decides about signals; all else holds."""
    found = tried("plain-closed", "L1", (), 4)

    assert found["reason"] == ""
    assert found["vector"]["signals"] == "enforced"


def best_of_this_machine():
    from grader.run import levels

    found = levels.best()
    return str(found.level), levels.best() is found, found.tamper_proof


def test_the_best_level_is_probed_once():
    """Root gets L3, a plain user L2, one without namespaces L1."""
    best = {kind: run_in(kind, best_of_this_machine) for kind in ("root", "plain-closed")}

    assert best["root"] == [("L3" if IS_ROOT else "L2"), True, True]
    assert best["plain-closed"] == ["L1", True, True]
