"""What became of every file, in rows and in words."""

from grader.intake import AttemptPolicy, Fate, as_text, listing, receive


def rows_of(arrival):
    rows = listing(arrival.submissions, arrival.strays)
    return {(row.submission, row.path): (row.fate.value, row.reason) for row in rows}


def test_every_fate_is_told(desk):
    """Run, goes along, kept, ignored, refused, superseded, and a stray of the batch."""
    desk.notebook("alice.ipynb", "first")
    desk.zip("alice_attempt2.zip", {
        "hw.ipynb": desk.notebook_bytes("x = 1"),
        "old.ipynb": desk.notebook_bytes(""),
        "data.csv": "1",
        "scan.pdf": b"%PDF",
        ".DS_Store": b"",
        "../evil.py": b"x",
    })  # fmt: skip
    desk.notebook("bob/hw.ipynb")
    desk.lay("grades.csv", "1")
    desk.lay(".hidden", "1")

    got = rows_of(receive([desk.root]))

    again = "pack it again and hand it in again."
    hidden = "Hidden or left behind by a program; it was not read."
    chosen = "Another attempt, alice_attempt2.zip, was chosen: the policy is latest."
    assert got == {
        ("alice", ".DS_Store"): ("ignored", hidden),
        ("alice", "alice.ipynb"): ("superseded", chosen),
        ("alice", "data.csv"): ("goes along", ""),
        ("alice", "evil.py"): (
            "refused", f"The archive places it outside its folder; {again}"),
        ("alice", "hw.ipynb"): ("run", ""),
        ("alice", "old.ipynb"): ("goes along", "Not run, since hw.ipynb was chosen."),
        ("alice", "scan.pdf"): ("kept", "A document; a person can open it."),
        ("bob", "hw.ipynb"): ("run", ""),
        ("", f"{desk.root}/.hidden"): ("ignored", hidden),
        ("", f"{desk.root}/grades.csv"): (
            "ignored", "Beside the submissions, and part of none."),
    }  # fmt: skip


def test_files_of_a_superseded_folder_are_told_one_by_one(desk):
    """An earlier attempt is listed whole, and read not at all."""
    desk.lay("alice/deep/data.csv", "1")
    desk.notebook("alice/hw.ipynb", "first")
    (desk.root / "alice" / "empty").mkdir()
    desk.notebook("alice_attempt2/hw.ipynb", "second")

    arrival = receive([desk.root])
    first = receive([desk.root], AttemptPolicy.FIRST)

    (alice,) = arrival.submissions
    gone = [str(f.path) for f in alice.files if f.status.value == "superseded"]
    assert gone == ["alice/deep/data.csv", "alice/empty", "alice/hw.ipynb"]
    assert not any(file.data for file in alice.files if str(file.path) in gone)
    assert ("alice", "alice_attempt2/hw.ipynb") in rows_of(first)


def test_a_submission_without_files_has_a_row(desk):
    """An empty folder is told, too."""
    (desk.root / "alice").mkdir()
    desk.notebook("bob/hw.ipynb")

    arrival = receive([desk.root])

    why = "There is no file in it; ask the student to hand in again."
    assert rows_of(arrival)[("alice", "")] == ("refused", why)


def test_the_text_groups_files_by_submission(desk):
    """One heading per submission, one line per file, sizes and reasons beside it."""
    desk.lay("alice/hw.ipynb", b"{")
    desk.lay("alice/a.csv", b"1" * 12)
    desk.notebook("bob.ipynb")
    desk.lay("notes.csv", "1")
    arrival = receive([desk.root])

    lines = as_text(listing(arrival.submissions, arrival.strays)).splitlines()

    assert lines[:2] == ["alice", "  goes along  a.csv (12 bytes)"]
    assert lines[2].startswith("  refused     hw.ipynb (1 bytes): hw.ipynb:1:2: ")
    assert lines[3:5] == ["", "bob"]
    assert lines[5].startswith("  run         bob.ipynb (")
    assert lines[6:] == [
        "",
        "(part of no submission)",
        f"  ignored     {desk.root}/notes.csv: Beside the submissions, and part of none.",
    ]


def test_no_rows_are_no_text():
    """Nothing to tell is nothing."""
    assert as_text(()) == ""
    assert listing(()) == ()
    assert set(Fate) == {"run", "goes along", "kept", "ignored", "refused", "superseded"}
