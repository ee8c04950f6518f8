"""The commands as users call them: what is printed, and the exit status."""

import os
import subprocess
import sys

import pytest

from grader.cli import main


@pytest.fixture
def grader(monkeypatch, capsys, assignment, tmp_path):
    """Call the command in a folder that holds the small assignment; status and output.

    The notebooks are our own: a machine that can confine nothing grades them as well.
    """
    monkeypatch.chdir(assignment.path.parent.parent)

    def call(*args):
        trust = ["--i-trust-these-notebooks"] if args[0] == "grade" else []
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, args), *trust])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return call


def test_grade_writes_the_sheets_and_names_them(grader, notebook, right, tmp_path):
    """Status 0; the table and the place of the files on stdout, progress on stderr."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", right)

    status, out, err = grader("grade", tmp_path / "class", "--out", tmp_path / "run")

    assert status == 0
    assert "ada" in out
    assert f"Written to {tmp_path}/run: scores.csv" in out
    assert err.startswith("[1/1] ada: ok in ")
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {
        *("scores.csv", "verdicts.csv", "scores.xlsx", "report.html", "run.json"),
        "files.csv",
        *("feedback", "evidence", "reference"),
    }


def test_every_file_that_arrived_is_listed_before_and_after(
    grader, notebook, right, tmp_path
):
    """`intake` runs nothing; a run keeps the same rows in files.csv."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", right)
    (tmp_path / "class" / "ada" / "=proof.pdf").write_bytes(b"%PDF-1.4 a proof")
    (tmp_path / "class" / "ada" / ".DS_Store").write_bytes(b"left behind")

    status, out, _ = grader("intake", tmp_path / "class")
    grader("grade", tmp_path / "class", "--out", tmp_path / "run")
    table = (tmp_path / "run" / "files.csv").read_text(encoding="utf-8").splitlines()

    assert status == 0
    fates = {"a.ipynb": "run", "=proof.pdf": "kept", ".DS_Store": "ignored"}
    for name, fate in fates.items():
        assert [line for line in out.splitlines() if fate in line and name in line]
        assert [line for line in table if f",{fate}," in line and name in line]
    assert [line for line in table if ",'=proof.pdf," in line]


def test_strict_says_that_a_person_must_look(grader, notebook, right, tmp_path):
    """Status 1 with --strict as long as something is unscored."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", right)

    status, _, _ = grader(
        "grade", tmp_path / "class", "--strict", "--out", tmp_path / "run"
    )

    assert status == 1


def test_regrade_prints_the_same_table(grader, notebook, right, tmp_path):
    """What grade printed, without running anything."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", right)
    _, first, _ = grader("grade", tmp_path / "class", "--out", tmp_path / "run")

    status, again, err = grader("regrade", tmp_path / "run")

    assert (status, again, err) == (0, first, "")


def test_check_tells_a_student_what_to_do(grader, notebook, right, tmp_path):
    """Found, not found and left to a person, each with a face; status 1."""
    cells = [cell for cell in right if "spread" not in cell[1]]
    path = notebook(tmp_path / "mine.ipynb", cells)

    status, out, _ = grader("check", path)

    assert status == 1
    assert ":) 1a.count  The number of pairs is given. [2/2]  pass" in out
    assert (
        ":( 1b.spread  The function gives the spread of each vector. [0/2]  not found"
        in out
    )
    assert "Looked for a function `spread` or `*spannweite*` and found none." in out
    assert ":| 2.words  The picture is described. [?/1]  a person decides" in out
    assert out.endswith(
        "3 of 5 points that a machine can decide; 1 more wait for a person.\n"
        "Only the criteria that students may see were checked, on this machine. The marks "
        "are given by the course.\n"
    )


def test_check_is_content_with_a_right_notebook(grader, notebook, right, tmp_path):
    """Status 0 although a person still has to read something."""
    path = notebook(tmp_path / "mine.ipynb", right)

    status, _, _ = grader("check", path)

    assert status == 0


