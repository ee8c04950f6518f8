"""Take what is long out of a notebook's JSON before it is parsed, and give it on demand.

In:   the bytes of a notebook, UTF-8 or any encoding that contains ASCII.
Out:  shorter bytes that parse to the same structure, and a way to the long values.
Pure: no files. One pass over the bytes; nothing is copied but what stays.

Fifty megabytes of saved plots and prints are of no use to grading, yet parsing them takes
seconds and several times their size in memory. A long string or a long list of strings
keeps its beginning and ends with a mark that leads to the rest; a long list of numbers
becomes empty. Only the beginning of an output is ever looked at; a source or a picture
that is wanted whole is found again by its mark.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.intake.decode import decode

_STRING = rb'"(?:[^"\\]++|\\.)*+"?+'  # also one that never ends
_SPACE = rb"[ \t\r\n]*+"
# Possessive throughout: no backtracking, so time stays linear whatever arrives.
_TOKEN = re.compile(
    rb"(?P<string>" + _STRING + rb")"
    rb"|(?P<strings>\[" + _SPACE + _STRING + rb"(?:" + _SPACE + rb"," + _SPACE + _STRING
    + rb")*+" + _SPACE + rb"\])"
    rb"|(?P<numbers>\[[-+0-9.,eE \t\r\n]{4096,}+\])",
    re.DOTALL,
)  # fmt: skip
_ONE = re.compile(_STRING, re.DOTALL)
_HEAD = re.compile(rb'"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\.){0,30000}+', re.DOTALL)
_MEDIA = re.compile(rb'"(?:image|video|audio|application)/[\w.+-]{1,60}+"')
_WORTH_IT = 256 * 1024
_LONG = 256 * 1024
_LONG_MEDIA = 1024
_LIST = "list "


@dataclass(frozen=True, slots=True)
class Shortened:
    """Shortened bytes.

    Attributes:
        data: JSON again, if it was.
        mark: what precedes the number of a span in a string; occurs nowhere else.
        spans: (start, end) of each long value in `whole`.
        whole: the bytes as they were.
    """

    data: bytes
    mark: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    whole: bytes = b""

    def full(self, value: object) -> object:
        """A string or a list of strings as it was before."""
        if not self.mark:
            return value
        is_list = isinstance(value, list) and bool(value)
        last = value[-1] if isinstance(value, list) and value else value
        mark = f"{self.mark}{_LIST}" if is_list else self.mark
        if not isinstance(last, str) or mark not in last:
            return value
        number = last.rpartition(mark)[2]
        if not (number.isascii() and number.isdigit() and int(number) < len(self.spans)):
            return value
        start, end = self.spans[int(number)]
        try:
            whole: object = json.loads(decode(self.whole[start:end])[0])
        except ValueError:
            return value
        return whole


def shorten(data: bytes, most_tokens: int) -> Shortened:
    """Shorten large JSON; what is small, or has too many tokens, is given back."""
    if len(data) < _WORTH_IT or not json.detect_encoding(data).startswith("utf-8"):
        return Shortened(data)
    mark = _unused(data)
    spans: list[tuple[int, int]] = []
    kept = bytearray()
    done, after_media = 0, False
    for count, token in enumerate(_TOKEN.finditer(data)):
        if count > most_tokens:
            return Shortened(data)
        size = token.end() - token.start()
        is_media, after_media = after_media, False
        if size <= _LONG_MEDIA:
            after_media = bool(_MEDIA.fullmatch(token[0]))
            continue
        if size <= _LONG and not is_media and token.lastgroup != "numbers":
            continue
        kept += data[done : token.start()]
        kept += b"".join(_beginning(token, is_media, f"{mark}{len(spans)}".encode()))
        spans.append(token.span())
        done = token.end()
    if not spans:
        return Shortened(data)
    kept += data[done:]
    return Shortened(bytes(kept), mark, spans, data)


def _beginning(token: re.Match[bytes], is_media: bool, mark: bytes) -> Iterator[bytes]:
    if token.lastgroup == "numbers":
        yield b"[]"
    elif token.lastgroup == "string":
        yield _head(token, token.start(), is_media) + mark + b'"'
    else:
        yield b"["
        room = 0 if is_media else _LONG
        for one in _ONE.finditer(token.string, token.start(), token.end()):
            if one.end() - one.start() > room:
                yield _head(one, one.start(), is_media) + b'",'
                break
            room -= one.end() - one.start()
            yield one[0] + b","
        name, number = mark.rsplit(b":", 1)
        yield b'"' + name + b":" + _LIST.encode() + number + b'"]'


def _head(token: re.Match[bytes], at: int, is_media: bool) -> bytes:
    head = None if is_media else _HEAD.match(token.string, at, token.end() - 1)
    return head[0] if head else b'"'


def _unused(data: bytes) -> str:
    number = 0
    while f"[long value {number}:".encode() in data:
        number += 1
    return f"[long value {number}:"
