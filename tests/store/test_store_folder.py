"""Evidence in folders: complete or absent, read when asked for, never half."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader import store
from grader.errors import EvidenceError
from grader.model.digest import array_digest
from grader.model.evidence import Evidence
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

ARRAYS = [
    np.array([1.0, -0.0, np.nan, np.inf]),
    np.empty((0, 3)),
    np.array(True),
    np.ones((2, 2), "float32"),
]


def recorded(submission: str = "ada", arrays: list[Array] | None = None) -> Recorded:
    """Evidence with arrays, a picture and a document."""
    return Recorded(
        evidence=Evidence(submission=submission, run=Run(status=RunStatus.OK)),
        arrays={array_digest(a): a for a in (ARRAYS if arrays is None else arrays)},
        pictures={"p" * 64: b"png"},
        documents={"d" * 64: b"%PDF"},
    )


def test_what_is_written_is_read(tmp_path: Path):
    """Evidence, arrays bit by bit, pictures and documents come back."""
    store.write(tmp_path / "a" / "ada", recorded())

    got = store.read(tmp_path / "a" / "ada")

    assert got.evidence == recorded().evidence
    assert dict(got.pictures) == {"p" * 64: b"png"}
    assert dict(got.documents) == {"d" * 64: b"%PDF"}
    assert sorted(got.arrays) == sorted(map(array_digest, ARRAYS))
    for array in ARRAYS:
        again = got.arrays[array_digest(array)]
        assert (again.dtype, again.shape) == (array.dtype, array.shape)
        assert again.tobytes() == array.tobytes()


def test_nothing_else_is_left(tmp_path: Path):
    """Beside the folder lies no scratch, after one writing or two."""
    store.write(tmp_path / "ada", recorded())
    store.write(tmp_path / "ada", recorded())

    assert [path.name for path in tmp_path.iterdir()] == ["ada"]
    assert sorted(p.name for p in (tmp_path / "ada").iterdir()) == [
        "arrays",
        "documents",
        "evidence.json",
        "pictures",
    ]


def test_a_later_write_replaces_the_whole(tmp_path: Path):
    """Nothing of the older evidence stays."""
    store.write(tmp_path / "ada", recorded("old"))
    store.write(tmp_path / "ada", recorded("new", arrays=[]))

    got = store.read(tmp_path / "ada")

    assert got.evidence.submission == "new"
    assert len(got.arrays) == 0


def test_a_write_that_fails_leaves_the_old(tmp_path: Path):
    """An array of objects cannot be stored; what was there stays readable."""
    store.write(tmp_path / "ada", recorded("old"))

    with pytest.raises(ValueError, match="allow_pickle=False"):
        store.write(tmp_path / "ada", recorded("new", arrays=[np.array([object()])]))

    assert store.read(tmp_path / "ada").evidence.submission == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]


def test_a_first_write_that_fails_leaves_nothing(tmp_path: Path):
    """Half of the evidence is never found."""
    with pytest.raises(ValueError, match="allow_pickle=False"):
        store.write(tmp_path / "ada", recorded(arrays=[np.array([object()])]))

    assert not store.exists(tmp_path / "ada")
    assert list(tmp_path.iterdir()) == []


ACTS: dict[str, Callable[[Path], None]] = {
    "write": lambda folder: store.write(folder / "ada", recorded("new")),
    "link": lambda folder: store.link(folder / "new", folder / "ada"),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_renaming_that_fails_leaves_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
):
    """Even if the disk refuses the last step, the older evidence is where it was."""
    store.write(tmp_path / "ada", recorded("old"))
    store.write(tmp_path / "new", recorded("new"))
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(source).name.startswith(".new-"):
            raise OSError("no space left")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="no space left"):
        ACTS[act](tmp_path)

    assert store.read(tmp_path / "ada").evidence.submission == "old"


def test_exists(tmp_path: Path):
    """A folder without evidence in it does not count."""
    (tmp_path / "empty").mkdir()
    store.write(tmp_path / "ada", recorded())

    assert store.exists(tmp_path / "ada")
    assert not store.exists(tmp_path / "empty")
    assert not store.exists(tmp_path / "absent")


def test_reading_nothing(tmp_path: Path):
    """The message names the folder and the reason."""
    with pytest.raises(EvidenceError) as caught:
        store.read(tmp_path / "absent")

    assert (
        str(caught.value)
        == f"no evidence in {tmp_path / 'absent'}: No such file or directory"
    )


def test_reading_damaged_evidence(tmp_path: Path):
    """A truncated evidence.json is an EvidenceError."""
    store.write(tmp_path / "ada", recorded())
    path = tmp_path / "ada" / "evidence.json"
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(EvidenceError, match=r"^stored evidence is damaged: "):
        store.read(tmp_path / "ada")


def test_arrays_are_read_when_asked_for(tmp_path: Path):
    """Reading evidence opens no array; a missing one is a hole, and no exception."""
    store.write(tmp_path / "ada", recorded())
    got = store.read(tmp_path / "ada")
    digest = array_digest(ARRAYS[0])
    absent = ArrayRef(sha256="0" * 64, dtype="float64", shape=(1,))

    (tmp_path / "ada" / "arrays" / f"{digest}.npy").write_bytes(b"")

    with pytest.raises(EvidenceError) as caught:
        got.arrays[digest]
    assert str(caught.value).startswith(
        f"{tmp_path / 'ada' / 'arrays' / digest}.npy is damaged: "
    )
    assert got.array(absent) is None
    assert got.array(None) is None
    with pytest.raises(KeyError):
        got.arrays["0" * 64]


def bytes_of(array: Array, path: Path) -> bytes:
    """An .npy file's bytes."""
    np.save(path, array, allow_pickle=True)
    return path.read_bytes()