def test_check_of_an_unreadable_notebook_is_no_success(grader, tmp_path):
    """A file that is no notebook loses nothing yet, but is not fine either: status 1."""
    path = tmp_path / "mine.ipynb"
    path.write_text("{", encoding="utf-8")

    status, out, _ = grader("check", path)

    assert status == 1
    assert "Run: unreadable." in out


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["grade", "nowhere"], 2, "nowhere: no such file or folder\n  hint: check"),
        (["grade", "rubrics", "-a", "smal"], 2, "hint: did you mean 'small'?"),
        (["grade"], 2, "Missing argument 'paths'.\n  hint: grader --help"),
        (["grade", "rubrics", "--color", "red"], 2, "unknown value 'red'"),
        (["explain", "number_clse"], 2, "hint: did you mean 'number_close'?"),
        (["regrade", "rubrics"], 2, "rubrics: this is no run: there is no run.json"),
    ],
)
def test_wrong_use_is_told_with_a_way_out(grader, args, status, message):
    """Every mistake of a caller is status 2."""
    got, _, err = grader(*args)

    assert got == status
    assert message in err


def test_nothing_to_grade_is_a_status_of_its_own(grader, tmp_path):
    """An empty folder is status 5."""
    status, _, err = grader("grade", tmp_path, "--out", tmp_path / "run")

    assert status == 5
    assert "there is no submission in this folder" in err


def test_explain_prints_a_check_and_a_criterion(grader):
    """What it does, when it passes, and what fools it."""
    _, check, _ = grader("explain", "number_close")
    _, criterion, _ = grader("explain", "1a.count")

    assert check.startswith("number_close\n\nAsk whether a stated or computed number")
    assert criterion.startswith("1a.count (2 points): The number of pairs is given.\n")
    assert "Fooled by:" in criterion


MANY = ("code", "# 1 (a)\nprint('pairs: 12'); print('pairs: 66'); print('pairs: 144')")


def test_explain_says_how_a_verdict_came_about(grader, notebook, tmp_path):
    """What was looked for, each place with its confidence, what was judged."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", [MANY])
    grader("grade", tmp_path / "class", "--out", tmp_path / "run")

    status, out, _ = grader(
        "explain", "1a.count", "--run", tmp_path / "run", "--submission", "ada"
    )

    assert status == 0
    for line in (
        "ada: pending, 1 proposed",
        "  confidence 0.95, sure enough (from 0.5)",
        "Looked for a number beside `pairs` or a variable `n_pairs` in question 1a.",
        "  0.95  the number 12 in the output in cell 1: 0.95 by the words beside it × "
        "1.00 in question 1a",
    ):
        assert line in out.splitlines()
    (judged,) = [line for line in out.splitlines() if line.endswith("<- judged")]
    assert "the number 66 in the output in cell 1" in judged


def test_bind_saves_a_decision_and_tells_what_it_changes(grader, notebook, tmp_path):
    """The file is the one of docs/finding.md, and regrade obeys it."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", [MANY])
    grader("grade", tmp_path / "class", "--out", tmp_path / "run")

    status, out, _ = grader(
        *("bind", tmp_path / "run", "ada", "1a.count", "--accept", "--by", "tina"),
    )
    grader("regrade", tmp_path / "run")
    scores = (tmp_path / "run" / "scores.csv").read_text(encoding="utf-8")

    assert status == 0
    assert out.splitlines()[1:3] == [
        "1a.count: a person decides, now pass (100%)",
        "  Found 66.",
    ]
    assert "ada,,2," in scores or "2.0" in scores
    told = (tmp_path / "run" / "bindings.yaml").read_text(encoding="utf-8")
    assert "1a.count: {cell: 1, value: 66.0, by: tina, when:" in told


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["bind", "run", "ada", "1a.count"],
            "where the answer is was not said\n  hint: give",
        ),
        (
            ["bind", "run", "ada", "1a.count", "--cell", "0"],
            "1a.count: cells and panels are counted from 1\n  hint: grader bind --help",
        ),
        (
            ["explain", "1a.count", "--submission", "ada"],
            "a verdict needs a run and a submission\n  hint: give --run FOLDER and",
        ),
    ],
)
def test_a_decision_needs_a_place_and_a_run(grader, notebook, tmp_path, args, message):
    """Status 2, and what to give."""
    run = tmp_path / "run"
    if args[0] == "bind":
        notebook(tmp_path / "class" / "ada" / "a.ipynb", [MANY])
        grader("grade", tmp_path / "class", "--out", run)

    status, _, err = grader(*[run if arg == "run" else arg for arg in args])

    assert status == 2
    assert message in err


def test_help_comes_at_once_and_without_the_heavy_libraries():
    """--help imports neither pandas nor torch nor a kernel."""
    code = (
        "import sys; sys.argv = ['grader', '--help']\n"
        "from grader.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'torch', 'scipy', 'nbclient', 'numpy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "regrade" in done.stdout
