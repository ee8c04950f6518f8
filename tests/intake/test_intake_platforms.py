"""Downloads of learning platforms: who, which group, and whose archive may speak."""

import struct
import zipfile

import pytest

from grader.intake import Limits, collect, receive
from grader.intake.gradescope import read_metadata
from grader.intake.layout import read_names
from grader.model.submission import IntakeStatus

FILE = "_assignsubmission_file"


@pytest.mark.parametrize(
    ("names", "want"),
    [
        (["Team A-Jane Doe", "Team A-Max Muster"], [("Team A", "Jane Doe"),
                                                     ("Team A", "Max Muster")]),
        (["Gruppe 3-Anna-Lena Vogt"], [("Gruppe 3", "Anna-Lena Vogt")]),
        (["Di-14-Jane Doe", "Di-14-Max Muster"], [("Di-14", "Jane Doe"),
                                                   ("Di-14", "Max Muster")]),
        (["Default group-Ali Can"], [("Default group", "Ali Can")]),
        (["Anna-Lena Vogt", "Max Muster"], [("", "Anna-Lena Vogt"), ("", "Max Muster")]),
        (["Anna-Lena Vogt", "Kai-Uwe Li"], [("", "Anna-Lena Vogt"), ("", "Kai-Uwe Li")]),
        (["Team A-Participant", "Team B-Participant"], [("Team A", ""), ("Team B", "")]),
    ],
)  # fmt: skip
def test_a_group_is_cut_off_only_where_it_is_known(names, want):
    """A hyphen alone is part of a name."""
    folders = [f"{name}_{n}{FILE}" for n, name in enumerate(names, start=10)]

    read = read_names([], folders)

    got = [(read[name].group, "".join(read[name].people)) for name in folders]
    assert got == want


@pytest.mark.parametrize(
    ("names", "platforms"),
    [
        (["Doe_Jane_jdoe"], ["ilias"]),
        (["Doe_Jane_ab123"], ["ilias"]),
        (["Huber_Meier_und"], [""]),
        (["Huber_Meier_und", "Doe_Jane_jdoe_123"], ["ilias", "ilias"]),
        (["Mueller_Schmidt_Wang"], [""]),
    ],
)
def test_a_missing_ilias_number_is_borne(names, platforms):
    """Beside folders with a number, or with a login made of the name, it is ILIAS."""
    read = read_names([], names)

    assert [read[name].platform for name in names] == platforms


@pytest.mark.parametrize(
    ("names", "repositories", "title", "want"),
    [
        (["s7-ann", "s7-bob-x"], ["s7-ann"], "x", ["ann", "bob-x"]),
        (["s7-ann"], [], "s7-submissions", ["ann"]),
        (["s7-ann", "s7-bob"], [], "x", [None, None]),
        (["s7-ann", "other"], ["s7-ann"], "x", [None, None]),
    ],
)
def test_user_names_are_cut_off_repositories(names, repositories, title, want):
    """`assignment-username` is read where something says that it is one."""
    read = read_names([], names, {}, repositories, title)

    got = [read[n].people[0] if read[n].platform == "github" else None for n in names]
    assert got == want


def test_equal_copies_within_a_team_are_one(desk):
    """People and ids of all members stay, in one order, and the copies are listed."""
    for n, name in ((3, "Jane Doe"), (4, "Max Muster")):
        desk.notebook(f"Team A-{name}_{n}{FILE}/hw.ipynb", "x")
    desk.notebook(f"Team B-Wei Zhang_5{FILE}/hw.ipynb", "x")

    first, second = collect([desk.root])

    assert first.people == ("Jane Doe", "Max Muster")
    assert first.ids == (("moodle", "3"), ("moodle", "4"))
    assert first.notes[0] == "One copy for each member of Team A arrived; all are the same."
    (copy,) = [f for f in first.files if f.status is IntakeStatus.SUPERSEDED]
    assert str(copy.path) == "copy of Team_A-Max_Muster_4/hw.ipynb"
    assert copy.reason == "The same as hw.ipynb of Team_A-Jane_Doe_3, byte by byte."
    twin = "The same files, byte by byte, were handed in as Team_A-Jane_Doe_3."
    assert twin in second.notes


def test_different_work_within_a_group_stays_apart(desk):
    """A group that only sorts people merges nobody."""
    for n, name in ((3, "Jane Doe"), (4, "Max Muster")):
        desk.notebook(f"Team A-{name}_{n}{FILE}/hw.ipynb", name)

    assert [one.people for one in collect([desk.root])] == [("Jane Doe",), ("Max Muster",)]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"- 1", b"a: [", b"submission_1: &a {b: *a}", b"\xff\xfe", b"a: b",
        b"submission_1:\n  :submitters: 3", b"s:\n  :submitters:\n  - 3\n",
        b"s:\n  :submitters:\n  - :name: &x y\n  - *x\n", b"\t:", b"%YAML 9.9\n---\na: 1",
    ],
)  # fmt: skip
def test_a_damaged_gradescope_list_names_nobody(data):
    """Nothing in the list raises, and references are not followed."""
    assert all(not one.people for one in read_metadata(data).values())


