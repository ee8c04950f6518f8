"""Check how a submission was packed, and what its report holds."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.checks.registry import check
from grader.checks.words import counted
from grader.model.answers import HEADING, WORD, Found, Hit, Passage
from grader.model.case import Case
from grader.model.criteria_files import (
    ArchiveNamed,
    FilesOnly,
    PeopleAtMost,
    ReportPresent,
    SectionWritten,
    TextStates,
)
from grader.model.verdict import Binding, Verdict, failed, no_answer, passed, pending

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
SCRIPTS = (".py", ".ipynb", ".m", ".mlx", ".mat", ".r", ".rmd", ".jl", ".sh", ".lua", ".rb")
COMPILED = (".c", ".cc", ".cpp", ".h", ".java", ".js", ".ts", ".cs", ".go", ".rs", ".scala")
CODE = frozenset({*SCRIPTS, *COMPILED})
DOCUMENTS = (".pdf", ".docx", ".doc", ".odt", ".tex", ".md", ".rtf", ".html")
COMMENT = re.compile(r"^\s*#+(?!!)\s*(.*)$", re.M)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LONGEST = 20_000
"""Characters of a cell that are read."""
LABELLED = re.compile(r"\W{0,3}[^\W\d_]{0,12}\.?\s?\d|\s*\(?[a-z]\)", re.I)
"""How a cell begins that may belong to another question."""
BOLD = re.compile(r"^\s*(?:\*\*|__)([^*_\n]{2,80})(?:\*\*|__)", re.M)


@check("files_only")
def files_only(options: FilesOnly, case: Case) -> Verdict:
    """Ask whether code was handed in in files of the allowed kinds only.

    Pass:      every file of code has one of the endings.
    Fail:      one has another ending; it is named.
    No answer: no file of code.
    Fooled by: code in a document.
    """
    evidence = case.got.evidence
    paths = [evidence.notebook, *(d.path for d in evidence.documents)]
    code = [p for p in paths if PurePosixPath(p.lower()).suffix in CODE]
    if not code:
        return no_answer("No file of code was handed in.", hint=options.hint)
    others = [p for p in code if not p.lower().endswith(options.kinds)]
    if others:
        kinds = " or ".join(options.kinds)
        return failed(f"{others[0]} is code and no {kinds} file.", hint=options.hint)
    return passed(f"All code is in {' or '.join(options.kinds)} files.")


@check("archive_named")
def archive_named(options: ArchiveNamed, case: Case) -> Verdict:
    """Ask whether the archive has the name that the sheet asks for.

    Pass:      the name of the archive fits, or that of the folder it was unpacked to.
    Fail:      it does not.
    No answer: what arrived is no archive; a platform may have unpacked it.
    Fooled by: a name of the right form that belongs to somebody else.
    """
    evidence = case.got.evidence
    name = PurePosixPath(evidence.origin).name
    if not name.lower().endswith(ARCHIVES):
        folder = PurePosixPath(evidence.notebook).parts[:-1]
        if folder and re.fullmatch(options.pattern, f"{folder[0]}.zip"):
            return passed(f"Everything is in {folder[0]}.")
        return no_answer("What arrived here is no archive, or it was unpacked.")
    if re.fullmatch(options.pattern, name):
        return passed(f"The archive is called {name}.")
    return failed(
        f"The archive is called {name}; asked for is a name such as {options.example}.",
        hint=options.hint,
    )


@check("report_present")
def report_present(options: ReportPresent, case: Case) -> Verdict:
    """Ask whether there is a report: a document, or text in the notebook.

    Pass:      a document lies beside the code, or the notebook has enough words.
    Pending:   only the comments of the code have.
    Fail:      neither.
    Fooled by: a document that is no report.
    """
    paths = [d.path for d in case.got.evidence.documents]
    found = [p for p in paths if p.lower().endswith(DOCUMENTS)]
    if found:
        return passed(f"Found {found[0]}.")
    text: Found[Passage] = case.seek(options.find)
    count = sum(hit.value.words for hit in text.hits)
    if count >= options.words:
        return passed(f"The notebook has {counted(count, 'word')} of text.")
    for words, where in _comments(case):
        if len(WORD.findall(words)) >= options.words:
            told = "Only comments in the code say something; a person will read."
            return pending(told, binding=where)
    return failed(
        f"No document, and only {counted(count, 'word')} of text in the notebook.",
        hint=options.hint,
    )


@check("text_states")
def text_states(options: TextStates, case: Case) -> Verdict:
    """Ask whether the text states something of a given form: an ID, a date.

    Pass:      a pattern is found, in a text or in a comment of the code.
    No answer: none is.
    Fooled by: something else of that form.
    """
    text: Found[Passage] = case.seek(options.find)
    sources = [(hit.value.text, hit.binding) for hit in text.hits]
    if options.names:
        evidence = case.got.evidence
        names = [evidence.origin, evidence.notebook, *(d.path for d in evidence.documents)]
        where = Binding(cell=None, what="the names of files", how="as they arrived")
        sources += [(name, where) for name in names]
    sources += _comments(case)
    for words, binding in sources:
        for pattern in options.patterns:
            if re.search(pattern, words[:LONGEST], re.I):
                return passed("It is stated.", binding=binding)
    return no_answer("It was not found in the text.", hint=options.hint)


@check("section_written")
def section_written(options: SectionWritten, case: Case) -> Verdict:
    """Ask whether a section on some subject is written.

    A heading may have a cell of its own. Below it stands all up to the next heading, in
    text cells that follow one another.

    Pass:      a heading speaks of the subject, and enough words stand below it.
    Pending:   the subject is spoken of without a heading, in few words or in a comment; or
               not in the words that are known, and a section of no question may be it.
    No answer: nothing speaks of it.
    Fooled by: words that say nothing.
    """
    text: Found[Passage] = case.seek(options.find)
    best = None
    bare = _bare_headings(case, text)
    every = sorted([*text.hits, *bare], key=lambda hit: hit.value.cell)
    for hit in every:
        for heading, below in _sections(hit.value, every):
            if _speaks(options, heading):
                count = len(WORD.findall(below))
                best = max(best or (0, hit.binding), (count, hit.binding), key=_first)
    if best is not None and best[0] >= options.words:
        told = f"A section of {counted(best[0], 'word')} was found."
        return passed(told, binding=best[1])
    spoken = [hit for hit in text.hits if _speaks(options, hit.value.text)]
    if not spoken and best is not None and best[0]:
        return pending(
            f"A section of {counted(best[0], 'word')} was found; a person will read.",
            binding=best[1],
        )
    if spoken:
        return pending(
            "The text speaks of it in few words, or without a heading; a person will read.",
            binding=spoken[0].binding,
            proposal=1.0 if spoken[0].value.words >= options.words else None,
        )
    noted = [where for words, where in _comments(case) if _speaks(options, words)]
    if noted:
        told = "Only comments in the code speak of it; a person will read."
        return pending(told, binding=noted[0])
    for hit, heading in _others(options, every) if best is None else ():
        told = f"A section called “{heading}” may speak of it; a person will read."
        return pending(told, binding=hit.binding)
    words = ", ".join(options.subject)
    return no_answer(f"Looked for a section on {words} and found none.", hint=options.hint)


def _others(
    options: SectionWritten, every: Sequence[Hit[Passage]]
) -> Iterator[tuple[Hit[Passage], str]]:
    """Sections with enough words that are no question's by their number, nor the title."""
    found = [(hit, *pair) for hit in every for pair in _sections(hit.value, every)]
    for hit, heading, below in found[1:]:
        plain = heading.strip().strip("#*_ :")
        if len(WORD.findall(below)) >= options.words and not LABELLED.match(plain):
            yield hit, plain


