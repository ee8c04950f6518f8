r"""Write out what dots stand for: `(2w_1, \dots, 2w_n)`, `w_1^2 + ... + w_n^2`.

In:   the parts of a list, a sum or a matrix, in which DOTS stands for dots; how far the
      letters count that name a size.
Out:  all parts.
Pure. Raises: UndefinedError where the dots could mean anything. They are read only if the
      last part says how it goes on (2w_n, with 2w_1 before the dots), if all parts are
      equal, or in a matrix with one number on its diagonal and one beside it.
"""

from collections.abc import Mapping, Sequence

from grader.find.formula_tree import Apply, Name, Node, Number, UndefinedError

DOTS = Apply("dots", ())
ZERO = Number(0.0)

Sizes = Mapping[str, int]


def has_dots(parts: Sequence[Node]) -> bool:
    """Whether dots stand in a list, or in the rows of a matrix."""
    return any(p == DOTS or (_is_row(p) and has_dots(_cells(p))) for p in parts)


def written_out(parts: Sequence[Node], sizes: Sizes) -> list[Node]:
    """A list or a sum without its dots."""
    if DOTS not in parts:
        return list(parts)
    gap = parts.index(DOTS)
    before, after = parts[:gap], parts[gap + 1 :]
    if not before or len(after) != 1 or DOTS in after:
        raise UndefinedError("dots that could mean anything")
    last = after[0]
    named = sorted(_names(last) & set(sizes))
    if not named:
        return _repeated([*before, last], sizes)
    whole = [_at(last, named[0], k + 1) for k in range(sizes[named[0]])]
    if len(named) > 1 or whole[: len(before)] != list(before):
        raise UndefinedError("dots that go on in an unknown way")
    return whole


def matrix_written_out(rows: Sequence[Node], sizes: Sizes) -> list[Node]:
    """The rows of a matrix without dots."""
    if not has_dots(rows):
        return list(rows)
    if all(len(_cells(row)) == 1 for row in rows):  # a column
        flat = written_out([_cells(row)[0] for row in rows], sizes)
        return [Apply("row", (cell,)) for cell in flat]
    if len(rows) == 1:
        return [Apply("row", tuple(written_out(_cells(rows[0]), sizes)))]
    return _diagonal([_cells(row) for row in rows], sizes)


def _repeated(parts: Sequence[Node], sizes: Sizes) -> list[Node]:
    """`(2, ..., 2)`: as long as everything else, if that is one length."""
    if any(part != parts[0] for part in parts):
        raise UndefinedError("dots that go on in an unknown way")
    return [parts[0]] * _only(sizes)


def _only(sizes: Sizes) -> int:
    lengths = set(sizes.values())
    if len(lengths) != 1:
        raise UndefinedError("a length that is not said")
    return lengths.pop()


def _diagonal(cells: Sequence[Sequence[Node]], sizes: Sizes) -> list[Node]:
    """A matrix with dots that has one number on its diagonal and another one elsewhere."""
    columns = [list(column) for column in zip(*cells, strict=False)]
    rows = _without_dots(cells)
    kept = _without_dots(columns)
    corner = [[cells[i][j] for j in kept] for i in rows]
    size = len(corner)
    if size < 2 or any(len(row) != size for row in corner):
        raise UndefinedError("dots that could mean anything")
    on = {corner[i][i] for i in range(size)}
    off = {corner[i][j] for i in range(size) for j in range(size) if i != j}
    if len(on) != 1 or len(off) != 1 or DOTS in on | off:
        raise UndefinedError("dots that go on in an unknown way")
    (diagonal,), (beside,) = on, off
    order = range(_only(sizes))
    return [
        Apply("row", tuple(diagonal if i == j else beside for j in order)) for i in order
    ]


def _without_dots(lines: Sequence[Sequence[Node]]) -> list[int]:
    """Which rows, or columns, say something: not those of dots and empty places."""
    last = len(lines) - 1
    return [
        place
        for place, line in enumerate(lines)
        if DOTS not in line
        or not set(line) <= {DOTS, ZERO}
        or (place in (0, last) and set(line) != {DOTS})
    ]


def _at(node: Node, name: str, number: int) -> Node:
    """`node` with a number for a name."""
    if node == Name(name):
        return Number(float(number))
    if isinstance(node, Apply):
        inside = tuple(_at(argument, name, number) for argument in node.arguments)
        return Apply(node.operation, inside)
    return node


def _names(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.name}
    inside = node.arguments if isinstance(node, Apply) else ()
    return set[str]().union(*map(_names, inside))


def _is_row(node: Node) -> bool:
    return isinstance(node, Apply) and node.operation == "row"


def _cells(row: Node) -> tuple[Node, ...]:
    return row.arguments if isinstance(row, Apply) else ()
