"""Find answers in evidence: pure functions from evidence to places and values.

`finder(context)` gives the one function that the judge hands to checks; `probes` says
what a kernel must be asked so that the finders have something to read.
"""

from typing import Any

from grader.find.arrays import find_arrays
from grader.find.bound import obeying, tagged
from grader.find.context import Context
from grader.find.drawings import find_drawings
from grader.find.equations import find_equations
from grader.find.following import following, unreadable
from grader.find.functions import find_functions
from grader.find.maps import find_maps
from grader.find.matrices import find_matrices
from grader.find.networks import find_networks
from grader.find.numbers import find_numbers
from grader.find.parameters import find_parameters
from grader.find.paths import find_paths
from grader.find.plan import Plan, probes, recipe
from grader.find.policy import counting
from grader.find.stated import find_stated
from grader.find.tables import find_tables
from grader.find.texts import find_texts
from grader.find.typed import find_formulas
from grader.find.updates import find_steps
from grader.model.answers import Found
from grader.model.case import Finder
from grader.model.criteria import Checked
from grader.model.criteria_layers import FindMap, FindParameters, FindTables
from grader.model.finds import (
    Find,
    FindArray,
    FindDrawings,
    FindEquations,
    FindFormula,
    FindFunction,
    FindMatrices,
    FindNetwork,
    FindNumber,
    FindOne,
    FindPaths,
    FindStated,
    FindText,
)
from grader.model.steps import FindStep, UpdateMatches
from grader.model.strict import Strict

__all__ = [
    "Context",
    "Plan",
    "finder",
    "following",
    "probes",
    "recipe",
    "tagged",
    "unreadable",
]


def finder(context: Context) -> Finder:
    """A finder over one submission."""

    def find(what: Find, criterion: Strict, question: str) -> Found[Any]:
        found = every(what, criterion, question)
        if not isinstance(what, FindOne):
            return found
        return counting(found, what.which, context, what.section or question)

    def every(what: Find, criterion: Strict, question: str) -> Found[Any]:
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
            case FindEquations():
                return find_equations(context, what, section)
            case FindFormula():
                return find_formulas(context, what, section)
            case FindMap():
                return find_maps(context, what, section)
            case FindParameters():
                return find_parameters(context, what, section)
            case FindTables():
                return find_tables(context, what, section)
            case FindStep():
                assert isinstance(criterion, UpdateMatches)
                return find_steps(context, criterion)
            case FindPaths():
                return find_paths(context, what, section)
            case FindMatrices():
                return find_matrices(context, what, section)
            case FindStated():
                return find_stated(context, what, section)
            case FindFunction():
                assert isinstance(criterion, Checked)
                arguments = getattr(criterion, "arguments", ())
                return find_functions(context, what, criterion.id, arguments, section)
        raise TypeError(f"no finder for {type(what).__name__}")

    return obeying(find, context) if context.bound else find
