"""Variants are run like submissions, once, and judged against the reference."""

from pathlib import Path

from grader.audit import account
from grader.audit.proof import prove
from grader.audit.reading import read_variants
from grader.pipeline import Options

VARIANTS = """\
mutants:
  - id: miscounted
    why: Counted from 0.
    edits: [{old: "n = 12 * 11 // 2", new: "n = 12 * 12 // 2"}]
    loses: {1a.count: fail}
    only: ["1a"]
"""


def test_a_mutant_is_run_once_and_loses(tmp_path, monkeypatch, assignment):
    """The second audit starts no kernel for what has not changed."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "variants.yaml"
    path.write_text(VARIANTS, encoding="utf-8")
    variants = read_variants(path, assignment.rubric, assignment.reference)

    first = prove(assignment, Options(), _silent, None, variants)
    stored = _stored(tmp_path)
    second = prove(assignment, Options(), _silent, None, variants)

    assert first.disagreements == second.disagreements == ()
    assert {line.id: line.killed for line in first.lines}["1a.count"] == ("miscounted",)
    assert "1b.spread: no mutant loses it" in first.holes
    assert _stored(tmp_path) == stored
    assert len(stored) == 2  # the reference and the mutant
    told = account.told_in_full(first)
    assert "false passes 0, false fails 0, others 0" in told
    assert "hole: 1b.spread: no mutant loses it" in told
    assert "miscounted,mutant,0,1a.count,fail,pass,fail,yes" in account.as_csv(first)


def _silent(done, total, result):
    """No progress."""


def _stored(folder: Path):
    found = folder.glob("results/*/audit/variants/*/*/*/evidence.json")
    return {path: path.stat().st_mtime_ns for path in found}
