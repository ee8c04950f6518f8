"""Tell what a formula looks like, whatever its value is.

In:   a tree of `letter_parser`, and what the rubric declares.
Out:  whether it is a letter alone; which indices nothing binds; whether it lists entries.
Pure.
"""

from collections.abc import Iterator, Mapping, Set

from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_dots import DOTS
from grader.model.symbols import Letter


def bare(tree: Node | None) -> bool:
    """Whether it is a letter alone, with an index or without."""
    if isinstance(tree, Apply) and tree.operation == "index":
        return isinstance(tree.arguments[0], Name)
    call = isinstance(tree, Apply) and tree.operation.startswith("call ")
    return isinstance(tree, Name) or (call and not getattr(tree, "arguments", ()))


def loose(tree: Node, indices: Set[str]) -> frozenset[str]:
    """The indices that stand in it outside of their sums."""
    if isinstance(tree, Name):
        return frozenset({tree.name} & indices)
    if not isinstance(tree, Apply):
        return frozenset()
    found = frozenset[str]().union(*(loose(one, indices) for one in tree.arguments))
    summed, _, index = tree.operation.partition(" ")
    return found - {index} if summed == "sum" else found


def lists_some(tree: Node, letters: Mapping[str, Letter], sizes: Mapping[str, int]) -> bool:
    """Whether it names several entries by number, and not all that the letter has.

    `e^{z_1} + e^{z_2}` is right for two classes; z may have been drawn with four.
    """
    if DOTS in [*_parts(tree)]:
        return False
    picked: dict[str, set[int]] = {}
    for one in _parts(tree):
        if isinstance(one, Apply) and one.operation == "index" and len(one.arguments) == 2:
            head, at = one.arguments
            if isinstance(head, Name) and isinstance(at, Number):
                picked.setdefault(head.name, set()).add(int(at.value))
    return any(
        1 < len(at) < sizes.get(str(size), 0)
        for name, at in picked.items()
        for size in (letters[name].shape[:1] if name in letters else ())
    )


def _parts(tree: Node) -> Iterator[Node]:
    yield tree
    for one in tree.arguments if isinstance(tree, Apply) else ():
        yield from _parts(one)
