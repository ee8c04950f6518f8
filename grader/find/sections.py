"""Tell which question a cell, or a line of it, belongs to.

In:   cells, and the ids of the rubric's questions in the sheet's order.
Out:  for every cell the questions it touches, and the text of every question.
Pure: no files, no kernels.

Labels understood: "## 3 (a)", "3a)", "3.a", "Task 2b", "Aufgabe 3", "Q3.1", "(d)" under
a parent number, "# 2c" in a comment. A number alone counts only in a heading or after
a word such as Task, so that a numbered list is no question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.answers import Passage
from grader.model.evidence import Cell

WORD = (
    r"(?i:exercise|task|problem|question|assignment|part|bonus|aufgabe|teil(?:aufgabe)?|"
    r"frage|ubung|übung|loesung|lösung|solution|answer|antwort|zu|ex|nr|q)"
)
FULL = re.compile(
    rf"^(?P<word>(?:{WORD}[\s.:#]*)+)?(?P<n>\d{{1,2}})\s*[.:)\-–]?\s*"
    r"(?:\((?P<inner>[a-zA-Z])\)|(?P<closed>[a-zA-Z])\)|(?P<bare>[a-z])(?![\w^(']))(?P<rest>.*)$"
)
NUMBER = re.compile(
    rf"^(?P<word>(?:{WORD}[\s.:#]*)+)?(?P<n>\d{{1,2}})(?![\d\w(])(?P<rest>.*)$"
)
LETTER = re.compile(rf"^(?:{WORD}[\s.:#]*)*(?:\(([a-zA-Z])\)|([a-z])\))(?=[\s.:*_]|$)")
PLANE = re.compile(
    r"^[\s-]*(?:plot|grid|contour|array|dim|point|hist|image|input|space|plane|vector|"
    r"kontur|gitter|raum|ebene|bild|data|tensor|mesh|function|funktion|gauss|case|view)",
    re.I,
)
"""What "2d" is followed by when it means two dimensions."""
CELL_MARK = re.compile(r"^\s*#\s*%%\s*(?:\[\w+\])?")
MARKS = re.compile(r"^[\s>*_#=\-–$`]+")


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
    """

    lines: tuple[Line, ...]
    touched: dict[int, tuple[str, ...]]

    @property
    def known(self) -> frozenset[str]:
        """Questions that have a place of their own in the notebook."""
        return frozenset(q for questions in self.touched.values() for q in questions if q)

    def holds(self, cell: int, question: str) -> bool:
        """Whether any line of that cell belongs to the question."""
        return question in self.touched.get(cell, ())

    def passages(self, question: str, kinds: dict[int, str]) -> tuple[Passage, ...]:
        """The question's text, cell by cell; "any" for all of it."""
        texts: dict[int, list[str]] = {}
        for line in self.lines:
            if kinds.get(line.cell) == "markdown" and question in ("any", line.question):
                texts.setdefault(line.cell, []).append(line.text)
        return tuple(Passage(cell=cell, text="\n".join(t)) for cell, t in texts.items())


def sections(cells: Sequence[Cell], questions: Sequence[str]) -> Sections:
    """Walk through the notebook once and keep the label that is in force."""
    walk = _Walk(tuple(questions))
    lines: list[Line] = []
    touched: dict[int, tuple[str, ...]] = {}
    for cell in cells:
        here = [Line(cell.index, text, walk.step(text, cell.kind)) for text in _lines(cell)]
        if bound := _bound(cell, questions):
            here = [Line(cell.index, line.text, bound) for line in here]
        lines += here
        seen = dict.fromkeys(line.question for line in here if line.text.strip())
        touched[cell.index] = tuple(seen) or (walk.current,)
    return Sections(tuple(lines), touched)


def _bound(cell: Cell, questions: Sequence[str]) -> str:
    """The question of a tag `answer:3a` or `answer:3a.count`; "" if there is none."""
    tags = [tag.removeprefix("answer:") for tag in cell.tags if tag.startswith("answer:")]
    named = [tag.partition(".")[0] for tag in tags]
    return next((question for question in named if question in questions), "")


def _lines(cell: Cell) -> list[str]:
    return cell.source.splitlines()


def _is_label(full: re.Match[str], titled: bool) -> bool:
    """Whether "2b ..." is a label: brackets and words say so, "2d plot" and "2 e^x" not."""
    if full["word"] or not full["bare"]:
        return True
    rest = full["rest"]
    if not rest.strip() or rest[0] in ".:)":
        return True
    return titled and rest[0] in " \t,–" and not PLANE.match(rest)


class _Walk:
    """The label in force; `step` reads one line and may change it."""

    def __init__(self, questions: tuple[str, ...]) -> None:
        self.questions = questions
        self.current = ""
        self.parent = ""
        self.fenced = False

    def step(self, text: str, kind: str) -> str:
        """Read one line; the question in force there."""
        if kind == "markdown" and text.lstrip().startswith("```"):
            self.fenced = not self.fenced
        comment = kind == "code" and text.lstrip().startswith("#")
        if not self.fenced and (kind == "markdown" or comment):
            heading = kind == "markdown" and text.lstrip().startswith("#")
            bold = text.lstrip()[:2] in ("**", "__")
            plain = CELL_MARK.sub("", text) if comment else text
            titled = heading or bold or plain != text
            self._label(MARKS.sub("", plain).rstrip(" *_#"), titled)
        return self.current

    def _label(self, text: str, titled: bool) -> None:
        """Enter what the line is a label of; `titled` lines are clearly headings."""
        full = FULL.match(text)
        if full and _is_label(full, titled):
            letter = full["inner"] or full["closed"] or full["bare"]
            if self._enter(full["n"] + letter.lower(), full["n"]):
                return
        number = NUMBER.match(text)
        if number and (titled or number["word"] or not number["rest"].strip(" .:)")):
            self._number(number["n"])
            return
        if match := LETTER.match(text):
            letter = match[1] or match[2]
            if self.parent:
                self._enter(self.parent + letter.lower(), self.parent)

    def _number(self, number: str) -> None:
        """Enter the question of that number, or open it as a parent of letters."""
        if self._known_number(number) and not self._enter(number, number):
            self.current, self.parent = "", number

    def _known_number(self, number: str) -> bool:
        return any(re.match(rf"{number}(?!\d)", question) for question in self.questions)

    def _enter(self, question: str, parent: str) -> bool:
        if question not in self.questions:
            return False
        self.current, self.parent = question, parent
        return True
