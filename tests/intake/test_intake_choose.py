"""Which of several files runs, and what becomes of the rest."""

import pytest

from grader.intake import collect
from grader.model.submission import IntakeStatus

LONG = "value = 1 + 1\n" * 20


@pytest.mark.parametrize(
    ("files", "want"),
    [
        ({"a.ipynb": "x = 1", "b.ipynb": LONG}, "b.ipynb"),
        ({"template.ipynb": LONG, "mine.ipynb": "x = 1"}, "mine.ipynb"),
        ({"template.ipynb": LONG, "empty.ipynb": ""}, "template.ipynb"),
        ({"hw-checkpoint.ipynb": LONG, "hw.ipynb": "x = 1"}, "hw.ipynb"),
        ({"a_scratch.ipynb": LONG, "sheet07.ipynb": LONG[:200]}, "sheet07.ipynb"),
        ({"a_scratch.ipynb": LONG, "sheet07.ipynb": LONG[:20]}, "a_scratch.ipynb"),
        ({"deep/a.ipynb": LONG, "b.ipynb": LONG}, "b.ipynb"),
        ({"a.ipynb": LONG, "b.ipynb": LONG}, "a.ipynb"),
    ],
)
def test_the_notebook_that_answers_is_chosen(desk, files, want):
    """Own work before copies, then amount of code and name; the others are named."""
    for name, source in files.items():
        desk.notebook(f"alice/{name}", source)
    desk.notebook("bob/hw.ipynb")

    alice, _ = collect([desk.root])

    (other,) = set(files) - {want}
    assert str(alice.notebook) == want
    assert f"Not run, since {want} was chosen: {other}." in alice.notes


def test_a_damaged_notebook_gives_way_to_a_whole_one(desk):
    """One that cannot be read does not cost the one that can."""
    desk.lay("alice/abgabe.ipynb", b"{")
    desk.notebook("alice/hw.ipynb")
    desk.notebook("bob/hw.ipynb")

    alice, _ = collect([desk.root])

    assert str(alice.notebook) == "hw.ipynb"
    assert alice.notes[1].startswith("abgabe.ipynb:1:2: ")


def test_helpers_do_not_stand_in_for_a_damaged_notebook(desk):
    """A module beside a broken notebook is not run in its place."""
    desk.lay("alice/hw.ipynb", b"{")
    desk.lay("alice/helpers.py", "x = 1")

    (one,) = collect([desk.root / "alice"])

    assert (one.status, one.notebook) == (IntakeStatus.UNREADABLE, None)
    assert one.reason.startswith("hw.ipynb:1:2: ")


def test_an_imported_script_is_a_helper(desk):
    """Among scripts, one that another imports is not the one that runs."""
    desk.lay("alice/model.py", LONG)
    desk.lay("alice/run.py", "from model import value\n")
    desk.notebook("bob/hw.ipynb")

    alice, _ = collect([desk.root])

    assert str(alice.notebook) == "run.py"


def test_only_documents_is_no_notebook(desk):
    """A PDF, a photograph or a text alone is a row for a person."""
    desk.lay("alice/proofs.pdf", b"%PDF")
    desk.lay("alice/answers.txt", "42")
    desk.lay("alice/page.HEIC", b"\0")
    desk.notebook("bob/hw.ipynb")

    alice, _ = collect([desk.root])

    assert alice.status is IntakeStatus.NO_NOTEBOOK
    names = "answers.txt, page.HEIC, proofs.pdf"
    assert (
        alice.reason == f"Only documents were handed in, which a person must open: {names}."
    )
    assert {file.status for file in alice.files} == {IntakeStatus.KEPT}


def test_only_data_is_no_notebook(desk):
    """Data alone cannot be run; the files are named."""
    desk.lay("alice/x.npy", b"\x93NUMPY")
    desk.notebook("bob/hw.ipynb")

    alice, _ = collect([desk.root])

    assert alice.status is IntakeStatus.NO_NOTEBOOK
    assert alice.reason == "No notebook, script or archive is among the files: x.npy."


def test_a_notebook_of_text_beside_the_code_is_a_document(desk):
    """Theory apart from the code is for a person; a copy of the hand-out is not."""
    desk.notebook("alice/code.ipynb", "x = 1")
    for name, words in (("theory", "The proof."), ("sheet_template", "Show it.")):
        cell = {"cell_type": "markdown", "metadata": {}, "source": words}
        desk.notebook(f"alice/{name}.ipynb", cells=[cell])

    (one,) = collect([desk.root / "alice"], whole=True)

    got = {str(file.path): (file.status.value, file.reason) for file in one.files}
    assert str(one.notebook) == "code.ipynb"
    assert got["theory.ipynb"] == (
        "kept",
        "Not run, since code.ipynb was chosen; it has text and no code, so a person opens "
        "it.",
    )
    assert got["sheet_template.ipynb"][0] == "ready"


def test_documents_that_the_code_opens_go_along(desk):
    """A picture that a cell names is data; one that no cell names is a document."""
    desk.notebook("alice/hw.ipynb", "image = imread('cat.png')")
    desk.lay("alice/cat.png", b"\x89PNG")
    desk.lay("alice/photo.png", b"\x89PNG")
    desk.lay("alice/data.txt", "1 2 3")

    (one,) = collect([desk.root / "alice"])

    got = {str(file.path): file.status.value for file in one.files}
    assert got == {
        "cat.png": "ready", "data.txt": "ready", "hw.ipynb": "ready", "photo.png": "kept",
    }  # fmt: skip
