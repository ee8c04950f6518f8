"""Find answers in evidence: pure functions from evidence to places and values.

`finder(context)` gives the one function that the judge hands to checks; `probes` says
what a kernel must be asked so that the finders have something to read.
"""

from typing import Any

from grader.find.arrays import find_arrays
from grader.find.context import Context
from grader.find.drawings import find_drawings
from grader.find.functions import find_functions
from grader.find.networks import find_networks
from grader.find.numbers import find_numbers
from grader.find.plan import Plan, probes, recipe
from grader.find.texts import find_texts
from grader.find.typed import find_formulas
from grader.model.answers import Found
from grader.model.case import Finder
from grader.model.criteria import Checked
from grader.model.finds import (
    Find,
    FindArray,
    FindDrawings,
    FindFormula,
    FindFunction,
    FindNetwork,
    FindNumber,
    FindText,
)
from grader.model.strict import Strict

__all__ = ["Context", "Plan", "finder", "probes", "recipe"]


def finder(context: Context) -> Finder:
    """A finder over one submission."""

    def find(what: Find, criterion: Strict, question: str) -> Found[Any]:
        section = what.section or question
        match what:
            case FindNumber():
                return find_numbers(context, what, section)
            case FindArray():
                return find_arrays(context, what, section)
            case FindNetwork():
                return find_networks(context, what, section)
            case FindDrawings():
                return find_drawings(context, what, section)
            case FindText():
                return find_texts(context, what, section)
            case FindFormula():
                return find_formulas(context, what, section)
            case FindFunction():
                assert isinstance(criterion, Checked)
                most = len(getattr(criterion, "arguments", ()))
                return find_functions(context, what, criterion.id, most, section)
        raise TypeError(f"no finder for {type(what).__name__}")

    return find
