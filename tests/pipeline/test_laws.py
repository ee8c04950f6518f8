"""The laws that hold from a folder of notebooks to a score sheet, with real kernels."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from grader import pipeline
from grader.errors import UsageError
from grader.model.verdict import Outcome
from grader.pipeline import Options, record

FILES = ("scores.csv", "verdicts.csv", "scores.xlsx", "report.html", "run.json")


def _points(batch):
    return {r.submission: [m.points for m in r.marks] for r in batch.results}


def _outcomes(result):
    return {m.criterion: m.verdict.outcome.value for m in result.marks}


ALL_RIGHT = {
    "1a.count": "pass",
    "1b.spread": "pass",
    "2.field": "pass",
    "2.words": "pending",
}


def test_law_1_the_reference_earns_every_machine_decided_point(assignment, graded, right):
    """Graded against itself, it passes all that a machine decides."""
    batch = graded({"one": right})

    assert _outcomes(pipeline.reference_result(assignment, batch.out)) == ALL_RIGHT


def _replaced(source, words):
    for old, new in words.items():
        source = source.replace(old, new)
    return source


def _variants(right):
    """Rewrites that no marker would notice."""
    renamed = [(k, s.replace("X", "Gitter_x").replace("r =", "achse =")) for k, s in right]
    renamed = [(k, s.replace("(r, r)", "(achse, achse)").replace("n =", "wert =")
                .replace("{n}", "{wert}")) for k, s in renamed]  # fmt: skip
    commented = [(k, f"# ein Kommentar\n{s}" if k == "code" else s) for k, s in right]
    noisy = [
        x for pair in right for x in (pair, ("code", "unused = [i for i in range(3)]"))
    ]
    split = [
        part
        for kind, source in right
        for part in (
            [(kind, line) for line in source.splitlines()]
            if source.startswith("import")
            else [(kind, source)]
        )
    ]
    reordered = [right[0], *right[5:7], *right[3:5], *right[1:3]]
    german = {"## 1 (a)": "## Aufgabe 1a)", "## 2": "# Aufgabe 2"}
    translated = [(kind, _replaced(source, german)) for kind, source in right]
    return {
        "commented": commented,
        "noisy": noisy,
        "renamed": renamed,
        "reordered": reordered,
        "split": split,
        "translated": translated,
    }


def test_law_5_what_no_marker_would_notice_moves_no_mark(graded, right):
    """Renamed private variables, comments, extra cells, split cells, reordered cells."""
    batch = graded({"plain": right, **_variants(right)})

    names = ("plain", *_variants(right))
    assert {r.submission: _outcomes(r) for r in batch.results} == dict.fromkeys(
        names, ALL_RIGHT
    )


FORGERIES = {
    "json": 'print(\'{"kind": "reply", "probe": "1b.spread#0", "value": 1.0}\')',
    "frames": "import os\nfor fd in range(3, 12):\n    try:\n        os.write(fd, b'"
    '{"type": "cell", "outcome": "pass", "credit": 1.0}\\n\')\n    except OSError:\n'
    "        pass",
    "words": "print('pass 1a.count credit 1.0 points 2 of 2')",
}


def test_law_6_text_that_looks_like_our_replies_raises_no_mark(graded):
    """Forged lines on every channel a student can reach earn nothing.

    Bytes on the kernel's own descriptors may end it: then a person looks, and nothing is
    scored.
    """
    batch = graded({name: [("code", source)] for name, source in FORGERIES.items()})

    points = {r.submission: [m.points for m in r.marks[:3]] for r in batch.results}
    frames = points.pop("frames")
    assert points == {name: [0.0, 0.0, 0.0] for name in ("json", "words")}
    assert frames in ([0.0, 0.0, 0.0], [None, None, None])


@pytest.fixture(scope="module")
def mixed(graded, right):
    """Good submissions with a crash, a sleeper and a file that is no notebook between."""
    crash = [*right[:3], ("code", "import os\nos.kill(os.getpid(), 9)"), *right[3:]]
    sleeper = [*right[:3], ("code", "import time\ntime.sleep(10 ** 6)"), *right[3:]]
    return graded(
        {"a-good": right, "b-crash": crash, "c-sleeper": sleeper, "d-good": right},
        limits=pipeline.record.Limits(cell_seconds=3, total_seconds=60),
    )


def test_only_their_own_rows_suffer(mixed):
    """A crash and an endless sleep cost the others nothing."""
    outcomes = {r.submission: (r.status, _outcomes(r)) for r in mixed.results}

    assert outcomes["a-good"] == outcomes["d-good"] == ("ok", ALL_RIGHT)
    assert outcomes["c-sleeper"] == ("cell_timeout", ALL_RIGHT)
    assert outcomes["b-crash"] == (
        "kernel_died",
        {
            "1a.count": "pass",
            "1b.spread": "pending",
            "2.field": "pending",
            "2.words": "pending",
        },
    )


def test_law_2_and_8_regrading_gives_the_same_bytes_without_a_kernel(
    assignment, mixed, tmp_path, monkeypatch
):
    """Sheets from stored evidence equal those from scratch, byte for byte."""
    monkeypatch.setattr(record, "execute", _no_kernel)
    run = tmp_path / "run"
    shutil.copytree(mixed.out, run)
    pages = [*FILES, *(f"feedback/{r.submission}.html" for r in mixed.results)]
    before = {name: (run / name).read_bytes() for name in pages}
    for name in set(pages) - {"run.json"}:
        (run / name).unlink()

    pipeline.regrade(assignment, run)

    assert {name: (run / name).read_bytes() for name in pages} == before


def _no_kernel(*_: object) -> None:
    raise AssertionError("a kernel was started")


def test_law_2_the_same_from_scratch_with_other_jobs(assignment, right, tmp_path, notebook):
    """Run again from nothing, with one job and in another order: the same sheets."""
    outs = []
    for jobs, names in ((1, ("x", "y")), (2, ("y", "x"))):
        folder = tmp_path / f"class{jobs}" / "class"
        for name in names:
            notebook(folder / name / "solution.ipynb", right if name == "x" else right[:3])
        outs.append(tmp_path / f"out{jobs}" / "run")
        pipeline.grade(assignment, [folder], outs[-1], Options(jobs=jobs))

    sheets = [
        {n: (o / n).read_bytes() for n in ("scores.csv", "verdicts.csv")} for o in outs
    ]
    assert sheets[0] == sheets[1]


def test_what_was_run_before_is_not_run_again(assignment, graded, right, monkeypatch):
    """The same files and questions use stored evidence."""
    first = graded({"one": right})
    monkeypatch.setattr(record, "execute", _no_kernel)

    again = pipeline.grade(
        assignment,
        [Path(first.results[0].submission and _origin(first))],
        first.out,
        Options(),
    )

    assert _points(again) == _points(first)


def _origin(batch):
    from grader import store

    recorded = store.read(batch.out / "evidence" / batch.results[0].submission)
    return Path(recorded.evidence.origin).parent


def test_a_rubric_that_asks_other_questions_is_refused(assignment, mixed):
    """Regrading never judges with replies to other questions."""
    changed = assignment.rubric.model_copy(update={"inputs": {}})
    other = pipeline.Assignment(
        rubric=changed,
        path=assignment.path,
        sha256="",
        reference=assignment.reference,
        handed_out=frozenset(),
    )

    with pytest.raises(UsageError) as raised:
        pipeline.regrade(other, mixed.out)

    assert str(raised.value) == (
        f"{mixed.out}/run.json: the rubric now puts other questions to the kernel than "
        "this run did\n"
        "  hint: run `grader grade` again; what has not changed is not run twice"
    )


def test_only_some_questions(graded, right):
    """With --only, the sheet holds these questions and no other."""
    batch = graded({"one": right}, only=("1a",))

    sheet = pd.read_csv(batch.out / "scores.csv")
    assert [m.criterion for m in batch.results[0].marks] == ["1a.count"]
    assert list(sheet.columns[:4]) == ["submission", "people", "ids", "1a"]


def test_both_sheets_load_with_pandas_alone(mixed):
    """A row per submission, and a row per submission and criterion."""
    scores = pd.read_csv(mixed.out / "scores.csv")
    verdicts = pd.read_csv(mixed.out / "verdicts.csv")

    assert list(scores["submission"]) == ["a-good", "b-crash", "c-sleeper", "d-good"]
    assert list(scores["score"]) == [5.0, 2.0, 5.0, 5.0]
    assert len(verdicts) == 16
    assert set(verdicts["outcome"]) <= set(Outcome)
