"""Read the label at the start of a line: "## 2 (b)", "Aufgabe 3", "Q3.1", "# 2c".

In:   one line of a text cell or of code.
Out:  the steps of the label (2, b) and how much it looks like one; None without any.
Pure.

A label is numbers and letters, with or without a word before them, in English, German
or any language ("Tehtävä 2"), at the start of a heading, a line, a comment, or of a text
that is printed. Which question it means is not decided here: a numbered list has labels
too, and the walk over the whole notebook tells them apart (`grader.find.course`).
"""

import re
from dataclasses import dataclass, replace

from grader.find.headlines import headline
from grader.find.outline import COMPUTER, step_of

WORD = (
    r"(?:(?:computer|coding|programming|programmier|python)[\s-]*)?"
    r"(?:sub)?(?:exercises?|tasks?|problems?|questions?|assignments?|parts?|bonus|challenge|"
    r"(?:teil|computer|programmier|zusatz|rechen|rechner|bonus)?aufgaben?|teil|frage|ubung|"
    r"(?:computer|rechner)(?=\s*\d)|loesung|losung|solutions?|answers?|antwort|zu|ad|ex|nr|"
    r"no|q|exercice|ejercicio|esercizio|oefening|opgave|zadanie|uloha|tehtava|uppgift)"
)
WORDS = re.compile(
    rf"(?:(?:the|my|our|mein|meine|unsere?)\s+)?({WORD})(?![^\W\d_])[\s.:#,–—_-]*", re.I
)
LINK = re.compile(r"(?:to|for|of|zur?|zum|der|des|die|von|fur)\s+", re.I)
MACHINE = r"computer|coding|programming|rechner"
COMPUTER_WORD = re.compile(r"computer|coding|programm|rechner", re.I)
PART = re.compile(
    r"sub|part|teil|bonus|solution|answer|antwort|l(?:oe|o)sung|zu|ad|nr|no", re.I
)
PIECE = re.compile(r"(?:part|teil)s?$", re.I)
SHEET = re.compile(
    r"(?:ex(?:ercise)?\s*)?(?:sheet|blatt|ubungsblatt|aufgabenblatt|serie|series|homework|"
    r"hausaufgabe|week|woche|session|seminar|lecture|vorlesung|hw)\s*(?:nr\.?|no\.?|#)?\s*"
    r"\d{1,3}\s*[\s,:.;–—|/-]*",
    re.I,
)
ANY_WORD = re.compile(r"([^\W\d_]{2,20})\.?[ \t]+(?=\d)")
INITIAL = re.compile(r"[APTEU]\.?[ \t]?(?=\d)")
"""Aufgabe, Problem, Task, Exercise, Ubung, of which only the first letter is left."""
NOT_LABELS = re.compile(
    r"(?:step|schritt|fig|figure|abb|abbildung|table|tabelle|eq|equation|gleichung|case|"
    r"fall|version|variant|variante|model|modell|layer|schicht|network|netz|experiment|run|"
    r"trial|method|methode|approach|attempt|versuch|epoch|epoche|lemma|theorem|satz|phase|"
    r"page|seite|chapter|kapitel|python|top|only|about|rund|etwa|for|fur|mit|with|at|in|from|"
    r"total|first|next|last|all|alle|and|und|the|these|group|gruppe|version|dim|seed|neuron|"
    r"option|test|plot|image|bild|panel|row|column|zeile|spalte)s?",
    re.I,
)
ROMAN = r"(?:iii|ii|iv|viii|vii|vi|ix)"
ONE = rf"(?:[a-z]|{ROMAN})"
FIRST = re.compile(
    rf"\((?P<letter>{ONE}|i|v|x|\d{{1,2}})\)|(?P<closed>{ONE})\)|(?P<number>\d{{1,2}})(?![\d])|"
    r"(?P<code>c)(?=\d{1,2}(?!\d))",
    re.I,
)
LISTED = re.compile(rf"(?P<letter>{ONE})\.(?=\s|$)", re.I)
LONE = re.compile(rf"(?P<letter>{ONE})(?=[.:]?\s*$|[.:]\s)", re.I)
NEXT = re.compile(
    rf"\s*[.:)\-–,/_]*\s*\((?P<inner>{ONE}|\d{{1,2}})\)|"
    rf"\s*[.:)\-–,/_]*\s*(?P<closed>{ONE})\)|"
    rf"\s*[.,;:)|/\-–—]*\s*(?P<noun>{WORD}|{MACHINE}|item|point|punkt)(?![^\W\d_])[\s,]*"
    rf"\(?(?P<part>{ONE}(?!\w)|\d{{1,2}})\)?(?!\d|[a-z]\w)|"
    r"[.\-_/]\s?(?P<number>\d{1,2})(?![\d]|\.\d*[1-9]\d)|"
    r"(?P<glued>(?<=[a-z])\d{1,2})(?!\d)|"
    r"\s(?P<computer>(?-i:C))(?=\d{1,2}(?![\w.]))|"
    r"\.(?P<dotted>[a-z])(?=\d{1,2}(?!\d)|[\s.:,)(*_]|$)|"
    r"(?<=\d)\s*[.:)\-–,/_]?\s*(?P<bare>[a-z])(?![\w^(']|\s*(?::?=|[<>≈∈≔]))",
    re.I,
)
PLANE = re.compile(
    r"^[\s-]*(?:plot|grid|contour|array|dim|point|hist|image|input|space|plane|vector|"
    r"kontur|gitter|raum|ebene|bild|data|tensor|mesh|function|funktion|gauss|case|view)",
    re.I,
)
"""What "2d" is followed by when it means two dimensions."""
PROSE = re.compile(r"\s+[a-zäöü(\d$=<>]")
LIST = re.compile(r"^\s*(?:\d{1,2}|[a-z])[.)]\s", re.I)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Label:
    """What a line begins with.

    Attributes:
        steps: ("2", "b"), in lower case.
        gain: how much it looks like the label of a question, > 0.
        listed: it may as well be an item of a list.
        top: its word is one for a whole question, as Question or Aufgabe.
        sheet: two such words, each with a number: the first may count sheets.
        capital: its last letter is a capital, and not C.
        others: further steps it may have, the likelier first.
        aligned: not written here; the skeleton has the cell's like under that label.
        code: code follows right below it.
        weak: a number alone, or one behind a word for any part: it may be one's own.
        text: the words behind it. level: of its heading, 1 to 7 (bold); 0 if it is none.
    """

    steps: tuple[str, ...]
    gain: float
    listed: bool = False
    aligned: bool = False
    top: bool = False
    sheet: bool = False
    capital: bool = False
    others: tuple[tuple[str, ...], ...] = ()
    code: bool = False
    weak: bool = False
    text: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Style:
    """How a line stands out.

    Attributes:
        titled: heading, bold, or the title of a percent cell. bold: that, and no heading.
        first: the first line of its cell that holds anything.
        comment: it is code. level: as that of a label.
    """

    titled: bool = False
    bold: bool = False
    first: bool = False
    comment: bool = False
    level: int = 0


