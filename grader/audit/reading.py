"""Read the variants of an assignment, and apply their edits.

In:      variants.yaml, the rubric, the reference.
Out:     variants; or InputError with one problem per mistake, sorted by line.
Touches: reads that file.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

from grader.audit.edits import Edit, EditError, NewSource, Placed, Replacement
from grader.audit.expected import Wanted
from grader.audit.variants import Kind, Variant
from grader.errors import InputError, Problem
from grader.find.sections import sections
from grader.model.evidence import Cell
from grader.model.rubric import Rubric
from grader.model.submission import SourceCell, Submission
from grader.model.verdict import Outcome
from grader.rubric.compose import compose
from grader.rubric.flaw import Document, Fault, UnreadableError, did_you_mean, quoted
from grader.rubric.place import Place
from grader.rubric.text import read_text, shown

GROUPS = ("mutants", "equivalents")
TOP = (*GROUPS, "leave_out")
KEYS = ("id", "why", "edits", "loses", "may_change", "only", "seeds", "run")
LOSS = ("outcome", "credit", "proposal")
MOST_SEEDS = 1000
HEADING = re.compile(r"#{1,6} ")


def read_variants(path: Path, rubric: Rubric, reference: Submission) -> tuple[Variant, ...]:
    """Every mutant and equivalent, in the file's order; none if there is no such file.

    Raises: InputError naming each line that is wrong.
    """
    if not path.exists():
        return ()
    try:
        document = compose(read_text(path))
    except UnreadableError as error:
        raise InputError(
            Problem(f"{shown(path)}:{error.flaw.line}", error.flaw.what, error.flaw.hint)
        ) from error
    reader = _Reader(document, rubric, reference)
    found = tuple(reader.variants())
    problems = [(flaw.line, flaw.what, flaw.hint) for flaw in document.flaws]
    problems += [(document.line(f.trail), f.what, f.hint) for f in reader.faults]
    if problems:
        raise InputError(
            *(Problem(f"{shown(path)}:{line}", *rest) for line, *rest in sorted(problems))
        )
    return found


class _Reader:
    """Collects faults while it reads, so that all are told at once."""

    def __init__(self, document: Document, rubric: Rubric, reference: Submission) -> None:
        self.top = Place((), document.data)
        self.reference = reference
        self.faults: list[Fault] = []
        self.questions = [question.id for question in rubric.questions]
        self.criteria = {c.id: (q.id, c.points) for q, c in rubric.criteria()}
        cells = [
            Cell(index=i, kind=c.kind, source=c.source, tags=c.tags)
            for i, c in enumerate(reference.cells)
        ]
        self.touched = sections(cells, self.questions, titles=rubric.titles).touched
        self.left = tuple(Placed(index=i, cell=c) for i, c in enumerate(reference.cells))

    def complain(self, place: Place, what: str, hint: str = "") -> None:
        self.faults.append(place.fault(what, hint))

    def variants(self) -> Iterator[Variant]:
        self.known_keys(self.top, TOP, "the file")
        self.leave_out(self.top.get("leave_out"))
        seen: set[str] = set()
        for name, kind in zip(GROUPS, Kind, strict=True):
            group = self.top.get(name)
            if not isinstance(group.value, list | None):
                self.complain(group, f"{name} needs a list")
            for place in group.entries():
                yield self.variant(place, kind, seen)

    def leave_out(self, place: Place) -> None:
        """Drop cells that no variant needs, each named by a text that it contains."""
        if not isinstance(place.value, list | None):
            self.complain(place, "leave_out needs a list")
        for entry in place.entries():
            try:
                self.left = NewSource(cell=entry.text or "", source="")(self.left)
            except EditError as error:
                self.complain(entry, error.what, error.hint)

    def known_keys(self, place: Place, keys: tuple[str, ...], what: str) -> None:
        if not isinstance(place.value, dict):
            self.complain(place, f"{what} needs a mapping with {', '.join(keys)}")
        for key in place.names:
            if key not in keys:
                hint = did_you_mean(key, keys, "keys are")
                self.complain(place.get(key), f"{what} has no key {quoted(key)}", hint)

    def variant(self, place: Place, kind: Kind, seen: set[str]) -> Variant:
        self.known_keys(place, KEYS, f"a {kind}")
        id = self.text(place, "id", f"a {kind}")
        if id in seen:
            self.complain(place.get("id"), f"{quoted(id)} is used twice")
        seen.add(id)
        only = self.names(place.get("only"), self.questions, "question")
        judged = {c for c, (q, _) in self.criteria.items() if not only or q in only}
        seeds = place.get("seeds").number if "seeds" in place.names else 1.0
        if seeds is None or not 1 <= seeds <= MOST_SEEDS or seeds != int(seeds):
            what = f"seeds is a whole number from 1 to {MOST_SEEDS}"
            self.complain(place.get("seeds"), what)
            seeds = 1.0
        return Variant(
            id=id,
            kind=kind,
            why=self.text(place, "why", f"a {kind}"),
            reference=self.reference,
            cells=self.cells(place, only, repeated=seeds > 1),
            unchanged=self.kept(self.left, only),
            loses=self.loses(place, kind, judged),
            may_change=self.may_change(place.get("may_change"), kind),
            only=only,
            seeds=int(seeds),
            run=place.get("run").text or "ok",
        )

    def text(self, place: Place, key: str, what: str) -> str:
        found = place.get(key).text
        if not found:
            self.complain(place, f"{what} needs the key {key!r}, a text")
        return found or ""

    def names(self, place: Place, known: list[str], noun: str) -> tuple[str, ...]:
        if not isinstance(place.value, list | None):
            self.complain(place, f"{place.trail[-1]} needs a list")
        found = [(entry, str(entry.value)) for entry in place.entries()]
        for entry, name in found:
            if name not in known:
                hint = did_you_mean(name, known, "there are")
                self.complain(entry, f"there is no {noun} {quoted(name)}", hint)
        return tuple(name for _, name in found)

    def may_change(self, place: Place, kind: Kind) -> frozenset[str]:
        found = self.names(place, list(self.criteria), "criterion")
        for entry, name in zip(place.entries(), found, strict=True):
            worth = self.criteria.get(name, ("", 0.0))[1]
            if kind is Kind.EQUIVALENT and worth:
                what = f"an equivalent loses nothing, and {name} is worth {worth:g}"
                self.complain(entry, what)
        return frozenset(found)

    def loses(
        self, place: Place, kind: Kind, judged: Set[str]
    ) -> dict[str, tuple[Wanted, ...]]:
        given = place.get("loses")
        if (kind is Kind.MUTANT) != bool(given.names):
            what = "needs `loses`" if kind is Kind.MUTANT else "has no `loses`"
            self.complain(place, f"{'a' if kind is Kind.MUTANT else 'an'} {kind} {what}")
        found = {}
        for id in given.names:
            if id not in self.criteria:
                hint = did_you_mean(id, self.criteria, "there are")
                self.complain(given.get(id), f"there is no criterion {quoted(id)}", hint)
            elif id not in judged:
                what = f"{id} belongs to a question that `only` leaves out"
                self.complain(given.get(id), what)
            else:
                found[id] = tuple(self.wanted(given.get(id)))
        return found

    def wanted(self, place: Place) -> Iterator[Wanted]:
        for entry in place.entries() if isinstance(place.value, list) else [place]:
            if isinstance(entry.value, dict):
                self.known_keys(entry, LOSS, "an outcome")
            named = entry.get("outcome") if isinstance(entry.value, dict) else entry
            try:
                yield Wanted(
                    outcome=Outcome(named.text or ""),
                    credit=entry.get("credit").number,
                    proposal=entry.get("proposal").number,
                )
            except ValueError:
                hint = did_you_mean(named.text or "", list(Outcome), "outcomes are")
                self.complain(entry, f"{named.value!r} is no outcome", hint)

    def cells(
        self, place: Place, only: tuple[str, ...], repeated: bool
    ) -> tuple[SourceCell, ...]:
        cells, before = self.left, len(self.faults)
        for entry in place.get("edits").entries():
            edit = self.edit(entry)
            try:
                cells = edit(cells) if edit else cells
            except EditError as error:
                self.complain(entry, error.what, error.hint)
        if cells == self.left and not repeated and len(self.faults) == before:
            self.complain(place, "no edit changes anything")
        return self.kept(cells, only)

    def kept(
        self, cells: tuple[Placed, ...], only: tuple[str, ...]
    ) -> tuple[SourceCell, ...]:
        """Cells of these questions and of none; of others their headings.

        A notebook without its other headings would be read in another way.
        """
        found = []
        for placed in cells:
            asked = {q for q in self.touched[placed.index] if q}
            if not only or not asked or not asked.isdisjoint(only):
                found.append(placed.cell)
            elif headings := _headings(placed.cell):
                found.append(replace(placed.cell, source=headings))
        return tuple(found)

    def edit(self, place: Place) -> Edit | None:
        if "cell" in place.names:
            self.known_keys(place, ("cell", "source"), "an edit of a cell")
            cell, source = place.get("cell").value, place.get("source").value or ""
            if isinstance(cell, str) and cell and isinstance(source, str):
                return NewSource(cell=cell, source=source)
            self.complain(place, "cell and source are texts, cell not empty")
            return None
        self.known_keys(place, ("old", "new", "times"), "an edit")
        old, new = (place.get(key).value for key in ("old", "new"))
        times = place.get("times").value if "times" in place.names else 1
        new = "" if new is None and "new" in place.names else new
        texts = isinstance(old, str) and isinstance(new, str)
        if not texts or not old or old == new or type(times) is not int or times < 1:
            what = "an edit has `old` and another text `new`, and `times` from 1"
            self.complain(place, what, "or `cell` and `source`")
            return None
        return Replacement(old=str(old), new=str(new), times=times)


def _headings(cell: SourceCell) -> str:
    """The headings of a text, and nothing else of it."""
    lines = cell.source.splitlines() if cell.kind == "markdown" else []
    return "\n\n".join(line for line in lines if HEADING.match(line))
