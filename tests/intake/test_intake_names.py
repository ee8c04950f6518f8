"""Ids, people, attempts."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import AttemptPolicy, collect
from grader.intake.attempts import attempt_of, person_attempt
from grader.intake.naming import ID_LENGTH, as_id, make_unique, safe_part, shown
from grader.intake.people import people_of, read_name


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("Jörg Müßig", "Joerg_Muessig"),
        ("Jo\u0308rg", "Joerg"),
        ("José Ångström", "Jose_Angstroem"),
        ("-rf", "rf"),
        ("NUL", "NUL_"),
        ("a b\u202ec", "a_bc"),
    ],
)
def test_ids_are_plain(name, want):
    """Umlauts are spelled out, the rest becomes ASCII, nothing looks like a path."""
    assert as_id([name]) == want


def test_a_name_without_ascii_gets_a_stable_id():
    """Scripts that cannot be spelled in ASCII still give different, lasting ids."""
    assert as_id(["张伟"]) == as_id(["张伟"]) != as_id(["王芳"])
    assert as_id(["张伟"]).startswith("name-")


@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
def test_every_id_is_a_file_name(names):
    """Whatever the name, its id is short and of safe characters."""
    got = as_id(names)

    assert 0 < len(got) <= ID_LENGTH
    assert set(got) <= set(string.ascii_letters + string.digits + "._-")
    assert got[0] not in ".-"


@given(st.lists(st.sampled_from(["a", "A", "a-2", "A-2", "b"]), max_size=8))
def test_ids_never_collide(names):
    """Ids differ also where a file system ignores case."""
    got = make_unique(names)

    assert len({name.casefold() for name in got}) == len(names)


@given(st.text())
def test_path_parts_are_storable(text):
    """No part is empty, too long, a parent folder or unprintable."""
    got = safe_part(text)

    assert got not in ("", ".", "..")
    assert len(got.encode()) <= 200
    assert got == shown(got)
    assert not set(got) & set('/\\\0:*?"<>|')


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("doe_jane", ("doe jane",)),
        ("Mueller_Schmidt_Wang", ("Mueller", "Schmidt", "Wang")),
        ("a+b+c", ("a", "b", "c")),
        ("Jane Doe und Max Muster", ("Jane Doe", "Max Muster")),
        ("ID1_ID2", ("ID1", "ID2")),
        ("3456789_3456790", ("3456789", "3456790")),
        ("Abgabe_Blatt7_Mueller_Schmidt_Wang", ("Mueller", "Schmidt", "Wang")),
        ("mlph-sheet07", ()),
        ("hw", ()),
    ],
)
def test_people_are_read_from_plain_names(name, want):
    """Several people where the name says so; what names nobody gives nobody."""
    assert people_of(name) == want


@pytest.mark.parametrize(
    ("name", "suffix", "key", "people", "file"),
    [
        ("Jane Doe_123_assignsubmission_file_", "", "Jane Doe_123", ("Jane Doe",), ""),
        ("Jane Doe_12_assignsubmission_file_hw", ".ipynb", "Jane Doe_12", ("Jane Doe",),
         "hw.ipynb"),
        ("Participant_123_assignsubmission_file", "", "Participant_123", (), ""),
        ("doejane_LATE_123_456_hw", ".ipynb", "doejane_123", ("doejane",), "hw.ipynb"),
        ("anon_77_456_hw", ".ipynb", "anon_77", (), "hw.ipynb"),
        ("anon_LATE_77_456_hw", ".ipynb", "anon_77", (), "hw.ipynb"),
        ("Jane Doe_12_assignsubmission_onlinetext", ".html", "Jane Doe_12", ("Jane Doe",),
         "text.html"),
        ("Doe_Jane_jdoe", "", "Doe_Jane_jdoe", ("Doe Jane jdoe",), ""),
        ("doejane_123_text", ".html", "doejane_123", ("doejane",), "text.html"),
        ("Doe_Jane_jdoe_123", "", "Doe_Jane_jdoe_123", ("Jane Doe",), ""),
        ("Mueller_Schmidt_3", "", "Mueller_Schmidt_3", ("Mueller Schmidt",), ""),
    ],
)  # fmt: skip
def test_platform_names_are_read(name, suffix, key, people, file):
    """Moodle, Canvas and ILIAS names give a stable key, the person and the file."""
    got = read_name(name, suffix)

    assert (got.key, got.people, got.file) == (key, people, file)


@pytest.mark.parametrize(
    ("name", "siblings", "want"),
    [
        ("alice_attempt2", [], ("alice", 2)),
        ("alice-v3", [], ("alice", 3)),
        ("alice Versuch 2", [], ("alice", 2)),
        ("alice (1)", ["alice"], ("alice", 2)),
        ("alice (1)", [], ("alice (1)", 1)),
        ("Mueller (2)", ["Mueller (1)"], ("Mueller (2)", 1)),
        ("alice-1", ["alice"], ("alice-1", 1)),
        ("alicev2", [], ("alicev2", 1)),
        ("Olivetti", [], ("Olivetti", 1)),
    ],
)
def test_only_explicit_markers_make_an_attempt(name, siblings, want):
    """A number alone never merges two people."""
    assert attempt_of(name, siblings) == want


def test_a_name_of_nobody_has_no_attempts():
    """`Gruppe (1)` and `Gruppe` may be two groups, `sheet_v2` is two students' sheet."""
    assert person_attempt("Gruppe (1)", ["Gruppe"]) == ("Gruppe (1)", 1)
    assert person_attempt("sheet_v2", []) == ("sheet_v2", 1)


