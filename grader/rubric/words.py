"""Say in plain words what pydantic found.

In:   one pydantic error, the document it is about.
Out:  one fault: a place, a sentence, a hint.
Pure: no files, no kernels.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from grader.model.criteria import Checked, Tolerance
from grader.model.rubric import Question, Rubric
from grader.rubric.flaw import Document, Fault, Trail, did_you_mean, quoted
from grader.rubric.scalars import is_number
from grader.rubric.shape import Model, keys, trail_and_model

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}

_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def fault_of(error: ErrorDetails, document: Document) -> Fault | None:
    """Translate one error; None for an echo of others.

    Pydantic calls a list too short when its entries are wrong: that is an echo.
    """
    kind = error["type"]
    if kind in ("too_short", "too_long"):
        return _length(error)
    if kind == "string_too_short" or _no_reason(error):
        return _empty(error)
    if kind in _WANTED:
        return _wrong_type(error, document)
    return _SPECIAL.get(kind, _other)(error)


def subject(trail: Trail) -> str:
    """How a sentence calls a place: `points`, `entry 2 of near`, `the rubric`."""
    if not trail:
        return "the rubric"
    last = trail[-1]
    if isinstance(last, str):
        return last
    return f"entry {last + 1} of {subject(trail[:-1])}"


def got(value: Any) -> str:
    """How a sentence calls a value of the wrong type."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a mapping"


def _wrong_type(error: ErrorDetails, document: Document) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    value = error["input"]
    what = f"{subject(trail)} needs {_WANTED[error['type']]}, got {got(value)}"
    return Fault(trail, what, _type_hint(error, document.raw.get(trail, "")))


def _type_hint(error: ErrorDetails, raw: str) -> str:
    kind, value = error["type"], error["input"]
    if kind == "string_type" and raw and value is not None:
        return f'write "{raw}" in quotes'
    if kind == "tuple_type" and isinstance(value, str | int | float):
        return f"write [{value}]" if "\n" not in str(value) else ""
    if isinstance(value, str) and kind in ("int_type", "float_type"):
        return _number_hint(value)
    if kind == "bool_type" and str(value).lower() in ("yes", "on", "no", "off"):
        return f"write {str(str(value).lower() in ('yes', 'on')).lower()}"
    return ""


def _number_hint(text: str) -> str:
    plain = text.strip()
    if re.fullmatch(r"[-+]?\d+,\d+", plain, re.ASCII):
        return f"write {plain.replace(',', '.')}"
    return f"write {plain} without quotes" if is_number(plain) else ""


def _missing(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    *above, key = trail
    place, model = trail_and_model(error["loc"][:-1])
    if isinstance(key, int) or model is None:
        return _too_few(tuple(above), error["input"])
    if model is Tolerance and key == "because":
        return _reasonless(place)
    about = keys(model).get(key, "")
    return Fault(place, f"{_owner(place, model, key)} needs the key {key!r}", about)


def _owner(place: Trail, model: Model, key: str) -> str:
    """How a sentence calls the mapping that lacks a key."""
    if issubclass(model, Checked):
        shared = key == "check" or key in Checked.model_fields
        return "a criterion" if shared else f"check {_check(model)}"
    if model is Rubric or model is Question:
        return "a question" if model is Question else "the rubric"
    return subject(place)


def _check(model: Model) -> str:
    (name,) = model.model_fields["check"].annotation.__args__  # type: ignore[union-attr]
    return str(name)


def _too_few(trail: Trail, value: Any) -> Fault:
    """A pair that is too short: pydantic misses each entry on its own."""
    entries = len(value) if isinstance(value, list | tuple) else 0
    return Fault(trail, f"{subject(trail)} needs 2 entries, got {entries}")


def _no_reason(error: ErrorDetails) -> bool:
    return error["input"] is None and _is_reason(error["loc"])


def _is_reason(loc: Trail) -> bool:
    _, model = trail_and_model(loc[:-1])
    return model is Tolerance and loc[-1] == "because"


def _reasonless(trail: Trail) -> Fault:
    what = "a tolerance needs a reason: because"
    return Fault(trail, what, "why these numbers, and no wider?")


def _empty(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    if _is_reason(error["loc"]):
        return _reasonless(trail)
    return Fault(trail, f"{subject(trail)} is empty", "write some text")


def _length(error: ErrorDetails) -> Fault | None:
    trail, _ = trail_and_model(error["loc"])
    context = _context(error)
    entries = len(error["input"])
    low, high = context.get("min_length", 0), context.get("max_length", entries)
    if low <= entries <= high:
        return None
    bound = f"at least {low}" if entries < low else f"at most {high}"
    return Fault(trail, f"{subject(trail)} needs {bound} {_entries(bound)}, got {entries}")


def _entries(bound: str) -> str:
    return "entry" if bound.endswith(" 1") else "entries"


def _context(error: ErrorDetails) -> Mapping[str, Any]:
    return error.get("ctx", {})


def _unknown_key(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    _, model = trail_and_model(error["loc"][:-1])
    key = str(error["loc"][-1])
    known = keys(model) if model else {}
    return Fault(trail, f"unknown key {quoted(key)}", did_you_mean(key, known, "keys here"))


def _bound(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    word, key = _BOUNDS[error["type"]]
    limit = f"{_context(error)[key]:g}"
    return Fault(trail, f"{subject(trail)} must be {word} {limit}, got {error['input']}")


def _literal(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    expected = str(_context(error)["expected"])
    value = error["input"]
    hint = did_you_mean(str(value), re.findall(r"'(\w+)'", expected))
    return Fault(trail, f"{subject(trail)} must be {expected}, got {got(value)}", hint)


def _value(error: ErrorDetails) -> Fault:
    """A validator of the models: its own words."""
    trail, _ = trail_and_model(error["loc"])
    what, _, hint = str(_context(error)["error"]).partition(": ")
    return Fault(trail, what, hint)


def _other(error: ErrorDetails) -> Fault:
    trail, _ = trail_and_model(error["loc"])
    return Fault(trail, f"{subject(trail)}: {error['msg'].lower()}")


_SPECIAL: dict[str, Callable[[ErrorDetails], Fault]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _literal,
    "value_error": _value,
    **dict.fromkeys(_BOUNDS, _bound),
}
