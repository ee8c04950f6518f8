"""Take struck-out words out of a text: an answer that was taken back is none.

In:   the source of a text cell.
Out:  the source without what is struck out; every line stays on its line.
Pure: a span is looked at for a bounded length.

`~~...~~` within a paragraph, `<s>`, `<del>` and `<strike>`. In code and in formulas a tilde
is no line: `~~` in TeX is two spaces, and `x ~ N(0, 1)` has one alone.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"(?P<skip>^[ ]{0,3}(?P<fence>`{3,}|~{3,}).{0,20000}?(?:^[ ]{0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^`]{1,500}(?P=ticks)(?!`)"
    r"|\$\$.{1,1500}?\$\$|\$[^$]{1,700}\$|\\\(.{1,700}?\\\)|\\\[.{1,1500}?\\\]"
    r"|\\begin\{(?P<kind>\w{1,20}\*?)\}.{1,1500}?\\end\{(?P=kind)\})"
    r"|(?P<line>(?<![~\\])~~(?!~))|<(?P<tag>s|del|strike)(?:\s[^<>]{0,200})?>"
    r"|</(?P<closed>s|del|strike)\s?>|(?P<blank>\n[ \t]*\n)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
MAY_BE = re.compile(r"~~|<(?:s|del|strike)\b", re.I)


def without_struck(text: str) -> str:
    """The text as it stands; a space for what is struck out, and its line breaks."""
    if not MAY_BE.search(text):
        return text
    kept, last = "", 0
    for start, end in _struck(text):
        if start >= last:
            kept += text[last:start] + (re.sub(r"[^\n]+", "", text[start:end]) or " ")
            last = end
    return kept + text[last:]


def _struck(text: str) -> Iterator[tuple[int, int]]:
    """Where something is struck out, in order."""
    opened: int | None = None
    tag: tuple[str, int] | None = None
    for match in TOKEN.finditer(text):
        if match["line"]:
            before = text[max(match.start() - 1, 0) : match.start()]
            after = text[match.end() : match.end() + 1]
            if opened is not None and before.strip():
                yield opened, match.end()
                opened = None
            elif after.strip():
                opened = match.start()
        elif match["tag"] and tag is None:
            tag = match["tag"].lower(), match.start()
        elif match["closed"] and tag and match["closed"].lower() == tag[0]:
            yield tag[1], match.end()
            tag = opened = None
        elif match["blank"]:
            opened = None
