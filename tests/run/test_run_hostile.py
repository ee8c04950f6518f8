"""The host's reader: whatever a box sends, it drops what is wrong and goes on."""

import hashlib
import io
import json
import os
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.digest import array_digest
from grader.model.probe import Call, Trace
from grader.model.run import Limits
from grader.model.value import BadValue, Opaque
from grader.run import hostile
from grader.run.channel import Channel, Ended, Silent, TooMuch
from grader.run.observed import Collector

MIB = 2**20
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def collector(make):
    return Collector(make("a = 1", "b = 2"), Limits(), "L0")


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def named(value: object, **more: object) -> dict[str, object]:
    head = {"kind": "named", "cell": 0, "name": "a", "type": "t", "value": value}
    return {**head, **more}


def channel(data: bytes, budget: int = MIB) -> Channel:
    """A channel on which a runner has sent `data` and ended."""
    reading, writing = os.pipe()
    channel = Channel(os.fdopen(reading, "rb"), io.BytesIO(), budget)
    channel.send(b"")
    with os.fdopen(writing, "wb") as file:
        file.write(data)
    return channel


LINES = {
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "closed deep list": b'{"a":' + b"[" * 500 + b"]" * 500 + b"}",
    "huge integer": b'{"a": ' + b"9" * 100_000 + b"}",
    "NaN": b'{"a": NaN}',
    "minus infinity": b'{"a": -Infinity}',
    "repeated key": b'{"kind": "end", "kind": "named"}',
    "no object": b'["kind"]',
    "no JSON": b"\x00\xff\xfe",
    "broken UTF-8": b'{"a": "\xff"}',
    "millions of lists": b'{"a": [' + b"[]," * 2_700_000 + b"[]]}",
    "millions of numbers": b'{"a": [' + b"1," * 4_000_000 + b"1]}",
    "empty": b"",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_hostile_line_is_refused_cheaply(line):
    """Deep, huge, repeated or broken JSON is one kind of error, in time and memory."""
    tracemalloc.start()
    begin = time.monotonic()

    with pytest.raises(BadValue):
        hostile.parse(line)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * MIB
    assert time.monotonic() - begin < 5


def test_texts_are_cleaned():
    """Control characters, lone surrogates and direction overrides are replaced."""
    line = json.dumps({"a": "x\x00\x1b\ud800\u202e\x9by\n\t\r\nz", "\x07": 1}).encode()

    assert hostile.parse(line) == {
        "a": "x\ufffd\ufffd\ufffd\ufffd\ufffdy\n\t\nz",
        "\ufffd": 1,
    }


@pytest.mark.parametrize(
    "sizes", [-1, [-1], ["4"], [1.5], [True], [2**50], {}, [1] * 20_000]
)
def test_lying_sizes_are_refused(sizes):
    """Blocks are announced as a list of small whole numbers."""
    with pytest.raises(BadValue):
        hostile.sizes({"blocks": sizes})


GOOD = npy(np.arange(6.0).reshape(2, 3))
HEADERS = {
    "objects": (b"'<f8'", b"'|O' "),
    "texts": (b"'<f8'", b"'<U2'"),
    "big-endian": (b"'<f8'", b"'>f8'"),
    "long double": (b"'<f8'", b"'<f9'"),
    "records": (b"'<f8'", b"[('']"),
    "Fortran order": (b"False", b"True "),
    "larger shape": (b"(2, 3)", b"(9, 9)"),
    "negative shape": (b"(2, 3)", b"(-2,3)"),
    "no shape": (b"(2, 3)", b"      "),
    "an expression": (b"(2, 3)", b"(2*3,)"),
}


@pytest.mark.parametrize(("old", "new"), HEADERS.values(), ids=HEADERS)
def test_a_damaged_array_is_refused(old, new):
    """dtype, order, shape and size must be plain and agree; nothing is evaluated."""
    assert hostile.array(GOOD).tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(BadValue):
        hostile.array(GOOD.replace(old, new))


@pytest.mark.parametrize("shape", [(0,), (0, 10**11), (10**6, 10**6, 0), (), (1,) * 32])
def test_unusual_shapes_are_arrays_or_refused(shape):
    """Empty, scalar and many-dimensional arrays never allocate what they claim."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape!r}, }}\n".encode()
    size = 0 if 0 in shape else 8
    block = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(size)

    assert hostile.array(block).shape == shape


def test_a_hash_is_ours(collector):
    """The digest is computed here; one that comes along is not looked at."""
    array = np.arange(6.0).reshape(2, 3)
    value = {"array": {"block": 0, "sha256": "0" * 64, "shape": [9], "dtype": "bool"}}

    collector.take(named(value), [npy(array)])

    seen = collector.observed("ok", "")
    assert seen.names[0].value.sha256 == array_digest(array)
    assert seen.names[0].value.shape == (2, 3)
    assert list(seen.arrays) == [array_digest(array)]


@pytest.mark.parametrize(
    "fact",
    [
        named({"array": {"block": 3}}),
        named({"array": {"block": 0, "whole": [7], "step": [2]}}),
        named({"unknown": 1}),
        named({"int": "9" * 5000}),
        named([[]] * 300_000),
        named({"dict": [[[], 1]]}),
    ],
)
def test_an_unreadable_value_costs_one_fact(collector, fact):
    """A value that cannot be read is opaque or dropped; the next one is kept."""
    collector.take(fact, [b"\x93NUMPY"])
    collector.take(named(5), [])

    seen = collector.observed("ok", "")
    assert seen.names[-1].value == 5
    assert all(isinstance(name.value, Opaque) for name in seen.names[:-1])


@pytest.mark.parametrize(
    "fact",
    [
        {"kind": "cell", "cell": 7, "status": "ok"},
        {"kind": "cell", "cell": True, "status": "ok"},
        {"kind": "cell", "cell": 0, "status": "perfect"},
        {"kind": "candidate", "cell": 0, "id": "x1"},
        {"kind": "drawing", "cell": 0, "figure": 0, "panel": -1},
        {"kind": "reply", "number": 0, "value": 1},
        {"kind": "score", "points": 10},
        {"kind": ["named"]},
        {},
    ],
)
def test_a_malformed_fact_is_noted(collector, fact):
    """What is no fact is dropped with a note, and nothing else happens."""
    before = collector.observed("ok", "")

    collector.take(fact, [])

    after = collector.observed("ok", "")
    assert after.cells == before.cells
    assert len(after.run.notes) == 1


def test_a_picture_is_a_picture(collector):
    """A cell whose picture is none is dropped; a PNG lies under its own hash."""
    cell = {"kind": "cell", "cell": 0, "status": "ok", "stdout": "x"}

    collector.take(cell, [b"<svg>"])
    collector.take(cell, [PNG + b"data"])

    seen = collector.observed("ok", "")
    digest = hashlib.sha256(PNG + b"data").hexdigest()
    assert seen.cells[0].pictures == (digest,)
    assert seen.pictures == {digest: PNG + b"data"}


def test_a_cell_is_reported_once(collector):
    """A second report of a cell does not replace the first, and the source is ours."""
    cell = {"kind": "cell", "cell": 0, "status": "error", "source": "forged"}

    collector.take(cell, [])
    collector.take({**cell, "status": "ok"}, [])

    assert collector.cells[0].status == "error"
    assert collector.cells[0].source == "a = 1"


def test_the_first_answer_to_a_probe_counts(collector):
    """Later and foreign answers are dropped; the names in a reply are the probe's."""
    call = Call(probe="q", candidate="f0", form="(x)")
    collector.probes = (call, Trace(probe="t", candidate="n0", x=None))

    for value in (1, 2):
        collector.take({"kind": "reply", "number": 0, "value": value, "probe": "z"}, [])
    collector.take({"kind": "reply", "number": 1, "value": 3}, [])
    collector.take({"kind": "reply", "number": 9, "value": 3}, [])
    collector.answer_missing()

    seen = collector.observed("ok", "")
    assert [(r.probe, r.form, r.value) for r in seen.replies] == [("q", "(x)", 1)]
    assert [(n.probe, n.error) for n in seen.networks] == [("t", "lost")]


def test_a_candidate_keeps_its_first_cell(collector):
    """An update adds names; it moves neither cell nor kind."""
    fact = {"kind": "candidate", "cell": 0, "id": "f0", "names": ["f"]}

    collector.take(fact, [])
    collector.take({**fact, "cell": 1, "names": ["f", "g"]}, [])

    (found,) = collector.candidates.values()
    assert (found.cell, found.names) == (0, ("f", "g"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "dict", "set", "frame", "block", "opaque", "float"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)
KEYS = ["cell", "name", "value", "x", "y", "z", "layers", "number", "id", "names", "status"]
KEYS += ["error", "notes", "extent"]
FACTS = ["named", "cell", "candidate", "drawing", "reply", "network", "note"]
KINDS = st.sampled_from(FACTS)


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON), KINDS, st.lists(st.binary(), max_size=2)
)
def test_no_fact_raises(make, data, kind, blocks):
    """Whatever a line holds, the collector takes it without an exception."""
    collector = Collector(make("a = 1"), Limits(), "L0")
    collector.probes = (Call(probe="q", candidate="f0", form=""),)

    collector.take({"cell": 0, "number": 0, **data, "kind": kind}, [*blocks, GOOD])

    collector.observed("ok", "")


