"""Rename every variable of a notebook, and change nothing else.

In:   the sources of code cells, and a seed.
Out:  the sources with other names for all that the notebook itself binds: variables,
      functions, classes, parameters. Imported names, attributes, methods and text stay,
      and so does whatever is called like a field of a class.
Pure: the same seed gives the same names.
"""

import ast
import builtins
import io
import keyword
import random
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence

MAGIC = re.compile(r"^\s*[%!?]|^\s*\w+\s*=\s*[%!]")
PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Magics of cells whose body runs in the notebook."""
FIELD = re.compile(r"(?<!\{)\{(?!\{)([^{}]*)\}")
IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")
LETTERS = "bcdfghjklmnpqrstvwxz"
KEPT = frozenset(dir(builtins)) | {"self", "cls", "_", "__name__", "__file__"}


def renamed(sources: Sequence[str], seed: int) -> list[str]:
    """The sources under random names; a source that is no Python stays as it is."""
    bound: dict[str, None] = {}
    kept = set(KEPT)
    trees = [_parsed(source) for source in sources]
    for tree in trees:
        if tree is not None:
            bound.update(dict.fromkeys(_bound(tree)))
            kept.update(_imported(tree), _fields(tree))
    names = [n for n in bound if n not in kept and not n.startswith("__")]
    table = dict(zip(names, _fresh(len(names), seed), strict=True))
    own = {n for tree in trees if tree is not None for n in _callables(tree)}
    return [
        source if tree is None else _rewritten(source, table, own)
        for source, tree in zip(sources, trees, strict=True)
    ]


def _fresh(count: int, seed: int) -> list[str]:
    """Names that mean nothing in any language: letters without vowels."""
    rng = random.Random(seed)  # noqa: S311  names, not secrets
    found: dict[str, None] = {}
    while len(found) < count:
        name = "".join(rng.choice(LETTERS) for _ in range(7))
        if not keyword.iskeyword(name):
            found[name] = None
    return list(found)


def _plain(source: str) -> str:
    """Python without lines that only IPython understands; as many lines as before."""
    lines = source.split("\n")
    return "\n".join(
        f"{_indent(line)}pass" if MAGIC.match(line) else line for line in lines
    )


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _parsed(source: str) -> ast.Module | None:
    if source.lstrip().startswith("%%") and source.split()[0] not in PYTHON:
        return None
    try:
        return ast.parse(_plain(source))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names that the code binds; methods of classes are not among them."""
    methods = {id(f) for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for f in c.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and id(node) not in methods:
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _fields(tree: ast.Module) -> Iterator[str]:
    """Names in the bodies of classes: they are attributes, also where others bind them."""
    for node in ast.walk(tree):
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                for part in ast.walk(statement):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        yield part.id


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in node.names:
                yield (name.asname or name.name).partition(".")[0]
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from ()


def _callables(tree: ast.Module) -> Iterator[str]:
    """Functions and classes of the notebook's own: their keywords are renamed too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))


def _rewritten(source: str, table: Mapping[str, str], own: set[str]) -> str:
    """Replace names token by token, so that comments and layout stay."""
    plain = _plain(source)
    lines, kept = plain.split("\n"), source.split("\n")
    changes: list[tuple[int, int, int, str]] = []
    tokens = [
        t
        for t in tokenize.generate_tokens(io.StringIO(plain).readline)
        if t.type not in (tokenize.NL, tokenize.COMMENT)
    ]
    calls: list[str] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].string if index else ""
        after = tokens[index + 1].string if index + 1 < len(tokens) else ""
        if token.type == tokenize.OP and token.string in "([{":
            calls.append(before if token.string == "(" else "")
        elif token.type == tokenize.OP and token.string in ")]}" and calls:
            calls.pop()
        (row, start), (last, end) = token.start, token.end
        new = ""
        if token.type == tokenize.NAME and before != ".":
            foreign = (
                after == "=" and calls and before in ("(", ",") and calls[-1] not in own
            )
            defines = foreign and _is_signature(tokens, index)
            new = table.get(token.string, "") if not foreign or defines else ""
        elif token.type == tokenize.STRING and row == last and _is_formatted(token.string):
            new = FIELD.sub(lambda m: "{" + _field(m[1], table) + "}", token.string)
        if new:
            changes.append((row - 1, start, end, new))
    for row, start, end, new in reversed(changes):
        lines[row] = lines[row][:start] + new + lines[row][end:]
    return "\n".join(
        old if MAGIC.match(old) else line for line, old in zip(lines, kept, strict=True)
    )


def _is_formatted(text: str) -> bool:
    prefix = re.match(r"[a-zA-Z]*", text)
    return bool(prefix and "f" in prefix[0].lower())


def _field(text: str, table: Mapping[str, str]) -> str:
    """The expression of a format field renamed; its format stays."""
    head, mark, form = text.partition(":") if "[" not in text else (text, "", "")
    changed = IDENTIFIER.sub(lambda m: table.get(m[0], m[0]), head)
    return f"{changed}{mark}{form}"


def _is_signature(tokens: Sequence[tokenize.TokenInfo], index: int) -> bool:
    """Whether a name with a default stands in the head of a def or a lambda."""
    depth = 0
    for token in reversed(tokens[:index]):
        if token.string in ")]}":
            depth += 1
        elif token.string in "([{" and token.type == tokenize.OP:
            depth -= 1
        if depth < 0 or token.type == tokenize.NEWLINE:
            break
        if token.string == "lambda" and depth == 0:
            return True
    place = tokens.index(token)
    return place >= 2 and tokens[place - 2].string == "def"
