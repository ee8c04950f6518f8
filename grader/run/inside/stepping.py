"""Run one turn of a student's training loop from parameters that the host chose.

In:   a probe: the sources of the cells; roles (names, shapes, the numbers to start from).
Out:  one "reply" fact: where the parameters were found, and what they are after the turn.
Touches: copies of the student's variables, never the originals.

Looked for are variables of the roles' shapes, then parts of one vector, then the first of
many runs that are trained at once.
"""

import ast
import sys
import time
from dataclasses import replace
from typing import Any

import numpy

from . import cells, flat, loops, rates
from .copies import duplicated
from .encode import Blocks, spell
from .loops import Begun, Loop, Stopped
from .many import many
from .places import Path, get, is_taped, places, put, replaced, shown, spelled
from .probing import describe
from .roles import Failed, Search, Starts, Unfit
from .shapes import fits, last_word, listed, shape_at
from .watching import Left, Watch, look_around

Fact = tuple[dict[str, Any], list[bytes]]
LEAVES = 100_000
AROUND = 0.2
"""Seconds for a turn of a loop around a step; a whole training is no step."""


def answer(namespace: dict[str, Any], left: Left, probe: dict[str, Any]) -> Fact:
    """Put the question to every loop until one is a step with these parameters."""
    blocks = Blocks()
    try:
        value = _answer(namespace, left, probe)
    except KeyboardInterrupt:
        return {"kind": "reply", "error": "timeout"}, []
    except BaseException as error:
        return {"kind": "reply", "error": describe(error)}, []
    return {"kind": "reply", "value": spell(value, blocks, leaves=LEAVES)}, blocks.parts


def _answer(namespace: dict[str, Any], left: Left, probe: dict[str, Any]) -> dict[str, Any]:
    end = time.monotonic() + probe["seconds"]
    main = ast.Module([n for c, s in probe["sources"] for n in _parsed(c, s)], [])
    trees = {"__main__": main, **loops.modules(namespace)}
    found = loops.loops(trees)
    found.sort(key=lambda loop: not fits(loop.owner.rpartition(".")[2], probe["names"]))
    tried: list[str] = []
    for loop in found:
        if time.monotonic() > end:
            tried.append("the time was used up")
            break
        try:
            step = _begun(loop, namespace, left, trees, probe)
        except (Unfit, LookupError) as error:
            tried.append(str(error)[:200])
            continue
        steps = [step.told()]
        for outer in loop.outer:
            try:
                around = _begun(outer, namespace, left, trees, probe, AROUND)
                steps.append(around.told())
            except (Unfit, LookupError):
                break
        return {"steps": steps, "tried": tried[:10]}
    return {"steps": [], "tried": list(dict.fromkeys(tried))[:10]}


def _begun(
    loop: Loop,
    namespace: dict[str, Any],
    left: Left,
    trees: dict[str, ast.Module],
    probe: dict[str, Any],
    seconds: float = loops.SECONDS,
) -> "Step":
    """The loop as a step: from what its cell left, or from a new run of the cell."""
    base = loops.start(loop, namespace, left, loops.drivers(loop, trees))
    try:
        return Step(loop, base, probe, seconds)
    except Failed:
        if loop.definition is not None:
            raise
    base = cells.anew(loop, namespace, left, trees["__main__"].body)
    return Step(loop, base, probe, seconds)


