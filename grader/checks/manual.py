"""What only a person can decide."""

import re

from grader.checks.registry import check
from grader.model.case import Case
from grader.model.criteria import Manual
from grader.model.finds import FindText
from grader.model.verdict import Verdict, no_answer, pending

PICTURE = re.compile(r"!\[|<img|attachment:")


@check("manual")
def manual(options: Manual, case: Case) -> Verdict:
    """Leave the criterion to a person, who ticks rubric lines.

    Pending:   always, unless there is nothing to read at all.
    No answer: no text, code or picture of the student's own, and no document.
    """
    text = case.seek(FindText(section="any"))
    cells = [cell for cell in case.own_cells if cell.source.strip()]
    pictures = any(PICTURE.search(c.source) for c in cells if c.kind == "markdown")
    code = any(c.kind == "code" for c in cells)
    if not text and not pictures and not case.got.evidence.documents and not code:
        return no_answer("There is no text, no code, no picture and no document to read.")
    own = case.seek(FindText())
    return pending(
        "A person will read this.", binding=own.hits[0].binding if own.hits else None
    )