@pytest.mark.parametrize(
    ("policy", "want"),
    [
        (AttemptPolicy.LATEST, [("alice", 3, "third"), ("bob", 1, "b")]),
        (AttemptPolicy.FIRST, [("alice", 1, "first"), ("bob", 1, "b")]),
        (
            AttemptPolicy.ALL,
            [("alice", 1, "first"), ("alice--attempt2", 2, "second"),
             ("alice--attempt3", 3, "third"), ("bob", 1, "b")],
        ),
    ],
)  # fmt: skip
def test_the_policy_chooses_among_attempts(desk, policy, want):
    """Latest, first or all attempts are rows, and other people are untouched."""
    desk.notebook("alice.ipynb", "first")
    desk.zip("alice (1).zip", {"hw.ipynb": desk.notebook_bytes("second")})
    desk.notebook("alice_attempt3/hw.ipynb", "third")
    desk.notebook("bob.ipynb", "b")

    got = collect([desk.root], policy)

    assert [(one.id, one.attempt, one.cells[0].source) for one in got] == want


def test_attempts_that_were_not_chosen_are_named(desk):
    """The chosen attempt says which others there are."""
    desk.notebook("alice.ipynb", "first")
    desk.notebook("alice_attempt2.ipynb", "second")

    (one,) = collect([desk.root])

    assert one.people == ("alice",)
    assert one.notes == ("Not graded, since the policy is latest: alice.ipynb.",)


def test_attempts_within_a_submission(desk):
    """A second copy from Canvas replaces the first; a document beside it stays."""
    desk.notebook("doejane_12_100_hw.ipynb", "first")
    desk.notebook("doejane_12_101_hw-1.ipynb", "second")
    desk.lay("doejane_12_102_proofs.pdf", b"%PDF")

    (latest,) = collect([desk.root])
    (first,) = collect([desk.root], AttemptPolicy.FIRST)
    every = collect([desk.root], AttemptPolicy.ALL)

    assert (latest.id, latest.attempt, latest.cells[0].source) == (
        "doejane_12",
        2,
        "second",
    )
    assert latest.notes == ("hw.ipynb: another attempt, hw-1.ipynb, was chosen.",)
    assert latest.ids == (("canvas", "12"),)
    assert {str(f.path): f.status.value for f in latest.files} == {
        "hw-1.ipynb": "ready", "hw.ipynb": "superseded", "proofs.pdf": "kept",
    }  # fmt: skip
    assert (first.attempt, first.cells[0].source) == (1, "first")
    assert [one.id for one in every] == ["doejane_12", "doejane_12--attempt2"]


def test_two_moodle_folders_of_one_person_are_one_submission(desk):
    """Files and online text of one participant come together, and nothing is lost."""
    desk.notebook("Jane Doe_12_assignsubmission_file_/hw.ipynb")
    desk.lay("Jane Doe_12_assignsubmission_onlinetext_/onlinetext.html", "<p>hi")
    desk.notebook("Jane Doe_13_assignsubmission_file_/hw.ipynb")

    first, second = collect([desk.root])

    assert (first.id, second.id) == ("Jane_Doe_12", "Jane_Doe_13")
    assert [str(file.path) for file in first.files] == ["hw.ipynb", "onlinetext.html"]


def test_lateness_is_noted(desk):
    """Canvas marks late files; a TA is told."""
    (one,) = collect([desk.notebook("doejane_LATE_123_456_hw.ipynb")])

    assert one.notes == ("Handed in late, as its name says.",)
    assert one.ids == (("canvas", "123"),)


def test_equal_names_in_two_folders_stay_two_rows(desk):
    """Two people with one name in two folders are not merged."""
    one, two = desk.root / "A", desk.root / "B"
    desk.notebook("A/jane.ipynb", "a")
    desk.notebook("A/other.ipynb", "o")
    desk.notebook("B/Jane.ipynb", "b")
    desk.notebook("B/third.ipynb", "t")

    got = collect([two, one])

    assert [one.id for one in got] == ["Jane", "jane-2", "other", "third"]


def test_terminal_escapes_never_leave_intake(desk):
    """A hostile name cannot move a cursor: nothing shown holds a control character."""
    desk.notebook("a\x1b]8;;evil\x07 b/h\x1b[2Jw.ipynb", "x")
    desk.notebook("a\x1b]8;;evil\x07 b/other\u202e.ipynb", "y = 2")

    (one,) = collect([desk.root])

    texts = [one.id, one.origin, one.reason, *one.people, *one.notes]
    texts += [str(file.path) + file.reason for file in one.files]
    assert all(shown(text) == text for text in texts)