def _parsed(cell: int, source: str) -> list[Any]:
    """The statements of a cell, each with the cell's number."""
    try:
        found: list[Any] = list(ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    for node in found:
        node.cell = cell
    return found


class Step:
    """One loop whose turn changes parameters of the roles' shapes."""

    def __init__(
        self, loop: Loop, base: dict[str, Any], probe: Any, seconds: float = loops.SECONDS
    ) -> None:
        self.loop, self.probe, self.seconds = loop, probe, seconds
        self.base, self.shared = base, replaced(base, probe["instead"])
        self.roles = [(r["name"], r["names"], tuple(r["shape"])) for r in probe["roles"]]
        self.code = loops.body(loop)
        self.runs = 0
        self.rates = [
            path
            for path, value in places(base).items()
            if value.size == 1 and fits(last_word(path), probe["rate"])
        ]
        self.found = self._parameters()
        if any(is_taped(self.base, path) for _, path in self.found):
            raise Unfit(f"{loop.where} leaves the gradient to a library")
        found = [path for _, path in self.found]
        self.inside = rates.changes_inside(loop.node.body, found)
        starts = self._starts(0)
        self.rates = self.rates or rates.by_scaling(self.run, base, starts, Unfit)
        self.rates = self.rates or self._written_out(starts)

    def _parameters(self) -> list[tuple[str, Path]]:
        """The role's places: variables, else ranges of a vector, else of many runs."""
        here = {p: v for p, v in places(self.base).items() if p not in self.rates}
        try:
            return Search(self.run, here, self.roles, self.loop.where).found()
        except Unfit as error:
            if found := flat.parts(self.run, self.base, self.roles, Unfit):
                return found
            for runs, stacked in many(self.base, self.roles):
                try:
                    found = Search(self.run, stacked, self.roles, self.loop.where).found()
                except Unfit:
                    continue
                self.runs = runs
                return found
            raise error

    def run(self, starts: Starts, watch: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the body once with these numbers; return the names afterwards.

        Raises: Unfit if it fails.
        """
        world = duplicated(self.base)
        for path, array in starts.items():
            put(world, path, array)
        world[loops.STOP] = Stopped()
        before = sys.getprofile()
        names = {path[0] for path in starts} | self.shared
        try:
            with shown(self.loop.module, world, names), loops.limited(self.seconds):
                if watch is not None:
                    sys.setprofile(Watch(watch, self.runs))
                exec(self.code, world)
        except Stopped as stopped:
            if stopped.args:
                raise Unfit(f"{self.loop.where} takes too long") from None
        except Begun:
            raise Unfit(f"{self.loop.where} begins another one") from None
        except Exception as error:
            name = type(error).__name__
            raise Failed(f"{self.loop.where} raised {name} in a single turn") from None
        finally:
            sys.setprofile(before)
        return world

    def _written_out(self, starts: Starts) -> list[Path]:
        """A step size that is a number of the source; turns then read it from a name."""
        kept = self.code, self.base
        for value, node in rates.literals(self.loop.node):
            self.code = loops.body(replace(self.loop, node=node))
            self.base = {**kept[1], rates.LITERAL: value}
            where = [(rates.LITERAL,)]
            if found := rates.by_scaling(self.run, self.base, starts, Unfit, where):
                return found
        self.code, self.base = kept
        return []

    def told(self) -> dict[str, Any]:
        """Run it from every point, at the student's own rate and at a small one."""
        turns = []
        for point in range(len(self.probe["roles"][0]["points"])):
            turns.append(self._turn(point, None))
            if self.rates:
                turns.append(self._turn(point, self.probe["small"]))
        return {
            "where": self.loop.where,
            "places": [[name, spelled(path)] for name, path in self.found],
            "inside": self.inside,
            "natural": [listed(get(self.base, path)) for _, path in self.found],
            "rate": [float(get(self.base, path)) for path in self.rates[:1]],
            "turns": turns,
        }

    def _starts(self, point: int) -> Starts:
        """The numbers that the host chose, in the shapes that are here."""
        given = {r["name"]: numpy.array(r["points"][point]) for r in self.probe["roles"]}
        return {
            path: given[name].reshape(shape_at(self.base, path))
            for name, path in self.found
        }

    def _turn(self, point: int, rate: float | None) -> dict[str, Any]:
        starts = self._starts(point)
        before = duplicated(self.base)
        for path, array in starts.items():
            put(before, path, array)
        if rate is not None:
            starts |= {path: numpy.array(rate) for path in self.rates}
        watch: dict[str, Any] = {}
        try:
            world = self.run(starts, watch)
        except Unfit as error:
            return {"point": point, "small": rate is not None, "error": str(error)}
        look_around(world, self.base, watch, self.runs)
        return {
            "point": point,
            "small": rate is not None,
            "before": [listed(get(before, path)) for _, path in self.found],
            "after": [listed(get(world, path)) for _, path in self.found],
            "seen": [[k, listed(v)] for k, v in watch.items()],
        }
