"""Archives that lie, climb, explode or nest."""

import io
import stat
import struct
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from grader.intake import Limits, collect
from grader.model.submission import IntakeStatus

LIMITS = Limits()
AGAIN = "pack it again and hand it in again."
SMALLER = "hand in a smaller file."


def statuses(submission):
    return {str(file.path): file.status.value for file in submission.files}


def entry(name, mode=0, **fields):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def test_an_archive_is_unpacked_in_place(desk):
    """Entries keep their paths; leftovers of systems are listed and not read."""
    path = desk.zip("alice.zip", {
        "abgabe/hw.ipynb": desk.notebook_bytes("x = 1"),
        "abgabe/data/größe.csv": "1",
        "__MACOSX/abgabe/._hw.ipynb": b"\0",
        "abgabe/.ipynb_checkpoints/hw-checkpoint.ipynb": b"{}",
        "abgabe/.DS_Store": b"\0",
    })  # fmt: skip

    (one,) = collect([path])

    assert (one.id, one.status, str(one.notebook)) == (
        "alice", IntakeStatus.READY, "abgabe/hw.ipynb",
    )  # fmt: skip
    assert statuses(one) == {
        "__MACOSX/abgabe/._hw.ipynb": "ignored",
        "abgabe/.DS_Store": "ignored",
        "abgabe/.ipynb_checkpoints/hw-checkpoint.ipynb": "ignored",
        "abgabe/data/größe.csv": "ready",
        "abgabe/hw.ipynb": "ready",
    }


@pytest.mark.parametrize(
    ("bad", "kept", "what"),
    [
        (entry("../evil.py"), "evil.py",
         f"the archive places it outside its folder; {AGAIN}"),
        (entry("/etc/evil.py"), "etc/evil.py",
         f"the archive gives it an absolute path; {AGAIN}"),
        (entry("C:/evil.py"), "C_/evil.py",
         f"the archive gives it an absolute path; {AGAIN}"),
        (entry("a\\evil.py"), "a/evil.py",
         f"its name in the archive holds a backslash or a zero; {AGAIN}"),
        (entry("/".join("a" * 33)), "/".join("a" * 33),
         f"it lies more than 32 folders deep; {AGAIN}"),
        (entry("link.py", stat.S_IFLNK | 0o777), "link.py",
         "it is a symbolic link, which is not followed; hand in the file itself."),
        (entry("pipe.py", stat.S_IFIFO | 0o666), "pipe.py",
         "it is not an ordinary file; hand in ordinary files only."),
        (entry("big.csv", compress_type=zipfile.ZIP_LZMA), "big.csv",
         f"it is packed by an unusual method; {AGAIN}"),
    ],
)  # fmt: skip
def test_a_bad_entry_costs_only_itself(desk, bad, kept, what):
    """A refused entry is listed with its reason, empty; the rest still counts."""
    path = desk.zip("alice.zip", {bad: b"x = 1", "hw.ipynb": desk.notebook_bytes("x")})

    (one,) = collect([path])

    refused = [file for file in one.files if file.status is IntakeStatus.UNREADABLE]
    got = [(str(file.path), file.data, file.reason) for file in refused]
    assert got == [(kept, b"", f"{kept}: {what}")]
    assert one.status is IntakeStatus.READY
    assert one.notes == (f"{kept}: {what}",)


def test_an_encrypted_entry_is_refused(desk):
    """A password is never asked for; the reason says what to do."""
    data = bytearray(desk.zip_bytes({"hw.ipynb": desk.notebook_bytes("x")}))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    (one,) = collect([desk.lay("alice.zip", bytes(data))])

    what = "it is encrypted; hand it in without a password."
    assert (one.status, one.reason) == (IntakeStatus.UNREADABLE, f"hw.ipynb: {what}")


def test_a_size_that_lies_is_damage(desk):
    """An entry longer than it says is not kept: no size is trusted."""
    entries = {"a.csv": b"1" * 5000, "hw.ipynb": desk.notebook_bytes("x")}
    data = bytearray(desk.zip_bytes(entries))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)

    (one,) = collect([desk.lay("alice.zip", bytes(data))])

    assert one.notes[0] == f"a.csv: it is damaged inside the archive; {AGAIN}"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", f"the archive is empty; {AGAIN}"),
        (b"no zip", f"the archive is damaged or not a zip; {AGAIN}"),
        (b"Rar!\x1a\x07\x01\x00", f"this is a rar archive, not a zip; {AGAIN}"),
    ],
)
def test_a_damaged_archive_is_a_row(desk, data, what):
    """An archive that cannot be opened is a submission with a status."""
    (one,) = collect([desk.lay("alice.zip", data)])

    assert (one.status, one.reason) == (IntakeStatus.UNREADABLE, f"alice.zip: {what}")


@pytest.mark.parametrize("suffix", ["rar", "7z", "tar.xz", "gz"])
def test_other_archives_are_not_opened(desk, suffix):
    """Archives of other kinds are listed; the student can hand in a zip."""
    (one,) = collect([desk.lay(f"alice.{suffix}", b"Rar!")])

    what = "archives of this kind are not opened; pack it as .zip and hand it in again."
    assert (one.status, one.reason) == (IntakeStatus.UNREADABLE, f"alice.{suffix}: {what}")


