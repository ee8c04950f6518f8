"""Tell which question a cell, or a line of it, belongs to.

In:   cells, and the ids of the rubric's questions in the sheet's order.
Out:  for every cell the questions it touches, and the text of every question.
Pure: no files, no kernels.

Labels understood: "## 3 (a)", "3a)", "3.a", "Task 2b", "Aufgabe 3", "Q3.1", "2.C1 (a)",
"Exercise 2, part c", "(d)" under a parent number, "# 2c" in a comment, in English,
German and any language. A number alone counts in a heading, after a word such as Task,
or where the notebook as a whole says so (`grader.find.course`): a numbered list is none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from grader.find.course import Course
from grader.find.labelled import Label, Style
from grader.find.labels import read_label
from grader.find.outline import Outline, Path, path_of
from grader.find.readings import readings, settled
from grader.model.answers import Passage
from grader.model.evidence import Cell

CELL_MARK = re.compile(r"^\s*#\s*%%\s*(?:\[\w+\])?")
PRINTED = re.compile(
    r"""^\s*(?:print\(\s*)?[rfbu]?(?P<q>\"{1,3}|'{1,3})(?P<text>[^"']{1,200}?)(?P=q)?\s*\)?\s*;?$""",
    re.I,
)
LEVEL = re.compile(
    r"(?:(?P<marks>#{1,6})(?!#)|<h(?P<html>[1-6])\b|\*\*|__|<b>|<strong>)", re.I
)
BOLD = 7
TAG = "answer:"
LIKE = 3.0
"""What a cell gains at most by standing where the skeleton has its like."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell and the question in force there ("" before the first)."""

    cell: int
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class Sections:
    """A notebook's lines with their questions.

    Attributes:
        lines: of markdown cells and of code cells, in order.
        touched: for every cell index the questions its lines belong to, in order.
        below: for every cell index the headings in force, of questions and of parents.
    """

    lines: tuple[Line, ...]
    touched: dict[int, tuple[str, ...]]
    below: dict[int, frozenset[Path]] = field(default_factory=dict)

    @property
    def ends(self) -> dict[int, str]:
        """For every cell the question in force at its end; "" if there is none."""
        return {line.cell: line.question for line in self.lines}

    @property
    def known(self) -> frozenset[str]:
        """Questions that have a place of their own in the notebook."""
        return frozenset(q for questions in self.touched.values() for q in questions if q)

    def holds(self, cell: int, question: str) -> bool:
        """Whether any line of that cell belongs to the question."""
        return question in self.touched.get(cell, ())

    def shares(self, cell: int, question: str) -> int:
        """How many steps of its label a question shares with the headings over a cell."""
        path = path_of(question)
        common = (
            sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, one)))  # noqa: B905
            for one in self.below.get(cell, ())
        )
        return max(common, default=0)

    def code(self, cell: Cell, question: str) -> str:
        """A cell's code, without the comments that belong to other questions."""
        here = (question, "")
        return "\n".join(
            "" if line.text.lstrip()[:1] == "#" and line.question not in here else line.text
            for line in self.lines
            if line.cell == cell.index
        )

    def passages(self, question: str, kinds: dict[int, str]) -> tuple[Passage, ...]:
        """The question's text, cell by cell; "any" for all of it."""
        texts: dict[int, list[str]] = {}
        for line in self.lines:
            if kinds.get(line.cell) == "markdown" and question in ("any", line.question):
                texts.setdefault(line.cell, []).append(line.text)
        return tuple(Passage(cell=cell, text="\n".join(t)) for cell, t in texts.items())


