"""Read what a function answered, convention by convention.

In:   replies to the calls of one probe.
Out:  for every convention the values, or what went wrong.
Pure.

A function may return a tuple, a list of different things or a dictionary: each of the
first few entries is read as an answer of its own, and the convention says which entry.
An entry counts only if every call gave it, so nothing is picked call by call.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

import numpy as np

from grader.find.arrays import as_array
from grader.find.plan import ROWS
from grader.model.answers import Function
from grader.model.evidence import Candidate, Reply
from grader.model.recorded import Recorded
from grader.model.value import Array

SINGLE = ", one vector at a time"
MOST_ENTRIES = 3
"""Entries of a composite result that are looked at; more would be a list of guesses."""


def answered(
    recorded: Recorded, candidate: Candidate, replies: Iterable[Reply]
) -> Function:
    """Sort the replies of one function by calling convention, in the order of probing."""
    by_form: dict[str, dict[str, Reply]] = {}
    for reply in replies:
        by_form.setdefault(reply.form, {}).setdefault(reply.probe.partition("#")[2], reply)
    values: dict[str, tuple[Array, ...]] = {}
    errors: dict[str, str] = {}
    for form, answers in by_form.items():
        single = form.endswith(SINGLE)
        found = False
        for words, key in _entries(answers):
            if arrays := _values(recorded, answers, single, key):
                plain = form.removesuffix(SINGLE)
                values[f"{plain}{words}{SINGLE if single else ''}"] = arrays
                found = True
        if not found:
            told = (reply.error for reply in answers.values() if reply.error)
            errors[form] = next(told, "no number came back")
    return Function(candidate=candidate, values=values, errors=errors)


def _entries(answers: Mapping[str, Reply]) -> Iterator[tuple[str, object]]:
    """The result itself, then its entries: what to say, and the key."""
    yield "", None
    first = next((r.value for r in answers.values() if not r.error), None)
    if isinstance(first, dict):
        for key in list(first)[:MOST_ENTRIES]:
            yield f", entry {key!r} of what it returns"[:60], key
    elif isinstance(first, list | tuple) and 1 <= len(first) <= MOST_ENTRIES:
        for index in range(len(first)):
            yield f", value {index + 1} of what it returns", index


def _values(
    recorded: Recorded, answers: Mapping[str, Reply], single: bool, key: object
) -> tuple[Array, ...]:
    """One array per tried value; empty unless every call gave numbers."""
    found: list[Array] = []
    for k in count():
        keys = [f"{k}/{row}" for row in range(ROWS)] if single else [str(k)]
        if keys[0] not in answers:
            return tuple(found)
        parts = [_numbers(recorded, answers.get(name), key) for name in keys]
        if any(p is None or p.shape != parts[0].shape for p in parts):  # type: ignore[union-attr]
            return ()
        arrays = [part for part in parts if part is not None]
        found.append(np.stack(arrays) if single else arrays[0])
    return ()


def _numbers(recorded: Recorded, reply: Reply | None, key: object) -> Array | None:
    if reply is None or reply.error:
        return None
    value: object = reply.value
    if key is not None:
        value = _entry(value, key)
    array = as_array(recorded, value)
    return array if array is not None and array.dtype.kind in "biuf" else None


def _entry(value: object, key: object) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list | tuple) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
