"""Build the models from plain data, or list everything that stands against it.

In:   a document.
Out:  a rubric or None, and faults.
Pure: no files, no kernels.

The models read JSON, strictly: in YAML as in JSON there are lists, not tuples, and a
text that looks like a number is a text.
"""

import json
from collections.abc import Iterator
from copy import deepcopy

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from grader.model.criteria import Checked
from grader.model.rubric import Rubric
from grader.rubric.flaw import Data, Document, Fault, did_you_mean, quoted, suggest
from grader.rubric.place import Place
from grader.rubric.shape import checks
from grader.rubric.words import fault_of, got

_TAGS = ("union_tag_invalid", "union_tag_not_found")


def validate(document: Document) -> tuple[Rubric | None, list[Fault]]:
    """Build the rubric; it is None if there is any fault."""
    rubric, errors = _built(_as_meant(document.data))
    faults = [*_check_faults(document)]
    for error in errors:
        fault = None if error["type"] in _TAGS else fault_of(error, document)
        faults += [fault] if fault else []
    return (None if faults else rubric), list(dict.fromkeys(faults))


def _built(data: Data) -> tuple[Rubric | None, list[ErrorDetails]]:
    try:
        return Rubric.model_validate_json(json.dumps(data), strict=True), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _criteria(data: Data) -> Iterator[Place]:
    for question in Place((), data).get("questions").entries():
        yield from question.get("criteria").entries()


def _as_meant(data: Data) -> Data:
    """The data with misspelled checks set right, to find what else is wrong there."""
    meant = deepcopy(data)
    for criterion in _criteria(meant):
        name = criterion.get("check").value
        if isinstance(criterion.value, dict) and isinstance(name, str):
            criterion.value["check"] = _meant(name)
    return meant


def _meant(name: str) -> str:
    return name if name in checks() else suggest(name, checks()) or name


def _check_faults(document: Document) -> Iterator[Fault]:
    for criterion in _criteria(document.data):
        if not isinstance(criterion.value, dict):
            continue
        if str(criterion.get("check").value) not in checks():
            yield _check_fault(criterion)
            yield from _common_faults(criterion, document)


def _check_fault(criterion: Place) -> Fault:
    check = criterion.get("check")
    if check.text:
        hint = did_you_mean(check.text, checks(), "checks")
        return Fault(check.trail, f"unknown check {quoted(check.text)}", hint)
    listed = f"checks: {', '.join(checks())}"
    if "check" not in criterion.names:
        return Fault(criterion.trail, "a criterion needs the key 'check'", listed)
    what = f"check needs the name of a check, got {got(check.value)}"
    return Fault(check.trail, what if check.text is None else "check is empty", listed)


def _common_faults(criterion: Place, document: Document) -> Iterator[Fault]:
    """What is wrong with the keys that all criteria share, where no check is known."""
    if suggest(criterion.get("check").text or "", checks()):
        return
    shared = {
        k: criterion.get(k).value for k in {*criterion.names} & {*Checked.model_fields}
    }
    try:
        Checked.model_validate_json(json.dumps({**shared, "check": "any"}), strict=True)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            yield from _placed(details, criterion, document)


def _placed(details: ErrorDetails, criterion: Place, document: Document) -> Iterator[Fault]:
    """The fault at its place in the file; any check's tag leads to the shared keys."""
    loc = (*criterion.trail, next(iter(checks())), *details["loc"])
    fault = fault_of({**details, "loc": loc}, document)
    if fault:
        yield fault
