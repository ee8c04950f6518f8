"""Tell from its first bytes what a file really is, when its name says otherwise.

In:   bytes.
Out:  words for a person; "" when nothing is recognised.
Pure: no files.
"""

import re

_MARKS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a rar archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"),
    (b"\x80\x04\x95", "a pickle"),
    (b"\x80\x03}", "a pickle"),
)
_LOOKED_AT = 64 * 1024
_MARK_OR_SPACE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*")
# git's markers begin with the same sign.
_PAGE = re.compile(
    rb"<(?:!doctype|html|head|body|script|meta|title|\?xml|!--)", re.IGNORECASE
)
_LOGIN = re.compile(
    rb"type=[\"']?password|log[ -]?in\b|sign[ -]?in\b|anmeld|einlogg|shibboleth|\bsso\b",
    re.IGNORECASE,
)
_GIT_HOST = re.compile(rb"github\.com|gitlab", re.IGNORECASE)
_EXPORT = re.compile(
    rb"jp-Notebook|jp-Cell|jp-InputArea|class=\"(?:code_|text_)?cell |nbconvert"
)
_SCRIPT = re.compile(rb"(?:import|from|def|class|#)\s")


def disguise(data: bytes) -> str:
    """Name what the bytes are, unless they may be the JSON of a notebook."""
    for start, what in _MARKS:
        if data.startswith(start):
            return what
    if data[257:262] == b"ustar":
        return "a tar archive"
    head = data[:_LOOKED_AT]
    head = _MARK_OR_SPACE.sub(b"", head, count=1)
    if _PAGE.match(head):
        return _which_page(head)
    return "a Python script" if _SCRIPT.match(head) else ""


def advice(what: str) -> str:
    """Say what to do about a notebook that is something else."""
    if "login" in what:
        return "log in, download the notebook again and hand that in"
    if "git host" in what:
        return "download the raw file and hand that in"
    if "archive" in what:
        return "unpack it, or give it the suffix that it has earned, and hand it in again"
    if "script" in what:
        return "name it .py and hand it in again"
    return "hand in the notebook itself, as Jupyter saves it"


def is_exported_notebook(data: bytes) -> bool:
    """Tell whether a web page is what nbconvert makes of a notebook."""
    return bool(_EXPORT.search(data[: 1024 * 1024]))


def _which_page(head: bytes) -> str:
    if _EXPORT.search(head):
        return "a notebook exported as a web page"
    if _LOGIN.search(head):
        return "the web page of a login"
    return "a web page of a git host" if _GIT_HOST.search(head) else "a web page"
