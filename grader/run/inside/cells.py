"""Get to the first turn of a loop outside of functions by running its cell once more.

In:   the loop, the statements of the notebook, what the cells left behind.
Out:  the names at the beginning of the loop's first turn.
Touches: copies of the namespace.

What a cell does after a loop may leave names with which no turn can be run: a list of
losses is an array by then.
"""

import ast
import contextlib
from typing import Any

from .copies import duplicated
from .loops import SECONDS, Begun, Loop, Stopped, limited

BEGIN = "__box_begin__"


def anew(
    loop: Loop, namespace: dict[str, Any], left: dict[int, Any], statements: list[Any]
) -> dict[str, Any]:
    """Run the loop's cell from its first statement until the loop's first turn begins.

    Raises: LookupError if it does not get there.
    """
    if loop.cell is None:
        raise LookupError(f"{loop.where} is in no cell")
    before = max((cell for cell in left if cell < loop.cell), default=None)
    earlier = left[before] if before is not None else {}
    world = duplicated({**namespace, **earlier, BEGIN: Begun})
    code = _marked(loop, [node for node in statements if node.cell == loop.cell])
    with contextlib.suppress(Exception, Stopped):
        try:
            with limited(2 * SECONDS):
                exec(code, world)
        except Begun:
            return world
    raise LookupError(f"its cell does not get to {loop.where}")


def _marked(loop: Loop, statements: list[Any]) -> Any:
    """The cell as code that ends where the loop's first turn begins."""
    kept = loop.node.body
    loop.node.body = [*ast.parse(f"raise {BEGIN}").body, *kept]
    try:
        return compile(ast.Module(statements, []), "<cell>", "exec")
    finally:
        loop.node.body = kept
