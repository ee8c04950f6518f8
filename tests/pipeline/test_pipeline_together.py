"""Two who grade at once: nothing runs twice, and nobody writes where another writes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from grader import pipeline
from grader.errors import UsageError
from grader.pipeline import Options
from tests.conftest import write_notebook


def test_the_same_evidence_is_made_once(tmp_path, assignment, right):
    """Reference and submission are run by one and read by all, whoever comes first."""
    write_notebook(tmp_path / "class" / "ada" / "solution.ipynb", right)

    def grade(name):
        return pipeline.grade(assignment, [tmp_path / "class"], tmp_path / name, Options())

    with ThreadPoolExecutor(3) as pool:
        batches = list(pool.map(grade, ["a", "b", "c"]))

    points = [[mark.points for r in batch.results for mark in r.marks] for batch in batches]
    assert points[0] == points[1] == points[2]
    made = {
        path.stat().st_ino for path in tmp_path.glob("[abc]/evidence/ada/evidence.json")
    }
    assert len(made) == 1


def test_a_folder_has_one_writer(tmp_path, assignment, right):
    """The second is told, and the first ends as if nothing had been."""
    write_notebook(tmp_path / "class" / "ada" / "solution.ipynb", right)
    out, told = tmp_path / "out", []

    def again(done, total, result):
        with pytest.raises(UsageError) as raised:
            pipeline.grade(assignment, [tmp_path / "class"], out, Options())
        told.append(str(raised.value))

    batch = pipeline.grade(assignment, [tmp_path / "class"], out, Options(), again)

    assert told == [
        f"{out}: another `grader grade` writes to this folder\n"
        "  hint: wait until it is done, or choose another folder with --out"
    ]
    assert len(batch.results) == 1
    assert (out / "scores.csv").is_file()
