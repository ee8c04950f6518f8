"""Notebooks that fail as handed in, run again as a marker would run them by hand."""

import pytest

from grader.model.verdict import Outcome


def _marks(batch, name):
    (result,) = [r for r in batch.results if r.submission == name]
    return result, {m.criterion: m.verdict for m in result.marks}


def _without_imports(right):
    return [pair for pair in right if not pair[1].startswith("import")]


def _field_first(right):
    """The drawing stands above the import of what it draws with."""
    spread = [("code", "def product(a, b):\n    return a * b")]
    cells = [(k, s.replace("X * Y", "product(X, Y)")) for k, s in right]
    return [*cells, *spread]


def _python_2(right):
    old, new = "print(f'There are {n} pairs.')", "print 'There are %d pairs.' % n"
    return [(kind, source.replace(old, new)) for kind, source in right]


@pytest.fixture
def broken(right):
    """Submissions whose every answer is right, if only they ran."""
    return {
        "imports": _without_imports(right),
        "order": _field_first(right),
        "print": _python_2(right),
    }


def test_what_a_marker_would_mend_by_hand_costs_nothing(graded, right, broken):
    """A missing import, a cell too high up, a print statement: all is found, and said."""
    batch = graded({"plain": right, **broken})
    plain, _ = _marks(batch, "plain")

    for name in broken:
        result, _ = _marks(batch, name)
        assert [m.points for m in result.marks] == [m.points for m in plain.marks]
        assert result.status == "repaired"
        assert "cell" in result.reason


def test_a_repair_of_one_answer_leaves_a_wrong_one_wrong(graded, right):
    """Only what keeps a cell from running is mended."""
    wrong = [(k, s.replace("12 * 11 // 2", "12 * 12")) for k, s in _without_imports(right)]

    _, verdicts = _marks(graded({"wrong": wrong}), "wrong")

    assert verdicts["1a.count"].outcome is Outcome.FAIL
    assert verdicts["2.field"].outcome is Outcome.PASS


def test_evidence_of_both_runs_is_kept_and_judged_alike_again(graded, broken, assignment):
    """Regrading a repaired submission needs no kernel and moves no mark."""
    from grader import pipeline

    batch = graded({"imports": broken["imports"]})
    before = (batch.out / "verdicts.csv").read_bytes()

    again = pipeline.regrade(assignment, batch.out)

    assert (batch.out / "evidence" / "imports" / "straight" / "evidence.json").is_file()
    assert (again.out / "verdicts.csv").read_bytes() == before
