"""Order cells by what they need, and otherwise as they were handed in."""

import heapq
from collections.abc import Mapping, Sequence

from grader.repair.syntax import names


def reorder(
    sources: Mapping[int, str], missing: Mapping[int, frozenset[str]]
) -> tuple[tuple[int, ...], dict[int, tuple[str, ...]]]:
    """Order code cells so that the missing names are bound before they are used.

    Args:
        sources: code cells by index.
        missing: by index of a failing cell, the names it did not find.

    Returns: the indices in the new order, and for each cell that waits for a later one
        the names it waits for; ((), {}) if nothing helps, or one thing contradicts
        another.
    """
    wanted: dict[int, tuple[str, ...]] = {}
    after: dict[int, set[int]] = {index: set() for index in sources}
    ordered = sorted(sources)
    for index in ordered:
        for name in sorted(missing.get(index, ())):
            binders = _binders(ordered, sources, name)
            later = [other for other in binders if other > index]
            if later and not any(other < index for other in binders):
                after[index].add(later[0])
                wanted[index] = (*wanted.get(index, ()), name)
        for other, waits in _kept(index, ordered, sources):
            after[other].update(waits)
    found = _sorted(after) if wanted else ()
    return (found, wanted) if found else ((), {})


def _binders(ordered: Sequence[int], sources: Mapping[int, str], name: str) -> list[int]:
    return [index for index in ordered if name in names(sources[index]).bound]


def _kept(
    index: int, ordered: Sequence[int], sources: Mapping[int, str]
) -> list[tuple[int, set[int]]]:
    """What must not change for one cell: who bound what it reads, who binds it anew."""
    here = names(sources[index])
    found: list[tuple[int, set[int]]] = []
    for name in here.read | here.bound:
        binders = _binders(ordered, sources, name)
        before = [other for other in binders if other < index]
        if before:
            found.append((index, {before[-1]}))
            anew = [other for other in binders if other > index]
            found += [(anew[0], {index})] if anew else []
    return found


def _sorted(after: Mapping[int, set[int]]) -> tuple[int, ...]:
    """Sort topologically, the smallest index first; () if that is impossible."""
    left = {index: set(waits) for index, waits in after.items()}
    ready = [index for index, waits in left.items() if not waits]
    heapq.heapify(ready)
    done: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        done.append(index)
        for other, waits in left.items():
            if index in waits:
                waits.discard(index)
                if not waits:
                    heapq.heappush(ready, other)
    return tuple(done) if len(done) == len(after) else ()
