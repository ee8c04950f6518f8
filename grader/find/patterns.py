"""Match names and words the way a patient reader would: case and accents don't count."""

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase


def unaccented(text: str) -> str:
    """Without accents, compatibility forms resolved."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))


def folded(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved."""
    return unaccented(text).casefold()


def any_match(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name matches one of the patterns (`*` and `?` as in file names)."""
    return any(fnmatchcase(folded(name), folded(pattern)) for pattern in patterns)


def mentions(text: str, words: Iterable[str]) -> list[int]:
    """Where in `text` one of the words begins, at the start of a word."""
    plain = folded(text)
    found = set()
    for word in words:
        stem = re.escape(folded(word))
        found |= {match.start() for match in re.finditer(rf"(?<![a-z]){stem}", plain)}
    return sorted(found)


def in_words(patterns: Iterable[str]) -> str:
    """A list of patterns as a sentence part: "`w` or `weight*`"."""
    quoted = [f"`{pattern}`" for pattern in patterns]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
