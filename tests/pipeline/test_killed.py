"""Law 9: killing the grader and starting it again gives the sheet of a quiet run."""

from tests.pipeline.killing import Course, complete, kill_once, run, written


def test_law_9_a_killed_batch_resumes(tmp_path):
    """At three moments; `python -m tests.pipeline.killing 50` tries more."""
    tally = run(kills=3, notebooks=4, seed=1, folder=tmp_path)

    assert tally.kills == 3
    assert (tally.different, tally.again, tally.left) == ([], [], [])


def test_what_the_comparison_would_notice(tmp_path):
    """A page that differs and evidence made again are seen: the law can fail."""
    course = Course(tmp_path, notebooks=1)
    out = tmp_path / "once" / "run"
    assert not kill_once(course, out, after=600)
    pages, evidence = written(out), complete(out)

    (out / "feedback" / "student-00.html").write_text("changed", encoding="utf-8")
    for path in evidence:
        with open(f"{path}/evidence.json", "ab") as file:
            file.write(b"\n")

    assert written(out) != pages
    assert evidence
    assert complete(out) != evidence
