"""Write rubrics/schema.json below the working folder, or to the path given.

In:   the models.
Out:  one line: what was written.
Touches: that one file.
"""

import sys
from pathlib import Path

from grader.rubric import schema


def main(target: Path) -> None:
    """Write the schema to `target`, making its folder if need be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(schema(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"wrote {target.as_posix()}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "rubrics/schema.json"))
