"""Mutants and equivalents: the reference with small edits, and what each must lose.

In:      reference/<assignment>/variants.yaml; docs/audit.md has the format.
Out:     variants, ready to be run; or every mistake in the file, with its line.
Touches: reads that file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from grader.audit.expected import Wanted
from grader.audit.reseeding import reseeded
from grader.model.submission import SourceCell, Submission

SEED = "<seed>"
"""Stands in an edit for the number of the repetition: 0, 1, 2, ..."""


class Kind(StrEnum):
    """What a variant is."""

    MUTANT = "mutant"
    """The reference with one deliberate defect: it must lose what it says."""
    EQUIVALENT = "equivalent"
    """A rewrite that is still correct: it must lose nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The reference with a few edits.

    Attributes:
        id: unique among the variants of an assignment. kind: see Kind.
        why: the mistake a student makes, or what is unusual, in one sentence.
        reference: the solution it is made of. cells: what stands in place of its cells.
        unchanged: the cells it is made of, before its own edits.
        loses: of a mutant, by criterion: one of these outcomes it must get.
        may_change: criteria that are not compared.
        only: questions that were kept and are judged; empty: all.
        seeds: how often it is run, each time with other numbers; >= 1.
        reseeded: the notebook's own seeds are other ones each time, too.
        run: the status its run must have.
    """

    id: str
    kind: Kind
    why: str
    reference: Submission
    cells: tuple[SourceCell, ...]
    unchanged: tuple[SourceCell, ...]
    loses: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    may_change: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    seeds: int = 1
    reseeded: bool = False
    run: str = "ok"

    def submission(self, seed: int) -> Submission:
        """What is run the `seed`-th time, from 0."""
        cells = tuple(replace(c, source=self._source(c, seed)) for c in self.cells)
        return replace(self.reference, id=self.id, cells=cells)

    def _source(self, cell: SourceCell, seed: int) -> str:
        source = cell.source.replace(SEED, str(seed))
        again = self.reseeded and seed and cell.kind == "code"
        return reseeded(source, seed) if again else source

    @property
    def shortened(self) -> Submission:
        """The reference with as many cells as this variant has, none of them edited."""
        return replace(self.reference, cells=self.unchanged)

    def salt(self, seed: int, usual: str) -> str:
        """Mixed into the seeds of inputs: the first time nothing but the usual salt.

        Variants that are all reseeded share their salts, and so the reference's runs.
        """
        if self.reseeded and seed:
            return f"{usual}again {seed}"
        return f"{usual}{self.id} {seed}" if seed else usual


def path_of(reference: Path) -> Path:
    """Where the variants of a reference solution are written down."""
    return reference.parent / "variants.yaml"
