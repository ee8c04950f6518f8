"""Null answers earn nothing: not in any rubric, not on any criterion."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import rubric as rubrics
from grader import store
from grader.judge import Judge
from grader.model.finds import (
    FindArray,
    FindDrawings,
    FindFunction,
    FindNetwork,
    FindNumber,
)
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.value import Frame, Opaque
from grader.model.verdict import Outcome

ROOT = Path(__file__).parents[2]
RUBRICS = [*sorted((ROOT / "rubrics").glob("*.yaml")),
           ROOT / "tests" / "hostile" / "assignment" / "hostile.yaml"]  # fmt: skip
EARNING = (Outcome.PASS, Outcome.PARTIAL)
EMPTY_FRAME = Frame(columns=(), index=(), data=())

VALUES: dict[str, Any] = {
    "None": None,
    "[]": [],
    "[[]]": [[]],
    "()": (),
    "{}": {},
    "empty text": "",
    "the text nan": "nan",
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "0": 0,
    "0.0": 0.0,
    "1": 1,
    "-1": -1,
    "True": True,
    "False": False,
    "huge": 10**1000,
    "complex nan": complex("nan+nanj"),
    "bytes": b"",
    "empty frame": EMPTY_FRAME,
    "an object": Opaque(type="object"),
    "a list of None": [None, None],
    "a list of nan": [float("nan")] * 40,
    "empty array": np.empty(0),
    "empty matrix": np.empty((0, 3)),
    "array ()": np.zeros(()),
    "array (1,)": np.zeros(1),
    "array (1, 1)": np.ones((1, 1)),
    "array of truth": np.ones(3, dtype=bool),
    "matrix of nan": np.full((40, 40), np.nan),
}
"""Answers that hold nothing, whatever was asked."""

SHAPED: dict[str, Callable[[tuple[int, ...]], Any]] = {
    "zeros": np.zeros,
    "ones": np.ones,
    "nans": lambda shape: np.full(shape, np.nan),
    "infinities": lambda shape: np.full(shape, np.inf),
    "truths": lambda shape: np.ones(shape, dtype=bool),
    "a row more": lambda shape: np.zeros((1, *shape)),
    "one too long": lambda shape: np.zeros((*shape[:-1], (shape or (0,))[-1] + 1)),
    "huge": lambda shape: np.full(shape, 1e308),
}
"""Answers of the right shape that hold nothing."""

TICKS = np.linspace(-1, 1, 64)
FAR = np.r_[-1e9, np.zeros(62), 1e9]
LARGE = {"whole": (640, 640), "step": (10, 10)}
"""What a recorder keeps of a large image."""
DRAWN: dict[str, Callable[[], Iterator[tuple[np.ndarray, dict[str, Any]]]]] = {
    "constants": lambda: (
        (np.full((64, 64), value), LARGE) for value in (0.0, 1.0, 0.5, -1.0, 1e308)
    ),
    "not finite": lambda: (
        (np.full((64, 64), value), LARGE) for value in (np.nan, np.inf, -np.inf)
    ),
    "tiny": lambda: ((np.zeros(shape), {}) for shape in ((1, 1), (2, 2), (8, 8), (0, 0))),
    "truths": lambda: ((np.ones((64, 64), dtype=bool), {}) for _ in range(1)),
    "no plane": lambda: ((np.zeros(shape), {}) for shape in ((), (9,), (64, 64, 3))),
    "constants with coordinates": lambda: (
        (np.full((64, 64), value), {"x": TICKS * reach, "y": TICKS * reach})
        for value in (0.0, 1.0, 0.5)
        for reach in (1, 10, 100)
    ),
    "noise": lambda: (
        (np.random.default_rng(k).random((64, 64)), {"x": TICKS, "y": TICKS})
        for k in range(3)
    ),
    "a grid that is one point": lambda: (
        (np.full((64, 64), value), {"x": FAR, "y": FAR}) for value in (0.0, 1.0, 0.5)
    ),
    "a grid of nan": lambda: (
        (np.zeros((64, 64)), {"x": TICKS * np.nan, "y": TICKS}) for _ in range(1)
    ),
    "an extent without size": lambda: (
        (np.zeros((64, 64)), {"extent": extent, "origin": "lower"})
        for extent in ((0.0, 0.0, 0.0, 0.0), (1.0, 1.0, -1.0, -1.0), (-1e300, 1e300) * 2)
    ),
}
"""Drawings that show nothing; small enough to be kept whole."""

WORDS = {
    "nothing": "",
    "a heading": "# \n##",
    "punctuation": "?!. -- ...",
    "digits": "0 1 2",
}
NUMBERS = {"zeros": 0.0, "nan": float("nan"), "inf": float("inf")}

EXEMPT = {
    "files_present": "a file's name is all it asks for; it decides flags",
    "files_only": "what kinds of files there are is all it asks for",
    "imports_only": "an empty notebook imports nothing else",
    "source_avoids": "an empty notebook uses nothing of the kind",
    "people_at_most": "it reads the folder's name, not an answer",
    "group_size": "it reads the folder's name, not an answer",
}
"""Checks that no null answer is an answer to, as long as they decide flags."""

DECLARED: dict[tuple[str, str], str] = {}
"""(check, animal) -> why it may earn something."""

LACKS = "the reference has no"
"""What the reference made by hand does not know; a stored one does, if there is one."""

OPEN: dict[tuple[str, str], str] = {}
"""(check, animal) -> a hole that is known; remove it here when it is closed."""


def _rubrics() -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in RUBRICS]


@pytest.fixture(scope="session", params=_rubrics())
def rubric(request: pytest.FixtureRequest) -> Rubric:
    return rubrics.load(request.param)


@pytest.fixture(scope="session")
def judges(rubric: Rubric, tools: Any) -> list[Judge]:
    """Judges with a reference made by hand, and with the last of an audit, if any."""
    found = [Judge(rubric, tools.made_reference(rubric))]
    stored = (ROOT / "results" / rubric.assignment).glob("*/reference")
    stored = sorted(stored, key=lambda path: path.stat().st_mtime)
    return found + [Judge(rubric, store.read(path)) for path in stored[-1:]]


def earned(judges: list[Judge], got: Recorded, animal: str) -> list[str]:
    """Criteria that a machine gave something for, and that were not declared.

    A hole that is known makes the test an expected failure, unless there are others.
    """
    found, known = [], []
    for judge in judges:
        criteria = {c.id: c for _, c in judge.rubric.criteria()}
        for id, verdict in judge.verdicts(got).items():
            check = criteria[id].check
            if judge is judges[0] and LACKS in verdict.reason:
                continue
            assert verdict.outcome is not Outcome.JUDGE_ERROR, (id, verdict)
            flag = check in EXEMPT and not criteria[id].points
            if verdict.outcome not in EARNING or flag:
                continue
            if (check, animal) in OPEN:
                known.append(f"{id}: {OPEN[check, animal]}")
            elif (check, animal) not in DECLARED:
                found.append(f"{id} ({check}): {verdict.reason}")
    if known and not found:
        pytest.xfail("; ".join(dict.fromkeys(known)))
    return found


@pytest.mark.parametrize("name", VALUES)
def test_an_answer_that_holds_nothing_earns_nothing(rubric, judges, tools, name):
    """One null value under every name, beside every label, from every function."""
    value = VALUES[name]
    book = tools.Notebook(rubric)
    for question, criterion in rubric.criteria():
        for kind in (FindNumber, FindArray):
            for what in tools.finds(criterion, kind):
                tools.answer_name(book, question.id, what, value)
        for _ in tools.finds(criterion, FindFunction):
            tools.answer_function(book, question.id, criterion, lambda k, shape: value)

    assert earned(judges, book.recorded(), name) == []


@pytest.mark.parametrize("name", SHAPED)
def test_an_answer_of_the_right_shape_earns_nothing(rubric, judges, tools, name):
    """Constants in the shape that was asked for, under every name, from every function."""
    make = SHAPED[name]
    book = tools.Notebook(rubric)
    for question, criterion in rubric.criteria():
        for what in tools.finds(criterion, FindArray):
            tools.answer_name(book, question.id, what, make(what.shape))
        for _ in tools.finds(criterion, FindFunction):
            for part in (slice(None, -1), slice(None)):
                tools.answer_function(
                    book, question.id, criterion, lambda k, shape, p=part: make(shape[p])
                )

    assert earned(judges, book.recorded(), name) == []


@pytest.mark.parametrize("network", [None, *NUMBERS])
@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_that_shows_nothing_earns_nothing(rubric, judges, tools, name, network):
    """Null drawings by every method, in the wanted colours, beside null networks."""
    book, colours = tools.Notebook(rubric), {}
    for question, criterion in rubric.criteria():
        for what in tools.finds(criterion, FindNetwork) if network else ():
            tools.answer_network(book, what, question.id, NUMBERS[network])
        for _ in tools.finds(criterion, FindDrawings):
            colours.setdefault(question.id, "viridis")
            if hasattr(criterion, "cmap"):
                colours[question.id] = criterion.cmap
    for (question, cmap), method in product(colours.items(), tools.METHODS):
        for z, more in DRAWN[name]():
            tools.draw(book, question, z, method, cmap=cmap, **more)

    assert earned(judges, book.recorded(), name) == []


@pytest.mark.parametrize("name", NUMBERS)
def test_a_network_that_holds_nothing_earns_nothing(rubric, judges, tools, name):
    """One linear layer of zeros, of NaN or of infinities, under every name."""
    book = tools.Notebook(rubric)
    for question, criterion in rubric.criteria():
        for what in tools.finds(criterion, FindNetwork):
            tools.answer_network(book, what, question.id, NUMBERS[name])

    assert earned(judges, book.recorded(), name) == []


@pytest.mark.parametrize("name", WORDS)
def test_words_that_say_nothing_earn_nothing(rubric, judges, tools, name):
    """No words, headings, punctuation or digits under every question."""
    book = tools.Notebook(rubric, words=WORDS[name])

    assert earned(judges, book.recorded(), name) == []


def test_the_reference_of_the_zoo_is_one(rubric, judges, tools):
    """Negative control: the reference made by hand earns what it holds answers to."""
    held = ("number_close", "array_close", "function_matches", "fields_drawn")
    reference = judges[0].reference

    verdicts = judges[0].verdicts(reference)

    wanted = [c for _, c in rubric.criteria() if c.check in held]
    if not wanted:
        pytest.skip("nothing of what is made by hand is asked for")
    wanted = [c for c in wanted if LACKS not in verdicts[c.id].reason]
    assert {c.id: str(verdicts[c.id].outcome) for c in wanted} == {
        c.id: "pass" for c in wanted
    }
