"""Whatever bytes arrive, they become a submission."""

import bz2
import gzip
import io
import random
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.intake import Limits, collect, listing, receive
from grader.intake.gradescope import read_metadata
from grader.model.submission import Submission

SMALL = Limits(file_bytes=200_000, total_bytes=400_000)
QUICK = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 4)),
    min_size=1,
    max_size=6,
)


def mutated(data: bytes, edits: list[tuple[float, bytes, int]]) -> bytes:
    for place, new, drop in edits:
        at = int(place * len(data))
        data = data[:at] + new + data[at + drop :]
    return data


def is_one_row(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    got = collect([path], limits=SMALL)
    texts = [got[0].id, got[0].reason, *got[0].notes, *(c.source for c in got[0].cells)]
    "".join(texts).encode()  # a half character anywhere would raise here
    return len(got) == 1 and isinstance(got[0], Submission)


@QUICK
@given(edits=EDITS)
def test_a_mutated_notebook_is_a_row(desk, edits):
    """No damage to a notebook raises."""
    data = mutated(desk.notebook_bytes("x = 'ä\\n'", "y = [1, 2]"), edits)

    assert is_one_row(desk.root / "a.ipynb", data)


@QUICK
@given(edits=EDITS)
def test_a_mutated_old_notebook_is_a_row(desk, edits):
    """No damage to a notebook of format 3 raises."""
    old = (
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": ['
        b'{"cell_type": "code", "input": ["x"], "language": "python", "outputs": ['
        b'{"output_type": "pyout", "text": ["1"]}]}]}]}'
    )

    assert is_one_row(desk.root / "a.ipynb", mutated(old, edits))


@QUICK
@given(edits=EDITS)
def test_a_mutated_archive_is_a_row(desk, edits):
    """No damage to an archive raises."""
    inner = desk.zip_bytes({"b.csv": b"1" * 300})
    data = desk.zip_bytes({"hw.ipynb": desk.notebook_bytes("x"), "d/i.zip": inner})

    assert is_one_row(desk.root / "a.zip", mutated(data, edits))


@QUICK
@given(edits=EDITS)
def test_a_mutated_script_is_a_row(desk, edits):
    """No damage to a script raises."""
    data = (
        b'# %% [markdown] tags=["a"] {"b": 1}\n# text\n\n# %%\nx = """1"""\n# +\ny\n# -\n'
    )

    assert is_one_row(desk.root / "a.py", mutated(data, edits))


@QUICK
@given(edits=EDITS, form=st.sampled_from([bytes, gzip.compress, bz2.compress]))
def test_a_mutated_tar_is_a_row(desk, edits, form):
    """No damage to a tar raises, before or after it was compressed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("hw.ipynb", "ü" * 120 + ".csv"):
            info = tarfile.TarInfo(name)
            info.size = 6
            archive.addfile(info, io.BytesIO(b"x = 12"))

    assert is_one_row(desk.root / "a.tar", form(mutated(buffer.getvalue(), edits)))
    assert is_one_row(desk.root / "b.tar", mutated(form(buffer.getvalue()), edits))


@QUICK
@given(edits=EDITS)
def test_a_mutated_download_is_rows(desk, edits):
    """No damage to a whole batch raises, and some row says what became of it."""
    data = desk.zip_bytes({
        "Jane Doe_1_assignsubmission_file/hw.ipynb": desk.notebook_bytes("x"),
        "submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :name: Jane\n",
        "submission_1/hw.zip": desk.zip_bytes({"hw.ipynb": b"{}"}),
    })  # fmt: skip
    path = desk.lay("all.zip", mutated(data, edits))

    arrival = receive([path], limits=SMALL)

    assert listing(arrival.submissions, arrival.strays)
    assert len({one.id for one in arrival.submissions}) == len(arrival.submissions) > 0


@QUICK
@given(edits=EDITS)
def test_a_mutated_gradescope_list_raises_nothing(edits):
    """No damage to the platform's own list raises."""
    text = b"submission_1:\n  :submitters:\n  - :name: 'Jane'\n    :sid: \"1\"\n"

    assert isinstance(read_metadata(mutated(text, edits)), dict)


@pytest.mark.parametrize("suffix", ["ipynb", "py", "zip", "pdf", "tgz", "html", "xyz"])
def test_noise_is_a_row(desk, suffix):
    """Random bytes under any suffix are a row."""
    noise = random.Random(7)  # noqa: S311

    for size in (0, 1, 2, 3, 4, 100, 5000):
        assert is_one_row(desk.root / f"a.{suffix}", noise.randbytes(size))
