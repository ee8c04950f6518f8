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
from dataclasses import replace

from grader.find.headlines import headline
from grader.find.label_words import (
    ANY_WORD,
    COMPUTER_WORD,
    FIRST,
    FOR_ONCE,
    INITIAL,
    LINK,
    LIST,
    LISTED,
    LONE,
    MORE,
    NEXT,
    NOT_LABELS,
    ONLY,
    PART,
    PIECE,
    PLANE,
    PROSE,
    REPEATED,
    SHEET,
    SHORT,
    TYPESET,
    UNIT,
    WIDE,
    WORDS,
)
from grader.find.labelled import Label, Style
from grader.find.outline import COMPUTER, path_of, step_of

LONGEST = 200
SEPARATOR = re.compile(r"[,/&]|and|und", re.I)


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
    short = SHORT.match(line[:LONGEST]) is not None
    found = _Scan(text, sheet.end() if sheet else 0, style, short).label()
    if not LIST.match(text) or (found and len(found.steps) == 1):
        return found
    item = _Scan(text, 0, style, short, alone=True).label()
    return replace(found, item=item) if found else item


class _Scan:
    """Reads one label, piece by piece."""

    def __init__(
        self, text: str, start: int, style: Style, short: bool, alone: bool = False
    ) -> None:
        self.text, self.at, self.style = text, start, style
        self.short, self.alone = short, alone
        self.steps: list[str] = []
        self.word = self.foreign = self.bracket = self.top = False
        self.linked = self.sheet = self.capital = self.piece = False
        self.bare = self.initial = ""
        self.before = 0
        self.beside: tuple[tuple[str, ...], ...] = ()

    def label(self) -> Label | None:
        self._words()
        if not self._first():
            return (
                Label(tuple(self.steps), 3.0) if self.steps and self.style.titled else None
            )
        while not self.alone and self._next():
            pass
        self._more()
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
            beside=self.beside,
            initial=self.initial,
            again=self._again and not FOR_ONCE.match(self.rest),
        )

    def _more(self) -> None:
        """Take in further parts: (a), (b) and 2.2/2.3."""
        found = MORE.match(self.text, self.at)
        if found is None or (len(self.steps) < 2 and not self.bracket):
            return
        stem = tuple(self.steps[:-1])
        paths = [path_of(one) for one in SEPARATOR.split(found[0]) if one.strip()]
        self.beside = tuple(p if p[0].isdigit() else (*stem, *p) for p in paths)
        self.at = found.end()

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
        if not self.word and (self.style.titled or self.short):
            match = ANY_WORD.match(self.text, self.at)
            if match and not NOT_LABELS.fullmatch(match[1]):
                self.foreign, self.at = True, match.end()
                if COMPUTER_WORD.match(match[1]):
                    self.steps.append(COMPUTER)
            elif initial := INITIAL.match(self.text, self.at):
                self.foreign = self.linked = True
                self.initial = initial[0][0]
                self.at = initial.end()

    def _first(self) -> bool:
        match = FIRST.match(self.text, self.at)
        if match is None and (self.word or self.style.titled):
            match = LONE.match(self.text, self.at)
        if match is None and self.style.first:
            match = LISTED.match(self.text, self.at)
        if match is None and self.style.first and self.style.comment and not self.at:
            match = ONLY.match(self.text)
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
        if self._is_beside(match[0], next(iter(groups.values()))):
            return False
        if "computing" in groups:
            self.steps += [COMPUTER] if COMPUTER not in self.steps else []
            self.word, self.at = True, match.end()
            return self.style.titled
        noun = groups.pop("noun", "")
        kind, found = next(iter(groups.items()))
        alone = len(self.steps) == 1 and self.steps[0].isdigit() and self.top
        self.sheet |= bool(noun) and alone and not PART.match(noun) and found.isdigit()
        if kind == "bare" and found.isupper() and len(self.steps) == 1 and not self.word:
            return False
        if kind == "bare":
            self.bare, self.before = found, self.at
        if COMPUTER_WORD.match(noun) and COMPUTER not in self.steps:
            self.steps.append(COMPUTER)
        closed = kind in ("inner", "closed", "part")
        self.bracket |= closed
        self._put(found)
        self.at = match.end()
        return True

    def _is_beside(self, text: str, found: str) -> bool:
        """Whether a step is one of a further part: the b of (a), (b), the 3 of 2.2/2.3."""
        last = self.steps[-1]
        if found.isdigit():
            return len(self.steps) > 1 and text.startswith("/") and last.isdigit()
        letters = len(found) == len(last) == 1 and last.isalpha() and last != COMPUTER
        return letters and found.lower() not in "ivx"

    def _listed(self) -> bool:
        if self.short and not self.style.titled and len(self.steps) == 1:
            return True
        if self.word or self.foreign or len(self.steps) > 1:
            return False
        item = self.steps[0].isdigit() and self.rest.strip(" .:)*_")
        return bool(item) if self.style.bold else not self.style.titled

    def _gain(self) -> float:
        """0: no label at all; below 1: a list item at best; from SURE on a heading."""
        titled, rest = self.style.titled, self.rest
        ends = not rest.strip(" .:)*_-–") or rest.lstrip()[:1] in ".:)" or self._again
        glued = self.bare and not self.text[self.before].isspace()
        ends = ends or bool(glued and self._is_wide)
        apart = titled and rest[:1] in " \t,–-" and not PLANE.match(rest)
        if self.bare and not (self.word or ends or apart):
            return self._shorter()
        if self.beside and not (titled or ends or self.bracket):
            return 0.0
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

    @property
    def _again(self) -> bool:
        return REPEATED.match(self.rest) is not None

    @property
    def _is_wide(self) -> bool:
        """A gap stands behind it, as behind a label and not within a sentence."""
        return WIDE.match(self.rest) is not None and not PLANE.match(self.rest)

    def _gain_of_many(self, ends: bool) -> float:
        clear = self.word or self.bracket or self.style.titled
        if self.foreign:
            return 5.0 if self.short and self.bracket else 3.0
        if clear:
            return 6.0 if self.style.titled or ends or not PROSE.match(self.rest) else 5.0
        if ends or not self.rest[:1].isspace():
            return 4.0 if ends else 0.0
        begins = self.style.first and not self.style.comment and not UNIT.match(self.rest)
        return 3.0 if begins or self._is_wide or TYPESET.match(self.rest) else 1.0

    def _gain_of_number(self, ends: bool) -> float:
        if self.style.titled:
            return 4.0 if not PROSE.match(self.rest) or self.rest[:1] in ".:)" else 2.5
        if not self.rest.strip(" .:)") or self._again:
            return 1.5
        point = self.rest[:1] in ".)" and self.rest[1:2].isspace()
        return (0.6 if self.style.first else 0.2) if point and ends else 0.0

    def _shorter(self) -> float:
        """The last letter is the first word of a sentence: "2. A plot", "2.2  d/dx"."""
        self.steps.pop()
        self.at, self.bare = self.before, ""
        if len(self.steps) > 1:
            return self._gain_of_many(ends=False)
        return 2.5 if self.style.titled else 0.0
