"""Make names safe: to print, to store as a file, and to use as the id of a row.

In:   names that students, browsers and archives made.
Out:  printable text, path parts, ids.
Pure: names only.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

ID_LENGTH = 80
PART_BYTES = 200

_LETTERS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
    "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "oe", "Ø": "Oe",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "Þ": "Th", "\u0131": "i",
})  # fmt: skip
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str) -> str:
    """Make text safe for a terminal: controls, bidi marks, surrogates become U+FFFD."""
    nfc = unicodedata.normalize("NFC", text)
    return "".join("\ufffd" if _unprintable(char) else char for char in nfc)


def safe_part(part: str) -> str:
    """Make one part of a path storable on every system, as like the original as can be.

    Letters of all scripts stay (NFC), since a student's code opens files by name.
    """
    plain = shown(part).replace("\ufffd", "_").rstrip(" .") or "_"
    plain = re.sub(r'[<>:"|?*\\/]', "_", plain)
    plain = f"_{plain}" if _DEVICE.match(plain) else plain
    return _shorten(plain, PART_BYTES) if len(plain.encode()) > PART_BYTES else plain


def as_id(names: Sequence[str]) -> str:
    """Make an id of a name below its category folders, parts joined by `--`.

    Only A-Z a-z 0-9 . _ - occur; never empty, never a leading dot or dash.
    """
    slug = "--".join(filter(None, map(_slug, names)))
    if not _slug(names[-1]):
        slug = f"{slug}--{_digest(names[-1])}" if slug else f"name-{_digest(names[-1])}"
    slug = f"{slug}_" if _DEVICE.match(slug) else slug
    if len(slug) <= ID_LENGTH:
        return slug
    return f"{slug[: ID_LENGTH - 9].rstrip('._-')}-{_digest('/'.join(names))}"


def make_unique(ids: Sequence[str]) -> tuple[str, ...]:
    """Give every id of a list a name of its own, in upper or lower case alike.

    The first holder keeps an id; later ones get -2, -3, ... that nobody else has.
    """
    taken = {name.casefold() for name in ids}
    seen: set[str] = set()
    return tuple(_claim(name, seen, taken) for name in ids)


def split_suffix(name: str) -> tuple[str, str]:
    """Split a file's name before its suffix; `.tar.gz` and `.ipynb.txt` are one suffix."""
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        return name, ""
    inner, inner_dot, before = stem.rpartition(".")
    if inner and before.lower() in ("tar", "ipynb"):
        return inner, f"{inner_dot}{before}{dot}{suffix}"
    return stem, dot + suffix


def listed(names: Iterable[str], most: int = 5) -> str:
    """Name the first few of many: `a, b and 7 more`."""
    every = list(names)
    rest = len(every) - most
    text = ", ".join(every[:most])
    return f"{text} and {rest} more" if rest > 0 else text


def _claim(name: str, seen: set[str], taken: set[str]) -> str:
    if name.casefold() not in seen:
        seen.add(name.casefold())
        return name
    count = 2
    while f"{name}-{count}".casefold() in taken:
        count += 1
    unique = f"{name}-{count}"
    taken.add(unique.casefold())
    return unique


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFC", name).translate(_LETTERS)
    ascii_name = unicodedata.normalize("NFKD", ascii_name)
    ascii_name = ascii_name.encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_name).strip("._-")


def _digest(text: str) -> str:
    nfc = unicodedata.normalize("NFC", text)
    return hashlib.sha256(nfc.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _shorten(part: str, size: int) -> str:
    stem, dot, suffix = part.rpartition(".")
    tail = f"~{_digest(part)}{dot}{suffix}" if stem and len(suffix) < 16 else ""
    tail = tail or f"~{_digest(part)}"
    room = max(size - len(tail.encode()), 0)
    return (stem or part).encode()[:room].decode("utf-8", "ignore") + tail


def _unprintable(char: str) -> bool:
    return unicodedata.category(char) in _UNPRINTABLE
