"""A place in plain data that may be wrong in any way, looked at without fear.

In:   plain data.
Out:  what is below, as text or number; None wherever it is something else.
Pure: no files, no kernels.
"""

from dataclasses import dataclass

from grader.rubric.flaw import Data, Fault, Trail


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of the data, and the way to it."""

    trail: Trail
    value: Data

    def get(self, key: str) -> "Place":
        """What stands under a key; nothing if there is no such key."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return Place((*self.trail, key), found)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys, if this is a mapping."""
        return tuple(self.value) if isinstance(self.value, dict) else ()

    def entries(self) -> list["Place"]:
        """The entries, if this is a list."""
        found = self.value if isinstance(self.value, list) else []
        return [Place((*self.trail, i), value) for i, value in enumerate(found)]

    @property
    def text(self) -> str | None:
        """The text without outer blanks, if this is text."""
        return self.value.strip() if isinstance(self.value, str) else None

    @property
    def number(self) -> float | None:
        """The number, if this is one."""
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return float(self.value) if number else None  # type: ignore[arg-type]

    @property
    def numbers(self) -> list[float] | None:
        """The numbers, if this is a list of nothing else."""
        found = [entry.number for entry in self.entries()]
        known = [number for number in found if number is not None]
        return known if known and len(known) == len(found) else None

    def fault(self, what: str, hint: str = "") -> Fault:
        """Say what is wrong here."""
        return Fault(self.trail, what, hint)


def questions(rubric: Place) -> list[Place]:
    """The questions of a rubric."""
    return rubric.get("questions").entries()


def criteria(rubric: Place) -> list[Place]:
    """The criteria of all questions."""
    return [c for q in questions(rubric) for c in q.get("criteria").entries()]