def sections(
    cells: Sequence[Cell],
    questions: Sequence[str],
    like: Mapping[int, tuple[str, float]] | None = None,
    bound: Mapping[int, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Sections:
    """Read every label, choose the course they describe, and walk along it.

    `like` says of some cells under which question the skeleton has their like, and how
    alike they are (0 to 1); it counts where the notebook has no such heading of its own.
    `bound` says of some cells to which question they belong, whatever stands there.
    `titles` are the questions' own, by their ids.
    """
    outline = Outline(tuple(questions), dict(titles or {}))
    read = _labels(cells, outline)
    for cell, found in read:
        if like and cell.index in like and 0 not in found:
            question, alike = like[cell.index]
            found[0] = Label(path_of(question), LIKE * alike, aligned=True)
    read = [(cell, dict(sorted(found.items()))) for cell, found in _with_code(read)]
    bound = bound or {}
    labels = [label for _, found in read for label in found.values()]
    places = iter(Course(outline, labels).places())
    lines: list[Line] = []
    touched: dict[int, tuple[str, ...]] = {}
    below: dict[int, frozenset[Path]] = {}
    at: Path = ()
    beside: list[Path] = []
    for cell, found in read:
        here, over = [], []
        for number, text in enumerate(cell.source.splitlines()):
            if number in found:
                opened = next(places)
                at = at if opened is None else opened
                beside = outline.beside(at, found[number].beside) if opened else beside
            over += [at, *beside] if text.strip() else []
            here.append(Line(cell.index, text, outline.ids.get(at, "")))
        if said := bound.get(cell.index) or bound_to(cell.tags, questions):
            here = [Line(cell.index, line.text, said) for line in here]
        lines += here
        seen = dict.fromkeys(line.question for line in here if line.text.strip())
        touched[cell.index] = tuple(seen) or (outline.ids.get(at, ""),)
        below[cell.index] = frozenset(over)
    return Sections(tuple(lines), touched, below)


def _with_code(
    read: Sequence[tuple[Cell, dict[int, Label]]],
) -> Iterator[tuple[Cell, dict[int, Label]]]:
    """Mark the last label of every cell of text that code follows."""
    for place, (cell, found) in enumerate(read):
        after = read[place + 1][0].kind if place + 1 < len(read) else ""
        if found and cell.kind == "markdown" and after == "code":
            last = max(found)
            found[last] = replace(found[last], code=True)
        yield cell, found


def bound_to(tags: Sequence[str], questions: Sequence[str]) -> str:
    """The question of a tag `answer:3a` or `answer:3a.count`; "" if there is none."""
    named = [tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)]
    fits = [q for name in named for q in questions if name == q or name.startswith(f"{q}.")]
    return max(fits, key=len, default="")


def _labels(cells: Sequence[Cell], outline: Outline) -> list[tuple[Cell, dict[int, Label]]]:
    """Every cell with its labels by the number of their line."""
    read = [
        (cell, number, label)
        for cell in cells
        for number, text, style in _readable(cell)
        if (label := read_label(text, style, outline.words))
    ]
    found: dict[int, dict[int, Label]] = {}
    labels = settled(outline, [label for _, _, label in read])
    meant = readings(outline, labels)
    for (cell, number, _), label, paths in zip(read, labels, meant, strict=True):
        if paths:
            of_cell = found.setdefault(cell.index, {})
            of_cell[number] = replace(label, steps=paths[0], others=paths[1:])
    return [(cell, found.get(cell.index, {})) for cell in cells]


def _readable(cell: Cell) -> Iterator[tuple[int, str, Style]]:
    """Lines that may begin with a label: text outside fences, comments, what is printed."""
    fenced, first = False, True
    for number, text in enumerate(cell.source.splitlines()):
        bare = text.lstrip()
        if cell.kind == "markdown":
            if bare.startswith("```"):
                fenced = not fenced
            elif not fenced and bare:
                bold = bare.startswith(("**", "__"))
                level = _level(cell, number, bare)
                titled = bold or bare.startswith("#") or _underlined(cell, number)
                style = Style(titled=titled, bold=bold, first=first, level=level)
                yield number, text, style
        elif cell.kind == "code" and bare.startswith("#"):
            plain = CELL_MARK.sub("", text)
            titled = plain != text
            style = Style(titled=titled, first=first, comment=True, level=int(titled))
            yield number, plain, style
        elif cell.kind == "code" and (match := PRINTED.match(text)):
            yield number, match["text"], Style(first=first, comment=True)
        first = first and not bare


def _level(cell: Cell, number: int, bare: str) -> int:
    """The level of a heading, 1 to 6, 7 for bold words; 0 if it is none."""
    if match := LEVEL.match(bare):
        return len(match["marks"] or "") or int(match["html"] or BOLD)
    after = cell.source.splitlines()[number + 1 : number + 2]
    return 0 if not _underlined(cell, number) else 1 if "=" in after[0] else 2


def _underlined(cell: Cell, number: int) -> bool:
    """Whether the next line is a rule of = or -, which makes this one a heading."""
    after = cell.source.splitlines()[number + 1 : number + 2]
    return bool(after and re.fullmatch(r"\s*(?:={3,}|-{3,})\s*", after[0]))
