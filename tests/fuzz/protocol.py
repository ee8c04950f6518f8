"""Mutate what a box really sent, and give it to the host's reader.

In:   recorded.bin beside this file: one real run's stream; how many mutations.
Out:  how many were refused, how many taken; the slowest; the most memory.
Touches: nothing else.

    python -m tests.fuzz.protocol 100000 [SEED]     mutate
    python -m tests.fuzz.protocol record            record the stream again, by a real run

Nothing may raise but what the reader itself turns into a note; nothing may take longer
than a second or more than 100 MiB.
"""

import io
import json
import os
import random
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader import evidence
from grader.model.digest import array_digest
from grader.model.evidence import Evidence
from grader.model.probe import Call, Probe, Trace
from grader.model.run import Limits, RunStatus
from grader.model.submission import SourceCell, Submission
from grader.model.value import Arrays, BadValue
from grader.run import hostile
from grader.run.channel import Channel
from grader.run.execute import STATES, _Session, execute
from grader.run.observed import Collector, Observed

RECORDED = Path(__file__).with_name("recorded.bin")
SECONDS, MEBIBYTES = 1.0, 100
LIMITS = Limits(line_bytes=2**20, evidence_bytes=16 * 2**20)
PROBES: tuple[Probe, ...] = (
    Call(probe="a#0", candidate="f0", form="(x)"),
    Trace(probe="network:2", candidate="n0", x=None),
    Call(probe="a#1", candidate="f1", form="(x)"),
)
ODD = (
    None, True, False, -1, 0, 1, 2**53 + 1, 10**40, 1e308, 5e-324, "", "\ud800", "\x1b[2J",
    "x" * 3000, [], {}, [[]], [{}], {"array": {"block": 0}}, {"array": {"block": 10**9}},
    {"array": {"block": 0, "whole": [10**9], "step": [1]}}, {"float": "nan"},
    {"int": "9" * 1300}, {"opaque": {"type": 5}}, {"set": [[1]]}, {"dict": [[[], 1]]},
    {"frame": {}}, {"bytes": "%%"}, {"complex": [1, "a"]}, {"tuple": [{"tuple": []}]},
    [{"array": {"block": 0}}] * 50, list(range(500)), {"kind": "end"},
)  # fmt: skip
"""Values that are put where others were."""
PIECES = (
    b"[", b"{", b'"', b",", b"}", b"]", b"\\u0000", b"NaN", b"1e999", b"\x00", b"\xff",
    b"[" * 200, b'{"a":' * 100, b"9" * 5000, b'"kind":"end",', b"-", b"\n", b" " * 300,
)  # fmt: skip
Message = tuple[bytes, list[bytes]]


def messages(stream: bytes) -> list[Message]:
    """Cut a recorded stream into lines with their blocks."""
    file, found = io.BytesIO(stream), []
    while line := file.readline():
        sizes = json.loads(line).get("blocks", [])
        found.append((line.rstrip(b"\n"), [file.read(size) for size in sizes]))
    return found


