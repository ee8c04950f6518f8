"""Small questions about names, places and numbers of a training step.

In:   a name, a place, an array.
Out:  whether it fits, its last word, its shape without ones, its numbers as lists.
Pure.
"""

from fnmatch import fnmatchcase
from typing import Any

from .places import Path, get


def fits(name: str, patterns: list[str]) -> bool:
    """Whether a name is like one of the patterns."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def plain(array: Any) -> tuple[int, ...]:
    """A shape without its ones."""
    return tuple(n for n in array.shape if n != 1)


def shape_at(namespace: dict[str, Any], path: Path) -> tuple[int, ...]:
    """The shape of what a place holds."""
    value = get(namespace, path)
    return tuple(value.shape) if value is not None else ()


def last_word(path: Path) -> str:
    """The name that tells most about a place: the last one that is a word."""
    words = [str(key).removeprefix(".") for key in path if isinstance(key, str)]
    return words[-1]


def listed(array: Any) -> Any:
    """An array as lists."""
    return None if array is None else array.tolist()
