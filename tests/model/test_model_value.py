"""Values cross the boundary unchanged; JSON that is no value is refused."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.model.digest import array_digest
from grader.model.value import (
    EXACT,
    MAX_DEPTH,
    MAX_DIGITS,
    ArrayRef,
    BadValue,
    Frame,
    Opaque,
    decode,
    encode,
)

SHA = "0123456789abcdef" * 4


def told(value: object) -> object:
    """Something whose equality also tells NaN, -0.0, True and 1 apart, and types."""
    if isinstance(value, float):
        return ("float", repr(value))
    if isinstance(value, complex):
        return ("complex", told(value.real), told(value.imag))
    if isinstance(value, list | tuple):
        return (type(value).__name__, [told(item) for item in value])
    if isinstance(value, dict):
        return ("dict", [(told(k), told(v)) for k, v in value.items()])
    if isinstance(value, frozenset):
        return ("set", sorted(repr(told(item)) for item in value))
    if isinstance(value, Frame):
        return ("frame", told(value.columns), told(value.index), told(value.data))
    return (type(value).__name__, value)


def sent(value: object) -> object:
    """A value after its journey as JSON text."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@st.composite
def refs(draw: st.DrawFn) -> ArrayRef:
    """References to arrays, empty and decimated ones included."""
    whole = draw(st.lists(st.integers(0, 900), max_size=4))
    step = [draw(st.integers(1, 5)) for _ in whole]
    return ArrayRef(
        sha256=draw(st.sampled_from([SHA, "f" * 64])),
        dtype=draw(st.sampled_from(["bool", "float32", "complex128", "uint8"])),
        shape=tuple(-(-w // s) for w, s in zip(whole, step, strict=True)),
        kind=draw(st.text(max_size=80)),
        whole=tuple(whole),
        step=tuple(step),
    )


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
)
KEYS = st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
OPAQUE = st.builds(Opaque, type=st.text(max_size=200), text=st.text(max_size=200))


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Containers of values."""
    few = st.lists(inner, max_size=4)
    columns = few.map(tuple)
    return (
        few
        | columns
        | st.frozensets(KEYS, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(Frame, columns=columns, index=inner, data=columns)
    )


VALUES = st.recursive(PLAIN | refs() | OPAQUE, nested, max_leaves=20)


@settings(deadline=None)
@given(VALUES)
@example(math.nan)
@example([math.inf, -math.inf, -0.0, 0.0])
@example([EXACT, EXACT + 1, -EXACT - 1, 10**MAX_DIGITS - 1])
@example({(): "ключ", "🧪": b"\x00\xff"})
@example(ArrayRef(sha256=SHA, dtype="float64", shape=(0, 3), whole=(0, 3), step=(1, 1)))
@example([True, 1, 1.0, "1", None])
def test_every_value_comes_back(value: object):
    """Encoding, JSON and decoding are the identity, types and signs of zero included."""
    assert told(sent(value)) == told(value)


@settings(deadline=None)
@given(VALUES)
def test_one_spelling(value: object):
    """What was decoded is spelled as it was."""
    assert json.dumps(encode(sent(value))) == json.dumps(encode(value))


def test_spelling_of_special_values():
    """Integers beyond 2**53, NaN and infinities are spelled with a tag."""
    assert encode([2**53, 2**53 + 1, math.nan, math.inf, -math.inf]) == [
        2**53,
        {"int": "9007199254740993"},
        {"float": "nan"},
        {"float": "inf"},
        {"float": "-inf"},
    ]


def test_optional_parts_of_a_reference_are_filled_in():
    """An array stored in full has its own shape as a whole, and steps of 1."""
    got = sent(ArrayRef(sha256=SHA, dtype="bool", shape=(2, 0)))

    assert got == ArrayRef(
        sha256=SHA, dtype="bool", shape=(2, 0), whole=(2, 0), step=(1, 1)
    )


@pytest.mark.parametrize("value", [object(), len, np.ones(2), [{1: object()}]])
def test_what_has_no_spelling(value: object):
    """Anything else is refused, at any depth."""
    with pytest.raises(BadValue, match="no spelling for "):
        encode(value)


def deep(depth: int) -> object:
    """A list within lists."""
    data: object = 1
    for _ in range(depth):
        data = [data]
    return data


def test_the_boundary_of_depth():
    """MAX_DEPTH levels are read, one more is not."""
    assert decode(deep(MAX_DEPTH)) == deep(MAX_DEPTH)
    with pytest.raises(BadValue, match=r"^a value is too deep or has too many parts$"):
        decode(deep(MAX_DEPTH + 1))


def test_the_boundary_of_nodes():
    """200 000 parts are read, one more is not."""
    assert len(decode([0] * 199_999)) == 199_999  # type: ignore[arg-type]
    with pytest.raises(BadValue, match=r"^a value is too deep or has too many parts$"):
        decode([0] * 200_000)


def test_the_boundary_of_digits():
    """MAX_DIGITS digits are read, one more is not."""
    assert decode({"int": "9" * MAX_DIGITS}) == 10**MAX_DIGITS - 1
    with pytest.raises(BadValue, match=r"^an integer is decimal digits$"):
        decode({"int": "9" * (MAX_DIGITS + 1)})


def ref(**changes: object) -> dict[str, object]:
    """A spelled array reference."""
    whole = {"sha256": SHA, "dtype": "float64", "shape": [2, 3]} | changes
    return {"array": {k: v for k, v in whole.items() if v is not ...}}


HOSTILE: list[tuple[object, str]] = [
    (math.nan, "NaN and infinities are spelled with a tag"),
    (math.inf, "NaN and infinities are spelled with a tag"),
    (2**53 + 1, r"integers beyond 2\*\*53 are spelled with a tag"),
    ({}, "an object needs exactly one tag"),
    ({"int": "1", "float": "nan"}, "an object needs exactly one tag"),
    (b"bytes", "an object needs exactly one tag"),
    ({"exec": "import os"}, "unknown or damaged tag 'exec'"),
    ({"float": "1.0"}, "unknown or damaged tag 'float'"),
    ({"float": ["nan"]}, "unknown or damaged tag 'float'"),
    ({"int": 5}, "unknown or damaged tag 'int'"),
    ({"int": ""}, "an integer is decimal digits"),
    ({"int": "--5"}, "an integer is decimal digits"),
    ({"int": "1_0"}, "an integer is decimal digits"),
    ({"int": "٣"}, "an integer is decimal digits"),
    ({"bytes": "!"}, "bytes are spelled in base64"),
    ({"bytes": "é"}, "bytes are spelled in base64"),
    ({"tuple": {}}, "unknown or damaged tag 'tuple'"),
    ({"set": [[1]]}, "a set cannot hold a list"),
    ({"dict": [[1, 2, 3]]}, "a dict is a list of pairs"),
    ({"dict": [1]}, "a dict is a list of pairs"),
    ({"dict": [[[1], 2]]}, "a dict's key cannot be a list"),
    ({"complex": [1]}, "unknown or damaged tag 'complex'"),
    ({"complex": [True, 1]}, "a complex number has two real parts"),
    ({"complex": [{"int": "9" * 400}, 1]}, "."),
    ({"frame": {}}, "a frame has columns and data"),
    ({"frame": []}, "unknown or damaged tag 'frame'"),
    ({"opaque": {"type": 1}}, "unknown or damaged tag 'opaque'"),
    ({"array": []}, "an array needs a known dtype"),
    (ref(dtype="object"), "an array needs a known dtype"),
    (ref(dtype=["float64"]), "an array needs a known dtype"),
    (ref(dtype={}), "an array needs a known dtype"),
    (ref(sha256=...), "an array needs a sha256 and a kind"),
    (ref(kind=1), "an array needs a sha256 and a kind"),
    (ref(sha256="../../etc/passwd"), "an array's sha256 is 64 hexadecimal digits"),
    (ref(sha256="F" * 64), "an array's sha256 is 64 hexadecimal digits"),
    (ref(shape=[-1, 3]), "an array's sizes are whole numbers from 0"),
    (ref(shape=[2.0, 3]), "an array's sizes are whole numbers from 0"),
    (ref(shape=[True, 3]), "an array's sizes are whole numbers from 0"),
    (ref(shape=[2**40, 3]), "an array's sizes are whole numbers from 0"),
    (ref(shape=...), "an array's sizes are a list"),
    (ref(shape=[1] * 33), "an array's sizes are a list"),
    (ref(whole=[2]), "an array's shape, whole and step have one length"),
    (ref(step=[0, 1]), "an array's shape, whole and step have one length"),
    (ref(whole=[5, 3]), "an array's shape does not follow from whole and step"),
    (
        ref(whole=[5, 3], step=[2, 1]),
        "an array's shape does not follow from whole and step",
    ),
]


@pytest.mark.parametrize(("data", "message"), HOSTILE)
def test_hostile_json_is_refused(data: object, message: str):
    """Whatever is no value raises BadValue and nothing else."""
    with pytest.raises(BadValue, match=f"^{message}"):
        decode(data)


TAGS = [
    "int",
    "float",
    "complex",
    "bytes",
    "tuple",
    "set",
    "dict",
    "array",
    "frame",
    "opaque",
    "dtype",
    "x",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(TAGS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_a_value_or_refused(data: object):
    """No JSON raises anything but BadValue."""
    try:
        value = decode(data)
    except BadValue:
        return

    assert told(decode(encode(value))) == told(value)


def test_long_names_are_cut():
    """Texts that only describe are capped, not refused."""
    got = decode({"opaque": {"type": "t" * 300, "text": "x" * 3000}})

    assert got == Opaque(type="t" * 200, text="x" * 2000)


def test_digests_name_the_content():
    """Dtype, shape and bytes count; memory order and byte order do not."""
    plain = np.arange(6, dtype="int32").reshape(2, 3)
    same = [np.asfortranarray(plain), plain.astype(">i4"), np.repeat(plain, 2, axis=0)[::2]]
    other = [
        plain.astype("int64"),
        plain.reshape(3, 2),
        plain + 1,
        plain[:0],
        plain.view("uint32"),
    ]

    digests = {array_digest(array) for array in other}

    assert {array_digest(array) for array in same} == {array_digest(plain)}
    assert len(digests | {array_digest(plain)}) == 6


def test_a_digest_is_as_it_was():
    """Stored evidence keeps its names: digests do not change between versions."""
    assert array_digest(np.array([1.0, -0.0])) == (
        "5cc8759f644a4d3491365f47837d6a10ff1bb2b28eed4a92e297717d80176e92"
    )
    assert array_digest(np.float64(2.0)) == array_digest(np.array(2.0))  # type: ignore[arg-type]
