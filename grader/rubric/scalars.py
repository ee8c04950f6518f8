"""Give a plain YAML scalar its value, by the core schema of YAML 1.2.

In:   the text of an unquoted scalar.
Out:  None, a boolean, a number or the text itself: `no`, `on` and `1_000` are text.
Pure: no files, no kernels.
Source: YAML 1.2.2, section 10.3.2; `1e-3` is a number there and was text in YAML 1.1.
"""

import math
import re
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LARGEST = 10**300
_LONGEST = 320


class NotFiniteError(ValueError):
    """A number that is infinite, no number, or beyond what a float holds."""


def value_of(text: str) -> Scalar:
    """Read one plain scalar.

    Raises: NotFiniteError for .inf, .nan and numbers too large for a float.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _ENDLESS.fullmatch(text):
        raise NotFiniteError(text)
    if _WHOLE.fullmatch(text) or _OTHER_BASE.fullmatch(text):
        return _whole(text)
    return _decimal(text) if _DECIMAL.fullmatch(text) else text


def is_number(text: str) -> bool:
    """Tell whether the text, without quotes, would be a number."""
    return bool(_WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text))


def _whole(text: str) -> int:
    if len(text) > _LONGEST:
        raise NotFiniteError(text)
    number = int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if abs(number) > _LARGEST:
        raise NotFiniteError(text)
    return number


def _decimal(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotFiniteError(text)
    return number
