"""Mutated lines of a real run: refused or taken, never raised, slow or large."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import protocol

MESSAGES = protocol.messages(protocol.RECORDED.read_bytes())


def test_the_recorded_run_is_read():
    """Negative control: what a real run sent is taken, every line of it."""
    reader = protocol.Reader()

    for message in MESSAGES:
        reader.take(message)

    seen = reader.collector.observed(protocol.RunStatus.OK, "")
    assert reader.counts == {"taken": len(MESSAGES)}
    assert (len(seen.candidates), len(seen.replies), len(seen.networks)) == (2, 1, 1)
    assert len(seen.drawings) == 2
    assert seen.run.notes == ()


def test_three_thousand_mutations():
    """Seeded: the same mutations in every run. More: python -m tests.fuzz.protocol N."""
    reader = protocol.fuzz(3000, seed=7)

    assert reader.faults == []
    assert min(reader.counts["taken"], reader.counts["refused"]) > 500


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(MESSAGES),
    st.integers(0, 2**32),
    st.binary(max_size=40),
    st.integers(0, 4000),
)
def test_any_bytes_anywhere(message, seed, data, place):
    """Arbitrary bytes in a line that was mutated before."""
    line, blocks = protocol.Mutator(seed).message(message)
    reader = protocol.Reader()

    reader.take((line[:place] + data + line[place:], [*blocks, data]))

    reader.kept()


def test_a_block_is_read_once():
    """Twenty bytes more in a line cost no megabyte more of work."""
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (131072,), }"
    block = b"\x93NUMPY\x01\x00v\x00" + head.ljust(117) + b"\n" + bytes(8 * 131072)
    value = [{"array": {"block": 0}}] * 4000
    plain = {"kind": "named", "cell": 0, "name": "a", "type": "t", "value": value}
    array = (json.dumps({**plain, "blocks": [len(block)]}).encode("ascii"), [block])
    reader = protocol.Reader()

    reader.measured(array)

    assert reader.collector.names
    assert reader.faults == []
