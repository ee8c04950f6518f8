"""Read and save where a person says an answer is (`docs/finding.md` has the format).

In:      bindings.yaml of a TA, beside the submissions, or of a student, in their own.
Out:     bindings; the text of a TA's file with one more decision in it.
Touches: reads and writes the TA's file.

A TA's mistake in their file is an error with its line; a student's is a note.
"""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.compat import StringIO

from grader.errors import InputError, Problem
from grader.model.bindings import Bindings, Bound
from grader.model.rubric import Rubric
from grader.rubric.compose import compose
from grader.rubric.flaw import Data, Document, Flaw, Trail, UnreadableError, did_you_mean
from grader.rubric.text import read_text, shown

NAME = "bindings.yaml"
LARGEST = 50_000
"""Bytes of a student's file."""
RANGE = re.compile(r"\s*(\d{1,4})\s*(?:(?:-|–|\.\.)\s*(\d{1,4})\s*)?")
KEYS = ("cell", "cells", "name", "names", "panel", "value", "because", "by", "when")
OF_STUDENTS = ("cell", "cells", "name", "names", "panel", "because")
BY_TA, BY_STUDENT = "the TA's bindings", "the student's bindings"
BY_REVIEW = "the review's decisions"


def read_bindings(path: Path, rubric: Rubric, by: str = BY_TA) -> Bindings:
    """Read a TA's file; `by` says in the feedback who it was.

    Raises: InputError with every problem and its line.
    """
    try:
        document = compose(read_text(path))
    except UnreadableError as error:
        raise InputError(_problem(path, error.flaw)) from error
    reader = _Reader(document, _targets(rubric), KEYS, by)
    table = reader.top("bindings")
    found = {
        str(name): reader.bounds(given, ("bindings", name)) for name, given in table.items()
    }
    flaws = [*document.flaws, *reader.flaws]
    if flaws:
        raise InputError(*(_problem(path, flaw) for flaw in flaws))
    return Bindings(of_submission=found)


def read_answers(data: bytes, rubric: Rubric) -> tuple[tuple[Bound, ...], tuple[str, ...]]:
    """Read a student's file: what it binds, and notes on what cannot be understood."""
    if len(data) > LARGEST:
        return (), (f"{NAME} is larger than 50 kB and was not read",)
    try:
        document = compose(data.decode("utf-8-sig"))
    except (UnreadableError, UnicodeDecodeError, RecursionError) as error:
        told = error.flaw.what if isinstance(error, UnreadableError) else "not text"
        return (), (f"{NAME} could not be read: {told}",)
    reader = _Reader(document, _targets(rubric), OF_STUDENTS, BY_STUDENT)
    found = reader.bounds(reader.top("answers"), ("answers",))
    flaws = [*document.flaws, *reader.flaws][:10]
    return found, tuple(f"{NAME}, line {flaw.line}: {flaw.what}" for flaw in flaws)


def save_binding(path: Path, submission: str, bound: Bound, **why: str) -> None:
    """Add one decision to a TA's file, or replace it; comments stay, the rest too.

    `why` may have because, by and when, in the person's words.

    Raises: InputError if the file is there and is none.
    """
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        text = with_binding(old, submission, bound, **why)
    except ValueError as error:
        raise InputError(Problem(shown(path), str(error), "mend it, or move it")) from error
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(text.encode("utf-8"))
    os.replace(fresh, path)


