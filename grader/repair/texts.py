"""Rewrite one cell: statements of Python 2, windows, places of another machine."""

import ast
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.model.repair import DataFile
from grader.repair.syntax import MAGIC, python

PRINT = re.compile(r"^(\s*)print\s+(?![=(])(.*?)(,?)\s*(#.*)?$")
NO_DISPLAY = re.compile(
    r"no display|\$DISPLAY|could not connect to display|cannot connect to X server|"
    r"'FigureManager\w*' object has no attribute|as 'headless' is currently running",
    re.I,
)
MISSING = re.compile(r"No such file or directory: (['\"])(.+?)\1\s*$|^(.+?) not found\.?$")


def with_print_calls(source: str) -> str:
    """Turn `print x` into `print(x)`; the result may still not be Python."""
    return "\n".join(_print_call(line) for line in source.splitlines())


def _print_call(line: str) -> str:
    found = PRINT.match(line)
    if not found:
        return line
    indent, rest, comma, comment = found.groups()
    end = ", end=' '" if comma else ""
    return f"{indent}print({rest}{end})" + (f"  {comment}" if comment else "")


def parses(source: str) -> bool:
    """Whether a cell is Python."""
    try:
        ast.parse(python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def without_statement(source: str, line: int | None) -> str:
    """Drop the top-level statement on a line, counted from 1; "" if there is none."""
    if line is None or not parses(source) or MAGIC.match(source):
        return ""
    lines = source.splitlines()
    for node in ast.parse(python(source)).body:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            dropped = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            kept = [x for n, x in enumerate(lines, 1) if n not in dropped]
            return "\n".join([*lines[: node.lineno - 1], "pass", *kept[node.lineno - 1 :]])
    return ""


def missing_file(message: str) -> str:
    """The path that an error says is missing; "" if it says none."""
    found = MISSING.search(message)
    return (found[2] or found[3] or "") if found else ""


def base(path: str) -> str:
    """The last part of a path of any system."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def replacement(
    path: str,
    files: Sequence[PurePosixPath],
    data: Sequence[DataFile],
    folder: PurePosixPath,
) -> str:
    """The file a missing path may mean, relative to the notebook; "" if it is not clear."""
    wanted = base(path).casefold()
    same = [file for file in files if file.name.casefold() == wanted]
    if not same:
        meant = {
            PurePosixPath(one.file).name
            for one in data
            if any(fnmatchcase(wanted, pattern.casefold()) for pattern in one.names)
        }
        same = [file for file in files if file.name in meant]
    if len(same) != 1:
        return ""
    up = [".."] * len(folder.parts)
    inside = same[0].is_relative_to(folder)
    return str(same[0].relative_to(folder) if inside else PurePosixPath(*up, same[0]))


def with_path(source: str, path: str, instead: str) -> str:
    """Replace a path where it stands as a string of its own; the source if it does not."""
    try:
        tree = ast.parse(python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    spots = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == path
    ]
    lines = source.splitlines()
    for node in sorted(spots, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            continue
        line = lines[node.lineno - 1].encode()
        new = line[: node.col_offset] + repr(instead).encode() + line[node.end_col_offset :]
        lines[node.lineno - 1] = new.decode()
    return "\n".join(lines)
