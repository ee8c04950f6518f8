r"""Take notes out of formulas, and mark function names that stand without a backslash.

In:   text as it was typed.
Out:  the text without remarks between two sides of a chain, as in
      `a/b [divide by e^x] = c`; with `\tanh x` for `tanh x`; labels end a line's start.
Pure: regular expressions whose repetitions are short and do not nest; time is linear.

A remark goes only where an equals sign follows it: what stands before it goes on there.
"""

import re

LEADS = (
    r"(?:divided?|multipl(?:y|ied)|expand(?:ed)?|times|by|using|use|with|since|because|as"
    r"|chain|product|quotient|outer|inner|same|cancel|see|erweiter[nt]|kürzen|gekürzt|mit"
    r"|nach|da|wegen|weil|durch|teilen?|Kettenregel|Produktregel|Quotientenregel|siehe)\b"
)
INSIDE = r"(?:[^][()\n]|\([^()\n]{0,40}\)){0,100}"
TALK = r"\b[A-Za-zäöüß]{3,}[ ][A-Za-zäöüß]{2,}\b"
LETTER = r"\d{0,2}[A-Za-z](?:_\w{1,2}|\d)?"

NOTES: tuple[tuple[re.Pattern[str], str], ...] = (
    # "2 ---------- tanh(x) = ..." has a rule, and no minus
    (re.compile(r"-{3,}|={3,}|[*_~#]{4,}"), " ; "),
    # [divide by e^x] and (using s = 1/u), then "= ..."
    (re.compile(rf"[\[(]\s?{LEADS}{INSIDE}[\])](?=\s{{0,60}}=)"), " "),
    # behind a gap: (e^(a+b) = e^a e^b, same factor in every term)
    (re.compile(rf"(?<=  )[\[(](?=[^\n]{{0,80}}?{TALK}){INSIDE}[\])](?=\s{{0,60}}=)"), " "),
    # in aligned TeX: \quad | \text{expand by } e^x \\ &= ...
    (re.compile(r"(?:\\q?quad|\\[Bb]ig+[lr]?\s?\||\\mid|\|)"
                r"(?:\\[Bb]ig+[lr]?|\\[,;:! ]|[|\s(]){0,6}\\text\s?\{[^{}\n]{1,60}\}"
                r"[^\\&\n$=]{0,40}(?=\\\\\s{0,9}&?\s{0,9}=)"), " "),
    # "2   f = ...", "P1a  f = ..." and "2.1  f = ..." are labels
    (re.compile(r"^[ \t]{0,8}(?:[A-Z]{0,2}\d{1,2}[a-z]?\)?|[1-9]\.[1-9])[ \t]{2,9}(?=\S)",
                re.M), " ; "),
    (re.compile(rf"(?<![\\\w])(tanh|sinh|cosh|log|ln|exp|arctan)(?=[ ]{LETTER}\s{{0,3}}"
                r"(?:[-+*/=·)\]<>,;]|$))", re.M), r"\\\1"),
    (re.compile(r"(?<![\\\w])(log|ln)(?=\s?(?:sum_|[Σ∑]|\\sum))"), r"\\\1"),
)  # fmt: skip


LABELLED_LINE = re.compile(
    r"^[ \t]{0,8}(?:[-*+>][ \t]{1,3})?(?:[^\W\d_]{2,12}\.?[ \t])?(?:[A-Z]\.?[ \t]?)?\d{1,2}"
    r"(?:\.C?\d{1,2})?(?:[.:]?[ \t]?[a-h]\)|[.:]?[ \t]?\([a-h]\)(?=[ \t]))"
    r"(?:,?[ \t]?[a-h]\))?[ \t.:]{0,4}(?=[^\s.:])(?![=*/^+·×)\]<>|,]|[-−][ \t])",
    re.M,
)
"""1a) x = ..., P1 a) x = ..., Aufgabe 1 (a) x = ...; no formula that goes on."""
UNDER = re.compile(r"\\underbrace\s?\{")
LABELLED = re.compile(r"\s{0,3}_\s?\{")
NAMES = re.compile(
    r"(?::?=:?)?\s?((?:\\[a-z]{2,10}\s?)?\{?[^={}\s]{1,20}\}?[^=\s]{0,20})\s?(?::?=:?)?"
)
NO_NAME = re.compile(r"\\(?:text|mathrm|in|le|ge|to)(?![a-z])|[<>≤≥∈]|^[\d\s.]+$")
MOST_BRACES = 40


def without_notes(text: str) -> str:
    """The text as a chain of formulas, as far as that is clear."""
    text = LABELLED_LINE.sub(_unlabelled, text)
    for pattern, replacement in NOTES:
        text = pattern.sub(replacement, text)
    return _without_braces(text)


def _unlabelled(match: re.Match[str]) -> str:
    """A label's line without it, unless it closes a bracket of the lines before."""
    before = match.string[max(match.start() - 400, 0) : match.start()]
    before = before.rpartition("\n\n")[2]
    opened = before.count("(") > before.count(")")
    return match[0] if opened else " ; "


def _without_braces(text: str) -> str:
    r"""`\underbrace{2W}_{W'} x` as `(2W) x`; that W' = 2W is said behind the text."""
    said = []
    for _ in range(MOST_BRACES):
        found = UNDER.search(text)
        last = _closing(text, found.end()) if found else -1
        if found is None or last < 0:
            break
        inside, label, rest = text[found.end() : last], "", last + 1
        if (below := LABELLED.match(text, rest)) and (
            end := _closing(text, below.end())
        ) > 0:
            label, rest = text[below.end() : end].strip(), end + 1
        if (name := NAMES.fullmatch(label)) and not NO_NAME.search(name[1]):
            said.append(f"${name[1]} = {inside}$")
        text = f"{text[: found.start()]}({inside}){text[rest:]}"
    return "\n\n".join([text, *said])


def _closing(text: str, start: int) -> int:
    """Where the brace closes that opened before `start`; -1 if it does not."""
    depth = 1
    for place in range(start, min(start + 400, len(text))):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place
    return -1