@pytest.mark.parametrize(
    ("cap", "fits", "what"),
    [
        ("file_bytes", 1000, f"a.csv: it is larger than 999 bytes; {SMALLER}"),
        ("total_bytes", 1001,
         f"b.csv: with it the submission is larger than 1000 bytes; {SMALLER}"),
        ("ratio_floor", 1000,
         f"a.csv: it unpacks to more than 2 times its size; {SMALLER}"),
        ("entries", 2, "alice.zip: there are more than 1 files; hand in only your own."),
    ],
)  # fmt: skip
def test_archive_caps_hold_on_both_sides(desk, cap, fits, what):
    """What equals a cap is kept; one more is refused with the cap in the reason."""
    path = desk.zip("alice.zip", {"a.csv": b"1" * 1000, "b.csv": b"2"})
    limits = replace(LIMITS, ratio=2 if cap == "ratio_floor" else LIMITS.ratio)

    (inside,) = collect([path], limits=replace(limits, **{cap: fits}))
    (outside,) = collect([path], limits=replace(limits, **{cap: fits - 1}))

    assert set(statuses(inside).values()) == {"ready"}
    assert what in [file.reason for file in outside.files]


@pytest.mark.parametrize(("depth", "status"), [(3, "ready"), (2, "unreadable")])
def test_archives_in_archives(desk, depth, status):
    """Three deep is opened, each as a folder with its name; deeper is refused."""
    inner = desk.zip_bytes({"hw.ipynb": desk.notebook_bytes("deep")})
    path = desk.zip("alice.zip", {"b.zip": desk.zip_bytes({"c.zip": inner})})

    (one,) = collect([path], limits=replace(LIMITS, archive_depth=depth))

    assert one.status.value == status
    if status == "ready":
        assert str(one.notebook) == "b/c/hw.ipynb"
    else:
        assert (
            one.reason == f"b/c.zip: archives lie more than 2 deep in one another; {AGAIN}"
        )


def test_a_bomb_does_not_fill_memory(desk):
    """30 MB of zeros in a small file are refused without being unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(entry("zeros.csv"), "w") as stream:
            for _ in range(30):
                stream.write(bytes(1 << 20))
        archive.writestr("hw.ipynb", desk.notebook_bytes("x"))
    path = desk.lay("alice.zip", buffer.getvalue())

    tracemalloc.start()
    (one,) = collect([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    what = f"zeros.csv: it unpacks to more than 200 times its size; {SMALLER}"
    assert one.notes == (what,)
    assert peak < 8 << 20


def test_a_sparse_giant_on_disk_is_not_read(desk):
    """A file of 10 GB that takes no room on disk takes none in memory."""
    path = desk.notebook("alice/hw.ipynb").parent
    with (path / "giant.csv").open("wb") as file:
        file.truncate(10 << 30)

    tracemalloc.start()
    (one,) = collect([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert one.notes == (f"giant.csv: it is larger than 100 MB; {SMALLER}",)
    assert peak < 8 << 20


def test_colliding_names_are_all_kept(desk):
    """Names that differ in case or composition, and files named like folders, coexist."""
    path = desk.zip("alice.zip", {
        "hw.ipynb": desk.notebook_bytes("x"), "A.csv": "1", "a.csv": "2", "b": "3",
        "b/c.csv": "4", "gr\u00f6.csv": "5", "gro\u0308.csv": "6",
    })  # fmt: skip

    (one,) = collect([path])

    kept = {file.data: str(file.path) for file in one.files}
    assert kept[b"1"] == "A.csv"
    assert kept[b"2"] == "a~2.csv"
    assert kept[b"4"] == "b~3/c.csv"
    assert kept[b"6"] == "gr\u00f6~2.csv"


@pytest.mark.parametrize(("entries", "lost"), [(4, False), (3, True)])
def test_a_folder_with_too_many_files_is_cut(desk, entries, lost):
    """Past the cap files on disk are not read, and the row says so."""
    folder = desk.notebook("alice/a.ipynb").parent
    for name in "bcd":
        desk.lay(f"alice/{name}.csv", "1")

    (one,) = collect([folder], limits=replace(LIMITS, entries=entries))

    note = "d.csv: there are more than 3 files; the rest is not read."
    assert one.notes == ((note,) if lost else ())


@pytest.mark.parametrize(("depth", "lost"), [(2, False), (1, True)])
def test_a_deep_folder_is_cut(desk, depth, lost):
    """Folders deeper than the cap are refused, not walked."""
    desk.lay("alice/one/data.csv", "1")
    desk.notebook("alice/hw.ipynb")

    (one,) = collect([desk.root / "alice"], limits=replace(LIMITS, folder_depth=depth))

    what = "one: it lies more than 1 folders deep; it is not read."
    assert (what in one.notes) is lost
