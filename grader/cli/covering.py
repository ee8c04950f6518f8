"""Put the table of what is decided by whom into the README, between two comments.

In:      the rubrics of a folder; the README's text.
Out:     the text with the block behind `<!-- coverage -->` replaced.
Touches: the rubrics are read; the README is written when run as
         `python -m grader.cli.covering` (`make docs`).
"""

import re
import sys
from pathlib import Path

from grader import rubric as rubrics
from grader.audit import coverage

BLOCK = re.compile(r"(<!-- coverage -->\n).*?(<!-- end -->)", re.S)


def covered(page: str, folder: Path) -> str:
    """The page with the table of all rubrics of a folder.

    Raises: RubricError if one of them is wrong.
    """
    loaded = [rubrics.load(path) for path in sorted(folder.glob("*.yaml"))]
    table = coverage.table(loaded)
    return BLOCK.sub(lambda match: f"{match[1]}\n{table}\n\n{match[2]}", page)


if __name__ == "__main__":
    readme = Path(sys.argv[1] if len(sys.argv) > 1 else "README.md")
    text = covered(readme.read_text(encoding="utf-8"), Path("rubrics"))
    readme.write_text(text, encoding="utf-8")
