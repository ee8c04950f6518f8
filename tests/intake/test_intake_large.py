"""Large files cost neither time nor memory."""

import base64
import json
import os
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import Limits, collect
from grader.intake.content import IN_MEMORY, StoredFile, content_of, marked
from grader.intake.notebook import read_notebook
from grader.intake.shorten import shorten
from grader.model.submission import IntakeStatus

MB = 1 << 20
LIMITS = Limits()


def whole(*outputs, source="x = 1", **cell):
    cells = [{"cell_type": "code", "source": source, "outputs": list(outputs), **cell}]
    return json.dumps({"cells": cells, "nbformat": 4}, ensure_ascii=False).encode()


def pictures(count, size):
    data = {"image/png": "A" * size, "text/plain": "<Figure>"}
    return [{"output_type": "display_data", "data": data} for _ in range(count)]


def lines(count):
    return {"output_type": "stream", "text": [f"step {n}: löss 🎉\n" for n in range(count)]}


def numbers(size):
    data = {"application/vnd.plotly.v1+json": {"data": [{"x": [0.5] * 3}]}}
    whole_number = b"[" + b"0.125, " * (size // 70) + b"1]"
    text = json.dumps([{"output_type": "display_data", "data": data}])
    return text.encode().replace(b"[0.5, 0.5, 0.5]", b", ".join([whole_number] * 10))


@pytest.mark.parametrize(
    "outputs",
    [
        json.dumps(pictures(50, MB)).encode(),
        json.dumps(pictures(1500, 34_000)).encode(),
        json.dumps([lines(1_800_000)], ensure_ascii=False).encode(),
        numbers(50 * MB).replace(b'"x": ', b'"x": [').replace(b"}]}}}]", b"]}]}}}]"),
    ],
    ids=["pictures", "small pictures", "lines", "numbers"],
)
def test_fifty_megabytes_of_outputs_are_read_quickly(outputs):
    """Two seconds of this process are enough."""
    data = whole().replace(b'"outputs": []', b'"outputs": ' + outputs)
    assert len(data) > 45 * MB

    before = time.process_time()
    got = read_notebook(data, "hw.ipynb", LIMITS)
    seconds = time.process_time() - before

    assert got.cells[0].source == "x = 1"
    assert seconds < 2


def test_outputs_are_read_in_less_memory_than_they_take():
    """Neither text nor values of the whole file are ever made."""
    data = whole(*pictures(5, MB), lines(200_000))

    tracemalloc.start()
    read_notebook(data, "hw.ipynb", LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < len(data) / 2


def test_what_is_kept_of_a_long_output_is_its_beginning():
    """A long print is cut where a short one would be: the same text, the same mark."""
    short = read_notebook(whole(lines(2000)), "hw.ipynb", LIMITS)
    long = read_notebook(whole(lines(200_000)), "hw.ipynb", LIMITS)

    assert long.cells[0].saved == short.cells[0].saved
    assert long.cells[0].saved.endswith("\n[cut]")


@pytest.mark.parametrize("form", [str, lambda text: text.splitlines(keepends=True)])
def test_a_long_source_is_whole(form):
    """What a student wrote is never shortened, as one string or as lines."""
    source = "x = 'ä\\n🎉'\n" * 40_000

    got = read_notebook(whole(*pictures(1, MB), source=form(source)), "hw.ipynb", LIMITS)

    assert got.cells[0].source == source


def test_a_long_attachment_is_whole(desk):
    """A pasted photograph reaches the person who must read it, byte by byte."""
    photograph = os.urandom(600_000)
    text = base64.b64encode(photograph).decode()
    cell = {"cell_type": "markdown", "source": "![](attachment:a/../b.png)"}
    held = {"a/../b.png": {"image/png": text}, "c.png": {"image/png": "AAA"}, "d": 3}
    path = desk.notebook("alice.ipynb", cells=[{**cell, "attachments": held}])

    (one,) = collect([path])

    kept = {str(f.path): f for f in one.files if f.status is IntakeStatus.KEPT}
    (name,) = kept
    assert name == "alice attachments/cell 1 b.png"
    assert kept[name].data == photograph
    assert kept[name].reason == (
        "A picture attached to cell 1 of alice.ipynb; a person can open it."
    )
    what = "a picture attached to cell 1 of alice.ipynb is damaged; paste it again."
    refused = [f.reason for f in one.files if f.status is IntakeStatus.UNREADABLE]
    assert refused == [f"alice attachments/cell 1 c.png: {what}"]
    assert one.notes == ("alice.ipynb has no code.", *refused)


def test_damage_behind_long_outputs_is_placed_in_the_file():
    """Line and column count in the file that was handed in, not in what was shortened."""
    data = json.dumps({"cells": [], "more": ["A" * MB]}, indent=1).encode()[:-2]

    with pytest.raises(Exception, match="the file ends in the middle") as caught:
        read_notebook(data, "hw.ipynb", LIMITS)

    assert str(caught.value).startswith("hw.ipynb:5:3: ")


VALUES = st.recursive(
    st.text(max_size=5) | st.just('é\\"' * 50_000) | st.just("s" * 2000) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "image/png", "\\"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_shortening_loses_no_string(value):
    """Whatever the structure, every string is there again when it is asked for."""
    data = json.dumps([value, "p" * 300_000]).encode()
    short = shorten(data, LIMITS.json_tokens)

    def restored(part):
        part = short.full(part)
        if isinstance(part, list):
            return [restored(one) for one in part]
        if isinstance(part, dict):
            return {key: restored(one) for key, one in part.items()}
        return part

    assert len(short.data) <= len(data)
    assert restored(json.loads(short.data)) == json.loads(data)


@pytest.mark.parametrize("unclosed", [b'"' + b'\\"a' * 3_000_000, b"[" * 5_000_000])
def test_shortening_is_linear(unclosed):
    """A string that never ends is looked at once, not once per quotation mark."""
    before = time.process_time()
    shorten(unclosed, LIMITS.json_tokens)

    assert time.process_time() - before < 2


@pytest.mark.parametrize(("size", "is_lazy"), [(IN_MEMORY, False), (IN_MEMORY + 1, True)])
@pytest.mark.parametrize("packed", [False, True])
def test_large_files_wait_outside_memory(desk, size, is_lazy, packed):
    """From one byte above the cap a file is loaded when its bytes are asked for."""
    data = os.urandom(size)
    if packed:
        path = desk.zip("alice.zip", {"a.pdf": data, "hw.ipynb": desk.notebook_bytes("x")})
    else:
        desk.lay("alice/a.pdf", data)
        path = desk.notebook("alice/hw.ipynb").parent

    (one,) = collect([path])

    file = next(file for file in one.files if file.path.suffix == ".pdf")
    assert isinstance(file, StoredFile) is is_lazy
    assert file.data == data
    assert content_of(file).size == len(data)
    other = marked(file, IntakeStatus.READY, "")
    assert (other.data, other.status, file.status) == (
        data, IntakeStatus.READY, IntakeStatus.KEPT,
    )  # fmt: skip
    assert file == marked(file, file.status, file.reason)


@pytest.mark.parametrize("packed", [False, True])
def test_a_class_of_scans_takes_no_memory(desk, packed):
    """Sixteen scans of 1 MB are collected in a third of their size."""
    scan = os.urandom(MB)
    entries = {}
    for n in range(16):
        folder = f"Jane Doe_{n}_assignsubmission_file"
        entries[f"{folder}/scan.pdf"] = n.to_bytes(1) + scan
    path = desk.zip("all.zip", entries) if packed else desk.root
    for name, data in {} if packed else entries.items():
        desk.lay(name, data)
    del entries

    tracemalloc.start()
    found = collect([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 16
    assert peak < 5 * MB
    assert [one.files[0].data[:1] for one in found] == [
        n.to_bytes(1) for n in sorted(range(16), key=str)
    ]


@pytest.mark.parametrize("change", ["grown", "edited", "gone"])
def test_a_file_that_changes_meanwhile_is_not_graded(desk, change):
    """The bytes that run are those that were collected, or the batch says why not."""
    path = desk.lay("alice/scan.pdf", b"1" * 100_000)
    desk.notebook("alice/hw.ipynb")
    (one,) = collect([path.parent])
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(b"1" * 100_001 if change == "grown" else b"2" * 100_000)

    with pytest.raises(UsageError) as caught:
        _ = one.files[1].data

    what = "the file was changed or removed while its batch was graded"
    assert str(caught.value) == f"{path}: {what}\n  hint: grade again"
