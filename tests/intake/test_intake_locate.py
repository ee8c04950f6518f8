"""What counts as one submission."""

import os

import pytest

from grader.errors import NothingToGrade, UsageError
from grader.intake import collect
from grader.model.submission import IntakeStatus


def ids(submissions):
    return [one.id for one in submissions]


def statuses(submission):
    return {str(file.path): file.status.value for file in submission.files}


def test_one_notebook_is_one_submission(desk):
    """A notebook that is given is a submission under its own name."""
    path = desk.notebook("Jane Doe.ipynb", "x = 1")

    (one,) = collect([path])

    assert (one.id, one.people, one.origin) == ("Jane_Doe", ("Jane Doe",), str(path))
    assert (one.status, str(one.notebook)) == (IntakeStatus.READY, "Jane Doe.ipynb")
    assert [cell.source for cell in one.cells] == ["x = 1"]


def test_each_file_and_folder_of_a_folder_is_a_submission(desk):
    """Notebooks, scripts, archives, documents and folders side by side are rows each."""
    desk.notebook("alice.ipynb")
    desk.lay("bob.py", "x = 1")
    desk.zip("carol.zip", {"hw.ipynb": desk.notebook_bytes("x")})
    desk.lay("dave.pdf", b"%PDF")
    desk.notebook("erin/hw.ipynb")
    (desk.root / "frank").mkdir()

    found = collect([desk.root])

    assert ids(found) == ["alice", "bob", "carol", "dave", "erin", "frank"]
    assert [one.status.value for one in found] == [
        "ready", "ready", "ready", "no_notebook", "ready", "no_notebook",
    ]  # fmt: skip


def test_given_files_equal_their_folder(desk):
    """A shell's `subs/*` gives the rows that `subs` gives, in any order."""
    desk.notebook("alice.ipynb")
    desk.lay("alice.pdf", b"%PDF")
    desk.notebook("bob.ipynb")
    desk.notebook("bob (1).ipynb")
    every = sorted(desk.root.iterdir())

    whole, forwards, backwards = collect([desk.root]), collect(every), collect(every[::-1])

    assert whole == forwards == backwards
    assert ids(whole) == ["alice", "bob"]


def test_a_folder_with_one_notebook_and_helpers_is_one_submission(desk):
    """Data, helper modules and a PDF beside the only notebook belong to it."""
    desk.notebook("hw.ipynb", "import helpers")
    desk.lay("helpers.py", "y = 2")
    desk.lay("data/x.csv", "1,2")
    desk.lay("proofs.pdf", b"%PDF")

    (one,) = collect([desk.root])

    assert one.id == "subs"
    assert statuses(one) == {
        "data/x.csv": "ready", "helpers.py": "ready", "hw.ipynb": "ready",
        "proofs.pdf": "kept",
    }  # fmt: skip


def test_a_second_notebook_makes_the_folder_a_batch(desk):
    """With two notebooks directly in it, a folder holds two submissions."""
    desk.notebook("hw.ipynb")
    desk.notebook("mw.ipynb")

    assert ids(collect([desk.root])) == ["hw", "mw"]


def test_category_folders_are_descended_into(desk):
    """Folders of folders sort submissions; their names become part of the id."""
    desk.notebook("accepted/alice/hw.ipynb")
    desk.notebook("wrong/alice/hw.ipynb")
    desk.notebook("wrong/bob/hw.ipynb")

    assert ids(collect([desk.root])) == ["accepted--alice", "wrong--alice", "wrong--bob"]


@pytest.mark.parametrize("inner", [["abgabe"], ["code", "theory"], ["ex1", "ex2"]])
def test_a_persons_folders_stay_together(desk, inner):
    """One folder in a folder, or folders named like parts, do not split a submission."""
    desk.notebook("zoe/hw.ipynb")
    for name in inner:
        desk.notebook(f"Jane Doe/{name}/hw.ipynb")

    assert ids(collect([desk.root])) == ["Jane_Doe", "zoe"]