def test_a_name_is_no_id(desk):
    """A student cannot take another's id by the name of a file."""
    desk.lay("alice/Ids: moodle 7.", b"x")
    desk.lay("alice/hw.ipynb", b"{")
    (one,) = collect([desk.root / "alice"])

    assert one.ids == ()


def moodle_zip(desk, name="all.zip"):
    return desk.zip(name, {
        f"Jane Doe_1{FILE}/hw.ipynb": desk.notebook_bytes("j"),
        f"Max Muster_2{FILE}/hw.ipynb": desk.notebook_bytes("m"),
    })  # fmt: skip


def test_a_download_lying_alone_in_a_folder_is_opened(desk):
    """A folder with nothing but the download is the download."""
    moodle_zip(desk)
    desk.lay("grades.csv", "a")

    arrival = receive([desk.root])

    assert [one.id for one in arrival.submissions] == ["Jane_Doe_1", "Max_Muster_2"]


def test_beside_others_an_archive_speaks_for_nobody(desk):
    """Where other work is given, too, an archive is one submission, whatever is in it."""
    mallory, alice = moodle_zip(desk, "mallory.zip"), desk.notebook("alice.ipynb")

    for paths in ([desk.root], [mallory, alice]):
        assert [one.id for one in collect(paths)] == ["alice", "mallory"]


def test_two_downloads_are_both_opened(desk):
    """Archives that all hold batches are opened, wherever they lie."""
    one = moodle_zip(desk, "a/one.zip")
    other = desk.zip("b/two.zip", {f"Wei Zhang_3{FILE}/hw.ipynb": desk.notebook_bytes("w")})

    found = collect([one, other])

    assert [one.id for one in found] == ["Jane_Doe_1", "Max_Muster_2", "Wei_Zhang_3"]


def test_one_persons_archive_is_not_a_batch(desk):
    """Folders named like parts of an answer, or with no notebook, make no people."""
    notebook = desk.notebook_bytes("x")
    for folders in (["ex1", "ex2"], ["code", "theory"], ["abgabe"], ["sheet07", "final"]):
        path = desk.zip("alice.zip", {f"{name}/hw.ipynb": notebook for name in folders})

        assert [one.id for one in collect([path])] == ["alice"]


def test_entries_of_a_download_are_as_suspect_as_any(desk):
    """Climbs, bombs and damage inside a download cost only themselves."""
    link = zipfile.ZipInfo(f"Jane Doe_1{FILE}/link.ipynb")
    link.external_attr = 0o120777 << 16
    path = desk.zip("all.zip", {
        f"Jane Doe_1{FILE}/hw.ipynb": desk.notebook_bytes("j"),
        f"Jane Doe_1{FILE}/hw.ipynb/inner.csv": b"1",
        link: b"/etc/passwd",
        f"../Max Muster_2{FILE}/hw.ipynb": desk.notebook_bytes("evil"),
        f"Max Muster_2{FILE}/zeros.csv": bytes(3 << 20),
        f"Max Muster_2{FILE}/hw.ipynb": desk.notebook_bytes("m"),
    })  # fmt: skip

    found = {one.id: one for one in collect([path])}

    assert set(found) == {"Jane_Doe_1", "Max_Muster_2", "hw", "link"}
    assert found["link"].reason == (
        "link.ipynb: it is a symbolic link, which is not followed; hand in the file itself."
    )
    assert found["hw"].reason == (
        "hw.ipynb: the archive places it outside its folder; "
        "pack it again and hand it in again."
    )
    zeros = "zeros.csv: it unpacks to more than 200 times its size; hand in a smaller file."
    assert zeros in found["Max_Muster_2"].notes
    assert [cell.source for cell in found["Max_Muster_2"].cells] == ["m"]


@pytest.mark.parametrize(("most", "count"), [(10_000, 2), (100, 1)])
def test_a_directory_that_is_too_large_is_not_opened(desk, most, count):
    """The list of entries is read only up to its cap; past it the archive is one row."""
    found = collect([moodle_zip(desk)], limits=Limits(directory_bytes=most))

    assert len(found) == count


def test_a_directory_that_lies_about_its_size_costs_nothing(desk):
    """A directory that claims two gigabytes is not read."""
    path = moodle_zip(desk)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 2 << 30)
    path.write_bytes(bytes(data))

    (one,) = collect([path])

    assert one.id == "all"