@pytest.mark.parametrize("how", ["cut", "text", "pickle", "zip"])
def test_damaged_arrays(tmp_path: Path, how: str):
    """A cut file, text, a pickle or an archive in an array's place is refused."""
    store.write(tmp_path / "ada", recorded())
    path = tmp_path / "ada" / "arrays" / f"{array_digest(ARRAYS[0])}.npy"
    pickled = bytes_of(np.array([object]), tmp_path / "pickled.npy")
    np.savez(tmp_path / "zip.npz", a=np.ones(1))
    zipped = (tmp_path / "zip.npz").read_bytes()
    damaged = {
        "cut": path.read_bytes()[:-3],
        "text": b"hello",
        "pickle": pickled,
        "zip": zipped,
    }
    path.unlink()
    path.write_bytes(damaged[how])

    with pytest.raises(EvidenceError, match=r"\.npy is damaged: "):
        store.read(tmp_path / "ada").arrays[array_digest(ARRAYS[0])]


def test_an_array_under_the_name_of_another(tmp_path: Path):
    """Content that does not belong to its name is damaged evidence."""
    store.write(tmp_path / "ada", recorded())
    path = tmp_path / "ada" / "arrays" / f"{array_digest(ARRAYS[0])}.npy"
    np.save(path, np.array([7.0, 7.0, 7.0, 7.0]))

    with pytest.raises(EvidenceError, match=r"\.npy is damaged: "):
        store.read(tmp_path / "ada").arrays[array_digest(ARRAYS[0])]


def test_a_link_is_the_same_evidence(tmp_path: Path):
    """A linked folder reads alike, replaces what was there, and shares the files."""
    store.write(tmp_path / "ada", recorded("new"))
    store.write(tmp_path / "b" / "ada", recorded("old"))

    store.link(tmp_path / "ada", tmp_path / "b" / "ada")

    assert store.read(tmp_path / "b" / "ada").evidence.submission == "new"
    one, two = (p / "evidence.json" for p in (tmp_path / "ada", tmp_path / "b" / "ada"))
    assert one.stat().st_ino == two.stat().st_ino
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["ada"]


def test_a_link_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the disk cannot link, files are copied."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    store.write(tmp_path / "ada", recorded())
    monkeypatch.setattr(os, "link", refuse)

    store.link(tmp_path / "ada", tmp_path / "ben")

    assert store.read(tmp_path / "ben").evidence == recorded().evidence


def test_writing_over_a_link_leaves_the_source(tmp_path: Path):
    """Shared files are replaced, never changed in place."""
    store.write(tmp_path / "ada", recorded("old"))
    store.link(tmp_path / "ada", tmp_path / "ben")

    store.write(tmp_path / "ben", recorded("new"))

    assert store.read(tmp_path / "ada").evidence.submission == "old"
