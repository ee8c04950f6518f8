"""Evidence is spelled canonically and comes back as it was."""

import dataclasses
import json
import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import EvidenceError
from grader.evidence import from_json, to_json
from grader.model.bindings import Bound
from grader.model.evidence import (
    SCHEMA,
    Candidate,
    CandidateKind,
    Cell,
    CellError,
    CellStatus,
    Document,
    Drawing,
    Evidence,
    Layer,
    Named,
    NetworkReply,
    Parameter,
    Reply,
)
from grader.model.repair import Repair, RepairKind
from grader.model.run import Limits, Run, RunStatus
from grader.model.value import ArrayRef

SHA = "0123456789abcdef" * 4
EMPTY = Evidence(submission="ada", run=Run(status=RunStatus.OK))


def told(value: object) -> object:
    """Like the value, but NaN equals itself, and -0.0 and 0.0 differ."""
    if isinstance(value, float):
        return repr(value)
    if dataclasses.is_dataclass(value):
        return [told(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(told, value)]
    if isinstance(value, dict):
        return [[told(k), told(v)] for k, v in value.items()]
    return (type(value).__name__, value)


TEXT = st.text(max_size=6)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
SMALL = st.integers(0, 9)
REAL = st.floats(allow_nan=False, allow_infinity=False)
REF = st.builds(
    ArrayRef,
    sha256=st.just(SHA),
    dtype=st.sampled_from(["float32", "int8"]),
    shape=st.just((0, 2)),
    whole=st.just((0, 4)),
    step=st.just((1, 2)),
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | REF,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, one or two of them."""
    return st.lists(strategy, max_size=2).map(tuple)


ERROR = st.builds(CellError, name=TEXT, message=TEXT, line=st.none() | SMALL, trace=TEXT)
CELL = st.builds(
    Cell,
    index=SMALL,
    kind=TEXT,
    source=TEXT,
    tags=TEXTS,
    status=st.sampled_from(CellStatus),
    error=st.none() | ERROR,
    stdout=TEXT,
    stderr=TEXT,
    result=TEXT,
    pictures=TEXTS,
    saved=TEXT,
    notes=TEXTS,
)
PARAMETER = st.builds(Parameter, name=TEXT, required=st.booleans(), kind=TEXT)
CANDIDATE = st.builds(
    Candidate,
    id=TEXT,
    kind=st.sampled_from(CandidateKind),
    cell=SMALL,
    names=TEXTS,
    type=TEXT,
    parameters=many(PARAMETER),
    parameter_count=st.none() | st.integers(),
)
DRAWING = st.builds(
    Drawing,
    cell=SMALL,
    figure=SMALL,
    panel=SMALL,
    method=TEXT,
    rows=SMALL,
    columns=SMALL,
    x=st.none() | REF,
    y=st.none() | REF,
    z=st.none() | REF,
    extent=st.none() | st.tuples(REAL, REAL, REAL, REAL),
    origin=TEXT,
    cmap=TEXT,
    vmin=st.none() | REAL,
    vmax=st.none() | REAL,
    label=TEXT,
    title=TEXT,
    xlabel=TEXT,
    ylabel=TEXT,
    figure_title=TEXT,
)
LAYER = st.builds(Layer, op=TEXT, weight=st.none() | REF, bias=st.none() | REF)
RUN = st.builds(
    Run,
    status=st.sampled_from(RunStatus),
    reason=TEXT,
    limits=st.builds(
        Limits, cell_seconds=st.floats(1e-3, 1e6), output_bytes=st.integers(1)
    ),
    versions=many(st.tuples(TEXT, TEXT)),
    isolation=TEXT,
    notes=TEXTS,
)
EVIDENCE = st.builds(
    Evidence,
    submission=TEXT,
    run=RUN,
    people=TEXTS,
    ids=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    attempt=SMALL,
    origin=TEXT,
    intake=TEXT,
    intake_reason=TEXT,
    notebook=TEXT,
    notes=TEXTS,
    documents=many(st.builds(Document, path=TEXT, sha256=TEXT, size=st.integers(0))),
    cells=many(CELL),
    names=many(st.builds(Named, cell=SMALL, name=TEXT, type=TEXT, value=VALUE)),
    candidates=many(CANDIDATE),
    drawings=many(DRAWING),
    replies=many(
        st.builds(Reply, probe=TEXT, candidate=TEXT, form=TEXT, value=VALUE, error=TEXT)
    ),
    networks=many(
        st.builds(
            NetworkReply,
            probe=TEXT,
            candidate=TEXT,
            layers=many(LAYER),
            x=st.none() | REF,
            y=st.none() | REF,
            error=TEXT,
        )
    ),
    repairs=many(
        st.builds(Repair, kind=st.sampled_from(RepairKind), cell=SMALL, what=TEXT)
    ),
    bindings=many(
        st.builds(
            Bound,
            target=TEXT,
            cells=many(SMALL),
            names=TEXTS,
            panel=st.none() | SMALL,
            value=st.floats(-1e9, 1e9),
            by=TEXT,
        )
    ),
    key=TEXT,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(EVIDENCE)
def test_evidence_comes_back(evidence: Evidence):
    """Every field survives, special floats and large integers included; so do the bytes."""
    data = to_json(evidence)

    again = from_json(data)

    assert told(again) == told(evidence)
    assert to_json(again) == data


def test_every_field_is_in_the_law():
    """The law above varies every field of every kind of observation but the schema."""
    full = {
        Evidence: EVIDENCE,
        Drawing: DRAWING,
        Cell: CELL,
        Candidate: CANDIDATE,
        Layer: LAYER,
    }

    for kind, strategy in full.items():
        named = set(strategy.wrapped_strategy.kwargs)  # type: ignore[attr-defined]
        assert named >= {f.name for f in dataclasses.fields(kind)} - {"schema"}


def test_the_spelling_is_canonical():
    """Sorted keys, UTF-8 that is not escaped, a final newline."""
    data = to_json(dataclasses.replace(EMPTY, origin="Übung é 🧪"))

    assert data.endswith(b"}\n")
    assert "Übung é 🧪".encode() in data
    plain = json.loads(data)
    assert list(plain) == sorted(plain)
    assert to_json(EMPTY) == to_json(dataclasses.replace(EMPTY))


SPECIAL = [math.nan, math.inf, -math.inf]


@pytest.mark.parametrize("value", SPECIAL)
def test_special_limits_of_a_drawing(value: float):
    """Colour limits that are not finite are spelled too; an image of NaN has such."""
    drawing = Drawing(cell=0, figure=0, panel=0, method="imshow", vmin=value)
    evidence = dataclasses.replace(EMPTY, drawings=(drawing,))

    assert told(from_json(to_json(evidence))) == told(evidence)


def test_a_file_name_that_is_no_unicode():
    """A Latin-1 folder name, as the file system tells it, breaks nothing."""
    evidence = dataclasses.replace(EMPTY, origin=os.fsdecode(b"\xdcbung 7"))

    assert from_json(to_json(evidence)).origin.endswith("bung 7")


def test_another_version():
    """Evidence of another schema says what to do."""
    data = to_json(EMPTY).replace(f'"schema": {SCHEMA}'.encode(), b'"schema": 999')

    with pytest.raises(EvidenceError) as caught:
        from_json(data)
    assert str(caught.value) == (
        f"stored evidence has schema 999, this version reads {SCHEMA}: "
        "run `grader grade --fresh`"
    )


def test_no_version():
    """Evidence that tells no schema is of another one."""
    with pytest.raises(
        EvidenceError, match=r"^stored evidence has schema None, this version "
    ):
        from_json(b"{}")


def changed(**changes: object) -> bytes:
    """Evidence with other fields, as bytes."""
    return json.dumps(json.loads(to_json(EMPTY)) | changes).encode()


NAMED = {"cell": 0, "name": "w", "type": "t"}
DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b"\xff\xfe{}",
    b"[" * 100_000,
    to_json(EMPTY)[:-20],
    changed(run=None),
    changed(cells=[{}]),
    changed(cells=[{"index": 0, "kind": "code", "source": "", "status": "won"}]),
    changed(names=[NAMED | {"value": {"exec": "x"}}]),
    changed(names=[NAMED | {"value": float("nan")}]),
    changed(names=[NAMED | {"value": {"array": {"dtype": []}}}]),
    changed(names=[NAMED | {"value": {"complex": [{"int": "9" * 400}, 0]}}]),
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_evidence(data: bytes):
    """Whatever is no evidence raises EvidenceError and says so."""
    with pytest.raises(EvidenceError, match=r"^stored evidence is damaged: "):
        from_json(data)