def with_binding(text: str, submission: str, bound: Bound, **why: str) -> str:
    """The text of a TA's file with one decision more.

    Raises: ValueError if the text is no such file.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    try:
        whole: Any = (yaml.load(text) if text.strip() else None) or CommentedMap(schema=1)
    except Exception as error:  # ruamel raises many kinds
        raise ValueError(f"is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(whole, CommentedMap) or not isinstance(
        whole.setdefault("bindings", CommentedMap()), CommentedMap
    ):
        raise ValueError("is no bindings file: it needs schema and bindings")
    own = whole["bindings"].setdefault(submission, CommentedMap())
    entry = CommentedMap([*_spelled(bound), *((k, v) for k, v in why.items() if v)])
    entry.fa.set_flow_style()
    own[bound.target] = entry
    stream = StringIO()
    yaml.dump(whole, stream)
    written: str = stream.getvalue()
    return written


def _spelled(bound: Bound) -> Iterator[tuple[str, Any]]:
    if len(bound.cells) == 1:
        yield "cell", bound.cells[0] + 1
    elif bound.cells:
        yield "cells", [cell + 1 for cell in bound.cells]
    if len(bound.names) == 1:
        yield "name", bound.names[0]
    elif bound.names:
        yield "names", list(bound.names)
    if bound.panel is not None:
        yield "panel", bound.panel + 1
    if bound.value is not None:
        yield "value", bound.value


def _targets(rubric: Rubric) -> tuple[str, ...]:
    return tuple(id for q in rubric.questions for id in (q.id, *(c.id for c in q.criteria)))


def _problem(path: Path, flaw: Flaw) -> Problem:
    return Problem(f"{shown(path)}:{flaw.line}", flaw.what, flaw.hint)


class _Reader:
    """Collects flaws while it reads, so that all are told at once."""

    def __init__(
        self, document: Document, targets: Collection[str], keys: Collection[str], by: str
    ) -> None:
        self.document, self.targets, self.keys, self.by = document, targets, keys, by
        self.flaws: list[Flaw] = []

    def complain(self, trail: Trail, what: str, hint: str = "") -> None:
        self.flaws.append(Flaw(self.document.line(trail), what, hint))

    def top(self, key: str) -> dict[str, Data]:
        """What stands under the one key that counts."""
        data = self.document.data
        found = data.get(key) if isinstance(data, dict) else None
        if not isinstance(found, dict):
            self.complain((), f"the file needs {key}: and entries below it")
            return {}
        return found

    def bounds(self, given: Data, trail: Trail) -> tuple[Bound, ...]:
        """One binding per question or criterion."""
        if not isinstance(given, dict):
            self.complain(trail, "a mapping from questions or criteria to places is needed")
            return ()
        read = (self._bound(str(id), value, (*trail, id)) for id, value in given.items())
        return tuple(bound for bound in read if bound is not None)

    def _bound(self, target: str, given: Data, trail: Trail) -> Bound | None:
        if target not in self.targets:
            hint = did_you_mean(target, self.targets)
            self.complain(trail, f"there is no question or criterion {target!r}", hint)
            return None
        if not isinstance(given, dict):
            self.complain(trail, f"{target} needs a place", "write {cell: 12} or {name: w}")
            return None
        for key in given:
            if key not in self.keys:
                hint = f"use {', '.join(self.keys)}"
                self.complain((*trail, key), f"{key!r} has no meaning here", hint)
                return None
        try:
            return self._made(target, given)
        except ValueError as error:
            self.complain(trail, str(error), "write {cell: 12} or {name: w}")
            return None

    def _made(self, target: str, given: dict[str, Data]) -> Bound:
        panel, value = given.get("panel"), given.get("value")
        if panel is not None and (not isinstance(panel, int) or isinstance(panel, bool)):
            raise ValueError(f"{target}: panel is a whole number, counted from 1")
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float)
        ):
            raise ValueError(f"{target}: value is a number")
        return Bound(
            target=target,
            cells=tuple(dict.fromkeys(_cells(target, _listed(given, "cell")))),
            names=tuple(str(name) for name in _listed(given, "name")),
            panel=None if panel is None else panel - 1,
            value=None if value is None else float(value),
            by=self.by,
        )


def _listed(given: dict[str, Data], key: str) -> list[Data]:
    """What stands under `cell` and `cells`, or `name` and `names`, as one list."""
    found: list[Data] = []
    for spelled in (key, f"{key}s"):
        value = given.get(spelled)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return found


def _cells(target: str, given: list[Data]) -> Iterator[int]:
    """Indices from 0 of 12, "12-15" and "12..15", which count from 1."""
    for part in given:
        match = RANGE.fullmatch(str(part))
        if not match or isinstance(part, bool):
            raise ValueError(f"{target}: {part!r} is no cell; cells are counted from 1")
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or last < first:
            raise ValueError(f"{target}: {part!r} is no cell; cells are counted from 1")
        yield from range(first - 1, last)