def test_what_belongs_to_nobody_is_named(desk):
    """A stray file beside submissions is in no row, and each row says so."""
    desk.notebook("alice.ipynb")
    desk.notebook("bob.ipynb")
    desk.lay("grades.csv", "a,b")

    alice, bob = collect([desk.root])

    assert (
        alice.notes
        == bob.notes
        == ("Beside the submissions, and part of none: grades.csv.",)
    )


def test_a_missing_path_is_a_wrong_usage(desk):
    """Every path that does not exist is named, with a way out."""
    with pytest.raises(UsageError) as caught:
        collect([desk.root / "a", desk.root / "b"])

    hint = "  hint: check the spelling, and the folder you are in"
    assert str(caught.value) == "\n".join(
        f"{desk.root / name}: no such file or folder\n{hint}" for name in "ab"
    )


def test_no_path_is_a_wrong_usage():
    """Without a path there is nothing to look at."""
    with pytest.raises(UsageError) as caught:
        collect([])

    hint = "name a notebook, an archive or a folder of submissions"
    assert str(caught.value) == f"no path was given\n  hint: {hint}"


def test_an_empty_folder_is_nothing_to_grade(desk):
    """A folder without submissions ends the command with a hint."""
    desk.lay("grades.csv", "a")

    with pytest.raises(NothingToGrade) as caught:
        collect([desk.root])

    hint = "give a folder that holds notebooks, scripts or archives, or folders of them"
    what = "there is no submission in this folder"
    assert str(caught.value) == f"{desk.root}: {what}\n  hint: {hint}"


def test_an_empty_folder_among_others_is_a_row(desk):
    """Where something else is given, an empty folder is a student without a notebook."""
    empty, full = desk.root / "empty", desk.notebook("full.ipynb")
    empty.mkdir()

    first, _ = collect([empty, full])

    assert (first.id, first.status) == ("empty", IntakeStatus.NO_NOTEBOOK)
    assert first.reason == "There is no file in it; ask the student to hand in again."


def test_a_place_given_twice_counts_once(desk):
    """A folder and a submission in it do not make two rows of one."""
    alice = desk.notebook("alice.ipynb")
    desk.notebook("bob.ipynb")

    assert ids(collect([desk.root, alice, desk.root])) == ["alice", "bob"]


def test_links_on_disk_are_not_followed(desk, tmp_path):
    """A link to a file or folder elsewhere is refused; its target is never read."""
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(desk.notebook_bytes("secret"))
    desk.notebook("bob/hw.ipynb")
    os.symlink(secret, desk.root / "bob" / "stolen.ipynb")
    os.symlink(secret, desk.root / "alice.ipynb")
    os.symlink(tmp_path, desk.root / "carol")

    alice, bob, carol = collect([desk.root])

    what = "it is a symbolic link, which is not followed; hand in the file itself."
    assert (alice.status, alice.reason) == (IntakeStatus.UNREADABLE, f"alice.ipynb: {what}")
    assert carol.reason == f"carol: {what}"
    assert bob.notes == (f"stolen.ipynb: {what}",)
    assert all(not file.data for one in (alice, carol) for file in one.files)


def test_a_pipe_is_refused_and_not_waited_for(desk):
    """A named pipe does not stop the grader."""
    os.mkfifo(desk.root / "alice.ipynb")

    (one,) = collect([desk.root / "alice.ipynb"])

    what = "it is not an ordinary file; hand in ordinary files only."
    assert one.reason == f"alice.ipynb: {what}"


def test_a_forbidden_file_is_unreadable(desk, monkeypatch):
    """A file that may not be read costs only itself."""
    desk.notebook("alice/hw.ipynb")
    desk.lay("alice/data.csv", "1")
    plain_open = os.open

    def guarded(path, *rest):
        if str(path).endswith("data.csv"):
            raise PermissionError(13, "Permission denied")
        return plain_open(path, *rest)

    monkeypatch.setattr(os, "open", guarded)
    (one,) = collect([desk.root / "alice"])

    assert one.status is IntakeStatus.READY
    what = "it may not be read; change its permissions and grade again."
    assert one.notes == (f"data.csv: {what}",)
