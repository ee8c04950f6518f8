"""Tar archives, which lie in ways of their own."""

import bz2
import gzip
import io
import tarfile

import pytest

from grader.intake import Limits, collect
from grader.intake.basket import Basket
from grader.intake.tar import unpack_tar

AGAIN = "pack it as .zip and hand it in again."


def tar_bytes(entries, form=tarfile.GNU_FORMAT, **fields):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("tar", bytes), ("tar.gz", gzip.compress), ("tgz", gzip.compress),
     ("tar.bz2", bz2.compress)],
)  # fmt: skip
def test_a_tar_is_unpacked(desk, suffix, pack):
    """Plain, gzip and bzip2 archives are opened in place, long names included."""
    notebook, long = desk.notebook_bytes("x = 1"), "d" * 120 + "/data.csv"
    data = tar_bytes({"abgabe/hw.ipynb": notebook, long: b"1", "a/._x": b"2"})

    (one,) = collect([desk.lay(f"alice.{suffix}", pack(data))])

    assert (one.id, str(one.notebook)) == ("alice", "abgabe/hw.ipynb")
    got = {str(file.path): file.status.value for file in one.files}
    assert got == {"a/._x": "ignored", "abgabe/hw.ipynb": "ready", long: "ready"}


def test_archives_in_a_tar_are_opened(desk):
    """A zip in a tar, and a tar in a zip, are folders with their names."""
    inner = desk.zip_bytes({"hw.ipynb": desk.notebook_bytes("x")})
    outer = desk.zip_bytes({"b.tar.gz": gzip.compress(tar_bytes({"c.zip": inner}))})

    (one,) = collect([desk.lay("alice.zip", outer)])

    assert str(one.notebook) == "b/c/hw.ipynb"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the archive is empty; pack it again and hand it in again."),
        (b"no tar", f"the archive is damaged or not a tar; {AGAIN}"),
        (bytes(1024), f"the archive is empty; {AGAIN}"),
        (b"x" * 1024, f"the archive is damaged or not a tar; {AGAIN}"),
        (gzip.compress(tar_bytes({"a": b""}))[:60], f"the archive is damaged; {AGAIN}"),
        (tar_bytes({"a.csv": b"1" * 5000})[:1024], f"the archive is damaged; {AGAIN}"),
        (tar_bytes({"a": b"1"}, tarfile.PAX_FORMAT, pax_headers={"comment": "7" * 20_000}),
         f"the archive is of an unusual kind; {AGAIN}"),
        (tar_bytes({"a": b"1"}, tarfile.PAX_FORMAT, pax_headers={"comment": "7" * 65}),
         f"the archive is of an unusual kind; {AGAIN}"),
        (tar_bytes({"a": b"1"}, tarfile.PAX_FORMAT, pax_headers={"size": "9" * 9}),
         f"the archive is of an unusual kind; {AGAIN}"),
        (gzip.compress(tar_bytes({"zeros": bytes(2 << 20)})),
         "it unpacks to more than 200 times its size; hand in a smaller file."),
    ],
    ids=["nothing", "text", "zeros", "noise", "cut gzip", "cut tar", "long header",
         "header", "lying size", "bomb"],
)  # fmt: skip
def test_damage_is_explained(desk, data, what):
    """An archive that is refused as a whole is a row that says what to do."""
    (one,) = collect([desk.lay("alice.tar", data)])

    reasons = [file.reason for file in one.files]
    assert f"alice.tar: {what}" in reasons or f"alice~2.tar: {what}" in reasons


@pytest.mark.parametrize(("most", "is_refused"), [(10_240, False), (10_239, True)])
def test_what_unpacks_too_far_is_refused(most, is_refused):
    """The cap holds for the whole archive, on both sides."""
    basket = Basket(Limits(file_bytes=most))

    unpack_tar(gzip.compress(tar_bytes({"a.csv": b"1"})), ["a.tgz"], [], basket)

    what = "a.tgz: it unpacks to more than 10239 bytes; hand in a smaller file."
    assert ([file.reason for file in basket.files] == [what]) is is_refused


def test_too_many_entries_are_refused_before_they_are_read(desk):
    """The number of files is counted before any is opened."""
    data = tar_bytes({f"{n}.csv": b"" for n in range(12)})

    (one,) = collect([desk.lay("alice.tar", data)], limits=Limits(entries=5))

    what = "there are more than 5 files; hand in only your own."
    assert one.reason == f"alice.tar: {what}"
