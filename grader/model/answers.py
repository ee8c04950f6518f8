"""What finders hand to checks: an answer, and where it was found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from grader.model.evidence import Candidate
from grader.model.value import Array
from grader.model.verdict import Binding

HEADING = re.compile(r"^\s*#{1,6}\s.*$", re.M)
LABEL = re.compile(
    r"^[\s>*_]*\(?(?:[1-9]\d?|[a-z])(?:(?:\.(?:\d{1,2}|[a-z]\d{0,2}[a-z]?)\b|\s?\([a-z]\)"
    r"|(?<=\d)[a-z]\b)+(?=[\s.:)*_]|$)[.:)]*|[.:)]+(?=[\s*_]|$)|(?=\*\*|__))[*_]*",
    re.M | re.I,
)
WORD = re.compile(r"[^\W\d_]{2,}")
FAR_OFF = "in a line that names it, far off"
"""How a number was found that may be meant, and says nothing by itself."""
IN_CODE = "in the code"
"""How a formula was found that stands in a code cell."""

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[T_co]):
    """One answer that was found."""

    value: T_co
    binding: Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T_co]):
    """All that a finder found.

    Attributes:
        hits: most likely first.
        looked_for: in words, for a no_answer: "a variable w or weight*".
        nearest: near misses, in words the student can act on.
        passed_over: places that do not count, as the rubric says which of several does.
        unread: places in the section that may hold the answer and cannot be read.
    """

    hits: tuple[Hit[T_co], ...] = ()
    looked_for: str = ""
    nearest: tuple[str, ...] = ()
    passed_over: tuple[Binding, ...] = ()
    unread: tuple[Binding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A callable and its replies to one probe, one entry per calling convention.

    Attributes:
        candidate: what was called.
        values: convention in words -> one array per value of the tried argument.
        errors: convention in words -> what went wrong.
        here: it stands in the criterion's section, or the notebook has none such.
    """

    candidate: Candidate
    values: Mapping[str, tuple[Array, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    here: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPath:
    """The points that one run of an optimisation went through.

    Attributes:
        points: shape (n, d), n >= 2, in order.
        place: (cell, figure, panel) where it was drawn; None if a variable held it.
        loose: the points are the tails of arrows whose tips lie elsewhere.
    """

    points: Array
    place: tuple[int, int, int] | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words of the student's own in one cell."""

    cell: int
    text: str

    @property
    def words(self) -> int:
        """How many words it has, headings not counted."""
        return len(WORD.findall(HEADING.sub("", self.text)))

    @property
    def says(self) -> bool:
        """Whether anything stands there besides headings and labels: "2.5) 0" does."""
        rest = LABEL.sub("", HEADING.sub("", self.text))
        return any(map(str.isalnum, rest))


class Formula(Protocol):
    """A formula in one variable, as typed."""

    @property
    def text(self) -> str:
        """As typed, shortened."""
        ...

    @property
    def is_final(self) -> bool:
        """It stands where an answer stands: boxed, or last in a chain of equalities."""
        ...

    def at(self, n: float) -> float | None:
        """Its value; None where it has none."""
        ...


class Algebra(Protocol):
    """A formula in declared letters, ready for a proof."""

    def equals(self, other: Any, transposed: bool = False) -> bool | None:
        """Whether both are equal for all values of the letters; None: not decided."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of an equation, as typed.

    Attributes:
        text: as typed, without decorations.
        relation: "=", "<=" or "->" before it; "" for the first.
        values: in several worlds, arrays of shape () or (rows, columns); empty if it
            could not be read or computed.
        closed: it was read, and holds no derivative.
        named: it is the name of the quantity that the equation is about.
        stated: values of the quantity itself, where its name says how it is computed, as
            that of a derivative does; else empty.
        formula: for a proof by algebra; None if it has no values.
        written: the letters stand in it in which an answer is to be written, if there
            are such.
        resized: its values have a length that no letter has: w = (w_1, w_2) for any w.
        bare: it is a letter alone, with an index or without.
        listed: it names some entries of a vector by number, but not all: z_1 + z_2.
        loose: indices that stand in it, neither bound by a sum nor part of the name.
    """

    text: str
    relation: str
    values: tuple[Array, ...]
    closed: bool
    named: bool
    stated: tuple[Array, ...] = ()
    formula: Algebra | None = field(default=None, compare=False)
    written: bool = False
    resized: bool = False
    bare: bool = False
    listed: bool = False
    loose: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A chain a = b = c; or one formula in a box.

    Attributes:
        sides: from left to right.
        about: which of the wanted quantities it speaks of, if any.
        boxed: all of it stands in a box.
    """

    sides: tuple[Side, ...]
    about: int | None
    boxed: bool

    @property
    def text(self) -> str:
        """As typed, without decorations."""
        return "".join(f" {side.relation} {side.text}" for side in self.sides).strip()