@given(st.binary(max_size=300) | st.binary(max_size=80).map(lambda b: GOOD[:20] + b))
def test_no_bytes_raise(data):
    """Whatever bytes arrive as a line, an array or a picture: BadValue or a value."""
    for read in (hostile.parse, hostile.array, hostile.picture):
        try:
            read(data)
        except BadValue:
            continue


def test_lines_and_blocks_alternate():
    """A line is followed by exactly the bytes that it announces."""
    found = channel(b"one\n\x00\n\x01two\nrest")
    end = time.monotonic() + 5

    assert found.line(10, end) == b"one"
    assert found.block(3, end) == b"\x00\n\x01"
    assert found.line(10, end) == b"two"
    with pytest.raises(Ended):
        found.line(10, end)


def test_a_line_that_is_too_long_is_skipped():
    """It costs no more memory than the limit, and the next line is read."""
    found = channel(b"x" * 300_000 + b"\nnext\n")
    end = time.monotonic() + 5

    assert found.line(1000, end) == b""
    assert found.line(1000, end) == b"next"


def test_the_budget_of_a_channel_is_kept():
    """Past the budget nothing is read any more, announced or not."""
    end = time.monotonic() + 5

    with pytest.raises(TooMuch):
        channel(b"x" * 300_000 + b"\n", budget=200_000).line(MIB, end)
    with pytest.raises(TooMuch):
        channel(b"x\n", budget=200_000).block(300_000, end)


def test_silence_has_an_end():
    """A runner that sends nothing is not waited for past the deadline."""
    reading, writing = os.pipe()
    quiet = Channel(os.fdopen(reading, "rb"), io.BytesIO(), MIB)

    with pytest.raises(Silent):
        quiet.line(10, time.monotonic() + 0.05)
    os.close(writing)
