"""Bindings of a TA and of students on their way through a batch.

A TA's file is the one given, or the one beside the submissions; a student's is the one
in their own submission and can name cells and variables only.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader import rubric as rubrics
from grader.model.bindings import Bindings, Bound
from grader.model.rubric import Rubric
from grader.model.submission import Submission


def bindings_of(
    rubric: Rubric, given: Path | None, paths: Sequence[Path], batch: Sequence[Submission]
) -> Bindings:
    """What the TA's files bind: the file given, or those beside the submissions.

    Raises: InputError if a file is wrong.
    """
    if given is not None:
        return rubrics.read_bindings(given, rubric)
    theirs = {
        file.data for s in batch for file in s.files if file.path.name == rubrics.BINDINGS
    }
    found: dict[str, Sequence[Bound]] = {}
    for path in paths:
        beside = path / rubrics.BINDINGS
        if beside.is_file() and beside.read_bytes() not in theirs:
            found.update(rubrics.read_bindings(beside, rubric).of_submission)
    return Bindings(of_submission=found)


def with_decisions(rubric: Rubric, run: Path, bindings: Bindings) -> Bindings:
    """Bindings below the decisions that were saved with a run, if there are any.

    Raises: InputError if that file is wrong.
    """
    path = run / rubrics.BINDINGS
    if not path.is_file():
        return bindings
    saved = rubrics.read_bindings(path, rubric, rubrics.BY_REVIEW).of_submission
    names = dict.fromkeys((*saved, *bindings.of_submission))
    whole = {n: (*saved.get(n, ()), *bindings.of_submission.get(n, ())) for n in names}
    return Bindings(of_submission=whole)


def plainly(bindings: Bindings) -> dict[str, list[dict[str, Any]]]:
    """Bindings as they are kept with a run; decisions stay in a file of their own."""
    plain = {
        name: [asdict(b) for b in bound if b.by != rubrics.BY_REVIEW]
        for name, bound in bindings.of_submission.items()
    }
    return {name: bound for name, bound in plain.items() if bound}


def kept_bindings(rubric: Rubric, given: Path | None, kept: dict[str, Any]) -> Bindings:
    """What the file given binds; without one, what a run was told.

    Raises: InputError if the file is wrong.
    """
    if given is not None:
        return rubrics.read_bindings(given, rubric)
    read = TypeAdapter(dict[str, tuple[Bound, ...]]).validate_python(kept)
    return Bindings(of_submission=read)


def answers_of(
    submission: Submission, rubric: Rubric
) -> tuple[tuple[Bound, ...], tuple[str, ...]]:
    """What a student binds, and notes on what cannot be understood."""
    files = [f for f in submission.files if f.path.name == rubrics.BINDINGS]
    return rubrics.read_answers(files[0].data, rubric) if files else ((), ())


def asked_also(bound: Sequence[Bound]) -> str:
    """Names what a kernel is asked because of these bindings; "" if nothing."""
    asked = [[b.target, *b.names] for b in bound if b.names]
    return hashlib.sha256(repr(asked).encode()).hexdigest() if asked else ""