def _first(pair: tuple[int, Binding]) -> int:
    return pair[0]


def _comments(case: Case) -> list[tuple[str, Binding]]:
    """What whole lines of comments say, cell by cell."""
    return [
        (words, Binding(cell=cell.index, what="a comment", how="in the code"))
        for cell in case.own_cells
        if cell.kind == "code"
        and (words := "\n".join(COMMENT.findall(cell.source[:LONGEST])))
    ]


def _speaks(options: SectionWritten, text: str) -> bool:
    plain = _typed(text)
    return any(re.search(rf"\b{re.escape(_typed(w))}", plain) for w in options.subject)


def _typed(text: str) -> str:
    """As on a keyboard without umlauts."""
    return text.lower().translate(UMLAUTS)


def _bare_headings(case: Case, found: Found[Passage]) -> list[Hit[Passage]]:
    """Text cells that hold headings and nothing else, which are no text of their own."""
    known = {hit.value.cell for hit in found.hits}
    return [
        Hit(
            value=Passage(cell=cell.index, text=cell.source[:LONGEST]),
            binding=Binding(cell=cell.index, what="a heading", how="in a cell of its own"),
        )
        for cell in case.own_cells
        if cell.kind == "markdown" and cell.index not in known
    ]


def _sections(passage: Passage, every: Sequence[Hit[Passage]]) -> list[tuple[str, str]]:
    """Headings of one cell, with what stands below; the last goes on in the next cells."""
    text = passage.text
    marks = sorted(
        [*HEADING.finditer(text), *BOLD.finditer(text)], key=lambda match: match.start()
    )
    pieces = []
    for place, mark in enumerate(marks):
        later = (m for m in marks[place + 1 :] if not _leads(mark, m))
        after = next(later, None)
        below = text[mark.end() : after.start() if after else None]
        if after is None:
            empty = len(WORD.findall(below)) < 3
            below += "\n".join(_following(every, passage.cell, empty))
        pieces.append((mark[0], below))
    return pieces


def _leads(heading: re.Match[str], mark: re.Match[str]) -> bool:
    """Whether bold words only begin a paragraph below a heading."""
    bold, rest = mark[0].strip(), mark.string[mark.end() :].partition("\n")[0]
    below = heading[0].lstrip().startswith("#") and not bold.startswith("#")
    return below and len(WORD.findall(rest)) > 2 and not re.search(r"\d", bold)


def _following(every: Sequence[Hit[Passage]], cell: int, empty: bool) -> Iterator[str]:
    """What goes on below a heading: the next text if there is none yet, and then text
    cells without a gap, up to what may be another heading or label.
    """
    for passage in (hit.value for hit in every if hit.value.cell > cell):
        if not empty and passage.cell != cell + 1:
            return
        if LABELLED.match(passage.text) or (not empty and BOLD.match(passage.text)):
            return
        mark = HEADING.search(passage.text)
        yield passage.text[: mark.start()] if mark else passage.text
        if mark:
            return
        cell, empty = passage.cell, False


@check("people_at_most")
def people_at_most(options: PeopleAtMost, case: Case) -> Verdict:
    """Ask whether not more people handed in than the sheet allows.

    Pass:      the names tell no more.
    Fail:      they tell more.
    No answer: the names tell nobody.
    Fooled by: people who are named nowhere but in the text.
    """
    people = case.got.evidence.people
    if not people:
        return no_answer("The names of folder and files do not tell who handed in.")
    told = f"{counted(len(people), 'name')} found"
    if len(people) <= options.people:
        return passed(f"{told}.")
    return failed(f"{told}, the sheet allows {options.people}.", hint=options.hint)