def read_label(
    line: str, style: Style, words: frozenset[str] = frozenset()
) -> Label | None:
    """The label a line begins with; `words` are ids of questions that are words."""
    text, titled = headline(line[:LONGEST], style.titled)
    style = replace(style, titled=titled)
    lower = text.casefold()
    if style.titled and (own := next((w for w in words if lower.startswith(w)), "")):
        return Label((own,), 6.0)
    sheet = SHEET.match(text)
    scan = _Scan(text, sheet.end() if sheet else 0, style)
    return scan.label()


class _Scan:
    """Reads one label, piece by piece."""

    def __init__(self, text: str, start: int, style: Style) -> None:
        self.text, self.at, self.style = text, start, style
        self.steps: list[str] = []
        self.word = self.foreign = self.bracket = self.top = False
        self.linked = self.sheet = self.capital = self.piece = False
        self.bare = ""

    def label(self) -> Label | None:
        self._words()
        if not self._first():
            return (
                Label(tuple(self.steps), 3.0) if self.steps and self.style.titled else None
            )
        while self._next():
            pass
        gain = self._gain()
        if gain <= 0:
            return None
        return Label(
            tuple(self.steps),
            gain,
            self._listed(),
            top=self.top,
            sheet=self.sheet,
            capital=self.capital,
            weak=self._weak(),
            text=self.rest.strip(" .:)*_-–"),
            level=self.style.level,
        )

    def _weak(self) -> bool:
        plain = len(self.steps) == 1 and self.steps[0].isdigit() and not self.bracket
        return plain and (self.piece or not self.word)

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    def _words(self) -> None:
        while match := WORDS.match(self.text, self.at):
            self.word, self.linked, self.at = True, False, match.end()
            self.top = not PART.match(match[1])
            self.piece = PIECE.match(match[1]) is not None
            if COMPUTER_WORD.search(match[1]) and COMPUTER not in self.steps:
                self.steps.append(COMPUTER)
            if link := LINK.match(self.text, self.at):
                self.linked, self.at = True, link.end()
        if not self.word and self.style.titled:
            match = ANY_WORD.match(self.text, self.at)
            if match and not NOT_LABELS.fullmatch(match[1]):
                self.foreign, self.at = True, match.end()
                if COMPUTER_WORD.match(match[1]):
                    self.steps.append(COMPUTER)
            elif initial := INITIAL.match(self.text, self.at):
                self.foreign = self.linked = True
                self.at = initial.end()

    def _first(self) -> bool:
        match = FIRST.match(self.text, self.at)
        if match is None and (self.word or self.style.titled):
            match = LONE.match(self.text, self.at)
        if match is None and self.style.first:
            match = LISTED.match(self.text, self.at)
        if match is None:
            return False
        groups = match.groupdict()
        found = next(value for value in groups.values() if value)
        self.bracket = not (groups.get("number") or groups.get("code"))
        self._put(found)
        self.at = match.end()
        return True

    def _put(self, found: str) -> None:
        step = step_of(found)
        self.capital = found.isupper() and step != COMPUTER
        self.steps.append(step)

    def _next(self) -> bool:
        match = NEXT.match(self.text, self.at)
        if match is None or self.bare:
            return False
        groups = {key: value for key, value in match.groupdict().items() if value}
        noun = groups.pop("noun", "")
        kind, found = next(iter(groups.items()))
        alone = len(self.steps) == 1 and self.steps[0].isdigit() and self.top
        self.sheet |= bool(noun) and alone and not PART.match(noun) and found.isdigit()
        if kind == "bare" and found.isupper() and len(self.steps) == 1 and not self.word:
            return False
        if kind == "bare":
            self.bare = found
        if COMPUTER_WORD.match(noun) and COMPUTER not in self.steps:
            self.steps.append(COMPUTER)
        closed = kind in ("inner", "closed", "part")
        self.bracket |= closed
        self._put(found)
        self.at = match.end()
        return True

    def _listed(self) -> bool:
        if self.word or self.foreign or len(self.steps) > 1:
            return False
        item = self.steps[0].isdigit() and self.rest.strip(" .:)*_")
        return bool(item) if self.style.bold else not self.style.titled

    def _gain(self) -> float:
        """0: no label at all; below 1: a list item at best; from SURE on a heading."""
        titled, rest = self.style.titled, self.rest
        ends = not rest.strip(" .:)*_-–") or rest.lstrip()[:1] in ".:)"
        apart = titled and rest[:1] in " \t,–-" and not PLANE.match(rest)
        if self.bare and not (self.word or ends or apart):
            return self._shorter()
        if self.linked and len(self.steps) == 1 and not ends:
            return 0.0
        if rest[:1].isalnum() or rest[:1] in ("_", "^", "'"):
            return 0.0
        if len(self.steps) > 1:
            return self._gain_of_many(ends)
        if self.foreign:
            return 1.5
        if self.word:
            return 6.0 if titled else 4.0 if ends or not PROSE.match(rest) else 1.5
        if self.bracket:
            return 5.0 if titled else 1.5
        if self.steps[0].isdigit():
            return self._gain_of_number(ends)
        return 3.0 if titled else 0.0

    def _gain_of_many(self, ends: bool) -> float:
        clear = self.word or self.bracket or self.style.titled
        if self.foreign:
            return 3.0
        if clear:
            return 6.0 if self.style.titled or ends or not PROSE.match(self.rest) else 5.0
        return 4.0 if ends else 1.0 if self.rest[:1].isspace() else 0.0

    def _gain_of_number(self, ends: bool) -> float:
        if self.style.titled:
            return 4.0 if not PROSE.match(self.rest) or self.rest[:1] in ".:)" else 2.5
        if not self.rest.strip(" .:)"):
            return 1.5
        point = self.rest[:1] in ".)" and self.rest[1:2].isspace()
        return (0.6 if self.style.first else 0.2) if point and ends else 0.0

    def _shorter(self) -> float:
        """The last letter is the first word of a sentence: "2. A plot"."""
        self.steps.pop()
        self.at, self.bare = self.at - 1, ""
        return 2.5 if self.style.titled and len(self.steps) == 1 else 0.0
