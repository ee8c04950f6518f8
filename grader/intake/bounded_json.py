"""Parse JSON that may have been made to hurt the parser.

In:   text and the name of its file.
Out:  plain Python values, or a refusal that says where and what to do.
Pure: no files.
"""

import json
import re
from typing import NoReturn

from grader.intake.limits import Limits
from grader.intake.reading import RefusedError

# Possessive (`++`, `*+`): no backtracking, so time and memory stay linear.
_TOKEN = re.compile(
    r'"(?:[^"\\]++|\\.)*+"?+'  # a string, even one that never ends
    r"|[\[\]{},]"
    r"|[0-9]++",
    re.DOTALL,
)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
AGAIN = "open it in Jupyter, save it and hand it in again"


def parse(text: str, name: str, limits: Limits) -> object:
    """Parse JSON text after a scan for what would exhaust the parser.

    Raises: RefusedError, with `name:line:column`, if the text is damaged or over a limit.
    """
    _scan(text, name, limits)
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        _explain(error, text, name)
    return value


def place(text: str, offset: int) -> str:
    """Name a position as `line:column`, both from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - line_start + 1}"


def conflict_at(text: str) -> int | None:
    """Find the first line that a merge left behind; None if there is none.

    JSON strings hold no raw line ends, so in a notebook such a line is never text.
    """
    found = _CONFLICT.search(text)
    return found.start() if found else None


def _scan(text: str, name: str, limits: Limits) -> None:
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(text), start=1):
        start = token.start()
        first = text[start]
        depth += (first in "[{") - (first in "]}")
        if depth > limits.json_depth:
            what = f"values are nested more than {limits.json_depth} deep"
            _refuse(text, start, name, what)
        if count > limits.json_tokens:
            _refuse(text, start, name, f"there are more than {limits.json_tokens} values")
        if first in "0123456789" and token.end() - start > limits.digits:
            _refuse(text, start, name, f"a number has over {limits.digits} digits")


def _refuse(text: str, offset: int, name: str, what: str) -> NoReturn:
    advice = "clear all outputs in Jupyter, save it and hand it in again"
    raise RefusedError(f"{name}:{place(text, offset)}: {what}; {advice}.")


def _explain(error: json.JSONDecodeError, text: str, name: str) -> NoReturn:
    conflict = conflict_at(text)
    if conflict is not None:
        what = "git left conflict markers here; resolve the conflict and hand it in again"
        raise RefusedError(f"{name}:{place(text, conflict)}: {what}.") from error
    where = f"{name}:{error.lineno}:{error.colno}"
    cut = error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip())
    if cut:
        raise RefusedError(f"{where}: the file ends in the middle; {AGAIN}.") from error
    raise RefusedError(f"{where}: this is not JSON ({error.msg}); {AGAIN}.") from error
