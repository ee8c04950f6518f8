"""Tell where an answer may be that no machine reads: a document, or a sheet of paper.

In:   one submission.
Out:  the place in words; "" if nothing speaks of one.
Pure.
"""

import re

from grader.find.context import Context

FILE = re.compile(r"(?<![\w/.])[\w-]{1,60}\.(?:pdf|jpe?g|heic|docx?|odt)\b", re.I)
PAPER = re.compile(
    r"\b(?:hand[- ]?written|handschriftlich\w*|(?:as|my|our|the|a) scans?|scanned"
    r"|eingescannt\w*|on paper|auf papier|separate (?:pdf|file|sheet)"
    r"|(?:see|siehe) (?:the )?(?:pdf|scan|anhang))\b",
    re.I,
)


def not_here(context: Context) -> str:
    """Documents that were handed in; else the file or the paper that the text names."""
    documents = context.recorded.evidence.documents
    if documents:
        return ", ".join(document.path for document in documents[:3])
    for cell in context.own:
        if cell.kind == "markdown":
            said = context.said(cell)
            if match := FILE.search(said):
                return f"{match[0]}, which the text names and which is not in these files"
            if PAPER.search(said):
                return "handwritten notes, of which the text speaks"
    return ""