class Mutator:
    """Mutates messages, the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311

    def message(self, message: Message) -> Message:
        """Mutate the line, its blocks, or both, once or a few times."""
        line, blocks = message[0], list(message[1])
        for _ in range(self.random.choice((1, 1, 2, 4))):
            way = self.random.randrange(4)
            if way == 0 and blocks:
                place = self.random.randrange(len(blocks))
                blocks[place] = self.flipped(blocks[place])
            elif way == 1:
                line = self.flipped(line)
            else:
                line = self.swapped(line)
        return line, blocks

    def flipped(self, data: bytes) -> bytes:
        """Flip, cut, repeat, insert."""
        if not data:
            return self.random.choice(PIECES)
        a, b = sorted(self.random.randrange(len(data) + 1) for _ in range(2))
        way = self.random.randrange(6)
        if way == 0:
            number = self.random.randrange(256)
            return data[:a] + bytes([number]) + data[a + 1 :]
        if way == 1:
            return data[:a] + data[b:]
        if way == 2:
            return data[:a] + data[a:b] * 3 + data[b:]
        if way == 3:
            return data[:a]
        return data[:a] + self.random.choice(PIECES) + data[a:]

    def swapped(self, line: bytes) -> bytes:
        """Put another value, or another part of the same line, into one place."""
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            return self.flipped(line)
        if not isinstance(data, dict) or not data:
            return self.flipped(line)
        places = [(data, key) for key in data]
        for holder, key in places[:400]:
            value = holder[key]
            if isinstance(value, dict):
                places += [(value, inner) for inner in value]
            elif isinstance(value, list):
                places += [(value, number) for number in range(min(len(value), 20))]
        holder, key = self.random.choice(places)
        way = self.random.randrange(4)
        if way == 0 and isinstance(holder, dict):
            del holder[key]
        elif way == 1:
            other, name = self.random.choice(places)
            holder[key] = json.loads(json.dumps(other[name])) if name in _keys(other) else 0
        else:
            holder[key] = self.random.choice(ODD)
        return json.dumps(data).encode("ascii")


def _keys(holder: object) -> object:
    return holder if isinstance(holder, dict) else range(len(holder))  # type: ignore[arg-type]


def submission() -> Submission:
    """A notebook with as many cells as the recorded one."""
    cells = tuple(SourceCell(kind="code", source="x = 1") for _ in range(6))
    return Submission(id="a", notebook=PurePosixPath("a.ipynb"), cells=cells)


@dataclass
class Reader:
    """The host's side without processes.

    Attributes:
        counts: "taken" or "refused". slowest, s. largest, bytes.
        faults: what must not have happened.
    """

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        """Start a new run."""
        self.collector = Collector(submission(), LIMITS, "L0")
        self.collector.probes = PROBES

    def take(self, message: Message) -> None:
        """Read one message as a session does."""
        try:
            data = hostile.parse(message[0])
            sizes = hostile.sizes(data)
        except BadValue:
            self.counts["refused"] += 1
            return
        if data.get("kind") not in STATES:
            blocks = (message[1] + [b""] * len(sizes))[: len(sizes)]
            self.collector.take(data, blocks)
        else:
            self.collector.set_versions(data.get("versions"))
        self.counts["taken"] += 1

    def measured(self, message: Message, read: object = None) -> None:
        """Read one message, and note what is raised, slow or large."""
        tracemalloc.reset_peak()
        before, begin = tracemalloc.get_traced_memory()[0], time.perf_counter()
        try:
            (read or self.take)(message)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001  it is the finding
            self.faults.append(f"{type(error).__name__}: {error}: {message[0][:200]!r}")
        seconds = time.perf_counter() - begin
        size = tracemalloc.get_traced_memory()[1] - before
        self.slowest, self.largest = max(self.slowest, seconds), max(self.largest, size)
        if seconds > SECONDS or size > MEBIBYTES * 2**20:
            told = f"{seconds:.2f} s, {size / 2**20:.0f} MiB"
            self.faults.append(f"{told}: {message[0][:200]!r}")

    def kept(self) -> None:
        """What was taken can be stored and read again."""
        seen = self.collector.observed(RunStatus.OK, "")
        spelled = evidence.to_json(filled(seen))
        evidence.from_json(spelled)


def filled(seen: Observed) -> Evidence:
    """Evidence of a run."""
    return Evidence(
        submission="a",
        run=seen.run,
        cells=seen.cells,
        names=seen.names,
        candidates=seen.candidates,
        drawings=seen.drawings,
        replies=seen.replies,
        networks=seen.networks,
    )


def session(stream: bytes) -> None:
    """Read a whole mutated stream through a real pipe, with a session of the host."""
    reading, writing = os.pipe()
    sink = open(os.devnull, "wb")  # noqa: SIM115
    channel = Channel(os.fdopen(reading, "rb"), sink, LIMITS.evidence_bytes)
    collector = Collector(submission(), LIMITS, "L0")

    def ask(seen: Observed) -> tuple[tuple[Probe, ...], Arrays]:
        return (), {}

    with os.fdopen(writing, "wb") as file:
        file.write(stream[:60_000])
    _Session(channel, collector, LIMITS).run(submission(), ask)
    channel.close()


def fuzz(count: int, seed: int = 1, streams: int = 500) -> Reader:
    """Mutate `count` messages; every `streams`-th time a whole stream as well."""
    recorded = RECORDED.read_bytes()
    known, mutator, reader = messages(recorded), Mutator(seed), Reader()
    tracemalloc.start()
    for number in range(count):
        reader.measured(mutator.message(mutator.random.choice(known)))
        if number % 100 == 99:
            reader.measured((b"stored evidence", []), lambda _: reader.kept())
            reader.fresh()
        if number % streams == streams - 1:
            stream = mutator.flipped(mutator.flipped(recorded[:60_000]))
            reader.measured((stream, []), lambda message: session(message[0]))
    tracemalloc.stop()
    return reader


NOTEBOOK = (
    """\
import numpy as np
a = np.arange(12.0).reshape(3, 4)
b = {"x": [1, 2.5, None, float("nan")]}
c = 2**70
""",
    "def f(x):\n    return x.sum(-1)\nprint('hello'); f(a)",
    """\
import torch
from torch import nn
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
""",
    """\
import matplotlib.pyplot as plt
plt.contourf(a)
plt.plot([1, 2], label="l"); plt.title("t")
plt.close()
""",
    "s, t, u = 'text', (1, True), {1, 2}\n1/0",
    "k = 3",
)


def record() -> None:
    """Run a real notebook and keep every byte that its runner sends."""
    sent = bytearray()
    fill = Channel._fill

    def kept(self: Channel, deadline: float) -> None:
        size = len(self._buffer)
        fill(self, deadline)
        sent.extend(self._buffer[size:])

    Channel._fill = kept  # type: ignore[method-assign]
    cells = tuple(SourceCell(kind="code", source=source) for source in NOTEBOOK)
    given = Submission(id="a", notebook=PurePosixPath("a.ipynb"), cells=cells)

    def ask(seen: Observed) -> tuple[tuple[Probe, ...], Arrays]:
        import numpy as np

        from grader.model.value import ArrayRef

        x = np.ones((4, 2), dtype="float32")
        ref = ArrayRef(sha256=array_digest(x), dtype="float32", shape=(4, 2))
        call = Call(probe="a#0", candidate="f0", form="(x)", args=(ref,))
        return (call, Trace(probe="network:2", candidate="n0", x=ref)), {ref.sha256: x}

    execute(given, Limits(), ask)
    RECORDED.write_bytes(bytes(sent))


def main() -> int:
    """See the module's first lines."""
    if sys.argv[1:2] == ["record"]:
        record()
        print(len(messages(RECORDED.read_bytes())), "messages")
        return 0
    count, seed = int(sys.argv[1]), int((sys.argv[2:] or ["1"])[0])
    begin = time.monotonic()
    reader = fuzz(count, seed)
    print(
        f"{count} mutations, {dict(reader.counts)}, slowest {reader.slowest:.3f} s, "
        f"largest {reader.largest / 2**20:.1f} MiB, {time.monotonic() - begin:.0f} s"
    )
    for fault in dict.fromkeys(reader.faults):
        print("FAULT", fault)
    return 1 if reader.faults else 0


if __name__ == "__main__":
    sys.exit(main())
