"""Turn the bytes of a text file into text, whichever editor wrote them.

In:   bytes.
Out:  text, and a note when it was not plain UTF-8.
Pure: no files.
"""

import json

_NAMES = {"utf-8-sig": "UTF-8 with a byte-order mark", "cp1252": "Windows-1252"}


def decode(data: bytes) -> tuple[str, str]:
    r"""Decode UTF-8, UTF-16 or UTF-32, with or without a mark; else Windows-1252.

    Never fails: every byte means something in Latin-1, the last resort. Returns the
    text with `\n` line ends, and the encoding's name for a note; "" for plain UTF-8.
    """
    # The detector decides by byte-order mark, then by where zero bytes lie.
    for encoding in (json.detect_encoding(data), "utf-8", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _unix(text), "" if encoding == "utf-8" else _NAMES.get(encoding, encoding)
    raise AssertionError("latin-1 decodes every byte")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
