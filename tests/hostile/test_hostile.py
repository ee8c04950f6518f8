"""Attacks of every family gain nothing; honest work that looks like one loses nothing.

A few of submissions/hostile; `python -m grader.audit.hostile` tries them all.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.audit import shown
from grader.audit.attacks import (
    FAMILIES,
    HONEST,
    Case,
    Outcome,
    failures,
    read_cases,
    table,
)
from grader.audit.canaries import (
    MARK,
    VARIABLE,
    Canaries,
    end,
    listing_of,
    secret_in_environment,
)
from grader.audit.hostile import copied, try_all

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "submissions" / "hostile"
ASSIGNMENT = ROOT / "tests" / "hostile" / "assignment" / "hostile.yaml"
CASES = {case.name: case for case in read_cases(CORPUS.with_suffix(".yaml"))}
FEW = (
    "A02-always-equal-object.ipynb",
    "B05-inherited-environment.ipynb",
    "C03-agent-by-gc.ipynb",
    "C06-hard-exit.ipynb",
    "D03-kernelspec.ipynb",
    "E01-double-fork.ipynb",
    "F05-deep-notebook.ipynb",
    "F06-forged-outputs.ipynb",
    "G01-html-in-names.ipynb",
    "=G02-formula-in-name.ipynb",
    "H05-constant-function.ipynb",
    "I06-unshowable-error.ipynb",
    "Z01-rebound-builtins.ipynb",
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """The few, graded."""
    few = [CASES[name] for name in FEW]
    return try_all(ASSIGNMENT, CORPUS, few, jobs=2).outcomes


@pytest.mark.xdist_group("hostile")
def test_no_attack_of_the_few_succeeds(outcomes):
    """No points, no breach, no survivor, nothing raised, and nothing honest lost."""
    assert failures(outcomes) == []


@pytest.mark.xdist_group("hostile")
def test_the_few_were_really_tried(outcomes):
    """Each ran, in a box whose level its evidence tells; the table counts them all."""
    assert {o.case.name for o in outcomes} == set(FEW)
    assert {o.level for o in outcomes} <= {"", "L0", "L1", "L2", "L3"}
    assert table(outcomes).splitlines()[-1].split()[:2] == ["all", str(len(FEW))]


def test_every_family_has_a_representative():
    """The fast test leaves out no family of the catalogue."""
    assert {CASES[name].family for name in FEW} == set(FAMILIES)


def test_the_corpus_is_complete():
    """Every file has an entry and every entry a file; there are enough of both kinds."""
    families = Counter(case.family for case in CASES.values())

    assert {path.name for path in CORPUS.iterdir()} == set(CASES)
    assert sum(families.values()) - families[HONEST] >= 120
    assert families[HONEST] >= 12
    assert min(families[family] for family in FAMILIES) >= 8


CASE = Case(name="a", family="A", trick="t", legit=1)
BOXED = Case(name="b", family="D", trick="t", legit=0, levels=("L1",), unconfined=2)
FAIR = Case(name="z", family=HONEST, trick="t", legit=3)
KNOWN = Case(name="k", family="A", trick="t", legit=0, open="not yet closed")
LARGE = Case(name="l", family="E", trick="t", legit=0, oracle="memory", open="not yet")
FAULTS = {
    "as much as it knows": (CASE, {"points": 1.0}, 0),
    "a little more": (CASE, {"points": 1.001}, 1),
    "a breach": (CASE, {"breaches": ("files: a",)}, 1),
    "a survivor": (CASE, {"survivors": 1}, 1),
    "too slow": (CASE, {"seconds": 1000.0}, 1),
    "an exception": (CASE, {"raised": "ValueError"}, 1),
    "a breach where none is promised": (BOXED, {"breaches": ("net",), "level": "L0"}, 0),
    "a breach where it is": (BOXED, {"breaches": ("net",), "level": "L1"}, 1),
    "read answers": (BOXED, {"points": 2.0, "level": "L0"}, 0),
    "read answers in a box": (BOXED, {"points": 2.0, "level": "L1"}, 1),
    "honest": (FAIR, {"points": 3.0}, 0),
    "honest and robbed": (FAIR, {"points": 2.5}, 1),
    "a known hole": (KNOWN, {"points": 1.0}, 0),
    "a closed hole": (KNOWN, {}, 1),
    "a memory hole that nobody looked at": (LARGE, {"memory": None}, 0),
    "a memory hole": (LARGE, {"memory": 900.0}, 0),
    "a memory hole that was closed": (LARGE, {"memory": 9.0}, 1),
}


@pytest.mark.parametrize(("case", "given", "count"), FAULTS.values(), ids=FAULTS)
def test_what_is_a_failure(case, given, count):
    """Both sides of every boundary: score, breach, survivor, time, honesty, open hole."""
    assert len(failures([Outcome(case=case, **given)])) == count


def until(true: Callable[[], object]) -> None:
    """Wait for something that other processes do, ten seconds at most."""
    end_of_patience = time.monotonic() + 10
    while not true() and time.monotonic() < end_of_patience:
        time.sleep(0.02)


def heard(canaries: Canaries, count: int) -> list[str]:
    """The next so many breaches."""
    found: list[str] = []
    until(lambda: found.extend(canaries.touched()) or len(found) >= count)
    return found


def test_every_canary_sings(tmp_path):
    """Negative control: outside of a box each breach is noticed, once."""
    with secret_in_environment() as secret, Canaries(tmp_path, secret) as canaries:
        words = canaries.words("case")
        assert canaries.touched() == []
        Path(words["CANARY"], "written").touch()
        Path(words["CANARY"], "results", "scores.csv").chmod(0o644)
        files = canaries.touched()
        for family, address in (
            (socket.AF_INET, ("127.0.0.1", int(words["TCP"]))),
            (socket.AF_UNIX, words["UNIX"]),
            (socket.AF_UNIX, f"\0{words['ABSTRACT']}"),
        ):
            with socket.socket(family) as caller:
                caller.connect(address)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
            caller.sendto(b"x", ("127.0.0.1", int(words["UDP"])))
        os.kill(int(words["BYSTANDER"]), 10)
        calls = heard(canaries, 5)
        child = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], env={MARK: words["CASE"]}
        )
        until(lambda: canaries.survivors("case"))
        survivors = canaries.survivors("case")
        end(survivors)
        child.wait()

        assert files == ["files: results/scores.csv", "files: written"]
        assert Counter(calls) == {"net: a socket": 4, "signal: a bystander got one": 1}
        assert survivors == [child.pid]
        assert canaries.survivors("case") == []
        assert canaries.touched() == []
        assert Path(words["SECRET_FILE"]).read_text() == os.environ[VARIABLE]
    assert VARIABLE not in os.environ


def test_a_home_is_watched(tmp_path):
    """A new file in a home, or in its settings, changes its listing."""
    (tmp_path / ".ipython").mkdir()
    before = listing_of(tmp_path)

    (tmp_path / ".ipython" / "startup.py").touch()

    assert listing_of(tmp_path) != before


PAGES = {
    "a script": "<script>alert(1)</script>",
    "a picture": "<IMG SRC=x onerror=alert(1)>",
    "a link": '<a href="javascript:alert(1)">',
    "an escape": "\x1b[2J",
    "an override": "\u202e",
    "hidden inputs": "HIDDEN-ROWS",
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_active_pages_are_noticed(tmp_path, text):
    """Negative control: an unescaped page is a breach, an escaped one is none."""
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    (tmp_path / "b.html").write_text("&lt;script&gt;alert(1)", encoding="utf-8")

    _, found = shown.told(tmp_path, "secret")

    assert len(found) == 1
    assert found[0].endswith("a.html")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "@SUM(A1)", "-x", "\tx"])
def test_running_cells_are_noticed(tmp_path, cell):
    """Negative control: a cell that a spreadsheet would run is a breach, a number none."""
    (tmp_path / "a.csv").write_text(f'name,points\n"{cell}",-1.5\n', encoding="utf-8")

    _, found = shown.told(tmp_path, "secret")

    assert len(found) == 1


def test_what_a_case_shows_is_noticed(tmp_path):
    """Negative control: a secret in the evidence, and a cry of success in the output."""
    folder = tmp_path / "evidence" / "a"
    folder.mkdir(parents=True)
    cell = {
        "stdout": "canary-1\nBREACH:x",
        "stderr": "",
        "result": "",
        "source": "BREACH:y",
    }
    text = json.dumps({"run": {"isolation": "L2"}, "cells": [cell]})
    (folder / "evidence.json").write_text(text, encoding="utf-8")

    assert shown.told(tmp_path, "canary-1") == (
        "L2",
        ["secret: a canary was read", "output: BREACH:x"],
    )
    assert shown.told(tmp_path, "canary-2")[1] == ["output: BREACH:x"]


def test_an_attacker_is_told_where_to_look(tmp_path):
    """Words are replaced in every file of a case, but not in archives."""
    source = tmp_path / "case"
    source.mkdir()
    for name in ("a.ipynb", "b.zip"):
        (source / name).write_bytes(b"@@CANARY@@ @@OTHER@@")

    copied(source, tmp_path / "copy", {"CANARY": "/x"})

    assert (tmp_path / "copy" / "a.ipynb").read_bytes() == b"/x @@OTHER@@"
    assert (tmp_path / "copy" / "b.zip").read_bytes() == b"@@CANARY@@ @@OTHER@@"
