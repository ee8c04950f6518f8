"""Find the student's own words: text cells, without headings and without what was
handed out.
"""

from grader.find.context import ANY, Context
from grader.model.answers import Found, Hit, Passage
from grader.model.finds import FindText
from grader.model.verdict import Binding

PRINTED = 0.45
"""Of what code prints under a question of its own: output is full of words and formulas,
so that a person decides, also where a formula that was typed would be decisive."""


def find_texts(context: Context, what: FindText, section: str) -> Found[Passage]:
    """Passages of the section; if the notebook knows no such section, all of them.

    Of all, those under a heading of its exercise come first.
    """
    known = section == ANY or section in context.sections.known
    if what.printed:
        return _printed(context, section)
    passages = context.passages(section if known else ANY)
    if not known:
        shares = context.sections.shares
        passages = tuple(sorted(passages, key=lambda one: -shares(one.cell, section)))
    hits = tuple(
        Hit(
            value=passage,
            binding=Binding(
                cell=passage.cell,
                what="text",
                how="by section" if known else "no section, so the whole notebook",
                confidence=0.9 if known else 0.4,
            ),
        )
        for passage in passages
        if passage.words or (known and passage.says)
    )
    where = f"text under question {section}" if section != ANY else "text"
    return Found(hits=hits, looked_for=where)


def _printed(context: Context, section: str) -> Found[Passage]:
    hits = tuple(
        Hit(
            value=passage,
            binding=Binding(
                cell=passage.cell, what="output", how="printed", confidence=PRINTED
            ),
        )
        for passage in context.printed(section)
        if passage.words
    )
    return Found(hits=hits, looked_for=f"words that are printed under question {section}")
