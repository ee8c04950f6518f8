"""Take the markup off a line, so that its label stands first.

In:   one line of a text cell or of code, as it was typed.
Out:  the line as it reads on the page, and whether its markup makes it a heading.
Pure.

Tags of HTML, commands of LaTeX, escaped dots and brackets, ticks, emojis, brackets around
the whole label, numbers that are words, and ordinals before their noun ("2. Aufgabe").
"""

import re

from grader.find.patterns import unaccented

MARKS = re.compile(
    r"^(?:[\s>*_#=\-–—$`~§•|+√\u2500-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]|"
    r"\\(?:checkmark|bullet|square|quad)(?![a-z]))+"
)
TAGS = re.compile(r"^(?:\s*<[/!]?[a-z][^<>]{0,200}>)+", re.I)
HEADING_TAG = re.compile(r"<(?:h[1-6]|b|strong|summary)(?![a-z])", re.I)
ANY_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
COMMANDS = re.compile(
    r"^(?:\\(?:(?:sub){0,2}section|paragraph|textbf|bf|underline|mathbf|textit|"
    r"textrm|text|mathrm|emph)\*?\s*\{?\s*)+"
)
HEADING_COMMAND = re.compile(r"section|paragraph|textbf|underline|\\bf")
BOLD = re.compile(r"(?<=\d[a-z])(?:\*\*|__)(?=\s)|(?<=\d[a-z]\))(?:\*\*|__)(?=\s)", re.I)
FRAMED = re.compile(
    r"^(?P<label>[A-Z]?\d{1,2}(?:\.\d{1,2})?[.:)]?(?=(?:\*\*|__)(?:\s*\(?[a-z]\)|:))"
    r"|\(?[a-z]\)?[.:)]|[a-h](?=(?:\*\*|__)\s+[A-Z$\\]))(?:\*\*|__)"
)
"""A label in bold, the answer behind it on its line: `**a.** first`, `**A2** (a) so`."""
ESCAPED = re.compile(r"(?<=\w)\\(?=[.)])")
KEYCAP = re.compile("(?<=\\d)\ufe0f?\u20e3")
WRAPPED = re.compile(
    r"^[(\[]\s*(?P<label>(?:[^\W\d_]{1,10}\.?\s*)?\d{1,2}"
    r"(?:\s?[.\-,]?\s?(?:\([a-z]\)|[a-z]|\d{1,2})){1,3})\s*[\])]",
    re.I,
)
CHINESE = re.compile(r"^(?:第\s*|[\u3040-\u9fff\uac00-\ud7af]{1,6}\s*)(?=\d)")
COUNTED = re.compile(r"(?<=\d)\s*[题題問问道]\s*")
NOUN = (
    r"exercises?|tasks?|problems?|questions?|assignments?|parts?|"
    r"(?:teil|zusatz|rechen|programmier|bonus)?aufgaben?|teil|frage|ubung"
)
ORDINAL = re.compile(
    rf"^(\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})(?:\.|st|nd|rd|th|te)?\s+({NOUN})(?![^\W_])[\s,:]*",
    re.I,
)
SPELLED = ("one eins", "two zwei", "three drei", "four vier", "five funf", "six sechs",
           "seven sieben", "eight acht", "nine neun", "ten zehn")  # fmt: skip
NUMBERS = {word: str(n) for n, both in enumerate(SPELLED, 1) for word in both.split()}
IN_WORDS = re.compile(rf"^({NOUN})\s+({'|'.join(NUMBERS)})(?![^\W_])", re.I)


def headline(line: str, titled: bool) -> tuple[str, bool]:
    """A line without its markup, and whether it is a heading.

    Only in headings are ordinals, numbers in words and single-letter words rewritten.
    """
    text = KEYCAP.sub("", ESCAPED.sub("", unaccented(line)))
    marks, text = MARKS.match(text), MARKS.sub("", text)
    if marks and marks[0].rstrip().endswith(("**", "__")):
        text = FRAMED.sub(_framed, text)
    if tags := TAGS.match(text):
        titled = titled or HEADING_TAG.search(tags[0]) is not None
        text = MARKS.sub("", ANY_TAG.sub(" ", text))
    if command := COMMANDS.match(text):
        titled = titled or HEADING_COMMAND.search(command[0]) is not None
        text = text[command.end() :].replace("}", " ", 1).replace("$", " ", 1)
    text = BOLD.sub(" ", text.rstrip(" *_#=-–—:$}"), count=1)
    text = _unwrapped(text, titled)
    return (_rewritten(text) if titled else text), titled


def _framed(match: re.Match[str]) -> str:
    """A label without its bold; a letter alone gets a bracket."""
    return f"{match['label']}{')' if match['label'].isalpha() else ''} "


def _unwrapped(text: str, titled: bool) -> str:
    """(1a) without its brackets; but (2.1) in plain text is the number of an equation."""
    match = WRAPPED.match(text)
    if match is None or not (titled or re.search(r"[^\W\d]", match["label"])):
        return text
    return f"{match['label']}){text[match.end() :]}"


def _rewritten(text: str) -> str:
    """A heading with its noun in front and its number in digits."""
    if CHINESE.match(text):
        text = "Question " + COUNTED.sub(" ", CHINESE.sub("", text), count=1)
    text = IN_WORDS.sub(lambda m: f"{m[1]} {NUMBERS[m[2].lower()]}", text)
    return ORDINAL.sub(r"\2 \1 ", text)
