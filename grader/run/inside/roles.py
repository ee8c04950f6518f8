"""Find out by trying which of a student's variables are the parameters.

In:   a way to run one turn, the places that may hold them, the roles of the parameters.
Out:  for each role its place.
Touches: what the turn touches: copies.

Parameters change in a turn, a NaN put into one is still there afterwards, and the others
then end elsewhere.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from .places import Path, get, spelled
from .shapes import fits, last_word, plain
from .watching import differ

Starts = dict[Path, Any]
Role = tuple[str, list[str], tuple[int, ...]]
Run = Callable[..., dict[str, Any]]


class Unfit(Exception):
    """The loop is no training step with parameters of these shapes."""


class Failed(Unfit):
    """A turn of the loop raised an error."""


class Search:
    """One set of places, in which the parameters are looked for.

    Attributes:
        run: one turn from given numbers; raises Unfit where it fails.
        places: what may be a parameter, with its numbers.
        where: the loop in words. roles: name, patterns of names and shape of each.
    """

    def __init__(
        self, run: Run, places: Mapping[Path, Any], roles: Sequence[Role], where: str
    ) -> None:
        self.run, self.places, self.roles, self.where = run, places, roles, where
        self.shapes = {shape for _, _, shape in roles}

    def found(self) -> list[tuple[str, Path]]:
        """Every role with its place.

        Raises: Unfit if there are others, or none.
        """
        return self._assigned(self._alive(self._moved()))

    def _moved(self) -> tuple[Starts, dict[Path, Any]]:
        """Places that a turn changes, from numbers of ours where there are several."""
        rng = numpy.random.RandomState(83)
        found = {p: v for p, v in self.places.items() if plain(v) in self.shapes}
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
            raise Unfit(f"{self.where} does not change parameters of these shapes")
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
            raise Unfit(f"{self.where} does not change parameters of these shapes")
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
                raise Unfit(f"{self.where} changes other parameters: {told}")
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
            for path, value in self.places.items()
            if path not in alive
            if plain(value) == shape and fits(last_word(path), names)
        ]
        beside = {path[:-1] for path in alive}
        return [path for path in found if path[:-1] in beside] or found
