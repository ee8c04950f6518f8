"""Check what the source imports and uses, from its syntax tree."""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from fnmatch import fnmatchcase

from grader.checks.registry import check
from grader.checks.source import MAGIC, parsed, used
from grader.checks.words import counted
from grader.model.answers import WORD
from grader.model.case import Case
from grader.model.criteria_files import (
    CommentsPresent,
    ImportsOnly,
    SourceAvoids,
    SourceUses,
)
from grader.model.evidence import Cell
from grader.model.verdict import Binding, Verdict, failed, graded, no_answer, passed

OWN = frozenset({"__future__", "IPython", "google", "ipykernel"})
"""What every notebook may import without its counting."""


def _code(case: Case) -> list[Cell]:
    return [c for c in case.own_cells if c.kind == "code" and c.source.strip()]


def _bound(cell: Cell, what: str) -> Binding:
    return Binding(cell=cell.index, what=what, how="in the source")


@check("imports_only")
def imports_only(options: ImportsOnly, case: Case) -> Verdict:
    """Ask whether nothing but the allowed modules is imported.

    Python's own library, IPython, and files that were handed in as well are free. An
    import that fails counts like any other.

    Pass:      every import is allowed.
    Fail:      one is not; it is named.
    No answer: there is no code.
    Fooled by: importlib, and what an allowed module imports itself.
    """
    cells = _code(case)
    if not cells:
        return no_answer("Looked for imports and found no code.")
    evidence = case.got.evidence
    files = {d.path.rpartition("/")[2].removesuffix(".py") for d in evidence.documents}
    own = {n.split(".")[0] for n in (c.type for c in evidence.candidates)}
    free = {*options.modules, *sys.stdlib_module_names, *OWN, *files}
    for cell in cells:
        for name in imported(cell):
            if name not in free and (name not in own or name in INSTALLED):
                told = f"{name} is imported; allowed are {', '.join(options.modules)}."
                return failed(
                    told, binding=_bound(cell, f"import {name}"), hint=options.hint
                )
    return passed("Nothing else is imported.")


INSTALLED = frozenset(
    ["torch", "tensorflow", "keras", "jax", "sklearn", "autograd", "scipy", "pandas"]
)
"""Libraries that are no file of the student's, whatever classes come from them."""


def imported(cell: Cell) -> Iterator[str]:
    """Top-level names of the modules that a cell imports."""
    for node in ast.walk(parsed(MAGIC.sub("", cell.source))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@check("source_avoids")
def source_avoids(options: SourceAvoids, case: Case) -> Verdict:
    """Ask whether the source uses nothing of the named kind.

    Aliases are followed, as in source_calls; an import alone is no use.

    Pass:      nothing that was imported and fits a pattern is used.
    Fail:      something is; it is named.
    No answer: there is no code.
    Fooled by: getattr, exec, and methods of objects that were made elsewhere.
    """
    cells = _code(case)
    if not cells:
        return no_answer("Looked through the code and found none.")
    for cell, name in _uses(cells, options.names):
        told = f"The source uses {name}."
        return failed(told, binding=_bound(cell, name), hint=options.hint)
    return passed("The source uses nothing of the kind.")


@check("source_uses")
def source_uses(options: SourceUses, case: Case) -> Verdict:
    """Ask whether the source uses something of the named kind.

    Pass:      something that was imported and fits a pattern stands in a code cell.
    Fail:      there is code, and nothing fits.
    No answer: there is no code.
    Fooled by: a use without effect.
    """
    cells = _code(case)
    if not cells:
        return no_answer("Looked through the code and found none.")
    for cell, name in _uses(cells, options.names):
        return passed(f"The source uses {name}.", binding=_bound(cell, name))
    many = counted(len(cells), "code cell")
    return failed(f"None of {many} uses {' or '.join(options.names)}.", hint=options.hint)


def _uses(cells: list[Cell], patterns: tuple[str, ...]) -> Iterator[tuple[Cell, str]]:
    aliases: dict[str, str] = {}
    for cell in cells:
        for name, _ in used(cell, aliases):
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                yield cell, name


@check("comments_present")
def comments_present(options: CommentsPresent, case: Case) -> Verdict:
    """Ask whether the code is commented.

    Comments with a word of four letters count, behind code any word, and docstrings;
    text cells do not.

    Pass:      as many as asked.
    Partial:   fewer; the credit is their share.
    Fail:      none.
    No answer: there is no code.
    Fooled by: comments that explain nothing, or code that was commented out.
    """
    cells = _code(case)
    if not cells:
        return no_answer("Looked for comments and found no code.")
    count = sum(1 for cell in cells for _ in comments(cell))
    told = f"Found {counted(count, 'comment')} in {counted(len(cells), 'code cell')}."
    return graded(min(count / options.count, 1.0), told, hint=options.hint)


def comments(cell: Cell) -> Iterator[str]:
    """Comments with a word of four letters, short ones behind code, and docstrings."""
    for before, text in _marks(cell.source):
        long = any(len(word) > 3 for word in WORD.findall(text))
        if long or (before.strip() and any(map(str.isalpha, text))):
            yield text
    for node in ast.walk(parsed(MAGIC.sub("", cell.source))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node) or ""
            if len(text.split()) > 1:
                yield text


def _marks(source: str) -> list[tuple[str, str]]:
    """Every comment, and what stands before it on its line; none is in a string."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    try:
        found = [
            (token.line[: token.start[1]], token.string)
            for token in tokens
            if token.type == tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError):  # unfinished code, or shell commands
        lines = [line.partition("#") for line in source.splitlines()]
        found = [("", text) for _, mark, text in lines if mark]
    return [(before, text.strip(" #!-=%")) for before, text in found]
