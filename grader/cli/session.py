"""Put a command's true output into the README, between two comments.

In:      the output on standard input; the README's path.
Out:     the README with the block behind `<!-- session: ... -->` replaced.
Touches: that file, when run as `make session`.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"(<!-- session: (?P<command>[^>]*) -->\n).*?(<!-- end -->)", re.S)


def replaced(page: str, output: str) -> str:
    """The page with the session's block holding the command and what it printed."""

    def block(match: re.Match[str]) -> str:
        text = f"$ {match['command']}\n{output.rstrip()}"
        return f"{match[1]}```text\n{text}\n```\n{match[3]}"

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    page = replaced(readme.read_text(encoding="utf-8"), sys.stdin.read())
    readme.write_text(page, encoding="utf-8")
