"""The words and patterns of labels: Aufgabe, part, (b), 2.C1.

In:   text without its markup.
Out:  what a label is made of, piece by piece, for `grader.find.labels`.
Pure: regular expressions.
"""

import re

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
LINK = re.compile(
    r"(?:to|for|of|zur?|zum|der|des|die|von|fur|sec\.|sect?(?:ion)?|abschnitt)\s+", re.I
)
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
    rf"\((?P<letter>{ONE}|i|v|x|\d{{1,2}})\)|"
    rf"(?P<closed>{ONE})(?:\)|(?=\s?[,&]\s?[a-h]\)))|(?P<number>\d{{1,2}})(?![\d])|"
    r"(?P<code>c)(?=\d{1,2}(?!\d))",
    re.I,
)
LISTED = re.compile(rf"(?P<letter>{ONE})\.(?=\s|$)", re.I)
LONE = re.compile(rf"(?P<letter>{ONE})(?=[.:]?\s*$|[.:]\s)", re.I)
ONLY = re.compile(r"(?P<letter>[a-h])\s*$")
"""All that a comment says which begins a cell of code."""
NEXT = re.compile(
    rf"\s*[.:)\-–,/_]*\s*\((?P<inner>{ONE}|\d{{1,2}})\)|"
    rf"\s*[.:)\-–,/_]*\s*(?P<closed>{ONE})\)|"
    rf"\s*[.,;:)|/\-–—]*\s*(?P<noun>{WORD}|{MACHINE}|item|point|punkt)(?![^\W\d_])[\s,]*"
    rf"\(?(?P<part>{ONE}(?!\w)|\d{{1,2}})\)?(?!\d|[a-z]\w)|"
    r"[.\-_/]\s?(?P<number>\d{1,2})(?![\d]|\.\d*[1-9]\d)|"
    r"(?P<glued>(?<=[a-z])\d{1,2})(?!\d)|"
    r"\s(?P<computer>(?-i:C))(?=\d{1,2}(?![\w.]))|"
    r"[\s.,:;|/–—-]+(?P<computing>(?:computer|programming|coding)[\s-]*(?:assignments?|"
    r"exercises?|tasks?|problems?|parts?)|(?:rechner|computer)-?aufgaben?)(?=[\s.:)*]*$)|"
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
LIST = re.compile(r"\s*\d{1,2}[.)]\s+\S")
"""An item of a numbered list, whatever stands in it."""
AGAIN = (
    r"[ \t]+(?:(?:(?:once )?again|once more|noch ?mal|noch einmal|continued|cont|corrected|"
    r"revisited|fortsetzung|korrigiert|verbessert|"
    r"(?:1st|2nd|3rd|first|second|third|last|new|erster?|zweiter?|dritter?|neuer?)"
    r"[ \t](?:try|attempt|version|versuch|anlauf))(?=[ \t]*(?:[:.,;(–—-]|$))|"
    r"(?:first|zuerst)(?=[ \t]*(?:[:.,;(–—-]|$)|[ \t]+(?:because|since|as|weil|da)\b))"
)
"""What only a label is followed by: "4 again:", "1.2 second try." """
REPEATED = re.compile(AGAIN, re.I)
FOR_ONCE = re.compile(r"[ \t]+(?:1st|first|erst|zuerst)", re.I)
"""What does not go back."""
SHORT = re.compile(
    r"[\s#>*_+-]*[APTEUÜ]\.?[ \t]?\d{1,2}(?:\.\d{1,2})?(?:"
    r"(?:[ \t]?\.?[ \t]?[a-h]\)|[ \t]\([a-h]\)(?=[\s:.]|$))(?!\s*[-+*/=<>≈≤≥~^|@])|"
    r"[a-h](?=[:.]?\s*$|[ \t]{2,}[^\W\d])|"
    rf"[:.)]?\s*$|:[ \t](?!\s*[(\[]\s?-?\d)|(?i:{AGAIN}))"
)
"""A line that begins with a number behind one letter: `P2 b)`, `A1: so`, `# A3a`."""
WIDE = re.compile(r"(?:[ ]{2,9}|[ ]?\t)(?![-+*/=<>^·×≤≥≈≠|%&\d.,:;])\S")
"""A gap behind a label, and no sign that goes on with a formula."""
TYPESET = re.compile(
    r"[ \t]+\$+(?!\s*(?:\\(?:cdot|times|pm|leq?|geq?|approx|to|in|mu|%|,|;|;)|"
    r"[-+=<>·×*/^%±≤≥≈]))"
)
"""A formula that does not go on with the number before it."""
UNIT = re.compile(
    r"\s+(?:%|[a-zµ]{1,2}\b|sec|min|hour|stunde|times|mal|percent|prozent|is|are|was|ist|war|"
    r"milli|nats|bits|units?|points?|pts|punkte?|epoch|and|und|or|oder|bis|as|more|less|"
    r"mehr|weniger|higher|lower)",
    re.I,
)
"""What makes of 2.1 a quantity."""
MORE = re.compile(
    r"(?:\s?(?:,|/|&|and\b|und\b)\s?(?:\d{1,2}(?:\.\d{1,2}|\.?\(?[a-h]\)?)(?!\w)|"
    r"\([a-h]\)|[a-h](?:\)|(?=\s*(?:[,/&:.*]|and\b|und\b|$)))))+",
    re.I,
)
"""Further parts that one label names: (a), (b) or 2.2/2.3."""
