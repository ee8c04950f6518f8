"""Run one turn of a student's training loop from parameters that the host chose.

In:   a probe: the sources of the cells; roles (names, shapes, the numbers to start from).
Out:  one "reply" fact: where the parameters were found, and what they are after the turn.
Touches: copies of the student's variables, never the originals.

Which variables are the parameters is found out by trying: they change in a turn, a NaN
put into one is still there afterwards, and the others then end elsewhere.
"""

import ast
import math
import sys
import time
from dataclasses import replace
from typing import Any

import numpy

from . import flat, loops, rates
from .encode import Blocks, spell
from .loops import Begun, Loop, Stopped
from .places import (
    Path,
    duplicated,
    get,
    is_taped,
    places,
    put,
    replaced,
    shown,
    spelled,
)
from .probing import describe
from .shapes import fits, last_word, listed, plain, shape_at
from .watching import Left, Watch, differ, look_around

Fact = tuple[dict[str, Any], list[bytes]]
LEAVES = 100_000
AROUND = 0.2
"""Seconds for a turn of a loop around a step; a whole training is no step."""
Starts = dict[Path, Any]


class Unfit(Exception):
    """The loop is no training step with parameters of these shapes."""


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
            base = loops.start(loop, namespace, left, loops.drivers(loop, trees))
            step = Step(loop, base, probe)
        except (Unfit, LookupError) as error:
            tried.append(str(error)[:200])
            continue
        steps = [step.told()]
        for outer in loop.outer:
            try:
                around = loops.start(outer, namespace, left, loops.drivers(loop, trees))
                steps.append(Step(outer, around, probe, AROUND).told())
            except (Unfit, LookupError):
                break
        return {"steps": steps, "tried": tried[:10]}
    return {"steps": [], "tried": list(dict.fromkeys(tried))[:10]}


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
        self.shapes = {shape for _, _, shape in self.roles}
        self.code = loops.body(loop)
        self.rates = [
            path
            for path, value in places(base).items()
            if value.size == 1 and fits(last_word(path), probe["rate"])
        ]
        try:
            self.found = self._assigned(self._alive(self._moved()))
        except Unfit:
            self.found = flat.parts(self.run, base, self.roles, Unfit)
            if not self.found:
                raise
        if any(is_taped(self.base, path) for _, path in self.found):
            raise Unfit(f"{loop.where} leaves the gradient to a library")
        found = [path for _, path in self.found]
        self.inside = rates.changes_inside(loop.node.body, found)
        starts = self._starts(0)
        self.rates = self.rates or rates.by_scaling(self.run, base, starts, Unfit)
        self.rates = self.rates or self._written_out(starts)

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
                    sys.setprofile(Watch(watch))
                exec(self.code, world)
        except Stopped as stopped:
            if stopped.args:
                raise Unfit(f"{self.loop.where} takes too long") from None
        except Begun:
            raise Unfit(f"{self.loop.where} begins another one") from None
        except Exception as error:
            name = type(error).__name__
            raise Unfit(f"{self.loop.where} raised {name} in a single turn") from None
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

    def _moved(self) -> tuple[Starts, dict[Path, Any]]:
        """Places that a turn changes, from numbers of ours where there are several."""
        rng = numpy.random.RandomState(83)
        found = {p: v for p, v in places(self.base).items() if plain(v) in self.shapes}
        found = {p: v for p, v in found.items() if p not in self.rates}
        starts = {
            path: rng.uniform(0.5, 1.5, size=value.shape)
            for path, value in found.items()
            if value.size > 1 or self._named(path)
        }
        try:
            after = self.run(starts)
        except Unfit:
            starts = {p: v for p, v in starts.items() if self._named(p)}
            after = self.run(starts)
        moved = {p: starts.get(p, v) for p, v in found.items()}
        moved = {p: v for p, v in moved.items() if differ(get(after, p), v)}
        if not moved:
            raise Unfit(f"{self.loop.where} does not change parameters of these shapes")
        return {**starts, **moved}, {p: get(after, p) for p in moved}

    def _named(self, path: Path) -> bool:
        return any(fits(last_word(path), names) for _, names, _ in self.roles)

    def _alive(self, moved: tuple[Starts, dict[Path, Any]]) -> Starts:
        """Of these, the ones that are read before they are written, and that matter."""
        starts, after = moved
        alive: Starts = {}
        for path in after:
            nan = numpy.full(starts[path].shape, math.nan)
            try:
                world = self.run({**starts, path: nan})
            except Unfit:
                continue
            own = get(world, path)
            others = [p for p in after if p != path and differ(get(world, p), after[p])]
            if own is not None and numpy.isnan(own).any() and (others or len(after) == 1):
                alive[path] = starts[path]
        return alive

    def _assigned(self, alive: Starts) -> list[tuple[str, Path]]:
        """Give every role its place: by name, else in order."""
        if not alive:
            raise Unfit(f"{self.loop.where} does not change parameters of these shapes")
        chosen: list[tuple[str, Path]] = []
        for shape in sorted(self.shapes):
            roles = [(name, names) for name, names, own in self.roles if own == shape]
            here = [path for path, value in alive.items() if plain(value) == shape]
            if len(here) < len(roles):
                names = [n for _, patterns in roles for n in patterns]
                here += self._idle(shape, names, alive)
            if len(here) > len(roles):
                names = [n for _, patterns in roles for n in patterns]
                here = [path for path in here if fits(last_word(path), names)]
            if len(here) != len(roles):
                told = ", ".join(f"{spelled(p)} {v.shape}" for p, v in alive.items())
                raise Unfit(f"{self.loop.where} changes other parameters: {told}")
            left = list(here)
            for name, patterns in roles:
                match = next((p for p in left if fits(last_word(p), patterns)), None)
                if match is not None and len(roles) > 1:
                    left.remove(match)
                    chosen.append((name, match))
            free = [name for name, _ in roles if name not in dict(chosen)]
            chosen += zip(free, left, strict=True)
        return chosen

    def _idle(self, shape: tuple[int, ...], names: list[str], alive: Starts) -> list[Path]:
        """Parameters that a turn should change and does not: of a fitting name.

        Those that stand beside the others, in one dict or object, come before others.
        """
        found = [
            path
            for path, value in places(self.base).items()
            if path not in alive and path not in self.rates
            if plain(value) == shape and fits(last_word(path), names)
        ]
        beside = {path[:-1] for path in alive}
        return [path for path in found if path[:-1] in beside] or found

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
        look_around(world, self.base, watch)
        return {
            "point": point,
            "small": rate is not None,
            "before": [listed(get(before, path)) for _, path in self.found],
            "after": [listed(get(world, path)) for _, path in self.found],
            "seen": [[k, listed(v)] for k, v in watch.items()],
        }
